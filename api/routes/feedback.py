"""What companies say of their suggestions; it holds from the next request on, in every worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from fastapi.exceptions import RequestValidationError

from api.access import FeedbackCaller, OverrideCaller, reaches, require_reach
from api.deps import Service, ServiceDep, Siret
from api.feedback_schemas import (
    FeedbackItem,
    FeedbackListAnswer,
    FeedbackRequest,
    OverrideAnswer,
    OverrideRequest,
)
from api.lookup import shown_company
from api.openapi import problems
from api.schemas import ExclusionRequest
from matchmaker.accounts.principals import Principal
from matchmaker.accounts.roles import Right
from matchmaker.errors import NotAllowedError, SnapshotError, UnknownFeedbackError
from matchmaker.explain import display_name
from matchmaker.feedback import Feedback, FeedbackKind, ListName, Override
from matchmaker.feedback_rules import (
    give_feedback,
    lift_competitor_rule,
    restore_competitor_rule,
    take_back,
    take_back_set_aside,
)
from matchmaker.intents import Intent
from matchmaker.store import Unit
from matchmaker.suggestions import Place
from models.places import place_in_lists

router = APIRouter(prefix="/v1/companies", tags=["feedback"])
overrides = APIRouter(prefix="/v1/competitor-overrides", tags=["feedback"])

LARGEST_ID = 2**31 - 1
"""What an integer of PostgreSQL holds."""
FeedbackId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the answer.")]
OptionalReason = Annotated[ExclusionRequest, Body()]
NO_REASON = ExclusionRequest()


async def answer(
    service: Service, caller: Principal, given: Feedback, intent: Intent | None = None
) -> Feedback:
    """Write what a company says of a partner, with the place that it had in the published lists.

    Parameters
    ----------
    intent
        List that it stood in; by default the one where it is best.

    Raises
    ------
    NotAllowedError
        If the caller does not act for the reader.
    UnknownCompanyError
        If one of the two may not be shown.
    """

    def work(unit: Unit) -> Feedback:
        require_reach(unit, caller, Right.FEEDBACK, given.reader)
        for siret in (given.reader, given.partner):
            shown_company(unit, siret)
        return give_feedback(unit, given.placed(_place(service, given, intent)))

    return await service.write(work)


def _place(service: Service, given: Feedback, intent: Intent | None) -> Place | None:
    """Place in the published lists; who answers at an event was not looking at them."""
    if given.shown_in is ListName.EVENT:
        return None
    try:
        published = service.snapshots.current()
    except SnapshotError:
        return None  # an answer counts without a snapshot as well
    return place_in_lists(published, given.reader, given.partner, intent)


async def dismiss(
    service: Service, caller: Principal, reader: str, partner: str, note: str
) -> Feedback:
    """Set a partner aside for one reader.

    Raises
    ------
    NotAllowedError
        If the caller does not act for the reader.
    UnknownCompanyError
        If one of the two may not be shown.
    RequestValidationError
        If both are the same.
    """
    _require_different(reader, partner, ("path", "partner"))
    kind, seen = FeedbackKind.SET_ASIDE, ListName.SUGGESTIONS
    given = Feedback(reader, partner, kind, service.now(), caller.label, note=note, shown_in=seen)
    return await answer(service, caller, given)


async def restore(service: Service, caller: Principal, reader: str, partner: str) -> None:
    """Show a partner again that a reader had set aside, if it had.

    Raises
    ------
    NotAllowedError
        If the caller does not act for the reader.
    """

    def work(unit: Unit) -> None:
        require_reach(unit, caller, Right.FEEDBACK, reader)
        take_back_set_aside(unit, reader, partner, by=caller, at=service.now())

    await service.write(work)


def _require_different(reader: str, partner: str, place: tuple[str, str]) -> None:
    if reader == partner:
        message = "is the company itself; name another one"
        raise RequestValidationError(
            [{"type": "value_error", "loc": place, "msg": message, "input": partner}]
        )


@router.put(
    "/{siret}/dismissals/{partner}", status_code=204, responses=problems(400, 404, 413, 422, 503)
)
async def put_dismissal(
    siret: Siret,
    partner: Siret,
    caller: FeedbackCaller,
    service: ServiceDep,
    body: OptionalReason = NO_REASON,
) -> None:
    """Set a partner aside: the company does not see it any more, from the next request on."""
    await dismiss(service, caller, siret, partner, body.reason)


@router.delete("/{siret}/dismissals/{partner}", status_code=204, responses=problems(422, 503))
async def delete_dismissal(
    siret: Siret, partner: Siret, caller: FeedbackCaller, service: ServiceDep
) -> None:
    """Take back a dismissal; without one nothing happens."""
    await restore(service, caller, siret, partner)


@router.post(
    "/{siret}/feedback",
    status_code=201,
    response_model=FeedbackItem,
    responses=problems(400, 404, 413, 422, 503),
)
async def post_feedback(
    siret: Siret, body: FeedbackRequest, caller: FeedbackCaller, service: ServiceDep
) -> dict[str, Any]:
    """Say of a partner what the company thinks of it.

    `set_aside` takes the partner out of the company's lists; `competitor`, `already_known` and
    `met` take both out of each other's, from the next request on. An answer takes the place of an
    earlier one that it contradicts.
    """
    _require_different(siret, body.partner, ("body", "partner"))
    given = Feedback(
        siret,
        body.partner,
        body.kind,
        service.now(),
        caller.label,
        reason=body.reason,
        note=body.note,
        intent=body.intent,
        shown_in=body.shown_in,
    )
    written = await answer(service, caller, given, body.intent)
    return await service.read(lambda unit: _documents(unit, [written])[0])


@router.get("/{siret}/feedback", response_model=FeedbackListAnswer, responses=problems(422, 503))
async def read_feedback(
    siret: Siret,
    caller: FeedbackCaller,
    service: ServiceDep,
    undone: Annotated[bool, Query(description="With what was taken back.")] = False,
) -> dict[str, Any]:
    """Read what a company has answered, the latest first."""

    def find(unit: Unit) -> dict[str, Any]:
        require_reach(unit, caller, Right.FEEDBACK, siret)
        given = unit.feedback.of_reader(siret)
        return {"items": _documents(unit, [each for each in given if undone or each.stands])}

    return await service.read(find)


@router.delete("/{siret}/feedback/{number}", status_code=204, responses=problems(404, 422, 503))
async def delete_feedback(
    siret: Siret, number: FeedbackId, caller: FeedbackCaller, service: ServiceDep
) -> None:
    """Take an answer back; what it hid is shown again from the next request on."""

    def work(unit: Unit) -> None:
        require_reach(unit, caller, Right.FEEDBACK, siret)
        take_back(unit, siret, number, by=caller, at=service.now())

    await service.write(work)


def _documents(unit: Unit, answers: list[Feedback]) -> list[dict[str, Any]]:
    """Turn answers into plain values; of partners only the name that may be shown today."""
    shown = unit.companies.servable([each.partner for each in answers])
    return [
        {
            "id": each.id,
            "partner": each.partner,
            "partner_name": display_name(shown[each.partner], "fr")
            if each.partner in shown
            else None,
            "kind": each.kind,
            "reason": each.reason,
            "note": each.note,
            "intent": each.intent,
            "list": each.shown_in,
            "rank": each.rank,
            "snapshot": each.snapshot,
            "at": each.at,
            "by": each.actor,
            "undone_at": each.undone_at,
        }
        for each in answers
    ]


def _require_one_of(unit: Unit, caller: Principal, a: str, b: str) -> None:
    if not any(reaches(unit, caller, Right.OVERRIDE, siret) for siret in (a, b)):
        raise NotAllowedError(
            f"your right override reaches neither company {a} nor company {b}; one of the two "
            "must be of your chamber."
        )


def _document(given: Override) -> dict[str, Any]:
    companies = (given.low, given.high)
    return {"companies": companies, "reason": given.reason, "at": given.at, "by": given.by}


@overrides.put(
    "/{a}/{b}", response_model=OverrideAnswer, responses=problems(400, 404, 413, 422, 503)
)
async def put_override(
    a: Siret, b: Siret, body: OverrideRequest, caller: OverrideCaller, service: ServiceDep
) -> dict[str, Any]:
    """Let two companies be suggested to each other that the rule takes for competitors.

    Lists follow with the next night, scores of events at once. What one of the two said of the
    other still counts.
    """
    _require_different(a, b, ("path", "b"))

    def work(unit: Unit) -> dict[str, Any]:
        _require_one_of(unit, caller, a, b)
        for siret in (a, b):
            shown_company(unit, siret)
        given = lift_competitor_rule(unit, a, b, body.reason, by=caller, at=service.now())
        return _document(given)

    return await service.write(work)


@overrides.get("/{a}/{b}", response_model=OverrideAnswer, responses=problems(404, 422, 503))
async def read_override(
    a: Siret, b: Siret, caller: OverrideCaller, service: ServiceDep
) -> dict[str, Any]:
    """Read why two companies are no competitors."""

    def find(unit: Unit) -> dict[str, Any]:
        _require_one_of(unit, caller, a, b)
        for given in unit.feedback.overrides(a):
            if b in (given.low, given.high):
                return _document(given)
        raise UnknownFeedbackError(f"no adviser has lifted the rule for companies {a} and {b}.")

    return await service.read(find)


@overrides.delete("/{a}/{b}", status_code=204, responses=problems(422, 503))
async def delete_override(a: Siret, b: Siret, caller: OverrideCaller, service: ServiceDep) -> None:
    """Let the rule hold again, from the next request on; where it holds nothing happens."""

    def work(unit: Unit) -> None:
        _require_one_of(unit, caller, a, b)
        restore_competitor_rule(unit, a, b, by=caller, at=service.now())

    await service.write(work)
