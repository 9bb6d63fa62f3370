"""A home with one of everything, filled through the real ways in; what is typed is the test's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sign_ins import session_of
from workbooks import XLSX, workbook

from matchmaker.accounts.roles import Role
from matchmaker.settings import Settings
from matchmaker.settings.matching import ImportSettings
from matchmaker.store import open_store
from matchmaker.store.saved_lists import SavedList
from pipelines.sources.spreadsheets import import_profiles

Said = Callable[[str], str]
"""What somebody types into a field, by the name of the field."""

SLOTS = [("09:00", "09:20"), ("09:25", "09:45"), ("09:50", "10:10"), ("10:15", "10:35")]
PEOPLE = 4
"""Participants of each department in an event."""


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in: what their browser sends."""

    cookies: dict[str, str]
    headers: dict[str, str]

    @contextmanager
    def client(self, base_url: str) -> Iterator[httpx.Client]:
        """Act as them over HTTP."""
        with httpx.Client(
            base_url=base_url, cookies=self.cookies, headers=self.headers, timeout=60
        ) as client:
            yield client


@dataclass
class FullHome:
    """What there is in the home.

    Parameters
    ----------
    settings, base_url
        The home and the address that serves it.
    people
        `firm`, `partner`, `adviser` (of the firm's chamber), `administrator`.
    values
        What stands in the address of a page, by the name of the parameter.
    events
        Id of an event of each kind; `day` is a convention on its day.
    introductions
        Id of an introduction in each state that there is one in.
    """

    settings: Settings
    base_url: str
    people: dict[str, Person]
    values: dict[str, str]
    events: dict[str, str] = field(default_factory=dict)
    introductions: dict[str, str] = field(default_factory=dict)


def full_home(settings: Settings, base_url: str, siret: str, said: Said) -> FullHome:
    """Fill a served home.

    Parameters
    ----------
    siret
        A firm with a full list of possible suppliers and clients.
    said
        Gives every text that people may write.
    """
    home = FullHome(settings, base_url, {}, {"siret": siret})
    _sign_in(home, said)
    _declare(home, said)
    _answer_suggestions(home, said)
    _introduce(home, said)
    _hold_events(home, said)
    _keep_a_list(home, said)
    _administer(home, said)
    return home


def done(answer: httpx.Response, *statuses: int) -> dict:
    """Require that a change was made."""
    assert answer.status_code in (statuses or (200,)), f"{answer.request.url} {answer.text}"
    return answer.json() if answer.content else {}


def suggested(client: httpx.Client, siret: str) -> list[str]:
    """Partners of a firm's list of possible suppliers and clients, the best first."""
    page = done(client.get(f"/v1/companies/{siret}/suggestions", params={"intent": "supply"}))
    return [each["partner"]["siret"] for each in page["items"]]


def _sign_in(home: FullHome, said: Said) -> None:
    siret, name = home.values["siret"], said("account")
    department = _department(home.settings, siret)
    home.people["administrator"] = _person(home, Role.ADMINISTRATOR, name=name)
    home.people["adviser"] = _person(home, Role.ADVISER, chamber=department, name=name)
    home.people["firm"] = _person(home, Role.ENTREPRENEUR, companies=[siret], name=name)
    with home.people["firm"].client(home.base_url) as client:
        home.values["partner"] = suggested(client, siret)[0]
    partner = home.values["partner"]
    home.people["partner"] = _person(home, Role.ENTREPRENEUR, companies=[partner], name=name)


def _person(home: FullHome, role: Role, **changes: object) -> Person:
    return Person(*session_of(home.settings, role, **changes))  # type: ignore[arg-type]


def _department(settings: Settings, siret: str) -> str:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        company = unit.companies.get(siret)
    store.close()
    assert company is not None
    return company.department


