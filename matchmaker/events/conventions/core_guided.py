"""Proof of the fewest broken wishes of a formula, in a process of its own that can be ended.

Read: a pickle-free `.npz` on standard input. Written: one line for each better lower bound, then
the model. Run as `python -m matchmaker.events.conventions.core_guided SECONDS`; after that time it
ends by itself, so that it does not outlive a parent that was killed.

The method is RC2 (Ignatiev, Morgado, Marques-Silva, JSAT 11, 2019), core-guided MaxSAT on an
incremental SAT solver, as in the package python-sat.
"""

from __future__ import annotations

import io
import signal
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

SOLVER = "cadical153"


class _Telling(RC2):  # type: ignore[misc]
    """RC2 that tells each lower bound as soon as it is proven."""

    def process_core(self) -> None:
        super().process_core()
        _tell("bound", self.cost)

    def process_am1(self, am1: list[int]) -> None:
        super().process_am1(am1)
        _tell("bound", self.cost)


def _tell(what: str, *values: int) -> None:
    sys.stdout.write(" ".join([what, *map(str, values)]) + "\n")
    sys.stdout.flush()


def formula_of(hard: NDArray[np.int32], soft: NDArray[np.int32]) -> WCNF:
    """Build the formula: clauses that end with 0 each, and literals wished to hold."""
    formula: Any = WCNF()
    clause: list[int] = []
    for literal in hard.tolist():
        if literal:
            clause.append(literal)
        else:
            formula.append(clause)
            clause = []
    for literal in soft.tolist():
        formula.append([literal], weight=1)
    return formula


def main() -> None:
    """Prove, and write what is found."""
    signal.alarm(int(sys.argv[1]))  # ends the process even inside the solver
    try:
        _prove()
    except BrokenPipeError:
        sys.exit(0)  # nobody reads any more


def _prove() -> None:
    arrays = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
    formula = formula_of(arrays["hard"], arrays["soft"])
    with _Telling(formula, solver=SOLVER, adapt=True, exhaust=True, minz=True) as solver:
        model = solver.compute()
        if model is None:
            _tell("impossible")
        else:
            _tell("bound", solver.cost)
            _tell("model", *(literal for literal in model if literal > 0))


if __name__ == "__main__":
    main()
