"""The settings of each kind of event as fields of a form: which, in which range, set to what.

Names and defaults are those of the documents that preparing and planners read; a test compares
them. What is not in the table (weights, places) stays as it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.pages.forms import Form
from matchmaker.events.details import EventKind


class Entry(StrEnum):
    """How a setting is typed."""

    COUNT = "count"
    PERCENT = "percent"
    NUMBER = "number"
    TICK = "tick"
    CHOICE = "choice"
    TEXT = "text"
    RATE = "rate"
    """One share of acceptances for everybody, in percent."""


@dataclass(frozen=True)
class SettingField:
    """One setting.

    Parameters
    ----------
    name
        In the settings of the event; its words are `event_pages.setting.<kind>.<name>`.
    entry
        How it is typed.
    default
        What the planner takes where nothing is set.
    low, high
        Range of a number, as it is typed.
    options
        Values of a choice, lists joined by commas.
    preset
        What a new event begins with, where that is not the default.
    needed
        Whether the planner does without it.
    advanced
        Whether it is shown among those that few advisers touch.
    """

    name: str
    entry: Entry
    default: Any = None
    low: float = 0
    high: float = 999
    options: tuple[str, ...] = ()
    preset: Any = None
    needed: bool = False
    advanced: bool = False

    @property
    def control(self) -> str:
        """Name of its control in the form."""
        return f"s_{self.name}"


_C = Entry
_SAME = SettingField("same_department", _C.TICK, False)

SETTING_FIELDS: Mapping[EventKind, tuple[SettingField, ...]] = {
    EventKind.CONVENTION: (
        SettingField("best_partners", _C.COUNT, 20, 0, 500),
        _SAME,
        SettingField("fairness", _C.COUNT, None, 0, 200, advanced=True),
        SettingField(
            "objective",
            _C.CHOICE,
            ["value", "breaks", "idle"],
            options=("value,breaks,idle", "value,idle,breaks"),
            advanced=True,
        ),
    ),
    EventKind.ROUND_TABLES: (
        SettingField("seats_min", _C.COUNT, 4, 2, 50),
        SettingField("seats_max", _C.COUNT, 10, 2, 50, preset=8),
        SettingField("repeats", _C.CHOICE, "never", options=("never", "avoid"), preset="avoid"),
        SettingField("rounds", _C.COUNT, None, 1, 100, advanced=True),
        SettingField("same_department", _C.TICK, False, advanced=True),
        SettingField("cross_weight", _C.NUMBER, 0.05, 0, 100, advanced=True),
        SettingField("small_table_weight", _C.NUMBER, 0.05, 0, 100, advanced=True),
    ),
    EventKind.PEER_GROUPS: (
        SettingField("groups", _C.COUNT, None, 1, 500),
        SettingField("size_min", _C.COUNT, 12, 1, 100),
        SettingField("size_max", _C.COUNT, 18, 1, 100),
        SettingField("mentors_min", _C.COUNT, 2, 0, 20),
        SettingField("mentors_max", _C.COUNT, 3, 0, 20),
        SettingField("department_min", _C.COUNT, 3, 0, 100),
        SettingField("travel_max_minutes", _C.COUNT, None, 1, 600),
        SettingField("may_leave_out", _C.TICK, False),
        SettingField("theme_partners", _C.COUNT, 3, 0, 50, advanced=True),
        SettingField("department_share_min", _C.PERCENT, 0.0, 0, 100, advanced=True),
        SettingField("detour", _C.NUMBER, 1.3, 1, 3, advanced=True),
        SettingField("speed_km_h", _C.NUMBER, 45.0, 1, 200, advanced=True),
    ),
    EventKind.INVITATIONS: (
        SettingField("theme", _C.TEXT, "", high=2000),
        SettingField("size", _C.COUNT, None, 1, 9999, preset=60, needed=True),
        SettingField("budget", _C.COUNT, None, 1, 9999, preset=200, needed=True),
        SettingField("k", _C.COUNT, None, 1, 20, preset=3, needed=True),
        SettingField("acceptance_rates", _C.RATE, (), 1, 100, preset=0.4, needed=True),
        SettingField("waves", _C.COUNT, 1, 1, 10, preset=2),
        SettingField("waves_sent", _C.COUNT, 0, 0, 9, advanced=True),
        SettingField("confidence", _C.PERCENT, 0.8, 50, 99, advanced=True),
        SettingField("size_over", _C.PERCENT, 0.1, 0, 100, advanced=True),
        SettingField("department_share_min", _C.PERCENT, 0.4, 0, 50, advanced=True),
        SettingField("good_from", _C.NUMBER, 0.4, 0.01, 1, advanced=True),
        SettingField("best_partners", _C.COUNT, 40, 1, 500, advanced=True),
        SettingField("candidates_each", _C.COUNT, 500, 1, 5000, advanced=True),
        SettingField("same_department", _C.TICK, False, advanced=True),
    ),
}


def preset_settings(kind: EventKind) -> dict[str, Any]:
    """Give the settings that a new event begins with."""
    fields = [each for each in SETTING_FIELDS[kind] if each.preset is not None]
    return {
        each.name: [{"rate": each.preset}] if each.entry is _C.RATE else each.preset
        for each in fields
    }


def typed_settings(kind: EventKind, settings: Mapping[str, Any]) -> dict[str, str]:
    """Write stored settings as they would be typed, by the names of their controls."""
    return {
        each.control: _typed(each, settings.get(each.name, each.default))
        for each in SETTING_FIELDS[kind]
    }


def _typed(field: SettingField, value: Any) -> str:  # noqa: ANN401 - any JSON
    match field.entry:
        case _ if value is None:
            return ""
        case Entry.RATE:
            first = value[0]["rate"] if value else None
            return "" if first is None else _decimal(100 * first)
        case Entry.PERCENT:
            return _decimal(100 * value)
        case Entry.NUMBER:
            return _decimal(value)
        case Entry.TICK:
            return "oui" if value else ""
        case Entry.CHOICE if not isinstance(value, str):
            return ",".join(value)
        case _:
            return str(value)


def _decimal(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")


def sent_settings(kind: EventKind, form: Form) -> dict[str, str]:
    """Read the settings of a form as they were typed, by the names of their controls."""
    return {each.control: form.text(each.control) for each in SETTING_FIELDS[kind]}


def read_settings_form(
    kind: EventKind, typed: Mapping[str, str], before: Mapping[str, Any]
) -> tuple[dict[str, Any], list[SettingField]]:
    """Make settings of what was typed.

    Parameters
    ----------
    before
        Settings that are stored; those without a field stay.

    Returns
    -------
    tuple of dict and list
        The settings, without those at their default; and the fields that are wrong.
    """
    settings, wrong = dict(before), []
    for field in SETTING_FIELDS[kind]:
        try:
            value = _read(field, typed[field.control])
        except ValueError:
            wrong.append(field)
            continue
        settings.pop(field.name, None)
        if value is not None and value != field.default:
            settings[field.name] = _kept(field, value, before)
    return settings, wrong


def _kept(field: SettingField, value: Any, before: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Keep several rates of acceptance, of which the form shows the first, where it is the same."""
    rates = before.get(field.name)
    if field.entry is Entry.RATE and rates and rates[0]["rate"] == value[0]["rate"]:
        return rates
    return value


def _read(field: SettingField, text: str) -> Any:  # noqa: ANN401
    if field.entry is Entry.TICK:
        return bool(text)
    if not text:
        if field.needed:
            raise ValueError(field.name)
        return None
    match field.entry:
        case Entry.TEXT:
            return _within(field, len(text), text)
        case Entry.CHOICE:
            return _choice(field, text)
        case Entry.COUNT:
            if not (text.isascii() and text.isdigit()):
                raise ValueError(field.name)
            return _within(field, int(text), int(text))
    number = float(text.replace(",", ".").removesuffix("%").strip())
    if field.entry is Entry.NUMBER:
        return _within(field, number, number)
    share = round(number / 100, 6)
    return _within(field, number, [{"rate": share}] if field.entry is Entry.RATE else share)


def _within(field: SettingField, measure: float, value: Any) -> Any:  # noqa: ANN401
    if not field.low <= measure <= field.high:
        raise ValueError(field.name)
    return value


def _choice(field: SettingField, text: str) -> str | list[str]:
    if text not in field.options:
        raise ValueError(field.name)
    return text.split(",") if "," in text else text
