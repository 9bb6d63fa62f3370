"""What the audit log keeps in the words of the code is told in those of its readers."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from api.pages.administration.journal import _value, told_actor
from matchmaker.accounts.claims import Tried
from matchmaker.accounts.oidc import Refusal
from matchmaker.companies import Profile

ROOT = Path(__file__).parents[3]
PLAIN = frozenset({"at", "by", "action", "subject"})
TEXTS = {
    language: tomllib.loads(
        (ROOT / "matchmaker" / "texts" / language / "administration.toml").read_text("utf-8")
    )["administration"]
    for language in ("fr", "en")
}


def noted_details() -> Iterator[tuple[str, str]]:
    """Find the names under which the code notes details: file and name."""
    for folder in ("matchmaker", "api", "pipelines"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and _notes(call.func):
                    yield from (
                        (path.name, each.arg)
                        for each in call.keywords
                        if each.arg is not None and each.arg not in PLAIN
                    )


def _notes(function: ast.expr) -> bool:
    """Whether a call writes a line of the audit log: `x.audit.note`, or `_note` of a module."""
    return ast.unparse(function).endswith(".audit.note") or (
        isinstance(function, ast.Name) and function.id == "_note"
    )


def test_the_walk_finds_what_is_noted():
    names = {name for _, name in noted_details()}
    assert {"fields", "letters", "role", "overlap_hours", "seconds"} <= names


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_detail_has_its_word(language):
    missing = {(f, n) for f, n in noted_details() if n not in TEXTS[language]["detail"]}
    assert not missing


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_value_of_a_set_has_its_word(language):
    names = {each.name for each in fields(Profile)} - {"siret", "changed_at", "changed_by"}
    values = {*names, *(each.value for each in Tried), *(each.value for each in Refusal)} - {"tied"}
    assert values <= TEXTS[language]["detail_value"].keys() | {"email", "password"}


def test_a_line_reads_like_french():
    assert _value(["needs", "public_name"], "fr") == (
        "ce qu'elle cherche, nom sous lequel la montrer"
    )
    assert _value({"outbox": 3, "profiles": 1}, "fr") == "lettres\u00a0: 3, profil\u00a0: 1"
    assert _value(True, "fr") == "oui"
    assert told_actor("registry", "fr") == "registre Sirene"
