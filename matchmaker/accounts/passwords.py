"""Passwords: what is a good one, and hashing them (argon2id)."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 1024
"""A longer password is refused unread: hashing it would cost whoever is asked to."""

_COMMON_WORDS = (
    "0123456789 1234567890 123456789012 1234567890123 12345678910 123456789123456 "
    "1a2z3e4r5t6y 1q2w3e4r5t6y 1qaz2wsx3edc abc123abc123 abcdefghijkl administrateur "
    "administrator administrator1 azertyazerty azertyuiop azertyuiop12 azertyuiop123 "
    "azertyuiop1234 azertyuiopqs azertyuiopqsdfghjklm bienvenue123 bienvenue1234 "
    "bonjour12345 bonjourbonjour cciessonne91 cciseineetmarne chambredecommerce changeme1234 "
    "changezmoi123 doudou123456 entrepreneur entrepreneur1 entreprise77 entreprise91 "
    "essonne91000 football1234 iloveyou1234 iloveyouiloveyou jetaime12345 jetaimejetaime "
    "letmein12345 loulou123456 marseille13013 matchmaker123 miseenrelation motdepasse12 "
    "motdepasse123 motdepasse1234 motdepassemotdepasse password1234 password12345 "
    "passwordpassword qwertyqwerty qwertyuiop qwertyuiop12 qwertyuiop123 qwertyuiopasdfghjkl "
    "seineetmarne seineetmarne77 soleil123456 welcome12345"
)
"""What is tried first where the shortest password has about twelve characters."""
_COMMON = frozenset(_COMMON_WORDS.split())


class Passwords:
    """Hashes passwords, and checks them against hashes.

    Parameters
    ----------
    time_cost, memory_cost, parallelism
        Of argon2id; the defaults are the second recommendation of RFC 9106 (64 MiB, three
        passes). Tests take less.
    """

    def __init__(self, time_cost: int = 3, memory_cost: int = 65_536, parallelism: int = 4) -> None:
        self._hasher = PasswordHasher(time_cost, memory_cost, parallelism)
        self._dummy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Hash a password, with a salt of its own.

        Raises
        ------
        ValueError
            If it is longer than `LONGEST`; `password_problem` says so before.
        """
        if len(password) > LONGEST:
            raise ValueError(f"password must have at most {LONGEST} characters")
        return self._hasher.hash(_bytes(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Check a password.

        Without a stored hash, or with a password that is too long, the answer is no after the same
        work: how long it takes does not tell whether there is such an account.
        """
        known = stored is not None and len(password) <= LONGEST
        tried = stored if known and stored is not None else self._dummy
        try:
            self._hasher.verify(tried, _bytes(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return known

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other costs, and should be made again."""
        return self._hasher.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    # Composed: one keyboard sends é as one character, another one as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def password_problem(password: str, *, email: str, shortest: int) -> str | None:
    """Say what is wrong with a new password, or nothing when it is good enough.

    Parameters
    ----------
    password
        The password; the sentence never repeats it.
    email
        Of its account: what everybody knows is no password.
    shortest
        Setting `access.password_length`.
    """
    if len(password) < shortest:
        return f"the password is too short; it has at least {shortest} characters."
    if len(password) > LONGEST:
        return f"the password is too long; it has at most {LONGEST} characters."
    folded = unicodedata.normalize("NFKC", password).strip().casefold()
    if folded in (email.casefold(), email.partition("@")[0].casefold()):
        return "the password is the e-mail address; choose another one."
    if len(set(folded)) < 3:
        return "the password repeats itself; choose several words that only you put together."
    if folded in _COMMON:
        return "the password is one that many people have; choose several words of your own."
    return None
