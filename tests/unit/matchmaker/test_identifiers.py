"""Ids that are drawn."""

from random import Random

import pytest

from matchmaker.errors import ProblemError
from matchmaker.identifiers import new_id


class TestIds:
    def test_are_short_and_fit_for_an_address(self):
        drawn = [new_id(Random(seed)) for seed in range(500)]
        assert len(set(drawn)) == 500
        assert {len(text) for text in drawn} == {8}
        assert set("".join(drawn)) <= set("23456789abcdefghjkmnpqrstuvwxyz")

    def test_one_source_gives_one_id(self):
        assert new_id(Random(7)) == new_id(Random(7))

    def test_those_in_use_are_not_given_again(self):
        first = new_id(Random(7))
        assert new_id(Random(7), {first}) != first

    def test_a_source_that_repeats_itself_is_refused(self):
        class Stuck(Random):
            def choice(self, letters):
                return letters[0]

        with pytest.raises(ProblemError, match="no free id was drawn in 100 tries"):
            new_id(Stuck(), {"22222222"})
