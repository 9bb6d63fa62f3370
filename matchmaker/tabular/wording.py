"""What readers of files say of bad rows and bad files, in the reader's language.

Reasons are written once, in English, by the code that finds them; files of rejects and the command
line keep them so. Pages look them up here. A reason that is not in the table is said in general
words; a test goes through every reason that spreadsheets of events can meet.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from matchmaker.errors import InputFileError
from matchmaker.texts import Language, say

_REASONS = (
    (r"SIRET is empty", "siret_empty"),
    (r"SIRET has characters that are not digits", "siret_letters"),
    (r"SIRET has (?P<count>\d+) digits, 14 are needed.*", "siret_length"),
    (r"SIRET fails its check digits", "siret_digits"),
    (r"SIRET is not 14 digits with right check digits", "siret_digits"),
    (r"SIRET in scientific notation has lost digits.*", "siret_scientific"),
    (r"is no e-mail address", "email"),
    (r"is neither yes \(oui\) nor no \(non\)", "yes_no"),
    (r"is not a whole number from 0 to 999", "count"),
    (r"cell holds the error of a formula", "formula_error"),
    (r"text is longer than (?P<count>\d+) characters", "too_long"),
    (r"is no slot, session or time of the event", "slot"),
    (r"slot is not in the event, which has (?P<count>\d+)", "slot_count"),
    (r"status is none of .*", "status"),
    (r"id is not 1 to (?P<count>\d+) plain letters.*", "id"),
    (r"name is empty", "name"),
    (r"is no code of a department", "department"),
    (r"number of meetings is below 0", "below_zero"),
    (r"minimum is above the maximum", "minimum_maximum"),
    (r"minimum is above the number of slots that they can use", "minimum_slots"),
    (r"table is not in the event, which has (?P<count>\d+)", "table"),
    (r"first slot belongs to participants who are late.*", "from_slot"),
    (r"company asked not to be contacted or shown.*", "opted_out"),
    (r"who was there can be entered from the moment.*", "not_yet"),
    (r"participant is there twice; the first row counts", "repeated"),
    (r"participant is known under another id; use that one", "other_id"),
    (r"e-mail is that of another row.*", "shared_email"),
    (r"participant is not registered for this event", "unknown_participant"),
    (r"several participants have this name or e-mail.*", "ambiguous"),
    (r"participant wishes to meet themselves", "with_oneself"),
    (r"wish is there twice; the first row counts", "wish_repeated"),
    (r"wish is none of .*", "wish"),
    (r"row does not have as many fields as the header", "fields"),
    (r"row cannot be read: .*", "row"),
)
_FILES = (
    (r"nothing was sent", "none"),
    (r"is empty|has a header and no rows|has no header", "empty"),
    (r"the sheet is empty|the sheet has a header and no rows", "empty_sheet"),
    (r"is an old Excel file \(\.xls\) or is protected by a password", "protected"),
    (r"is a workbook with macros", "macros"),
    (r"is named like a workbook and is none|is a zip and no Excel workbook", "no_workbook"),
    (r"the workbook is damaged .*", "damaged"),
    (r"unpacks to .*", "too_large"),
    (r"has \d+ rows, more than (?P<count>\d+)", "too_many_rows"),
    (r"cells (?P<cells>\S+) are merged", "merged"),
    (r"is not UTF-8 text .*|is UTF-16 text", "encoding"),
    (r"column '(?P<name>.*)' is missing", "missing_column"),
    (r"column '(?P<name>.*)' is there twice", "repeated_column"),
    (r"columns '(?P<name>.*)' and '(?P<other>.*)' mean the same", "same_columns"),
    (r"the line is longer than .*|a quotation mark opened here .*", "quotation"),
)
_UNKNOWN = "other"


def reason_text(reason: str, language: Language) -> str:
    """Say why a row was set apart.

    Parameters
    ----------
    reason
        As in `Reject.reason`.
    """
    key, values = _found(_REASONS, reason)
    return say(language, f"tabular.reason.{key}", **values)


def file_text(error: InputFileError, language: Language) -> str:
    """Say in one sentence what is wrong with a file as a whole, and what to do about it."""
    key, values = _found(_FILES, error.problem)
    name = PurePath(error.path).name
    sentence = say(language, f"tabular.file.{key}", file=name, **values)
    if error.line is None or key in ("empty", "empty_sheet"):
        return sentence
    return say(language, "tabular.file_line", sentence=sentence, line=error.line)


def _found(table: tuple[tuple[str, str], ...], text: str) -> tuple[str, dict[str, str]]:
    for pattern, key in table:
        if match := re.fullmatch(pattern, text, re.DOTALL):
            return key, match.groupdict()
    return _UNKNOWN, {}
