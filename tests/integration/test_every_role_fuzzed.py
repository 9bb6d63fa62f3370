"""The whole description with every role: nothing fails, nothing is answered that it does not say.

`FUZZ_EXAMPLES` draws more requests per operation (`make fuzz-api`), `FUZZ_SEED` others.
"""

from __future__ import annotations

import os
from contextlib import suppress

import httpx
import pytest
from described_app import described_app
from fuzzing import (
    Caller,
    bodies,
    cases_of,
    described,
    example_of,
    operations_of,
    sent,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from servers import copied, serving
from sign_ins import key_headers, session_of

from api.app import create_app
from api.event_examples import PLAN_ORDER
from matchmaker.accounts.roles import Role
from matchmaker.errors import MatchmakerError
from matchmaker.events.services.exporting import ExportFormat
from matchmaker.settings import EventSettings, Settings
from matchmaker.store import open_store

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
DOCUMENT = described_app().openapi()
SCHEMA = described(DOCUMENT)
OPERATIONS = operations_of(SCHEMA)
ENDING = {"own_account", "accounts", "keys", "claims", "privacy", None}
"""Rights of operations that may end a session, an account or a key; signing in needs none."""
STATUSES: dict[str, dict[str, list[int]]] = {}
"""What everybody was answered, by operation."""
QUIET = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Territory:
    """A served home with something of everything in it, and people of every role.

    Parameters
    ----------
    settings, address
        Of the service.
    """

    def __init__(self, settings: Settings, address: str) -> None:
        self.settings, self.address = settings, address
        store = open_store(settings.store_url)
        with store.reading() as unit:
            frame = unit.companies.frame().sort("siret")
        store.close()
        by_side = [frame.filter(frame["department"] == code)["siret"] for code in ("77", "91")]
        self.sirets = [siret for side in by_side for siret in side.to_list()[:6]]
        self.event = self._event()
        self._callers: list[Caller] = []

    def _event(self) -> str:
        """Begin an event of both chambers with two people in it."""
        headers = key_headers(self.settings)
        with httpx.Client(base_url=self.address, headers=headers, timeout=60) as client:
            body = example_of(DOCUMENT, SCHEMA["/v1/events"]["POST"])
            event: str = client.post("/v1/events", json=body).json()["id"]
            for version, (who, siret) in enumerate(zip("ab", self.sirets[5:7], strict=True), 1):
                answer = client.put(
                    f"/v1/events/{event}/registrations/{who}1",
                    json={"name": who, "siret": siret, "version": version, "email": "a@b.fr"},
                )
                assert answer.status_code == 200, answer.text
        return event

    def callers(self) -> list[Caller]:
        """Let everybody come in, or go on as they are."""
        if not self._callers:
            self._callers = self._new_callers()
        return self._callers

    def forget_callers(self) -> None:
        """Let everybody come in anew: a request may have ended a session, an account or a key."""
        self._callers = []

    def _new_callers(self) -> list[Caller]:
        own = self.sirets[:2]
        return [
            Caller("nobody"),
            Caller("entrepreneur", *session_of(self.settings, Role.ENTREPRENEUR, own)),
            Caller("adviser", *session_of(self.settings, Role.ADVISER, chamber="77")),
            Caller("administrator", *session_of(self.settings, Role.ADMINISTRATOR)),
            Caller("service key", {}, key_headers(self.settings)),
        ]

    def bring_up_to_date(self, case: Case) -> None:
        """Put the version of this moment, and little time, into a body, so that it gets further."""
        named = case.path_parameters or {}
        if not isinstance(case.body, dict) or type(case.body.get("version")) is not int:
            return
        if case.body.get("time_limit") == PLAN_ORDER["time_limit"]:
            case.body["time_limit"] = 0.3
        store = open_store(self.settings.store_url)
        with suppress(MatchmakerError), store.reading() as unit:
            if "event_id" in named:
                case.body["version"] = unit.events.get(named["event_id"]).version
            elif "introduction_id" in named:
                found = unit.introductions.get(named["introduction_id"])
                case.body["version"] = found.version
        store.close()

    def known(self) -> dict[str, list[object]]:
        """Values of parameters of paths that name something."""
        store = open_store(self.settings.store_url)
        with store.reading() as unit:
            accounts = [each.id for each in unit.accounts.list()][-3:]
            keys = [each.id for each in unit.keys.list()][-3:]
            introductions = [each.id for each in unit.introductions.list()][-5:]
        store.close()
        return {
            **dict.fromkeys(("siret", "partner", "a", "b"), self.sirets),
            **dict.fromkeys(("account", "account_id"), accounts),
            "key_id": keys,
            "introduction_id": introductions or ["k7m2p9qa"],
            "event_id": [self.event],
            "participant": ["a1", "b1"],
            "format": [each.value for each in ExportFormat],
            **dict.fromkeys(("letter", "number"), [1, 2, 3]),
        }


@pytest.fixture(scope="module")
def territory(demo_home, tmp_path_factory):
    home = copied(
        demo_home,
        tmp_path_factory.mktemp("fuzzed") / "home",
        events=EventSettings(planning_seconds=0.3, max_planning_seconds=0.5),
    )
    with serving(create_app(home)) as client:
        yield Territory(home, str(client.base_url).rstrip("/"))


def fuzz(territory: Territory, operation: APIOperation, mode: GenerationMode | None) -> list[str]:
    """Send what is drawn for an operation by everybody; without a mode, variants of the example."""
    found: list[str] = []
    statuses = STATUSES.setdefault(operation.label, {})
    callers, known = territory.callers(), territory.known()
    spoken = DOCUMENT["paths"][operation.path][operation.method.lower()]
    example = example_of(DOCUMENT, operation)
    drawn = cases_of(operation, mode or GenerationMode.POSITIVE)

    # The first that is drawn is the plainest, so a variant of the example needs some more.
    @settings(QUIET, max_examples=EXAMPLES if mode else 4 * EXAMPLES)
    @seed(SEED)
    @given(drawn, bodies(example, territory.sirets), st.data())
    def send(case, body, data) -> None:
        for name in sorted(set(known) & set(case.path_parameters or {})):
            if data.draw(st.integers(0, 3), label="known?"):
                case.path_parameters[name] = data.draw(st.sampled_from(known[name]), label=name)
        if mode is None and example is not None:
            case.body, case.media_type = body, "application/json"
        for caller in callers:
            territory.bring_up_to_date(case)
            status, problem = sent(case, caller, territory.address, refused="security" in spoken)
            statuses.setdefault(caller.name, []).append(status)
            if problem is not None:
                found.append(problem)

    try:
        send()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing of it can be wrong
    if spoken.get("x-right") in ENDING:
        territory.forget_callers()
    return found


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE, None], ids=str)
def test_nothing_fails_and_nothing_is_undocumented(territory, mode):
    """Every operation, every role; a request that is refused is refused as described."""
    found = []
    for operation in OPERATIONS:
        if mode is not None or example_of(DOCUMENT, operation) is not None:
            found += fuzz(territory, operation, mode)
    assert not found, "\n\n".join(found[:20])
    if mode is None:
        answered = [{*sum(by.values(), [])} for by in STATUSES.values()]
        done = [codes for codes in answered if codes & {200, 201, 204}]
        assert len(done) >= 8, "hardly anything is let through: the examples are out of date"


def test_the_description_is_fuzzed_whole():
    """Else a change of the library could leave operations out."""
    operations = [
        (method.upper(), path) for path, each in DOCUMENT["paths"].items() for method in each
    ]
    assert sorted((each.method.upper(), each.path) for each in OPERATIONS) == sorted(operations)
    assert len(operations) > 80
