"""Ranking on several processes of one machine, or on a cluster."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.errors import SettingsError
from matchmaker.intents import Intent, Role
from matchmaker.settings import ParallelSettings
from models.inputs import Rows
from models.lists import RankedLists, Vetoes, joined_vetoes, stacked
from models.partner_model import PartnerModel
from models.ranking import BLOCK


def pools_in_parallel(
    folder: Path,
    intent: Intent,
    rows: Rows,
    candidates: dict[Role, Rows],
    parallel: ParallelSettings,
) -> tuple[dict[Role, RankedLists], Vetoes]:
    """Rank on several processes, each opening the saved model by memory map.

    Parameters
    ----------
    folder
        Where `PartnerModel.save` wrote; the workers of a cluster must see it at the same path.

    Raises
    ------
    SettingsError
        If the cluster of the settings is not named, or its packages are not installed.
    """
    # Whole blocks: products of vectors differ in the last bits with the size of a block.
    starts = np.array_split(np.arange(0, len(rows), BLOCK), parallel.jobs)
    pieces = [slice(own[0], own[-1] + BLOCK) for own in starts if len(own)]
    tasks = [
        joblib.delayed(_pools_of_piece)(
            folder,
            intent,
            rows[piece],
            {role: found[piece] for role, found in candidates.items()},
            parallel.threads,
        )
        for piece in pieces
    ]
    with joblib.parallel_config(n_jobs=parallel.jobs, **_backend_of(parallel)):
        answers = joblib.Parallel()(tasks)
    pools = {}
    for role in candidates:
        lists = [by_role[role] for by_role, _ in answers]
        width, n_channels = lists[0].parts.shape[1:]
        pools[role] = stacked(lists, width, n_channels)
    return pools, joined_vetoes([vetoes for _, vetoes in answers])


def _pools_of_piece(
    folder: Path, intent: Intent, rows: Rows, candidates: dict[Role, Rows], threads: int
) -> tuple[dict[Role, RankedLists], Vetoes]:
    # As many threads as one process would use: another number gives products with other last bits.
    with threadpool_limits(limits=threads):
        return PartnerModel.load(folder).pools(intent, rows, candidates)


def _backend_of(parallel: ParallelSettings) -> dict[str, str]:
    """Arguments of `joblib.parallel_config`."""
    if parallel.backend != "dask":
        return {"backend": parallel.backend}
    if find_spec("distributed") is None:
        raise SettingsError(
            "parallel.backend is dask, which is not installed. "
            "Run `pip install 'matchmaker[cluster]'`, or set it to loky."
        )
    if parallel.scheduler is not None:
        return {"backend": "dask", "scheduler_host": parallel.scheduler}
    if not _is_connected():
        raise SettingsError(
            "parallel.backend is dask, but parallel.scheduler names no address. "
            "Set it, for instance to tcp://127.0.0.1:8786."
        )
    return {"backend": "dask"}


def _is_connected() -> bool:
    """Whether the caller has connected this process to a cluster already."""
    from distributed import get_client

    try:
        get_client()
    except ValueError:
        return False
    return True
