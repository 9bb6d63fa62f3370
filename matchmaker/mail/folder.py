"""The folder of letters that are written into files: which file is whose, and what goes in time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matchmaker.errors import MailError
from matchmaker.settings import Settings


def file_of(folder: Path, letter_id: int) -> Path:
    """File of a letter: named after its number in the outbox."""
    return folder / f"{letter_id:08d}.eml"


def remove_letters(folder: Path, letter_ids: Collection[int]) -> int:
    """Remove the files of some letters; return how many there were.

    Raises
    ------
    MailError
        If one cannot be removed.
    """
    return sum(_removed(file_of(folder, letter_id)) for letter_id in letter_ids)


def remove_old_letters(settings: Settings, at: datetime) -> int:
    """Remove the files of letters that are past `retention.mail_days`; return how many.

    Parameters
    ----------
    settings
        With the folder and the period.
    at
        Now; an aware moment.

    Raises
    ------
    MailError
        If one cannot be removed.
    """
    before = at - timedelta(days=settings.retention.mail_days)
    # What a process left half written is called otherwise, and is as old.
    kinds = ("*.eml", "*.part")
    found = [path for kind in kinds for path in sorted(settings.mail_folder.glob(kind))]
    return sum(_removed(path) for path in found if _written_at(path) < before)


def _written_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # another run was faster
        return datetime.max.replace(tzinfo=UTC)


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise MailError(
            f"{path}: {error.strerror or error}. It holds a letter that has to go; remove it."
        ) from None
    return True
