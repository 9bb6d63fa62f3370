"""Which memberships in groups are new since another night."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from models.channels.contract import Territory
from models.inputs import Flags
from models.view import mixed

Keys = npt.NDArray[np.uint64]


def new_memberships(before: Territory, after: Territory) -> Flags:
    """Tell which entries of `after.links.membership` were not in `before`.

    A group is known again by its kind, its day and its label; a pair by its two members besides,
    as pairs seldom have a label.
    """
    told: Flags = ~np.isin(_keys(after), _keys(before))
    return told


def _keys(territory: Territory) -> Keys:
    """One number per membership, the same in every night."""
    membership, firm = territory.links.membership, territory.view.key
    row = np.repeat(np.arange(membership.shape[0]), np.diff(membership.indptr))
    return mixed(firm[row] ^ _group_keys(territory)[membership.indices])


def _group_keys(territory: Territory) -> Keys:
    links = territory.links
    said = list(zip(links.kind.tolist(), links.day.tolist(), links.labels, strict=True))
    # Most groups are pairs without a label: few different things are said of many.
    digests = {each: _digest(*each) for each in set(said)}
    keys = np.array([digests[each] for each in said], dtype=np.uint64)
    by_group = links.membership.tocsc()
    first = by_group.indptr[:-1][np.diff(by_group.indptr) == 2]
    pairs = np.flatnonzero(np.diff(by_group.indptr) == 2)
    one, other = (territory.view.key[by_group.indices[first + place]] for place in (0, 1))
    keys[pairs] += mixed(np.asarray(one)) + mixed(np.asarray(other))
    return keys


def _digest(kind: int, day: int, label: str) -> int:
    found = hashlib.blake2b(f"{kind} {day} {label}".encode(), digest_size=8).digest()
    return int.from_bytes(found, "little")
