"""Sign-ins: whether their time tells that an account exists, and how many tries a worker takes.

Beside the time on the clock stands the work of the processor, which a busy machine does not blur.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from matchmaker.accounts.accounts import Account
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.accounts.sign_in import sign_in
from matchmaker.accounts.signing import Signer
from matchmaker.errors import SignInRefusedError, TooManyTriesError
from matchmaker.settings import Settings
from matchmaker.store import Store, open_store

ROUNDS = 40
SLOWED = 300
SEED = 1
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD, WRONG = "un cheval et trois pommes", "deux chevaux et une pomme"
KINDS = ("wrong password", "no password", "closed", "unknown", "no address", "too long")


def run() -> None:
    """Print the median time of a refused sign-in of each kind, and of a slowed one."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        store = open_store(settings.store_url)
        try:
            passwords = Passwords()
            _fill(store, passwords)
            _compare(store, passwords, settings)
            _slow_down(store, passwords, settings)
        finally:
            store.close()


def _fill(store: Store, passwords: Passwords) -> None:
    hashed = passwords.hash(GOOD)
    with store.unit() as unit:
        for number in range(ROUNDS):
            for kind, stored, active in (
                ("w", hashed, True),
                ("n", None, True),
                ("c", hashed, False),
            ):
                name = f"{kind}{number}"
                email, role = f"{name}@example.org", Role.ENTREPRENEUR
                unit.accounts.create(
                    Account(
                        name,
                        email,
                        "",
                        role,
                        START,
                        "bench",
                        active=active,
                        password_hash=stored,
                    )
                )


def _compare(store: Store, passwords: Passwords, settings: Settings) -> None:
    """Refuse every kind in turn, each time on another account from another address."""
    rng, addresses = np.random.default_rng(SEED), count()
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    work: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS):
        tried = {
            "wrong password": (f"w{number}@example.org", WRONG),
            "no password": (f"n{number}@example.org", WRONG),
            "closed": (f"c{number}@example.org", GOOD),
            "unknown": (f"u{number}@example.org", WRONG),
            "no address": (f"nobody {number}", WRONG),
            "too long": (f"w{number}@example.org", WRONG * 100),
        }
        for kind in rng.permutation(KINDS):
            email, password = tried[kind]
            address = f"10.0.{next(addresses) // 250}.{next(addresses) % 250}"
            began, worked = time.perf_counter(), time.process_time()
            _refused(store, passwords, settings, email, password, address, START)
            seconds[kind].append(time.perf_counter() - began)
            work[kind].append(time.process_time() - worked)
    for kind in KINDS:
        shown = [_described(each[kind], each[KINDS[0]], rng) for each in (seconds, work)]
        print(f"{kind:>15}: clock {shown[0]}; work {shown[1]}")


def _described(taken: list[float], base: list[float], rng: np.random.Generator) -> str:
    low, high = _difference(1e3 * np.array(taken), 1e3 * np.array(base), rng)
    median = 1e3 * np.median(taken)
    return f"{median:.1f} ms ({low:+.1f} to {high:+.1f} from a wrong password, 95 %)"


def _difference(
    taken: np.ndarray, base: np.ndarray, rng: np.random.Generator
) -> tuple[float, float]:
    """Bounds of the difference of the medians, by bootstrap."""
    drawn = [
        np.median(rng.choice(taken, len(taken))) - np.median(rng.choice(base, len(base)))
        for _ in range(2000)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _slow_down(store: Store, passwords: Passwords, settings: Settings) -> None:
    """Try one account again and again at the same moment."""
    outcomes = []
    began = time.perf_counter()
    for _ in range(SLOWED):
        tried = ("w0@example.org", WRONG, "192.0.2.1", START + timedelta(hours=1))
        outcomes.append(_refused(store, passwords, settings, *tried))
    took = time.perf_counter() - began
    slowed = outcomes.count(TooManyTriesError)
    print(f"{SLOWED} wrong tries at once: {slowed} slowed; {SLOWED / took:.0f} tries/s in all")


def _refused(
    store: Store,
    passwords: Passwords,
    settings: Settings,
    email: str,
    password: str,
    address: str,
    at: datetime,
) -> type[Exception]:
    try:
        sign_in(
            store,
            passwords,
            Signer("a secret that only the benchmark has"),
            settings,
            email=email,
            password=password,
            address=address,
            at=at,
        )
    except (SignInRefusedError, TooManyTriesError) as error:
        return type(error)
    raise AssertionError("a wrong try was let in")
