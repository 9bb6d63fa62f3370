"""What a page's form sent: texts, ticked boxes, one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from api.errors import BadValueError
from api.security import form_of


@dataclass(frozen=True)
class Form:
    """The fields of a form, as they were sent."""

    data: FormData

    def text(self, name: str, default: str = "") -> str:
        """Read a text without the spaces around it; `default` where the field is missing."""
        value = self.data.get(name, default)
        return value.strip() if isinstance(value, str) else default

    def exact(self, name: str) -> str:
        """Read a text as it was typed (a password); empty where the field is missing."""
        value = self.data.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Read every value of a field: ticked boxes, rows of a table."""
        values = (value for value in self.data.getlist(name) if isinstance(value, str))
        return [value.strip() for value in values]

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self.data

    def number(self, name: str, *, low: int, high: int) -> int:
        """Read a whole number.

        Raises
        ------
        BadValueError
            If it is none, or out of range.
        """
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            _refuse(name, text, low, high)
        value = int(text)
        if not low <= value <= high:
            _refuse(name, text, low, high)
        return value

    def version(self) -> int:
        """Read the version that the page was made of, from the field `version`.

        Raises
        ------
        BadValueError
            If it is none.
        """
        return self.number("version", low=1, high=999_999_999)

    async def file(self, name: str) -> tuple[str, bytes] | None:
        """Read a file: its name and its bytes; nothing where none was chosen."""
        value = self.data.get(name)
        if not isinstance(value, UploadFile) or not value.filename:
            return None
        return value.filename, await value.read()


def _refuse(name: str, text: str, low: int, high: int) -> NoReturn:
    raise BadValueError(f"{name} is {text!r}; give a whole number from {low} to {high}.")


async def read_form(request: Request) -> Form:
    """Read the form of a request.

    Raises
    ------
    HTTPException
        With status 400, if the body is no form, or has too many fields or files.
    BadValueError
        If a field holds the character NUL, which no database takes.
    """
    data = await form_of(request)
    for name, value in data.multi_items():
        if isinstance(value, str) and "\0" in value:
            raise BadValueError(f"{name} holds the character NUL; type the text again.")
    return Form(data)
