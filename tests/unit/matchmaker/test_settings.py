"""Settings: one frozen tree; the later source wins; nothing wrong passes in silence."""

import json
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

from matchmaker.errors import SettingsError
from matchmaker.intents import Intent
from matchmaker.settings import (
    CompanyRule,
    Settings,
    load_settings,
    settings_in_force,
)
from matchmaker.store import open_store


@pytest.fixture
def toml(tmp_path):
    """Write a settings file."""

    def write(text):
        path = tmp_path / "matchmaker.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def origins(environment, file=None):
    return {row.name: row.origin for row in settings_in_force(environment, file)}


def shown(environment, file=None):
    return {row.name: row.value for row in settings_in_force(environment, file)}


class TestSources:
    def test_defaults(self):
        settings = load_settings({})
        assert settings == Settings()
        assert set(origins({}).values()) == {"default"}

    def test_a_file_wins_over_defaults_and_a_variable_over_both(self, toml):
        path = toml("seed = 3\n[api]\nport = 9000\npage_size = 5\n")
        environment = {"MATCHMAKER_API__PORT": "9001", "PATH": "/bin"}
        settings = load_settings(environment, path)
        assert (settings.seed, settings.api.port, settings.api.page_size) == (3, 9001, 5)
        found = origins(environment, path)
        assert found["seed"] == found["api.page_size"] == str(path)
        assert found["api.port"] == "MATCHMAKER_API__PORT"
        assert found["api.host"] == "default"
        assert load_settings({"MATCHMAKER_SEED": "6"}, path).seed == 6

    def test_a_variable_can_name_the_file(self, toml):
        path = toml("seed = 4")
        assert load_settings({"MATCHMAKER_CONFIG": str(path)}).seed == 4

    def test_the_file_of_the_command_wins_over_that_of_the_variable(self, toml, tmp_path):
        other = tmp_path / "other.toml"
        other.write_text("seed = 5")
        assert load_settings({"MATCHMAKER_CONFIG": str(toml("seed = 4"))}, other).seed == 5

    def test_a_list_is_written_with_commas_or_as_json(self):
        for text in ("77,91,45", '["77", "91", "45"]'):
            environment = {"MATCHMAKER_TERRITORY__DEPARTMENTS": text}
            assert load_settings(environment).territory.departments == ("77", "91", "45")

    def test_an_empty_list(self):
        environment = {"MATCHMAKER_ELIGIBILITY__RULES": ""}
        assert load_settings(environment).eligibility.rules == ()

    def test_numbers_in_a_list(self):
        environment = {"MATCHMAKER_ELIGIBILITY__CATCHMENT_KM": "1,2,3.5"}
        assert load_settings(environment).eligibility.catchment_km == (1, 2, 3.5)

    @pytest.mark.parametrize("name", [row.name for row in settings_in_force({})])
    def test_every_setting_can_be_set_by_a_variable(self, name):
        """Its default, written as people write it, is accepted and its origin reported."""
        variable = "MATCHMAKER_" + name.replace(".", "__").upper()
        value = shown({})[name]
        if value == "null":  # nothing by default: any limit, or any text, will do
            value = (
                "0.5"
                if name.startswith("quality.")
                else "https://example.org/a-text-that-is-long-enough/{z}/{x}/{y}"
            )
        assert origins({variable: value})[name] == variable
        if shown({})[name] != "null":
            assert load_settings({variable: value}) == Settings()


