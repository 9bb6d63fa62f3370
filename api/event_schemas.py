"""What goes in and out about events over HTTP; the examples are checked by a test."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

from api import event_examples as examples
from matchmaker.events.history import Action
from matchmaker.events.life import EventState
from matchmaker.events.outcomes import Worth
from matchmaker.events.registrations import Status
from matchmaker.events.services.forms import EventChanges, EventForm
from matchmaker.events.wishes import WishKind
from matchmaker.texts import Language

MAX_ROWS = 20_000
"""Wishes, outcomes or attendances in one request."""
MAX_TEXT = 4_000

Version = Annotated[
    int | None,
    Field(ge=1, description="Version that was read; not needed beside If-Match."),
]
ParticipantId = Annotated[str, Field(min_length=1, max_length=60)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Change(_Body):
    version: Version = None


class NewEvent(EventForm):
    """An event to begin, as a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.NEW_EVENT]})


class EventPatch(EventChanges):
    """What changes of an event; a field that is not given stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EVENT_PATCH]})

    version: Version = None


class EventMove(_Change):
    """The state that an event moves to."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EVENT_MOVE]})

    to: EventState


class RegistrationBody(_Change):
    """A participant, whole: what is not given takes its default."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REGISTRATION_BODY]})

    name: str
    company: str = ""
    siret: str | None = None
    group: str | None = None
    department: str | None = None
    unavailable: tuple[int, ...] = ()
    min: int = 0
    max: int | None = None
    table: int | None = None
    standby: bool = False
    status: Status = Status.REGISTERED
    from_slot: int | None = None
    email: str | None = Field(None, description="Kept apart, never given back; null removes it.")


class WishBody(_Body):
    """What one participant says of another."""

    wisher: ParticipantId
    wished: ParticipantId
    kind: WishKind
    met_before: bool = False


class WishPair(_Body):
    """A wish to take back."""

    wisher: ParticipantId
    wished: ParticipantId


class WishesBody(_Change):
    """Wishes, each in place of what its first participant said of the second."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WISHES_BODY]})

    wishes: Annotated[tuple[WishBody, ...], Field(min_length=1, max_length=MAX_ROWS)]


class WithdrawalBody(_Change):
    """Wishes to take back; those that are not there are passed over."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WITHDRAWAL_BODY]})

    wishes: Annotated[tuple[WishPair, ...], Field(min_length=1, max_length=MAX_ROWS)]


class PlanOrder(_Change):
    """How to plan an event."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLAN_ORDER]})

    time_limit: float | None = Field(
        None, gt=0, description="Seconds; `events.planning_seconds` if not given."
    )
    seed: int = Field(1, ge=0, lt=2**31, description="Of every random choice; 1 if not given.")
    lang: Language = Field("fr", description="Of the sentences in the plan.")


class PlanChoice(_Change):
    """A stored plan to take into use."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLAN_CHOICE]})

    number: int = Field(ge=1)


class RepairOrder(PlanOrder):
    """What has happened on the day: as changes, or as attendance and registrations say it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPAIR_ORDER]})

    changes: dict[str, Any] | None = Field(
        None,
        description="As the changes of `matchmaker events repair`; if not given, they are read "
        "from who is there, as on the pages of the day, with what follows.",
    )
    from_slot: int | None = Field(
        None, ge=1, description="First slot that may change; by the clock if not given."
    )
    lost_table: int | None = Field(
        None, ge=1, description="A table that cannot be used any more; of conventions."
    )
    newcomer: ParticipantId | None = Field(
        None, description="Who has come without a place, registered by now."
    )
    partners: tuple[ParticipantId, ...] = Field(
        (), max_length=10, description="Whom the newcomer asks for; of conventions."
    )
    group: int | None = Field(
        None, ge=1, description="Group for the newcomer; the best one if not given."
    )
    move_limit: float = Field(
        0.05, ge=0, le=1, description="Share of the meetings that may move; of conventions."
    )


class SeenBody(_Body):
    """What is seen of a participant."""

    participant: ParticipantId
    status: Status
    from_slot: int | None = Field(None, ge=1, description="Only of somebody who is late.")


class AttendanceBody(_Change):
    """Who is there, who is not, who comes later and who called off."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ATTENDANCE_BODY]})

    seen: Annotated[tuple[SeenBody, ...], Field(min_length=1, max_length=MAX_ROWS)]


class OutcomeBody(_Body):
    """What came of the meeting of two participants."""

    a: ParticipantId
    b: ParticipantId
    held: bool
    worth_a: Worth = Worth.UNKNOWN
    worth_b: Worth = Worth.UNKNOWN
    next_step: str = Field("", max_length=MAX_TEXT)


class OutcomesBody(_Change):
    """What came of meetings, each in place of what is known of these two."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OUTCOMES_BODY]})

    outcomes: Annotated[tuple[OutcomeBody, ...], Field(min_length=1, max_length=MAX_ROWS)]


