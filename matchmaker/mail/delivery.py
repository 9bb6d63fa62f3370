"""Delivery: each letter that is due leaves once, or it is reported.

A letter is taken by one process, and the store knows it, before the server hears of it; it is
settled after the server has answered. A process that dies between the two leaves a letter that may
or may not have left: it becomes uncertain, is reported, and no program ever sends it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from matchmaker.errors import MailError
from matchmaker.mail.fates import Fate, Receipt, Transport
from matchmaker.mail.messages import message_of
from matchmaker.mail.outbox import LetterState, TakenLetter
from matchmaker.mail.recipients import address_now
from matchmaker.settings import MailSettings, Settings
from matchmaker.store import Store, Unit

LONGEST_WAIT = timedelta(hours=12)
"""Between two tries, however many there were."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round of delivery did.

    Parameters
    ----------
    sent, retried, failed, uncertain
        Numbers of letters: taken by the server, waiting for another try, given up, not known.
    problem
        Why the round ended early, where the server could not be reached; letters keep waiting.
    """

    sent: int = 0
    retried: int = 0
    failed: int = 0
    uncertain: int = 0
    problem: str = ""


def never() -> bool:
    """Go on until nothing is due."""
    return False


def deliver_due(
    store: Store,
    transport: Transport,
    settings: Settings,
    now: Callable[[], datetime],
    stopped: Callable[[], bool] = never,
) -> Delivered:
    """Send every letter that is due, one after the other.

    Parameters
    ----------
    store
        Whose outbox.
    transport
        The way out; it is closed in the end.
    settings
        In force.
    now
        The clock: a round may take a while.
    stopped
        Asked between two letters; ends the round early.
    """
    counts = dict.fromkeys(Fate, 0)
    uncertain = _report_lapsed(store, transport, settings.mail, now())
    problem = ""
    try:
        while not stopped() and _is_due(store, now()):
            transport.connect()
            fate = _deliver_one(store, transport, settings.mail, now)
            if fate is not None:
                counts[fate] += 1
    except MailError as error:
        problem = str(error)
        logger.warning("letters wait: %s", problem)
    finally:
        transport.close()
    return Delivered(
        sent=counts[Fate.SENT],
        retried=counts[Fate.LATER],
        failed=counts[Fate.REFUSED],
        uncertain=counts[Fate.UNCERTAIN] + uncertain,
        problem=problem,
    )


def _report_lapsed(store: Store, transport: Transport, settings: MailSettings, at: datetime) -> int:
    before = at - timedelta(seconds=settings.lease_seconds)
    with store.reading() as unit:
        if not unit.outbox.has_lapsed(before):
            return 0
    with store.unit() as unit:
        lapsed = unit.outbox.lapse(before, at, repeatable=transport.repeatable)
    if not lapsed or transport.repeatable:
        return 0
    logger.warning("%d letters were being sent by a process that has ended", lapsed)
    return lapsed


def _is_due(store: Store, at: datetime) -> bool:
    with store.reading() as unit:
        return unit.outbox.is_due(at)


def _deliver_one(
    store: Store, transport: Transport, settings: MailSettings, now: Callable[[], datetime]
) -> Fate | None:
    """Take one letter, hand it over, settle it; nothing where another process was faster."""
    with store.unit() as unit:
        taken = _taken(unit, now())
    if taken is None:
        return None
    receipt = _handed_over(transport, taken, settings)
    if receipt.fate is Fate.LATER and taken.attempts >= settings.attempts:
        receipt = Receipt(Fate.REFUSED, f"given up after {taken.attempts} tries: {receipt.words}")
    with store.unit() as unit:
        at = now()
        if receipt.fate is Fate.SENT:
            unit.outbox.sent(taken, at)
        elif receipt.fate is Fate.LATER:
            unit.outbox.postpone(taken, at + next_wait(taken.attempts, settings), receipt.words)
        else:
            state = _ENDS[receipt.fate]
            unit.outbox.give_up(taken, state, at, receipt.words)
            logger.warning("letter %d is %s: %s", taken.id, state.value, receipt.words)
    return receipt.fate


def _taken(unit: Unit, at: datetime) -> TakenLetter | None:
    """Take a letter, to the address of its reader today; one that has none any more stays."""
    taken = unit.outbox.take(at)
    if taken is None:
        return None
    address = address_now(unit, taken.letter)
    if address is None:
        unit.outbox.withhold(taken, at, "nobody reads it any more at its address.")
        return None
    if address == taken.letter.recipient:
        return taken
    unit.outbox.readdress(taken, address)
    return replace(taken, letter=replace(taken.letter, recipient=address))


_ENDS = {Fate.REFUSED: LetterState.FAILED, Fate.UNCERTAIN: LetterState.UNCERTAIN}


def _handed_over(transport: Transport, taken: TakenLetter, settings: MailSettings) -> Receipt:
    try:
        message = message_of(taken, settings)
    except MailError as error:
        return Receipt(Fate.REFUSED, str(error))
    return transport.send(taken.id, taken.letter.recipient, message)


def next_wait(attempts: int, settings: MailSettings) -> timedelta:
    """How long to wait after so many tries: each wait is twice the one before.

    Parameters
    ----------
    attempts
        Tries so far, at least one.
    settings
        With the first wait.
    """
    seconds = settings.retry_seconds * 2.0 ** min(attempts - 1, 30)
    return min(timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds())), LONGEST_WAIT)
