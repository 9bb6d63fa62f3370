"""What a French Excel saves as CSV is read as it was typed; nothing is guessed beyond that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.tabular.encodings import as_utf8

FRENCH = "Nom;Entreprise;Département\r\nZoé Lœuf;« Café de l’Été » – à Évry;91\r\n"


def test_what_excel_writes_in_france_is_read():
    assert as_utf8(FRENCH.encode("cp1252")).decode() == FRENCH


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "mac_roman"])
def test_other_texts_stay_as_they_are(encoding):
    content = FRENCH.replace("œ", "oe").encode(encoding)
    assert as_utf8(content) == content


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04\xe9",
        b"\xd0\xcf\x11\xe0",
        b"",
    ],
)
def test_what_is_no_text_stays_as_it_is(content):
    assert as_utf8(content) == content


@given(st.binary(max_size=60))
def test_bytes_are_never_lost(content):
    """Either they stay, or they are the same text in UTF-8."""
    read = as_utf8(content)
    assert read == content or read.decode() == content.decode("cp1252")


@given(st.text(max_size=60))
def test_utf_8_is_never_changed(text):
    assert as_utf8(text.encode()) == text.encode()
