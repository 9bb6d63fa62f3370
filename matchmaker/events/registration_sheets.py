"""Registrations from a spreadsheet: good rows taken over or brought up to date, bad ones apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from matchmaker.events.life import CHANGES, Change, Event
from matchmaker.events.participant_index import ParticipantIndex
from matchmaker.events.registration_columns import REGISTRATION_COLUMNS, registration_values
from matchmaker.events.registrations import SEEN_ON_THE_DAY, Registration, registration_fault
from matchmaker.identifiers import new_id
from matchmaker.spelling import fold
from matchmaker.tabular.rejects import BadValueError, Reject
from matchmaker.tabular.sheets import Sheet, SheetRow, match_columns

OPTED_OUT = "company asked not to be contacted or shown; take its opt-out back first"
NOT_YET = "who was there can be entered from the moment that the plan is published"
REPEATED = "participant is there twice; the first row counts"
OTHER_ID = "participant is known under another id; use that one"
SHARED_EMAIL = "e-mail is that of another row; give each participant an id of their own"


@dataclass(frozen=True, slots=True)
class RegistrationImport:
    """What a spreadsheet brings.

    Parameters
    ----------
    registrations
        Those that are new or changed, to be written.
    emails
        E-mails that are new or changed, by id; `None` where the cell is empty now.
    new, changed, unchanged
        Numbers of participants.
    rejects
        Rows that are wrong: line, column, value, reason.
    notes
        Other things worth knowing, counted.
    ignored_columns
        Columns that nothing was read from.
    taken
        Ids of the participants whom the rows mean, those of earlier rows included.
    """

    registrations: tuple[Registration, ...]
    emails: Mapping[str, str | None]
    new: int
    changed: int
    unchanged: int
    rejects: tuple[Reject, ...]
    notes: Mapping[str, int]
    ignored_columns: tuple[str, ...]
    taken: frozenset[str] = frozenset()


def import_registrations(
    sheet: Sheet,
    event: Event,
    *,
    known: Sequence[Registration],
    emails: Mapping[str, str],
    opted_out: frozenset[str],
    random: Random,
    earlier: frozenset[str] = frozenset(),
) -> RegistrationImport:
    """Read registrations and compare them with those that are stored. Nothing is written.

    A row means a stored participant with the same id, else the same e-mail, else the same name and
    SIRET, else the same name and firm where one of the two has no SIRET. Of that participant the
    fields change for which the file has a column, an empty cell included (an empty status
    excepted); all others stay.

    Parameters
    ----------
    sheet
        With the columns of `REGISTRATION_COLUMNS`; the name is needed.
    event
        The event, for its slots, tables and state.
    known
        Participants that are stored.
    emails
        Their e-mails by id.
    opted_out
        SIRETs of companies that opted out: their rows are set apart.
    random
        Where the ids of new participants come from, if the file gives none.
    earlier
        Ids of the participants whom earlier rows of the same file meant, where its wrong rows come
        once more, mended: none of them may be meant again. None if not given.

    Raises
    ------
    InputFileError
        If the name has no column, or two columns mean the same.
    """
    columns = match_columns(sheet, REGISTRATION_COLUMNS, ("name",))
    index = ParticipantIndex(known, emails)
    reading = _Reading(event, columns, opted_out, random, index, earlier)
    for row in sheet.rows:
        reading.take(row)
    stored = {registration.id: registration for registration in known}
    taken = reading.taken
    mails = {who: m for who, m in reading.emails.items() if m != emails.get(who)}
    new = [who for who in taken if who not in stored]
    changed = [w for w in taken if w in stored and (taken[w] != stored[w] or w in mails)]
    return RegistrationImport(
        registrations=tuple(taken[who] for who in taken if taken[who] != stored.get(who)),
        emails=mails,
        new=len(new),
        changed=len(changed),
        unchanged=len(taken) - len(new) - len(changed),
        rejects=(*sheet.bad_rows, *reading.rejects),
        notes=dict(reading.notes),
        ignored_columns=tuple(c for c in sheet.header if c not in columns.values()),
        taken=earlier | taken.keys(),
    )


class _Reading:
    """A sheet on its way, row by row."""

    def __init__(
        self,
        event: Event,
        columns: dict[str, str],
        opted_out: frozenset[str],
        random: Random,
        index: ParticipantIndex,
        earlier: frozenset[str],
    ) -> None:
        self._event, self._columns, self._opted_out = event, columns, opted_out
        self._random, self._index, self._earlier = random, index, earlier
        self.taken: dict[str, Registration] = {}
        self.emails: dict[str, str | None] = {}
        self.rejects: list[Reject] = []
        self.notes: Counter[str] = Counter()

    def take(self, row: SheetRow) -> None:
        """Take one row over, or set it apart."""
        try:
            values = registration_values(row, self._columns, self._event.details, self.notes)
            registration, email = self._registration(row, values)
        except BadValueError as fault:
            self.rejects.append(fault.at(row.line))
            return
        self.taken[registration.id] = registration
        if "email" in self._columns:
            self.emails[registration.id] = email
        self._index.add(registration, email)

    def _registration(
        self, row: SheetRow, values: dict[str, Any]
    ) -> tuple[Registration, str | None]:
        email, given = values.pop("email", None), values.pop("id", None)
        known = self._find(row, given, email, values)
        if known is None:
            who = given or new_id(self._random, self._index.ids)
            registration = Registration(id=who, **values)
        else:
            registration = replace(known, **values)
        self._check(row, registration)
        return registration, email

    def _find(
        self, row: SheetRow, given: str | None, email: str | None, values: dict[str, Any]
    ) -> Registration | None:
        """Find the participant that a row means."""
        found = self._index.find(
            given, email, values["name"], values.get("siret"), values.get("company")
        )
        if given is not None and found is not None and found.id != given:
            if self._is_taken(found):
                return None  # Two rows with two ids are two people, whatever their names.
            raise self._fault(row, "id", OTHER_ID)
        if found is not None and self._is_taken(found):
            other_name = fold(found.name) != fold(values["name"])
            shared = given is None and email is not None and other_name
            field = "email" if shared else "name" if given is None else "id"
            raise self._fault(row, field, SHARED_EMAIL if shared else REPEATED)
        return found

    def _is_taken(self, found: Registration) -> bool:
        return found.id in self.taken or found.id in self._earlier

    def _check(self, row: SheetRow, registration: Registration) -> None:
        fault = registration_fault(registration, self._event.details)
        if fault:
            raise self._fault(row, *fault)
        if registration.siret in self._opted_out:
            raise self._fault(row, "siret", OPTED_OUT)
        may_attend = Change.ATTENDANCE in CHANGES[self._event.state]
        if "status" in self._columns and registration.status in SEEN_ON_THE_DAY and not may_attend:
            raise self._fault(row, "status", NOT_YET)

    def _fault(self, row: SheetRow, field: str, reason: str) -> BadValueError:
        column = self._columns.get(field, field)
        return BadValueError(column, row.cells.get(column, ""), reason)
