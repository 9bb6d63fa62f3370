"""Introductions: propose one, follow it, answer it, say what came of it, read the contact.

A caller sees those of their own firms, of their chamber, or all; of any other one they learn no
more than of an id that does not exist.
"""

from __future__ import annotations

from random import SystemRandom
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.access import IntroductionsCaller, require_reach
from api.deps import LanguageQuery, Service, ServiceDep
from api.errors import BadValueError
from api.event_access import MatchedVersion, read_version
from api.introduction_documents import (
    contact_document,
    history_documents,
    introduction_document,
    introduction_documents,
    tagged,
)
from api.introduction_schemas import (
    IntroductionAnswer,
    IntroductionContact,
    IntroductionHistory,
    IntroductionMove,
    IntroductionPage,
    NewIntroduction,
    NewOutcome,
)
from api.openapi import introduction_problems
from api.routes.documents import json_answer
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Reach, Right
from matchmaker.companies import siret_problem
from matchmaker.errors import SnapshotError
from matchmaker.identifiers import new_id
from matchmaker.introductions.life import MADE, State
from matchmaker.introductions.moves import move, propose
from matchmaker.introductions.parties import SIDE_OF, require_party, siret_of
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.introductions.refusals import RequestRefusal, StateRefusal
from matchmaker.introductions.results import record_outcome
from matchmaker.privacy.contacts import contact_for
from matchmaker.store import Unit
from matchmaker.suggestions import Place
from models.places import place_in_lists

router = APIRouter(prefix="/v1/introductions", tags=["introductions"])

IntroductionId = Annotated[
    str,
    Path(
        description="Id of the introduction.",
        examples=["k7m2p9qa"],
        pattern=r"^[0-9A-Za-z_-]{1,40}$",
    ),
]
SideQuery = Annotated[
    str | None, Query(description="SIRET of the side you read or speak for, where it may be both.")
]


@router.get("", response_model=IntroductionPage, responses=introduction_problems(422, 503))
async def list_introductions(
    service: ServiceDep,
    caller: IntroductionsCaller,
    siret: Annotated[str | None, Query(description="Only those with this side.")] = None,
    state: Annotated[list[State] | None, Query(description="Only these.")] = None,
    page: Annotated[int, Query(ge=1, le=1_000_000, description="Page, from 1.")] = 1,
    page_size: Annotated[int, Query(ge=1, le=200, description="Of them on a page.")] = 50,
    lang: LanguageQuery = "fr",
) -> Response:
    """List the introductions that the caller has to do with, the earliest first."""
    wanted = None if siret is None else _checked_siret(siret)
    reach = caller.reach(Right.INTRODUCTIONS)
    department = caller.chamber if reach is Reach.CHAMBER else None
    asked = caller.companies if reach is Reach.OWN else None

    def work(unit: Unit) -> dict[str, object]:
        scope = (wanted, department, state)
        total = unit.introductions.count(*scope, asked=asked)
        found = unit.introductions.list(
            *scope, asked=asked, limit=page_size, offset=(page - 1) * page_size
        )
        items = introduction_documents(unit, caller, found, lang)
        return {"items": items, "total": total, "page": page, "page_size": page_size}

    return json_answer(await service.read(work))


@router.post(
    "",
    status_code=201,
    response_model=IntroductionAnswer,
    responses=introduction_problems(400, 404, 409, 413, 422, 503),
)
async def propose_introduction(
    body: NewIntroduction,
    service: ServiceDep,
    caller: IntroductionsCaller,
    lang: LanguageQuery = "fr",
) -> Response:
    """Propose that two firms meet; the other side is asked at once where nobody has to check it."""
    drawn = new_id(SystemRandom())

    def work(unit: Unit) -> tuple[Introduction, dict[str, Any]]:
        require_reach(unit, caller, Right.INTRODUCTIONS, body.company)
        proposal = Proposal(
            body.company,
            body.partner,
            body.intent,
            body.role,
            body.message,
            _place(service, body),
        )
        made = propose(
            unit, service.settings, service.post, caller, proposal, at=service.now(), drawn=drawn
        )
        return made, introduction_document(unit, caller, made, body.company, lang)

    answer = tagged(*await service.write(work))
    answer.status_code = 201
    answer.headers["Location"] = f"/v1/introductions/{drawn}"
    return answer


def _place(service: Service, body: NewIntroduction) -> Place | None:
    try:
        published = service.snapshots.current()
    except SnapshotError:
        return None  # an introduction needs no suggestion
    return place_in_lists(published, body.company, body.partner, body.intent)


