"""Published snapshots: folders that never change, and one small file that names the current one.

A snapshot is written beside the others under a hidden name, verified against its manifest, renamed,
and only then named in `CURRENT`, which is replaced in one step. Whatever moment a run dies at,
`CURRENT` names a complete snapshot or none. A snapshot that is held back is kept all the same, but
only a person can publish it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from matchmaker.errors import SnapshotError

logger = logging.getLogger(__name__)

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
PARTIAL = ".partial"
Fault = Literal["missing", "added", "damaged"]
"""What may be wrong with a file of a snapshot."""
_FAULTS: Mapping[Fault, str] = {
    "missing": "is missing. Run `matchmaker nightly`.",
    "added": "is not in the manifest. Run `matchmaker nightly`.",
    "damaged": (
        "is damaged (its digest differs from the manifest). "
        "Run `matchmaker rollback` or `matchmaker nightly`."
    ),
}


@dataclass(frozen=True)
class Snapshot:
    """A complete snapshot.

    Parameters
    ----------
    folder
        Where it is.
    manifest
        What it holds: counts, digests of every file, of code and of settings, data date.
    published
        Whether it is the one served now.
    """

    folder: Path
    manifest: dict[str, Any]
    published: bool

    @property
    def name(self) -> str:
        """Name of the folder, which begins with the moment of the run."""
        return self.folder.name

    @property
    def held_back(self) -> tuple[str, ...]:
        """Why the run itself did not publish it; empty where it did."""
        return tuple(self.manifest.get("held_back", ()))

    @property
    def size(self) -> int:
        """Bytes of its files, as the manifest counts them."""
        return sum(file["bytes"] for file in self.manifest["files"].values())


def begin_snapshot(folder: Path, at: datetime) -> Path:
    """Make the hidden folder that a run writes into, and clear away what dead runs left.

    Call it only under the lock of the home.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f".*{PARTIAL}"):
        shutil.rmtree(left)
    name = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    # Runs of one second are numbered on from the highest, so that names sort by age.
    numbers = [int(path.name[len(name) + 1 :] or 1) for path in folder.glob(f"{name}*")]
    if numbers:
        name += f"-{max(numbers) + 1:03}"
    partial = folder / f".{name}{PARTIAL}"
    partial.mkdir()
    return partial


