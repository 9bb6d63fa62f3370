"""Expected introductions, exposure and firms that nobody is shown, with and without allocation.

The lists come from the model, which knows only what the files of a fictional territory show; what
comes of them is reckoned with the latent worth of every pair.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import scipy.sparse as sparse

from benchmarks.territories import AT
from matchmaker.intents import Intent
from matchmaker.metrics import gini
from matchmaker.settings import Settings
from matchmaker.store import open_store
from models.allocation import expected_mutual_acceptances
from models.inputs import Floats, Rows
from models.matching import shared_out, with_reversed
from models.partner_model import PartnerModel
from pipelines.demo import generate, import_demo
from pipelines.demo.oracle import utilities
from pipelines.demo.outcomes import willing
from pipelines.demo.territory import Territory, draw_territory
from pipelines.features import Features, read_features
from pipelines.fusions import taught
from pipelines.nightly import shares_of

COMPANIES = 2000
SEEDS = (11, 12, 13, 14, 15)
"""Other seeds than those on which the weights were set."""
KINDS = {Intent.SUPPLY: "supply", Intent.CONSORTIUM: "consortium", Intent.PEER: "peer"}


@dataclass(frozen=True)
class Outcome:
    """What comes of the lists of one intent.

    Parameters
    ----------
    both_read
        Expected pairs of which each side reads of the other, by place, and likes it: the expected
        matches of Su, Bayoumi, Joachims (WWW 2022).
    one_asks
        Expected pairs if a firm that is asked need not have read of the other, but accepts no more
        than its capacity (`models.allocation.expected_mutual_acceptances`).
    exposure
        Number of lists that each firm fills.
    """

    both_read: float
    one_asks: float
    exposure: Rows

    @property
    def never_listed(self) -> float:
        """Share of firms that fill no list."""
        return float((self.exposure == 0).mean())

    @property
    def gini(self) -> float:
        """Inequality of exposure."""
        return gini(self.exposure)


def run() -> None:
    """Print a line per intent: medians over seeds."""
    worlds = [dict(_measured(seed)) for seed in SEEDS]
    for intent in KINDS:
        _print(intent, [world[intent] for world in worlds])
    _print(
        "all",
        [tuple(_added(side) for side in zip(*world.values(), strict=True)) for world in worlds],
    )
    print(f"{COMPANIES} firms, medians of seeds {SEEDS}")


def _added(outcomes: tuple[Outcome, ...]) -> Outcome:
    return Outcome(
        sum(outcome.both_read for outcome in outcomes),
        sum(outcome.one_asks for outcome in outcomes),
        np.sum([outcome.exposure for outcome in outcomes], axis=0),
    )


def _print(title: str, pairs: list[tuple[Outcome, Outcome]]) -> None:
    def gain(name: str) -> str:
        gains = [getattr(after, name) / getattr(before, name) - 1 for before, after in pairs]
        return f"{median(gains):+.1%} (least {min(gains):+.1%})"

    def change(name: str) -> str:
        before, after = (median(getattr(pair[k], name) for pair in pairs) for k in (0, 1))
        return f"{before:.3f} -> {after:.3f}"

    print(
        f"{title:10} both read and like {gain('both_read')}; one asks {gain('one_asks')};"
        f" exposure Gini {change('gini')}; never listed {change('never_listed')}"
    )


def _measured(seed: int) -> Iterator[tuple[Intent, tuple[Outcome, Outcome]]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        features = _features(settings, seed)
    model = PartnerModel.fit(
        features.companies, features.groups, settings.model, settings.eligibility, settings.seed
    )
    model = taught(model, features.groups, settings.seed).model
    territory = draw_territory(companies=COMPANIES, seed=seed, today=AT.date())
    shares = shares_of(settings, features.feedback)
    view, everyone = model.territory.view, np.arange(len(model.sirets))
    capacity = np.where(view.capacity < 0, shares.capacity, view.capacity).astype(np.float64)
    for intent, kind in KINDS.items():
        candidates = model.candidates(intent, everyone)
        one_sided, _ = model.rank(intent, everyone, candidates)
        pools, _ = model.pools(intent, everyone, with_reversed(candidates, view, settings.seed))
        shared = shared_out(pools, view, shares)
        worth, trust = _worth(territory, kind, model)
        likes = sparse.csr_array(willing(worth, trust[None, :]))
        yield (
            intent,
            tuple(
                _outcome(lists.partners[:, : shares.length].astype(np.int64), likes, capacity)
                for lists in (one_sided, shared)
            ),
        )


def _features(settings: Settings, seed: int) -> Features:
    files = generate(settings.home / "files", companies=COMPANIES, seed=seed, today=AT.date())
    store = open_store(settings.store_url)
    import_demo(store, files, settings=settings, at=AT)
    with store.reading() as unit:
        features = read_features(unit, settings.eligibility)
    store.close()
    return features


def _worth(territory: Territory, kind: str, model: PartnerModel) -> tuple[Floats, Floats]:
    """Latent worth of every pair either way, and the trust in every firm, in the model's rows."""
    oracle = territory.oracle
    place = {firm.siret: row for row, firm in enumerate(territory.world.firms)}
    rows = np.array([place[str(siret)] for siret in model.sirets])
    worth = utilities(oracle, kind, rows)[:, rows]
    return np.maximum(worth, worth.T), oracle.known.trust[rows]


def _outcome(lists: Rows, likes: sparse.csr_array, capacity: Floats) -> Outcome:
    n, length = lists.shape
    rows, places = np.nonzero(lists >= 0)
    read = np.zeros((n, n))
    read[rows, lists[rows, places]] = 1 / np.log2(2 + places)
    wanted = read * likes.toarray()
    return Outcome(
        both_read=float((wanted * wanted.T).sum() / 2),
        one_asks=expected_mutual_acceptances(lists, likes, likes, capacity),
        exposure=np.bincount(lists[lists >= 0], minlength=n),
    )
