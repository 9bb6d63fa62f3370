"""Letters leave from the service itself: each worker looks for them from time to time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync

from api.deps import Service
from matchmaker.errors import MatchmakerError
from matchmaker.mail.delivery import deliver_due
from matchmaker.mail.transports import transport_of

logger = logging.getLogger(__name__)


@asynccontextmanager
async def delivering(service: Service) -> AsyncIterator[None]:
    """Send what is due while the service runs; a letter in hand is finished before it ends.

    With `mail.poll_seconds` 0 letters wait for `matchmaker mail send`.
    """
    if service.settings.mail.poll_seconds == 0:
        yield
        return
    stopping = asyncio.Event()
    rounds = asyncio.create_task(_rounds(service, stopping))
    try:
        yield
    finally:
        stopping.set()
        await rounds


async def _rounds(service: Service, stopping: asyncio.Event) -> None:
    while not await _comes(stopping, service.settings.mail.poll_seconds):
        try:
            await run_sync(_round, service, stopping)
        except MatchmakerError as error:
            logger.warning("letters wait: %s", error)
        except Exception:  # noqa: BLE001 - the next round may do better
            logger.exception("a round of letters failed")


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, but no longer than so many seconds; return whether it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _round(service: Service, stopping: asyncio.Event) -> None:
    transport = transport_of(service.settings)
    deliver_due(service.store, transport, service.settings, service.now, stopping.is_set)
