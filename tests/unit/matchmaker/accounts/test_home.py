"""The secret of a home, and passwords that everybody knows only in a demo home."""

import stat
from datetime import UTC, date, datetime

import pytest

from matchmaker.accounts.accounts import Account
from matchmaker.accounts.home import check_accounts, is_demo_home, make_demo_home, secret_of
from matchmaker.accounts.roles import Role
from matchmaker.companies import Company
from matchmaker.errors import SettingsError
from matchmaker.settings import AccessSettings, Settings, load_settings
from matchmaker.store import open_store

SECRET = "of the settings, with 32 characters or more"
DEMO_SECRET = "of the demo home, with 32 characters or more"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


def firm(*, fictional: bool) -> Company:
    return Company(
        "73282932000074",
        "Boulangerie",
        "77",
        "77288",
        "Melun",
        source="sirene",
        data_date=date(2026, 1, 1),
        fictional=fictional,
    )


@pytest.fixture
def store(settings):
    opened = open_store(settings.store_url)
    yield opened
    opened.close()


def checked(store, settings) -> None:
    with store.reading() as unit:
        check_accounts(settings, unit)


def filled(store, *, demo: bool, fictional: bool) -> None:
    account = Account("abc", "z@example.org", "", Role.ADMINISTRATOR, NOON, "x", demo=demo)
    with store.unit() as unit:
        unit.accounts.create(account)
        unit.companies.upsert([firm(fictional=fictional)])


def test_without_a_secret_nothing_starts_and_the_sentence_says_how(settings):
    with pytest.raises(SettingsError, match="new-secret.*MATCHMAKER_ACCESS__SECRET"):
        secret_of(settings)


def test_the_setting_counts_before_the_demo_home(settings):
    make_demo_home(settings.home, DEMO_SECRET)
    assert secret_of(settings) == DEMO_SECRET
    own = settings.model_copy(update={"access": AccessSettings(secret=SECRET)})
    assert secret_of(own) == SECRET


def test_a_demo_home_keeps_its_secret_to_its_owner_and_for_good(settings):
    assert not is_demo_home(settings.home)
    make_demo_home(settings.home, DEMO_SECRET)
    make_demo_home(settings.home, "another one, with 32 characters or more")
    assert is_demo_home(settings.home)
    assert secret_of(settings) == DEMO_SECRET
    (file,) = settings.home.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_damaged_secret_is_no_secret(settings):
    make_demo_home(settings.home, "short")
    with pytest.raises(SettingsError, match="demo-secret: holds no secret"):
        secret_of(settings)


def test_a_short_secret_is_refused_without_being_shown():
    with pytest.raises(SettingsError, match="at least 32") as refused:
        load_settings({"MATCHMAKER_ACCESS__SECRET": "too short a one"})
    assert "too short a one" not in str(refused.value)


def test_demo_accounts_are_fine_in_a_demo_home_and_others_anywhere(settings, store):
    filled(store, demo=True, fictional=True)
    with pytest.raises(SettingsError, match=r"demo accounts \(abc\).*accounts delete"):
        checked(store, settings)
    make_demo_home(settings.home, DEMO_SECRET)
    checked(store, settings)


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_home_holds_no_real_firms(settings, store, demo):
    make_demo_home(settings.home, DEMO_SECRET)
    filled(store, demo=demo, fictional=False)
    with pytest.raises(SettingsError, match="not fictional"):
        checked(store, settings)


def test_real_firms_are_served_from_a_home_of_their_own(settings, store):
    filled(store, demo=False, fictional=False)
    checked(store, settings)


def test_a_demo_home_with_a_database_elsewhere_is_none(settings, store):
    make_demo_home(settings.home, DEMO_SECRET)
    filled(store, demo=True, fictional=True)
    elsewhere = settings.model_copy(update={"database_url": settings.store_url})
    with pytest.raises(SettingsError, match="database of its own"):
        checked(store, elsewhere)
