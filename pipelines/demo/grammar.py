"""The little French grammar that the texts need: names of places after a preposition."""

from __future__ import annotations

_CONTRACTIONS = {"à": {"Le ": "au ", "Les ": "aux "}, "de": {"Le ": "du ", "Les ": "des "}}
_ELIDING = "AEIOUYÉÈÊÎÔ"
_ELIDING_AFTER_H = "eéèyi"


def at(place: str) -> str:
    """Say where.

    Examples
    --------
    >>> at("Melun"), at("Le Mée-sur-Seine"), at("Les Ulis"), at("La Norville")
    ('à Melun', 'au Mée-sur-Seine', 'aux Ulis', 'à La Norville')
    """
    return _contracted("à", place) or f"à {place}"


def of(place: str) -> str:
    """Say whose.

    Examples
    --------
    >>> of("Évry-Courcouronnes"), of("Les Ulis"), of("Meaux")
    ("d'Évry-Courcouronnes", 'des Ulis', 'de Meaux')
    """
    mute = place[0] == "H" and place[1] in _ELIDING_AFTER_H
    elided = f"d'{place}" if place[0] in _ELIDING or mute else f"de {place}"
    return _contracted("de", place) or elided


def sentence(text: str) -> str:
    """Start with a capital and end with a full stop.

    Examples
    --------
    >>> sentence("études de sol")
    'Études de sol.'
    """
    return f"{text[0].upper()}{text[1:].removesuffix('.')}."


def _contracted(preposition: str, place: str) -> str | None:
    for article, contraction in _CONTRACTIONS[preposition].items():
        if place.startswith(article):
            return contraction + place.removeprefix(article)
    return None
