"""Events of fictional firms, put into a store as an adviser leaves them before planning."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from matchmaker.events.details import EventDetails, EventKind, Slot
from matchmaker.events.life import Edit, EventState
from matchmaker.events.registrations import Registration
from matchmaker.events.wishes import Wish, WishKind
from matchmaker.settings import Settings
from matchmaker.store import open_store

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
FIRST = ("Anne", "Basile", "Chloé", "David", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Jules")
LAST = ("Petit", "Martin", "Roy", "Klein", "Faure", "Haddad")


def name_of(number: int) -> str:
    """Name a participant; sixty names are all different."""
    return f"{FIRST[number % 10]} {LAST[number // 10 % 6]}"


def slots_of(count: int, begin: time = time(9), minutes: int = 20, pause: int = 5) -> tuple:
    """Make slots, one after the other."""
    now, found = datetime.combine(date(2026, 1, 1), begin), []
    for _ in range(count):
        found.append(Slot(now.time(), (now + timedelta(minutes=minutes)).time()))
        now += timedelta(minutes=minutes + pause)
    return tuple(found)


def put_event(
    settings: Settings,
    event_id: str,
    *,
    kind: str = "convention",
    people: int = 12,
    slots: int = 4,
    tables: int = 4,
    chambers: tuple[str, ...] = ("77", "91"),
    day: date = date(2027, 3, 18),
    wishes: int = 3,
    own_settings: dict | None = None,
    **changes,
) -> str:
    """Put an event with registered people of fictional firms, and wishes, into the store.

    `changes` are fields of single registrations by id: `p03={"name": "..."}`.
    """
    store, rng = open_store(settings.store_url), random.Random(event_id)
    with store.unit() as unit:
        frame = unit.companies.frame()
        shown = list(unit.companies.servable(frame["siret"].to_list()).values())
        firms = [
            firm
            for code in ("77", "91")
            for firm in [each for each in shown if each.department == code][: people // 2]
        ]
        details = EventDetails(
            kind=EventKind(kind),
            title="Rencontres d'affaires",
            day=day,
            chambers=chambers,
            tables=tables,
            slots=slots_of(slots),
            place="Évry",
            fictional=True,
            settings=own_settings or {},
        )
        event = unit.events.create(event_id, details, at=AT, by="Zoé")
        registered = [
            Registration(
                **{
                    "id": f"p{n:02}",
                    "name": name_of(n),
                    "company": firm.name or f"Firme {n}",
                    "siret": firm.siret,
                    "department": firm.department,
                    **changes.get(f"p{n:02}", {}),
                }
            )
            for n, firm in enumerate(firms)
        ]
        edit = Edit(event.version, AT, "Zoé")
        event = unit.events.registrations.put(event_id, edit, registered)
        edit = Edit(event.version, AT, "Zoé")
        event = unit.events.move(event_id, edit, EventState.REGISTERING)
        ids = [each.id for each in registered]
        wanted = [
            Wish(who, other, WishKind.YES)
            for who in ids
            for other in rng.sample([each for each in ids if each != who], wishes)
        ]
        if wishes and kind == "convention":
            unit.events.wishes.put(event_id, Edit(event.version, AT, "Zoé"), wanted)
    store.close()
    return event_id
