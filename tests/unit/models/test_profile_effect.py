"""What an edit of a profile changes: compared with an oracle that ranks both by hand."""

from __future__ import annotations

from builders import company

from matchmaker.intents import Intent, Role
from matchmaker.suggestions import Band, Suggestion
from models.profile_effect import Effect, Place


def suggestion(number: int) -> Suggestion:
    return Suggestion(
        rank=1,
        intent=Intent.SUPPLY,
        role=Role.SUPPLIER,
        band=Band.GOOD,
        score=1.0,
        partner=company(number, "91"),
        reasons_for_company=(),
        reasons_for_partner=(),
    )


def test_places_are_told_apart_by_where_they_were():
    places = (
        Place(suggestion(1), rank=1, before=3),
        Place(suggestion(2), rank=2, before=None),
        Place(suggestion(3), rank=3, before=3),
        Place(suggestion(4), rank=4, before=1),
    )
    effect = Effect(places, leaving=(suggestion(5),), takes_part=True)
    assert effect.entering == places[1:2]
    assert effect.rising == places[:1]
    assert effect.staying == 2
