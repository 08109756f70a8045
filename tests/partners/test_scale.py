"""Time drawn to scale: pieces in per cent of the whole."""

from datetime import date
from itertools import pairwise

from partners.scale import draw


def spans(*years):
    return [(date(first, 1, 1), date(last, 1, 1), look) for first, last, look in years]


def pieces(scale):
    return [(bar.look, round(bar.x), round(bar.width), bar.row) for bar in scale.bars]


def test_a_gap_is_as_wide_as_it_is_long():
    scale = draw(spans((2010, 2014, "was"), (2018, 2020, "now")), date(2019, 1, 1))
    assert pieces(scale) == [("was", 0, 40, 0), ("gap", 40, 40, 0), ("now", 80, 20, 0)]
    assert round(scale.now) == 90
    assert [(year.words, year.anchor) for year in scale.years] == [
        ("2010", "start"), ("2014", "middle"), ("2018", "middle"), ("2020", "end"),
    ]  # fmt: skip


def test_what_overlaps_has_a_row_of_its_own_and_what_is_free_again_goes_up():
    scale = draw(spans((2010, 2020, "now"), (2012, 2014, "now"), (2015, 2020, "next")), date(2013, 1, 1))
    assert pieces(scale) == [("now", 0, 100, 0), ("now", 20, 20, 1), ("next", 50, 50, 1)]
    assert scale.height > draw(spans((2010, 2020, "now")), date(2013, 1, 1)).height


def test_neighbours_leave_no_gap_and_the_sun_stands_only_within_the_time_drawn():
    days = [(date(2018, 4, 1), date(2021, 3, 31), "was"), (date(2021, 4, 1), date(2024, 3, 31), "was")]
    scale = draw(days, date(2025, 1, 1))
    assert [bar.look for bar in scale.bars] == ["was", "was"]
    assert scale.now is None


def test_years_that_would_crowd_are_left_out_and_no_word_leaves_the_picture():
    scale = draw(spans(*((year, year + 1, "was") for year in range(2000, 2030))), date(2030, 1, 1))
    places = [year.x for year in scale.years]
    assert len(places) < 10
    assert all(later - earlier >= 12 for earlier, later in pairwise(places))
    assert max(places) == 100


def test_one_day_and_nothing_at_all_can_be_drawn():
    assert draw([], date(2020, 1, 1)).bars == []
    assert pieces(draw([(date(2020, 1, 1), date(2020, 1, 1), "now")], date(2020, 1, 1))) == [("now", 0, 0, 0)]
