"""What pages of events say where the domain refuses something."""

from __future__ import annotations

from api.errors import PlannerBusyError, problem_of
from api.pages.rendering import typeset
from matchmaker.errors import InputFileError, MatchmakerError, NotAllowedError
from matchmaker.tabular.wording import file_text
from matchmaker.texts import Language, say

OTHER_REASON = "event_pages.refused.other"


def refusal_text(error: MatchmakerError, language: Language, otherwise: str = OTHER_REASON) -> str:
    """Say why something was refused, in one sentence of the reader's language.

    Parameters
    ----------
    otherwise
        Key of what is said of an error that has no words for people.
    """
    if isinstance(error, InputFileError):
        return typeset(language, file_text(error, language))
    if isinstance(error, NotAllowedError):
        return typeset(language, say(language, "event_pages.refused.other_chamber"))
    if isinstance(error, PlannerBusyError):
        return typeset(language, say(language, "event_pages.refused.busy"))
    said = getattr(error, "sentence", None)
    text: str = said(language) if said else say(language, otherwise)
    return typeset(language, text)


def refusal_status(error: MatchmakerError) -> int:
    """Status of the page that shows a refusal; the one that the JSON route would give."""
    return problem_of(error).status
