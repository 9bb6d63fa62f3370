"""The guides keep step with the pages: every page is in them, and nothing that is not there."""

import re
from pathlib import Path

import pytest
from described_app import described_app

from api.rights_table import Door, doors
from matchmaker.accounts.roles import Reach, Role

DOCS = Path(__file__).resolve().parents[3] / "docs"
GUIDES = {
    Role.ENTREPRENEUR: (DOCS / "guide-entrepreneur.md").read_text(encoding="utf-8"),
    Role.ADVISER: (DOCS / "guide-conseiller.md").read_text(encoding="utf-8"),
}
FOR_PROGRAMS = re.compile(r"/(v1/.*|health|ready|metrics|static)")
UNSEEN = frozenset({"/connexion/oidc", "/connexion/oidc/retour"})
"""Steps of a sign-in that nobody looks at."""
PAGES = {
    door.path: door
    for door in doors(described_app())
    if door.method == "GET" and not FOR_PROGRAMS.fullmatch(door.path)
}
BOARD = frozenset({"/mises-en-relation", "/mises-en-relation/{introduction_id}"})
"""The advisers' board; entrepreneurs follow theirs on the pages of their firm."""
BIGGEST = 250_000


def mentioned(guide: str) -> set[str]:
    return set(re.findall(r"`(/[^`]*)`", guide))


def may(role: Role, door: Door) -> bool:
    return door.reach(role) is not Reach.NONE


@pytest.mark.parametrize("role", GUIDES)
def test_every_address_of_a_guide_is_a_page_that_its_reader_may_open(role):
    found = mentioned(GUIDES[role])
    assert found
    assert found - set(PAGES) == set()
    assert {path for path in found if not may(role, PAGES[path])} == set()


def test_every_page_of_entrepreneurs_is_in_their_guide():
    pages = {path for path, door in PAGES.items() if may(Role.ENTREPRENEUR, door)}
    assert pages - mentioned(GUIDES[Role.ENTREPRENEUR]) - UNSEEN - BOARD == set()


def test_every_page_that_only_advisers_have_is_in_theirs():
    pages = {
        path
        for path, door in PAGES.items()
        if may(Role.ADVISER, door) and (path in BOARD or not may(Role.ENTREPRENEUR, door))
    }
    assert pages - mentioned(GUIDES[Role.ADVISER]) == set()


@pytest.mark.parametrize("role", GUIDES)
def test_every_picture_of_a_guide_is_there_small_and_described(role):
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", GUIDES[role])
    assert pictures
    for text, path in pictures:
        assert len(text) > 10, path
        assert 0 < (DOCS / path).stat().st_size < BIGGEST, path
