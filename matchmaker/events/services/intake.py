"""Registrations into an event as a page takes them in: completed from the registry, firms kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from random import Random

from matchmaker.accounts.principals import Principal
from matchmaker.companies import Company
from matchmaker.events.life import Edit, Event
from matchmaker.events.registration_sheets import RegistrationImport, import_registrations
from matchmaker.events.registrations import Registration
from matchmaker.events.services.contacting import check_firms_kept
from matchmaker.store import Unit
from matchmaker.tabular.sheets import Sheet


def take_in(
    unit: Unit,
    event: Event,
    caller: Principal,
    edit: Edit,
    sheet: Sheet,
    random: Random,
    earlier: Collection[str] = (),
) -> tuple[Event, RegistrationImport]:
    """Read a sheet of registrations, complete them, and write those that are new or changed.

    Parameters
    ----------
    unit
        A unit that writes.
    event
        One that the caller reaches.
    caller, edit
        Who writes, and which version they have read.
    sheet
        The table.
    random
        Where the ids of new participants come from.
    earlier
        As for `import_registrations`; none if not given.

    Raises
    ------
    EventConflictError, EventStateError, ProblemError
        As the store.
    InputFileError
        If a column is missing, or two mean the same.
    NotAllowedError
        As `check_firms_kept`.
    """
    before = unit.events.registrations.all(event.id)
    found = import_registrations(
        sheet,
        event,
        known=before,
        emails=unit.events.registrations.emails(event.id),
        opted_out=unit.exclusions.opted_out(),
        random=random,
        earlier=frozenset(earlier),
    )
    known = {each.id for each in before}
    new = completed(unit, [each for each in found.registrations if each.id not in known])
    written = (*new, *(each for each in found.registrations if each.id in known))
    check_firms_kept(unit, caller, before, written)
    after = unit.events.registrations.put(event.id, edit, written, found.emails)
    return after, found


def completed(unit: Unit, registrations: Sequence[Registration]) -> tuple[Registration, ...]:
    """Fill in department and name of a firm where only its SIRET was given.

    Nothing that was given is changed. Plans across departments need to know the department. The
    name is not taken of a firm that may not be shown: what it gives itself is its own.
    """
    firms = unit.companies.many(sorted({each.siret for each in registrations if each.siret}))
    shown = unit.portfolio.shown(sorted(firms))
    return tuple(
        _completed(each, firms.get(each.siret or ""), named=each.siret in shown)
        for each in registrations
    )


def _completed(registration: Registration, firm: Company | None, *, named: bool) -> Registration:
    if firm is None:
        return registration
    return replace(
        registration,
        company=registration.company or (firm.name if named else "") or "",
        department=registration.department or firm.department,
    )
