"""Units of work: repositories that share one connection and one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from matchmaker.store.accounts import AccountRepository
from matchmaker.store.claims import ClaimRepository
from matchmaker.store.companies import CompanyRepository
from matchmaker.store.database import build_engine, parse_address, prepare, store_errors
from matchmaker.store.digests import DigestRepository
from matchmaker.store.erasure import ErasureRepository
from matchmaker.store.events import EventRepository
from matchmaker.store.exclusions import ExclusionRepository
from matchmaker.store.exports import ExportRepository
from matchmaker.store.failures import FailureRepository
from matchmaker.store.feedback import FeedbackRepository
from matchmaker.store.imports import ImportRepository
from matchmaker.store.introductions import IntroductionRepository
from matchmaker.store.keys import KeyRepository
from matchmaker.store.links import LinkRepository
from matchmaker.store.logs import AuditLog, ContactLog
from matchmaker.store.mail_refusals import MailRefusalRepository
from matchmaker.store.nights import NightRepository
from matchmaker.store.outbox import OutboxRepository
from matchmaker.store.portfolio import PortfolioRepository
from matchmaker.store.profiles import ProfileRepository
from matchmaker.store.relations import RelationRepository
from matchmaker.store.retention import RetentionRepository
from matchmaker.store.saved_lists import SavedListRepository
from matchmaker.store.sessions import SessionRepository


@dataclass(frozen=True)
class Unit:
    """The repositories of one unit of work."""

    companies: CompanyRepository
    profiles: ProfileRepository
    relations: RelationRepository
    exclusions: ExclusionRepository
    imports: ImportRepository
    events: EventRepository
    feedback: FeedbackRepository
    introductions: IntroductionRepository
    accounts: AccountRepository
    sessions: SessionRepository
    failures: FailureRepository
    keys: KeyRepository
    claims: ClaimRepository
    audit: AuditLog
    contacts: ContactLog
    outbox: OutboxRepository
    links: LinkRepository
    refusals: MailRefusalRepository
    digests: DigestRepository
    erasure: ErasureRepository
    exports: ExportRepository
    retention: RetentionRepository
    lists: SavedListRepository
    nights: NightRepository
    portfolio: PortfolioRepository


def _unit_on(connection: Connection) -> Unit:
    return Unit(
        companies=CompanyRepository(connection),
        profiles=ProfileRepository(connection),
        relations=RelationRepository(connection),
        exclusions=ExclusionRepository(connection),
        imports=ImportRepository(connection),
        events=EventRepository(connection),
        feedback=FeedbackRepository(connection),
        introductions=IntroductionRepository(connection),
        accounts=AccountRepository(connection),
        sessions=SessionRepository(connection),
        failures=FailureRepository(connection),
        keys=KeyRepository(connection),
        claims=ClaimRepository(connection),
        audit=AuditLog(connection),
        contacts=ContactLog(connection),
        outbox=OutboxRepository(connection),
        links=LinkRepository(connection),
        refusals=MailRefusalRepository(connection),
        digests=DigestRepository(connection),
        erasure=ErasureRepository(connection),
        exports=ExportRepository(connection),
        retention=RetentionRepository(connection),
        lists=SavedListRepository(connection),
        nights=NightRepository(connection),
        portfolio=PortfolioRepository(connection),
    )


class Store:
    """An open database; `open_store` builds it.

    Parameters
    ----------
    engine
        Engine of a database that has the schema of this code.

    Attributes
    ----------
    embedded
        Whether the database is a file of this machine (SQLite) instead of a server.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.embedded = engine.dialect.name == "sqlite"

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """One transaction: everything is written at the end, or nothing after any error.

        Raises
        ------
        StoreError
            If the database is gone, or another process keeps it locked.
        """
        with store_errors(self._engine.url), self._engine.begin() as connection:
            yield _unit_on(connection)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Read-only use: every query sees the database of one moment; a write is refused.

        Raises
        ------
        StoreError
            If the database is gone, or a write is tried.
        """
        options: dict[str, object] = (
            {"reading": True}
            if self.embedded
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with store_errors(self._engine.url), self._engine.connect() as connection:
            yield _unit_on(connection.execution_options(**options))

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def open_store(url: str) -> Store:
    """Open the database of an address, with the schema of this code.

    A SQLite file and its folder are created where they are missing.

    Parameters
    ----------
    url
        `sqlite:///var/matchmaker.sqlite`, or `postgresql://user:password@host/database`.

    Raises
    ------
    StoreError
        If the address is wrong, the database cannot be reached, its driver is missing, or its
        schema is newer than this code.
    """
    engine = build_engine(parse_address(url))
    try:
        prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)
