"""What an entry of the catalogue is: a product, a trade, a project put out to tender."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """A good or a service that firms of the fictional territory sell to each other.

    Every phrasing is a French noun phrase with its article, so that it can follow a verb
    ("Nous proposons ...", "Nous recherchons ..."). Those of `offers` and `needs` are deliberately
    not the same words: a seller names a technique, a buyer names a problem.

    Parameters
    ----------
    key
        Stable identifier.
    name
        What the truth calls it.
    cpv
        Code of the Common Procurement Vocabulary, with its check digit.
    offers, needs
        Ways to say it, by who sells and by who buys.
    reach_km
        Distance at which half of the benefit of being near is lost.
    """

    key: str
    name: str
    cpv: str
    offers: tuple[str, ...]
    needs: tuple[str, ...]
    reach_km: float = 40.0


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of firm: what it is registered as, how it speaks, what it makes and from what.

    Parameters
    ----------
    key
        Stable identifier.
    family
        Where such firms gather; a key of the clusters in `places`.
    naf
        Sub-classes of NAF rev. 2 under which such firms are registered.
    weight
        How common the trade is.
    stems
        Words that its company names contain, as the registry writes them.
    activities
        Opening sentences of an activity text.
    details
        Sentences with machines, certificates, quantities. `{n}` (3 to 12), `{m}` (15 to 80) and
        `{days}` (2 to 20) are filled in.
    certifications
        Certificates that such firms may hold.
    sells
        Keys of the products it makes.
    buys
        Recipe: keys of the products it needs as inputs, beside those that every firm needs.
    """

    key: str
    family: str
    naf: tuple[str, ...]
    weight: float
    stems: tuple[str, ...]
    activities: tuple[str, ...]
    details: tuple[str, ...]
    certifications: tuple[str, ...]
    sells: tuple[str, ...]
    buys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A kind of public contract that firms of different trades win together.

    Parameters
    ----------
    key
        Stable identifier.
    cpv
        Code of the contract as a whole.
    objects
        Wordings of its object; the place is filled in as `{at}` ("à Melun") or `{of}` ("de Melun").
    lots
        Products that it takes; each member of a consortium brings one.
    """

    key: str
    cpv: str
    objects: tuple[str, ...]
    lots: tuple[str, ...]
