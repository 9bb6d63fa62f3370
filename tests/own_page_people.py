"""People at the pages of their own firm: a browser without a window, signed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

import httpx
from sign_ins import session_of

from matchmaker.accounts.roles import Role
from matchmaker.mail.letters import LetterKind
from matchmaker.settings import Settings
from matchmaker.store import Store, open_store


@dataclass
class Person:
    """Somebody with a session.

    Parameters
    ----------
    address
        Of the service.
    cookies, headers
        Of the session, and what a change of it needs.
    """

    address: str
    cookies: dict[str, str]
    headers: dict[str, str]

    def get(self, path: str) -> httpx.Response:
        """Open a page; a redirect is not followed."""
        return httpx.get(self.address + path, cookies=self.cookies, timeout=60)

    def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a form; a redirect is not followed."""
        return httpx.post(
            self.address + path,
            data=fields,
            cookies=self.cookies,
            headers=self.headers,
            timeout=60,
        )

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Open the page to which a form has led."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])


def person_of(
    settings: Settings,
    client: httpx.Client,
    role: Role = Role.ENTREPRENEUR,
    companies: Iterable[str] = (),
    chamber: str | None = None,
    name: str = "Zoé Martin",
) -> Person:
    """Sign somebody in."""
    cookies, headers = session_of(settings, role, companies, chamber, name)
    return Person(str(client.base_url).rstrip("/"), cookies, headers)


def words(answer: httpx.Response) -> str:
    """Read what a page says, without its tags, its blanks made plain."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", answer.text)
    text = unescape(re.sub(r"<[^>]+>", " ", body))
    return " ".join(re.sub("[\u00a0\u202f]", " ", text).split())


def value_of(answer: httpx.Response, name: str) -> str:
    """Value of the first input of a page with a name."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', answer.text)
    assert found, f"no input {name}"
    value = re.search(r'value="([^"]*)"', found[0])
    return unescape(value[1]) if value else ""


def firms_of(settings: Settings) -> dict[str, list[str]]:
    """SIRETs of firms with a consenting profile that has texts, by department."""
    store = open_store(settings.store_url)
    try:
        with store.reading() as unit:
            frame = unit.companies.frame().sort("siret")
            sirets = [each for each in frame["siret"].to_list()]
            profiles = unit.profiles.many(sirets)
            shown = unit.companies.servable(sirets)
    finally:
        store.close()
    good = {
        siret
        for siret, each in profiles.items()
        if each.consent and each.needs and each.offers and siret in shown and each.contact.email
    }
    departments = dict(zip(frame["siret"], frame["department"], strict=True))
    return {
        code: [each for each in sirets if each in good and departments[each] == code]
        for code in ("77", "91")
    }


def code_for(store: Store, siret: str) -> str:
    """Read the code in the last letter that was written to claim a firm."""
    with store.reading() as unit:
        lines = [each for each in unit.outbox.list() if each.kind is LetterKind.CLAIM_CODE]
        letters = [unit.outbox.content(each.id) for each in sorted(lines, key=lambda x: x.id)]
    texts = [each.text for each in letters if each is not None and each.siret == siret]
    found = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", texts[-1])
    assert found, texts[-1]
    return found[0]
