"""Transport, storage, vehicles."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Product, Trade

PRODUCTS = (
    Product(
        "messagerie", "messagerie", "60161000-4",
        (
            "la messagerie et l'affrètement de colis et de palettes en 24 heures",
            "des tournées régulières en Île-de-France avec suivi en temps réel",
        ),
        (
            "un transporteur ponctuel pour nos petites expéditions",
            "une solution de livraison du jour au lendemain pour nos pièces",
        ),
    ),
    Product(
        "transport_lots", "transport de lots", "60180000-3",
        (
            "le transport de lots complets ou partiels, en bâché, plateau ou citerne",
            "la location de camions avec conducteur, roulant au biogaz",
        ),
        (
            "un affréteur pour nos chargements complets vers la province",
            "un transport routier moins émetteur pour nos approvisionnements",
        ),
        60.0,
    ),
    Product(
        "transport_frigo", "transport frigorifique", "60182000-7",
        (
            "la livraison sous température dirigée, du frais au surgelé",
            "des tournées frigorifiques mutualisées entre producteurs",
        ),
        (
            "un transporteur en camion réfrigéré pour nos produits frais",
            "une tournée partagée pour livrer la restauration chaque matin",
        ),
    ),
    Product(
        "coursier", "course et dernier kilomètre", "64120000-3",
        (
            "des courses urgentes et la livraison en vélo-cargo du dernier kilomètre",
            "un service de navettes entre sites, documents et petits colis",
        ),
        (
            "un livreur pour nos urgences dans la journée",
            "une navette quotidienne entre nos deux sites",
        ),
        20.0,
    ),
    Product(
        "entreposage", "entreposage", "63120000-6",
        (
            "du stockage sec ou tempéré, au mois, sans engagement",
            "un entrepôt sous douane de 8 000 m² près de la Francilienne",
        ),
        (
            "quelques centaines de mètres carrés pour absorber notre stock saisonnier",
            "un logisticien pour externaliser notre magasin",
        ),
    ),
    Product(
        "preparation_commandes", "préparation de commandes", "63121100-4",
        (
            "la préparation de commandes pour la vente en ligne, retours compris",
            "l'emballage et l'expédition de colis jusqu'à 3 000 commandes par jour",
        ),
        (
            "un prestataire pour expédier les ventes de notre boutique en ligne",
            "une aide logistique lors des fêtes de fin d'année",
        ),
    ),
    Product(
        "conditionnement", "conditionnement à façon", "79920000-9",
        (
            "le conditionnement à façon, la mise sous film et la composition de coffrets",
            "des opérations de reconditionnement et d'étiquetage sous 48 heures",
        ),
        (
            "un atelier pour assembler nos coffrets promotionnels",
            "une main-d'œuvre ponctuelle pour étiqueter et filmer nos lots",
        ),
    ),
    Product(
        "fret", "transit et fret international", "63520000-0",
        (
            "le fret aérien et maritime, avec formalités de douane",
            "l'organisation d'expéditions hors d'Europe depuis Roissy et Orly",
        ),
        (
            "un transitaire pour nos envois à l'étranger",
            "un appui pour les formalités de douane de nos importations",
        ),
        80.0,
    ),
    Product(
        "demenagement", "déménagement d'entreprises", "98392000-7",
        (
            "le déménagement de bureaux, d'archives et de laboratoires",
            "le transfert de machines légères et de mobilier avec garde-meubles",
        ),
        (
            "un déménageur pour notre changement de locaux",
            "une équipe habituée aux équipements de laboratoire",
        ),
    ),
    Product(
        "entretien_flotte", "entretien de véhicules", "50112000-3",
        (
            "l'entretien et la réparation de poids lourds et d'utilitaires",
            "la carrosserie industrielle et l'aménagement de fourgons ateliers",
        ),
        (
            "un garage qui prenne nos utilitaires en charge le soir",
            "un carrossier pour équiper nos camionnettes",
        ),
        25.0,
    ),
    Product(
        "location_vehicules", "location de véhicules", "34110000-1",
        (
            "la location courte et longue durée d'utilitaires, thermiques ou électriques",
            "la gestion de flotte et l'autopartage entre entreprises d'un même parc",
        ),
        (
            "une flotte électrique en location pour nos techniciens",
            "quelques fourgons supplémentaires pendant l'été",
        ),
        25.0,
    ),
    Product(
        "materiel_agricole", "matériel agricole et motoculture", "16000000-5",
        (
            "la vente et la réparation de tracteurs et de motoculteurs",
            "du matériel d'arrosage et d'entretien, neuf ou d'occasion révisée",
        ),
        (
            "un réparateur de tracteurs disponible pendant la moisson",
            "un fournisseur de tondeuses et de tailleuses électriques",
        ),
    ),
)  # fmt: skip

TRADES = (
    Trade(
        "transporteurs", "logistics", ("49.41A", "49.41B"), 2.6,
        ("TRANSPORTS", "FRET", "EXPRESS", "ROUTE"),
        (
            "Transporteur régional, nous livrons industriels et commerçants chaque jour.",
            "Nous transportons lots, palettes et produits frais en Île-de-France et au-delà.",
        ),
        (
            "Notre flotte de {m} véhicules passe peu à peu au biogaz.",
            "Chaque livraison est suivie par géolocalisation et preuve électronique.",
        ),
        ("Objectif CO2", "ISO 9001", "IFS Logistics"),
        ("messagerie", "transport_lots", "transport_frigo"),
        ("entretien_flotte", "bornes_recharge", "formation_caces", "interim", "methanisation",
         "logiciel_metier", "assurance", "entreposage"),
    ),
    Trade(
        "coursiers", "logistics", ("53.20Z",), 0.8,
        ("COURSES", "LIVRAISON", "CYCLO"),
        (
            "Nous livrons plis et colis urgents, à vélo-cargo ou en véhicule électrique.",
            "Service de coursiers, nous relions laboratoires, bureaux et ateliers.",
        ),
        ("Une course commandée avant midi arrive avant {n} heures.",
         "Nous roulons {m} % sans émission."),
        ("Objectif CO2",),
        ("coursier",),
        ("location_vehicules", "bornes_recharge", "application_mobile", "assurance",
         "signaletique"),
    ),
    Trade(
        "entrepots", "logistics", ("52.10B", "82.92Z"), 1.6,
        ("LOGISTIQUE", "ENTREPOTS", "STOCKAGE", "CONDITIONNEMENT"),
        (
            "Logisticien, nous stockons, préparons et expédions pour le compte de marques.",
            "Nos entrepôts de Sénart accueillent commerce en ligne et pièces industrielles.",
            "Nous conditionnons et reconditionnons des produits de grande consommation.",
        ),
        (
            "Nos cellules totalisent {m} 000 m², avec lecture optique des colis.",
            "Nous recrutons en lien avec les structures d'insertion du territoire.",
        ),
        ("ISO 9001", "IFS Logistics", "ISO 14001"),
        ("entreposage", "preparation_commandes", "conditionnement"),
        ("interim", "formation_caces", "carton", "emballage_bois", "machines_speciales",
         "gardiennage", "charpente_metal", "photovoltaique", "logiciel_metier", "location_engins"),
    ),
    Trade(
        "transitaires", "logistics", ("52.29B",), 0.7,
        ("TRANSIT", "OVERSEAS", "CARGO"),
        (
            "Commissionnaire de transport, nous organisons importations et exportations.",
            "Nous acheminons des marchandises du monde entier par Roissy, Orly et Le Havre.",
        ),
        ("Notre bureau de douane traite {m} déclarations par jour.",),
        ("OEA", "IATA", "ISO 9001"),
        ("fret",),
        ("transport_lots", "emballage_bois", "entreposage", "formation_langues", "traduction",
         "cybersecurite"),
    ),
    Trade(
        "demenageurs", "logistics", ("49.42Z",), 0.6,
        ("DEMENAGEMENTS", "TRANSFERTS"),
        (
            "Nous déménageons bureaux, archives et laboratoires.",
            "Déménageurs de métier, nous préparons chaque transfert avec un chef de projet.",
        ),
        ("Nos {n} équipes disposent de monte-meubles et de bacs réutilisables.",),
        ("NF Service", "ISO 14001"),
        ("demenagement",),
        ("carton", "interim", "entretien_flotte", "entreposage", "reemploi"),
    ),
    Trade(
        "garages", "logistics", ("45.20B", "45.20A", "77.11A"), 1.6,
        ("GARAGE", "CARROSSERIE", "MOBILITES", "VEHICULES"),
        (
            "Nous entretenons, carrossons et louons des véhicules professionnels.",
            "Notre garage multimarque répare utilitaires et poids lourds.",
        ),
        (
            "L'atelier reste ouvert jusqu'à 22 heures et compte {n} ponts.",
            "Un véhicule de prêt est fourni dès {days} jours d'immobilisation.",
        ),
        ("ISO 9001", "QualiRépar"),
        ("entretien_flotte", "location_vehicules"),
        ("dechets_dangereux", "recyclage_metaux", "signaletique", "bornes_recharge", "apprentis",
         "thermolaquage", "chimie_fine"),
    ),
    Trade(
        "motoculture", "farming", ("46.61Z",), 0.5,
        ("MOTOCULTURE", "AGRI", "MATERIELS"),
        ("Nous vendons et réparons tracteurs, matériels de récolte et d'espaces verts.",),
        ("Nos {n} mécaniciens se déplacent à la ferme pendant les récoltes.",),
        ("SEDIMA",),
        ("materiel_agricole",),
        ("entretien_flotte", "transport_lots", "apprentis", "maintenance_industrielle", "site_web"),
    ),
)  # fmt: skip
