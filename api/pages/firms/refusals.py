"""Why two firms are not brought together, with the names of firms in the place of their numbers."""

from __future__ import annotations

from api.deps import Service
from api.pages.rendering import day
from matchmaker.errors import NoCapacityError, PairRefusedError
from matchmaker.explain import display_name
from matchmaker.introductions.refusals import Refusal
from matchmaker.store import Unit
from matchmaker.texts import Language, say
from matchmaker.wording import sentence_of


async def said_of_firms(
    service: Service, error: PairRefusedError | NoCapacityError, language: Language
) -> str:
    """Say why a request was refused, with the name of the firm in the place of its number.

    Parameters
    ----------
    service
        Where the name is looked up; a firm that may not be shown keeps its number.
    error, language
        What was refused, and for whom it is said.
    """
    if not isinstance(error, Refusal):
        return sentence_of(error, language) or str(error)
    values = dict(error.values)
    if "company" in values:
        values["company"] = await service.read(
            lambda unit: _quoted_name(unit, values["company"], language)
        )
    if "day" in values:
        values["day"] = day(language, values["day"]) or values["day"]
    return say(language, f"introduction.refused.{error.key}", **values)


def _quoted_name(unit: Unit, siret: str, language: Language) -> str:
    company = unit.portfolio.shown([siret]).get(siret)
    name = siret if company is None else display_name(company, language)
    return say(language, "words.quote", text=name)
