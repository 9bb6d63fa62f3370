"""Answers to suggestions over HTTP: at once in every worker, and for nobody else's firm."""

import json

import httpx
import numpy as np
import pytest
from servers import copied, served, worker
from sign_ins import key_headers, session_of

from matchmaker.accounts.roles import Right, Role
from matchmaker.feedback import HIDING, SEPARATING, FeedbackKind
from matchmaker.intents import Intent
from matchmaker.store import open_store
from matchmaker.store.snapshots import require_current
from models.places import place_in_lists
from models.published import open_published

UNKNOWN = "73282932000074"


@pytest.fixture(scope="module")
def published(demo_home):
    return open_published(require_current(demo_home.snapshots_folder))


@pytest.fixture(scope="module")
def pairs(published):
    """Pairs of a firm of 77 and one of 91, each of which stands first in a list of the other."""
    sirets, department = published.model.sirets, published.model.territory.view.department
    found = []
    for lists in published.lists.values():
        for row in np.flatnonzero(department == published.model.departments.index("77")):
            other = int(lists.partners[row, 0])
            if other >= 0 and any(
                row in each.partners[other, :10] for each in published.lists.values()
            ):
                found.append((str(sirets[row]), str(sirets[other])))
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    return copied(demo_home, tmp_path_factory.mktemp("answers") / "home")


@pytest.fixture(scope="module")
def client(home):
    with served(home) as client:
        yield client


@pytest.fixture
def as_role(client, home):
    """Give clients that are signed in; none of them has the key of the other tests."""
    opened = []

    def sign_in(role, companies=(), chamber=None):
        cookies, headers = session_of(home, role, companies, chamber)
        opened.append(httpx.Client(base_url=client.base_url, cookies=cookies, headers=headers))
        return opened[-1]

    yield sign_in
    for each in opened:
        each.close()


def suggested(client, siret):
    answer = client.get(f"/v1/companies/{siret}/suggestions", params={"limit": 100})
    assert answer.status_code == 200, answer.text
    return {item["partner"]["siret"] for item in answer.json()["items"]}


def say(client, reader, partner, kind, **more):
    body = {"partner": partner, "kind": kind, **more}
    return client.post(f"/v1/companies/{reader}/feedback", json=body)


def assert_problem(answer, status, slug):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(f":{slug}")


def test_answers_hold_from_the_next_request_of_every_worker(demo_home, pairs, tmp_path):
    """The very next request of the other process, both ways, for every kind."""
    settings = copied(demo_home, tmp_path / "home")
    reader, partner = pairs[0]
    with served(settings) as one, worker(settings) as other:
        before = {siret: suggested(other, siret) for siret in (reader, partner)}
        assert partner in before[reader]
        assert reader in before[partner]
        for kind in FeedbackKind:
            given = say(one, reader, partner, kind)
            assert given.status_code == 201, given.text
            assert (partner in suggested(other, reader)) == (kind not in HIDING)
            assert (reader in suggested(other, partner)) == (kind not in SEPARATING)
            path = f"/v1/companies/{reader}/feedback/{given.json()['id']}"
            assert other.delete(path).status_code == 204
            for siret, shown in before.items():
                assert suggested(one, siret) == shown
        dismissal = f"/v1/companies/{reader}/dismissals/{partner}"
        for _ in range(2):
            assert one.put(dismissal, json={"reason": "déjà client"}).status_code == 204
        assert partner not in suggested(other, reader)
        standing = other.get(f"/v1/companies/{reader}/feedback").json()["items"]
        assert [(item["kind"], item["note"]) for item in standing] == [("set_aside", "déjà client")]
        for _ in range(2):
            assert other.delete(dismissal).status_code == 204
        assert suggested(one, reader) == before[reader]


