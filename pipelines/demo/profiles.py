"""What the fictional firms declare, in French: a partial and talkative view of the latent world."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import numpy as np

from matchmaker.companies import Contact, Diffusion, Profile
from pipelines.demo import phrases
from pipelines.demo.catalogue import PRODUCTS, Product, Trade
from pipelines.demo.grammar import at, sentence
from pipelines.demo.names import person_name, registry_spelling
from pipelines.demo.registration import Registration
from pipelines.demo.world import Firm, Role

PROFILE_SHARE = 2 / 3

_TERSE_SHARE = 0.12
_NO_NEEDS_SHARE = 0.08
_NO_OFFERS_SHARE = 0.04
_CONSENT_SHARE = 0.93
_SMALLEST_TEAM = 5
_FARMING_DIVISIONS, _MAKING_DIVISIONS = range(1, 4), range(10, 33)
_PRODUCTS = {product.key: product for product in PRODUCTS}

T = TypeVar("T")


def draw_profiles(
    generator: np.random.Generator, registrations: tuple[Registration, ...], today: date
) -> list[Profile]:
    """Draw what two thirds of the active firms declare, in the order of the world."""
    declaring = [
        entry
        for entry in registrations
        if entry.firm.role is Role.TRADE
        and entry.closed is None
        and entry.unit.diffusion is not Diffusion.NONE
    ]
    count = round(PROFILE_SHARE * len(declaring))
    chosen = sorted(generator.permutation(len(declaring))[:count])
    return [_draw_profile(generator, declaring[row], today) for row in chosen]


def _draw_profile(generator: np.random.Generator, entry: Registration, today: date) -> Profile:
    firm = entry.firm
    assert firm.trade is not None
    terse = generator.random() < _TERSE_SHARE
    offers = _terse_offers(firm) if terse else _offers(generator, firm, firm.trade)
    needs = _terse_needs(firm) if terse else _needs(generator, firm)
    return Profile(
        siret=firm.siret,
        consent=bool(generator.random() < _CONSENT_SHARE),
        activity=_activity(generator, entry, firm.trade, today),
        offers="" if generator.random() < _NO_OFFERS_SHARE else offers,
        needs="" if generator.random() < _NO_NEEDS_SHARE else needs,
        certifications=_certifications(generator, firm.trade),
        themes=tuple(firm.themes),
        capacity=int(generator.integers(1, 7)),
        contact=_contact(generator, entry),
    )


def _activity(
    generator: np.random.Generator, entry: Registration, trade: Trade, today: date
) -> str:
    firm = entry.firm
    frames = phrases.SITES if firm.staff < 2 else phrases.SITES + phrases.TEAM_SITES
    parts = [_pick(generator, trade.activities), _pick(generator, frames)]
    details = _fitting(trade.details, firm.staff)
    if details and generator.random() < 0.85:
        parts.append(_pick(generator, details))
    if not details or generator.random() < 0.5:
        parts.append(_pick(generator, phrases.CLIENTS))
    figures = _figures(generator, firm.staff) | {
        "at": at(firm.commune.name),
        "staff": firm.staff,
        "year": min(entry.created.year, today.year),
    }
    return _said(parts, figures)


def _fitting(details: tuple[str, ...], staff: int) -> tuple[str, ...]:
    """Keep the details that a firm of that size can say: the smallest have no fleets and teams."""
    if staff >= _SMALLEST_TEAM:
        return details
    return tuple(text for text in details if "{n}" not in text and "{m}" not in text)


def _offers(generator: np.random.Generator, firm: Firm, trade: Trade) -> str:
    products = [_PRODUCTS[key] for key in firm.offers]
    said = [_pick(generator, product.offers) for product in products]
    if len(said) > 1 and generator.random() < 0.4:
        parts = [_pick(generator, phrases.OFFERS_PAIR).format(x=said[0], y=said[1])]
        rest = said[2:]
    else:
        parts = [_pick(generator, phrases.OFFERS_FIRST).format(x=said[0])]
        rest = said[1:]
    frames = _different(generator, phrases.OFFERS_NEXT, len(rest))
    parts += [frame.format(x=phrase) for frame, phrase in zip(frames, rest, strict=True)]
    parts += _different(generator, _terms(trade), int(generator.integers(1, 3)))
    return _said(parts, _figures(generator, firm.staff))


def _needs(generator: np.random.Generator, firm: Firm) -> str:
    """Say the most important needs, not all of them, and sometimes a wish about a theme."""
    count = 1 + int(generator.integers(3))
    said = [_pick(generator, product.needs) for product in _first_needs(firm)[:count]]
    first = _pick(generator, phrases.NEEDS_FIRST).format(
        x=said[0],
        horizon=_pick(generator, phrases.HORIZONS),
        reason=_pick(generator, phrases.REASONS),
    )
    frames = _different(generator, phrases.NEEDS_NEXT, len(said) - 1)
    parts = [first]
    parts += [frame.format(x=phrase) for frame, phrase in zip(frames, said[1:], strict=True)]
    if generator.random() < 0.45:
        parts.append(_pick(generator, phrases.THEME_WISHES[next(iter(firm.themes))]))
    return _said(parts, _figures(generator, firm.staff))


def _terms(trade: Trade) -> tuple[str, ...]:
    division = int(trade.naf[0][:2])
    if division in _FARMING_DIVISIONS:
        return phrases.TERMS_OF_FARMS
    return phrases.TERMS_OF_MAKERS if division in _MAKING_DIVISIONS else phrases.TERMS_OF_SERVICES


def _terse_offers(firm: Firm) -> str:
    return phrases.TERSE_OFFER.format(names=", ".join(_PRODUCTS[key].name for key in firm.offers))


def _terse_needs(firm: Firm) -> str:
    names = ", ".join(product.name for product in _first_needs(firm)[:2])
    return phrases.TERSE_NEED.format(names=names)


def _first_needs(firm: Firm) -> list[Product]:
    """Needs of the firm, the most important first."""
    return [_PRODUCTS[key] for key in sorted(firm.needs, key=lambda key: -firm.needs[key])]


def _said(parts: list[str], figures: dict[str, object]) -> str:
    return " ".join(sentence(part.format(**figures)) for part in parts)


def _figures(generator: np.random.Generator, staff: int) -> dict[str, object]:
    return {
        "n": int(generator.integers(3, min(13, max(staff, 4)))),
        "m": int(generator.integers(15, 81)),
        "days": int(generator.integers(2, 21)),
    }


def _certifications(generator: np.random.Generator, trade: Trade) -> tuple[str, ...]:
    count = int(generator.integers(0, min(3, len(trade.certifications) + 1)))
    return tuple(sorted(_different(generator, trade.certifications, count)))


def _contact(generator: np.random.Generator, entry: Registration) -> Contact:
    first_name, surname, _ = entry.unit.person or person_name(generator)
    mailbox = registry_spelling(f"{first_name}.{surname}").lower()
    digits = f"{generator.integers(10_000):04d}"
    return Contact(
        name=f"{first_name} {surname}",
        email=f"{mailbox}@{entry.unit.siren}.exemple.invalid",
        phone=f"01 99 00 {digits[:2]} {digits[2:]}",
    )


def _pick(generator: np.random.Generator, options: tuple[T, ...]) -> T:
    return options[generator.integers(len(options))]


def _different(generator: np.random.Generator, options: tuple[T, ...], count: int) -> list[T]:
    return [options[row] for row in generator.permutation(len(options))[:count]]
