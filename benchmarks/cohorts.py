"""Peer groups and invitations on made-up (fictional) firms of both departments."""

from __future__ import annotations

from time import monotonic

import numpy as np

from matchmaker.events import invitations, peer_groups
from matchmaker.events.documents import document_of
from matchmaker.events.invitations.problem import Problem as InvitationProblem
from matchmaker.events.peer_groups.problem import Problem as CohortProblem
from matchmaker.events.stopping import Stop

SEED = 1
CENTRES = {
    "77": [(48.54, 2.66), (48.96, 2.88), (48.40, 2.70), (48.62, 2.58), (48.84, 2.64)],
    "91": [(48.63, 2.43), (48.70, 2.25), (48.60, 2.47), (48.45, 2.16), (48.68, 2.37)],
}
THEMES = ("recrutement", "numérique", "export", "énergie", "transmission", "vente", "finance")


def run() -> None:
    """Print a line per case."""
    for leaders, mentors, groups, seconds in ((90, 15, 6, 30), (300, 50, 20, 60)):
        stop = Stop(seconds, monotonic)
        found = peer_groups.plan(cohort(leaders, mentors, groups), stop, SEED)
        print(
            f"{leaders} leaders, {mentors} mentors, {groups} groups: {found.status}, gap "
            f"{_share(found.gap)}, {stop.elapsed:.1f} s of {seconds} s"
        )
    stop = Stop(60, monotonic)
    listed = invitations.plan(invitation_list(2000, 40_000), stop, SEED)
    print(
        f"2,000 candidates, 300 invitations, 3 good partners each: {listed.status}, gap "
        f"{_share(listed.gap)}, {stop.elapsed:.1f} s of 60 s"
    )


def _share(gap: float | None) -> str:
    return "unknown" if gap is None else f"{gap:.1%}"


def cohort(leaders: int, mentors: int, groups: int) -> CohortProblem:
    """Draw a Plato cohort with 40 pairs of competitors for each 90 leaders."""
    draw = np.random.default_rng(SEED)

    def person(name: str) -> dict[str, object]:
        department = str(draw.choice(["77", "91"]))
        latitude, longitude = CENTRES[department][int(draw.integers(5))]
        return {
            "id": name,
            "department": department,
            "latitude": round(float(latitude + draw.normal(0, 0.05)), 4),
            "longitude": round(float(longitude + draw.normal(0, 0.07)), 4),
            "themes": [str(theme) for theme in draw.choice(THEMES, 3, replace=False)],
        }

    tree = {
        "groups": groups,
        "leaders": [
            person(f"L{n}")
            | {"size": int(draw.integers(2, 120)), "maturity": float(draw.integers(30))}
            for n in range(leaders)
        ],
        "mentors": [person(f"M{n}") for n in range(mentors)],
        "apart": [
            {"a": f"L{a}", "b": f"L{b}", "why": "concurrents"}
            for a, b in (draw.choice(leaders, 2, replace=False) for _ in range(leaders * 4 // 9))
        ],
    }
    return document_of(tree, CohortProblem, "cohort")


def invitation_list(candidates: int, pairs: int) -> InvitationProblem:
    """Draw candidates with topics; good partners share a topic or one beside it."""
    draw = np.random.default_rng(SEED)
    topic = draw.integers(0, 25, candidates)
    department = draw.choice(["77", "91"], candidates, p=[0.55, 0.45])
    found: dict[tuple[int, int], float] = {}
    while len(found) < pairs:
        a = int(draw.integers(candidates))
        near = np.flatnonzero((topic - topic[a]) % 25 < 3)
        b = int(draw.choice(near)) if draw.random() < 0.7 else int(draw.integers(candidates))
        if department[a] != department[b]:
            found[min(a, b), max(a, b)] = round(float(draw.uniform(0.4, 1)), 3)
    tree = {
        "candidates": [
            {
                "id": f"C{n}",
                "department": str(department[n]),
                "theme_score": round(float(draw.beta(2, 3)), 3),
                "acceptance": round(float(np.clip(draw.beta(4, 6), 0.05, 0.95)), 3),
                "trade": str(topic[n]),
            }
            for n in range(candidates)
        ],
        "pairs": [{"a": f"C{a}", "b": f"C{b}", "value": v} for (a, b), v in found.items()],
        "size": 120,
        "budget": 300,
        "k": 3,
    }
    return document_of(tree, InvitationProblem, "invitations")
