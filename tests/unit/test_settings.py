"""Settings: every key documented, the environment wins, and a wrong one is refused by name."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sunwai.setting_keys import KEYS, example
from sunwai.settings import SettingsError, load

ROOT = Path(__file__).parents[2]


def test_the_example_file_is_what_the_keys_say() -> None:
    assert (ROOT / "sunwai.example.toml").read_text("utf-8") == example()


def test_every_key_is_told_in_a_sentence_and_parses_to_its_default() -> None:
    parsed = tomllib.loads(example())
    for key in KEYS:
        section, name = key.name.split(".")
        assert parsed[section][name] == key.default
        assert len(key.doc) > 15 and key.doc.rstrip(")").endswith((".", ".."))


def test_the_example_file_itself_can_be_used_as_settings(tmp_path: Path) -> None:
    (tmp_path / "sunwai.toml").write_text(example(), "utf-8")
    assert load({"SUNWAI_HOME": str(tmp_path)}).number("web.port") == 8050


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "sunwai.toml").write_text("[web]\nport = 1111\nworkers = 3\n", "utf-8")
    found = load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_PORT": "2222"})
    assert (found.number("web.port"), found.number("web.workers")) == (2222, 3)


def test_the_short_variables_are_honoured(tmp_path: Path) -> None:
    url = "postgresql://u@localhost/x"
    found = load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_DATABASE_URL": url})
    assert found.database_url == url
    assert found.var == tmp_path / "var"
    assert load({"SUNWAI_HOME": str(tmp_path)}).database_url.endswith("/var/sunwai.db")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[web]\nprot = 1\n", "'web.prot'. Did you mean 'web.port'"),
        ("[wbe]\nport = 1\n", "'wbe.port'"),
        ("port = 1\n", "outside a [section]"),
        ("[web\n", "not valid TOML"),
        ("[web]\nport = 0\n", "at least 1"),
        ("[web]\nport = 70000\n", "at most 65535"),
        ("[web]\nport = true\n", "whole number"),
        ('[web]\nport = "many"\n', "whole number"),
        ('[web]\nhttps = "perhaps"\n', "true or false"),
        ("[organisation]\nname = 7\n", "It is a text"),
        ('[organisation]\nzone = "Karachi"\n', "no time zone"),
        ('[schedule]\nnightly = "25:00"\n', "schedule.nightly = '25:00' is not a time"),
        ('[service_level]\nwork_days = "Mon Funday"\n', "service_level.work_days"),
        ('[service_level]\nholidays = "14 August"\n', "service_level.holidays"),
        ('[service_level]\nwork_from = "18:00"\n', "must be earlier"),
        ('[judgement]\nengine = "magic"\n', "builtin, detoxify, both"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "sunwai.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as refused:
        load({"SUNWAI_HOME": str(tmp_path)})
    assert named in str(refused.value)
    assert "sunwai.toml" in str(refused.value)


def test_an_unknown_variable_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SUNWAI_PROT"):
        load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_PROT": "1"})


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_SETTINGS": str(tmp_path / "x.toml")})


def test_secrets_are_made_once_kept_private_and_stay_the_same(tmp_path: Path) -> None:
    env = {"SUNWAI_HOME": str(tmp_path)}
    first, second = load(env).secrets, load(env).secrets
    assert first == second
    assert len(first["secret_key"]) == 64 and first["secret_key"] != first["author_salt"]
    kept = tmp_path / "var" / "secrets" / "secret_key"
    assert kept.stat().st_mode & 0o077 == 0


def test_a_secret_may_come_from_the_environment_or_a_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "salt").write_text("from a file\n", "utf-8")
    found = load(
        {
            "SUNWAI_HOME": str(tmp_path),
            "SUNWAI_SECRET_KEY": "given",
            "SUNWAI_AUTHOR_SALT_FILE": str(tmp_path / "salt"),
        }
    )
    assert (found.secrets["secret_key"], found.secrets["author_salt"]) == ("given", "from a file")


def test_settings_never_show_their_secrets(tmp_path: Path) -> None:
    found = load({"SUNWAI_HOME": str(tmp_path), "SUNWAI_SECRET_KEY": "hush"})
    assert "hush" not in repr(found) + str(found)
