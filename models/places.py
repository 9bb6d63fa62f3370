"""Where a partner stands in the published lists: what an answer to a suggestion is stored with."""

from __future__ import annotations

import numpy as np

from matchmaker.intents import Intent
from matchmaker.suggestions import Place
from models.bands import BANDS
from models.lists import ALL_ROLES
from models.published import Published


def place_in_lists(
    published: Published, reader: str, partner: str, intent: Intent | None = None
) -> Place | None:
    """Find the place of a partner in the reader's list of an intent, or its best place in all.

    Parameters
    ----------
    published
        The snapshot.
    reader, partner
        SIRETs.
    intent
        Only this list; by default the first place of all intents, of equal ones the better score.

    Returns
    -------
    Place or None
        Nothing where the partner is in none of the lists, or the model does not know one of the
        two.
    """
    row, sought = published.model.row_of(reader), published.model.row_of(partner)
    if row is None or sought is None:
        return None
    found = []
    for asked in tuple(Intent) if intent is None else (intent,):
        lists = published.lists[asked]
        places = np.flatnonzero(lists.partners[row] == sought)
        if len(places):
            place = int(places[0])
            found.append((place, -float(lists.scores[row, place]), asked))
    if not found:
        return None
    place, _, best = min(found, key=lambda each: each[:2])
    lists = published.lists[best]
    return Place(
        snapshot=published.name,
        intent=best,
        role=ALL_ROLES[lists.roles[row, place]],
        rank=place + 1,
        band=BANDS[lists.bands[row, place]],
        propensity=float(lists.propensity[row, place]),
    )
