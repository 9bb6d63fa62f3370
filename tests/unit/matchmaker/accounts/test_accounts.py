"""Accounts: e-mail addresses in one form, and who acts when one is used."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.accounts.accounts import (
    Account,
    HowTied,
    Ownership,
    checked_email,
    principal_of,
)
from matchmaker.accounts.roles import Role
from matchmaker.accounts.sign_in import network_of, wait_after
from matchmaker.errors import AccountError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("zoe@example.org", "zoe@example.org"),
        (" Zoe@EXAMPLE.org\n", "zoe@example.org"),
        ("\uff5aoe@example.org", "zoe@example.org"),
        ("ZO\u00cb@example.org", "zo\u00eb@example.org"),
        ("zoe+cci@mail.example.org", "zoe+cci@mail.example.org"),
    ],
)
def test_an_address_has_one_form(typed, stored):
    assert checked_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "zoe",
        "zoe@example",
        "@example.org",
        "zoe@@example.org",
        "zoe martin@example.org",
        "zoe@example.org,anne@example.org",
        "zoe@example.org\r\nBcc: x@example.org",
        "Zoe <zoe@example.org>",
        "zoe\x00@example.org",
        "zoe\u200b@example.org",
        "zoe\ud800@example.org",
        "z" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(AccountError, match=r"name@example\.org"):
        checked_email(typed)


@given(st.text())
def test_the_form_is_final(text):
    try:
        email = checked_email(text)
    except AccountError:
        return
    assert checked_email(email) == email
    assert email.isprintable()


def test_an_account_shows_neither_its_hash_nor_its_email_to_others():
    account = Account(
        "abc", "zoe@example.org", "", Role.ENTREPRENEUR, NOON, "x", password_hash="$argon2id$h"
    )
    assert "argon2" not in repr(account)
    assert principal_of(account).label == "account abc"


@pytest.mark.parametrize(
    "name",
    ["Ali (CCI 77)", "zoe@example.org", "nightly", "Key crm", "lien de courriel (X)", "account a"],
)
def test_nobody_is_called_what_names_somebody_else(name):
    account = Account("abc", "zoe@example.org", name, Role.ENTREPRENEUR, NOON, "x")
    assert principal_of(account).label == "account abc"
    for other in ("Keyser Söze", "Serge Service", "Marie CCI"):
        assert principal_of(replace(account, name=other)).label == other


def test_a_principal_has_what_the_account_has():
    tied = (Ownership("73282932000074", HowTied.CODE, NOON, "x"),)
    zoe = Account("abc", "z@example.org", "Zoé", Role.ENTREPRENEUR, NOON, "x", companies=tied)
    who = principal_of(zoe, "digest")
    assert (who.label, who.companies, who.session) == ("Zoé", {"73282932000074"}, "digest")
    anne = Account("def", "a@example.org", "Anne", Role.ADVISER, NOON, "x", chamber="77")
    assert principal_of(anne).label == "Anne (CCI 77)"


def test_waits_double_up_to_the_longest():
    # By hand: free for five, then 2^0, 2^1, 2^2, ... seconds.
    by_hand = {0: 0, 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 14: 512, 15: 900, 16: 900, 10**9: 900}
    assert {n: wait_after(n, free=5, longest=900) for n in by_hand} == by_hand
    assert wait_after(1, free=1, longest=900) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_customer_has_one_network(address, network):
    assert network_of(address) == network
