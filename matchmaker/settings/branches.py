"""What the branches of the settings have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from matchmaker.errors import UnknownCodeError
from matchmaker.territory import parse_departments


class Branch(BaseModel):
    """A part of the tree: frozen, and it takes no name that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _known_department(code: str) -> str:
    try:
        known = parse_departments(code) == (code,)
    except UnknownCodeError as error:
        raise ValueError(str(error)) from error
    if not known:
        raise ValueError(f"{code!r} is no code of one department")
    return code


DepartmentCode = Annotated[str, AfterValidator(_known_department)]

MailAddress = Annotated[
    str, Field(pattern=r"^[^\s@:,;<>\"]+@[^\s@:,;<>\"]+\.[^\s@:,;<>\"]+$", max_length=254)
]
