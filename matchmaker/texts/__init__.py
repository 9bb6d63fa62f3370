"""The one catalogue of what people read: a folder per language, a file per room, the same keys.

What people see is written in `fr/`, and beside it in `en/`; a test watches over the keys.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Language = Literal["fr", "en"]
NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All texts of a language by dotted key.

    Raises
    ------
    ValueError
        If there is no such language, or two files of it have the same key.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    texts: dict[str, str] = {}
    rooms = sorted((files("matchmaker.texts") / language).iterdir(), key=lambda each: each.name)
    for room in rooms:
        if not room.name.endswith(".toml"):
            continue
        for key, text in _flattened(tomllib.loads(room.read_text(encoding="utf-8")), ""):
            if key in texts:
                raise ValueError(f"texts of {language}: {key} is in {room.name} and elsewhere")
            texts[key] = text
    return {k: unbroken(t) for k, t in texts.items()} if language == "fr" else texts


def _flattened(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            rows += _flattened(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", value))
    return rows


def unbroken(text: str) -> str:
    """Put no-break spaces where French typography wants them.

    Before `; : ? ! »` and `%`, after `«`, between thousands, and before a unit.
    """
    text = re.sub(r" (?=[;:?!»%])|(?<=«) ", NO_BREAK_SPACE, text)
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NARROW_NO_BREAK_SPACE, text)
    return re.sub(r"(?<=[\d}]) (?=km\b)", NO_BREAK_SPACE, text)


def say(language: Language, key: str, /, **values: object) -> str:
    """Look a text up and fill in its values.

    Raises
    ------
    KeyError
        If the catalogue has no such key.
    """
    return catalogue(language)[key].format(**values)


def say_number(language: Language, key: str, count: int, /, **values: object) -> str:
    """Look up the singular (`key.one`) or plural (`key.other`) of a text.

    In French zero takes the singular, in English the plural.
    """
    one = count < 2 if language == "fr" else count == 1
    return say(language, f"{key}.{'one' if one else 'other'}", count=count, **values)
