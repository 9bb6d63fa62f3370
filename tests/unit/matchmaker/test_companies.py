"""Identifiers pass or fail their check digits as INSEE says; staff bands have their order."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matchmaker.companies import (
    LA_POSTE_SIREN,
    SIZE_BANDS,
    Company,
    is_siren,
    is_siret,
    legal_category_label,
    luhn_sum,
    siret_problem,
    size_rank,
    smallest_staff,
)
from matchmaker.errors import UnknownCodeError

digits = st.text("0123456789")


def with_check_digit(body: str) -> str:
    """Append the digit that makes the sum a multiple of ten, found by trying all ten."""
    return next(body + d for d in "0123456789" if plain_luhn(body + d) % 10 == 0)


def plain_luhn(number: str) -> int:
    """Luhn as it is taught: double every second digit from the right and add up all digits."""
    total = 0
    for place, digit in enumerate(number[::-1], start=1):
        total += sum(map(int, str(int(digit) * 2))) if place % 2 == 0 else int(digit)
    return total


sirens = st.text("0123456789", min_size=8, max_size=8).map(with_check_digit)


class TestLuhn:
    @pytest.mark.parametrize(
        ("number", "total"),
        [("0", 0), ("5", 5), ("50", 1), ("59", 10), ("732829320", 40), ("79927398713", 70)],
    )
    def test_hand_values(self, number, total):
        assert luhn_sum(number) == total

    @given(digits)
    def test_equals_the_sum_as_it_is_taught(self, number):
        assert luhn_sum(number) == plain_luhn(number)


class TestSiren:
    @pytest.mark.parametrize("siren", ["732829320", "356000000", "552100554", "000000000"])
    def test_right_ones(self, siren):
        assert is_siren(siren)

    @pytest.mark.parametrize(
        "text", ["732829321", "73282932", "7328293200", "", "73282932a", " 732829320", "٧٣٢٨٢٩٣٢٠"]
    )
    def test_wrong_ones(self, text):
        assert not is_siren(text)

    @given(sirens, st.integers(0, 8), st.sampled_from("0123456789"))
    def test_one_changed_digit_is_noticed(self, siren, place, digit):
        """Catching such a slip is what the check digit is for."""
        assume(siren[place] != digit)
        assert is_siren(siren)
        assert not is_siren(siren[:place] + digit + siren[place + 1 :])

    @given(sirens, st.integers(0, 7))
    def test_two_neighbours_that_changed_places_are_noticed(self, siren, place):
        """All but 0 and 9, which Luhn cannot tell apart."""
        a, b = siren[place], siren[place + 1]
        assume(a != b and {a, b} != {"0", "9"})
        assert not is_siren(siren[:place] + b + a + siren[place + 2 :])


class TestSiret:
    @pytest.mark.parametrize(
        "siret",
        [
            "73282932000074",  # INSEE's example
            "35600000000048",  # head office of La Poste: the general rule
            "35600000049837",  # a post office: the digits sum to 45
            "35600000009075",  # another: 30
        ],
    )
    def test_right_ones(self, siret):
        assert is_siret(siret)
        assert siret_problem(siret) is None

    @pytest.mark.parametrize(
        ("siret", "problem"),
        [
            ("", "is empty"),
            ("7328293200007", "13 digits"),
            ("732829320000744", "15 digits"),
            ("7328293200007A", "not digits"),
            ("732 829 320 00074", "not digits"),
            ("73282932000075", "fails its check digits"),
            ("35600000049838", "fails its check digits"),
        ],
    )
    def test_wrong_ones_are_told_what_is_wrong(self, siret, problem):
        assert not is_siret(siret)
        assert problem in siret_problem(siret)

    @given(st.text(max_size=16))
    def test_a_problem_is_told_if_and_only_if_there_is_one(self, text):
        assert is_siret(text) == (siret_problem(text) is None)

    @given(st.integers(0, 99_999))
    def test_post_offices_have_their_own_rule(self, nic):
        """A multiple of five, or the general rule; no other firm has the choice."""
        siret = f"{LA_POSTE_SIREN}{nic:05d}"
        fives = sum(map(int, siret)) % 5 == 0
        assert is_siret(siret) == (fives or plain_luhn(siret) % 10 == 0)

    @given(sirens, st.text("0123456789", min_size=4, max_size=4))
    def test_no_other_firm_has_that_rule(self, siren, nic):
        assume(siren != LA_POSTE_SIREN)
        siret = with_check_digit(siren + nic)
        assert is_siret(siret)
        other = siret[:-1] + str((int(siret[-1]) + 5) % 10)
        assert not is_siret(other)

    def test_the_legal_unit_is_in_the_siret(self):
        one = Company("73282932000074", "Danone", "77", "77288", "Melun")
        assert one.siren == "732829320"


class TestSizeBands:
    def test_order_and_smallest_staff(self):
        """Ranks follow the number of employees, from none to ten thousand."""
        assert [size_rank(band) for band in SIZE_BANDS] == list(range(16))
        staff = [smallest_staff(band) for band in SIZE_BANDS]
        assert staff == sorted(staff)
        assert (smallest_staff("NN"), smallest_staff("11"), smallest_staff("53")) == (0, 10, 10_000)

    def test_unknown_bands(self):
        assert size_rank(None) is None
        with pytest.raises(UnknownCodeError, match="'99'"):
            size_rank("99")


def test_a_legal_category_is_said_in_words_and_an_unknown_one_as_its_code():
    """INSEE, categories juridiques: 5599 is the joint-stock company with a board."""
    label = "SA à conseil d'administration (s.a.i.) (5599)"
    assert legal_category_label("5599") == label
    assert legal_category_label("9876") == "9876"
