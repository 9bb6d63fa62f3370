"""The suggestions route of one worker on loopback: bounded in number, stops by itself."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np

from benchmarks.territories import AT, demo_store
from matchmaker.settings import Settings
from matchmaker.store.snapshots import require_current
from models.arrays import load_array
from pipelines.nightly import run_nightly

PORT, REQUESTS, AT_A_TIME = 8078, 1_000, 8


def run() -> None:
    """Print requests per second and latency."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        store = demo_store(settings, 2000)
        run_nightly(store, settings, at=AT, announce=lambda stage: None)
        store.close()
        model = require_current(settings.snapshots_folder) / "model"
        sirets = [str(siret) for siret in load_array(model, "sirets")]
        environment = {**os.environ, "MATCHMAKER_HOME": folder, "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "uvicorn", "api.app:create_app", "--factory"]
        server = subprocess.Popen(
            [*command, "--port", str(PORT), "--log-level", "warning"], env=environment
        )
        try:
            asyncio.run(_measure(sirets))
        finally:
            server.terminate()
            server.wait(timeout=10)


async def _measure(sirets: list[str]) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
        await _until_ready(client)
        limit = asyncio.Semaphore(AT_A_TIME)
        seconds: list[float] = []

        async def ask(siret: str) -> None:
            async with limit:
                start = time.perf_counter()
                answer = await client.get(
                    f"/v1/companies/{siret}/suggestions", params={"intent": "supply"}
                )
                seconds.append(time.perf_counter() - start)
                assert answer.status_code == 200, answer.text

        await asyncio.gather(*(ask(siret) for siret in sirets[:50]))
        seconds.clear()
        start = time.perf_counter()
        await asyncio.gather(*(ask(sirets[k % len(sirets)]) for k in range(REQUESTS)))
        total = time.perf_counter() - start
    p50, p99 = np.quantile(seconds, [0.5, 0.99]) * 1000
    print(f"{REQUESTS} requests, {AT_A_TIME} at a time, client on the same machine")
    print(f"  {REQUESTS / total:.0f} requests/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms")


async def _until_ready(client: httpx.AsyncClient) -> None:
    for _ in range(150):
        try:
            if (await client.get("/ready")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)
    raise RuntimeError("the service did not become ready within 30 s")
