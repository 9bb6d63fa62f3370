"""Companies and what they declare: identifiers, size bands, diffusion status."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from matchmaker.errors import UnknownCodeError
from matchmaker.reference import read_table

LA_POSTE_SIREN = "356000000"

SIZE_BANDS: tuple[str, ...] = (
    "NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53",
)  # fmt: skip
"""Staff bands of Sirene (`trancheEffectifs`), smallest first; `NN` is a unit without staff."""

_SMALLEST_STAFF = (0, 0, 1, 3, 6, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)


class Diffusion(StrEnum):
    """Diffusion status of Sirene (`statutDiffusion`).

    `FULL` may be shown. `PARTIAL` (article A123-96 of the commercial code): name and address of
    persons are masked and the unit refuses prospection. `NONE`: not to be shown at all.
    """

    FULL = "O"
    PARTIAL = "P"
    NONE = "N"


@cache
def _legal_categories() -> dict[str, str]:
    return {row["code"]: row["label_fr"] for row in read_table("legal_categories")}


def legal_category_label(code: str) -> str:
    """Say a legal category in French; the code alone where the table of INSEE has no such one."""
    label = _legal_categories().get(code)
    return code if label is None else f"{label} ({code})"


def luhn_sum(digits: str) -> int:
    """Sum of the digits with every second one, from the right, doubled (ISO/IEC 7812-1)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total


def is_siren(text: str) -> bool:
    """Whether `text` is nine digits with a right check digit.

    References
    ----------
    INSEE, definition of the SIREN number, https://www.insee.fr/fr/metadonnees/definition/c2047
    """
    return len(text) == 9 and text.isascii() and text.isdigit() and luhn_sum(text) % 10 == 0


def is_siret(text: str) -> bool:
    """Whether `text` is fourteen digits that pass the check of SIRET numbers.

    The establishments of La Poste (SIREN 356 000 000) follow a rule of their own: the plain sum of
    the fourteen digits is a multiple of five. Its head office passes the general rule as well.

    References
    ----------
    INSEE, https://www.insee.fr/fr/metadonnees/definition/c1841

    Examples
    --------
    >>> is_siret("73282932000074"), is_siret("73282932000075"), is_siret("35600000049837")
    (True, False, True)
    """
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    if text.startswith(LA_POSTE_SIREN) and sum(map(int, text)) % 5 == 0:
        return True
    return luhn_sum(text) % 10 == 0


def siret_problem(text: str) -> str | None:
    """Say what is wrong with a SIRET, or nothing when it is right."""
    if not text:
        return "SIRET is empty"
    if not (text.isascii() and text.isdigit()):
        return f"SIRET {text!r} has characters that are not digits"
    if len(text) != 14:
        return f"SIRET {text} has {len(text)} digits, 14 are needed (leading zeros lost?)"
    if not is_siret(text):
        return f"SIRET {text} fails its check digits"
    return None


def size_rank(band: str | None) -> int | None:
    """Rank of a staff band, 0 for no staff up to 15; `None` where the band is not known.

    Raises
    ------
    UnknownCodeError
        If the band is not one of `SIZE_BANDS`.
    """
    if band is None:
        return None
    try:
        return SIZE_BANDS.index(band)
    except ValueError:
        raise UnknownCodeError(
            f"staff band {band!r} is not one of Sirene's ({', '.join(SIZE_BANDS)})"
        ) from None


def smallest_staff(band: str) -> int:
    """Smallest number of employees of a staff band."""
    rank = size_rank(band)
    assert rank is not None
    return _SMALLEST_STAFF[rank]


@dataclass(frozen=True, slots=True)
class Company:
    """One establishment, as the registry knows it.

    `name` is `None` where nothing may be shown (a sole trader without a brand, partial diffusion);
    `naf` is a sub-class of NAF rev. 2 with its dot (`43.21A`), `naf2025` one of NAF 2025;
    `commune` is the code of today's commune; coordinates are WGS 84 degrees of the establishment
    itself, or `None`, in which case the commune's own coordinates serve.
    """

    siret: str
    name: str | None
    department: str
    commune: str
    commune_name: str
    postcode: str | None = None
    naf: str | None = None
    naf2025: str | None = None
    legal_category: str | None = None
    size_band: str | None = None
    created: date | None = None
    head_office: bool = False
    employer: bool | None = None
    sole_trader: bool = False
    active: bool = True
    diffusion: Diffusion = Diffusion.FULL
    latitude: float | None = None
    longitude: float | None = None
    fictional: bool = False
    source: str = ""
    data_date: date | None = None

    @property
    def siren(self) -> str:
        """The legal unit: first nine digits of the SIRET."""
        return self.siret[:9]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to. Never served before both sides have accepted an introduction."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a company declares; the three texts stay apart.

    `capacity` is the number of introductions that it accepts per quarter; `consent` says whether
    it agrees to be suggested with what it declares. `public_name` is the name under which a sole
    trader agrees to be shown. `changed_at` and `changed_by` say when and by whom it was last
    declared through the service itself; they are empty where it came from a file alone.
    """

    siret: str
    consent: bool
    activity: str = ""
    offers: str = ""
    needs: str = ""
    certifications: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    capacity: int | None = None
    contact: Contact = field(default_factory=Contact)
    source: str = ""
    public_name: str | None = None
    changed_at: datetime | None = None
    changed_by: str | None = None
