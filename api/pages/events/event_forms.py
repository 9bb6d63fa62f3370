"""The form of an event: what it shows, what was typed, and the details that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.pages.events.head import SEATED
from api.pages.events.setting_fields import (
    preset_settings,
    read_settings_form,
    sent_settings,
    typed_settings,
)
from api.pages.forms import Form
from matchmaker.events.details import (
    LONGEST_TITLE,
    MAX_TABLES,
    EventDetails,
    EventKind,
    Session,
    Slot,
)
from matchmaker.events.life import Change
from matchmaker.events.timetables import (
    LONGEST,
    LONGEST_GAP,
    SHORTEST,
    Fault,
    Part,
    TimetableError,
    checked_slots,
    read_moment,
    read_parts,
    sessions_of,
    slots_of,
    spans_text,
)
from matchmaker.texts import Language, say

COMPUTED, LISTED = "parties", "liste"
"""Ways to give the slots: parts of the day that are cut, or one by one."""
_PARTS = (("debut1", "fin1"), ("debut2", "fin2"))
_TEXTS = ("titre", "jour", "lieu", "tables", "horaire", "duree", "battement", "pauses", "creneaux")

_DAYS: Mapping[EventKind, Mapping[str, str]] = {
    EventKind.CONVENTION: {
        "debut1": "09:00",
        "fin1": "12:00",
        "debut2": "14:00",
        "fin2": "17:00",
        "duree": "20",
        "battement": "5",
        "tables": "12",
    },
    EventKind.ROUND_TABLES: {
        "debut1": "18:30",
        "fin1": "20:30",
        "duree": "20",
        "battement": "5",
    },
}
"""What a new event begins with: a convention like Techinnov, an evening of tables."""


@dataclass
class EventForm:
    """A form of an event.

    Parameters
    ----------
    kind
        What is planned.
    typed
        Texts by the names of their controls.
    chambers
        Ticked departments.
    fictional
        Whether that is ticked.
    wrong
        What is wrong, by control, as sentences.
    slots
        Slots that the form comes to; none where it comes to none.
    details
        What it makes; nothing where something is wrong.
    """

    kind: EventKind
    typed: dict[str, str]
    chambers: tuple[str, ...]
    fictional: bool
    wrong: dict[str, str] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    details: EventDetails | None = None


def new_form(
    kind: EventKind, chambers: Sequence[str], *, fictional: bool, language: Language
) -> EventForm:
    """Fill in a form as a new event of this kind begins."""
    typed = {**_blank(), **_DAYS.get(kind, {}), **typed_settings(kind, preset_settings(kind))}
    form = EventForm(kind, typed, tuple(chambers), fictional)
    _read_timetable(form, language)
    form.wrong.clear()
    return form


def stored_form(details: EventDetails) -> EventForm:
    """Fill in a form with what is stored."""
    typed = {
        **_blank(),
        **_DAYS.get(details.kind, {}),
        "titre": details.title,
        "jour": details.day.isoformat(),
        "lieu": details.place,
        "tables": str(details.tables or ""),
        "horaire": LISTED,
        "creneaux": spans_text(details.slots),
        **typed_settings(details.kind, details.settings),
    }
    return EventForm(details.kind, typed, details.chambers, details.fictional, slots=details.slots)


def _blank() -> dict[str, str]:
    names = [*_TEXTS, *(name for pair in _PARTS for name in pair)]
    return dict.fromkeys(names, "") | {"horaire": COMPUTED}


def sent_form(
    kind: EventKind,
    form: Form,
    language: Language,
    *,
    own_chamber: str | None,
    before: EventDetails | None = None,
    open_changes: frozenset[Change] = frozenset(Change),
) -> EventForm:
    """Read what was typed, and say what is wrong with it.

    Parameters
    ----------
    own_chamber
        Chamber that has to be among those of the event; nothing where any will do.
    before
        The stored event, for what the form does not show; nothing of a new one.
    open_changes
        What the state of the event lets change: the rest of the form is not read. Everything if
        not given.
    """
    typed = {name: form.text(name) for name in _blank()} | sent_settings(kind, form)
    chambers = tuple(sorted(set(form.texts("chambres"))))
    sent = EventForm(kind, typed, chambers, form.ticked("fictif"))
    day = _read_day(sent, language)
    _check_texts(sent, language, own_chamber)
    tables, settings = 0, dict(before.settings) if before else {}
    if before is not None and Change.FRAME not in open_changes:
        tables, sent.slots, sent.fictional = before.tables, before.slots, before.fictional
    else:
        tables = _read_tables(sent, language)
        _read_timetable(sent, language)
    if Change.SETTINGS in open_changes:
        settings = _settings(sent, settings, language)
    if not sent.wrong and day is not None:
        sent.details = _details(sent, day, tables, settings, before, language)
    return sent


def _wrong(form: EventForm, name: str, language: Language, key: str, **values: object) -> None:
    form.wrong.setdefault(name, say(language, f"event_pages.wrong.{key}", **values))


def _read_day(form: EventForm, language: Language) -> date | None:
    try:
        return date.fromisoformat(form.typed["jour"])
    except ValueError:
        _wrong(form, "jour", language, "day")
        return None


def _check_texts(form: EventForm, language: Language, own_chamber: str | None) -> None:
    if not form.typed["titre"]:
        _wrong(form, "titre", language, "title")
    for name in ("titre", "lieu"):
        if len(form.typed[name]) > LONGEST_TITLE:
            _wrong(form, name, language, "too_long", count=LONGEST_TITLE)
    if not form.chambers or not set(form.chambers) <= {"77", "91", own_chamber}:
        _wrong(form, "chambres", language, "chambers")
    elif own_chamber is not None and own_chamber not in form.chambers:
        _wrong(form, "chambres", language, "own_chamber", chamber=own_chamber)


def _read_tables(form: EventForm, language: Language) -> int:
    text = form.typed["tables"]
    if form.kind not in SEATED or (not text and form.kind is EventKind.ROUND_TABLES):
        return 0
    tables = _count(text)
    lowest = 1 if form.kind is EventKind.CONVENTION else 0
    if tables is None or not lowest <= tables <= MAX_TABLES:
        _wrong(form, "tables", language, "tables", count=MAX_TABLES)
        return 0
    return tables


def _read_timetable(form: EventForm, language: Language) -> None:
    if form.kind not in SEATED:
        return
    listed = form.typed["horaire"] == LISTED
    try:
        form.slots = _listed(form) if listed else _computed(form, language)
    except TimetableError as error:
        where = "creneaux" if listed else "pauses" if error.what else "debut1"
        _wrong(form, where, language, f"timetable.{error.fault}", what=error.what)
        return
    if not form.slots:
        _wrong(form, "creneaux" if listed else "debut1", language, "timetable.none_fits", what="")


def _listed(form: EventForm) -> tuple[Slot, ...]:
    parts = read_parts(form.typed["creneaux"])
    return checked_slots(Slot(part.start, part.end) for part in parts)


def _computed(form: EventForm, language: Language) -> tuple[Slot, ...]:
    minutes, gap = _count(form.typed["duree"]), _count(form.typed["battement"] or "0")
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        _wrong(form, "duree", language, "minutes", low=SHORTEST, high=LONGEST)
    if gap is None or gap > LONGEST_GAP:
        _wrong(form, "battement", language, "minutes", low=0, high=LONGEST_GAP)
    parts = [part for pair in _PARTS if (part := _part(form, pair, language)) is not None]
    if form.wrong.keys() & {"duree", "battement", "debut1", "debut2"} or not (minutes and parts):
        return ()
    return checked_slots(slots_of(parts, minutes, gap or 0, read_parts(form.typed["pauses"])))


def _part(form: EventForm, pair: tuple[str, str], language: Language) -> Part | None:
    start, end = (form.typed[name] for name in pair)
    if not start and not end:
        return None
    from_, to = read_moment(start), read_moment(end)
    if from_ is None or to is None:
        _wrong(form, pair[0], language, "timetable.unreadable", what=start or end)
        return None
    if from_ >= to:
        shown = f"{start}-{end}"
        _wrong(form, pair[0], language, f"timetable.{Fault.BACKWARDS}", what=shown)
        return None
    return Part(from_, to)


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _settings(form: EventForm, before: Mapping[str, Any], language: Language) -> dict[str, Any]:
    settings, wrong = read_settings_form(form.kind, form.typed, before)
    for each in wrong:
        key = "setting_needed" if each.needed and not form.typed[each.control] else "setting"
        _wrong(form, each.control, language, key, low=_shown(each.low), high=_shown(each.high))
    _check_ranges(form, settings, language)
    return settings


_RANGES = (("size_min", "size_max"), ("mentors_min", "mentors_max"), ("seats_min", "seats_max"))


def _check_ranges(form: EventForm, settings: Mapping[str, Any], language: Language) -> None:
    for low, high in _RANGES:
        small, large = (
            _count(form.typed.get(f"s_{low}", "")),
            _count(form.typed.get(f"s_{high}", "")),
        )
        if small is not None and large is not None and small > large:
            _wrong(form, f"s_{high}", language, "range")
    if settings.get("waves_sent", 0) > settings.get("waves", 1) and "s_waves" in form.typed:
        _wrong(form, "s_waves", language, "waves")


def _shown(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _details(
    form: EventForm,
    day: date,
    tables: int,
    settings: Mapping[str, Any],
    before: EventDetails | None,
    language: Language,
) -> EventDetails:
    seated = form.kind in SEATED
    slots = form.slots if seated or before is None else before.slots
    same = before is not None and before.slots == slots
    return EventDetails(
        kind=form.kind,
        title=form.typed["titre"],
        day=day,
        chambers=form.chambers,
        tables=tables if seated or before is None else before.tables,
        slots=slots,
        sessions=before.sessions if before and same else _sessions(form, language),
        place=form.typed["lieu"],
        timezone=before.timezone if before else "Europe/Paris",
        fictional=form.fictional,
        settings=settings,
    )


def _sessions(form: EventForm, language: Language) -> tuple[Session, ...]:
    if form.kind is not EventKind.CONVENTION:
        return ()
    morning, afternoon, evening = (
        say(language, f"event_pages.part.{name}") for name in ("morning", "afternoon", "evening")
    )
    return sessions_of(form.slots, (morning, afternoon, evening))
