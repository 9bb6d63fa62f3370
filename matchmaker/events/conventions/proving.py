"""Proof and search side by side: the fewest breaks, with a bound at any moment."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from math import ceil

import numpy as np

from matchmaker.events.conventions.annealing import anneal
from matchmaker.events.conventions.board import board_of
from matchmaker.events.conventions.timetable import Ints, Timetable, is_fair, number_of_breaks
from matchmaker.events.conventions.waiting import COUNTER, TOTALIZER, Formula, formula_of
from matchmaker.events.stopping import Stop

STEPS_PER_ROUND = 100_000
"""Steps of the first round of annealing; each further round is that much longer."""

SHARE_ALONE = 0.2
"""Share of the time in which the proofs have the machine to themselves."""

LOOK_SECONDS = 0.02

_PROGRAM = "matchmaker.events.conventions.core_guided"


@dataclass(frozen=True)
class Waits:
    """Slots of the meetings, and how few breaks there can be.

    Parameters
    ----------
    slots
        Slot of each meeting, -1 where it is missing; None where none was found.
    bound
        No timetable of these meetings has fewer breaks.
    impossible
        Whether these meetings have no timetable, proven.
    """

    slots: Ints | None
    bound: int
    impossible: bool = False


class _Proof:
    """The process that proves, and what it has said so far."""

    def __init__(self, formula: Formula, seconds: float) -> None:
        self._formula = formula
        self.bound = 0
        self.impossible = False
        self.model: list[int] | None = None
        limit = ceil(seconds) + 1
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _PROGRAM, str(limit)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        buffer = io.BytesIO()
        arrays = self._formula.arrays()
        np.savez(buffer, hard=arrays["hard"], soft=arrays["soft"])
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(buffer.getvalue())
            self._process.stdin.close()
        except BrokenPipeError:
            return  # it has been ended
        for line in self._process.stdout:
            what, *values = line.split()
            if what == b"bound":
                self.bound = max(self.bound, int(values[0]))
            elif what == b"impossible":
                self.impossible = True
            elif what == b"model":
                self.model = [int(value) for value in values]

    def slots_of(self) -> Ints:
        """Slots in the model that it has found; shape (n_meetings,)."""
        assert self.model is not None
        return self._formula.slots_in(self.model)

    def wait(self, seconds: float) -> None:
        """Wait for the end, or a moment."""
        self._reader.join(seconds)

    @property
    def through(self) -> bool:
        """Whether it has said its last word."""
        return self.impossible or self.model is not None

    @property
    def done(self) -> bool:
        """Whether it has ended by itself."""
        return not self._reader.is_alive()

    def end(self) -> int:
        """End the process and return its status."""
        self._process.kill()
        code = self._process.wait()
        self._reader.join()
        return code


def fewest_breaks(
    timetable: Timetable, meetings: Ints, start: Ints | None, *, seed: int, stop: Stop
) -> Waits:
    """Find and prove the fewest breaks of meetings that all take place.

    Two MaxSAT solvers race on two ways to write the same formula. Where neither is through soon,
    simulated annealing looks for fewer breaks beside them; whoever closes the distance ends all.

    Parameters
    ----------
    timetable
        The problem.
    meetings
        Rows of the meetings.
    start
        A timetable of these meetings; None where none is known.
    seed
        Of the annealing.
    stop
        Time limit.
    """
    own = timetable.meetings_of(meetings)
    race = [
        _Proof(formula_of(timetable, meetings, timetable.fairness, tables_by), stop.remaining)
        for tables_by in (TOTALIZER, COUNTER)
    ]
    try:
        _wait(race, stop.within(stop.remaining * SHARE_ALONE), _goal(timetable, own, start))
        best = start
        if start is not None and not _is_over(race, _goal(timetable, own, start)):
            best = _improved(timetable, own, start, race, seed, stop)
        _wait(race, stop, _goal(timetable, own, best))
    finally:
        codes = [proof.end() for proof in race]
    if failed := set(codes) - {0, -signal.SIGKILL, -signal.SIGALRM}:
        raise RuntimeError(f"a proof of the fewest breaks has failed with status {min(failed)}")
    return _verdict(timetable, own, best, max(race, key=lambda p: (p.through, p.bound)))


def _goal(timetable: Timetable, own: list[list[int]], best: Ints | None) -> float:
    """Count the breaks that are reached already: a proof of as many ends the race."""
    if best is None or not is_fair(timetable, best, own):
        return np.inf
    return number_of_breaks(best, own)


def _is_over(race: list[_Proof], goal: float) -> bool:
    return any(proof.through or proof.bound >= goal for proof in race)


def _wait(race: list[_Proof], stop: Stop, goal: float) -> None:
    """Wait until a proof is through, or has met what is known."""
    while not stop.reached and not _is_over(race, goal):
        running = [proof for proof in race if not proof.done]
        if not running:
            return
        running[0].wait(LOOK_SECONDS)


def _improved(
    timetable: Timetable,
    own: list[list[int]],
    start: Ints,
    race: list[_Proof],
    seed: int,
    stop: Stop,
) -> Ints:
    """Look for fewer breaks while the proofs go on."""
    best, rounds = start, 0
    while not stop.reached and not _is_over(race, _goal(timetable, own, best)):
        rounds += 1
        found = anneal(
            board_of(timetable, best),
            ("breaks",),
            timetable.fairness,
            steps=STEPS_PER_ROUND * rounds,
            seed=seed + rounds,
            stop=stop.within(stop.remaining, lambda: any(proof.through for proof in race)),
            floor=float(max(proof.bound for proof in race)),
        )
        best = min((best, found), key=lambda slots: _rank(timetable, slots, own))
    return best


def _verdict(timetable: Timetable, own: list[list[int]], best: Ints | None, proof: _Proof) -> Waits:
    """Put proof and search together, mindful of what the proof has assumed of fairness."""
    formula_is_exact = timetable.fairness is None or any(len(rows) < 2 for rows in own)
    if proof.impossible:
        one_is_known = best is not None and is_fair(timetable, best, own)
        return Waits(best, 0, impossible=formula_is_exact and not one_is_known)
    if proof.model is not None:
        found = proof.slots_of()
        best = (
            found
            if best is None
            else min((found, best), key=lambda slots: _rank(timetable, slots, own))
        )
    # Somebody without a break is assumed; where everybody had one, there would be as many.
    bound = proof.bound if formula_is_exact else min(proof.bound, timetable.n_people)
    return Waits(best, bound)


def _rank(timetable: Timetable, slots: Ints, own: list[list[int]]) -> tuple[bool, int]:
    return not is_fair(timetable, slots, own), number_of_breaks(slots, own)
