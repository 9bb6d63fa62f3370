"""The table of states in the documentation is the one in the code."""

import re
from pathlib import Path

import pytest

from matchmaker.introductions.life import MOVES, DeclineReason, Party, Result, State, Step

TEXT = (Path(__file__).resolve().parents[3] / "docs/introductions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)


def described(step: Step) -> tuple[str, str]:
    who = ", ".join(party.value for party in Party if party in step.parties)
    waits = f" ({step.one_side.value} until both have)" if step.one_side else ""
    return who, step.after.value + waits


def test_every_move_of_the_table_is_documented_as_it_is():
    expected = [
        (state.value, move.value, *described(step)) for (state, move), step in MOVES.items()
    ]
    assert expected == ROWS


@pytest.mark.parametrize("word", [*State, *DeclineReason, *Result])
def test_every_state_reason_and_result_is_explained(word):
    assert f"`{word}`" in TEXT
