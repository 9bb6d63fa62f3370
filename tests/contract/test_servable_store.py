"""Which companies may be shown: the short answer is the same as the long one, on both stores."""

from __future__ import annotations

from datetime import UTC, datetime

from builders import company, profile, said, siret_of

from matchmaker.companies import Diffusion
from matchmaker.feedback import FeedbackKind

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_sirets_are_those_of_the_companies_that_would_be_read(store):
    firms = [
        company(1),
        company(2, "91"),
        company(3, "91", active=False),
        company(4, "91", diffusion=Diffusion.NONE),
        company(5, "91", diffusion=Diffusion.PARTIAL),
        company(6, "91", diffusion=Diffusion.PARTIAL),
        company(7, "91"),
        company(8, "91"),
        company(9, "91"),
        company(10, "91"),
    ]
    reader, asked = siret_of(1), [each.siret for each in firms]
    with store.unit() as unit:
        unit.companies.upsert(firms)
        unit.profiles.upsert([profile(siret_of(6)), profile(siret_of(7), consent=False)])
        unit.exclusions.opt_out(siret_of(8), at=AT, reason="")
        unit.feedback.note(said(reader, siret_of(9)))
        unit.feedback.note(said(siret_of(10), reader, FeedbackKind.COMPETITOR))
    with store.reading() as unit:
        expected = {1, 2, 6}
        assert unit.companies.servable_sirets(asked, reader=reader) == {
            siret_of(number) for number in expected
        }
        for who in (reader, siret_of(2), None):
            shown = unit.companies.servable_sirets(asked, reader=who)
            assert shown == set(unit.companies.servable(asked, reader=who))
        assert unit.companies.servable_sirets([], reader=reader) == frozenset()