def seal(partial: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a finished folder, with the digest and size of every file in it."""
    files = {
        str(path.relative_to(partial)): {"sha256": _digest_of(path), "bytes": path.stat().st_size}
        for path in sorted(partial.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1)
    (partial / MANIFEST).write_text(text, encoding="utf-8")


def verify(folder: Path) -> None:
    """Check every file of a snapshot against the manifest.

    Raises
    ------
    SnapshotError
        Naming the first file that is missing, was added, or has other content.
    """
    fault = first_fault(folder)
    if fault is not None:
        name, kind = fault
        raise SnapshotError(f"{folder / name}: {_FAULTS[kind]}")


def first_fault(folder: Path) -> tuple[str, Fault] | None:
    """Find the first file of a snapshot that is not as the manifest says, and what is wrong.

    Raises
    ------
    SnapshotError
        If the manifest itself cannot be read.
    """
    files = read_manifest(folder)["files"]
    present = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    for name in sorted(present ^ set(files)):
        return name, "missing" if name in files else "added"
    for name, expected in files.items():
        if _digest_of(folder / name) != expected["sha256"]:
            return name, "damaged"
    return None


def publish(partial: Path, keep: int) -> Snapshot:
    """Verify a sealed folder, give it its name, make it the current one, drop the oldest.

    Parameters
    ----------
    partial
        Folder of `begin_snapshot`, sealed.
    keep
        Number of snapshots that stay.
    """
    folder = _settled(partial)
    _name_current(folder)
    _drop_oldest(folder.parent, keep)
    return Snapshot(folder, read_manifest(folder), published=True)


def hold_back(partial: Path, keep: int) -> Snapshot:
    """Verify a sealed folder and give it its name, but leave the published snapshot in place.

    Parameters
    ----------
    partial
        Folder of `begin_snapshot`, sealed with a manifest whose `held_back` says why.
    keep
        Number of snapshots held back that stay, beside the others.

    Raises
    ------
    ValueError
        If the manifest does not say why.
    """
    if not read_manifest(partial).get("held_back"):
        raise ValueError("a snapshot that is held back must say why in its manifest")
    folder = _settled(partial)
    _drop_oldest(folder.parent, keep)
    return Snapshot(folder, read_manifest(folder), published=False)


def _settled(partial: Path) -> Path:
    verify(partial)
    folder = partial.parent / partial.name.removeprefix(".").removesuffix(PARTIAL)
    _flush(partial)
    partial.rename(folder)
    _flush(folder.parent)
    return folder


def current_folder(folder: Path) -> Path | None:
    """Folder of the published snapshot, or nothing where none was published yet.

    Raises
    ------
    SnapshotError
        If `CURRENT` names a folder that is gone.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(
            f"{folder / CURRENT}: cannot be read ({error}). Run `matchmaker rollback`."
        ) from error
    if not (folder / name / MANIFEST).is_file():
        raise SnapshotError(
            f"{folder / CURRENT}: names {name!r}, which is gone. "
            "Run `matchmaker rollback` or `matchmaker nightly`."
        )
    return folder / name


def require_current(folder: Path) -> Path:
    """Folder of the published snapshot.

    Raises
    ------
    SnapshotError
        If none is published yet, or `CURRENT` names a folder that is gone.
    """
    current = current_folder(folder)
    if current is None:
        raise SnapshotError(f"{folder}: no snapshot is published yet. Run `matchmaker nightly`.")
    return current


def all_snapshots(folder: Path) -> list[Snapshot]:
    """List complete snapshots, newest first.

    One whose manifest cannot be read is left out, with a warning in the log: it must not stop the
    way back to a whole one.
    """
    current = _current_name(folder)
    found = []
    for path in folder.glob(f"[!.]*/{MANIFEST}"):
        try:
            manifest = read_manifest(path.parent)
        except SnapshotError as error:
            logger.warning("%s", error)
            continue
        found.append(Snapshot(path.parent, manifest, path.parent.name == current))
    return sorted(found, key=lambda snapshot: snapshot.name, reverse=True)


def roll_back(folder: Path, name: str | None = None) -> Snapshot:
    """Publish an earlier snapshot again, after verifying it.

    Parameters
    ----------
    name
        The snapshot to go to, also one that was held back; none means the newest one older than the
        current one that was not.

    Raises
    ------
    SnapshotError
        If there is no such snapshot, or it is damaged.
    """
    snapshots = all_snapshots(folder)
    current = _current_name(folder)
    chosen = [
        snapshot
        for snapshot in snapshots
        if (
            snapshot.name == name
            if name
            else not snapshot.held_back and (current is None or snapshot.name < current)
        )
    ]
    if not chosen:
        wanted = f"snapshot {name!r}" if name else f"snapshot older than {current or 'none'}"
        raise SnapshotError(f"{folder}: there is no {wanted}. `matchmaker snapshots` lists them.")
    verify(chosen[0].folder)
    _name_current(chosen[0].folder)
    return Snapshot(chosen[0].folder, chosen[0].manifest, published=True)


def _current_name(folder: Path) -> str | None:
    try:
        return (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None  # what names nothing must not stop the way back to a snapshot


def _name_current(folder: Path) -> None:
    pointer = folder.parent / CURRENT
    fresh = pointer.with_name(f".{CURRENT}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(folder.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(pointer)
    _flush(folder.parent)


def _drop_oldest(folder: Path, keep: int) -> None:
    others = [snapshot for snapshot in all_snapshots(folder) if not snapshot.published]
    held_back = [snapshot for snapshot in others if snapshot.held_back]
    released = [snapshot for snapshot in others if not snapshot.held_back]
    # Counted apart: bad nights in a row must not push out what one can go back to.
    for snapshot in released[max(0, keep - 1) :] + held_back[keep:]:
        # Under a hidden name first: half deleted, it must not be offered for a rollback. Readers
        # that still have its files open by memory map keep them until they let go.
        doomed = snapshot.folder.with_name(f".{snapshot.name}{PARTIAL}")
        snapshot.folder.rename(doomed)
        shutil.rmtree(doomed)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a snapshot says of itself.

    Raises
    ------
    SnapshotError
        If the manifest is missing or is no JSON.
    """
    try:
        manifest: object = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{folder / MANIFEST}: cannot be read ({error}).") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise SnapshotError(f"{folder / MANIFEST}: is no manifest. Delete {folder}.")
    return manifest


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(folder: Path) -> None:
    """Make sure that what a folder holds survives a power cut."""
    for path in [*folder.rglob("*"), folder] if folder.name.endswith(PARTIAL) else [folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
