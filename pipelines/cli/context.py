"""What every command starts from: settings, store, clock, terminal."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import orjson
from rich.console import Console

from matchmaker.settings import Settings, load_settings
from matchmaker.store import Store, open_store

console = Console()
"""Where results go."""
progress_console = Console(stderr=True)
"""Where progress and errors go, so that a result can be piped."""


def current_settings() -> Settings:
    """Read settings from `MATCHMAKER_CONFIG` and the `MATCHMAKER_*` variables."""
    return load_settings(os.environ)


def open_home_store(settings: Settings) -> Store:
    """Open the store that the settings name, creating it where it is missing."""
    return open_store(settings.store_url)


def now() -> datetime:
    """Read the clock; commands do it once and pass it down."""
    return datetime.now(UTC)


def print_json(document: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