class EventAnswer(_Body):
    """An event."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EVENT]})

    id: str
    details: EventForm
    state: EventState
    version: int
    current_plan: int | None
    published_plan: int | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str


class EventsAnswer(_Body):
    """Events by day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.EVENT]}]})

    items: list[EventAnswer]


class HistoryLine(_Body):
    """One change."""

    version: int
    at: datetime
    by: str
    action: Action
    details: dict[str, Any]


class HistoryAnswer(_Body):
    """Every change of an event, the oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.HISTORY]})

    items: list[HistoryLine]


class RegistrationAnswer(_Body):
    """A participant; e-mails are never in it."""

    id: str
    name: str
    company: str
    siret: str | None
    group: str | None
    department: str | None
    unavailable: list[int]
    min: int
    max: int | None
    table: int | None
    standby: bool
    status: Status
    from_slot: int | None


class RegistrationsAnswer(_Body):
    """The participants of an event, sorted by id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 3, "items": [examples.REGISTRATION]}]}
    )

    version: int
    items: list[RegistrationAnswer]


class ParticipantContact(_Body):
    """How to reach a participant."""

    participant: str
    name: str
    company: str
    department: str | None
    email: str | None
    contact_hidden: bool = Field(
        description="Of another chamber's firm that was not introduced to one of yours."
    )


class ContactsAnswer(_Body):
    """E-mails of the participants of an event, sorted by id."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 3, "items": [examples.CONTACT]}]}
    )

    version: int
    items: list[ParticipantContact]


class RejectAnswer(_Body):
    """A row that was set apart."""

    line: int
    column: str
    value: str
    reason: str


class ImportAnswer(_Body):
    """What a spreadsheet brought."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.IMPORT]})

    event: EventAnswer
    new: int
    changed: int
    unchanged: int
    rejects: list[RejectAnswer]
    notes: dict[str, int]
    ignored_columns: list[str]


class WishesAnswer(_Body):
    """The wishes of an event."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 4, "items": [examples.WISH]}]}
    )

    version: int
    items: list[WishBody]


class OutcomesAnswer(_Body):
    """What came of the meetings of an event."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 9, "items": [examples.OUTCOME]}]}
    )

    version: int
    items: list[OutcomeBody]


class PlanEntryAnswer(_Body):
    """A plan in the list of an event."""

    number: int
    at: datetime
    by: str
    seed: int


class PlansAnswer(_Body):
    """The plans of an event, the oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLANS]})

    version: int
    current: int | None
    published: int | None
    items: list[PlanEntryAnswer]


class StoredPlanAnswer(_Body):
    """A plan with its problem."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STORED_PLAN]})

    entry: PlanEntryAnswer
    problem: dict[str, Any]
    plan: dict[str, Any]


class _NewPlan(_Body):
    event: EventAnswer
    number: int | None = Field(description="Null where there is no plan: nothing is stored then.")
    plan: dict[str, Any]


class MadePlanAnswer(_NewPlan):
    """A plan that was just made."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MADE_PLAN]})

    snapshot: str | None = Field(description="Whose scores counted; null where wishes alone did.")


class MessageAnswer(_Body):
    """What a participant has to be told."""

    participant: str
    news: str
    meeting: str
    text: str


class TellingAnswer(_Body):
    """What a participant has to be told."""

    participant: str
    text: str


class RepairAnswer(_NewPlan):
    """A plan that was just mended."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REPAIR]})

    moved: list[str] | list[dict[str, Any]] = Field(
        description="Meetings that change their slot; seats or members of the other kinds."
    )
    told: list[TellingAnswer] = Field(description="Whom to tell what, of every kind of event.")
    moved_others: list[str] | None = Field(
        None, description="Meetings that nothing had happened to; of conventions."
    )
    below_minimum: list[str] | None = Field(
        None, description="Who has fewer meetings than promised; of conventions."
    )
    messages: list[MessageAnswer] | None = Field(
        None, description="What is told, with its meeting; of conventions."
    )
    repeated: list[dict[str, Any]] | None = Field(
        None, description="Who meets a second time; of round tables."
    )
    seats_min: int | None = Field(
        None, description="Fewest people at a table, if fewer than asked; of round tables."
    )
    hosts: list[dict[str, Any]] | None = Field(
        None, description="Groups that meet elsewhere; of peer groups."
    )
    short: list[dict[str, Any]] | None = Field(
        None, description="What a group still lacks; of peer groups."
    )


class FaultsAnswer(_Body):
    """What is wrong with a plan; nothing with a good one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"faults": []}]})

    faults: list[str]


class PlanDocument(RootModel[dict[str, Any]]):
    """A plan, as `matchmaker events schedule` writes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLAN]})


class SchemaDocument(RootModel[dict[str, Any]]):
    """A JSON Schema (draft 2020-12)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Plan", "type": "object"}]})
