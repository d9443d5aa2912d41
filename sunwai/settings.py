"""Settings: one table of keys, read from sunwai.toml and the environment, nothing hidden.

The environment wins over the file, the file over the default. A key that does not exist is
refused by its name. The only module that reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sunwai.setting_keys import FILE, HOME, KEYS, Key, Value
from sunwai.setting_secrets import (
    GIVEN_ONLY,
    OF_SOURCE,
    SECRETS,
    SettingsError,
    secret_variable,
    secrets_of,
    secrets_of_sources,
)
from sunwai.setting_sign_in import check_sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings with their types checked, and the secrets; built by load()."""

    home: Path
    values: Mapping[str, Value]
    secrets: Mapping[str, str]
    of_sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def text(self, name: str) -> str:
        return str(self.values[name])

    def number(self, name: str) -> int:
        return int(self.values[name])

    def yes(self, name: str) -> bool:
        return bool(self.values[name])

    @property
    def var(self) -> Path:
        """Where everything that the program writes lives."""
        return self.home / "var"

    @property
    def database_url(self) -> str:
        return self.text("database.url") or f"sqlite:///{self.var / 'sunwai.db'}"

    @property
    def zone(self) -> str:
        return self.text("organisation.zone")

    @property
    def nightly(self) -> time:
        return time.fromisoformat(self.text("schedule.nightly"))

    @property
    def work_days(self) -> frozenset[int]:
        """Working days from Monday = 0."""
        return frozenset(map(weekday, self.text("service_level.work_days").split()))

    @property
    def holidays(self) -> frozenset[date]:
        return frozenset(map(date.fromisoformat, self.text("service_level.holidays").split()))

    @property
    def demo_port(self) -> int:
        """The port of the sample organisation's mock platform."""
        return self.number("demo.port") or self.number("web.port") + 1

    @property
    def reports(self) -> Path:
        return self.var / "reports"

    @property
    def models(self) -> Path:
        """Weights that an office brings itself."""
        return self.var / "models"

    @property
    def files(self) -> Path:
        """Imported files, each under its sha256."""
        return self.var / "files"

    def __repr__(self) -> str:
        return f"Settings(home={str(self.home)!r})"  # never the secrets


def one_thread_for_numpy() -> None:
    """To be called before numpy is loaded: it starts a thread of linear algebra for each core then,
    which took a tenth of the time to the first score, and judging asks none of them."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads the settings. Raises SettingsError for an unknown key or a value that cannot be."""
    env = os.environ if environ is None else environ
    home = Path(env.get(HOME) or ".").resolve()
    path = Path(env.get(FILE) or home / "sunwai.toml")
    from_file = _from_file(path, must_exist=FILE in env)
    values: dict[str, Value] = {}
    for key in KEYS:
        if key.variable in env:
            values[key.name] = _checked(key, env[key.variable], f"environment {key.variable}")
        elif key.name in from_file:
            values[key.name] = _checked(key, from_file[key.name], str(path))
        else:
            values[key.name] = key.default
    _refuse_unknown_variables(env)
    _check_meaning(values, path)
    return Settings(
        home=home,
        values=values,
        secrets=secrets_of(home / "var", env),
        of_sources=secrets_of_sources(env),
    )


def _from_file(path: Path, *, must_exist: bool) -> dict[str, object]:
    if not path.exists():
        if must_exist:
            raise SettingsError(f"{FILE} names {path}, and there is no such file.")
        return {}
    try:
        sections = tomllib.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, or nested too deeply
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error
    known = {key.name for key in KEYS}
    found: dict[str, object] = {}
    for section, body in sections.items():
        if not isinstance(body, dict):
            raise SettingsError(f"{path}: {section!r} stands outside a [section]. {_hint(section)}")
        for name, value in body.items():  # pyright: ignore[reportUnknownVariableType]
            full = f"{section}.{name}"
            if full not in known:
                raise SettingsError(f"{path}: there is no setting {full!r}. {_hint(full)}")
            found[full] = value
    return found


def _hint(wrong: str) -> str:
    """The nearest real key, or where to find them all."""
    from difflib import get_close_matches

    near = get_close_matches(wrong, [key.name for key in KEYS], n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return "sunwai.example.toml lists every setting."


def _refuse_unknown_variables(env: Mapping[str, str]) -> None:
    known = {key.variable for key in KEYS} | {HOME, FILE}
    known |= {secret_variable(s) + end for s in (*SECRETS, *GIVEN_ONLY) for end in ("", "_FILE")}
    for variable in env:
        if OF_SOURCE.fullmatch(variable):
            continue
        if variable.startswith("SUNWAI_") and variable not in known:
            wrong = variable.removeprefix("SUNWAI_").lower().replace("_", ".", 1)
            raise SettingsError(f"There is no setting {variable}. {_hint(wrong)}")


def _checked(key: Key, value: object, where: str) -> Value:
    """The value in the type of the key's default."""
    problem = SettingsError(f"{where}: {key.name} = {value!r} cannot be. {_wants(key)}")
    if isinstance(key.default, bool):
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
        raise problem
    if isinstance(key.default, int):
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            raise problem from None
        if not isinstance(number, int) or isinstance(number, bool):
            raise problem
        least = 0 if key.least is None else key.least
        if number < least or (key.most is not None and number > key.most):
            raise problem
        return number
    if not isinstance(value, str) or (key.choices and value not in key.choices):
        raise problem
    return value


def _wants(key: Key) -> str:
    if key.choices:
        return "It is one of: " + ", ".join(key.choices) + "."
    if isinstance(key.default, bool):
        return "It is true or false."
    if isinstance(key.default, int):
        least = 0 if key.least is None else key.least
        top = f" and at most {key.most}" if key.most is not None else ""
        return f"It is a whole number of at least {least}{top}."
    return "It is a text."


def _check_meaning(values: Mapping[str, Value], path: Path) -> None:
    try:
        ZoneInfo(str(values["organisation.zone"]))
    except (ZoneInfoNotFoundError, ValueError):
        zone = values["organisation.zone"]
        raise SettingsError(
            f"{path}: organisation.zone = {zone!r} is no time zone. Write it as Asia/Karachi."
        ) from None
    for name in ("schedule.nightly", "service_level.work_from", "service_level.work_until"):
        _check_words(values, name, path, time.fromisoformat, "a time of day. Write it as 02:00.")
    if str(values["service_level.work_from"]) >= str(values["service_level.work_until"]):
        raise SettingsError(
            f"{path}: service_level.work_from must be earlier than service_level.work_until."
        )
    days = "days. Write them as Mon Tue Wed Thu Fri."
    _check_words(values, "service_level.work_days", path, weekday, days)
    dates = "dates. Write them as 2026-08-14 2026-12-25."
    _check_words(values, "service_level.holidays", path, date.fromisoformat, dates)
    try:
        check_sign_in(values)
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from error


def _check_words(
    values: Mapping[str, Value],
    name: str,
    path: Path,
    read: Callable[[str], object],
    wanted: str,
) -> None:
    """Reads each word of a text setting; what cannot be read is told by the setting's name."""
    for word in str(values[name]).split():
        try:
            read(word)
        except ValueError:
            raise SettingsError(f"{path}: {name} = {values[name]!r} is not {wanted}") from None


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday(name: str) -> int:
    """The day's number from Monday = 0. Raises ValueError for a word that is no day."""
    return DAYS.index(name)
