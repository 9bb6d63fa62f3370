"""Top-k over the other department: faiss, exact and inverted file, against scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
from sklearn.neighbors import NearestNeighbors

from models.search import Pool, nearest

FIRMS, DIMENSIONS, K, RUNS = 40_000, 96, 20, 3


def run() -> None:
    """Print seconds, ratios and the recall of the inverted file."""
    generator = np.random.default_rng(7)
    centres = generator.normal(size=(400, DIMENSIONS))
    vectors = centres[generator.integers(400, size=FIRMS)] + 0.5 * generator.normal(
        size=(FIRMS, DIMENSIONS)
    )
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    department = np.repeat(np.array([0, 1], dtype=np.int16), FIRMS // 2)
    pool = Pool(np.arange(FIRMS), department)
    half = FIRMS // 2
    peer = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(vectors[half:])
    exact, found = _timed(lambda: nearest(vectors[:half], department[:half], vectors, pool, K))
    quick, near = _timed(
        lambda: nearest(vectors[:half], department[:half], vectors, pool, K, "approximate")
    )
    brute, _ = _timed(lambda: peer.kneighbors(vectors[:half], return_distance=False))
    recall = np.mean([len(set(a) & set(b)) / K for a, b in zip(found, near, strict=True)])
    print(f"{half} queries against {half} vectors of {DIMENSIONS}, k = {K}, median of {RUNS}")
    print(f"  scikit-learn brute force {brute:6.2f} s")
    print(f"  exact                    {exact:6.2f} s, {exact / brute:.2f} of scikit-learn")
    print(f"  inverted file            {quick:6.2f} s, {quick / brute:.2f}, recall {recall:.3f}")


def _timed(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    seconds = []
    for _ in range(RUNS):
        start = perf_counter()
        answer = work()
        seconds.append(perf_counter() - start)
    return median(seconds), answer
