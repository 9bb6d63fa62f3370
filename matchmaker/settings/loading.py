"""Where settings come from: defaults, a TOML file, `MATCHMAKER_*` variables."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from matchmaker.errors import SettingsError
from matchmaker.settings.tree import Settings

PREFIX = "MATCHMAKER_"
CONFIG_VARIABLE = "MATCHMAKER_CONFIG"
DEFAULT = "default"
"""Origin of a setting that nobody has set."""
_ADDRESSES = frozenset({"database_url", "parallel.scheduler"})
"""Settings that may hold a password within an address."""
_PLAIN_PARAMETERS = "host|port|user|dbname|sslmode|connect_timeout|application_name"
"""Parameters of an address that may be shown."""
_NOT_SETTINGS = {CONFIG_VARIABLE, "MATCHMAKER_DATA"}


@dataclass(frozen=True)
class Setting:
    """One leaf in force: its dotted name, its value as shown to people, and where it comes from."""

    name: str
    value: str
    origin: str


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _plant(tree: dict[str, Any], name: str, value: object) -> None:
    *branches, leaf = name.split(".")
    for branch in branches:
        tree = tree.setdefault(branch, {})
    tree[leaf] = value


def _known_names() -> dict[str, Any]:
    return dict(_leaves(Settings().model_dump()))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}). Check the path."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not valid TOML ({error}). Mend that line.") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[str, object]]:
    """Map dotted names to (variable, value); lists may be written as JSON or with commas."""
    known = _known_names()
    found: dict[str, tuple[str, object]] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower().replace("__", ".")
        if name in ("home", "database_url") and not text.strip():
            raise SettingsError(f"variable {variable}: is empty. Give it a value, or unset it.")
        if name not in known:
            raise SettingsError(
                f"variable {variable}: there is no setting {name!r}. "
                "`matchmaker settings` lists them all."
            )
        value: object = text
        if isinstance(known[name], tuple):
            value = _list_in(variable, text)
        found[name] = (variable, value)
    return found


def _list_in(variable: str, text: str) -> list[object]:
    if not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        values: list[object] = json.loads(text)
    except ValueError as error:
        raise SettingsError(
            f"variable {variable}: is no JSON list ({error}). Write [...], or values with commas."
        ) from error
    return values


def _origin_of(
    file: Path | None, environment: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    tree: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if file is not None:
        known = _known_names()
        for name, value in _leaves(_read_toml(file)):
            if name not in known:
                raise SettingsError(
                    f"{file}: there is no setting {name!r}. `matchmaker settings` lists them all."
                )
            _plant(tree, name, value)
            origins[name] = str(file)
    for name, (variable, value) in _from_environment(environment).items():
        _plant(tree, name, value)
        origins[name] = variable
    return tree, origins


def _validated(tree: dict[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        message = first["msg"][0].lower() + first["msg"][1:]
        origin = next((o for n, o in origins.items() if name.startswith(n)), "settings")
        raise SettingsError(f"{origin}: setting {name}: {message}.") from error


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Build the settings in force.

    Parameters
    ----------
    environment
        Usually `os.environ`; `MATCHMAKER_CONFIG` in it names the TOML file when `file` does not.

    Raises
    ------
    SettingsError
        If a source cannot be read, names an unknown setting, or holds a value out of range.
    """
    tree, origins = _origin_of(_file_of(environment, file), environment)
    return _validated(tree, origins)


def _without_password(url: str) -> str:
    # By pattern: an address that cannot be parsed must not show its password either.
    url = re.sub(r"(://[^:/@]*:).*@", r"\1***@", url)
    # Drivers take passwords, key files and the like as parameters of the query as well.
    return re.sub(rf"([?&](?!(?:{_PLAIN_PARAMETERS})=)[^=&#]+=)[^&#]*", r"\1***", url)


def settings_in_force(environment: Mapping[str, str], file: Path | None = None) -> list[Setting]:
    """List every setting with its value and origin; passwords are masked."""
    tree, origins = _origin_of(_file_of(environment, file), environment)
    return listed(_validated(tree, origins), origins)


def origins_of(environment: Mapping[str, str], file: Path | None = None) -> dict[str, str]:
    """Say where each setting comes from that is not the default: a file, or a variable.

    Raises
    ------
    SettingsError
        As `load_settings`.
    """
    return _origin_of(_file_of(environment, file), environment)[1]


def listed(settings: Settings, origins: Mapping[str, str]) -> list[Setting]:
    """List every setting with its value; passwords are masked.

    Parameters
    ----------
    settings
        In force.
    origins
        As of `origins_of`; what it does not name has its default.
    """
    rows = []
    for name, value in _leaves(settings.model_dump(mode="json")):
        if name in _ADDRESSES and value is not None:
            value = _without_password(value)
        shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
        rows.append(Setting(name, shown, origins.get(name, DEFAULT)))
    return rows


def _file_of(environment: Mapping[str, str], file: Path | None) -> Path | None:
    if file is not None:
        return file
    named = environment.get(CONFIG_VARIABLE)
    return Path(named) if named else None
