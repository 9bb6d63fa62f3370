"""What went wrong, as a sentence for people, in their language.

Errors are written once, in English, by the code that finds them; programs and the log read them so.
Errors that have their own words in the catalogue say them themselves (`sentence`). Of all others
pages look the sentence up here: the text is known again, and said anew with the values that help to
mend it, without the numbers that only programs know. A test goes through every error that the code
can raise, and fails for one that is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from matchmaker.errors import BrokenPlanError, InputFileError, MatchmakerError
from matchmaker.known_errors import KNOWN_TEXTS
from matchmaker.tabular.wording import file_text, reason_text
from matchmaker.texts import Language, catalogue, say, say_number

LONGEST_TEXT = 1_000
"""Characters of a text that is looked up: what somebody has sent may be in it, and be endless."""
LONGEST_VALUE = 80
"""Characters of a value that a sentence repeats."""


def sentence_of(error: MatchmakerError, language: Language) -> str | None:
    """Say what went wrong; nothing where only programs are told more than the kind of error.

    Parameters
    ----------
    error
        The error.
    language
        Of the reader.
    """
    own = getattr(error, "sentence", None)
    if own is not None:
        return str(own(language))
    if isinstance(error, InputFileError):
        return file_text(error, language)
    if isinstance(error, BrokenPlanError):
        return say(language, "error.plan.broken")
    return known_text(str(error), language)


def known_text(text: str, language: Language) -> str | None:
    """Say the text of an error in the words of the catalogue; nothing for one that is not known."""
    if len(text) > LONGEST_TEXT:
        return None
    for key, pattern in _patterns():
        if match := pattern.fullmatch(text):
            values = _values(match, language)
            if key in _COUNTED:
                return say_number(language, f"error.{key}", int(match[_COUNTED[key]]), **values)
            return say(language, f"error.{key}", **values)
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((key, re.compile(pattern, re.DOTALL)) for key, pattern in KNOWN_TEXTS)


def _values(match: re.Match[str], language: Language) -> dict[str, str]:
    """Values of a text by name; alternatives of one value are numbered in its name."""
    found = {
        name.rstrip("0123456789"): text
        for name, text in match.groupdict().items()
        if text is not None
    }
    return {name: _SAID.get(name, _plain)(text, language) for name, text in found.items()}


def _plain(text: str, _: Language) -> str:
    plain = _unquoted(text)
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[: LONGEST_VALUE - 1]}…"


def _unquoted(text: str) -> str:
    """Take the marks away that Python puts around a text, and none of the text itself."""
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _number(text: str, language: Language) -> str:
    """Say a number without a fraction of nothing, and in French with a comma."""
    whole = re.sub(r"\.0+$", "", text)
    is_number = re.fullmatch(r"\d+\.\d+", whole)
    return whole.replace(".", ",") if is_number and language == "fr" else _plain(whole, language)


def _code(group: str) -> Callable[[str, Language], str]:
    def said(text: str, language: Language) -> str:
        return catalogue(language).get(f"error.value.{group}.{text}", text)

    return said


def _people(text: str, language: Language) -> str:
    """Name participants by their names, without their ids."""
    more = re.search(r" and (\d+) more$", text)
    names = [_name_of(each) for each in _NEXT_PERSON.split(text[: more.start()] if more else text)]
    if more:
        return say_number(language, "error.more", int(more[1]), who=", ".join(names))
    if len(names) == 1:
        return names[0]
    return say(language, "error.last", who=", ".join(names[:-1]), last=names[-1])


def _name_of(person: str) -> str:
    with_id = _PERSON.fullmatch(person)
    return with_id[1] if with_id else _unquoted(person)


_PERSON = re.compile(r"['\x22][^'\x22]*['\x22] \((.*)\)", re.DOTALL)
_NEXT_PERSON = re.compile(r", (?=['\x22][^'\x22]*['\x22] \()")
"""A participant as errors name them, and what stands before the next one of several."""

_SAID: Mapping[str, Callable[[str, Language], str]] = {
    "right": _code("right"),
    "what": _code("what"),
    "who": _people,
    "reason": reason_text,
    "seconds": _number,
    "longest": _number,
}
"""Values that are said otherwise than the code writes them."""
_COUNTED: Mapping[str, str] = {
    "request.tries": "seconds",
    "plan.from_slot": "slots",
    "plan.from_round": "rounds",
}
"""Sentences with a singular and a plural, and the value that tells which."""
