"""Which memberships in groups are new since another night."""

from __future__ import annotations

import hashlib
from typing import Any

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
    keys, known = _keys(after), np.sort(_keys(before))
    order, told = np.argsort(keys), np.zeros(len(keys), dtype=bool)
    told[order] = ~is_among(keys[order], known)
    return told


def is_among(numbers: npt.NDArray[np.integer[Any]], ordered: npt.NDArray[np.integer[Any]]) -> Flags:
    """Tell which numbers are among those that are sorted: far quicker than sorting both."""
    if len(ordered) == 0:
        return np.zeros(len(numbers), dtype=bool)
    places = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
    found: Flags = ordered[places] == numbers
    return found


def _keys(territory: Territory) -> Keys:
    """One number per membership, the same in every night."""
    membership, firm = territory.links.membership, territory.view.key
    row = np.repeat(np.arange(membership.shape[0]), np.diff(membership.indptr))
    return mixed(firm[row] ^ _group_keys(territory)[membership.indices])


def _group_keys(territory: Territory) -> Keys:
    links = territory.links
    # Most groups are pairs without a label: few different ones are said of many.
    digests = {label: _digest(label) for label in set(links.labels)}
    labels = np.array([digests[label] for label in links.labels], dtype=np.uint64)
    when = np.asarray(links.day).astype(np.int64).view(np.uint64)
    keys = mixed(labels ^ mixed(when ^ mixed(np.asarray(links.kind).astype(np.uint64))))
    by_group = links.membership.tocsc()
    first = by_group.indptr[:-1][np.diff(by_group.indptr) == 2]
    pairs = np.flatnonzero(np.diff(by_group.indptr) == 2)
    one, other = (territory.view.key[by_group.indices[first + place]] for place in (0, 1))
    keys[pairs] += mixed(np.asarray(one)) + mixed(np.asarray(other))
    return keys


def _digest(label: str) -> int:
    found = hashlib.blake2b(label.encode(), digest_size=8).digest()
    return int.from_bytes(found, "little")
