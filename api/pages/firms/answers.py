"""What is done on the cards of a page of suggestions, and how it is taken back."""

from __future__ import annotations

from random import SystemRandom

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.access import FirmFeedbackCaller, FirmIntroductionsCaller
from api.deps import LanguageQuery, PublishedDep, Service, ServiceDep, Siret
from api.errors import BadValueError
from api.lookup import shown_company
from api.pages.firms.hidden import KINDS
from api.pages.firms.refusals import said_of_firms
from api.pages.firms.suggestions import Gesture, Refused, Wanted, suggestions_page
from api.pages.forms import Form, read_form
from api.pages.rendering import address
from matchmaker.accounts.principals import Principal
from matchmaker.companies import siret_problem
from matchmaker.errors import NoCapacityError, PairRefusedError
from matchmaker.feedback import MAX_NOTE, Feedback, FeedbackKind, ListName, SetAsideReason
from matchmaker.feedback_rules import give_feedback, take_back
from matchmaker.identifiers import new_id
from matchmaker.intents import INTENT_OF, Intent, Role
from matchmaker.introductions.life import Move
from matchmaker.introductions.moves import MAX_MESSAGE, move, propose
from matchmaker.introductions.records import Introduction, Proposal
from matchmaker.introductions.refusals import ChangedMeanwhile, MoveRefusal
from matchmaker.store import Unit
from matchmaker.texts import Language, say
from models.places import place_in_lists
from models.published import Published

router = APIRouter(prefix="/entreprises", include_in_schema=False)

LARGEST_NUMBER = 2**31 - 1
"""What an integer of PostgreSQL holds."""
ANCHOR = "reponse"
"""Where the page says what was done."""


