"""Every route with every kind of caller: let in or refused exactly as the table of rights says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from itertools import cycle
from typing import Any

import httpx
import pytest
from described_app import described_app
from servers import copied, serving
from sign_ins import key_headers, session_of

from api.app import create_app
from api.rights_table import BEGIN, DOCUMENT, END, Door, doors, table, written_into
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import RIGHTS, Reach, Right, Role
from matchmaker.settings import Settings
from matchmaker.store import open_store

APP = described_app()
DOORS = doors(APP)
PAGES = re.compile(r"/(?!v1/|health$|ready$|metrics$|static$).*")
FIRMS = frozenset({"siret", "partner", "a", "b"})
"""Parameters of a path that name a firm."""
SIGN_OUTS = frozenset({"POST /deconnexion", "POST /connexion", "POST /v1/session"})
DOCUMENTED = APP.openapi()


@dataclass(frozen=True)
class Caller:
    """One kind of caller: who they are, and how they stand to the firm of the path."""

    name: str
    role: Role | None = None
    of_firm: bool = False
    chamber: str | None = None
    scopes: frozenset[Right] = frozenset()

    @property
    def is_firm(self) -> bool:
        """Whether they act for a firm."""
        return self.role is Role.ENTREPRENEUR

    def reach(self, right: Right) -> Reach:
        """How far the right reaches, by the table of the domain."""
        assert self.role is not None
        scopes = self.scopes if self.role is Role.SERVICE else None
        return Principal("x", "x", self.role, self.chamber, scopes=scopes).reach(right)

    def covers(self, right: Right) -> bool:
        """Whether the right holds for the firm of the path, which is of department 77."""
        reach = self.reach(right)
        if reach is Reach.OWN:
            return self.of_firm
        return reach is Reach.ALL or (reach is Reach.CHAMBER and self.chamber == "77")


ALL_SCOPES = frozenset(RIGHTS[Role.SERVICE])
CALLERS = (
    Caller("nobody"),
    Caller("entrepreneur of another firm", Role.ENTREPRENEUR),
    Caller("entrepreneur of the firm", Role.ENTREPRENEUR, of_firm=True),
    Caller("adviser of the other chamber", Role.ADVISER, chamber="91"),
    Caller("adviser of the chamber", Role.ADVISER, chamber="77"),
    Caller("administrator", Role.ADMINISTRATOR),
    Caller("key without the scope", Role.SERVICE),
    Caller("key with every scope", Role.SERVICE, scopes=ALL_SCOPES),
    Caller("key of the other chamber", Role.SERVICE, chamber="91", scopes=ALL_SCOPES),
)


class House:
    """The service, and firms of both departments in turn: what a test does to one harms no other.

    Parameters
    ----------
    settings, client
        Of the service; the client keeps no cookie.
    firms
        SIRETs of department 77.
    """

    def __init__(self, settings: Settings, client: httpx.Client, firms: list[str]) -> None:
        self.settings, self.client, self.firms = settings, client, firms
        self._turn = cycle(firms[1:])

    def next_firm(self) -> str:
        """Take another firm; the first one is of the stranger."""
        return next(self._turn)

    def proof(self, caller: Caller, missing: Right | None) -> dict[str, str]:
        """Headers with which a caller proves who they are; a key without scopes lacks one."""
        if caller.role is None:
            return {}
        if caller.role is Role.SERVICE:
            scopes = caller.scopes or ALL_SCOPES - {missing}
            return key_headers(self.settings, *scopes, chamber=caller.chamber)
        own = (self.firms[1:] if caller.of_firm else self.firms[:1]) if caller.is_firm else ()
        cookies, headers = session_of(self.settings, caller.role, own, caller.chamber)
        return {**headers, "cookie": "; ".join(f"{name}={cookies[name]}" for name in cookies)}


@pytest.fixture(scope="module")
def house(demo_home, tmp_path_factory):
    settings = copied(demo_home, tmp_path_factory.mktemp("rights") / "home")
    store = open_store(settings.store_url)
    with store.reading() as unit:
        frame = unit.companies.frame().sort("siret")
    store.close()
    firms = frame.filter(frame["department"] == "77")["siret"].to_list()
    with serving(create_app(settings)) as client:
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
        yield House(settings, client, firms)


def operation_of(door: Door) -> dict[str, Any]:
    """Find the description of a route; pages have none."""
    found: dict[str, Any] = DOCUMENTED["paths"].get(door.path, {}).get(door.method.lower(), {})
    return found


def body_of(door: Door, house: House) -> dict[str, object]:
    """Body that fits the route: the example of its description, or some form of a page."""
    if door.method == "POST" and PAGES.fullmatch(door.path):
        return {"data": {"partner": house.firms[0], "version": "1"}}
    content = operation_of(door).get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = DOCUMENTED["components"]["schemas"].get(reference.rsplit("/", 1)[-1], {})
    return {"json": schema.get("examples", [None])[0]}


def address_of(door: Door, house: House) -> str:
    """Path with a firm where it names one, and with nobody's id elsewhere."""
    numbers = {
        each["name"]
        for each in operation_of(door).get("parameters", ())
        if each["in"] == "path" and each["schema"].get("type") == "integer"
    }

    def value(found: re.Match[str]) -> str:
        if found[1] in FIRMS:
            return house.next_firm()
        return "1" if found[1] in numbers else "aaaaaaaa"

    return re.sub(r"\{(\w+)\}", value, door.path)