class TestRefusals:
    @pytest.mark.parametrize(
        ("environment", "words"),
        [
            ({"MATCHMAKER_PORT": "1"}, ["MATCHMAKER_PORT", "no setting 'port'"]),
            ({"MATCHMAKER_API__COLOUR": "1"}, ["MATCHMAKER_API__COLOUR", "'api.colour'"]),
            ({"MATCHMAKER_API": "{}"}, ["MATCHMAKER_API", "no setting 'api'"]),
            ({"MATCHMAKER_SEED": "-1"}, ["MATCHMAKER_SEED", "seed", "greater than or equal to 0"]),
            ({"MATCHMAKER_SEED": "seven"}, ["MATCHMAKER_SEED", "valid integer"]),
            ({"MATCHMAKER_MODEL__SEARCH": "quick"}, ["model.search", "exact"]),
            ({"MATCHMAKER_ELIGIBILITY__RULES": "closed,old"}, ["MATCHMAKER_ELIGIBILITY__RULES"]),
            ({"MATCHMAKER_ELIGIBILITY__CATCHMENT_KM": "1,2"}, ["eligibility.catchment_km"]),
            ({"MATCHMAKER_IMPORTS__MAX_REJECT_RATE": "1.5"}, ["less than or equal to 1"]),
            ({"MATCHMAKER_CONFIG": "/nowhere/at/all.toml"}, ["/nowhere/at/all.toml", "Check"]),
        ],
    )
    def test_a_variable_that_cannot_be_used(self, environment, words):
        """One line that names the variable and the setting."""
        with pytest.raises(SettingsError) as caught:
            load_settings(environment)
        for word in words:
            assert word in str(caught.value)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("text", ['["77"', "[77, 91", '["77",]', "[}"])
    def test_a_list_that_is_no_json(self, text):
        """A slip of the pen gets a sentence, not a traceback."""
        with pytest.raises(SettingsError, match="MATCHMAKER_TERRITORY__DEPARTMENTS"):
            load_settings({"MATCHMAKER_TERRITORY__DEPARTMENTS": text})

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("sead = 3", ["no setting 'sead'"]),
            ("[modell]\ndimensions = 3", ["'modell.dimensions'"]),
            ("[model]\ndimension = 3", ["'model.dimension'"]),
            ("model = 3", ["no setting 'model'"]),
            ("[model]\ndimensions = 1", ["model.dimensions", "greater than or equal to 2"]),
            ("seed = ", ["not valid TOML"]),
            ("[api\nport = 1", ["not valid TOML"]),
        ],
    )
    def test_a_file_that_cannot_be_used(self, toml, text, words):
        """One line that names the file."""
        path = toml(text)
        with pytest.raises(SettingsError) as caught:
            load_settings({}, path)
        for word in (str(path), *words):
            assert word in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_file_in_another_encoding(self, tmp_path):
        path = tmp_path / "latin.toml"
        path.write_bytes('home = "été"'.encode("latin-1"))
        with pytest.raises(SettingsError, match="not valid TOML"):
            load_settings({}, path)

    def test_variables_of_others_are_not_looked_at(self):
        assert load_settings({"MATCHMAKERS_SEED": "x", "SEED": "x"}) == Settings()


class TestSecrets:
    @pytest.mark.parametrize("name", ["access.secret", "oidc.client_secret", "mail.password"])
    def test_a_secret_is_never_shown(self, name):
        variable = "MATCHMAKER_" + name.replace(".", "__").upper()
        secret = "nobody-reads-this-but-the-service"
        environment = {variable: secret}
        assert secret not in repr(settings_in_force(environment))
        assert secret not in repr(load_settings(environment))
        assert shown(environment)[name] == "**********"

    def test_a_short_secret_is_refused_without_being_repeated(self):
        with pytest.raises(SettingsError, match="at least 32 characters") as refused:
            load_settings({"MATCHMAKER_ACCESS__SECRET": "short-secret"})
        assert "short-secret" not in str(refused.value)

    @pytest.mark.parametrize(
        ("url", "public"),
        [
            ("postgresql://ada:s3cret@db/m", "postgresql://ada:***@db/m"),
            ("postgresql://ada:s3cret%40x@db:5432/m", "postgresql://ada:***@db:5432/m"),
            ("postgresql://ada@db/m", "postgresql://ada@db/m"),
            ("sqlite:///var/m.sqlite", "sqlite:///var/m.sqlite"),
        ],
    )
    def test_passwords_are_masked_and_nothing_else(self, url, public):
        environment = {"MATCHMAKER_DATABASE_URL": url}
        assert shown(environment)["database_url"] == public
        assert load_settings(environment).database_url == url

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://ada@db/m?password=s3cret",
            "postgresql:///m?host=db&user=ada&password=s3cret",
            "postgresql://ada:s3cret@[db/m",
        ],
    )
    def test_a_password_anywhere_in_the_address_is_masked(self, url):
        """The driver takes it from the query as well, and a wrong address may hold one too."""
        assert "s3cret" not in shown({"MATCHMAKER_DATABASE_URL": url})["database_url"]