def _declare(home: FullHome, said: Said) -> None:
    """Both firms say what they are, and how to reach them."""
    for who, key in (("firm", "siret"), ("partner", "partner")):
        with home.people[who].client(home.base_url) as client:
            path = f"/v1/companies/{home.values[key]}/profile"
            profile = {
                name: said(f"profile.{name}") for name in ("activity", "offers", "needs")
            } | {
                "themes": [said("profile.theme")],
                "certifications": [said("profile.certification")],
                "consent": True,
                "capacity": 20,
                "public_name": said("profile.public_name"),
                "contact": {
                    "name": said("contact.name"),
                    "email": f"{who}@example.org",
                    "phone": "01 60 00 00 00",
                },
            }
            done(client.put(path, json=profile))


def _answer_suggestions(home: FullHome, said: Said) -> None:
    siret = home.values["siret"]
    with home.people["firm"].client(home.base_url) as client:
        partners = suggested(client, siret)
        kinds = ("set_aside", "already_known", "competitor", "interested")
        for kind, partner in zip(kinds, partners[-4:], strict=True):
            body = {"partner": partner, "kind": kind, "note": said("feedback.note")}
            done(client.post(f"/v1/companies/{siret}/feedback", json=body), 201)
    with home.people["administrator"].client(home.base_url) as client:
        body = {"reason": said("override.reason")}
        done(client.put(f"/v1/competitor-overrides/{siret}/{partners[1]}", json=body), 200, 201)


def _introduce(home: FullHome, said: Said) -> None:
    """One introduction that is made, one that waits, one that is declined."""
    firm, partner = home.values["siret"], home.values["partner"]
    with (
        home.people["firm"].client(home.base_url) as asking,
        home.people["partner"].client(home.base_url) as asked,
    ):
        made = _asked(asking, firm, partner, said)
        made = _moved(asked, made, {"move": "accept", "note": said("introduction.note")})
        _told(asking, made, said)
        others = suggested(asking, firm)
        waiting = _asked(asking, firm, others[1], said)
        withdrawn = _asked(asking, firm, others[2], said)
        _moved(asking, withdrawn, {"move": "withdraw", "note": said("introduction.note")})
        declined = _asked(asking, firm, others[3], said)
    third = _person(home, Role.ENTREPRENEUR, companies=[others[3]], name=said("account"))
    with third.client(home.base_url) as client:
        refusal = {"move": "decline", "reason": "other", "note": said("introduction.note")}
        _moved(client, declined, refusal)
    home.introductions |= {
        "introduced": made, "asked": waiting, "withdrawn": withdrawn, "declined": declined,
    }  # fmt: skip
    home.values["introduction_id"] = made


def _asked(client: httpx.Client, company: str, partner: str, said: Said) -> str:
    proposal = {
        "company": company,
        "partner": partner,
        "intent": "supply",
        "role": "supplier",
        "message": said("introduction.message"),
    }
    return str(done(client.post("/v1/introductions", json=proposal), 201)["id"])


def _told(client: httpx.Client, introduction: str, said: Said) -> None:
    """Say what came of it."""
    body = {"result": "met", "worth": True, "note": said("outcome.note"), "days": 30}
    body["version"] = _version(client, introduction)
    done(client.post(f"/v1/introductions/{introduction}/outcomes", json=body), 200, 201)


def _version(client: httpx.Client, introduction: str) -> int:
    return int(done(client.get(f"/v1/introductions/{introduction}"))["version"])


def _moved(client: httpx.Client, introduction: str, move: dict[str, object]) -> str:
    body = {**move, "version": _version(client, introduction)}
    done(client.post(f"/v1/introductions/{introduction}/moves", json=body))
    return introduction


