"""Bands say how much evidence there is: counted by hand, family by family."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.suggestions import Band
from models.bands import BANDS, TELLING, bands_of
from models.channels.contract import Family
from models.channels.registry import all_channels

CHANNELS = all_channels()
NAMES = [channel.name for channel in CHANNELS]

telling_flags = st.lists(st.booleans(), min_size=len(NAMES), max_size=len(NAMES))


class TestBands:
    @given(telling_flags)
    @settings(max_examples=200, deadline=None)
    def test_more_evidence_never_lowers_the_band(self, flags):
        telling = np.array(flags)
        before = bands_of(telling, CHANNELS)
        for place in np.flatnonzero(~telling):
            more = telling.copy()
            more[place] = True
            assert bands_of(more, CHANNELS) >= before

    @given(telling_flags)
    @settings(max_examples=200, deadline=None)
    def test_bands_as_their_description_says(self, flags):
        """Counted family by family, without arrays."""
        declared, relations = (
            sum(flag for flag, c in zip(flags, CHANNELS, strict=True) if c.family is family)
            for family in (Family.DECLARED, Family.RELATIONS)
        )
        if (declared and relations) or declared >= 2:
            expected = Band.STRONG
        elif declared or relations:
            expected = Band.GOOD
        else:
            expected = Band.POSSIBLE
        assert BANDS[int(bands_of(np.array(flags), CHANNELS))] is expected

    def test_registry_and_context_alone_are_never_more_than_possible(self):
        weak = np.array([c.family in (Family.REGISTRY, Family.CONTEXT) for c in CHANNELS])
        assert weak.any()
        assert BANDS[int(bands_of(weak, CHANNELS))] is Band.POSSIBLE

    def test_only_declared_texts_and_relations_can_be_telling(self):
        """A threshold for another family, or for a misspelt channel, would have no effect."""
        families = {channel.name: channel.family for channel in CHANNELS}
        for name, threshold in TELLING.items():
            assert families[name] in (Family.DECLARED, Family.RELATIONS)
            assert threshold > 0

    def test_shape_is_kept(self):
        assert bands_of(np.zeros((4, 3, len(NAMES)), bool), CHANNELS).shape == (4, 3)
