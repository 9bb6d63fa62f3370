"""Geometry of charts: what is drawn is what was given."""

import pytest

from api.pages.bands import COLUMN, LABEL, WIDTH, band_chart
from api.pages.charts import MARGIN, bar_chart, line_chart


class TestLines:
    def test_the_ends_of_the_scale_are_the_ends_of_the_drawing(self):
        chart = line_chart([("a", 10.0), ("b", 20.0), ("c", 15.0)], width=100, height=60)
        assert [dot.x for dot in chart.dots] == [MARGIN, 50, 100 - MARGIN]
        assert [dot.y for dot in chart.dots] == [60 - MARGIN, MARGIN, 30]
        assert chart.strokes == ("8.0,52.0 50.0,8.0 92.0,30.0",)
        assert (chart.low, chart.high) == (10, 20)
        assert chart.last is not None
        assert (chart.last.label, chart.last.value) == ("c", 15)

    def test_an_unknown_value_breaks_the_line_and_stays_in_the_table(self):
        points = [("a", 1.0), ("b", 2.0), ("c", None), ("d", 2.0), ("e", 1.0)]
        chart = line_chart(points)
        assert len(chart.strokes) == 2
        assert len(chart.dots) == 4
        assert chart.rows == tuple(points)

    def test_a_given_scale_holds_unless_a_value_is_beyond(self):
        chart = line_chart([("a", 0.5)], low=0, high=1, height=100)
        assert chart.dots[0].y == 50
        assert line_chart([("a", 3.0)], low=0, high=1).high == 3

    def test_a_flat_line_runs_through_the_middle(self):
        assert {dot.y for dot in line_chart([("a", 7.0), ("b", 7.0)], height=80).dots} == {40}

    @pytest.mark.parametrize("points", [[], [("a", None)]])
    def test_without_a_known_value_there_is_nothing_to_draw(self, points):
        chart = line_chart(points)
        assert (chart.dots, chart.strokes, chart.last) == ((), (), None)


class TestBars:
    def test_lengths_are_in_proportion(self):
        chart = bar_chart([("a", 4.0), ("b", 2.0), ("c", 0.0)], department=["77", None])
        assert chart.bars[0].width == 2 * chart.bars[1].width > 0
        assert chart.bars[2].width == 0
        assert [bar.department for bar in chart.bars] == ["77", None, None]
        assert chart.rows == (("a", 4.0), ("b", 2.0), ("c", 0.0))

    def test_nothing_but_zeros_and_nothing_at_all(self):
        assert [bar.width for bar in bar_chart([("a", 0.0)]).bars] == [0]
        assert bar_chart([]).bars == ()

    def test_a_negative_value_is_refused(self):
        with pytest.raises(ValueError, match="from zero up"):
            bar_chart([("a", -1.0)])


class TestBands:
    NAMES = {"A": "Agriculture", "C": "Industrie", "F": "Construction"}  # noqa: RUF012

    def test_columns_hold_the_sums_of_what_flows(self):
        chart = band_chart([("C", "C", 6), ("C", "F", 2), ("A", "C", 4)], self.NAMES, self.NAMES)
        assert [(post.label, post.value) for post in chart.left] == [
            ("Industrie", 8),
            ("Agriculture", 4),
        ]
        assert [(post.label, post.value) for post in chart.right] == [
            ("Industrie", 10),
            ("Construction", 2),
        ]
        assert chart.left[0].height == pytest.approx(2 * chart.left[1].height, abs=0.2)
        assert [strip.value for strip in chart.strips] == [6, 4, 2]
        assert all(0 <= post.x <= WIDTH for post in (*chart.left, *chart.right))

    def test_bands_of_one_post_lie_one_below_the_other(self):
        chart = band_chart([("C", "C", 6), ("C", "F", 2)], self.NAMES, self.NAMES)
        starts = [strip.path.partition(" ")[0] for strip in chart.strips]
        x = f"M{LABEL + COLUMN:.1f}"
        assert [start.partition(",")[0] for start in starts] == [x, x]
        first, second = (float(start.partition(",")[2]) for start in starts)
        assert second - first == pytest.approx(chart.right[0].height, abs=0.2)

    def test_nothing_flows(self):
        assert band_chart([], {}, {}).strips == ()
        assert band_chart([("C", "C", 0)], self.NAMES, self.NAMES).left == ()
