"""Identities of a provider and codes by mail, on both databases, and many at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from threading import Barrier

import pytest

from matchmaker.accounts.accounts import Account, HowTied, principal_of
from matchmaker.accounts.claims import (
    MAX_PER_DAY,
    MAX_TRIES,
    Begun,
    Tried,
    begin_claim,
    try_code,
)
from matchmaker.accounts.oidc import Identity, Refusal, admit
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.companies import Contact, Profile
from matchmaker.errors import (
    AccountError,
    NotAllowedError,
    TooManyTriesError,
    UnknownAccountError,
)
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SIRET, OTHER_SIRET = "73282932000074", "00001005800014"
SIGNER = Signer("a secret that only tests have, 0123456789")
MARIE = Identity("https://id.example.org", "marie-1", "marie@example.org", "Marie Curie", SIRET)


class Letters:
    """Stands for the post: keeps the codes that would be mailed."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.addresses: list[str] = []

    def claim_code(
        self, unit: Unit, account: Account, siret: str, address: str, code: str, at: datetime
    ) -> bool:
        self.codes.append(code)
        self.addresses.append(address)
        return True


def account(store: Store, name: str = "marie", **changes: object) -> Account:
    values: dict[str, object] = {
        "id": name,
        "email": f"{name}@example.org",
        "name": name,
        "role": Role.ENTREPRENEUR,
        "chamber": None,
        "language": "fr",
        "created_at": AT,
        "created_by": "tests",
    }
    with store.unit() as unit:
        return unit.accounts.create(Account(**{**values, **changes}))


def with_address(store: Store, siret: str = SIRET, email: str = "contact@firm.example.org") -> None:
    with store.unit() as unit:
        unit.profiles.upsert([Profile(siret=siret, consent=False, contact=Contact(email=email))])


def claim(
    store: Store, by: Principal, post: Letters, siret: str = SIRET, at: datetime = AT, seed: int = 0
) -> Begun:
    with store.unit() as unit:
        return begin_claim(
            unit,
            Settings(),
            SIGNER,
            post,
            by,
            siret,
            at=at,
            random=Random(seed),  # type: ignore[arg-type]
        )


def give(store: Store, by: Principal, claim_id: str, code: str, at: datetime = AT) -> Tried:
    with store.unit() as unit:
        return try_code(unit, SIGNER, by, claim_id, code, at=at)


def owned(store: Store, account_id: str = "marie") -> dict[str, HowTied]:
    with store.reading() as unit:
        return {each.siret: each.how for each in unit.accounts.get(account_id).companies}


def actions(store: Store) -> Counter[str]:
    with store.reading() as unit:
        return Counter(line.action for line in unit.audit.list())


def at_once(number: int, work: Callable[[int], object]) -> list[object]:
    """Do the same thing several times at the same moment."""
    start = Barrier(number)

    def started(place: int) -> object:
        start.wait()
        return work(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(started, range(number)))


