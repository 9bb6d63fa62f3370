"""From what a provider claims to an identity; codes and masked addresses."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.accounts.accounts import LONGEST_NAME
from matchmaker.accounts.claims import draw_code, masked
from matchmaker.accounts.oidc import Identity, identity_of
from matchmaker.errors import IdentityRefusedError
from matchmaker.settings import OidcSettings

ISSUER = "https://id.example.org"
SIRET = "73282932000074"
STRICT, VOUCHING = OidcSettings(), OidcSettings(email_is_checked=True)


def read(settings: OidcSettings = STRICT, **claims: object) -> Identity:
    return identity_of({"sub": "marie-1", **claims}, issuer=ISSUER, settings=settings)


def test_claims_of_proconnect() -> None:
    found = read(
        VOUCHING,
        email="Marie@Example.org",
        given_name="Marie",
        usual_name="Curie",
        siret="732 829 320 00074",
    )
    assert found == Identity(ISSUER, "marie-1", "marie@example.org", "Marie Curie", SIRET)


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"given_name": "Marie", "family_name": "Curie"}, "Marie Curie"),
        ({"name": "Marie Curie"}, "Marie Curie"),
        ({"given_name": "Marie", "name": "M. Curie"}, "Marie"),
        ({"given_name": 7, "name": ["x"]}, "marie@example.org"),
        ({"name": "Marie\r\nBcc: x\u202e"}, "Marie Bcc: x"),
        ({"name": "x" * 200}, "x" * LONGEST_NAME),
        ({}, "marie@example.org"),
    ],
)
def test_names(claims: dict[str, object], name: str) -> None:
    assert read(VOUCHING, email="marie@example.org", **claims).name == name


@pytest.mark.parametrize(
    ("settings", "claims", "email"),
    [
        (STRICT, {"email_verified": True}, "marie@example.org"),
        (STRICT, {"email_verified": "true"}, "marie@example.org"),
        (STRICT, {}, None),
        (STRICT, {"email_verified": False}, None),
        (STRICT, {"email_verified": "false"}, None),
        (STRICT, {"email_verified": "yes"}, None),
        (STRICT, {"email_verified": None}, None),
        (VOUCHING, {}, "marie@example.org"),
        (VOUCHING, {"email_verified": False}, None),
        (VOUCHING, {"email_verified": None}, None),
        (VOUCHING, {"email": "no address"}, None),
        (VOUCHING, {"email": ["marie@example.org"]}, None),
        (VOUCHING, {"email": "a@example.org\r\nBcc: b@example.org"}, None),
    ],
)
def test_only_a_checked_address_counts(
    settings: OidcSettings, claims: dict[str, object], email: str | None
) -> None:
    assert read(settings, **{"email": "marie@example.org", **claims}).email == email


@pytest.mark.parametrize("siret", [None, "", "73282932000075", 73282932000074, "x" * 14, [SIRET]])
def test_a_siret_that_is_none(siret: object) -> None:
    assert read(siret=siret).siret is None


def test_the_claim_of_the_siret_is_a_setting() -> None:
    settings = OidcSettings(siret_claim="organisation")
    assert read(settings, organisation=SIRET, siret="00001005800014").siret == SIRET


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, "é", "a\nb", "a\0", "\ud800"])
def test_a_subject_that_names_nobody(subject: object) -> None:
    with pytest.raises(IdentityRefusedError, match="unproven"):
        read(sub=subject)


@given(
    st.dictionaries(
        st.sampled_from(
            ["email", "email_verified", "given_name", "usual_name", "name", "siret", "family_name"]
        ),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2),
    )
)
def test_whatever_a_provider_claims_the_identity_can_be_stored(claims: dict[str, object]) -> None:
    found = read(VOUCHING, **claims)
    for text in (found.email or "", found.name, found.siret or ""):
        assert text.isprintable()
        text.encode("utf-8")
    assert len(found.name) <= LONGEST_NAME or found.name == found.email


def test_codes_are_drawn_easy_to_read() -> None:
    codes = {draw_code(Random(seed)) for seed in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert len(code) == 9
        assert code[4] == "-"
        assert not set(code) & set("01IOLabcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("marie@example.org", "m…@e….org"),
        ("marie.curie@mail.entreprise.example.fr", "m…@m….fr"),
        ("m@e.fr", "m…@e….fr"),
        ("é@ü.fr", "é…@ü….fr"),
    ],
)
def test_masked_addresses(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.emails())
def test_a_masked_address_keeps_its_secret(address: str) -> None:
    local, _, domain = address.rpartition("@")
    shown = masked(address)
    assert len(local) == 1 or local not in shown.partition("@")[0]
    assert domain not in shown
