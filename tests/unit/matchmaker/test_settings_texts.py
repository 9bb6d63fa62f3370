"""Every setting is said to people, and no setting that is secret can be shown."""

from types import UnionType
from typing import Union, get_args, get_origin

import pytest
from pydantic import SecretStr

from matchmaker.settings import DEFAULT, Settings, listed, origins_of
from matchmaker.settings.branches import Branch
from matchmaker.texts import LANGUAGES, catalogue

NAMES = [setting.name for setting in listed(Settings(), {})]
SECRET_WORDS = ("secret", "password", "token", "passphrase", "private")
NO_SECRETS = {"access.password_length"}
"""Settings that only speak of one."""


def key_of(name):
    return f"settings.{name if '.' in name else f'general.{name}'}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_and_no_other_has_its_text(language):
    texts = {key for key in catalogue(language) if key.startswith("settings.")}
    titles = {key for key in texts if key.endswith(".title")}
    assert texts - titles == {key_of(name) for name in NAMES}
    assert titles == {f"settings.{key_of(name).split('.')[1]}.title" for name in NAMES}


def kinds(tree, prefix=""):
    for name, field in tree.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Branch):
            yield from kinds(kind, f"{prefix}{name}.")
        else:
            several = get_origin(kind) in (Union, UnionType)
            yield f"{prefix}{name}", get_args(kind) if several else (kind,)


def test_whatever_is_called_a_secret_is_one():
    found = {
        name: any(SecretStr in (part, *get_args(part)) for part in parts)
        for name, parts in kinds(Settings)
        if any(word in name for word in SECRET_WORDS) and name not in NO_SECRETS
    }
    assert found
    assert [name for name, is_secret in found.items() if not is_secret] == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:c4nary@db/m",
        "postgresql://db/m?user=ada&password=c4nary",
        "postgresql://db/m?sslmode=require&sslpassword=c4nary",
        "postgresql://db/m?pass%77ord=c4nary",
        "postgresql://db/m?passfile=c4nary#x",
    ],
)
@pytest.mark.parametrize("name", ["database_url", "parallel.scheduler"])
def test_no_password_of_an_address_is_listed(name, address):
    settings = Settings.model_validate(
        {"database_url": address}
        if name == "database_url"
        else {"parallel": {"scheduler": address}}
    )
    assert "c4nary" not in repr(listed(settings, {}))


def test_what_helps_to_read_an_address_stays():
    settings = Settings(database_url="postgresql://ada@db/m?sslmode=require&connect_timeout=5")
    [shown] = [each.value for each in listed(settings, {}) if each.name == "database_url"]
    assert shown == settings.database_url


def test_origins_name_variable_or_file(tmp_path):
    file = tmp_path / "m.toml"
    file.write_text("seed = 8\n[api]\nport = 1\n")
    environment = {"MATCHMAKER_CONFIG": str(file), "MATCHMAKER_API__PORT": "2"}
    origins = origins_of(environment)
    assert origins == {"seed": str(file), "api.port": "MATCHMAKER_API__PORT"}
    assert {each.origin for each in listed(Settings(), origins) if each.name == "home"} == {DEFAULT}
