"""Examples of the OpenAPI description of events, with fictional people.

Nothing in them is null: the description leaves out what is.
"""

from __future__ import annotations

from api.examples import Document

_DETAILS: Document = {
    "kind": "convention",
    "title": "Rencontres d'affaires Sud francilien",
    "day": "2027-03-18",
    "chambers": ["77", "91"],
    "tables": 2,
    "slots": [{"start": "09:00:00", "end": "09:20:00"}, {"start": "09:25:00", "end": "09:45:00"}],
    "sessions": [{"id": "matin", "slots": [1, 2]}],
    "place": "Évry-Courcouronnes",
    "timezone": "Europe/Paris",
    "fictional": True,
    "settings": {},
}
_READ: Document = {"version": 3}

NEW_EVENT: Document = _DETAILS
EVENT_PATCH: Document = {"place": "Melun", **_READ}
EVENT_MOVE: Document = {"to": "registering", **_READ}

EVENT: Document = {
    "id": "k7m2p9qa",
    "details": _DETAILS,
    "state": "published",
    "version": 9,
    "current_plan": 2,
    "published_plan": 2,
    "created_at": "2026-11-24T09:00:00Z",
    "created_by": "Zoé (CCI 91)",
    "changed_at": "2026-11-24T14:00:00Z",
    "changed_by": "Karim (CCI 77)",
}

HISTORY: Document = {
    "items": [
        {
            "version": 1,
            "at": "2026-11-24T09:00:00Z",
            "by": "Zoé (CCI 91)",
            "action": "created",
            "details": {"kind": "convention", "day": "2027-03-18"},
        }
    ]
}

REGISTRATION: Document = {
    "id": "a1",
    "name": "Anne Martin",
    "company": "TOLERIE DU VAL",
    "siret": "00001005800014",
    "group": "plato-melun-3",
    "department": "77",
    "unavailable": [1],
    "min": 0,
    "max": 6,
    "table": 1,
    "standby": False,
    "status": "late",
    "from_slot": 2,
}
REGISTRATION_BODY: Document = {
    "name": "Anne Martin",
    "company": "TOLERIE DU VAL",
    "siret": "00001005800014",
    "department": "77",
    "unavailable": [2],
    "email": "anne.martin@example.org",
    **_READ,
}

CONTACT: Document = {
    "participant": "a1",
    "name": "Anne Martin",
    "company": "TOLERIE DU VAL",
    "department": "77",
    "email": "anne.martin@example.org",
    "contact_hidden": False,
}

IMPORT: Document = {
    "event": EVENT,
    "new": 24,
    "changed": 2,
    "unchanged": 40,
    "rejects": [
        {
            "line": 12,
            "column": "siret",
            "value": "7328",
            "reason": "SIRET has 4 digits, 14 are needed (leading zeros lost?)",
        }
    ],
    "notes": {"SIRETs with lost leading zeros put back": 1},
    "ignored_columns": ["Remarques"],
}

WISH: Document = {"wisher": "a1", "wished": "b1", "kind": "yes", "met_before": False}
WISHES_BODY: Document = {"wishes": [WISH], **_READ}
WITHDRAWAL_BODY: Document = {"wishes": [{"wisher": "a1", "wished": "b1"}], **_READ}

PLAN_ORDER: Document = {"time_limit": 60, "seed": 1, "lang": "fr", **_READ}
PLAN_CHOICE: Document = {"number": 1, **_READ}

PROBLEM: Document = {
    "slots": 2,
    "tables": 1,
    "participants": [{"id": "a1"}, {"id": "b1"}],
    "meetings": [{"id": "a1~b1", "a": "a1", "b": "b1"}],
}
PLAN: Document = {
    "status": "optimal",
    "objective": {"value": 1.0, "breaks": 0, "idle": 0},
    "bound": {"value": 1.0, "breaks": 0.0, "idle": 0.0},
    "gap": 0.0,
    "meetings": [{"id": "a1~b1", "slot": 1, "table": 1}],
    "unmet": [],
    "blocking": [],
    "table_changes": 0,
    "participants": [
        {"id": "a1", "meetings": 1, "breaks": 0, "idle": 0, "table_changes": 0},
        {"id": "b1", "meetings": 1, "breaks": 0, "idle": 0, "table_changes": 0},
    ],
    "seconds": 0.4,
}
_ENTRY: Document = {"number": 1, "at": "2026-11-24T14:00:00Z", "by": "Zoé (CCI 91)", "seed": 1}
PLANS: Document = {"version": 5, "current": 1, "published": 1, "items": [_ENTRY]}
STORED_PLAN: Document = {"entry": _ENTRY, "problem": PROBLEM, "plan": PLAN}
MADE_PLAN: Document = {
    "event": EVENT,
    "number": 2,
    "snapshot": "20261124T030000Z",
    "plan": PLAN,
}
REPAIR_ORDER: Document = {
    "changes": {"from_slot": 2, "absent": ["b1"]},
    "move_limit": 0.05,
    **PLAN_ORDER,
}
REPAIR: Document = {
    "event": EVENT,
    "number": 2,
    "plan": PLAN,
    "moved": [],
    "told": [{"participant": "a1", "text": "Votre rendez-vous du créneau 2 n'a pas lieu."}],
    "moved_others": [],
    "below_minimum": [],
    "messages": [
        {
            "participant": "a1",
            "news": "cancelled",
            "meeting": "a1~b1",
            "text": "Votre rendez-vous du créneau 2 n'a pas lieu.",
        }
    ],
}

ATTENDANCE_BODY: Document = {
    "seen": [
        {"participant": "a1", "status": "present"},
        {"participant": "b1", "status": "late", "from_slot": 2},
    ],
    **_READ,
}
OUTCOME: Document = {
    "a": "a1",
    "b": "b1",
    "held": True,
    "worth_a": "yes",
    "worth_b": "unknown",
    "next_step": "Visite de l'atelier",
}
OUTCOMES_BODY: Document = {"outcomes": [OUTCOME], **_READ}
