"""Prometheus metrics of one worker process, in a registry of its own per application."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchmaker.errors import SnapshotError, StoreError
from matchmaker.mail.outbox import LetterState
from matchmaker.store import Store
from models.published import SnapshotReader

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
NO_ROUTE = "none"
"""Route of a request that no route matched: the paths that people try are without number."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

logger = logging.getLogger(__name__)


class RequestMetrics:
    """Counts and times of requests, by route template.

    Parameters
    ----------
    registry
        Where the metrics are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "matchmaker_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "matchmaker_http_request_seconds",
            "Time from the first byte asked to the last byte answered.",
            ("method", "route"),
            buckets=SECONDS,
            registry=registry,
        )

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Note one request, after its route was found."""
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)


class Measured:
    """Middleware: measure every request."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note its route, status and time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = time.perf_counter()
        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.observe(scope, status, time.perf_counter() - start)


class SnapshotMetrics(Collector):
    """What is served, read anew at every scrape.

    Parameters
    ----------
    snapshots
        Where the published snapshot is found.
    now
        The clock.
    """

    def __init__(self, snapshots: SnapshotReader, now: Callable[[], datetime]) -> None:
        self._snapshots = snapshots
        self._now = now

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing beforehand: a registration must not open the snapshot."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Describe the published snapshot; without one, only that there is none."""
        try:
            published = self._snapshots.current()
        except SnapshotError:
            yield GaugeMetricFamily("matchmaker_snapshot_published", "1 where one is open.", 0)
            return
        manifest = published.manifest
        yield GaugeMetricFamily("matchmaker_snapshot_published", "1 where one is open.", 1)
        info = GaugeMetricFamily(
            "matchmaker_snapshot_info",
            "The snapshot that is served; always 1.",
            labels=("name", "data_date", "fictional"),
        )
        data_date, fictional = manifest["data_date"] or "", str(published.fictional).lower()
        info.add_metric((published.name, data_date, fictional), 1)
        yield info
        age = self._now() - datetime.fromisoformat(manifest["created_at"])
        yield GaugeMetricFamily(
            "matchmaker_snapshot_age_seconds",
            "Time since the nightly run that made the snapshot.",
            age.total_seconds(),
        )
        companies = GaugeMetricFamily(
            "matchmaker_companies", "Companies that are served.", labels=("department",)
        )
        for department, number in manifest["counts"]["by_department"].items():
            companies.add_metric((department,), number)
        yield companies


class OutboxMetrics(Collector):
    """Letters in each state, counted anew at every scrape: uncertain ones wait for a person.

    Parameters
    ----------
    store
        Whose outbox.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing beforehand: a registration must not ask the store."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count the letters; nothing where the store does not answer."""
        try:
            with self._store.reading() as unit:
                counts = unit.outbox.counts()
        except StoreError as error:
            logger.warning("letters are not counted: %s", error)
            return
        letters = GaugeMetricFamily(
            "matchmaker_letters", "Letters of the outbox.", labels=("state",)
        )
        for state in LetterState:
            letters.add_metric((state.value,), counts.get(state, 0))
        yield letters
