"""The public one-to-one meeting instances (University of Girona) as problems of this project.

MiniZinc data files; Bofill et al., JAIR 74 (2022), describe them and publish the proven optima.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from matchmaker.events.conventions.problem import Problem
from matchmaker.events.documents import document_of

SESSIONS = {1: "morning", 2: "afternoon"}


def instances(folder: Path) -> list[tuple[str, Path, int, int]]:
    """List name, file, fairness and proven optimum of every instance."""
    with (folder / "best_known.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                row["instance"],
                folder / row["file"],
                int(row["fairness_d"]),
                int(row["optimal_breaks"]),
            )
            for row in csv.DictReader(file)
        ]


def read_instance(path: Path, fairness: int) -> Problem:
    """Read one instance; every meeting must take place, the fewest breaks are sought."""
    text = path.read_text(encoding="utf-8")
    values = {name: value for name, value in re.findall(r"(\w+)\s*=\s*(.*?);", text, re.DOTALL)}
    slots, morning = int(values["nTotalSlots"]), int(values["nMorningSlots"])
    requested = [[int(n) for n in re.findall(r"\d+", row)] for row in _rows(values["requested"])]
    before = [_numbers(group) for group in _sets(values["precedences"])]
    fixed = _numbers(values["fixed"], zeros=True)
    later: dict[int, list[int]] = {}
    for meeting, earlier in enumerate(before, start=1):
        for first in earlier:
            later.setdefault(first, []).append(meeting)
    tree: dict[str, Any] = {
        "slots": slots,
        "sessions": [
            {"id": "morning", "slots": list(range(1, morning + 1))},
            *(
                [{"id": "afternoon", "slots": list(range(morning + 1, slots + 1))}]
                * (morning < slots)
            ),
        ],
        "tables": int(values["nTables"]),
        "participants": [
            {"id": person, "unavailable": sorted(set(_numbers(group)))}
            for person, group in enumerate(_sets(values["forbidden"]), start=1)
        ],
        "meetings": [
            {
                "id": meeting,
                "a": a,
                "b": b,
                "session": SESSIONS.get(session),
                "fixed_slot": fixed[meeting - 1] or None,
                "before": later.get(meeting, []),
            }
            for meeting, (a, b, session) in enumerate(requested, start=1)
        ],
        "objective": ["breaks"],
        "fairness": fairness,
    }
    return document_of(tree, Problem, path.name)


def _rows(value: str) -> list[str]:
    return [row for row in value.strip("[]| \n").split("|") if row.strip(" ,\n")]


def _sets(value: str) -> list[str]:
    return re.findall(r"\{([^}]*)\}", value)


def _numbers(value: str, *, zeros: bool = False) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", value) if zeros or int(n) > 0]
