"""The composition root of the HTTP service."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version

from anyio import CapacityLimiter
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from threadpoolctl import ThreadpoolController

from api.bodies import BodyLimit
from api.delivering import delivering
from api.deps import Service
from api.errors import UnexpectedErrors, handle_errors
from api.hosts import KnownHosts
from api.limits import SearchLimit
from api.metrics import Measured, OutboxMetrics, RequestMetrics, SnapshotMetrics
from api.openapi import describe
from api.pages.rendering import STATIC
from api.pages.rooms import page_routers
from api.provider import provider_of
from api.routes import (
    account,
    accounts,
    audit,
    claims,
    companies,
    event_people,
    event_plans,
    event_schedule,
    events,
    feedback,
    health,
    introductions,
    keys,
    outbox,
    preview,
    privacy,
    profile,
    quality,
    reference,
    session,
    suggestions,
)
from api.security import HeadRequests, SecurityHeaders
from matchmaker.accounts.home import check_accounts, secret_of
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.signing import Signer
from matchmaker.errors import SnapshotError
from matchmaker.mail.post import Post
from matchmaker.settings import Settings, load_settings, origins_of
from matchmaker.store import open_store
from models.published import SnapshotReader

DESCRIPTION = (
    "Which companies of the other departments a company should meet, for what, and why, for each "
    "side. Errors are problem details (RFC 9457)."
)
STATIC_SECONDS = 86_400
WRITERS = 2

logger = logging.getLogger(__name__)


def create_app(settings: Settings | None = None, passwords: Passwords | None = None) -> FastAPI:
    """Build the service.

    Parameters
    ----------
    settings
        In force; read from the environment when none are given.
    passwords
        Hashes and checks passwords, at the costs of a service unless others are given.

    Returns
    -------
    FastAPI
        It opens store and snapshot when it starts, and closes them when it ends.
    """
    chosen = load_settings(os.environ) if settings is None else settings
    registry = CollectorRegistry()
    app = FastAPI(
        title="Matchmaker",
        version=version("matchmaker"),
        description=DESCRIPTION,
        # The description is a route like the others, for those who may read it. The interactive
        # pages load their code from another site: none of that here.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(chosen, registry, passwords),
        middleware=[  # the outermost first
            Middleware(HeadRequests),
            Middleware(Measured, metrics=RequestMetrics(registry)),
            Middleware(SecurityHeaders, tiles=chosen.pages.tiles),
            Middleware(UnexpectedErrors),
            Middleware(KnownHosts, access=chosen.access),
            Middleware(
                BodyLimit,
                max_bytes=chosen.api.max_body_bytes,
                larger=dict.fromkeys(("/v1/events", "/evenements"), chosen.events.max_body_bytes),
            ),
        ],
    )
    app.state.registry = registry
    app.state.origins = _origins(settings)
    app.state.provider = provider_of(chosen.oidc)
    handle_errors(app)
    for module in (companies, suggestions, preview, reference, quality, health):
        app.include_router(module.router)
    for router in (claims.own, claims.of_others):
        app.include_router(router)
    for module in (session, account, accounts, keys, audit, outbox):
        app.include_router(module.router)
    for router in (feedback.router, feedback.overrides):
        app.include_router(router)
    for router in (privacy.router, privacy.own_account, profile.router, introductions.router):
        app.include_router(router)
    # The first of them has the fixed addresses, which an event's id must not hide.
    for module in (event_schedule, events, event_people, event_plans):
        app.include_router(module.router)
    for router in page_routers():
        app.include_router(router)
    app.mount("/static", GZipMiddleware(_Static(directory=STATIC)), name="static")
    describe(app)
    return app


def _origins(given: Settings | None) -> dict[str, str]:
    """Say where settings come from, for the page that lists them; those given come from nowhere."""
    return origins_of(os.environ) if given is None else {}


def _lifespan(
    settings: Settings, registry: CollectorRegistry, passwords: Passwords | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Open what the requests need, and close it in the end."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        signer = Signer(secret_of(settings))
        store = open_store(settings.store_url)
        try:
            with store.reading() as unit:
                check_accounts(settings, unit)
            snapshots = SnapshotReader(
                settings.snapshots_folder, settings.api.snapshot_check_seconds, time.monotonic
            )
            app.state.service = Service(
                settings=settings,
                store=store,
                snapshots=snapshots,
                now=_now,
                signer=signer,
                passwords=passwords or Passwords(),
                post=Post(settings, signer, secrets.token_urlsafe),
                searches=SearchLimit(settings.access.searches_per_minute),
                threads=ThreadpoolController(),
                ranking_slots=CapacityLimiter(1),
                writing_slots=CapacityLimiter(WRITERS),
            )
            collectors = (SnapshotMetrics(snapshots, _now), OutboxMetrics(store))
            for collector in collectors:
                registry.register(collector)
            _open_snapshot(snapshots)
            async with delivering(app.state.service):
                yield
            for collector in collectors:
                registry.unregister(collector)
        finally:
            store.close()

    return lifespan


def _open_snapshot(snapshots: SnapshotReader) -> None:
    """Open the snapshot before the first request; without one the service starts all the same."""
    try:
        logger.info("serving snapshot %s", snapshots.current().name)
    except SnapshotError as error:
        logger.warning("no snapshot to serve yet: %s", error)


def _now() -> datetime:
    return datetime.now(UTC)


class _Static(StaticFiles):
    """Files that browsers may keep: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
        return response
