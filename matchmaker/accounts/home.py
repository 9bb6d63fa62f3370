"""The secret of an installation, and the demo home: the only one with passwords that all know."""

from __future__ import annotations

import os
from pathlib import Path

from matchmaker.errors import SettingsError
from matchmaker.settings import SECRET_LENGTH, Settings
from matchmaker.store import Unit

DEMO_FILE = "demo-secret"
"""In a demo home: says that it is one, and holds its secret."""


def secret_of(settings: Settings) -> str:
    """Find the secret that signs cookies and links.

    Raises
    ------
    SettingsError
        If there is none: every installation has one of its own.
    """
    if settings.access.secret is not None:
        return settings.access.secret.get_secret_value()
    file = settings.home / DEMO_FILE
    if not is_demo_home(settings.home):
        raise SettingsError(
            "setting access.secret: is missing. Draw one with `matchmaker accounts new-secret`, "
            "and give it to every process as MATCHMAKER_ACCESS__SECRET."
        )
    secret = file.read_text(encoding="ascii", errors="replace").strip()
    if len(secret) < SECRET_LENGTH:
        raise SettingsError(f"{file}: holds no secret. Remove the home, and run `make demo` again.")
    return secret


def make_demo_home(home: Path, secret: str) -> None:
    """Make a folder a demo home; one that is stays as it is, so that its sessions live on.

    Parameters
    ----------
    home
        Its folder; made where it is missing.
    secret
        Drawn for it.
    """
    home.mkdir(parents=True, exist_ok=True)
    try:
        # Only its owner may read it, from the first moment on.
        descriptor = os.open(home / DEMO_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{secret}\n")


def is_demo_home(home: Path) -> bool:
    """Whether a folder is a demo home."""
    return (home / DEMO_FILE).is_file()


def check_accounts(settings: Settings, unit: Unit) -> None:
    """Refuse to start where a password that everybody knows opens what is real.

    Raises
    ------
    SettingsError
        If demo accounts are outside a demo home or its own database, or a demo home holds firms
        that are not fictional.
    """
    demo = unit.accounts.demo()
    is_demo = is_demo_home(settings.home) and settings.database_url is None
    if demo and not is_demo:
        ids = ", ".join(account.id for account in demo)
        raise SettingsError(
            f"home {settings.home}: has demo accounts ({ids}), whose passwords everybody knows, "
            "and is no demo home with a database of its own. "
            "Remove each with `matchmaker accounts delete`."
        )
    if is_demo and _holds_real_firms(unit):
        raise SettingsError(
            f"home {settings.home}: is a demo home and holds firms that are not fictional. "
            "Import real firms into another home."
        )


def _holds_real_firms(unit: Unit) -> bool:
    counts = unit.companies.counts()
    return counts["total"] > counts["fictional"]
