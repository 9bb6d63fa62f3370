"""Forms of pages as a browser would send them: the fields of one form, filled in as it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form of a page.

    Parameters
    ----------
    action, method
        Where it is sent, and how.
    fields
        Values by name, as they stand; boxes that are not ticked are missing.
    """

    action: str
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)

    def set(self, **values: str | list[str]) -> PageForm:
        """Put values in place of those that are shown."""
        for name, value in values.items():
            self.fields[name] = value if isinstance(value, list) else [value]
        return self


def without_tokens(html: str) -> str:
    """Take the session token out of a page, since it is masked anew each time it is written."""
    return re.sub(r'name="csrf" value="[0-9a-f]*"', 'name="csrf"', html)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and "name" in given:
            self._input(given)
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select:
            chosen = "selected" in given or self._select not in self._form.fields
            if chosen:
                self._form.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._area, self._text = given["name"], ""

    def _input(self, given: dict[str, str]) -> None:
        assert self._form is not None
        kind = given.get("type", "text")
        if kind == "file" or (kind in ("checkbox", "radio") and "checked" not in given):
            return
        self._form.fields.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._form is not None and self._area is not None:
            self._form.fields[self._area] = [self._text.removeprefix("\n")]
            self._area = None


def page_form(html: str, ending: str) -> PageForm:
    """Find the first form of a page that changes something at an address that ends so."""
    reader = _Reader()
    reader.feed(html)
    found = [
        form
        for form in reader.forms
        if form.method == "post" and form.action.partition("?")[0].endswith(ending)
    ]
    assert found, f"no form leads to {ending}: {[form.action for form in reader.forms]}"
    return found[0]