def verdict(door: Door, caller: Caller, answer: httpx.Response) -> str | None:
    """Say what is wrong with an answer, by the table; nothing where it is right."""
    status = answer.status_code
    if status >= 500:
        return "failed"
    kind = answer.json()["type"] if "problem+json" in answer.headers.get("content-type", "") else ""
    if door.right is None:
        return "refused" if kind.endswith((":not-signed-in", ":not-allowed")) else None
    if caller.role is None:
        led = status == 303 and answer.headers["location"].startswith("/connexion")
        return None if (led if PAGES.fullmatch(door.path) else status == 401) else "let in"
    if status == 401:
        return "not known" if not kind.endswith(":sign-in-refused") else None
    reach = caller.reach(door.right)
    if Reach.NONE in (reach, door.reach(caller.role)):
        return None if status == 403 else "let in without the right"
    names_firm = any(f"{{{name}}}" in door.path for name in FIRMS)
    if names_firm and not caller.covers(door.right):
        return None if status in (403, 404) else "let in to another's firm"
    if status == 403 and (names_firm or reach is Reach.ALL):
        return "kept out"
    return None


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_every_route_lets_in_whom_the_table_says(house, caller):
    wrong, proofs = [], {}
    for door in DOORS:
        missing = None if caller.scopes else door.right
        if missing not in proofs:
            proofs[missing] = house.proof(caller, missing)
        answer = house.client.request(
            door.method, address_of(door, house), headers=proofs[missing], **body_of(door, house)
        )
        problem = verdict(door, caller, answer)
        if problem is not None:
            wrong.append(f"{door.name}: {problem} ({answer.status_code} {answer.text[:200]})")
        if door.right is Right.OWN_ACCOUNT or door.name in SIGN_OUTS:
            proofs.clear()  # the session may have ended
    assert wrong == []


def test_every_route_needs_a_right_or_is_meant_for_anybody():
    assert [door.name for door in DOORS if (door.right is None) != door.is_public] == []
    assert len(DOORS) > 40


def test_the_description_names_the_right_of_every_operation():
    for door in DOORS:
        operation = operation_of(door)
        if not operation:
            continue
        assert operation.get("x-right") == (door.right.value if door.right else None), door.name
        assert ("security" in operation) is (door.right is not None), door.name
        if door.right is not None:
            assert {"401", "403"} <= set(operation["responses"]), door.name


def test_the_documentation_has_the_table_of_today():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert written_into(text, table(APP)) == text, "run `make docs-rights`"


def test_the_table_has_a_line_per_route_and_a_column_per_role():
    lines = table(APP).splitlines()
    assert len(lines) == len(DOORS) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert (
        "| `GET /v1/companies/{siret}/suggestions` | `suggestions` | own firms | yes | yes | yes |"
        in lines
    )
    assert "| `GET /v1/accounts` | `accounts` |  |  | yes |  |" in lines
    assert "| `GET /health` | none: public | yes | yes | yes | yes |" in lines


def test_a_document_without_marks_is_refused():
    with pytest.raises(ValueError, match="marks"):
        written_into(f"only one {BEGIN}", "x")
    assert written_into(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\nnew\n{END}\nb"


@pytest.mark.parametrize(
    ("caller", "method", "path", "status"),
    [
        (CALLERS[0], "GET", "/v1/companies", 401),
        (CALLERS[1], "GET", "/v1/companies/{siret}/suggestions", 403),
        (CALLERS[2], "GET", "/v1/companies/{siret}/suggestions", 200),
        (CALLERS[3], "GET", "/v1/companies/{siret}/suggestions", 200),
        (CALLERS[1], "PUT", "/v1/companies/{siret}/opt-out", 403),
        (CALLERS[3], "PUT", "/v1/companies/{siret}/opt-out", 403),
        (CALLERS[8], "PUT", "/v1/companies/{siret}/opt-out", 403),
        (CALLERS[4], "PUT", "/v1/companies/{siret}/opt-out", 204),
        (CALLERS[4], "GET", "/v1/accounts", 403),
        (CALLERS[7], "GET", "/v1/accounts", 403),
        (CALLERS[5], "GET", "/v1/accounts", 200),
        (CALLERS[5], "GET", "/metrics", 200),
        (CALLERS[4], "GET", "/metrics", 403),
        (CALLERS[7], "GET", "/v1/account", 403),
        (CALLERS[2], "GET", "/v1/audit", 403),
    ],
    ids=lambda value: value.name if isinstance(value, Caller) else str(value),
)
def test_some_doors_by_hand(house, caller, method, path, status):
    """The table of the domain is right as well, as far as these lines say."""
    path = path.format(siret=house.firms[-1])
    answer = house.client.request(method, path, headers=house.proof(caller, None))
    assert answer.status_code == status, answer.text
