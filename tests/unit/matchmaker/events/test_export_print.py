"""Paper, read back letter by letter: what is printed, and that it stays inside its box."""

import re
from dataclasses import replace
from datetime import date

import pytest
from export_samples import DETAILS, FICTIONAL, FORMULA, PLAN, PROBLEM, pdf_pages, timetable
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import ProblemError
from matchmaker.events.conventions.plan import Plan, PlannedMeeting
from matchmaker.events.conventions.problem import Meeting, Participant, Problem
from matchmaker.events.exports.badges import badges, unprintable_names
from matchmaker.events.exports.paper import Box, fitted, line_height, pdf_bytes, write
from matchmaker.events.exports.print import personal_plans, table_plans
from matchmaker.events.exports.round_tables import round_table_timetable
from matchmaker.events.round_tables.plan import Plan as Evening
from matchmaker.events.round_tables.plan import Round, Table
from matchmaker.events.round_tables.problem import Participant as Guest
from matchmaker.events.round_tables.problem import Problem as Tables
from matchmaker.texts.days import long_day

LONG = "Marie-Anne-Charlotte de Bourbon-Parme de Saint-Rémy-lès-Chevreuse d'Aubigné"
ALPHABETS = "ÀÂÇÉÈÊËÎÏÔŒÙÛÜŸæœß Łódź Čeština Þórr İı Ơờ Ωρίων Ἀθῆναι Дмитрий Ґанок Ђорђе ẞ €’«»–…"


def texts(page):
    return [piece.text for piece in page]


def rows(page):
    """Texts by line, from left to right; small letters stand a little higher than large ones."""
    lines = []
    for piece in sorted(page, key=lambda p: p.y):
        if not lines or piece.y - lines[-1][0].y > 1:
            lines.append([])
        lines[-1].append(piece)
    return [[p.text for p in sorted(line, key=lambda p: p.x)] for line in lines]


def named(*names, company=None):
    people = tuple(Participant(id=k, name=n, company=company) for k, n in enumerate(names))
    problem = PROBLEM.model_copy(update={"participants": people, "meetings": ()})
    return timetable(plan=Plan(status="optimal", seconds=0), problem=problem)


class TestText:
    def lines_of(self, text, width, size, least, most_lines):
        found = []

        def draw(pdf):
            pdf.add_page()
            found.append(fitted(pdf, text, width, size, least, most_lines))
            write(pdf, found[0], Box(10, 10, width))

        [page] = pdf_pages(pdf_bytes(DETAILS, "Essai", draw, "fr"))
        return found[0], page

    @given(
        st.lists(st.text("aiWÉ -Ωд", min_size=1, max_size=120), min_size=1, max_size=8),
        st.sampled_from([30, 80]),
        st.integers(1, 3),
    )
    @settings(max_examples=10, deadline=None)
    def test_a_text_stays_inside_its_box(self, wanted, width, most_lines):
        """By the widths in the file itself; nothing is lost but what an ellipsis stands for."""
        wanted, found = [" ".join(text.split()) or "x" for text in wanted], []

        def draw(pdf):
            for text in wanted:
                pdf.add_page()
                found.append(fitted(pdf, text, width, 14, 9, most_lines))
                write(pdf, found[-1], Box(10, 10, width))

        pages = pdf_pages(pdf_bytes(DETAILS, "Essai", draw, "fr"))
        for text, lines, page in zip(wanted, found, pages, strict=True):
            assert 1 <= len(page) <= most_lines
            assert 9 <= lines.size <= 14
            assert all(piece.width <= width + 0.05 for piece in page)
            printed, whole = "".join(texts(page)).replace(" ", ""), text.replace(" ", "")
            cut = printed.endswith("…") and lines.size == 9 and len(page) == most_lines
            assert printed == whole or (cut and whole.startswith(printed[:-1]))

    @pytest.mark.parametrize(
        ("text", "lines", "size"),
        [
            ("Évry", ["Évry"], 14),
            ("Atelier de mécanique", ["Atelier de", "mécanique"], 14),
            ("Anticonstitutionnel", ["Anticonstitutionnel"], 9.5),
        ],
    )
    def test_letters_are_as_large_as_they_can_be(self, text, lines, size):
        found, page = self.lines_of(text, 30, 14, 6, 2)
        assert (texts(page), found.size) == (lines, size)

    def test_a_word_that_is_too_long_is_broken_rather_than_lost(self):
        _, page = self.lines_of("x" * 60, 30, 14, 9, 9)
        assert len(page) > 1
        assert "".join(texts(page)) == "x" * 60

    def test_lines_are_below_each_other(self):
        _, page = self.lines_of("un deux trois", 12, 14, 14, 3)
        assert texts(page) == ["un", "deux", "trois"]
        steps = [b.y - a.y for a, b in zip(page, page[1:], strict=False)]
        assert steps == pytest.approx([line_height(14)] * 2, abs=0.02)

    def test_every_european_alphabet_prints(self):
        view = named(*ALPHABETS.split())
        printed = {text for page in pdf_pages(badges(view)) for text in texts(page)}
        assert set(ALPHABETS.split()) <= printed
        assert unprintable_names(view) == []

    def test_names_in_other_letters_are_told(self):
        view = named("Zoé", "王 Wang", "شركة")
        assert unprintable_names(view) == ["王 Wang", "شركة"]
        [page] = pdf_pages(badges(view))
        assert "Zoé" in texts(page)


