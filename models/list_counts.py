"""How many partners each list holds today: the figures on the tabs of the intents."""

from __future__ import annotations

from matchmaker.intents import Intent
from matchmaker.store import Unit
from models.published import Published
from models.serving import rivals_again


def served_counts(published: Published, unit: Unit, siret: str, limit: int) -> dict[Intent, int]:
    """Count what `models.serving.suggestions_for` gives for each intent, without explaining it.

    Parameters
    ----------
    published
        The snapshot.
    unit
        The store now.
    siret
        Who reads; a company that the snapshot does not know has no partners.
    limit
        Longest list.
    """
    row = published.model.row_of(siret)
    if row is None:
        return dict.fromkeys(Intent, 0)
    sirets = published.model.sirets
    listed = {
        intent: [str(sirets[partner]) for partner in published.lists[intent].partners[row]
                 if partner >= 0]
        for intent in Intent
    }  # fmt: skip
    asked = list(dict.fromkeys(partner for partners in listed.values() for partner in partners))
    shown = unit.companies.servable_sirets(asked, reader=siret)
    shown -= rivals_again(published, unit, siret, row)
    # One establishment per firm, as in the lists themselves.
    return {
        intent: min(limit, len({partner[:9] for partner in partners if partner in shown}))
        for intent, partners in listed.items()
    }
