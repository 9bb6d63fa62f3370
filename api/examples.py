"""Examples of the OpenAPI description, with fictional companies of the demo territory."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

READER: Document = {
    "siret": "00001005800014",
    "siren": "000010058",
    "name": "TOLERIE DU VAL",
    "display_name": "TOLERIE DU VAL",
    "department": "77",
    "commune": "77288",
    "commune_name": "Melun",
    "naf": "25.11Z",
    "naf_label": "Fabrication de structures métalliques et de parties de structures",
    "size_band": "11",
    "fictional": True,
}

PARTNER: Document = {
    "siret": "00002027100011",
    "siren": "000020271",
    "name": "TRAITEMENTS DE L'ESSONNE",
    "display_name": "TRAITEMENTS DE L'ESSONNE",
    "department": "91",
    "commune": "91228",
    "commune_name": "Évry-Courcouronnes",
    "naf": "25.61Z",
    "naf_label": "Traitement et revêtement des métaux",
    "size_band": "12",
    "fictional": True,
    "distance_km": 17.4,
}

PROFILE: Document = {
    "activity": "Tôlerie fine et chaudronnerie pour l'agroalimentaire.",
    "offers": "Découpe laser, pliage, soudure inox.",
    "needs": "Un traitement de surface à moins de 50 km.",
    "themes": ["industrie"],
    "certifications": ["ISO 9001"],
}

COMPANY_PAGE: Document = {"items": [READER], "total": 1, "page": 1, "page_size": 20}

COMPANY_DETAIL: Document = {
    **READER,
    "naf2025": "25.11Y",
    "legal_category": "5710",
    "created": "2009-03-02",
    "head_office": True,
    "active": True,
    "source": "sirene",
    "data_date": "2026-11-01",
    "profile": PROFILE,
}

SUGGESTION: Document = {
    "rank": 1,
    "intent": "supply",
    "role": "supplier",
    "band": "strong",
    "score": 2.31,
    "labels": {
        "intent": "Clients et fournisseurs",
        "role": "fournisseur possible",
        "band": "piste solide",
    },
    "partner": PARTNER,
    "reasons": {
        "company": [
            {
                "text": "Vous cherchez « traitement de surface », et c'est ce que propose cette "
                "entreprise.",
                "channel": "offers_needs",
                "topic": "they_offer_what_you_need",
                "contribution": 0.82,
                "evidence": {"shared": ["traitement de surface"]},
            }
        ],
        "partner": [
            {
                "text": "Cette entreprise cherche « traitement de surface », et c'est ce que vous "
                "proposez.",
                "channel": "offers_needs",
                "topic": "they_need_what_you_offer",
                "contribution": 0.82,
                "evidence": {"shared": ["traitement de surface"]},
            }
        ],
    },
}

ORIGIN: Document = {
    "snapshot": "20261124T030000Z",
    "data_date": "2026-11-01",
    "fictional": True,
}

SUGGESTIONS: Document = {"company": READER, **ORIGIN, "items": [SUGGESTION]}

PREVIEW_REQUEST: Document = {
    "commune": "77288",
    "naf": "25.11Z",
    "size_band": "11",
    "activity": PROFILE["activity"],
    "offers": PROFILE["offers"],
    "needs": PROFILE["needs"],
    "themes": PROFILE["themes"],
    "certifications": PROFILE["certifications"],
    "intent": "supply",
    "name": "Tôlerie du Val",
    "limit": 5,
    "lang": "fr",
}

PREVIEW_ANSWER: Document = {
    "company": {
        "name": "Tôlerie du Val",
        "department": "77",
        "commune": "77288",
        "commune_name": "Melun",
        "naf": "25.11Z",
        "naf_label": READER["naf_label"],
        "size_band": "11",
    },
    **ORIGIN,
    "items": [SUGGESTION],
}

INTENTS: Document = {
    "items": [
        {
            "intent": "supply",
            "label": "Clients et fournisseurs",
            "roles": [
                {"role": "supplier", "label": "fournisseur possible"},
                {"role": "client", "label": "client possible"},
            ],
        }
    ]
}

SNAPSHOT: Document = {
    "name": "20261124T030000Z",
    "created_at": "2026-11-24T03:00:00+00:00",
    "data_date": "2026-11-01",
    "version": "0.1.0",
    "seed": 7,
    "fictional": True,
    "counts": {"companies": 1834, "by_department": {"77": 913, "91": 921}},
}

_OVERALL: Document = {
    "coverage": 0.998,
    "never_listed": 0.021,
    "exposure_gini": 0.42,
    "mutual_lists": 0.38,
    "competitor_rate": 0.0,
    "overlap": 0.91,
    "drift": 0.02,
    "empty_text": 0.34,
    "deletion_rate": 1.0,
    "recall": 0.35,
    "ndcg": 0.21,
    "candidate_recall": 0.61,
    "ndcg_over_popularity": 0.18,
}

_QUALITY: Document = {
    "overall": _OVERALL,
    "lists": {"supply": {"coverage": 0.998, "never_listed": 0.12, "strong": 0.03}},
    "held_out": {
        "supply": {
            "queries": 58,
            "enough": True,
            "recall": 0.35,
            "ndcg": 0.21,
            "hit": 0.41,
            "mrr": 0.19,
            "candidate_recall": 0.61,
            "popularity_ndcg": 0.03,
            "ndcg_over_popularity": [0.11, 0.18, 0.26],
        }
    },
    "deletion": {"tested": 200, "rate": 1.0, "failed": {}},
}

QUALITY: Document = {
    "snapshot": "20261124T030000Z",
    "created_at": "2026-11-24T03:00:00+00:00",
    "fictional": True,
    "quality": _QUALITY,
    "held_back": {
        "snapshot": "20261125T030000Z",
        "created_at": "2026-11-25T03:00:00+00:00",
        "broken": ["coverage is 0.71, below the limit 0.9 (quality.min_coverage)"],
        "quality": {**_QUALITY, "overall": {**_OVERALL, "coverage": 0.71}},
    },
    "history": [
        {
            "snapshot": "20261125T030000Z",
            "created_at": "2026-11-25T03:00:00+00:00",
            "held_back": True,
            "figures": {**_OVERALL, "coverage": 0.71},
        },
        {
            "snapshot": "20261124T030000Z",
            "created_at": "2026-11-24T03:00:00+00:00",
            "held_back": False,
            "figures": _OVERALL,
        },
    ],
}

PROBLEM: Document = {
    "type": "urn:matchmaker:problem:unknown-company",
    "title": "Unknown company",
    "status": 404,
    "detail": "company 73282932000074 is not in the store. Check the number, or import its "
    "department.",
    "instance": "/v1/companies/73282932000074",
}