class TestBadges:
    def test_eight_on_a_page(self):
        pages = pdf_pages(badges(named(*(f"Nom {k}" for k in range(17)))))
        assert [sum(text.startswith("Nom ") for text in texts(page)) for page in pages] == [8, 8, 1]

    def test_what_is_on_a_badge(self):
        [page] = pdf_pages(badges(timetable(FICTIONAL)))
        first = [p.text for p in page if p.x < 105 and p.y < 38.5 + 55]
        assert first == [
            "Rencontres & affaires",
            "Élodie Lefèvre",
            "Ateliers d'Évry",
            "n° 1 – département 91",
            "FICTIF",
        ]
        assert texts(page).count("FICTIF") == 5
        [real] = pdf_pages(badges(timetable()))
        assert "FICTIF" not in texts(real)

    @pytest.mark.parametrize("name", ["Zoé", LONG, "W" * 200, "Zoé " * 60], ids=len)
    def test_names_stay_on_their_badge(self, name):
        [page] = pdf_pages(badges(named(*[name] * 8, company=f"Société {name}")))
        for piece in page:
            column, row = piece.x >= 105, int((piece.y - 38.5) // 55)
            assert 0 <= row < 4
            assert piece.x >= 15 + 90 * column + 4.9
            assert piece.x + piece.width <= 15 + 90 * (column + 1) - 4.9
        # The company ends above the line with the number.
        for row in range(4):
            inside = [p for p in page if p.x < 105 and (p.y - 38.5) // 55 == row]
            *others, number = sorted(inside, key=lambda p: p.y)
            assert number.text.startswith("n°")
            assert max(p.y for p in others) < number.y - line_height(number.size)

    def test_a_long_name_is_whole(self):
        [page] = pdf_pages(badges(named(LONG)))
        assert " ".join(texts(page)[1:3]) == LONG


class TestPersonalPlans:
    def test_the_plan_of_one_participant(self):
        [page] = pdf_pages(personal_plans(timetable(FICTIONAL), only=[1]))
        assert rows(page) == [
            ["[Fictif] Rencontres & affaires"],
            ["Le Millénaire, Savigny"],
            ["Élodie Lefèvre"],
            ["Ateliers d'Évry – Métallurgie"],
            ["Horaire", "Table", "Rencontre", "Son entreprise"],
            ["samedi 24 octobre 2026"],
            ["09:00 – 09:30", "1", FORMULA, "+33 SARL"],
            ["Vous cherchez du découpage laser ; il en propose."],
            ["09:30 – 10:00", "pause"],
            ["dimanche 25 octobre 2026"],
            ["09:00 – 09:30", "1", "Дмитрий Щербаков"],
            ["09:30 – 10:00", "libre"],
            [
                "CCI Essonne – version 1, du 01/09/2026",
                "Exemple fictif\u00a0: ces entreprises sont inventées.",
            ],
        ]

    def test_an_event_of_one_day_has_its_day_at_the_top(self):
        details = replace(DETAILS, slot_times=DETAILS.slot_times[:2])
        problem = PROBLEM.model_copy(update={"slots": 2})
        plan = Plan(status="optimal", seconds=0)
        [page] = pdf_pages(personal_plans(timetable(details, plan, problem), only=["d"]))
        assert "Le Millénaire, Savigny – samedi 24 octobre 2026" in texts(page)
        assert "samedi 24 octobre 2026" not in texts(page)

    def test_a_page_for_everybody_in_order(self):
        pages = pdf_pages(personal_plans(timetable()))
        tops = [max(page, key=lambda p: p.size).text for page in pages]
        assert tops == ["Élodie Lefèvre", FORMULA, "Дмитрий Щербаков", "Orion Papadopoulos", "d"]
        assert not [text for page in pages for text in texts(page) if "ictif" in text]

    def test_whom_nobody_knows(self):
        with pytest.raises(ProblemError, match="participant 'z' is not in the plan"):
            personal_plans(timetable(), only=["z"])

    def test_a_long_day_goes_on_to_further_pages(self):
        """Every slot once, above the foot, with the head of the table again on each page."""
        n = 120
        start = DETAILS.slot_times[0][0]
        step = (DETAILS.slot_times[0][1] - start) / 5
        times = tuple((start + k * step, start + (k + 1) * step) for k in range(n))
        problem = Problem(
            slots=n,
            tables=1,
            participants=(Participant(id=1, name=LONG), Participant(id=2, name=LONG)),
            meetings=(Meeting(id="m", a=1, b=2),),
        )
        plan = Plan(
            status="optimal", meetings=(PlannedMeeting(id="m", slot=60, table=1),), seconds=0
        )
        view = timetable(replace(DETAILS, slot_times=times), plan, problem)
        pages = pdf_pages(personal_plans(view, only=[1]))
        assert len(pages) > 2
        assert all("Horaire" in texts(page) for page in pages)
        assert [any("(suite)" in text for text in texts(page)) for page in pages] == [
            False,
            *[True] * (len(pages) - 1),
        ]
        slots = [p for page in pages for p in page if re.match(r"\d\d:\d\d – ", p.text)]
        expected = [f"{a:%H:%M} – {b:%H:%M}" for a, b in times]
        assert [p.text for p in slots] == expected
        assert max(p.y for p in slots) < 279


class TestTablePlans:
    def test_a_page_for_each_table(self):
        first, second = pdf_pages(table_plans(timetable()))
        assert rows(first)[2:-1] == [
            ["Table 1"],
            ["Horaire", "Participant", "Avec"],
            ["samedi 24 octobre 2026"],
            ["09:00 – 09:30", "Élodie Lefèvre (Ateliers d'Évry)", FORMULA],
            ["(+33 SARL)"],
            ["dimanche 25 octobre 2026"],
            ["09:00 – 09:30", "Élodie Lefèvre (Ateliers d'Évry)", "Дмитрий Щербаков"],
        ]
        assert "Table 2" in texts(second)

    def test_no_table_is_used(self):
        [page] = pdf_pages(table_plans(timetable(plan=Plan(status="optimal", seconds=0))))
        assert texts(page) == ["CCI Essonne – version 1, du 01/09/2026"]


def test_round_tables_name_everybody_at_the_table():
    guests = tuple(Guest(id=f"p{k}", department="77", company=f"Société {k}") for k in range(6))
    problem = Tables(rounds=1, participants=guests)
    table = Table(table=3, participants=tuple(guest.id for guest in guests))
    plan = Evening(status="optimal", rounds=(Round(round=1, tables=(table,)),), seconds=0)
    details = replace(DETAILS, slot_times=DETAILS.slot_times[:1])
    view = round_table_timetable(problem, plan, details, {})
    [page] = pdf_pages(personal_plans(view, only=["p2"]))
    others = " ".join(p.text for p in page if p.x > 55 and p.text.startswith(("p", "(", "Soc")))
    assert others == ", ".join(f"p{k} (Société {k})" for k in (0, 1, 3, 4, 5))
    [poster] = pdf_pages(table_plans(view))
    assert {"Table 3", "Participants"} <= set(texts(poster))


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 10, 1), "jeudi 1er octobre 2026", "Thursday 1 October 2026"),
        (date(2027, 2, 28), "dimanche 28 février 2027", "Sunday 28 February 2027"),
    ],
    ids=["first", "other"],
)
def test_days_are_written_out(day, french, english):
    assert (long_day(day, "fr"), long_day(day, "en")) == (french, english)


def test_every_month_and_weekday_has_its_word():
    days = [date(2026, 1 + k % 12, 1 + k) for k in range(28)]
    for language in ("fr", "en"):
        weekdays = {long_day(day, language).split()[0] for day in days}
        months = {long_day(day, language).split()[2] for day in days}
        assert (len(weekdays), len(months)) == (7, 12)


@pytest.mark.parametrize("write_pdf", [badges, personal_plans, table_plans])
def test_same_input_same_bytes(write_pdf):
    assert write_pdf(timetable(plan=PLAN)) == write_pdf(timetable(plan=PLAN))
    assert b"(D:20260901083000Z)" in write_pdf(timetable())
