"""Two nights of a large home with full lists, to measure what compares them.

`python -m benchmarks.second_night FOLDER`, on a home of `benchmarks.large_home`. Only a sample of
its lists was ranked; here all others are drawn among the firms of the other departments, and a
fifth of the places is drawn anew for the second night.
"""

from __future__ import annotations

import argparse
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.large_home import SEED, large_settings, sampled_firms
from benchmarks.territories import AT
from matchmaker.intents import INTENT_OF, Intent, Role
from matchmaker.store.snapshots import begin_snapshot, publish, read_manifest, require_current, seal
from models.arrays import save_arrays
from models.bands import BANDS
from models.changes import FOLDER
from models.inputs import Flags, Rows
from models.lists import ALL_ROLES
from models.published import Published, open_published

CHANGED = 0.2
"""Share of places that the second night deals out anew."""
REDECLARED = 0.002
"""Share of firms that have changed what they declare."""
DRAWN = ("partners", "roles", "bands")

Arrays = dict[str, npt.NDArray[Any]]


def two_nights(home: Path) -> None:
    """Publish a night whose lists are full, and one after it."""
    folder = large_settings(home).snapshots_folder
    source = require_current(folder)
    published = open_published(source)
    rows = [published.model.row_of(siret) for siret in sampled_firms(home)]
    ranked = np.zeros(len(published.model.sirets), dtype=bool)
    ranked[[row for row in rows if row is not None]] = True
    generator = np.random.default_rng([SEED, 2])
    declared = generator.integers(1, 2**63, len(ranked)).astype(np.uint64)
    lists = {intent: _drawn(published, intent, ranked, generator) for intent in Intent}
    _publish(source, folder, 2, lists, declared)
    again = generator.random(len(ranked)) < REDECLARED
    declared[again] += np.uint64(1)
    changed = {
        intent: _changed(lists[intent], _drawn(published, intent, ranked, generator), generator)
        for intent in Intent
    }
    _publish(source, folder, 3, changed, declared)


def _drawn(
    published: Published, intent: Intent, ranked: Flags, generator: np.random.Generator
) -> Arrays:
    """Draw the lists of one intent; those that were ranked stay."""
    department = np.asarray(published.model.territory.view.department)
    held = published.lists[intent]
    partners, roles, bands = (np.array(getattr(held, name)) for name in DRAWN)
    role = next(each for each in Role if INTENT_OF[each] is intent)
    for own in np.unique(department):
        rows = np.flatnonzero((department == own) & ~ranked)
        others = np.flatnonzero(department != own)
        partners[rows] = _without_doubles(others, len(rows), partners.shape[1], generator)
    roles[~ranked] = ALL_ROLES.index(role)
    shape = bands[~ranked].shape
    bands[~ranked] = np.sort(generator.integers(0, len(BANDS), shape), axis=1)
    return {"partners": partners, "roles": roles, "bands": bands}


def _without_doubles(others: Rows, n: int, length: int, generator: np.random.Generator) -> Rows:
    """Draw `length` different firms for each of `n` lists: one of each stretch of all of them."""
    width = len(others) // length
    drawn = generator.integers(0, width, (n, length)) + np.arange(length) * width
    chosen: Rows = others[drawn]
    return chosen


def _changed(before: Arrays, drawn: Arrays, generator: np.random.Generator) -> Arrays:
    """Put what was drawn into some places; a place stays in its stretch, so nobody stands twice."""
    take = generator.random(before["partners"].shape) < CHANGED
    return {**before, "partners": np.where(take, drawn["partners"], before["partners"])}


def _publish(
    source: Path,
    folder: Path,
    day: int,
    lists: dict[Intent, Arrays],
    declared: npt.NDArray[np.uint64],
) -> None:
    """Publish a copy of a night with other lists; what is equal is linked, not copied."""
    partial = begin_snapshot(folder, AT + timedelta(days=day))
    replaced = {Path("lists") / intent / f"{name}.npy" for intent in Intent for name in DRAWN}
    replaced.add(Path("manifest.json"))
    for path in source.rglob("*"):
        within = path.relative_to(source)
        if path.is_file() and within not in replaced and within.parts[0] != FOLDER:
            (partial / within).parent.mkdir(parents=True, exist_ok=True)
            os.link(path, partial / within)
    for intent, arrays in lists.items():
        save_arrays(partial / "lists" / intent, arrays)
    save_arrays(partial / FOLDER, {"declared": declared})
    manifest = read_manifest(source)
    at = (AT + timedelta(days=day)).isoformat()
    seal(partial, {**manifest, "created_at": at})
    publish(partial, keep=5)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    two_nights(parser.parse_args().home)