def test_the_code_that_was_mailed_ties_the_firm(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    assert begun.address == "c…@f….org"
    assert post.addresses == ["contact@firm.example.org"]
    assert begun.claim.expires_at == AT + timedelta(minutes=60)
    assert owned(store) == {}
    assert give(store, by, begun.claim.id, post.codes[0]) is Tried.TIED
    assert owned(store) == {SIRET: HowTied.CODE}
    assert give(store, by, begun.claim.id, post.codes[0]) is Tried.GONE
    assert actions(store)["account.company_tied"] == 1


def test_a_code_may_be_typed_as_people_do(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    typed = f"  {post.codes[0].lower().replace('-', ' ')} "
    assert give(store, by, begun.claim.id, typed) is Tried.TIED


@pytest.mark.parametrize("wrong", ["", "AAAA-AAAA", "\0", "é" * 40, "\ud800"])
def test_a_wrong_code_is_counted_and_logged(store: Store, wrong: str) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    assert give(store, by, begun.claim.id, wrong) is Tried.WRONG
    with store.reading() as unit:
        assert unit.claims.get(begun.claim.id).tries == 1
        (line,) = unit.audit.list(action="claim.refused")
    assert line.details == {"siret": SIRET, "reason": "wrong", "tries": 1}


def test_the_sixth_code_is_not_looked_at(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    for _ in range(MAX_TRIES):
        assert give(store, by, begun.claim.id, "AAAA-AAAA") is Tried.WRONG
    assert give(store, by, begun.claim.id, post.codes[0]) is Tried.GONE
    assert owned(store) == {}


def test_an_expired_code_is_gone(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    end = begun.claim.expires_at
    assert give(store, by, begun.claim.id, post.codes[0], at=end) is Tried.GONE
    last = end - timedelta(seconds=1)
    assert give(store, by, begun.claim.id, post.codes[0], at=last) is Tried.TIED


def test_another_claim_of_the_firm_replaces_the_first(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    first = claim(store, by, post, seed=1)
    second = claim(store, by, post, seed=2, at=AT + timedelta(minutes=1))
    later = AT + timedelta(minutes=2)
    assert give(store, by, first.claim.id, post.codes[0], at=later) is Tried.GONE
    assert give(store, by, second.claim.id, post.codes[0], at=later) is Tried.WRONG
    assert give(store, by, second.claim.id, post.codes[1], at=later) is Tried.TIED


def test_the_code_is_kept_as_a_keyed_digest_of_its_claim(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    plain = post.codes[0].replace("-", "")
    assert begun.claim.digest == SIGNER.digest("claim-code", f"{begun.claim.id}:{plain}")
    assert post.codes[0] not in repr(begun)


def test_without_an_address_nothing_is_mailed(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store, OTHER_SIRET, email="")
    assert claim(store, by, post, SIRET, seed=1).address is None
    assert claim(store, by, post, OTHER_SIRET, seed=2).address is None
    assert post.codes == []


def test_a_firm_that_opted_out_may_be_claimed(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    with store.unit() as unit:
        unit.exclusions.opt_out(SIRET, at=AT, reason="")
    begun = claim(store, by, post)
    assert give(store, by, begun.claim.id, post.codes[0]) is Tried.TIED


def test_so_many_claims_a_day_and_no_more(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    for number in range(MAX_PER_DAY):
        claim(store, by, post, at=AT + timedelta(minutes=number), seed=number)
    with pytest.raises(TooManyTriesError, match="too many claims"):
        claim(store, by, post, at=AT + timedelta(hours=23), seed=7)
    other = principal_of(account(store, "paul"))
    claim(store, other, post, at=AT + timedelta(hours=23), seed=8)
    claim(store, by, post, at=AT + timedelta(days=1, seconds=1), seed=9)
    assert len(post.codes) == MAX_PER_DAY + 2


def test_nobody_tries_the_claim_of_another(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    other = principal_of(account(store, "paul"))
    with_address(store)
    begun = claim(store, by, post)
    with pytest.raises(UnknownAccountError) as theirs:
        give(store, other, begun.claim.id, post.codes[0])
    with pytest.raises(UnknownAccountError) as nobodys:
        give(store, other, "nothing9", post.codes[0])
    told = str(theirs.value).replace(begun.claim.id, "nothing9")
    assert told == str(nobodys.value)  # guessing ids tells nothing
    with store.reading() as unit:
        assert unit.claims.get(begun.claim.id).tries == 0


def test_only_entrepreneurs_claim_and_only_what_is_not_theirs(store: Store) -> None:
    post = Letters()
    adviser = principal_of(account(store, "zoe", role=Role.ADVISER, chamber="77"))
    with pytest.raises(NotAllowedError):
        claim(store, adviser, post)
    with pytest.raises(NotAllowedError):
        give(store, adviser, "nothing9", "x")
    by = principal_of(account(store))
    with store.unit() as unit:
        unit.accounts.tie("marie", SIRET, HowTied.ADVISER, AT, "tests")
    with pytest.raises(AccountError, match="yours already"):
        claim(store, by, post)


def test_two_right_codes_at_once_tie_once(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    for number in range(5):
        begun = claim(store, by, post, at=AT + timedelta(minutes=number), seed=number)
        right = partial(give, store, by, begun.claim.id, post.codes[-1])
        tried = at_once(2, lambda _, right=right: right())
        assert Counter(tried) == {Tried.TIED: 1, Tried.GONE: 1}
        with store.unit() as unit:
            unit.accounts.untie("marie", SIRET)
    assert actions(store)["account.company_tied"] == 5


def test_wrong_codes_at_once_are_compared_five_times(store: Store) -> None:
    by, post = principal_of(account(store)), Letters()
    with_address(store)
    begun = claim(store, by, post)
    tried = at_once(8, lambda number: give(store, by, begun.claim.id, f"AAAA-AAA{number}"))
    assert Counter(tried) == {Tried.WRONG: MAX_TRIES, Tried.GONE: 8 - MAX_TRIES}
    assert give(store, by, begun.claim.id, post.codes[0]) is Tried.GONE


def test_one_person_who_comes_in_twice_at_once_has_one_account(store: Store) -> None:
    def come_in(number: int) -> object:
        for _ in range(2):
            try:
                with store.unit() as unit:
                    return admit(unit, MARIE, at=AT, random=Random(number))
            except AccountError:
                continue
        return None

    found = at_once(4, come_in)
    assert all(isinstance(each, Account) for each in found)
    with store.reading() as unit:
        (only,) = unit.accounts.list()
    assert (only.subject, [each.siret for each in only.companies]) == ("marie-1", [SIRET])
    assert actions(store)["account.created"] == 1


def test_what_is_refused_leaves_a_line_and_nothing_else(store: Store) -> None:
    account(store, role=Role.ADMINISTRATOR, password_hash="some hash")
    with store.unit() as unit:
        assert admit(unit, MARIE, at=AT, random=Random(0)) is Refusal.PASSWORD
    with store.reading() as unit:
        (line,) = unit.audit.list()
        assert unit.accounts.get("marie").issuer is None
    assert (line.action, line.actor, line.details) == (
        "sign_in.refused",
        "openid",
        {"reason": "password"},
    )
