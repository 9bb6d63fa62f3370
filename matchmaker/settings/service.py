"""Settings of the service and of what it sends: door, letters, introductions, periods."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from matchmaker.settings.branches import Branch, DepartmentCode, MailAddress

SECRET_LENGTH = 32
"""Shortest secret, in characters."""

CENTURY = 36_525
"""Longest span in days: beyond it there are no dates to count to."""


class ApiSettings(Branch):
    """The HTTP service."""

    host: str = "127.0.0.1"
    port: int = Field(8077, ge=0, le=65535)
    workers: int = Field(1, ge=1)
    page_size: int = Field(20, ge=1, le=100)
    """Companies per page of a search."""
    max_body_bytes: int = Field(262_144, ge=1024)
    """A longer request body is refused."""
    snapshot_check_seconds: float = Field(1.0, ge=0)
    """How often a worker looks for a newly published snapshot."""


_TILE_HOST = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/\S*")
_TILE_PLACES = ("z", "x", "y")


def _tile_address(text: str) -> str:
    """Check what the map would ask for: one host, which the pages' security policy can name."""
    if not _TILE_HOST.fullmatch(text):
        raise ValueError(f"{text!r} does not begin with http:// or https:// and the name of a host")
    _ = urlsplit(text).port  # it says itself what is wrong with a port
    named = re.findall(r"\{([^{}]*)\}", text)
    missing = [f"{{{name}}}" for name in _TILE_PLACES if name not in named]
    if missing:
        raise ValueError(f"{text!r} lacks {', '.join(missing)}, for which the map puts numbers")
    other = [f"{{{name}}}" for name in named if name not in _TILE_PLACES]
    if other:
        raise ValueError(f"{text!r} holds {other[0]}, for which the map has nothing to put")
    return text


class PagesSettings(Branch):
    """What the pages may ask of other hosts: nothing, unless a tile server is named."""

    tiles: Annotated[str, AfterValidator(_tile_address)] | None = None
    """Address of map tiles with `{z}`, `{x}`, `{y}`; without one the map shows outlines alone."""
    tiles_credit: str = Field("", max_length=200)
    """Whom the map thanks for its tiles, as their licence asks."""


class EventSettings(Branch):
    """Planning of events."""

    planning_seconds: float = Field(60.0, gt=0, le=3600)
    """Time for a plan where a request names none."""
    max_planning_seconds: float = Field(120.0, gt=0, le=3600)
    """Longest time for a plan that a request over HTTP may ask for."""
    max_body_bytes: int = Field(10_485_760, ge=1024)
    """A longer spreadsheet or problem over HTTP is refused."""
    organiser_email: MailAddress = "evenements@cci.invalid"
    """Address that calendar entries come from; the default reaches nobody."""


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < SECRET_LENGTH:
        raise ValueError(
            f"a secret has at least {SECRET_LENGTH} characters; "
            "`matchmaker accounts new-secret` draws one"
        )
    return secret


class AccessSettings(Branch):
    """Who may enter, and how long a door stays open."""

    secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """Signs cookies and links; the service does not start without one (the demo draws its own)."""
    public_url: str = Field("http://127.0.0.1:8077", pattern=r"^https?://[^/?#\s@]+$")
    """Address at which people reach the service; `https` makes cookies `Secure`."""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    """Host names that the service answers to, besides that of `public_url`; `*.example.org` takes
    every name below it."""
    proxies: tuple[str, ...] = ("127.0.0.1",)
    """Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
    session_hours: float = Field(12.0, gt=0, le=720)
    """Longest session."""
    idle_minutes: float = Field(120.0, gt=0)
    """A session without a request for so long has ended."""
    free_failures: int = Field(5, ge=1)
    """Failed sign-ins on one account before the next ones have to wait; from one address, ten times
    as many."""
    failure_minutes: float = Field(15.0, gt=0)
    """How long a failed sign-in counts; also the longest wait."""
    searches_per_minute: int = Field(60, ge=1)
    """Searches of one caller, per worker."""
    password_length: int = Field(12, ge=8, le=128)
    """Shortest password."""
    claim_minutes: float = Field(60.0, gt=0)
    """How long the code is good that proves who a firm's account belongs to."""
    key_days: int = Field(365, ge=1, le=CENTURY)
    """Life of a service key whose maker names none."""
    privacy_contact: MailAddress = "dpo@cci.invalid"
    """Data protection officer, named by the page on privacy; the default reaches nobody."""