def _hold_events(home: FullHome, said: Said) -> None:
    with home.people["administrator"].client(home.base_url) as client:
        for kind in ("convention", "round_tables", "peer_groups", "invitations"):
            home.events[kind] = _event(client, kind, said)
        home.events["draft"] = _event(client, "convention", said)
        home.events["day"] = _event(client, "convention", said)
        for name in ("convention", "round_tables", "peer_groups", "day"):
            _register(home, client, home.events[name], said)
        for name in ("convention", "day"):
            _wish(client, home.events[name])
        for name, states in {
            "convention": ("planned",),
            "day": ("planned", "published", "running"),
        }.items():
            done(_sent(client, home.events[name], "plan", time_limit=3, seed=1))
            for state in states:
                done(_sent(client, home.events[name], "state", to=state))
        done(_sent(client, home.events["day"], "plan", time_limit=3, seed=2))
        _seat(client, home.events["round_tables"])
        _group(client, home.events["peer_groups"])
        _choose_guests(client, home.events["invitations"])
        plan = done(client.get(f"/v1/events/{home.events['convention']}/plan"))["plan"]
    home.values |= {
        "event_id": home.events["convention"],
        "participant": "p0",
        "meeting": plan["meetings"][0]["id"],
    }


def _event(client: httpx.Client, kind: str, said: Said) -> str:
    body = {
        "kind": kind,
        "title": said("event.title"),
        "place": said("event.place"),
        "day": "2027-03-18",
        "chambers": ["77", "91"],
        "tables": 0 if kind in ("peer_groups", "invitations") else 3,
        "slots": [{"start": start, "end": end} for start, end in SLOTS],
        "fictional": True,
    }
    return str(done(client.post("/v1/events", json=body), 201)["id"])


def _sent(client: httpx.Client, event: str, what: str, **body: object) -> httpx.Response:
    version = done(client.get(f"/v1/events/{event}"))["version"]
    method = "PUT" if what == "wishes" else "POST"
    return client.request(method, f"/v1/events/{event}/{what}", json={"version": version, **body})


def _register(home: FullHome, client: httpx.Client, event: str, said: Said) -> None:
    """Send a spreadsheet of registrations; its last row is wrong."""
    rows: list[tuple[object, ...]] = [
        ("id", "nom", "entreprise", "siret", "département", "courriel")
    ]
    for number, (siret, department) in enumerate(_firms(home.settings)):
        name, company = said("registration.name"), said("registration.company")
        rows.append((f"p{number}", name, company, siret, department, f"p{number}@example.org"))
    rows.append(("p99", said("registration.name"), said("registration.wrong"), "123", "77", "x"))
    version = done(client.get(f"/v1/events/{event}"))["version"]
    answer = client.post(
        f"/v1/events/{event}/registrations/import",
        content=workbook(*rows),
        params={"version": version},
        headers={"Content-Type": XLSX},
    )
    assert done(answer)["new"] == 2 * PEOPLE
    done(_sent(client, event, "state", to="registering"))


def _firms(settings: Settings) -> list[tuple[str, str]]:
    store = open_store(settings.store_url)
    with store.reading() as unit:
        shown = unit.companies.servable(unit.companies.frame()["siret"].to_list())
    store.close()
    return [
        (firm.siret, code)
        for code in ("77", "91")
        for firm in [each for each in shown.values() if each.department == code][:PEOPLE]
    ]


def _wish(client: httpx.Client, event: str) -> None:
    pairs = [("p0", "p4"), ("p4", "p0"), ("p1", "p5"), ("p2", "p6"), ("p3", "p7"), ("p0", "p5")]
    wishes = [{"wisher": a, "wished": b, "kind": "yes"} for a, b in pairs]
    done(_sent(client, event, "wishes", wishes=wishes))


def _seat(client: httpx.Client, event: str) -> None:
    """Plan an evening: eight people, four at each of two tables."""
    version = done(client.get(f"/v1/events/{event}"))["version"]
    seats = {"seats_min": 4, "seats_max": 4, "repeats": "avoid"}
    changes = {"version": version, "tables": 2, "settings": seats}
    done(client.patch(f"/v1/events/{event}", json=changes))
    done(_sent(client, event, "plan", time_limit=3, seed=1))


