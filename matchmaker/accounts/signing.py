"""Signing: what leaves the service and comes back must be what the service sent."""

from __future__ import annotations

import hashlib
import hmac

from itsdangerous import BadSignature
from itsdangerous import Signer as PlainSigner

from matchmaker.errors import LinkError

_SALT = "matchmaker"
LONGEST_TOKEN = 1024
"""A longer one is none of ours, and is not even hashed."""


class Signer:
    """Signs tokens and makes digests, for one purpose each.

    Parameters
    ----------
    secret
        Of this installation; see `matchmaker.accounts.home.secret_of`.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def sign(self, purpose: str, value: str) -> str:
        """Sign a value; whoever has the token can read it.

        Parameters
        ----------
        purpose
            What the token is for: it is good for nothing else.
        value
            A drawn id, in ASCII.
        """
        return self._for(purpose).sign(value.encode("ascii")).decode("ascii")

    def read(self, purpose: str, token: str) -> str:
        """Read the value of a token.

        Raises
        ------
        LinkError
            If the token was not signed here, or for another purpose.
        """
        broken = LinkError("this link is not complete; open it again from the letter.")
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise broken
        try:
            value = self._for(purpose).unsign(token.encode("ascii")).decode("ascii")
        except BadSignature:
            raise broken from None
        # Base64 leaves bits of its last letter open: only the very letters that were sent count.
        if not hmac.compare_digest(self.sign(purpose, value), token):
            raise broken
        return value

    def digest(self, purpose: str, text: str) -> str:
        """Digest a text so that only this installation can tell what it was (HMAC-SHA256, hex).

        Parameters
        ----------
        purpose
            Digests of one text for two purposes have nothing in common.
        text
            Any text.
        """
        key = hashlib.sha256(f"{_SALT}\0{purpose}\0{self._secret}".encode()).digest()
        return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _for(self, purpose: str) -> PlainSigner:
        return PlainSigner(
            self._secret,
            salt=f"{_SALT}.sign.{purpose}",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
