"""The settings in force: what each means, its value, and where that comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access import OperationsCaller
from api.deps import LanguageQuery, ServiceDep
from api.pages.administration.room import HOME, administration_page
from matchmaker.settings import DEFAULT, Setting, Settings, listed
from matchmaker.texts import Language, say

router = APIRouter(prefix=HOME, include_in_schema=False)

GENERAL = "general"
"""Group of the settings that are in no branch."""
MASK = "**********"
_DECIMAL = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True)
class SettingRow:
    """One setting.

    Parameters
    ----------
    name
        Dotted.
    value
        In words; a secret only as set or not set.
    secret
        Whether it is one.
    origin
        `default`, or the variable, or the name of the file.
    changed
        Whether somebody has set it.
    """

    name: str
    value: str
    secret: bool
    origin: str
    changed: bool


@router.get("/reglages")
async def settings_page(
    request: Request,
    caller: OperationsCaller,
    service: ServiceDep,
    changes: bool = False,
    lang: LanguageQuery = "fr",
) -> Response:
    """List the settings by group; only those that somebody has set where `changes` asks so."""
    rows = setting_rows(service.settings, request.app.state.origins, lang)
    shown = [row for row in rows if row.changed or not changes]
    return administration_page(
        request,
        caller,
        "settings",
        "settings.html",
        lang,
        groups=_grouped(shown),
        changes=changes,
        changed=sum(row.changed for row in rows),
    )


def setting_rows(
    settings: Settings, origins: dict[str, str], language: Language
) -> list[SettingRow]:
    """Put every setting into words; what somebody has set says so."""
    defaults = {each.name: each.value for each in listed(Settings(), {})}
    return [_row(each, defaults[each.name], language) for each in listed(settings, origins)]


def _row(setting: Setting, default: str, language: Language) -> SettingRow:
    secret, given = setting.value == MASK, setting.origin != DEFAULT
    # Settings may be handed over by the program that starts the service, without a source.
    changed = given or setting.value != default
    # The folder of a file is nobody's business here.
    origin = Path(setting.origin).name if given else ("given" if changed else DEFAULT)
    return SettingRow(setting.name, _value(setting.value, language), secret, origin, changed)


def _value(text: str, language: Language) -> str:
    """Write a value for people: `listed` gives texts as they are, other values as JSON."""
    if text == MASK:
        return say(language, "administration.settings.set")
    if text in ("null", "[]", ""):
        return say(language, "administration.settings.none")
    if text in ("true", "false"):
        return say(language, f"administration.{'yes' if text == 'true' else 'no'}")
    try:
        several = json.loads(text) if text.startswith("[") else None
    except ValueError:
        several = None
    parts = [str(each) for each in several] if isinstance(several, list) else [text]
    return ", ".join(_number(part, language) for part in parts)


def _number(text: str, language: Language) -> str:
    """Write a number with the decimal sign of the language; other texts stay as they are."""
    if _DECIMAL.fullmatch(text) is None:
        return text
    return text.removesuffix(".0").replace(".", say(language, "words.number_comma"))


def _grouped(rows: Sequence[SettingRow]) -> list[tuple[str, list[SettingRow]]]:
    groups: dict[str, list[SettingRow]] = {}
    for row in rows:
        group = row.name.partition(".")[0] if "." in row.name else GENERAL
        groups.setdefault(group, []).append(row)
    return list(groups.items())