class OidcSettings(Branch):
    """Sign-in through an OpenID Connect provider, such as ProConnect; off without an issuer."""

    issuer: str | None = Field(None, pattern=r"^https?://[^\s?#]+$")
    """Address of the provider, below which `/.well-known/openid-configuration` lies."""
    client_id: str | None = None
    client_secret: SecretStr | None = None
    label: str = "ProConnect"
    """What the button on the sign-in page calls the provider."""
    scopes: tuple[str, ...] = ("openid", "email", "given_name", "usual_name", "siret")
    """What is asked of the provider; these are ProConnect's names."""
    siret_claim: str = "siret"
    """Claim that names the establishment of the person."""
    email_is_checked: bool = False
    """Whether the provider vouches for e-mail addresses without saying so in `email_verified`, as
    ProConnect does."""
    acr_values: str | None = None
    """Assurance that is asked for (`eidas1` at ProConnect)."""


class MailSettings(Branch):
    """How letters leave."""

    transport: Literal["files", "smtp"] = "files"
    """`files` writes each letter into the folder `mail` of the home, and sends nothing."""
    sender: MailAddress = "mise-en-relation@cci.invalid"
    """Address that letters come from; the default reaches nobody."""
    sender_name: str = Field("CCI Seine-et-Marne et CCI Essonne", max_length=100)
    host: str = "127.0.0.1"
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` only where the server is on this machine or the network is trusted."""
    user: str | None = None
    password: SecretStr | None = None
    timeout_seconds: float = Field(20.0, gt=0)
    """Longest wait for an answer of the server."""
    attempts: int = Field(8, ge=1)
    """Tries before a letter is given up and reported; each wait is twice the one before."""
    retry_seconds: float = Field(60.0, gt=0)
    """Wait before the second try."""
    lease_seconds: float = Field(300.0, gt=0)
    """A letter in the hands of a process for so long is reported: it may or may not have left."""
    poll_seconds: float = Field(10.0, ge=0)
    """How often a worker of the service looks for letters to send; 0 leaves them to
    `matchmaker mail send`."""
    link_days: int = Field(30, ge=1, le=CENTURY)
    """Life of the links in letters."""
    digest_weekday: int = Field(0, ge=0, le=6)
    """Day on which the night writes the weekly digest: 0 is Monday."""
    digest_length: int = Field(3, ge=1, le=10)
    """Suggestions in a digest."""


class IntroductionSettings(Branch):
    """Introductions: who checks them, and how long each step may take."""

    checked_by: tuple[DepartmentCode, ...] = ()
    """Chambers (departments) whose advisers check what is proposed for their firms."""
    waiting_days: int = Field(60, ge=1, le=CENTURY)
    """A proposal that could not be put to the other side for so long expires."""
    reminder_days: tuple[Annotated[int, Field(ge=1, le=CENTURY)], ...] = (7, 14)
    """Days after the question on which a side without an answer is reminded."""
    answer_days: int = Field(21, ge=1, le=CENTURY)
    """A question without an answer for so long expires."""
    outcome_days: tuple[Annotated[int, Field(ge=1, le=CENTURY)], ...] = (30, 90, 180)
    """Days after the introduction on which both sides are asked what came of it."""
    ended_days: int = Field(240, ge=1, le=CENTURY)
    """An introduction ends so long after it was made, with or without an outcome."""
    cool_down_days: int = Field(180, ge=0, le=CENTURY)
    """After a refusal or an expiry, days before the same two firms may be proposed again."""


class RetentionSettings(Branch):
    """How long personal data is kept; the night removes what is older."""

    session_days: int = Field(30, ge=1, le=CENTURY)
    """Sessions, used or expired links, and codes, after their end."""
    mail_days: int = Field(90, ge=1, le=CENTURY)
    """The line of the outbox that tells of a letter; its text goes as soon as it has left."""
    failure_days: int = Field(30, ge=1, le=CENTURY)
    """Failed sign-ins."""
    audit_days: int = Field(365, ge=30, le=CENTURY)
    """Audit log, and log of contact data."""
    introduction_days: int = Field(1095, ge=30, le=CENTURY)
    """Introductions after their end; the relation that came of one stays."""
    feedback_days: int = Field(1095, ge=30, le=CENTURY)
    """Answers to suggestions; "already known" and "competitor" stay as long as the firms."""
    event_days: int = Field(730, ge=30, le=CENTURY)
    """E-mail addresses and names of participants, after the day of the event."""
    account_days: int = Field(1095, ge=90, le=CENTURY)
    """Accounts without a sign-in."""
