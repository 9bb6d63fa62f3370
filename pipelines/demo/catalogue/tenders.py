"""Public contracts that firms of different trades win together."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Project

PROJECTS = (
    Project(
        "ecole", "45214200-2",
        (
            "Réhabilitation et extension d'un groupe scolaire {at}",
            "Restructuration énergétique d'une école élémentaire {at}",
        ),
        ("gros_oeuvre", "couverture", "charpente_bois", "menuiserie", "electricite", "chauffage",
         "isolation", "peinture_batiment"),
    ),
    Project(
        "gymnase", "45212225-9",
        ("Construction d'un gymnase {at}", "Rénovation de la halle des sports {at}"),
        ("gros_oeuvre", "charpente_metal", "couverture", "metallerie", "electricite", "ventilation",
         "vrd"),
    ),
    Project(
        "maitrise_oeuvre", "71200000-0",
        (
            "Maîtrise d'œuvre pour la construction d'une médiathèque {at}",
            "Mission de maîtrise d'œuvre pour la rénovation thermique de bâtiments communaux {at}",
        ),
        ("architecture", "etudes_structure", "etudes_thermiques", "audit_energetique",
         "bureau_etudes_geo"),
    ),
    Project(
        "espace_public", "45233200-1",
        (
            "Aménagement d'une place et désimperméabilisation des sols {at}",
            "Requalification de voirie et plantations {at}",
        ),
        ("vrd", "espaces_verts", "electricite", "signaletique", "curage"),
    ),
    Project(
        "friche", "45112360-6",
        ("Déconstruction et dépollution d'une friche industrielle {at}",),
        ("demolition", "depollution", "dechets_dangereux", "granulats", "vrd"),
    ),
    Project(
        "multiservice", "79993000-1",
        (
            "Prestations multiservices de bâtiments administratifs {at}",
            "Nettoyage, sécurité et entretien des sites communautaires {at}",
        ),
        ("nettoyage_locaux", "gardiennage", "espaces_verts", "chauffage", "collecte_dechets"),
    ),
    Project(
        "solaire", "09331200-0",
        ("Ombrières photovoltaïques et bornes de recharge sur le parking public {of}",),
        ("photovoltaique", "charpente_metal", "bornes_recharge", "vrd", "etudes_structure"),
    ),
    Project(
        "numerique", "72000000-5",
        (
            "Plateforme numérique de services aux habitants {of}",
            "Hébergement, sécurité et tableau de bord de données pour la commune {of}",
        ),
        ("logiciel_metier", "application_mobile", "infogerance", "cybersecurite", "data_ia"),
    ),
    Project(
        "communication", "79340000-9",
        ("Communication institutionnelle et événements de la ville {of}",),
        ("conseil_com", "impression", "video", "organisation_evenements", "site_web"),
    ),
    Project(
        "cantines", "55523100-3",
        ("Fourniture de denrées et de repas pour les cantines {of}",),
        ("restauration_collective", "legumes", "viennoiseries", "transport_frigo", "fromages"),
    ),
    Project(
        "banc_essai", "38540000-2",
        ("Étude et réalisation d'un banc d'essai pour un laboratoire public {at}",),
        ("bureau_etudes_meca", "usinage", "tolerie", "cartes_electroniques", "capteurs",
         "photonique"),
    ),
    Project(
        "insertion", "80500000-9",
        ("Parcours de formation et d'insertion pour les demandeurs d'emploi {of}",),
        ("formation_soudure", "formation_caces", "esat", "recrutement", "formation_management"),
    ),
)  # fmt: skip
