"""What people and registers mean by what they write; what is not understood rejects the row."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime

from matchmaker.activities import naf_code
from matchmaker.companies import is_siret
from matchmaker.errors import UnknownCodeError
from matchmaker.spelling import fold, one_line
from matchmaker.tabular.rejects import BadValueError, siret_reason
from matchmaker.tabular.sheets import EXCEL_ERRORS

LONGEST_TEXT = 4000
"""Characters of a cell; a longer text is no answer to a question."""
LONGEST_NAME = 300
"""Characters of a firm's name; the registry gives 120 at most."""

_YES = frozenset({"oui", "yes", "true", "vrai", "1"})
_NO = frozenset({"non", "no", "false", "faux", "0"})
_SCIENTIFIC = re.compile(r"(\d)[.,]?(\d*)[eE]\+?(\d+)")
_FEWEST_DIGITS = 11


def read_siret(column: str, text: str, notes: Counter[str]) -> str:
    """Read a SIRET, mending what spreadsheets do to long numbers where nothing was lost.

    Spaces go. Scientific notation is read if it holds all digits. Lost leading zeros, up to three,
    are put back only if the number passes its check digits with them; a SIREN alone is too short.

    Raises
    ------
    BadValueError
        If it is no right SIRET.
    """
    compact = "".join(text.split()).removesuffix(".0")
    if match := _SCIENTIFIC.fullmatch(compact):
        digits = match[1] + match[2]
        if len(digits) != int(match[3]) + 1:
            raise BadValueError(
                column, text, "SIRET in scientific notation has lost digits; format it as text"
            )
        compact = digits
    padded = compact.zfill(14)
    if _FEWEST_DIGITS <= len(compact) < 14 and is_siret(padded):
        notes["SIRETs with lost leading zeros put back"] += 1
        return padded
    problem = siret_reason(compact)
    if problem:
        raise BadValueError(column, text, problem)
    return compact


def is_not_coded_yet(text: str | None) -> bool:
    """Whether this is what registers write until the activity of a new unit is coded."""
    return text is not None and text.replace(".", "").upper() == "0000Z"


def read_naf(column: str, text: str | None, notes: Counter[str]) -> str | None:
    """Read a code of NAF rev. 2; nothing from nothing, nor from a code that is to come.

    Raises
    ------
    BadValueError
        If there is no such code.
    """
    if text is None:
        return None
    if is_not_coded_yet(text):
        notes["activity not coded yet"] += 1
        return None
    try:
        return naf_code(text)
    except UnknownCodeError:
        raise BadValueError(column, text, "NAF code is not in NAF rev. 2") from None


def read_yes_no(column: str, text: str) -> bool:
    """Read oui/non, yes/no, true/false, vrai/faux, 1/0.

    Raises
    ------
    BadValueError
        If it is none of them; an empty cell is no consent and no refusal.
    """
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValueError(column, text, "is neither yes (oui) nor no (non)")


def read_count(column: str, text: str) -> int | None:
    """Read a whole number from 0 to 999; nothing from an empty cell.

    Raises
    ------
    BadValueError
        If it is anything else.
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise BadValueError(column, text, "is not a whole number from 0 to 999")
    return int(text)


def read_day(column: str, text: str) -> date | None:
    """Read a day written YYYY-MM-DD or DD/MM/YYYY, with or without a time; nothing from nothing.

    Raises
    ------
    BadValueError
        If it is anything else, or no day of the calendar.
    """
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(re.split(r"[T ]", text)[0], form).date()
        except ValueError:
            continue
    raise BadValueError(column, text, "date is not written YYYY-MM-DD or DD/MM/YYYY")


def read_text(column: str, text: str) -> str:
    """Read free text.

    Raises
    ------
    BadValueError
        If it is longer than `LONGEST_TEXT`, or the error of a failed formula.
    """
    if text in EXCEL_ERRORS:
        raise BadValueError(column, text, "cell holds the error of a formula")
    if len(text) > LONGEST_TEXT:
        raise BadValueError(column, text, f"text is longer than {LONGEST_TEXT} characters")
    return text


def read_name(column: str, text: str | None) -> str | None:
    """Read the name of a firm or a place as it may be shown; nothing where nothing can be seen.

    Raises
    ------
    BadValueError
        If it is longer than `LONGEST_NAME`.
    """
    shown = one_line(text or "")
    if len(shown) > LONGEST_NAME:
        raise BadValueError(column, shown, f"name is longer than {LONGEST_NAME} characters")
    return shown or None


def read_list(column: str, text: str) -> tuple[str, ...]:
    """Read texts with semicolons or line ends between, each once.

    Raises
    ------
    BadValueError
        As `read_text`.
    """
    parts = (part.strip() for part in re.split(r"[;\n]", read_text(column, text)))
    return tuple(dict.fromkeys(part for part in parts if part))
