"""Tokens that come back are those that were sent, for the purpose they were sent for."""

import hashlib
import hmac
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.accounts.signing import Signer
from matchmaker.errors import LinkError

SIGNER = Signer("a secret that only these tests have")
VALUES = st.text(string.ascii_letters + string.digits + "-_.", max_size=60)
PURPOSES = st.text(string.ascii_lowercase + " ", min_size=1, max_size=12)


@given(PURPOSES, VALUES)
def test_a_token_reads_as_it_was_signed(purpose, value):
    token = SIGNER.sign(purpose, value)
    assert SIGNER.read(purpose, token) == value
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.")


@given(VALUES, st.data())
def test_a_token_with_any_other_character_is_refused(value, data):
    token = SIGNER.sign("p", value)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda c: c != token[place]))
    with pytest.raises(LinkError):
        SIGNER.read("p", token[:place] + other + token[place + 1 :])


def test_no_letter_of_the_signature_is_free():
    token = SIGNER.sign("p", "v")
    alphabet = string.ascii_letters + string.digits + "-_="
    for last in alphabet:
        if last != token[-1]:
            with pytest.raises(LinkError):
                SIGNER.read("p", token[:-1] + last)
    for changed in (token + "=", token + "\n", " " + token, token[:-1], "", ".", "v", "v."):
        with pytest.raises(LinkError):
            SIGNER.read("p", changed)


@given(PURPOSES, PURPOSES, VALUES)
def test_purposes_are_apart(one, other, value):
    if one == other:
        return
    with pytest.raises(LinkError):
        SIGNER.read(other, SIGNER.sign(one, value))
    assert SIGNER.digest(one, value) != SIGNER.digest(other, value)


def test_another_secret_signs_otherwise():
    other = Signer("another secret, of another installation")
    with pytest.raises(LinkError):
        other.read("p", SIGNER.sign("p", "v"))
    assert other.digest("p", "v") != SIGNER.digest("p", "v")


def test_a_long_or_strange_token_is_refused():
    for token in ("x" * 1_000_000, SIGNER.sign("p", "v" * 2000), "é.x", "\ud800"):
        with pytest.raises(LinkError):
            SIGNER.read("p", token)


@given(st.text(max_size=30))
def test_a_digest_is_an_hmac_of_the_text(text):
    key = hashlib.sha256(b"matchmaker\0p\0a secret that only these tests have").digest()
    reference = hmac.new(key, text.encode("utf-8"), "sha256").hexdigest()
    assert SIGNER.digest("p", text) == reference
    assert len(reference) == 64