class TestAnswers:
    def test_an_answer_is_kept_with_the_place_of_the_partner(self, client, home, published, pairs):
        reader, partner = pairs[1]
        place = place_in_lists(published, reader, partner)
        given = say(client, reader, partner, "interested", note="Appelez-nous", list="digest")
        document = given.json()
        expected = {
            "partner": partner,
            "kind": "interested",
            "reason": None,
            "note": "Appelez-nous",
            "intent": place.intent.value,
            "list": "digest",
            "rank": place.rank,
            "snapshot": published.name,
            "by": "key tests",
            "undone_at": None,
        }
        assert {name: document[name] for name in expected} == expected
        store = open_store(home.store_url)
        with store.reading() as unit:
            assert unit.feedback.get(document["id"]).propensity == place.propensity
        store.close()
        name = client.get(f"/v1/companies/{partner}").json()["display_name"]
        assert document["partner_name"] == name

    @pytest.mark.parametrize("intent", Intent)
    def test_the_list_that_is_named_counts(self, client, published, pairs, intent):
        reader, partner = pairs[2]
        place = place_in_lists(published, reader, partner, intent)
        given = say(client, reader, partner, "worth_it", intent=intent, note=intent.value).json()
        assert given["intent"] == intent
        assert given["rank"] == (place.rank if place else None)

    def test_who_answers_at_an_event_saw_no_list(self, client, pairs):
        given = say(client, *pairs[2], "met", list="event").json()
        assert (given["list"], given["rank"], given["snapshot"]) == ("event", None, None)
        client.delete(f"/v1/companies/{pairs[2][0]}/feedback/{given['id']}")

    def test_the_own_list_is_the_latest_first(self, client, pairs):
        reader, partner = pairs[3]
        path = f"/v1/companies/{reader}/feedback"
        assert client.get(path).json() == {"items": []}
        first = say(client, reader, partner, "set_aside", reason="too_far").json()
        second = say(client, reader, partner, "worth_it").json()
        assert client.get(path).json() == {"items": [second, first]}
        assert client.delete(f"{path}/{first['id']}").status_code == 204
        assert client.delete(f"{path}/{first['id']}").status_code == 204, "as often as you like"
        assert client.get(path).json() == {"items": [second]}
        undone = client.get(path, params={"undone": True}).json()["items"]
        assert [item["id"] for item in undone] == [second["id"], first["id"]]
        assert undone[1]["undone_at"]

    def test_a_partner_that_opted_out_has_no_name_any_more(self, client, pairs):
        reader, partner = pairs[4]
        say(client, reader, partner, "interested")
        path = f"/v1/companies/{partner}/opt-out"
        assert client.put(path).status_code == 204
        item = client.get(f"/v1/companies/{reader}/feedback").json()["items"][0]
        assert (item["partner"], item["partner_name"]) == (partner, None)
        assert client.delete(path).status_code == 204

    def test_wrong_input_is_refused(self, client, pairs):
        reader, partner = pairs[5]
        assert_problem(say(client, reader, reader, "interested"), 422, "bad-value")
        assert_problem(say(client, reader, "123", "interested"), 422, "bad-value")
        assert_problem(say(client, reader, partner, "hates"), 422, "bad-value")
        wrong = (
            {"reason": "too_far"},
            {"note": "x" * 501},
            {"note": "a\x00b"},
            {"intent": "marriage"},
            {"list": "dreams"},
            # Nobody writes what the service knows.
            {"propensity": 0.5},
            {"actor": "Max"},
            {"at": "2026-01-01T00:00:00Z"},
            {"shown_in": "event"},
        )
        for more in wrong:
            assert_problem(say(client, reader, partner, "interested", **more), 422, "bad-value")
        assert_problem(say(client, reader, UNKNOWN, "interested"), 404, "unknown-company")
        assert_problem(say(client, UNKNOWN, partner, "interested"), 404, "unknown-company")
        for body in (b"{", json.dumps({"partner": partner}).encode(), b"[" * 5_000):
            headers = {"content-type": "application/json"}
            path = f"/v1/companies/{reader}/feedback"
            assert client.post(path, content=body, headers=headers).status_code in (400, 422)
        for number, status in (("0", 422), ("x", 422), (str(2**31), 422), (str(2**31 - 1), 404)):
            path = f"/v1/companies/{reader}/feedback/{number}"
            assert client.delete(path).status_code == status
        assert client.get(f"/v1/companies/{reader}/feedback").json() == {"items": []}


