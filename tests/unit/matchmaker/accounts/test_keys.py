"""Service keys: drawn, shown once, taken apart."""

import hashlib
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.accounts.keys import draw_key, parse_key, principal_of_key
from matchmaker.accounts.roles import Right, Role
from matchmaker.errors import AccountError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def drawn(seed: int = 1, **changed: object):
    asked = {"name": "crm", "scopes": [Right.PROFILE], "chamber": None, "days": 30}
    return draw_key(Random(seed), **{**asked, **changed}, at=NOON, by="Anne")


@given(st.integers())
def test_a_key_is_taken_apart_into_its_id_and_digest(seed):
    key, text = drawn(seed)
    assert text.startswith(f"mm_{key.id}_")
    assert parse_key(text) == (key.id, key.digest)
    assert key.digest == hashlib.sha256(text.encode()).hexdigest()


@given(st.text())
def test_what_is_no_key_is_not_taken_apart(text):
    assert parse_key(text) is None


def test_a_key_is_exactly_itself():
    _, text = drawn()
    for other in (text + "\n", " " + text, text[:-1], text.upper(), text + "a", f"x{text}"):
        assert parse_key(other) is None


def test_the_secret_has_more_than_256_bits_and_shows_nowhere():
    key, text = drawn()
    secret = text.rpartition("_")[2]
    assert 31 ** len(secret) > 2**256
    assert secret not in repr(key)
    assert key.digest not in repr(key)
    assert drawn(2)[1].rpartition("_")[2] != secret


def test_it_is_good_until_it_expires_or_is_revoked():
    key, _ = drawn()
    assert key.is_good(NOON + timedelta(days=30, seconds=-1))
    assert not key.is_good(NOON + timedelta(days=30))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": [Right.PROFILE, Right.ACCOUNTS]}, "scopes"),
        ({"scopes": [Right.PRIVACY]}, "scopes"),
        ({"chamber": "Melun"}, "'Melun'"),
        ({"days": 0}, "not 0"),
        ({"days": 3651}, "not 3651"),
    ],
)
def test_a_key_that_cannot_be_is_refused(changed, words):
    with pytest.raises(AccountError, match=words):
        drawn(**changed)


def test_a_program_acts_with_the_scopes_of_its_key_only():
    key, _ = drawn(chamber="91")
    who = principal_of_key(key)
    assert (who.role, who.label, who.scopes) == (Role.SERVICE, "key crm", {Right.PROFILE})
    assert who.may(Right.PROFILE, "1", "91")
    assert not who.may(Right.PROFILE, "1", "77")
    assert not who.may(Right.SUGGESTIONS, "1", "91")
