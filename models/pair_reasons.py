"""Why two given firms were brought together, as one of them may read it."""

from __future__ import annotations

from matchmaker.errors import NotServedError, UnknownCompanyError
from matchmaker.intents import Intent
from matchmaker.settings import EligibilitySettings
from matchmaker.store import Unit
from matchmaker.suggestions import Reason, Suggestion
from matchmaker.texts import Language
from models.published import Published
from models.serving import suggestions_for


def reasons_between(
    published: Published,
    unit: Unit,
    reader: str,
    other: str,
    intent: Intent,
    *,
    language: Language,
    rules: EligibilitySettings,
) -> tuple[Reason, ...]:
    """Say what speaks for a pair to one of the two, from the list of either.

    Parameters
    ----------
    published, unit
        The snapshot, and the store now.
    reader, other
        SIRETs.
    intent
        The list to look into.
    language
        Of the sentences.
    rules
        Who takes part.

    Returns
    -------
    tuple of Reason
        Nothing where neither is in the list of the other today: then there is none to tell.
    """

    def found(seeker: str, partner: str) -> Suggestion | None:
        try:
            listed = suggestions_for(
                published,
                unit,
                seeker,
                intents=(intent,),
                limit=published.model.list_length,
                language=language,
                rules=rules,
            )
        except (NotServedError, UnknownCompanyError):
            return None
        return next((each for each in listed if each.partner.siret == partner), None)

    own = found(reader, other)
    if own is not None:
        return own.reasons_for_company
    theirs = found(other, reader)
    return () if theirs is None else theirs.reasons_for_partner