@router.get(
    "/{introduction_id}",
    response_model=IntroductionAnswer,
    responses=introduction_problems(404, 422, 503),
)
async def read_introduction(
    introduction_id: IntroductionId,
    service: ServiceDep,
    caller: IntroductionsCaller,
    siret: SideQuery = None,
    lang: LanguageQuery = "fr",
) -> Response:
    """Read an introduction; the `ETag` of the answer is its version."""

    def work(unit: Unit) -> tuple[Introduction, dict[str, Any]]:
        found = unit.introductions.get(introduction_id)
        return found, introduction_document(unit, caller, found, siret, lang)

    return tagged(*await service.read(work))


@router.get(
    "/{introduction_id}/history",
    response_model=IntroductionHistory,
    responses=introduction_problems(404, 422, 503),
)
async def read_introduction_history(
    introduction_id: IntroductionId,
    service: ServiceDep,
    caller: IntroductionsCaller,
    siret: SideQuery = None,
) -> Response:
    """Read who did what, and when; people of the other firm have no name here."""

    def work(unit: Unit) -> dict[str, object]:
        found = unit.introductions.get(introduction_id)
        return {"items": history_documents(unit, caller, found, siret)}

    return json_answer(await service.read(work))


@router.post(
    "/{introduction_id}/moves",
    response_model=IntroductionAnswer,
    responses=introduction_problems(400, 404, 409, 412, 413, 422, 428, 503),
)
async def move_introduction(
    introduction_id: IntroductionId,
    body: IntroductionMove,
    service: ServiceDep,
    caller: IntroductionsCaller,
    matched: MatchedVersion,
    lang: LanguageQuery = "fr",
) -> Response:
    """Make a move, such as `accept` or `decline`; what follows from it is done at once."""
    version = read_version(matched, body.version)

    def work(unit: Unit) -> tuple[Introduction, dict[str, Any]]:
        moved = move(
            unit,
            service.settings,
            service.post,
            caller,
            introduction_id,
            body.move,
            version=version,
            at=service.now(),
            siret=body.siret,
            reason=body.reason,
            note=body.note,
        )
        return moved, introduction_document(unit, caller, moved, body.siret, lang)

    return tagged(*await service.write(work))


@router.post(
    "/{introduction_id}/outcomes",
    response_model=IntroductionAnswer,
    responses=introduction_problems(400, 404, 409, 412, 413, 422, 503),
)
async def record_introduction_outcome(
    introduction_id: IntroductionId,
    body: NewOutcome,
    service: ServiceDep,
    caller: IntroductionsCaller,
    matched: MatchedVersion,
    lang: LanguageQuery = "fr",
) -> Response:
    """Say what came of it, for one side; a version is not needed, each side has its own answer."""
    given = (matched, body.version)
    version = None if given == (None, None) else read_version(*given)

    def work(unit: Unit) -> tuple[Introduction, dict[str, Any]]:
        recorded = record_outcome(
            unit,
            service.settings,
            service.post,
            caller,
            introduction_id,
            body.result,
            at=service.now(),
            worth=body.worth,
            note=body.note,
            days=body.days,
            siret=body.siret,
            version=version,
        )
        return recorded, introduction_document(unit, caller, recorded, body.siret, lang)

    return tagged(*await service.write(work))


@router.get(
    "/{introduction_id}/contact",
    response_model=IntroductionContact,
    responses=introduction_problems(404, 409, 422, 503),
)
async def read_introduction_contact(
    introduction_id: IntroductionId,
    service: ServiceDep,
    caller: IntroductionsCaller,
    siret: SideQuery = None,
) -> Response:
    """Read the contact of the other side, once both have been introduced; each read is logged."""

    def work(unit: Unit) -> dict[str, object]:
        found = unit.introductions.get(introduction_id)
        other = _other_side(unit, caller, found, siret)
        if found.state not in MADE or found.introduced_at is None:
            raise StateRefusal("contact")
        contact = contact_for(
            unit,
            caller,
            other,
            at=service.now(),
            purpose="introduction",
            introduction_id=found.id,
        )
        return contact_document(unit, caller, other, contact)

    return json_answer(await service.write(work))


def _other_side(unit: Unit, caller: Principal, found: Introduction, siret: str | None) -> str:
    party = require_party(unit, caller, found, siret)
    side = SIDE_OF.get(party)
    if side is not None:
        return found.other_than(siret_of(found, side))
    if siret not in (found.company, found.partner):
        raise RequestRefusal("both_sides")
    return found.other_than(siret)


def _checked_siret(text: str) -> str:
    problem = siret_problem(text)
    if problem is not None:
        raise BadValueError(f"siret: {problem}.")
    return text
