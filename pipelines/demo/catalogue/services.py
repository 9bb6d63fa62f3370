"""Services to firms: cleaning, security, waste, energy, hospitality, events."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Product, Trade

PRODUCTS = (
    Product(
        "nettoyage_locaux", "nettoyage de locaux", "90919200-4",
        (
            "le nettoyage de bureaux, de vitrages et de parties communes en journée",
            "un entretien quotidien de locaux avec des produits écolabellisés",
        ),
        (
            "une société de ménage fiable pour nos bureaux",
            "un prestataire pour l'entretien des chambres et des espaces communs",
        ),
        25.0,
    ),
    Product(
        "nettoyage_industriel", "nettoyage industriel", "90911300-9",
        (
            "le nettoyage d'ateliers, de salles blanches et de lignes agroalimentaires",
            "le dépoussiérage et le décapage en hauteur lors d'arrêts techniques",
        ),
        (
            "une équipe formée au bionettoyage de zones classées",
            "un grand nettoyage de l'usine pendant l'arrêt d'août",
        ),
        30.0,
    ),
    Product(
        "gardiennage", "gardiennage", "79713000-5",
        (
            "des agents de sécurité, des rondes et la télésurveillance de sites",
            "la sécurité incendie et l'accueil de sites sensibles",
        ),
        (
            "un gardien de nuit pour notre entrepôt",
            "des rondes le week-end sur un chantier isolé",
        ),
        30.0,
    ),
    Product(
        "videosurveillance", "alarmes et contrôle d'accès", "45312200-9",
        (
            "la vidéosurveillance, les alarmes et le contrôle d'accès",
            "l'installation d'interphones et de caméras reliées à un centre agréé",
        ),
        (
            "un système pour filtrer les entrées et protéger nos stocks",
            "des caméras et des badges pour notre nouveau bâtiment",
        ),
    ),
    Product(
        "interim", "travail temporaire", "79620000-6",
        (
            "des intérimaires qualifiés pour l'atelier, le quai et le chantier",
            "la mise à disposition rapide d'opérateurs et de manutentionnaires",
        ),
        (
            "un renfort d'équipe pour nos pics d'activité",
            "des opérateurs disponibles du jour au lendemain",
        ),
        30.0,
    ),
    Product(
        "esat", "sous-traitance adaptée", "85312000-9",
        (
            "le montage, le tri et le conditionnement par des travailleurs handicapés",
            "des prestations d'atelier et d'espaces verts ouvrant droit à déduction OETH",
        ),
        (
            "un établissement adapté pour de petits travaux d'assemblage",
            "un partenaire de l'insertion pour nos achats responsables",
        ),
        30.0,
    ),
    Product(
        "locaux", "locaux d'activité", "70130000-1",
        (
            "des locaux d'activité et des bureaux modulables, en location ou à l'achat",
            "des cellules artisanales de 150 m² avec cour et quai",
        ),
        (
            "un atelier de 600 m² avec quai pour nous agrandir",
            "un terrain ou un bâtiment à reprendre près de la Francilienne",
        ),
    ),
    Product(
        "coworking", "bureaux partagés", "70332000-7",
        (
            "des bureaux partagés et des salles de réunion à la journée",
            "une domiciliation et un accueil pour jeunes entreprises",
        ),
        (
            "quelques postes de travail de l'autre côté du territoire",
            "une salle équipée pour recevoir nos clients",
        ),
        25.0,
    ),
    Product(
        "collecte_dechets", "collecte et tri de déchets", "90511000-2",
        (
            "la collecte, le tri et la valorisation de déchets d'entreprises",
            "la location de bennes et de compacteurs avec registre numérique",
        ),
        (
            "une collecte de nos cartons, films et biodéchets",
            "des bennes de chantier et un suivi des tonnages",
        ),
    ),
    Product(
        "dechets_dangereux", "déchets dangereux", "90520000-8",
        (
            "l'enlèvement et le traitement de déchets dangereux, bordereaux compris",
            "le regroupement de solvants, d'huiles et de déchets de laboratoire",
        ),
        (
            "une filière agréée pour nos bains usés et nos solvants",
            "un collecteur de déchets chimiques en petites quantités",
        ),
        60.0,
    ),
    Product(
        "recyclage_metaux", "recyclage des métaux", "90514000-3",
        (
            "le rachat et le recyclage de copeaux, de câbles et de ferrailles",
            "la démolition et la valorisation d'équipements métalliques",
        ),
        (
            "un ferrailleur qui rachète nos chutes au juste prix",
            "une reprise de nos copeaux triés par alliage",
        ),
    ),
    Product(
        "recyclage_papier", "recyclage de papier et carton", "90514000-3",
        (
            "la récupération de papiers, de cartons et d'archives à détruire",
            "la mise en balles et le recyclage local de fibres",
        ),
        (
            "un repreneur pour nos rognures et nos cartons",
            "une destruction confidentielle de nos archives",
        ),
    ),
    Product(
        "granules_recycles", "matières plastiques recyclées", "44170000-2",
        (
            "des granulés recyclés de polypropylène et de PET",
            "le broyage à façon et la régénération de chutes plastiques",
        ),
        (
            "une matière recyclée de qualité constante pour nos presses",
            "un recycleur capable de reprendre nos carottes et nos rebuts",
        ),
        80.0,
    ),
    Product(
        "granulats", "granulats recyclés", "14212000-0",
        (
            "des granulats recyclés issus de bétons concassés",
            "des sables et graviers alluvionnaires extraits localement",
        ),
        (
            "des graves recyclées pour nos fonds de forme",
            "une carrière voisine pour nos sables à béton",
        ),
    ),
    Product(
        "traitement_eau", "traitement de l'eau", "45252126-7",
        (
            "des stations de traitement d'effluents et d'eau de procédé",
            "la récupération d'eau de pluie et le recyclage d'eau industrielle",
        ),
        (
            "une solution pour traiter nos rejets et économiser l'eau",
            "un exploitant pour notre petite station d'épuration",
        ),
        60.0,
    ),
    Product(
        "curage", "assainissement et curage", "90470000-2",
        (
            "le curage de réseaux, le pompage et l'inspection par caméra",
            "l'entretien de fosses, de bacs à graisse et de séparateurs",
        ),
        (
            "un camion hydrocureur pour nos réseaux d'eaux usées",
            "une vidange régulière de nos bacs à graisse",
        ),
    ),
    Product(
        "depollution", "dépollution", "90722000-4",
        (
            "le diagnostic et la dépollution de sols et de friches",
            "le traitement de terres sur site par bioremédiation",
        ),
        (
            "un diagnostic de pollution avant l'achat d'un terrain",
            "une entreprise pour traiter des terres souillées",
        ),
        60.0,
    ),
    Product(
        "methanisation", "biogaz et digestat", "09123000-7",
        (
            "du biométhane local et du digestat épandable",
            "la prise en charge de biodéchets et de coproduits agricoles",
        ),
        (
            "un débouché pour nos pailles, nos drêches et nos épluchures",
            "un carburant gazeux renouvelable pour nos camions",
        ),
    ),
    Product(
        "geothermie", "géothermie", "45262220-9",
        (
            "des forages géothermiques et des champs de sondes",
            "l'étude et la réalisation de doublets peu profonds",
        ),
        (
            "un foreur pour un projet de chaleur renouvelable",
            "une étude du sous-sol pour chauffer notre site",
        ),
    ),
    Product(
        "seminaire", "séminaires résidentiels", "55120000-7",
        (
            "des séminaires au vert, avec chambres, salles et restauration",
            "des journées d'étude à vingt minutes de Paris, forêt comprise",
        ),
        (
            "un lieu pour réunir nos équipes deux jours",
            "des chambres à tarif négocié pour nos visiteurs",
        ),
        50.0,
    ),
    Product(
        "traiteur", "traiteur et réceptions", "55520000-1",
        (
            "des cocktails, des buffets et des repas assis pour 20 à 500 convives",
            "une cuisine de saison servie sur vos lieux d'événement",
        ),
        (
            "un traiteur pour l'inauguration de nos locaux",
            "des buffets soignés pour nos congrès",
        ),
    ),
    Product(
        "plateau_repas", "plateaux-repas et repas d'équipe", "55523000-2",
        (
            "des plateaux-repas et des formules déjeuner livrés au bureau",
            "un accueil de groupes et des menus d'affaires le midi",
        ),
        (
            "des déjeuners livrés pour nos stagiaires",
            "une bonne table pour recevoir nos clients",
        ),
        20.0,
    ),
    Product(
        "restauration_collective", "restauration collective", "55511000-5",
        (
            "la gestion de restaurants d'entreprise et de cantines scolaires",
            "une cuisine centrale livrant en liaison froide 4 000 repas par jour",
        ),
        (
            "un gérant pour le restaurant de notre site",
            "un service de repas pour nos internes et nos salariés",
        ),
    ),
    Product(
        "organisation_evenements", "organisation d'événements", "79952000-2",
        (
            "l'organisation de conventions, de salons et d'inaugurations",
            "la location de sonorisation, de scènes et de stands avec montage",
        ),
        (
            "une agence pour fêter les trente ans de l'entreprise",
            "un standiste et un régisseur pour notre prochain salon",
        ),
        60.0,
    ),
    Product(
        "team_building", "activités de cohésion", "92000000-1",
        (
            "des activités de cohésion en forêt, sur l'eau ou autour de la cuisine",
            "des jeux d'équipe et des défis sportifs encadrés",
        ),
        (
            "une sortie originale pour souder nos équipes",
            "une animation de demi-journée pour un séminaire",
        ),
        50.0,
    ),
    Product(
        "visites", "visites et circuits touristiques", "63510000-7",
        (
            "des visites guidées de châteaux, de fermes et d'ateliers",
            "des circuits clés en main de Provins à Milly-la-Forêt",
        ),
        (
            "des excursions à proposer à nos clients hébergés",
            "un guide pour ouvrir notre atelier au public",
        ),
        60.0,
    ),
    Product(
        "autocars", "transport de personnes", "60140000-1",
        (
            "la location d'autocars et de minibus avec conducteur",
            "des navettes domicile-travail et des transferts d'aéroport",
        ),
        (
            "une navette entre la gare et notre zone d'activité",
            "un autocariste pour nos groupes et nos séminaires",
        ),
    ),
)  # fmt: skip

TRADES = (
    Trade(
        "nettoyage", "services", ("81.21Z", "81.22Z"), 2.4,
        ("PROPRETE", "NETTOYAGE", "NET", "HYGIENE"),
        (
            "Entreprise de propreté, nous entretenons bureaux, ateliers et commerces.",
            "Nous assurons l'hygiène de sites tertiaires, hôteliers et industriels.",
        ),
        (
            "Nos {m} agents travaillent de préférence en journée.",
            "Nous utilisons l'eau ozonée et des produits écolabellisés.",
        ),
        ("Qualipropre", "ISO 14001", "Ecolabel"),
        ("nettoyage_locaux", "nettoyage_industriel"),
        ("chimie_fine", "vetements_travail", "location_vehicules", "formation_securite",
         "recrutement", "logiciel_metier"),
    ),
    Trade(
        "securite", "services", ("80.10Z", "80.20Z"), 1.4,
        ("SECURITE", "PROTECTION", "SURETE"),
        (
            "Nous protégeons entrepôts, chantiers et sites recevant du public.",
            "Agents, rondes et technique : nous assurons la sûreté de {m} sites.",
        ),
        ("Notre poste central veille jour et nuit.",
         "Chaque agent suit {n} jours de formation par an."),
        ("CNAPS", "APSAD", "ISO 9001"),
        ("gardiennage", "videosurveillance"),
        ("formation_securite", "vetements_travail", "infogerance", "location_vehicules",
         "recrutement"),
    ),
    Trade(
        "esat", "services", ("88.10C",), 0.6,
        ("ATELIERS SOLIDAIRES", "ESAT", "INSERTION"),
        (
            "Établissement d'aide par le travail, nous accueillons des personnes handicapées.",
            "Entreprise d'insertion, nous réalisons assemblage, tri et espaces verts.",
        ),
        ("Nos {n} ateliers acceptent des lots de toute taille.",),
        ("ESUS", "ISO 9001"),
        ("esat", "conditionnement", "espaces_verts"),
        ("autocars", "restauration_collective", "machines_speciales", "carton",
         "formation_management"),
    ),
    Trade(
        "immobilier", "services", ("68.20B", "68.31Z"), 1.2,
        ("IMMOBILIER", "PARCS", "FONCIER"),
        (
            "Nous louons et vendons ateliers, entrepôts et bureaux aux entreprises.",
            "Nous exploitons des parcs d'activité de part et d'autre de la Seine.",
        ),
        ("Nous gérons {m} 000 m² et proposons des baux souples.",),
        ("BREEAM", "HQE Exploitation"),
        ("locaux", "coworking"),
        ("gardiennage", "gros_oeuvre", "charpente_metal", "isolation", "photovoltaique",
         "couverture", "architecture", "peinture_batiment", "nettoyage_locaux", "signaletique"),
    ),
    Trade(
        "coworking", "services", ("82.11Z",), 0.6,
        ("COWORKING", "BUREAUX", "LE LIEU"),
        ("Nous animons un lieu de travail partagé et un centre d'affaires.",),
        ("L'espace offre {m} postes et {n} salles de réunion.",),
        ("Qualité Tourisme", "B Corp"),
        ("coworking",),
        ("nettoyage_locaux", "plateau_repas", "infogerance", "agencement", "videosurveillance",
         "conseil_com"),
    ),
    Trade(
        "recycleurs", "environment", ("38.11Z", "38.32Z", "38.12Z"), 1.6,
        ("RECYCLAGE", "ENVIRONNEMENT", "VALORISATION", "TRI"),
        (
            "Nous collectons, trions et recyclons les déchets des entreprises.",
            "Acteur de l'économie circulaire, nous transformons les rebuts en matières.",
        ),
        (
            "Notre centre de tri traite {m} 000 tonnes par an.",
            "Nos bennes sont pesées et tracées à chaque rotation.",
        ),
        ("ISO 14001", "MASE", "Qualirecycle"),
        ("collecte_dechets", "recyclage_metaux", "recyclage_papier", "granules_recycles",
         "dechets_dangereux", "granulats"),
        ("entretien_flotte", "location_engins", "photonique", "maintenance_industrielle", "interim",
         "formation_caces", "chaudronnerie", "rd_materiaux"),
    ),
    Trade(
        "eau", "environment", ("37.00Z", "39.00Z"), 0.8,
        ("EAUX", "ASSAINISSEMENT", "DEPOLLUTION"),
        (
            "Nous entretenons les réseaux et traitons les eaux et les sols.",
            "Spécialistes de l'eau industrielle, nous concevons et exploitons des stations.",
        ),
        ("Nos {n} hydrocureurs recyclent leur eau de lavage.",),
        ("MASE", "ISO 14001", "LNE sites et sols pollués"),
        ("curage", "traitement_eau", "depollution"),
        ("chaudronnerie", "capteurs", "analyses_labo", "entretien_flotte", "automatisme", "vrd"),
    ),
    Trade(
        "energie", "environment", ("35.21Z", "35.11Z"), 0.6,
        ("BIOGAZ", "ENERGIES VERTES", "METHA"),
        (
            "Nous produisons du biométhane à partir de coproduits agricoles et de biodéchets.",
            "Producteur d'énergie renouvelable, nous portons des projets avec les agriculteurs.",
        ),
        ("Notre unité alimente {m}0 foyers en gaz vert.",),
        ("ISO 14001", "RGE"),
        ("methanisation", "photovoltaique", "geothermie"),
        ("cereales", "maintenance_industrielle", "capteurs", "analyses_labo", "transport_lots",
         "vrd", "financement_innovation"),
    ),
    Trade(
        "forages", "environment", ("43.13Z",), 0.4,
        ("FORAGES", "SONDAGES"),
        ("Foreurs, nous réalisons puits, sondes géothermiques et sondages de sol.",),
        ("Nos {n} machines forent jusqu'à 200 mètres.",),
        ("Qualiforage", "MASE"),
        ("geothermie", "bureau_etudes_geo"),
        ("usinage", "location_engins", "entretien_flotte", "etudes_thermiques", "collecte_dechets"),
    ),
    Trade(
        "hotels", "tourism", ("55.10Z",), 1.6,
        ("HOTEL", "DOMAINE", "RELAIS", "AUBERGE"),
        (
            "Hôtel de {m} chambres, nous recevons clientèle d'affaires et familles.",
            "Domaine entouré de forêt, nous accueillons séminaires et mariages.",
        ),
        (
            "Les {n} salles de réunion ouvrent sur le parc.",
            "Notre table travaille avec des producteurs voisins.",
        ),
        ("Clef Verte", "Qualité Tourisme", "Ecolabel"),
        ("seminaire",),
        ("nettoyage_locaux", "viennoiseries", "fromages", "legumes", "boissons", "cosmetique",
         "team_building", "visites", "autocars", "peinture_batiment", "menuiserie"),
    ),
    Trade(
        "restaurants", "tourism", ("56.10A", "56.21Z"), 2.6,
        ("RESTAURANT", "TRAITEUR", "LA TABLE", "BISTROT"),
        (
            "Restaurateurs et traiteurs, nous cuisinons les produits de la Brie et du Gâtinais.",
            "Notre maison sert le midi et organise des réceptions le soir.",
            "Traiteur événementiel, nous livrons et servons dans tout le sud francilien.",
        ),
        (
            "La cuisine peut servir {m}0 convives.",
            "La carte change avec les saisons et {n} producteurs y sont cités.",
        ),
        ("Maître restaurateur", "Ecotable"),
        ("traiteur", "plateau_repas"),
        ("legumes", "fromages", "boissons", "viennoiseries", "distribution_alimentaire", "froid",
         "curage", "collecte_dechets", "apprentis", "plantes_aromatiques"),
    ),
    Trade(
        "cantines", "tourism", ("56.29B", "56.29A"), 0.7,
        ("RESTAURATION", "CUISINE CENTRALE", "CANTINES"),
        ("Nous gérons des restaurants d'entreprise et des cantines scolaires.",),
        ("Notre cuisine centrale prépare {m}00 repas par jour avec un tiers de produits locaux.",),
        ("Ecocert En Cuisine", "HACCP", "Mon Restau Responsable"),
        ("restauration_collective", "plateau_repas"),
        ("legumes", "distribution_alimentaire", "plats_prepares", "viennoiseries",
         "transport_frigo", "analyses_labo", "nettoyage_industriel", "methanisation", "interim"),
    ),
    Trade(
        "evenementiel", "tourism", ("82.30Z", "90.02Z"), 1.0,
        ("EVENEMENTS", "EVENT", "SCENES", "RECEPTIONS"),
        (
            "Nous imaginons et produisons des événements pour entreprises et collectivités.",
            "Son, lumière, stands : nous montons salons et inaugurations.",
        ),
        ("Nous produisons {m} événements par an, du plan de salle au démontage.",),
        ("ISO 20121", "Prestadd"),
        ("organisation_evenements", "team_building"),
        ("traiteur", "signaletique", "video", "gardiennage", "location_engins", "autocars",
         "seminaire", "interim"),
    ),
    Trade(
        "loisirs", "tourism", ("93.29Z", "79.90Z"), 0.9,
        ("LOISIRS", "AVENTURES", "ESCAPADES"),
        (
            "Nous organisons visites, jeux et activités de plein air dans le sud francilien.",
            "Base de loisirs et guides, nous recevons groupes scolaires et entreprises.",
        ),
        ("Nos {n} animateurs accueillent des groupes de dix à {m}0 personnes.",),
        ("Qualité Tourisme", "Tourisme et Handicap"),
        ("team_building", "visites"),
        ("autocars", "plateau_repas", "conseil_com", "site_web", "assurance", "espaces_verts"),
    ),
    Trade(
        "autocaristes", "logistics", ("49.39B",), 0.6,
        ("AUTOCARS", "VOYAGES", "NAVETTES"),
        ("Autocaristes, nous transportons salariés, scolaires et visiteurs.",),
        ("Nos {m} véhicules, du minibus au grand tourisme, passent à l'électrique.",),
        ("Objectif CO2", "AFNOR NF Service"),
        ("autocars",),
        ("entretien_flotte", "bornes_recharge", "formation_caces", "application_mobile",
         "nettoyage_locaux"),
    ),
)  # fmt: skip
