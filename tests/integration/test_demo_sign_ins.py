"""The three sign-ins of the demo: they open the demo home, and keep every other home shut."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from servers import copied, serving

from api.app import create_app
from matchmaker.accounts.home import make_demo_home
from matchmaker.accounts.passwords import Passwords
from matchmaker.accounts.roles import Role
from matchmaker.settings import AccessSettings
from matchmaker.store import open_store
from pipelines.demo.sign_ins import open_demo_accounts

AT = datetime(2026, 11, 26, tzinfo=UTC)
DEMO_SECRET = "the secret of one demo home, drawn once"


def with_demo_accounts(demo_home, folder, passwords):
    """Copy the home, make it a demo home, and open its accounts."""
    settings = copied(demo_home, folder, access=AccessSettings())
    make_demo_home(settings.home, DEMO_SECRET)
    store = open_store(settings.store_url)
    with store.unit() as unit:
        siret = unit.companies.frame().filter(active=True)["siret"][0]
        drawn = (f"{word}-{number}" for number in count() for word in passwords)
        sign_ins = open_demo_accounts(
            unit, Passwords(), siret=siret, at=AT, draw=lambda: next(drawn)
        )
    store.close()
    return settings, siret, sign_ins


@pytest.fixture(scope="module")
def demo(demo_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo-sign-ins") / "home"
    return with_demo_accounts(demo_home, folder, ["first-words-of-a-demo"])


def serve(home, **environment):
    """Try to serve a home as a person would, on a free port; it must end by itself."""
    known = {name: text for name, text in os.environ.items() if not name.startswith("MATCHMAKER_")}
    return subprocess.run(
        [Path(sys.executable).with_name("matchmaker"), "serve", "--port", "0"],
        env={**known, "MATCHMAKER_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_there_is_one_of_each_role_and_each_opens_the_demo_home(demo):
    settings, siret, sign_ins = demo
    assert [each.role for each in sign_ins] == [
        Role.ENTREPRENEUR,
        Role.ADVISER,
        Role.ADMINISTRATOR,
    ]
    with serving(create_app(settings)) as client:
        for each in sign_ins:
            answer = client.post(
                "/v1/session", json={"email": each.email, "password": each.password}
            )
            assert answer.status_code == 200, answer.text
            assert client.get("/v1/session").json()["account"]["role"] == each.role.value
            client.cookies.clear()
        wrong = {"email": sign_ins[0].email, "password": "demo"}
        assert client.post("/v1/session", json=wrong).status_code == 401


def test_a_second_demo_draws_new_passwords_and_the_old_ones_are_dead(demo_home, tmp_path):
    settings, siret, before = with_demo_accounts(demo_home, tmp_path / "home", ["old-words"])
    store = open_store(settings.store_url)
    with store.unit() as unit:
        after = open_demo_accounts(
            unit, Passwords(), siret=siret, at=AT, draw=lambda: "new-words-of-a-demo"
        )
        assert len(unit.accounts.demo()) == 3
        account = unit.accounts.by_email(after[0].email)
        assert Passwords().verify(account.password_hash, "new-words-of-a-demo")
        assert not Passwords().verify(account.password_hash, before[0].password)
    store.close()


def test_the_service_refuses_to_start_with_them_in_another_home(demo, tmp_path):
    settings, _, sign_ins = demo
    home = tmp_path / "real"
    shutil.copytree(settings.home, home)
    (home / "demo-secret").unlink()
    ended = serve(home, MATCHMAKER_ACCESS__SECRET="x" * 40)
    assert ended.returncode == 2
    assert "has demo accounts (demo-administrator, demo-adviser, demo-entrepreneur)" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert sign_ins[0].password not in ended.stderr


def test_the_service_refuses_to_start_with_them_beside_real_firms(demo, tmp_path):
    settings, siret, _ = demo
    home = tmp_path / "mixed"
    shutil.copytree(settings.home, home)
    real = settings.model_copy(update={"home": home})
    store = open_store(real.store_url)
    with store.unit() as unit:
        company = unit.companies.get(siret)
        unit.companies.upsert([replace(company, fictional=False)])
    store.close()
    ended = serve(home)
    assert ended.returncode == 2
    assert "holds firms that are not fictional" in ended.stderr


def test_the_service_refuses_to_start_without_a_secret(demo_home, tmp_path):
    home = tmp_path / "no-secret"
    shutil.copytree(demo_home.home, home)
    ended = serve(home)
    assert ended.returncode == 2
    assert ended.stderr.strip() == (
        "setting access.secret: is missing. Draw one with `matchmaker accounts new-secret`, and "
        "give it to every process as MATCHMAKER_ACCESS__SECRET."
    )


def test_a_short_secret_is_refused_without_being_shown(demo_home, tmp_path):
    ended = serve(demo_home.home, MATCHMAKER_ACCESS__SECRET="too-short-a-secret")
    assert ended.returncode == 2
    assert "32 characters" in ended.stderr
    assert "too-short" not in ended.stderr
