"""Real HTTP servers for tests: in a thread of this process, or as a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from sign_ins import CHEAP, key_headers

from api.app import create_app
from matchmaker.accounts.home import secret_of
from matchmaker.settings import Settings

START_SECONDS = 180


def copied(settings: Settings, folder: Path, **changes: object) -> Settings:
    """Copy a home, for a test that writes."""
    shutil.copytree(settings.home, folder)
    return settings.model_copy(update={"home": folder, **changes})


@contextmanager
def served(settings: Settings) -> Iterator[httpx.Client]:
    """Serve a home from a thread, and give a client with a service key of every scope."""
    with serving(create_app(settings, CHEAP)) as client:
        client.headers.update(key_headers(settings))
        yield client


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """Serve an application from a thread, and give a client of it."""
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _wait_until(lambda: server.started or not thread.is_alive())
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


@contextmanager
def worker(settings: Settings) -> Iterator[httpx.Client]:
    """Serve a home from a process, which reads its settings from the environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "error"],
        env={
            **os.environ,
            "MATCHMAKER_HOME": str(settings.home),
            "MATCHMAKER_ACCESS__SECRET": secret_of(settings),
            "OMP_NUM_THREADS": "1",
        },
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_until(lambda: process.poll() is not None or _answers(client))
            assert process.poll() is None, "the worker ended at its start"
            client.headers.update(key_headers(settings))
            yield client
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def _wait_until(holds) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