class TestReach:
    def test_an_entrepreneur_answers_for_an_own_firm_only(self, client, as_role, pairs):
        own, partner = pairs[6]
        theirs = pairs[7][0]
        firm = as_role(Role.ENTREPRENEUR, [own])
        given = say(firm, own, partner, "interested")
        assert given.status_code == 201
        assert given.json()["by"].startswith("Zoé Martin")
        elsewhere = say(client, theirs, partner, "interested").json()["id"]
        for answer in (
            say(firm, theirs, partner, "competitor"),
            say(firm, partner, own, "competitor"),
            firm.get(f"/v1/companies/{theirs}/feedback"),
            firm.delete(f"/v1/companies/{theirs}/feedback/{elsewhere}"),
            firm.put(f"/v1/companies/{theirs}/dismissals/{partner}", json={}),
            firm.delete(f"/v1/companies/{theirs}/dismissals/{partner}"),
        ):
            assert_problem(answer, 403, "not-allowed")
        # An id of another firm behind the address of one's own.
        answer = firm.delete(f"/v1/companies/{own}/feedback/{elsewhere}")
        assert_problem(answer, 404, "unknown-feedback")
        items = client.get(f"/v1/companies/{theirs}/feedback").json()["items"]
        assert [item["id"] for item in items] == [elsewhere]

    def test_an_adviser_answers_for_firms_of_the_chamber(self, as_role, pairs):
        of_77, of_91 = pairs[8]
        adviser = as_role(Role.ADVISER, chamber="77")
        assert say(adviser, of_77, of_91, "interested").status_code == 201
        assert_problem(say(adviser, of_91, of_77, "interested"), 403, "not-allowed")
        assert say(as_role(Role.ADVISER, chamber="91"), of_91, of_77, "met").status_code == 201

    def test_nobody_and_a_key_without_the_scope_are_refused(self, client, home, pairs):
        with httpx.Client(base_url=client.base_url) as nobody:
            assert_problem(say(nobody, *pairs[9], "interested"), 401, "not-signed-in")
            nobody.headers.update(key_headers(home, Right.SUGGESTIONS))
            assert_problem(say(nobody, *pairs[9], "interested"), 403, "not-allowed")
            nobody.headers.update(key_headers(home, Right.FEEDBACK, chamber="91"))
            assert_problem(say(nobody, *pairs[9], "interested"), 403, "not-allowed")

    def test_a_change_with_a_cookie_needs_its_token(self, as_role, pairs):
        own, partner = pairs[9]
        firm = as_role(Role.ENTREPRENEUR, [own])
        del firm.headers["X-CSRF-Token"]
        assert firm.get(f"/v1/companies/{own}/feedback").json() == {"items": []}
        assert_problem(say(firm, own, partner, "competitor"), 403, "cross-site")
        assert firm.get(f"/v1/companies/{own}/feedback").json() == {"items": []}


class TestOverrides:
    def test_an_adviser_of_either_chamber_lifts_the_rule(self, as_role, pairs):
        a, b = pairs[10]
        for chamber in ("77", "91"):
            adviser = as_role(Role.ADVISER, chamber=chamber)
            for path in (f"/v1/competitor-overrides/{a}/{b}", f"/v1/competitor-overrides/{b}/{a}"):
                assert_problem(adviser.get(path), 404, "unknown-feedback")
                given = adviser.put(path, json={"reason": "l'une sous-traite à l'autre"})
                assert given.status_code == 200, given.text
                assert given.json()["companies"] == sorted((a, b))
                assert given.json()["reason"] == "l'une sous-traite à l'autre"
                assert adviser.get(path).json() == given.json()
                assert adviser.delete(path).status_code == 204
                assert adviser.delete(path).status_code == 204, "as often as you like"

    def test_it_needs_a_reason_and_two_firms_of_the_store(self, as_role, pairs):
        a, b = pairs[10]
        adviser = as_role(Role.ADVISER, chamber="77")
        path = f"/v1/competitor-overrides/{a}"
        for body in ({}, {"reason": ""}, {"reason": " \n"}, {"reason": "x" * 501}, {"by": "Max"}):
            assert_problem(adviser.put(f"{path}/{b}", json=body), 422, "bad-value")
        body = {"reason": "pourquoi pas"}
        assert_problem(adviser.put(f"{path}/{a}", json=body), 422, "bad-value")
        assert_problem(adviser.put(f"{path}/{UNKNOWN}", json=body), 404, "unknown-company")
        assert_problem(adviser.get(f"{path}/{b}"), 404, "unknown-feedback")

    def test_others_may_not(self, client, as_role, pairs):
        """A firm may not lift the rule for itself, nor an adviser for firms of others."""
        a, b = pairs[11]
        of_91 = next(pair[1] for pair in pairs if pair[1] != b)
        body = {"reason": "pourquoi pas"}
        adviser = as_role(Role.ADVISER, chamber="77")
        for caller, path in (
            (as_role(Role.ENTREPRENEUR, [a, b]), f"/v1/competitor-overrides/{a}/{b}"),
            (client, f"/v1/competitor-overrides/{a}/{b}"),
            (adviser, f"/v1/competitor-overrides/{b}/{of_91}"),
        ):
            for answer in (caller.put(path, json=body), caller.get(path), caller.delete(path)):
                assert_problem(answer, 403, "not-allowed")
        administrator = as_role(Role.ADMINISTRATOR)
        path = f"/v1/competitor-overrides/{b}/{of_91}"
        assert administrator.put(path, json=body).status_code == 200