def _group(client: httpx.Client, event: str) -> None:
    """Plan two groups of four, without mentors."""
    version = done(client.get(f"/v1/events/{event}"))["version"]
    sizes = {"groups": 2, "size_min": 4, "mentors_min": 0, "mentors_max": 0}
    limits = {"department_min": 0, "department_share_min": 0.0, "travel_max_minutes": 600}
    changes = {"version": version, "settings": {**sizes, **limits}}
    done(client.patch(f"/v1/events/{event}", json=changes))
    made = done(_sent(client, event, "plan", time_limit=10, seed=1))
    assert made["number"] == 1, made["plan"]


def _choose_guests(client: httpx.Client, event: str) -> None:
    """Plan whom to invite: half a dozen are expected."""
    version = done(client.get(f"/v1/events/{event}"))["version"]
    guests = {"size": 6, "budget": 40, "k": 1, "acceptance_rates": [{"rate": 0.3}]}
    changes = {"version": version, "settings": guests}
    done(client.patch(f"/v1/events/{event}", json=changes))
    done(_sent(client, event, "state", to="registering"))
    done(_sent(client, event, "plan", time_limit=5, seed=1))


def _keep_a_list(home: FullHome, said: Said) -> None:
    at, partner = datetime.now(UTC), home.values["partner"]
    store = open_store(home.settings.store_url)
    with home.people["adviser"].client(home.base_url) as client:
        account = done(client.get("/v1/account"))
    with store.unit() as unit:
        for list_id, search in (("chosen", None), ("search", {"q": "menuiserie"})):
            unit.lists.create(
                SavedList(
                    id=list_id,
                    account_id=account["id"],
                    owner="",
                    chamber=account["chamber"],
                    name=said("list.name"),
                    search=search,
                    shared=True,
                    created_at=at,
                    changed_at=at,
                )
            )
        unit.lists.add("chosen", [partner, home.values["siret"]], at=at + timedelta(minutes=1))
        unit.lists.note("chosen", partner, said("list.note"), at=at + timedelta(minutes=2))
    store.close()
    home.values["list_id"] = "chosen"


def _administer(home: FullHome, said: Said) -> None:
    with home.people["administrator"].client(home.base_url) as client:
        body = {"name": said("key.name"), "scopes": ["directory"], "chamber": "77"}
        home.values["key_id"] = str(done(client.post("/v1/keys", json=body), 201)["id"])
        account = {
            "email": "nouveau@example.org",
            "name": said("account"),
            "role": "adviser",
            "chamber": "91",
        }
        home.values["account_id"] = str(done(client.post("/v1/accounts", json=account), 201)["id"])
        gone = suggested(client, home.values["siret"])[-1]
        reason = {"reason": said("opt_out.reason")}
        done(client.put(f"/v1/companies/{gone}/opt-out", json=reason), 204)
        letters = done(client.get("/v1/outbox"))
        home.values["letter"] = str(letters["items"][0]["id"])
    with home.people["firm"].client(home.base_url) as client:
        claim = {"siret": home.values["partner"]}
        home.values["claim_id"] = str(
            done(client.post("/v1/account/claims", json=claim), 201)["id"]
        )
    _import(home, said)
    home.values["snapshot"] = (home.settings.snapshots_folder / "CURRENT").read_text().strip()


def _import(home: FullHome, said: Said) -> None:
    """Import declared texts; one row of the file cannot be read."""
    path = home.settings.home / "profils.xlsx"
    rows: list[tuple[object, ...]] = [("siret", "activite", "consentement")]
    rows += [(siret, said("profile.activity"), "oui") for siret, _ in _firms(home.settings)]
    path.write_bytes(workbook(*rows, (said("import.siret"), said("profile.activity"), "oui")))
    store = open_store(home.settings.store_url)
    lenient = home.settings.model_copy(update={"imports": ImportSettings(max_reject_rate=1)})
    report = import_profiles(store, path, settings=lenient, at=datetime.now(UTC))
    store.close()
    assert report.rejects_path is not None
    home.values["rejects"] = Path(report.rejects_path).name
