"""`matchmaker serve`: the HTTP service."""

from __future__ import annotations

import os
from typing import Annotated

import typer
import uvicorn

from matchmaker.accounts.home import check_accounts, secret_of
from matchmaker.settings import Settings
from pipelines.cli.context import current_settings, open_home_store

APPLICATION = "api.app:create_app"
"""Named, not imported: workers open it themselves, and `pipelines` never imports `api`."""


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; by default setting api.host.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; by default setting api.port.", min=0, max=65535)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; by default setting api.workers.", min=1)
    ] = None,
) -> None:
    """Serve the published snapshot over HTTP."""
    settings = current_settings()
    _check_door(settings)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    uvicorn.run(
        APPLICATION,
        factory=True,
        host=settings.api.host if host is None else host,
        port=settings.api.port if port is None else port,
        workers=workers or settings.api.workers,
        forwarded_allow_ips=list(settings.access.proxies),
        log_level="warning",
    )


def _check_door(settings: Settings) -> None:
    """Say in one line what would stop every worker at its start.

    Raises
    ------
    SettingsError
        If there is no secret, or accounts of a demo are where none may be.
    """
    secret_of(settings)
    store = open_home_store(settings)
    try:
        with store.reading() as unit:
            check_accounts(settings, unit)
    finally:
        store.close()
