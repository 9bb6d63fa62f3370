"""From a template to a page: texts of the catalogue, addresses, numbers and dates."""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from random import SystemRandom
from urllib.parse import quote, urlencode

import jinja2
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from api.pages.navigation import entries
from api.security import csrf_token, masked
from api.stylesheet import comes_in, stylesheet
from matchmaker.accounts.principals import Principal
from matchmaker.errors import SnapshotError
from matchmaker.identifiers import new_id
from matchmaker.introductions.refusals import PARIS
from matchmaker.texts import LANGUAGES, Language, catalogue, say, say_number
from models.published import Published

FOLDER = Path(str(files("api")))
STATIC = FOLDER / "static"
DEFAULT_LANGUAGE: Language = "fr"
COMPRESSION = 6
"""Level of gzip: higher ones take longer than they save."""
NARROW_SPACE = "\u202f"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the reading direction of what stands behind them."""
_BEFORE_MARK = re.compile(r" (?=[;:!?%»])|(?<=«) ")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Leave out what would turn the text of others that stands behind a text."""
    if isinstance(value, str) and _TURNING.search(value):
        return type(value)(_TURNING.sub("", value))
    return value


@cache
def _digest(name: str) -> str:
    """Tell a changed file from the one that a browser keeps."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _has_asset(name: str) -> bool:
    """Whether a file is there: front-end libraries are missing where set-up found no npm."""
    return (STATIC / name).is_file()


def language_of(request: Request) -> Language:
    """Language that the address asks for, without complaint about an unknown one."""
    wanted = request.query_params.get("lang")
    return next((each for each in LANGUAGES if each == wanted), DEFAULT_LANGUAGE)


def address(request: Request, path: str, language: Language, **query: object) -> str:
    """Write the address of one of our pages; parameters without a value are left out."""
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    if language != DEFAULT_LANGUAGE:
        kept["lang"] = language
    whole = request.scope.get("root_path", "") + path
    return f"{whole}?{urlencode(kept)}" if kept else whole


def typeset(language: Language, text: str) -> str:
    """Tie French punctuation to its word, so that no line begins or ends with a lone mark."""
    return _BEFORE_MARK.sub(NARROW_SPACE, text) if language == "fr" else text


def _say(language: Language, key: str, **values: object) -> str:
    return typeset(language, say(language, key, **values))


def counted(language: Language, key: str, count: int) -> str:
    """Say a number of things, its thousands set apart as the language does."""
    text = say_number(language, key, count)
    return text.replace(",", NARROW_SPACE) if language == "fr" else text


def day(language: Language, text: str | None) -> str | None:
    """Write an ISO date, or the day that a moment has in Paris, for people."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    shown = moment.date() if moment.tzinfo is None else moment.astimezone(PARIS).date()
    return shown.strftime("%d/%m/%Y") if language == "fr" else shown.isoformat()


def render(
    request: Request,
    template: str,
    language: Language,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Render a page.

    Parameters
    ----------
    template
        File of the templates folder.
    values
        What the template shows; every text is escaped.
    """
    page = _environment().get_template(template)
    published = _published_or_none(request)
    caller: Principal | None = getattr(request.state, "caller", None)
    other: Language = "en" if language == "fr" else "fr"
    html = page.render(
        language=language,
        say=partial(_say, language),
        typeset=partial(typeset, language),
        counted=partial(counted, language),
        day=partial(day, language),
        address=partial(address, request, language=language),
        asset=lambda name: address(request, f"/static/{name}", DEFAULT_LANGUAGE, v=_digest(name)),
        has_asset=_has_asset,
        style=stylesheet() if comes_in(request) else None,
        navigation=entries(caller, _path(request)),
        tiles=request.app.state.service.settings.pages.tiles,
        tiles_credit=request.app.state.service.settings.pages.tiles_credit,
        just_done=_done(request, language),
        other_language=_same_page(request, other),
        published=published,
        caller=caller,
        csrf=_token(request, caller),
        fresh_id=partial(new_id, SystemRandom()),
        **values,
    )
    return _sent(request, html, status, dict(headers or {}))


def _token(request: Request, caller: Principal | None) -> str:
    """Token of the session for the forms of one page."""
    if caller is None:
        return ""
    token = csrf_token(request.app.state.service.signer, caller)
    return masked(token, secrets.token_bytes(len(token) // 2))


def _sent(request: Request, html: str, status: int, headers: dict[str, str]) -> HTMLResponse:
    """Compress a page for browsers that take it so: five times less to wait for on a phone."""
    body, headers["Vary"] = html.encode(), "Accept-Encoding, Sec-Fetch-Site"
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, COMPRESSION, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return HTMLResponse(body, status, headers=headers)


def _published_or_none(request: Request) -> Published | None:
    """Find the snapshot that the banner and the foot of a page speak of."""
    try:
        published: Published = request.app.state.service.snapshots.current()
    except SnapshotError:
        return None
    return published


def _path(request: Request) -> str:
    path: str = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return path


def _done(request: Request, language: Language) -> str:
    """Say what was done, as the address of the page after a form names it (`fait=<key>`)."""
    key = f"done.{request.query_params.get('fait', '')}"
    return _say(language, key) if key in catalogue(language) else ""


def _same_page(request: Request, language: Language) -> str:
    if request.method != "GET":
        return address(request, "/", language)
    query = {
        name: value for name, value in request.query_params.items() if name not in ("lang", "fait")
    }
    path = _path(request)
    # One slash only: a second one would make a browser read the path as another site.
    return address(request, "/" + quote(path.lstrip("/")), language, **query)
