"""Where no peer groups are possible, a small set of reasons says why, in two languages."""

from itertools import combinations

import pytest

from matchmaker.events.documents import document_of
from matchmaker.events.peer_groups import Problem, plan
from matchmaker.events.peer_groups.plan import Finding
from matchmaker.events.peer_groups.wording import sentence
from matchmaker.events.stopping import Stop
from matchmaker.texts import LANGUAGES, catalogue


def problem_of(**changed):
    """Twelve leaders on a line, six of each department, in groups of three to six."""
    tree = {
        "leaders": [
            {
                "id": f"L{k}",
                "x_km": float(k),
                "y_km": 0.0,
                "department": "77" if k % 2 else "91",
                "size": 5,
                "maturity": 3.0,
            }
            for k in range(12)
        ],
        "mentors": [
            {"id": f"M{k}", "x_km": float(k), "y_km": 0.0, "department": "77"} for k in range(4)
        ],
        "groups": 2,
        "size_min": 3,
        "size_max": 6,
        "mentors_min": 1,
        "mentors_max": 2,
        "department_min": 1,
    }
    return document_of(tree | changed, Problem, "problem")


def pairs(*names):
    return [{"a": a, "b": b} for a, b in names]


CLIQUE = pairs(*combinations(["L0", "L1", "L2"], 2))
RING = pairs(("L0", "L1"), ("L1", "L2"), ("L2", "L3"), ("L3", "L4"), ("L4", "L0"))
SPARE = pairs(("L6", "L7"), ("L8", "L9"))


@pytest.mark.parametrize(
    ("changed", "code", "values"),
    [
        ({"groups": 5, "mentors_min": 0}, "too_few_leaders", {"have": 12, "need": 15, "groups": 5}),
        ({"groups": 1}, "too_many_leaders", {"have": 12, "need": 6, "groups": 1}),
        ({"mentors_min": 2, "groups": 3}, "too_few_mentors", {"have": 4, "need": 6, "groups": 3}),
        (
            {"places": [{"id": "P", "x_km": 0.0, "y_km": 0.0}]},
            "too_few_places",
            {"have": 1, "need": 2, "groups": 2},
        ),
        (
            {"department_min": 2, "groups": 4},
            "department_too_small",
            {"department": "77", "have": 6, "need": 8, "groups": 4},
        ),
        ({"apart": CLIQUE}, "clique", {"people": ("L0", "L1", "L2"), "have": 3, "groups": 2}),
        (
            {"apart": pairs(("L0", "L2")), "together": pairs(("L0", "L1"), ("L1", "L2"))},
            "together_and_apart",
            {"people": ("L0", "L1", "L2")},
        ),
        (
            {"together": pairs(*((f"L{k}", f"L{k + 1}") for k in range(6)))},
            "together_too_many",
            {"people": tuple(f"L{k}" for k in range(7)), "have": 7, "need": 6},
        ),
        (
            {"travel_max_minutes": 5},
            "out_of_reach",
            {"people": ("L8", "L9", "L10", "L11"), "minutes": 5},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_obstacle_is_named_with_its_numbers(changed, code, values):
    """In 5 minutes people go 2 km: no mentor goes beyond 5 km, so from 8 km on all are far."""
    found = plan(problem_of(**changed), Stop(60, lambda: 0.0), seed=0, workers=1)
    assert found.status == "impossible"
    assert (code, values) in [(one.code, one.values) for one in found.blocking]


def test_colleagues_are_kept_apart_like_competitors():
    tree = problem_of().model_dump(mode="json")
    for one in tree["leaders"][:3]:
        one["company"] = "Un"
    problem = document_of(tree, Problem, "problem")
    found = plan(problem, Stop(60, lambda: 0.0), seed=0, workers=1)
    assert [one.code for one in found.blocking] == ["clique"]


def test_rules_at_odds_are_shrunk_to_the_few_that_matter():
    """Five in a ring of competitors need three groups, though no three are all apart."""
    problem = problem_of(apart=SPARE + RING)
    found = plan(problem, Stop(60, lambda: 0.0), seed=0, workers=1)
    (finding,) = found.blocking
    assert finding.code == "rules"
    assert finding.values["rules"] == ("apart",)
    assert set(finding.values["pairs"]) == {
        "L0 - L1",
        "L1 - L2",
        "L2 - L3",
        "L3 - L4",
        "L0 - L4",
    }


def test_without_one_of_the_pairs_there_are_groups():
    """So the set above is minimal."""
    for k in range(len(RING)):
        fewer = problem_of(apart=SPARE + RING[:k] + RING[k + 1 :])
        found = plan(fewer, Stop(1, lambda: 0.0), seed=0, workers=1)
        assert found.status in ("optimal", "feasible")


def test_kinds_of_rules_are_named_together():
    """Three leaders of 91 among six of one block: the other group has too few of 91."""
    block = pairs(*((f"L{a}", f"L{a + 2}") for a in (0, 2, 4, 6, 8)))
    found = plan(problem_of(together=block), Stop(60, lambda: 0.0), seed=0, workers=1)
    assert [one.values["rules"] for one in found.blocking] == [("together", "departments")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language):
    """With its values, and no gap left."""
    values = {
        "have": 3, "need": 4, "groups": 2, "department": "77", "minutes": 30, "far": 1, "apart": 1,
        "full": 0, "other": 0, "people": tuple(f"L{k}" for k in range(9)),
        "rules": ("apart", "travel"),
    }  # fmt: skip
    keys = [key.split(".")[2] for key in catalogue(language) if key.startswith("event.peer_groups")]
    codes = set(keys) - {"rule", "and_more", "rules_pairs", "cannot_mend"}
    assert {"clique", "left_out_far", "rules", "too_few_mentors"} <= codes
    for code in codes:
        said = sentence(Finding(code=code, values=values), language)
        assert said.endswith(".")
        assert "{" not in said


def test_names_beyond_six_are_counted():
    finding = Finding(code="out_of_reach", values={"people": tuple("ABCDEFGH"), "minutes": 30})
    assert sentence(finding, "en").endswith("for: A, B, C, D, E, F and 2 more.")


def test_pairs_that_matter_are_said():
    finding = Finding(code="rules", values={"rules": ("apart",), "pairs": ("A - B",)})
    assert "A - B" in sentence(finding, "fr")
    assert "paires à séparer" in sentence(finding, "fr")
