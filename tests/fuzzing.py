"""Requests that nobody thought of: drawn from the description of the service, and worse ones."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WAITS = re.compile(r'"urn:matchmaker:problem:planner-busy"')
"""The one answer of the 500s that a healthy service may give."""
SIRET = re.compile(r"[0-9]{14}")
NESTED: Any = []
for _ in range(200):
    NESTED = [NESTED]
ODD = [
    None, True, 0, -1, 2**31, 2**63, 1e308, 0.1, "", " ", "\x00", "a\x00b", "é" * 5_000,
    "a\r\nBcc: x@example.org", "<script>alert(1)</script>", "=1+1", "' OR 1=1 --", "../../etc",
    "https://example.org/", "2027-13-45", "NaN", "9" * 14, "00001005800014", [], {}, [None], NESTED,
    {"a": {"$ref": "#"}}, "\u202eabc", "\ufeff",
]  # fmt: skip
"""What a field may hold that should not.

Half a character is not among them: it stops the checker, and has tests of its own."""


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: their name, cookies and headers."""

    name: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def described(document: dict[str, Any]) -> BaseSchema:
    """Read the description; proofs of identity are ours to add."""
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    return schemathesis.openapi.from_dict(document, config=config)


def operations_of(schema: BaseSchema) -> list[APIOperation]:
    """List the operations: those that remove come last, so that there is something to find."""
    found = [result.ok() for result in schema.get_all_operations()]
    order = ("get", "post", "put", "patch", "delete")
    return sorted(found, key=lambda each: (order.index(each.method.lower()), each.path))


def example_of(document: dict[str, Any], operation: APIOperation) -> object:
    """Body that the description gives as an example; nothing where there is none."""
    described = document["paths"][operation.path][operation.method.lower()]
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    schema = document["components"]["schemas"].get(reference, {})
    return content.get("example", schema.get("examples", [None])[0])


def cases_of(operation: APIOperation, mode: GenerationMode) -> st.SearchStrategy[Case]:
    """Draw requests that fit the description, or that do not."""
    return operation.as_strategy(generation_mode=mode)


def places_in(tree: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document, the document itself last."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from places_in(value, (*path, key))
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for place, value in enumerate(tree):
            yield from places_in(value, (*path, place))
    yield path


def with_odd(document: object, path: tuple[Any, ...], odd: object) -> object:
    """Copy a document with one place of it replaced."""
    if not path:
        return odd
    tree: Any = copy.deepcopy(document)
    inner = tree
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = odd
    return tree


def with_sirets(document: object, sirets: Sequence[str]) -> object:
    """Copy a document with other firms in it, in turn."""
    if isinstance(document, str):
        return sirets[len(document) % len(sirets)] if SIRET.fullmatch(document) else document
    if isinstance(document, Mapping):
        return {
            key: with_sirets(value, sirets[place:] + sirets[:place])
            for place, (key, value) in enumerate(document.items())
        }
    if isinstance(document, list):
        return [with_sirets(value, sirets) for value in document]
    return document


@st.composite
def bodies(draw: st.DrawFn, example: object, sirets: Sequence[str]) -> object:
    """Draw the example with firms that exist, as it is or with one odd value."""
    shuffled = draw(st.permutations(list(sirets)))
    document = with_sirets(example, shuffled)
    if draw(st.booleans()):
        return document
    place = draw(st.sampled_from(list(places_in(document))))
    return with_odd(document, place, draw(st.sampled_from(ODD)))


def is_refused(status: int, text: str) -> bool:
    """Whether somebody unknown is refused: a body that is no JSON is, before anything is asked."""
    return status in (400, 401) or (status == 422 and "JSON at character" in text)


def sent(case: Case, caller: Caller, address: str, *, refused: bool) -> tuple[int, str | None]:
    """Send a request; give the status of the answer, and say what is wrong with it.

    Parameters
    ----------
    refused
        Whether nobody without a proof of identity may be let in.
    """
    with requests.Session() as session:
        session.trust_env = False
        answer = case.call(
            base_url=address,
            session=session,
            headers=dict(caller.headers),
            cookies=dict(caller.cookies),
        )
    status, text = answer.status_code, answer.content.decode("utf-8", "replace")[:400]
    wrong = None
    if status >= 500 and not WAITS.search(text):
        wrong = "failed"
    elif refused and not caller.cookies and not caller.headers and not is_refused(status, text):
        wrong = "let in"
    else:
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            wrong = "; ".join(str(each) for each in failures.exceptions)
    told = (
        f"{wrong}: {case.method} {case.path} by {caller.name}: {status} {text} {case.body!r:.500}"
    )
    return status, told if wrong else None
