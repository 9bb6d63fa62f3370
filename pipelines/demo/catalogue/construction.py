"""Building, public works and the studies that precede them."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Product, Trade

PRODUCTS = (
    Product(
        "gros_oeuvre", "gros œuvre", "45223220-4",
        (
            "le gros œuvre de bâtiments tertiaires, scolaires et industriels",
            "des fondations, dallages et élévations en béton bas carbone",
        ),
        (
            "un maçon structuré pour nos lots de béton et de reprise",
            "une entreprise pour les dalles et les massifs de notre extension",
        ),
    ),
    Product(
        "vrd", "terrassement et voirie", "45233140-2",
        (
            "le terrassement, les réseaux et la voirie d'accès",
            "l'aménagement de parkings, de quais et de cours de manœuvre",
        ),
        (
            "une équipe de travaux publics pour nos branchements et nos enrobés",
            "la réfection de notre cour poids lourds sans arrêter l'activité",
        ),
    ),
    Product(
        "demolition", "démolition et désamiantage", "45111100-9",
        (
            "le curage, la déconstruction sélective et le désamiantage en sous-section 3",
            "la dépose soignée d'équipements et de cloisons en vue du réemploi",
        ),
        (
            "un démolisseur certifié amiante pour un site occupé",
            "une entreprise de curage qui trie et valorise les matériaux",
        ),
    ),
    Product(
        "charpente_bois", "charpente et ossature bois", "45261100-5",
        (
            "des charpentes et des ossatures bois taillées dans notre atelier",
            "la surélévation de bâtiments en structure bois",
        ),
        (
            "un charpentier pour une extension légère et rapide",
            "un constructeur en ossature pour nos opérations de logements",
        ),
    ),
    Product(
        "couverture", "couverture et étanchéité", "45261210-9",
        (
            "la couverture, le bardage et l'étanchéité de toitures-terrasses",
            "la réfection de toits en tuile, zinc ou bac acier, végétalisation comprise",
        ),
        (
            "un couvreur pour reprendre une toiture qui fuit",
            "un étancheur disponible avant la pose de nos panneaux",
        ),
    ),
    Product(
        "menuiserie", "menuiseries", "45421000-4",
        (
            "la fabrication et la pose de fenêtres, portes et façades en bois ou aluminium",
            "des menuiseries extérieures à haute performance thermique",
        ),
        (
            "un menuisier pour remplacer les ouvrants de nos bureaux",
            "un poseur de châssis et de portes coupe-feu",
        ),
    ),
    Product(
        "isolation", "isolation et plâtrerie", "45320000-6",
        (
            "l'isolation par l'extérieur et par l'intérieur, en matériaux biosourcés",
            "des cloisons, des plafonds et des doublages acoustiques",
        ),
        (
            "un plaquiste pour nos chantiers de bureaux",
            "une solution pour réduire le bruit et les pertes de chaleur de nos locaux",
        ),
    ),
    Product(
        "peinture_batiment", "peinture et sols", "45442100-8",
        (
            "la peinture intérieure et les ravalements, en site occupé si nécessaire",
            "la pose de sols souples et de résines industrielles",
        ),
        (
            "un peintre pour rafraîchir nos chambres et nos couloirs",
            "un applicateur de résine pour le sol de notre atelier",
        ),
    ),
    Product(
        "electricite", "électricité du bâtiment", "45311200-2",
        (
            "l'électricité courants forts et faibles pour le tertiaire et l'industrie",
            "le relamping LED, les armoires et la mise en conformité électrique",
        ),
        (
            "un électricien pour les lots tertiaires que nous pilotons",
            "une remise aux normes de nos tableaux et de notre éclairage",
        ),
    ),
    Product(
        "photovoltaique", "installations photovoltaïques", "09331200-0",
        (
            "l'étude et la pose de panneaux solaires en toiture et en ombrière",
            "des centrales photovoltaïques en autoconsommation, maintenance comprise",
        ),
        (
            "un installateur pour couvrir notre toit de panneaux solaires",
            "une étude d'autoconsommation pour notre bâtiment",
        ),
    ),
    Product(
        "bornes_recharge", "bornes de recharge", "31158000-8",
        (
            "des bornes de recharge pour flottes et parkings, avec supervision",
            "l'installation IRVE et la maintenance de points de charge",
        ),
        (
            "un équipement pour recharger nos utilitaires la nuit",
            "un installateur certifié pour électrifier notre parking",
        ),
    ),
    Product(
        "chauffage", "chauffage et plomberie", "45331000-6",
        (
            "le remplacement de chaudières par des pompes à chaleur collectives",
            "la plomberie, les sanitaires et les réseaux de chaleur",
        ),
        (
            "un chauffagiste pour sortir du gaz",
            "un plombier qui suive nos opérations de réhabilitation",
        ),
    ),
    Product(
        "ventilation", "ventilation et climatisation", "45331200-8",
        (
            "la ventilation double flux et le traitement d'air de salles propres",
            "l'entretien de centrales d'air et de climatiseurs",
        ),
        (
            "un spécialiste du traitement d'air pour une salle blanche",
            "un contrat d'entretien pour nos climatisations",
        ),
    ),
    Product(
        "espaces_verts", "espaces verts", "77310000-6",
        (
            "la création et l'entretien de jardins d'entreprise et de noues paysagères",
            "une gestion écologique des espaces verts, sans produit phytosanitaire",
        ),
        (
            "un paysagiste pour végétaliser notre parking",
            "un entretien différencié des abords de notre site",
        ),
    ),
    Product(
        "architecture", "architecture et maîtrise d'œuvre", "71200000-0",
        (
            "la conception architecturale et le suivi de chantiers de réhabilitation",
            "des esquisses, permis de construire et plans d'aménagement intérieur",
        ),
        (
            "un architecte pour transformer un ancien entrepôt",
            "une maîtrise d'œuvre sensible au réemploi pour nos nouveaux locaux",
        ),
    ),
    Product(
        "etudes_structure", "études de structure", "71312000-8",
        (
            "le calcul de structures béton, acier et bois",
            "des diagnostics de solidité et des notes de calcul aux Eurocodes",
        ),
        (
            "un bureau d'études pour vérifier une charpente avant surcharge",
            "un calculateur de structures pour nos réponses à appels d'offres",
        ),
    ),
    Product(
        "etudes_thermiques", "études thermiques et fluides", "71314300-5",
        (
            "des études thermiques, des simulations dynamiques et le commissionnement",
            "la conception de réseaux CVC et le suivi de la réglementation RE2020",
        ),
        (
            "un thermicien pour compléter notre équipe de conception",
            "une modélisation énergétique avant travaux",
        ),
    ),
    Product(
        "audit_energetique", "audit énergétique", "71314000-2",
        (
            "des audits énergétiques réglementaires et des plans de sobriété chiffrés",
            "le suivi des consommations et l'accompagnement ISO 50001",
        ),
        (
            "un diagnostic pour baisser notre facture d'électricité et de gaz",
            "un conseil indépendant sur le décret tertiaire",
        ),
    ),
    Product(
        "location_engins", "location d'engins", "45500000-2",
        (
            "la location de nacelles, de chariots et de mini-pelles, avec ou sans opérateur",
            "des groupes électrogènes et du matériel de levage livrés sous 24 heures",
        ),
        (
            "un loueur proche pour nos nacelles et nos chariots",
            "une grue mobile et son conducteur pour deux journées",
        ),
    ),
    Product(
        "materiaux", "matériaux de construction", "44110000-4",
        (
            "des matériaux de construction biosourcés et du béton prêt à l'emploi",
            "du négoce de bois, d'isolants et de parpaings avec livraison grutée",
        ),
        (
            "un fournisseur de béton et d'agrégats recyclés",
            "un négoce qui livre nos chantiers avant sept heures",
        ),
    ),
    Product(
        "reemploi", "matériaux de réemploi", "45262700-8",
        (
            "des matériaux de réemploi diagnostiqués, nettoyés et garantis",
            "la collecte et la revente de portes, luminaires et faux planchers",
        ),
        (
            "une filière pour donner une seconde vie à nos équipements déposés",
            "un stock de bois et de luminaires de seconde main",
        ),
    ),
)  # fmt: skip

TRADES = (
    Trade(
        "macons", "construction", ("41.20B", "43.99C"), 3.0,
        ("BATIMENT", "CONSTRUCTION", "MACONNERIE"),
        (
            "Entreprise générale, nous construisons et rénovons des bâtiments publics et privés.",
            "Nous réalisons le gros œuvre de petites et moyennes opérations en Île-de-France.",
        ),
        (
            "Nous menons {n} chantiers de front avec nos propres équipes.",
            "Nos bétons bas carbone représentent {m} % des volumes coulés.",
        ),
        ("Qualibat", "ISO 9001", "MASE"),
        ("gros_oeuvre",),
        ("materiaux", "location_engins", "etudes_structure", "electricite", "chauffage",
         "couverture", "interim", "demolition", "collecte_dechets", "metallerie", "menuiserie",
         "isolation", "charpente_bois"),
    ),
    Trade(
        "travaux_publics", "construction", ("42.11Z", "43.12A"), 1.8,
        ("TRAVAUX PUBLICS", "TERRASSEMENT", "VOIRIE", "TP"),
        (
            "Nous réalisons terrassements, réseaux et voiries pour communes et entreprises.",
            "Nos équipes aménagent routes, cours et parkings perméables.",
        ),
        (
            "Notre parc de {m} engins est entretenu à l'atelier.",
            "Les déblais sont triés et réutilisés à {m} %.",
        ),
        ("Qualibat", "ISO 14001", "MASE"),
        ("vrd",),
        ("materiaux", "location_engins", "entretien_flotte", "formation_caces", "collecte_dechets",
         "espaces_verts", "depollution", "curage"),
    ),
    Trade(
        "demolisseurs", "construction", ("43.11Z",), 0.7,
        ("DEMOLITION", "CURAGE", "DESAMIANTAGE"),
        (
            "Nous déconstruisons et désamiantons en valorisant ce qui peut l'être.",
            "Spécialistes du curage, nous préparons les réhabilitations lourdes.",
        ),
        ("Nous valorisons {m} % des tonnages déposés.",
         "Nos {n} encadrants sont formés à la sous-section 3."),
        ("Qualibat 1552", "MASE", "ISO 14001"),
        ("demolition", "reemploi"),
        ("location_engins", "dechets_dangereux", "collecte_dechets", "analyses_labo", "interim",
         "vetements_travail"),
    ),
    Trade(
        "charpentiers", "construction", ("43.91A", "43.91B"), 1.4,
        ("CHARPENTE", "COUVERTURE", "TOITURES", "ETANCHEITE"),
        (
            "Charpentiers et couvreurs, nous posons et rénovons des toitures de toute taille.",
            "Nous levons des ossatures bois et couvrons bâtiments publics et ateliers.",
        ),
        (
            "L'atelier de taille est équipé d'une commande numérique.",
            "Nos {n} équipes disposent de leur propre échafaudage.",
        ),
        ("Qualibat", "RGE", "PEFC"),
        ("charpente_bois", "couverture"),
        ("materiaux", "location_engins", "etudes_structure", "apprentis", "reemploi",
         "photovoltaique"),
    ),
    Trade(
        "menuisiers", "construction", ("43.32A", "43.32B"), 1.8,
        ("MENUISERIE", "FERMETURES", "METALLERIE"),
        (
            "Nous fabriquons et posons menuiseries, fermetures et ouvrages de métallerie.",
            "Menuisiers installés de longue date, nous rénovons écoles, bureaux et logements.",
        ),
        (
            "Nous posons {m}0 ouvrants par an.",
            "Le relevé se fait au scanner et la pose suit en {days} jours.",
        ),
        ("Qualibat", "RGE", "PEFC"),
        ("menuiserie", "metallerie"),
        ("thermolaquage", "materiaux", "matiere_metal", "apprentis", "location_vehicules",
         "reemploi"),
    ),
    Trade(
        "plaquistes", "construction", ("43.29A", "43.31Z"), 1.8,
        ("ISOLATION", "PLATRERIE", "CLOISONS"),
        (
            "Nous isolons et cloisonnons bureaux, écoles et logements.",
            "Notre entreprise d'isolation privilégie le chanvre, le liège et la fibre de bois.",
        ),
        (
            "Nous traitons {m}00 m² de façades par an.",
            "Chaque chantier se termine par un test d'étanchéité à l'air.",
        ),
        ("RGE", "Qualibat"),
        ("isolation", "peinture_batiment"),
        ("materiaux", "location_engins", "etudes_thermiques", "interim", "collecte_dechets",
         "formation_securite"),
    ),
    Trade(
        "peintres", "construction", ("43.34Z", "43.33Z"), 1.8,
        ("PEINTURES", "DECORATION", "REVETEMENTS DE SOLS"),
        (
            "Peintres et solistes, nous rénovons bureaux, hôtels et commerces.",
            "Nous appliquons peintures, résines et revêtements en site occupé.",
        ),
        (
            "Nos peintures sont à faible émission et nos eaux de rinçage recyclées.",
            "Une équipe de nuit de {n} personnes limite la gêne de vos clients.",
        ),
        ("Qualibat", "Ecolabel"),
        ("peinture_batiment",),
        ("chimie_fine", "materiaux", "location_engins", "apprentis", "location_vehicules"),
    ),
    Trade(
        "electriciens", "construction", ("43.21A",), 2.6,
        ("ELECTRICITE", "ENERGIES", "COURANTS", "SOLAIRE"),
        (
            "Nous équipons bâtiments tertiaires et ateliers en électricité, solaire et bornes.",
            "Électriciens du bâtiment, nous intervenons en neuf comme en rénovation.",
            "Notre entreprise installe et entretient des réseaux électriques et de données.",
        ),
        (
            "Nos {n} équipes sont habilitées haute et basse tension.",
            "Nous avons posé {m}0 points de charge en deux ans.",
        ),
        ("Qualifelec", "IRVE", "QualiPV", "RGE"),
        ("electricite", "photovoltaique", "bornes_recharge", "videosurveillance"),
        ("faisceaux", "location_engins", "formation_electrique", "apprentis", "couverture",
         "location_vehicules", "etudes_thermiques"),
    ),
    Trade(
        "chauffagistes", "construction", ("43.22A", "43.22B"), 2.2,
        ("CHAUFFAGE", "PLOMBERIE", "THERMIQUE", "GENIE CLIMATIQUE"),
        (
            "Nous installons et entretenons chauffage, plomberie et ventilation.",
            "Génie climatique : nos équipes décarbonent chaufferies et bâtiments.",
        ),
        (
            "Nous suivons {m}0 installations sous contrat.",
            "Nos {n} techniciens utilisent un carnet d'entretien numérique.",
        ),
        ("RGE", "QualiPAC", "Qualibat"),
        ("chauffage", "ventilation"),
        ("etudes_thermiques", "electricite", "capteurs", "location_vehicules", "apprentis",
         "recyclage_metaux", "geothermie"),
    ),
    Trade(
        "paysagistes", "construction", ("81.30Z",), 1.3,
        ("PAYSAGES", "JARDINS", "ESPACES VERTS"),
        (
            "Paysagistes, nous créons et entretenons des jardins sobres en eau.",
            "Nous entretenons les espaces verts d'entreprises, d'hôtels et de collectivités.",
        ),
        (
            "Nos {n} équipes travaillent avec du matériel électrique.",
            "Les déchets verts sont compostés sur place.",
        ),
        ("EcoJardin", "Qualipaysage"),
        ("espaces_verts",),
        ("esat", "location_engins", "vrd", "materiel_agricole", "formation_phyto",
         "location_vehicules"),
    ),
    Trade(
        "architectes", "consulting", ("71.11Z",), 1.2,
        ("ARCHITECTES", "ARCHITECTURE", "ATELIER D'ARCHITECTURE"),
        (
            "Notre agence conçoit des écoles, des ateliers et des lieux de travail.",
            "Architectes attachés au réemploi, nous réhabilitons le bâti existant.",
        ),
        (
            "L'agence réunit {n} architectes et un économiste.",
            "Nous avons livré {m} bâtiments publics dans le sud francilien.",
        ),
        ("HMONP", "Ordre des architectes"),
        ("architecture",),
        ("etudes_structure", "etudes_thermiques", "impression_3d", "menuiserie", "assurance",
         "reemploi", "bureau_etudes_geo"),
    ),
    Trade(
        "bet_batiment", "consulting", ("71.12B",), 1.8,
        ("INGENIERIE", "ETUDES", "STRUCTURES", "ENERGIE CONSEIL"),
        (
            "Bureau d'études indépendant, nous concevons structures et équipements techniques.",
            "Nous auditons et améliorons la performance énergétique des bâtiments.",
        ),
        (
            "Nos {n} ingénieurs travaillent en maquette numérique.",
            "Un premier avis est rendu en {days} jours après la visite.",
        ),
        ("OPQIBI", "RGE études", "ISO 9001"),
        ("etudes_structure", "etudes_thermiques", "audit_energetique"),
        ("capteurs", "architecture", "logiciel_metier", "location_vehicules", "bureau_etudes_geo",
         "data_ia"),
    ),
    Trade(
        "loueurs", "logistics", ("77.32Z",), 0.7,
        ("LOCATION", "LEVAGE", "MANUTENTION"),
        (
            "Nous louons engins, nacelles et matériels de levage aux chantiers et aux usines.",
            "Loueur indépendant, nous livrons et dépannons jour et nuit.",
        ),
        ("Le parc réunit {m}0 machines, dont une part croissante d'électriques.",),
        ("ISO 9001", "MASE"),
        ("location_engins",),
        ("entretien_flotte", "formation_caces", "capteurs", "transport_lots", "bornes_recharge"),
    ),
    Trade(
        "negoces", "logistics", ("46.73A", "23.63Z"), 0.9,
        ("MATERIAUX", "NEGOCE", "BETONS"),
        (
            "Nous fournissons béton, bois et isolants aux entreprises du bâtiment.",
            "Négoce familial, nous tenons trois dépôts entre Seine et Essonne.",
        ),
        ("Nos {n} camions grues livrent à l'heure convenue.",
         "Nous reprenons les palettes et les chutes."),
        ("PEFC", "FSC", "ISO 14001"),
        ("materiaux",),
        ("transport_lots", "emballage_bois", "entretien_flotte", "site_web", "formation_caces",
         "granulats"),
    ),
)  # fmt: skip
