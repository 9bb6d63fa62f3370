"""Erasing what is held on a firm or on a person, from every table that holds some of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from matchmaker.mail.letters import LetterKind
from matchmaker.mail.links import LinkPurpose
from matchmaker.mail.outbox import CANCELLABLE, LetterState
from matchmaker.store.account_tables import account_companies, accounts, claims, contact_reads
from matchmaker.store.batches import put
from matchmaker.store.crossings import note_crossings, of_group
from matchmaker.store.erased import ERASED
from matchmaker.store.event_tables import contacts, registrations
from matchmaker.store.events import EventRepository
from matchmaker.store.introduction_tables import competitor_overrides, feedback, introductions
from matchmaker.store.introductions import IntroductionRepository
from matchmaker.store.list_tables import saved_list_members
from matchmaker.store.mail_tables import digests, mail_links, mail_refusals, outbox
from matchmaker.store.scrubbing import rename_actor, scrub_documents, scrub_text
from matchmaker.store.tables import companies, opt_outs, profiles, relation_members, relations

_ALWAYS_GOOD = (LinkPurpose.UNSUBSCRIBE.value, LinkPurpose.OPT_OUT.value)

ERASED_PERSON = "erased account"
"""Put in the place of the name of an erased account in histories and logs."""


class ErasureRepository:
    """What makes firms and persons forgotten, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_erased(self, siret: str) -> bool:
        """Whether a firm was erased, and is not back since."""
        statement = sa.select(opt_outs.c.reason).where(opt_outs.c.siret == siret)
        return self._connection.scalar(statement) == ERASED

    def letters_about(self, siret: str) -> tuple[int, ...]:
        """Numbers of the letters to a firm, or that may name it to others."""
        which = self._about(outbox, siret) | self._digests_naming(siret)
        return tuple(self._connection.scalars(sa.select(outbox.c.id).where(which)))

    def letters_to(self, account_id: str, email: str) -> tuple[int, ...]:
        """Numbers of the letters to a person."""
        same = sa.func.lower(outbox.c.recipient) == email.lower()
        which = (outbox.c.account_id == account_id) | same
        return tuple(self._connection.scalars(sa.select(outbox.c.id).where(which)))

    def cancel_letters(self, siret: str, *, at: datetime) -> int:
        """Keep the letters for a firm, and those that speak of it to others, from leaving.

        The links in earlier letters to it end as well, but for those that refuse letters or keep
        the firm out.

        Returns
        -------
        int
            Letters that do not leave.
        """
        ended = self._about(mail_links, siret) & mail_links.c.purpose.not_in(_ALWAYS_GOOD)
        self._connection.execute(sa.delete(mail_links).where(ended))
        statement = (
            sa.update(outbox)
            .where(
                outbox.c.state.in_([state.value for state in CANCELLABLE]),
                self._about(outbox, siret) | self._digests_naming(siret),
            )
            .values(state=LetterState.CANCELLED.value, settled_at=at, content=sa.null())
        )
        return self._connection.execute(statement).rowcount

    def _about(self, table: sa.Table, siret: str) -> sa.ColumnElement[bool]:
        """Rows of letters or links for a firm, or of an introduction that it has a side in."""
        own = sa.select(introductions.c.id).where(
            (introductions.c.company == siret) | (introductions.c.partner == siret)
        )
        return (table.c.siret == siret) | table.c.introduction_id.in_(own)

    def _digests_naming(self, siret: str) -> sa.ColumnElement[bool]:
        readers = sa.select(digests.c.siret).where(
            sa.cast(digests.c.partners, sa.Text).contains(siret)
        )
        return (outbox.c.kind == LetterKind.DIGEST.value) & outbox.c.siret.in_(readers)

    def erase_company(self, siret: str, *, at: datetime, by: str) -> dict[str, int]:
        """Remove every row on a firm, and its number from what is left.

        A tombstone stays: the firm counts as opted out, and imports pass it over.

        Parameters
        ----------
        siret
            The firm; it need not be in the store.
        at, by
            When, and who, for the histories of events.

        Returns
        -------
        dict
            Rows removed, by table.
        """
        addresses = self._addresses_of(siret)
        put(self._connection, opt_outs, [{"siret": siret, "at": at, "reason": ERASED}])
        self.cancel_letters(siret, at=at)
        self._events(siret, at, by)
        removed = {
            str(table.name): self._connection.execute(sa.delete(table).where(whose)).rowcount
            for table, whose in self._rows_of(siret)
        }
        removed["introductions"] = len(
            IntroductionRepository(self._connection).erase_company(siret)
        )
        self._forget_addresses(addresses)
        removed["relations"] = self._leave_relations(siret)
        self._leave_digests(siret)
        scrub_text(self._connection, siret, ERASED)
        scrub_documents(self._connection, siret, ERASED)
        return {name: count for name, count in removed.items() if count}

    def _events(self, siret: str, at: datetime, by: str) -> None:
        EventRepository(self._connection).erase_company(siret, at=at, by=by, closed=True)

    def _rows_of(self, siret: str) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
        """Rows that go as a whole; letters before the introductions by which they are found."""
        pair = competitor_overrides.c
        return [
            (outbox, self._about(outbox, siret)),
            (mail_links, self._about(mail_links, siret)),
            (feedback, (feedback.c.reader == siret) | (feedback.c.partner == siret)),
            (competitor_overrides, (pair.low == siret) | (pair.high == siret)),
            (digests, digests.c.siret == siret),
            (account_companies, account_companies.c.siret == siret),
            (claims, claims.c.siret == siret),
            (contact_reads, contact_reads.c.siret == siret),
            (saved_list_members, saved_list_members.c.siret == siret),
            (profiles, profiles.c.siret == siret),
            (companies, companies.c.siret == siret),
        ]

    def _addresses_of(self, siret: str) -> frozenset[str]:
        declared = sa.select(profiles.c.contact_email).where(profiles.c.siret == siret)
        registered = sa.select(contacts.c.email).join(
            registrations,
            (registrations.c.event_id == contacts.c.event_id)
            & (registrations.c.id == contacts.c.participant),
        )
        of_firm = registered.where(registrations.c.siret == siret)
        found = self._connection.scalars(sa.union(declared, of_firm))
        return frozenset(address for address in found if address)

    def _forget_addresses(self, addresses: Iterable[str]) -> None:
        """Forget addresses that no account, no other firm and no other participant has."""
        holders = (accounts.c.email, profiles.c.contact_email, contacts.c.email)
        for address in sorted(addresses):
            held = (self._exists(holder, address) for holder in holders)
            if not any(held):
                self._forget_address(address)

    def _exists(self, column: sa.Column[str], address: str) -> bool:
        found = sa.select(sa.literal(1)).where(sa.func.lower(column) == address.lower()).limit(1)
        return self._connection.scalar(found) is not None

    def _forget_address(self, address: str) -> None:
        for table, column in (
            (outbox, outbox.c.recipient),
            (mail_refusals, mail_refusals.c.address),
        ):
            same = sa.func.lower(column) == address.lower()
            self._connection.execute(sa.delete(table).where(same))
        scrub_text(self._connection, address, ERASED)
        scrub_documents(self._connection, address, ERASED)

    def _leave_relations(self, siret: str) -> int:
        """Take a firm out of its relations; what then ties nobody, or is named after it, goes."""
        member = relation_members.c
        tuples = sa.select(member.source, member.key).where(member.siret == siret)
        touched = self._connection.execute(tuples).all()
        self._connection.execute(sa.delete(relation_members).where(member.siret == siret))
        for source, key in touched:
            this = (relations.c.source == source) & (relations.c.key == key)
            left = sa.select(sa.func.count()).where(member.source == source, member.key == key)
            if siret in key or (self._connection.scalar(left) or 0) < 2:
                self._connection.execute(sa.delete(relations).where(this))
            else:
                note_crossings(self._connection, of_group(source, key))
        return len(touched)

    def _leave_digests(self, siret: str) -> None:
        naming = sa.cast(digests.c.partners, sa.Text).contains(siret)
        for reader, partners in self._connection.execute(
            sa.select(digests.c.siret, digests.c.partners).where(naming)
        ).all():
            kept = [partner for partner in partners if partner != siret]
            statement = sa.update(digests).where(digests.c.siret == reader)
            self._connection.execute(statement.values(partners=kept))

    def forget_person(self, account_id: str, *, email: str, label: str, shared: bool) -> None:
        """Remove the address of a person everywhere, and their name from histories and logs.

        Parameters
        ----------
        account_id, email
            Their account, which is deleted already.
        label
            As histories and logs name it.
        shared
            Whether another account has that label: then it stays, as it names that one as well.
        """
        for table in (outbox, mail_links):
            self._connection.execute(sa.delete(table).where(table.c.account_id == account_id))
        self._clear_contacts(email)
        self._forget_address(email)
        if not shared:
            rename_actor(self._connection, label, ERASED_PERSON)

    def _clear_contacts(self, email: str) -> None:
        same = sa.func.lower(contacts.c.email) == email.lower()
        self._connection.execute(sa.delete(contacts).where(same))
        nobody = {"contact_name": None, "contact_email": None, "contact_phone": None}
        whose = sa.func.lower(profiles.c.contact_email) == email.lower()
        self._connection.execute(sa.update(profiles).where(whose).values(nobody))
