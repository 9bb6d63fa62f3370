"""The service as it is described: built once for all tests that only read its routes."""

from functools import cache
from pathlib import Path

from fastapi import FastAPI

from api.app import create_app
from matchmaker.settings import Settings


@cache
def described_app() -> FastAPI:
    """Build a service of a home that is not there; it is never started."""
    return create_app(Settings(home=Path("nowhere")))
