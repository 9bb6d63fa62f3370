"""What a night does for people once the lists are settled: introductions, retention, letters.

What cannot be done is reported and does not keep the rest from being done: personal data is removed
in time whatever becomes of the mail server.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from matchmaker.accounts.home import secret_of
from matchmaker.accounts.signing import Signer
from matchmaker.errors import (
    MatchmakerError,
    NotServedError,
    SettingsError,
    UnknownCompanyError,
)
from matchmaker.intents import Intent
from matchmaker.introductions.daily import Advanced, advance
from matchmaker.mail.delivery import Delivered, deliver_due
from matchmaker.mail.digest import write_digests
from matchmaker.mail.folder import remove_old_letters
from matchmaker.mail.post import Post
from matchmaker.mail.transports import transport_of
from matchmaker.privacy.retention import apply_retention
from matchmaker.settings import Settings
from matchmaker.store import Store, Unit
from matchmaker.store.snapshots import current_folder
from matchmaker.suggestions import Suggestion
from models.published import open_published
from models.serving import suggestions_for
from pipelines.stages import Stages

PARIS = ZoneInfo("Europe/Paris")
"""The weekday of the digest is that of its readers."""

logger = logging.getLogger(__name__)


@dataclass
class Upkeep:
    """What a night did for people.

    Parameters
    ----------
    introductions
        What moved; nothing where the stage was not done.
    removed
        Rows whose time was over, by what they were.
    digests
        Weekly letters that were written; nothing on other days.
    delivered
        What became of the letters that were due.
    warnings
        What waits, and why; the night is good all the same.
    failures
        Stages that could not be done, and why.
    """

    introductions: Advanced | None = None
    removed: dict[str, int] = field(default_factory=dict)
    digests: int | None = None
    delivered: Delivered | None = None
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def keep_up(
    store: Store,
    settings: Settings,
    stages: Stages,
    *,
    at: datetime,
    now: Callable[[], datetime],
    draw: Callable[[], str],
) -> Upkeep:
    """Advance introductions, remove what has had its time, write and send letters.

    Parameters
    ----------
    store
        Open.
    settings
        In force.
    stages
        Measures each stage.
    at
        Moment of the night, which all that it writes bears.
    now
        The clock: sending may take long.
    draw
        Where the tokens of links come from.

    Returns
    -------
    Upkeep
        What was done, what waits, what failed. Expected errors do not leave this function.
    """
    done = Upkeep()
    post = _post(settings, draw, done)
    with stages.stage("introductions"), _noted("introductions", done):
        if post is not None:
            done.introductions = advance(store, settings, post, at)
            done.failures += (f"introduction {each}" for each in done.introductions.failures)
    with stages.stage("retention"):
        with _noted("retention", done), store.unit() as unit:
            done.removed = apply_retention(unit, settings.retention, at)
        with _noted("retention of files", done):
            done.removed["letter_files"] = remove_old_letters(settings, at)
    with stages.stage("letters"):
        with _noted("digests", done):
            if post is not None and at.astimezone(PARIS).weekday() == settings.mail.digest_weekday:
                done.digests = _digests(store, settings, post, at)
        with _noted("letters", done):
            done.delivered = deliver_due(store, transport_of(settings), settings, now)
            if done.delivered.problem:
                done.warnings.append(f"letters wait: {done.delivered.problem}")
    return done


def _post(settings: Settings, draw: Callable[[], str], done: Upkeep) -> Post | None:
    """Letters need links, and links need a secret: without one they wait."""
    try:
        return Post(settings, Signer(secret_of(settings)), draw)
    except SettingsError as error:
        done.warnings.append(f"introductions and new letters wait: {error}")
        return None


@contextmanager
def _noted(what: str, done: Upkeep) -> Iterator[None]:
    """Note why something could not be done, and let the rest go on."""
    try:
        yield
    except MatchmakerError as error:
        logger.warning("%s: %s", what, error)
        done.failures.append(f"{what}: {error}")


def _digests(store: Store, settings: Settings, post: Post, at: datetime) -> int:
    """Write the letters of the week with the lists that are served from now on."""
    current = current_folder(settings.snapshots_folder)
    if current is None:
        return 0
    published = open_published(current)

    def find(unit: Unit, siret: str) -> list[Suggestion]:
        try:
            return suggestions_for(
                published,
                unit,
                siret,
                intents=tuple(Intent),
                limit=settings.model.list_length,
                language="fr",
                rules=settings.eligibility,
            )
        except (UnknownCompanyError, NotServedError):
            return []  # it left, or has yet to come into a night

    return write_digests(store, post, settings, find, at)
