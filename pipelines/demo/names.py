"""Invented names of companies and people."""

from __future__ import annotations

import unicodedata

import numpy as np

ROOTS = (
    "Arv", "Belm", "Calv", "Dorm", "Elv", "Fanj", "Galv", "Hesp", "Isab", "Jorl", "Keld", "Lorv",
    "Mirv", "Novr", "Orv", "Pelv", "Quer", "Riv", "Solv", "Tavr", "Ursel", "Valb", "Verl", "Yolm",
    "Zelv", "Briv", "Morv", "Serv", "Temb", "Fervn", "Clav", "Drav", "Estr", "Gryv", "Luzr",
    "Marsv",
)  # fmt: skip
ENDINGS = (
    "aline", "andre", "ard", "evia", "exis", "ion", "odia", "onne", "ora", "oria", "ume", "ys",
    "ival", "embre", "ancelle", "ignac", "ombe", "anne", "erie", "ault", "idor", "elis", "uvier",
    "onel",
)  # fmt: skip
SURNAMES = (
    "Brissonnel", "Valdorme", "Chantereaux", "Delourmet", "Fauvernier", "Gastenois", "Harvoise",
    "Jolivard", "Lamberteau", "Marcandier", "Nogentier", "Ormesseau", "Pasquerin", "Quillebois",
    "Rambervault", "Saintonnier", "Tourvenel", "Vaujolain", "Auberlin", "Bellecombier", "Corvaisin",
    "Desgranvaux", "Esparvier", "Fontaubier", "Grandverger", "Hauteclerc", "Jumentier", "Kerbraz",
    "Lestourneau", "Malvoisier", "Noirtaud", "Olivarec", "Peyrassol", "Roquebert", "Sauvigneau",
    "Thibaudon", "Verdureau", "Yvernault", "Zaccarin", "Boutelier",
)  # fmt: skip
WOMEN = (
    "Amandine", "Bérénice", "Camille", "Delphine", "Élodie", "Fatou", "Gaëlle", "Hélène", "Inès",
    "Jeanne", "Karima", "Léa", "Mélanie", "Nadia", "Océane", "Pauline", "Sabrina", "Thi-Mai",
)  # fmt: skip
MEN = (
    "Adrien", "Bastien", "Cédric", "David", "Emmanuel", "Farid", "Grégory", "Hugo", "Ismaël",
    "Julien", "Karim", "Ludovic", "Mathieu", "Nicolas", "Olivier", "Pascal", "Rémi", "Samuel",
)  # fmt: skip
STREETS = (
    ("RUE", "DES ARTISANS"), ("RUE", "DE LA GARE"), ("AV", "DE L'EUROPE"), ("PL", "DU MARCHE"),
    ("RUE", "DES PEUPLIERS"), ("ALL", "DES CERISIERS"), ("BD", "DE LA LIBERTE"),
    ("RUE", "DU MOULIN"), ("CHE", "DES CARRIERES"), ("RUE", "GUSTAVE EIFFEL"),
    ("AV", "DES FRERES LUMIERE"), ("RUE", "MARIE CURIE"), ("RTE", "DE LA FORET"),
    ("RUE", "DE L'INDUSTRIE"), ("IMP", "DES TILLEULS"), ("RUE", "DU BOIS BRIARD"),
)  # fmt: skip

_PATTERNS = (
    "{invented} {stem}", "{stem} {invented}", "{invented}", "{stem} {surname}", "{surname} {stem}",
    "ETABLISSEMENTS {surname}", "{surname} ET ASSOCIES", "{invented} {stem} SERVICES",
    "GROUPE {invented}", "{stem} {surname} ET FILS",
)  # fmt: skip


def invented_word(generator: np.random.Generator) -> str:
    """Coin a word that sounds like a brand."""
    return ROOTS[generator.integers(len(ROOTS))] + ENDINGS[generator.integers(len(ENDINGS))]


def company_name(generator: np.random.Generator, stems: tuple[str, ...]) -> str:
    """Coin a company name as the registry writes it: capitals, no accents."""
    pattern = _PATTERNS[generator.integers(len(_PATTERNS))]
    return registry_spelling(
        pattern.format(
            invented=invented_word(generator),
            stem=stems[generator.integers(len(stems))],
            surname=SURNAMES[generator.integers(len(SURNAMES))],
        )
    )


def person_name(generator: np.random.Generator) -> tuple[str, str, str]:
    """Coin a person: first name, surname, and the registry's letter for the sex."""
    first_names, letter = ((WOMEN, "F"), (MEN, "M"))[generator.integers(2)]
    surname = SURNAMES[generator.integers(len(SURNAMES))]
    return first_names[generator.integers(len(first_names))], surname, letter


def registry_spelling(text: str) -> str:
    """Write a text as the registry does: capitals, no accents.

    Examples
    --------
    >>> registry_spelling("Évry-Courcouronnes")
    'EVRY-COURCOURONNES'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).upper()
