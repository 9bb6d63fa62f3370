"""What a firm declares through the service, and what a file says of it later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime

from matchmaker.accounts.principals import Principal
from matchmaker.companies import Profile
from matchmaker.errors import UnknownCompanyError
from matchmaker.store import Unit

SOURCE = "service"
"""Where a profile comes from that was declared here."""

CHANGED = "profile.changed"
"""Action in the audit log; it names the fields and not what is in them."""

_STAMPS = frozenset({"siret", "source", "changed_at", "changed_by"})


def declare(unit: Unit, profile: Profile, *, by: Principal, at: datetime) -> Profile:
    """Write what a firm declares, whole in place of what it declared before.

    The last one to write wins; the audit log says who changed which fields. Consent that is
    withdrawn holds from the next request on.

    Parameters
    ----------
    unit
        Where it is written.
    profile
        Its source and its stamps are set here.
    by, at
        Who declares it, and when.

    Raises
    ------
    UnknownCompanyError
        If the firm is not in the store.
    """
    if unit.companies.get(profile.siret) is None:
        raise UnknownCompanyError(
            f"company {profile.siret} is not in the store. Check the number, or import its "
            "department."
        )
    before = unit.profiles.get(profile.siret)
    written = replace(profile, source=SOURCE, changed_at=at, changed_by=by.label)
    unit.profiles.upsert([written])
    changed = changed_fields(before, written)
    unit.audit.note(at=at, by=by, action=CHANGED, subject=profile.siret, fields=changed)
    return written


def changed_fields(before: Profile | None, after: Profile) -> list[str]:
    """Names of the fields that differ, sorted; all that hold something where none was before."""
    other = before or Profile(after.siret, consent=False)
    names = [field.name for field in fields(Profile) if field.name not in _STAMPS]
    return sorted(name for name in names if getattr(after, name) != getattr(other, name))


def kept_from_file(
    stored: dict[str, Profile], incoming: Iterable[Profile], *, at: datetime
) -> Iterator[Profile]:
    """Choose what a file may write over profiles that firms have declared through the service.

    What a firm declared itself is newer than a file about it and stays. A file that says that it no
    longer agrees is followed nevertheless: its texts stay, unseen, and its consent is withdrawn.

    Parameters
    ----------
    stored
        Profiles of the store, by SIRET.
    incoming
        Profiles of the file.
    at
        Moment of the import.
    """
    for profile in incoming:
        own = stored.get(profile.siret)
        if own is None or own.changed_at is None:
            yield profile
        elif own.consent and not profile.consent:
            yield replace(own, consent=False, changed_at=at, changed_by=profile.source)
