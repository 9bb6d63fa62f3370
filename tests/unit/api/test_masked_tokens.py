"""A token of a session on a page: another one each time, and always the same one underneath."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.security import masked, unmasked

TOKEN = "0f" * 32


@given(token=st.binary(min_size=32, max_size=32), pad=st.binary(min_size=32, max_size=32))
def test_what_is_masked_can_be_read(token, pad):
    shown = masked(token.hex(), pad)
    assert len(shown) == 128
    assert unmasked(shown, 64) == token.hex()


def test_by_hand():
    """0x0f under 0xff is 0xf0."""
    assert masked("0f", b"\xff") == "fff0"
    assert unmasked("fff0", 2) == "0f"


def test_two_pages_share_nothing_of_it():
    first, second = masked(TOKEN, bytes(range(32))), masked(TOKEN, bytes(range(100, 132)))
    assert all(a != b for a, b in zip(bytes.fromhex(first), bytes.fromhex(second), strict=True))


@pytest.mark.parametrize("text", ["", TOKEN, "x" * 128, "é" * 128, "A" * 128, "٣" * 128])
def test_what_no_page_has_masked_stays(text):
    assert unmasked(text, 64) == text


def test_nobody_has_no_token():
    assert masked("", b"") == ""


def test_a_pad_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes, got 3"):
        masked(TOKEN, b"abc")
