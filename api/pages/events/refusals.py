"""What pages of events say where the domain refuses something."""

from __future__ import annotations

from api.errors import problem_of
from api.pages.rendering import typeset
from matchmaker.errors import MatchmakerError
from matchmaker.texts import Language, say
from matchmaker.wording import sentence_of

OTHER_REASON = "event_pages.refused.other"


def refusal_text(error: MatchmakerError, language: Language, otherwise: str = OTHER_REASON) -> str:
    """Say why something was refused, in one sentence of the reader's language.

    Parameters
    ----------
    otherwise
        Key of what is said of an error that has no words for people.
    """
    return typeset(language, sentence_of(error, language) or say(language, otherwise))


def refusal_status(error: MatchmakerError) -> int:
    """Status of the page that shows a refusal; the one that the JSON route would give."""
    return problem_of(error).status
