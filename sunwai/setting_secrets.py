"""The secrets: from the environment, from files that it names, or made once and kept."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from sunwai.setting_keys import HOME


class SettingsError(Exception):
    """A setting cannot be used; the message names the key, where it was set, and what to do."""


SECRETS = ("secret_key", "author_salt", "mock_token", "sealing_key")
GIVEN_ONLY = ("oidc_client_secret",)  # an identity provider gives it: it is never made here
PARTS = ("refresh_token", "client_secret", "client_id", "app_secret", "api_key", "token")
OF_SOURCE = re.compile(
    rf"SUNWAI_SOURCE_(?P<source>.+?)_(?P<part>{'|'.join(PARTS)})(?P<file>_FILE)?",
    re.IGNORECASE,
)


def secret_variable(name: str) -> str:
    return "SUNWAI_" + name.upper()


def secrets_of(var: Path, env: Mapping[str, str]) -> dict[str, str]:
    made = {name: _secret(name, var, env) for name in SECRETS}
    return {**made, **{name: _given_secret(name, env) for name in GIVEN_ONLY}}


def _given_secret(name: str, env: Mapping[str, str]) -> str:
    """From the environment or a file that it names; empty where neither is there."""
    variable = secret_variable(name)
    named = env.get(variable + "_FILE")
    return env.get(variable) or (_secret_file(variable + "_FILE", named) if named else "")


def _secret(name: str, var: Path, env: Mapping[str, str]) -> str:
    """From the environment, from a file that the environment names, or made once and kept."""
    variable = secret_variable(name)
    if env.get(variable):
        return env[variable]
    named = env.get(variable + "_FILE")
    if named:
        return _secret_file(variable + "_FILE", named)
    return _kept_secret(var / "secrets" / name)


def _secret_file(variable: str, named: str) -> str:
    try:
        return Path(named).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{variable}: {named} cannot be read: {error}.") from error


def variable_part(source: str) -> str:
    """A source's name as it stands in the name of a variable: ``main page`` gives MAIN_PAGE."""
    return re.sub(r"[^A-Z0-9]", "_", source.upper())


def secrets_of_sources(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What SUNWAI_SOURCE_<NAME>_<PART> and the same with _FILE give, by source and part."""
    found: dict[str, dict[str, str]] = {}
    for variable, value in env.items():
        told = OF_SOURCE.fullmatch(variable)
        if told is None or not value:
            continue
        secret = _secret_file(variable, value) if told["file"] else value.strip()
        found.setdefault(told["source"].upper(), {})[told["part"].lower()] = secret
    return found


def _kept_secret(path: Path) -> str:
    """Made at first use; two processes that start at once agree on the first one's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(os.urandom(32).hex(), "utf-8")
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error}. Set {HOME} to a folder of your own."
        ) from error
