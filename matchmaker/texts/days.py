"""Days as people write them."""

from __future__ import annotations

from datetime import date

from matchmaker.texts import Language, say


def long_day(day: date, language: Language) -> str:
    """Write a day out: `jeudi 1er octobre 2026`."""
    weekdays = say(language, "event.export.date.weekdays").split()
    months = say(language, "event.export.date.months").split()
    key = "first" if day.day == 1 else "day"
    return say(
        language,
        f"event.export.date.{key}",
        weekday=weekdays[day.weekday()],
        day=day.day,
        month=months[day.month - 1],
        year=day.year,
    )
