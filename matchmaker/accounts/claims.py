"""Claiming a firm: whoever reads the mail of the address on file acts for the firm.

A code is mailed there; the account that gives it back is tied to the firm. Five tries, an hour, and
eight letters out of thirty-one leave a guess one chance in 170 thousand million.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from random import Random

from matchmaker.accounts.accounts import Account, Claim, HowTied
from matchmaker.accounts.changes import tie_company
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Role
from matchmaker.accounts.signing import Signer
from matchmaker.errors import (
    AccountError,
    NotAllowedError,
    TooManyTriesError,
    UnknownAccountError,
)
from matchmaker.identifiers import new_id
from matchmaker.mail.post import Post
from matchmaker.settings import Settings
from matchmaker.store import Unit

MAX_TRIES = 5
"""Codes that are compared for one claim."""
MAX_PER_DAY = 5
"""Claims that an account may begin in a day: each one writes to somebody."""
WAIT_SECONDS = 3600
"""When to come back after so many."""
CODE = "claim-code"
"""Purpose of the digest of a code."""


class ClaimAction(StrEnum):
    """What the audit log says of claims; a tie that comes of one is logged as a tie."""

    BEGUN = "claim.begun"
    REFUSED = "claim.refused"


@dataclass(frozen=True, slots=True)
class Begun:
    """A claim that waits for its code.

    Parameters
    ----------
    claim
        As the store keeps it.
    address
        Where the code went, masked; `None` where no address is on file, so that an adviser has to
        tie the firm.
    """

    claim: Claim
    address: str | None


class Tried(StrEnum):
    """What came of a code."""

    TIED = "tied"
    WRONG = "wrong"
    GONE = "gone"
    """Used, expired, or tried too often: another claim is needed."""


def begin_claim(
    unit: Unit,
    settings: Settings,
    signer: Signer,
    post: Post,
    by: Principal,
    siret: str,
    *,
    at: datetime,
    random: Random,
) -> Begun:
    """Mail a code to the address on file of a firm; an earlier one for it is no longer good.

    Firms that opted out may be claimed as well: it is how their people see what is held on them.

    Parameters
    ----------
    random
        `random.SystemRandom()`, outside tests.

    Raises
    ------
    AccountError
        If the firm is theirs already.
    NotAllowedError
        If they are no entrepreneur.
    TooManyTriesError
        If they have begun too many claims within a day.
    """
    _check_claimant(by)
    account = unit.accounts.get(by.id)
    if siret in {tie.siret for tie in account.companies}:
        raise AccountError(f"company {siret} is yours already; there is nothing to claim.")
    if unit.claims.count_since(account.id, at - timedelta(days=1)) >= MAX_PER_DAY:
        raise TooManyTriesError("claims", WAIT_SECONDS)
    claim_id, code = new_id(random), draw_code(random)
    claim = Claim(
        id=claim_id,
        account_id=account.id,
        siret=siret,
        digest=_digest(signer, claim_id, code),
        tries=0,
        created_at=at,
        expires_at=at + timedelta(minutes=settings.access.claim_minutes),
    )
    unit.claims.create(claim)
    address = _mailed(unit, post, account, claim, code)
    unit.audit.note(
        at=at,
        by=by,
        action=ClaimAction.BEGUN,
        subject=account.id,
        siret=siret,
        mailed=address is not None,
    )
    return Begun(claim, masked(address) if address else None)


def _check_claimant(by: Principal) -> None:
    if by.role is not Role.ENTREPRENEUR:
        raise NotAllowedError("only entrepreneurs act for firms; sign in with such an account.")


def _mailed(unit: Unit, post: Post, account: Account, claim: Claim, code: str) -> str | None:
    """Write the letter with the code; return where it goes, if anywhere."""
    profile = unit.profiles.get(claim.siret)
    address = profile.contact.email if profile else None
    if not address:
        return None
    written = post.claim_code(unit, account, claim.siret, address, code, claim.created_at)
    return address if written else None


def draw_code(random: Random) -> str:
    """Draw a code that is easy to read out and to type: `"K7M2-P9QA"`."""
    letters = new_id(random).upper()
    return f"{letters[:4]}-{letters[4:]}"


def _digest(signer: Signer, claim_id: str, code: str) -> str:
    """Digest of a code as people may type it: small letters, blanks and hyphens do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return signer.digest(CODE, f"{claim_id}:{plain}")


def masked(address: str) -> str:
    """Show so much of an address that its owner knows it again, and nobody else.

    Examples
    --------
    >>> masked("marie.curie@entreprise.example.fr")
    'm…@e….fr'
    """
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}…@{name[:1]}….{ending}"


def try_code(
    unit: Unit, signer: Signer, by: Principal, claim_id: str, code: str, *, at: datetime
) -> Tried:
    """Compare a code with the one that was mailed, and tie the firm if it is right.

    Every try counts, right or wrong, before it is compared. What is refused is returned, not
    raised: the unit of work has to keep the count.

    Raises
    ------
    UnknownAccountError
        If there is no such claim of theirs.
    NotAllowedError
        If they are no entrepreneur.
    """
    _check_claimant(by)
    claim = unit.claims.get(claim_id)
    if claim.account_id != by.id:
        raise UnknownAccountError(f"claim {claim_id!r} is not in the store; check its id.")
    tries = unit.claims.count_try(claim_id)
    tried = _compared(unit, claim, tries, _digest(signer, claim_id, code), at)
    if tried is Tried.TIED:
        tie_company(unit, claim.account_id, claim.siret, HowTied.CODE, by=by, at=at)
    else:
        unit.audit.note(
            at=at,
            by=by,
            action=ClaimAction.REFUSED,
            subject=by.id,
            siret=claim.siret,
            reason=tried.value,
            tries=tries,
        )
    return tried


def _compared(unit: Unit, claim: Claim, tries: int, digest: str, at: datetime) -> Tried:
    if tries > MAX_TRIES or claim.used_at is not None or claim.expires_at <= at:
        return Tried.GONE
    if not compare_digest(claim.digest, digest):
        return Tried.WRONG
    # Two right codes at once: the store lets one of them through.
    return Tried.TIED if unit.claims.use(claim.id, at) else Tried.GONE