class TestTree:
    def test_nothing_can_be_changed(self):
        settings = Settings()
        with pytest.raises(ValidationError):
            settings.seed = 8
        with pytest.raises(ValidationError):
            settings.model.dimensions = 8
        with pytest.raises(ValidationError):
            Settings(colour="red")

    def test_no_branch_can_be_changed_inside(self):
        """A list would let one caller change the settings of another."""

        def leaves(branch):
            for value in dict(branch).values():
                if isinstance(value, BaseModel):
                    yield from leaves(value)
                else:
                    yield value

        assert not [leaf for leaf in leaves(Settings()) if isinstance(leaf, (list, dict, set))]

    def test_two_homes_never_touch(self, tmp_path):
        one, two = (Settings(home=tmp_path / name) for name in ("one", "two"))
        assert one.store_url == f"sqlite:///{tmp_path}/one/matchmaker.sqlite"
        assert one.store_url != two.store_url
        assert one.snapshots_folder != two.snapshots_folder
        assert Settings(database_url="postgresql:///m").store_url == "postgresql:///m"

    def test_names_that_settings_may_take_exist(self):
        eligibility = Settings().eligibility
        assert set(eligibility.rules) <= set(get_args(CompanyRule))
        assert set(eligibility.same_trade_anywhere) <= set(Intent)

    def test_what_is_shown_can_be_read_again(self):
        """Lists as JSON, texts as they are."""
        values = shown({"MATCHMAKER_TERRITORY__DEPARTMENTS": "77"})
        assert json.loads(values["territory.departments"]) == ["77"]
        assert values["api.host"] == "127.0.0.1"
        assert values["database_url"] == "null"


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MATCHMAKER_TERRITORY__DEPARTMENTS", ""),
        ("MATCHMAKER_TERRITORY__DEPARTMENTS", "99"),
        ("MATCHMAKER_TERRITORY__DEPARTMENTS", "all"),
        ("MATCHMAKER_ELIGIBILITY__CATCHMENT_KM", "-1,20,30"),
        ("MATCHMAKER_ELIGIBILITY__CATCHMENT_KM", "nan,20,30"),
        ("MATCHMAKER_API__SNAPSHOT_CHECK_SECONDS", "inf"),
        ("MATCHMAKER_HOME", ""),
    ],
)
def test_values_that_make_no_sense_are_refused(variable, text):
    with pytest.raises(SettingsError, match=variable):
        load_settings({variable: text})


TILES = "https://tuiles.example"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tuiles.example/{z}/{x}/{y}.png", "does not begin with http:// or https://"),
        ("ftp://tuiles.example/{z}/{x}/{y}.png", "does not begin with http:// or https://"),
        ("https:///{z}/{x}/{y}.png", "name of a host"),
        ("https://{s}.tuiles.example/{z}/{x}/{y}.png", "name of a host"),
        ("https://zoe:secret@tuiles.example/{z}/{x}/{y}.png", "name of a host"),
        ("https://a; script-src b/{z}/{x}/{y}.png", "name of a host"),
        (f"{TILES}:99999/{{z}}/{{x}}/{{y}}.png", "[Pp]ort"),
        (f"{TILES}/", r"lacks \{z\}, \{x\}, \{y\}"),
        (f"{TILES}/{{z}}/{{x}}.png", r"lacks \{y\}"),
        (f"{TILES}/{{z}}/{{x}}/{{y}}.png?cle={{key}}", r"holds \{key\}"),
        ("", "does not begin"),
    ],
)
def test_a_wrong_address_of_tiles_is_told_with_what_is_wrong(address, said):
    with pytest.raises(SettingsError, match=f"MATCHMAKER_PAGES__TILES.*pages.tiles.*{said}"):
        load_settings({"MATCHMAKER_PAGES__TILES": address})


@pytest.mark.parametrize(
    "address",
    [
        f"{TILES}/{{z}}/{{x}}/{{y}}.png",
        "http://127.0.0.1:8099/{z}/{x}/{y}",
        # The order and the names of the French state's server.
        f"{TILES}/wmts?LAYER=PLAN&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}",
    ],
)
def test_addresses_of_tiles_name_their_numbers_in_any_order(address):
    assert load_settings({"MATCHMAKER_PAGES__TILES": address}).pages.tiles == address


@pytest.mark.parametrize("name", ["zz?x=1", "zp%20y#a", "maison d'été"])
def test_every_home_has_a_database_of_its_own(tmp_path, name):
    """Whatever characters its name has."""
    home = tmp_path / name
    open_store(load_settings({"MATCHMAKER_HOME": str(home)}).store_url).close()
    assert (home / "matchmaker.sqlite").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("branch", "leaf", "value"),
    [
        ("retention", "audit_days", 1_000_000),
        ("introductions", "answer_days", 10_000_000),
        ("introductions", "outcome_days", (30, 10**12)),
        ("mail", "link_days", 10_000_000),
        ("access", "key_days", 10**10),
    ],
)
def test_spans_end_where_dates_do(branch, leaf, value):
    """For ever, said as a million days, would stop the night at a date that does not exist."""
    with pytest.raises(ValueError, match="less than or equal to 36525"):
        Settings.model_validate({branch: {leaf: value}})
