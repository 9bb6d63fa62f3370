"""What pages and files hold that could do something: script, markup, formulas, turned text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import httpx
import openpyxl

SENT = ("src", "href", "action", "formaction", "hx-get", "hx-post", "data", "poster", "xlink:href")
GOOD = re.compile(r"(/|#|\?|mailto:|https://www\.cnil\.fr|https?://127\.0\.0\.1:\d+)")
"""Beginnings of the addresses that our pages lead to."""


@dataclass
class Page(HTMLParser):
    """What a page holds that could do something, and the forms on it."""

    faults: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    forms: list[tuple[str, dict[str, str], list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._script = tag == "script"
        self.faults += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.faults += [f"<{tag} {name}>" for name in given if name in ("style", "srcdoc", "hx-on")]
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.faults.append("a script that is none of ours")
        if tag in ("iframe", "object", "embed", "base", "style"):
            self.faults.append(f"<{tag}>")
        if tag == "img" and not given.get("src", "").startswith("/static/"):
            self.faults.append(f"<img src={given.get('src')}>")
        for name in SENT:
            if given.get(name) and not GOOD.match(given[name]):
                self.faults.append(f"<{tag} {name}={given[name]}>")
        self.texts += given.values()
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append((given.get("action", ""), {}, []))
            self._method = given.get("method", "get")
            if self._method != "post":
                self.forms.pop()
        elif tag in ("input", "textarea", "select", "button") and self.forms and given.get("name"):
            _, kept, typed = self.forms[-1]
            if tag == "textarea" or given.get("type") in ("text", "search", "email", "url"):
                typed.append(given["name"])
            elif given.get("type") not in ("checkbox", "radio") or "checked" in given:
                kept.setdefault(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.faults.append(f"a script in the page: {data[:40]}")
        self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._script = False


def read(answer: httpx.Response) -> Page:
    """Parse a page, and require that nothing came of what people typed."""
    assert answer.status_code < 500, answer.text[:500]
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "'none'" in policy.partition(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = Page()
    if answer.headers.get("content-type", "").startswith("text/html"):
        page.feed(answer.text)
        page.close()
        assert page.faults == [], answer.url
        assert "zq49" not in answer.text
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", answer.text)
    return page


def words_of(page: httpx.Response) -> str:
    """Text of the main part of a page, its blanks made one."""
    text = unescape(re.sub(r"<[^>]+>", " ", page.text[page.text.index("<main") :]))
    return re.sub(r"\s+", " ", text)


def cells_of(answer: httpx.Response) -> tuple[list[object], list[str]]:
    """Texts of a table, and the formulas in it."""
    kind = answer.headers["content-type"]
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        return [cell.value for cell in cells], [c.value for c in cells if c.data_type == "f"]
    if "csv" in kind:
        text = answer.content.decode("utf-8-sig")
        dialect = csv.Sniffer().sniff(text.splitlines()[0], delimiters=";,\t")
        values = [cell for row in csv.reader(io.StringIO(text), dialect) for cell in row]
        return values, [each for each in values if re.match(r"[=+\-@\t\r](?![\d.,]*$)", each)]
    return [], []
