"""Everything that events promise: conventions, repairs, round tables, cohorts, invitations."""

from __future__ import annotations

from benchmarks import cohorts, conventions, repairs, round_tables


def run() -> None:
    """Run them one after the other."""
    for name, part in (
        ("conventions", conventions.run),
        ("repairs", repairs.run),
        ("round tables", round_tables.run),
        ("peer groups and invitations", cohorts.run),
    ):
        print(f"-- {name}", flush=True)
        part()
