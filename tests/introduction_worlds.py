"""Small worlds of introductions: two firms, their people, and a post that writes nothing down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from builders import company, profile, siret_of

from matchmaker.accounts.principals import Principal, system
from matchmaker.accounts.roles import Role
from matchmaker.identifiers import new_id
from matchmaker.intents import Intent
from matchmaker.intents import Role as PartnerRole
from matchmaker.introductions.life import DeclineReason, Move, Party
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.introductions.results import record_outcome
from matchmaker.settings import IntroductionSettings, Settings
from matchmaker.store import Store, Unit

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""A Tuesday in the fourth quarter."""
SEINE, ESSONNE = siret_of(1), siret_of(2)
"""A firm of 77 and one of 91."""

PEOPLE = {
    Party.COMPANY: Principal("c", "Anne", Role.ENTREPRENEUR, companies=frozenset({SEINE})),
    Party.PARTNER: Principal("p", "Bruno", Role.ENTREPRENEUR, companies=frozenset({ESSONNE})),
    Party.COMPANY_ADVISER: Principal("a77", "Zoé (CCI 77)", Role.ADVISER, chamber="77"),
    Party.PARTNER_ADVISER: Principal("a91", "Karim (CCI 91)", Role.ADVISER, chamber="91"),
    Party.ADMINISTRATOR: Principal("root", "Ines (administrator)", Role.ADMINISTRATOR),
}
"""Who makes the moves of each party; the service itself signs in nowhere."""
STRANGERS = (
    Principal("s", "Stranger", Role.ENTREPRENEUR, companies=frozenset({siret_of(99)})),
    Principal("n", "Nobody's", Role.ENTREPRENEUR),
    Principal("a95", "Léa (CCI 95)", Role.ADVISER, chamber="95"),
)


@dataclass
class FakePost:
    """Keeps what it was asked to write, in order: (kind, introduction, side)."""

    written: list[tuple[str, str, str]] = field(default_factory=list)
    without_address: frozenset[str] = frozenset()

    def _write(self, kind: str, introduction: Introduction, siret: str) -> bool:
        if siret in self.without_address:
            return False
        self.written.append((kind, introduction.id, introduction.side_of(siret)))
        return True

    def ask(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        return self._write("ask", introduction, siret)

    def remind(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        return self._write("remind", introduction, siret)

    def tell(self, unit: Unit, introduction: Introduction, siret: str, at: datetime) -> bool:
        return self._write(f"tell {introduction.state}", introduction, siret)

    def introduce(self, unit: Unit, introduction: Introduction, at: datetime) -> int:
        sides = (introduction.company, introduction.partner)
        return sum(self._write("introduce", introduction, siret) for siret in sides)

    def ask_outcome(
        self, unit: Unit, introduction: Introduction, siret: str, days: int, at: datetime
    ) -> bool:
        return self._write(f"outcome {days}", introduction, siret)

    def kinds(self) -> list[str]:
        """List what was written, without to whom."""
        return [kind for kind, _, _ in self.written]


@dataclass
class World:
    """A store with firms, rules, a post and a clock that a test sets."""

    store: Store
    rules: Settings
    post: FakePost = field(default_factory=FakePost)
    at: datetime = AT
    random: Random = field(default_factory=lambda: Random(3))

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)

    def propose(
        self,
        by: Party | Principal = Party.COMPANY,
        company: str = SEINE,
        partner: str = ESSONNE,
        **changes: object,
    ) -> Introduction:
        """Propose that two firms meet, the partner as a possible supplier."""
        values = {"intent": Intent.SUPPLY, "role": PartnerRole.SUPPLIER, **changes}
        proposal = Proposal(company, partner, **values)  # type: ignore[arg-type]
        with self.store.unit() as unit:
            return propose(
                unit,
                self.rules,
                self.post,
                person(by),
                proposal,
                at=self.at,
                drawn=new_id(self.random),
            )

    def move(
        self, introduction: Introduction | str, made: Move, by: Party | Principal, **said: object
    ) -> Introduction:
        """Make a move on the newest version."""
        key = introduction if isinstance(introduction, str) else introduction.id
        with self.store.unit() as unit:
            said.setdefault("version", unit.introductions.get(key).version)
            return move(unit, self.rules, self.post, person(by), key, made, at=self.at, **said)  # type: ignore[arg-type]

    def accept(self, introduction: Introduction, by: Party = Party.PARTNER) -> Introduction:
        """Let a side accept."""
        return self.move(introduction, Move.ACCEPT, by)

    def decline(
        self, introduction: Introduction, reason: DeclineReason, by: Party = Party.PARTNER
    ) -> Introduction:
        """Let a side decline."""
        return self.move(introduction, Move.DECLINE, by, reason=reason, note="parce que")

    def record(
        self, introduction: Introduction, by: Party, result: object, **said: object
    ) -> Introduction:
        """Let a side say what came of it."""
        with self.store.unit() as unit:
            return record_outcome(
                unit,
                self.rules,
                self.post,
                person(by),
                introduction.id,
                result,
                at=self.at,
                **said,
            )  # type: ignore[arg-type]

    def get(self, introduction: Introduction) -> Introduction:
        """Read it again."""
        with self.store.reading() as unit:
            return unit.introductions.get(introduction.id)

    def moves(self, introduction: Introduction) -> list[Move]:
        """List the moves in its history."""
        with self.store.reading() as unit:
            return [line.move for line in unit.introductions.history(introduction.id)]


def person(by: Party | Principal) -> Principal:
    """Give the caller of a party."""
    if isinstance(by, Principal):
        return by
    return system("tests") if by is Party.SYSTEM else PEOPLE[by]


def settle(store: Store, capacities: dict[str, int | None] | None = None) -> None:
    """Put the two firms, and two more of each department, into a store."""
    firms = [company(n, "77" if n % 2 else "91") for n in range(1, 7)]
    with store.unit() as unit:
        unit.companies.upsert(firms)
        unit.profiles.upsert(
            profile(siret, capacity=capacity) for siret, capacity in (capacities or {}).items()
        )


def settings_with(**rules: object) -> Settings:
    """Make settings with some rules about introductions."""
    return Settings(introductions=IntroductionSettings(**rules))  # type: ignore[arg-type]
