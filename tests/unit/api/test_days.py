"""Days as pages write them."""

import pytest

from api.pages.rendering import day


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("2026-11-26", "26/11/2026"),
        ("2026-11-26T12:00:00+00:00", "26/11/2026"),
        ("2026-07-25T22:30:00Z", "26/07/2026"),
        ("2026-11-25T23:30:00.123456+00:00", "26/11/2026"),
        ("2026-11-26T00:30:00+01:00", "26/11/2026"),
        ("2026-11-26T23:30:00", "26/11/2026"),
        (None, None),
    ],
)
def test_a_moment_after_midnight_in_paris_is_of_the_new_day(text, french):
    """Nights are computed at night: by the clock of Greenwich they were the day before."""
    assert day("fr", text) == french
