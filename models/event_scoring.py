"""The published snapshot as the services of events ask it."""

from __future__ import annotations

from functools import partial

from matchmaker.events.services.problems import Scoring
from models.event_scores import event_scores, theme_scores
from models.published import Published


def scoring_of(published: Published) -> Scoring:
    """Scores and themes of one snapshot."""
    return Scoring(partial(event_scores, published), partial(theme_scores, published))
