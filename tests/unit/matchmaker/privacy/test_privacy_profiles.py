"""What a firm declared itself, and what a file says of it later."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import company, profile, siret_of

from matchmaker.accounts.principals import system
from matchmaker.companies import Contact
from matchmaker.errors import UnknownCompanyError
from matchmaker.privacy.profiles import changed_fields, declare, kept_from_file
from matchmaker.settings import Settings
from matchmaker.store import open_store
from pipelines.sources.spreadsheets import OWN_WORDS, import_profiles

AT = datetime(2026, 11, 24, tzinfo=UTC)
EARLIER = datetime(2026, 11, 1, tzinfo=UTC)
SIRET = siret_of(1)


def own(**changes: object):
    return profile(SIRET, offers="les siennes", changed_at=EARLIER, changed_by="Zoé", **changes)


def from_file(**changes: object):
    return profile(SIRET, offers="du fichier", source="file:a.csv", **changes)


def test_a_file_writes_over_what_came_from_a_file():
    stored = {SIRET: profile(SIRET, offers="d'un autre fichier")}
    assert list(kept_from_file(stored, [from_file()], at=AT)) == [from_file()]
    assert list(kept_from_file({}, [from_file()], at=AT)) == [from_file()]


def test_a_file_does_not_write_over_what_a_firm_declared():
    for consent in (True, False):
        assert list(kept_from_file({SIRET: own(consent=consent)}, [from_file()], at=AT)) == []


def test_a_file_withdraws_a_consent_and_leaves_the_texts():
    found = list(kept_from_file({SIRET: own()}, [from_file(consent=False)], at=AT))
    assert [(each.consent, each.offers) for each in found] == [(False, "les siennes")]
    assert (found[0].changed_at, found[0].changed_by) == (AT, "file:a.csv")
    again = kept_from_file({SIRET: found[0]}, [from_file(consent=False)], at=AT)
    assert list(again) == []


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (None, profile(SIRET), ["consent"]),
        (None, profile(SIRET, consent=False), []),
        (own(), own(), []),
        (own(), own(contact=Contact("Zoé")), ["contact"]),
        (own(), own(needs="x", consent=False), ["consent", "needs"]),
        (own(), from_file(), ["offers"]),
    ],
)
def test_what_changed_is_named_without_its_content(before, after, changed):
    assert changed_fields(before, after) == changed


def test_an_import_says_what_it_left_as_it_was(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    store = open_store(settings.store_url)
    file = tmp_path / "profils.csv"
    file.write_text(
        f"siret;consentement;offres\n{SIRET};oui;du fichier\n{siret_of(2)};oui;du fichier\n",
        encoding="utf-8",
    )
    with store.unit() as unit:
        unit.companies.upsert([company(1), company(2)])
        declare(unit, profile(SIRET, offers="les siennes"), by=system("tests"), at=EARLIER)
    report = import_profiles(store, file, settings=settings, at=AT)
    assert (report.kept, report.left_out) == (1, {OWN_WORDS: 1})
    with store.unit() as unit:
        assert unit.profiles.get(SIRET).offers == "les siennes"
        assert unit.profiles.get(siret_of(2)).offers == "du fichier"
    store.close()


def test_nobody_declares_a_firm_that_is_not_there(tmp_path: Path):
    store = open_store(Settings(home=tmp_path / "home").store_url)
    with pytest.raises(UnknownCompanyError, match=SIRET), store.unit() as unit:
        declare(unit, profile(SIRET), by=system("tests"), at=AT)
    store.close()