@router.post("/{siret}/ecarter")
async def set_aside(
    request: Request,
    siret: Siret,
    caller: FirmFeedbackCaller,
    service: ServiceDep,
    published: PublishedDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Take a partner out of the list: set aside, a competitor, or already known."""
    form = await read_form(request)
    asked = _asked(form, siret, Gesture.SET_ASIDE)
    given = _answer_in(form, siret, asked.partner, caller, service)

    def work(unit: Unit) -> Feedback:
        for each in (siret, asked.partner):
            shown_company(unit, each)
        place = place_in_lists(published, siret, asked.partner, asked.intent)
        return give_feedback(unit, given.placed(place))

    await service.write(work)
    return _back(request, siret, asked, lang)


@router.post("/{siret}/reprendre")
async def take_answer_back(
    request: Request,
    siret: Siret,
    caller: FirmFeedbackCaller,
    service: ServiceDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Take an answer back, so that the partner may be suggested again."""
    form = await read_form(request)
    asked = _asked(form, siret, Gesture.RESTORE)
    number = form.number("number", low=1, high=LARGEST_NUMBER)

    def work(unit: Unit) -> bool:
        return take_back(unit, siret, number, by=caller, at=service.now())

    await service.write(work)
    return _back(request, siret, asked, lang)


@router.post("/{siret}/demander")
async def ask_for_introduction(
    request: Request,
    siret: Siret,
    caller: FirmIntroductionsCaller,
    service: ServiceDep,
    published: PublishedDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Ask for an introduction to a partner; what stands in its way is said at its card."""
    form = await read_form(request)
    asked = _asked(form, siret, Gesture.ASK)
    role, message = _role_in(form), form.text("message")
    drawn = new_id(SystemRandom())

    def work(unit: Unit) -> Introduction:
        place = place_in_lists(published, siret, asked.partner, INTENT_OF[role])
        proposal = Proposal(siret, asked.partner, INTENT_OF[role], role, message, place)
        rules, post, now = service.settings, service.post, service.now()
        return propose(unit, rules, post, caller, proposal, at=now, drawn=drawn)

    problem = ""
    if len(message) > MAX_MESSAGE:
        problem = say(lang, "firms.ask.too_long", longest=MAX_MESSAGE)
    else:
        try:
            await service.write(work)
        except (PairRefusedError, NoCapacityError) as error:
            problem = await said_of_firms(service, error, lang)
    if not problem:
        return _back(request, siret, asked, lang)
    return await _refused(
        request, service, published, caller, siret, asked, lang, Refused(problem, message)
    )


@router.post("/{siret}/retirer")
async def withdraw_request(
    request: Request,
    siret: Siret,
    caller: FirmIntroductionsCaller,
    service: ServiceDep,
    published: PublishedDep,
    lang: LanguageQuery = "fr",
) -> Response:
    """Cancel an introduction that was asked for, while that is possible."""
    form = await read_form(request)
    asked, version = _asked(form, siret, Gesture.WITHDRAW), form.version()

    def work(unit: Unit) -> Introduction:
        return move(
            unit,
            service.settings,
            service.post,
            caller,
            form.text("introduction"),
            Move.WITHDRAW,
            version=version,
            at=service.now(),
            siret=siret,
        )

    try:
        await service.write(work)
    except (ChangedMeanwhile, MoveRefusal) as error:
        problem = Refused(error.sentence(lang))
        return await _refused(request, service, published, caller, siret, asked, lang, problem)
    return _back(request, siret, asked, lang)


def _asked(form: Form, siret: str, gesture: Gesture) -> Wanted:
    """Read what every form of a card holds: the partner, the list, the place in it.

    Raises
    ------
    BadValueError
        If the partner is no SIRET, or the firm itself.
    """
    partner = form.text("partner")
    problem = siret_problem(partner)
    if problem is not None:
        raise BadValueError(problem)
    if partner == siret:
        raise BadValueError(f"partner {partner} is the firm itself; name another one.")
    intent = form.text("intent")
    return Wanted(
        intent=Intent(intent) if intent in tuple(Intent) else None,
        gesture=gesture,
        partner=partner,
        place=form.number("place", low=0, high=100) if form.text("place") else 0,
    )


def _answer_in(
    form: Form, siret: str, partner: str, caller: Principal, service: Service
) -> Feedback:
    """Read what is said of a partner.

    Raises
    ------
    BadValueError
        If no card says such a thing.
    """
    kind, reason = form.text("kind", "set_aside"), form.text("reason")
    if kind not in KINDS:
        raise BadValueError(f"kind is {kind!r}; give one of {', '.join(KINDS)}.")
    if reason and (reason not in tuple(SetAsideReason) or kind != FeedbackKind.SET_ASIDE):
        known = ", ".join(SetAsideReason)
        raise BadValueError(f"reason is {reason!r}; give one of {known}, with set_aside only.")
    note = form.text("note")[:MAX_NOTE] if reason == SetAsideReason.OTHER else ""
    return Feedback(
        siret,
        partner,
        FeedbackKind(kind),
        service.now(),
        caller.label,
        reason=SetAsideReason(reason) if reason else None,
        note=note,
        shown_in=ListName.SUGGESTIONS,
    )


def _role_in(form: Form) -> Role:
    role = form.text("role")
    if role not in tuple(Role):
        raise BadValueError(f"role is {role!r}; give one of {', '.join(Role)}.")
    return Role(role)


async def _refused(
    request: Request,
    service: Service,
    published: Published,
    caller: Principal,
    siret: str,
    asked: Wanted,
    language: Language,
    refused: Refused,
) -> Response:
    return await suggestions_page(
        request, service, published, caller, siret, asked, language, refused=refused, status=422
    )


def _back(request: Request, siret: str, asked: Wanted, language: Language) -> Response:
    """Lead back to the list, to the place where the card was."""
    target = address(
        request,
        f"/entreprises/{siret}",
        language,
        intent=asked.intent.value if asked.intent else None,
        geste=asked.gesture.value if asked.gesture else None,
        partenaire=asked.partner,
        place=asked.place or None,
    )
    return RedirectResponse(f"{target}#{ANCHOR}", status_code=303)
