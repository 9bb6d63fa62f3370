"""Examples of the OpenAPI description of introductions, with fictional people."""

from __future__ import annotations

from api.examples import Document

NEW: Document = {
    "company": "00001005800014",
    "partner": "00002027100011",
    "intent": "supply",
    "role": "supplier",
    "message": "Nous cherchons un atelier de traitement de surface près d'Évry.",
}
MOVE: Document = {
    "move": "decline",
    "reason": "not_now",
    "note": "Nous déménageons en janvier.",
    "version": 3,
}
OUTCOME_BODY: Document = {"result": "met", "worth": True, "note": "Un devis suit.", "days": 30}

INTRODUCTION: Document = {
    "id": "k7m2p9qa",
    "company": "00001005800014",
    "company_name": "TOLERIE DU VAL",
    "partner": "00002027100011",
    "partner_name": "TRAITEMENTS DE L'ESSONNE",
    "intent": "supply",
    "role": "supplier",
    "labels": {
        "intent": "Clients et fournisseurs",
        "role": "fournisseur possible",
        "state": "mise en relation faite",
    },
    "message": "Nous cherchons un atelier de traitement de surface près d'Évry.",
    "proposer": "entrepreneur",
    "state": "introduced",
    "version": 5,
    "party": "company",
    "moves": ["record", "meet"],
    "company_answer": "accepted",
    "partner_answer": "accepted",
    "reason": None,
    "note": "",
    "reminders": 0,
    "snapshot": "20261124T030000Z-0",
    "rank": 3,
    "outcomes": [
        {
            "siret": "00001005800014",
            "days": 30,
            "result": "met",
            "worth": True,
            "note": "Un devis suit.",
            "at": "2026-12-28T09:00:00Z",
        }
    ],
    "created_at": "2026-11-24T09:00:00Z",
    "changed_at": "2026-12-28T09:00:00Z",
    "state_at": "2026-11-26T08:30:00Z",
    "introduced_at": "2026-11-26T08:30:00Z",
}
PAGE: Document = {"items": [INTRODUCTION], "total": 1, "page": 1, "page_size": 50}
HISTORY: Document = {
    "items": [
        {
            "version": 1,
            "at": "2026-11-24T09:00:00Z",
            "by": "Anne Martin",
            "party": "company",
            "move": "propose",
            "before": None,
            "after": "proposed",
            "details": {"proposer": "entrepreneur", "from_list": True},
        }
    ]
}
CONTACT: Document = {
    "siret": "00002027100011",
    "company_name": "TRAITEMENTS DE L'ESSONNE",
    "name": "Bruno Petit",
    "email": "bruno.petit@example.org",
    "phone": "01 60 00 00 00",
}
