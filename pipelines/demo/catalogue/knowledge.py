"""Digital, engineering, research, consulting, training: trades that sell knowledge."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Product, Trade

PRODUCTS = (
    Product(
        "logiciel_metier", "logiciels métier", "72230000-6",
        (
            "le développement de logiciels sur mesure et leur reprise en maintenance",
            "l'intégration d'ERP et la connexion de vos outils de gestion",
        ),
        (
            "un développeur pour remplacer nos tableurs de suivi de production",
            "une solution de gestion adaptée à une PME de notre taille",
        ),
        80.0,
    ),
    Product(
        "gmao", "suivi de maintenance et d'ateliers", "48420000-8",
        (
            "un logiciel de GMAO simple, utilisable sur tablette au pied des machines",
            "des tableaux de bord d'atelier alimentés par les machines elles-mêmes",
        ),
        (
            "un outil pour planifier nos entretiens et tracer nos pannes",
            "une vision en direct de l'avancement de nos ordres de fabrication",
        ),
        80.0,
    ),
    Product(
        "application_mobile", "applications mobiles", "72212000-4",
        (
            "des applications mobiles et des portails clients, du parcours à la mise en ligne",
            "le prototypage d'interfaces testées avec de vrais utilisateurs",
        ),
        (
            "une application pour que nos clients suivent leurs commandes",
            "un studio qui reprenne une appli abandonnée par son éditeur",
        ),
        80.0,
    ),
    Product(
        "data_ia", "données et intelligence artificielle", "72316000-3",
        (
            "l'analyse de données et l'intelligence artificielle appliquée à la production",
            "des modèles de prévision et de vision par ordinateur, expliqués aux équipes",
        ),
        (
            "une aide pour exploiter les données qui dorment dans nos machines",
            "un expert pour prévoir nos ventes et nos stocks",
        ),
        80.0,
    ),
    Product(
        "infogerance", "infogérance", "72500000-0",
        (
            "l'infogérance de postes et de serveurs, avec assistance en moins d'une heure",
            "l'hébergement souverain et la sauvegarde de données en Île-de-France",
        ),
        (
            "un prestataire informatique de proximité pour nos 30 postes",
            "un hébergeur fiable pour notre messagerie et nos fichiers",
        ),
    ),
    Product(
        "cybersecurite", "cybersécurité", "72800000-8",
        (
            "des audits de cybersécurité, des tests d'intrusion et un plan de reprise",
            "la sensibilisation des équipes et la surveillance des alertes",
        ),
        (
            "un diagnostic de nos failles informatiques après une tentative de fraude",
            "un accompagnement vers les exigences de sécurité de nos donneurs d'ordres",
        ),
        80.0,
    ),
    Product(
        "site_web", "sites internet et vente en ligne", "72413000-8",
        (
            "la création de sites internet et de boutiques en ligne écoconçus",
            "le référencement et la refonte de sites vitrines",
        ),
        (
            "une boutique en ligne pour nos clients professionnels",
            "une remise à neuf de notre vitrine numérique",
        ),
        80.0,
    ),
    Product(
        "conseil_com", "communication", "79340000-9",
        (
            "des campagnes de communication, de l'identité visuelle aux relations presse",
            "la gestion de réseaux sociaux et la rédaction de contenus professionnels",
        ),
        (
            "une agence pour faire connaître notre marque employeur",
            "un graphiste pour moderniser notre image",
        ),
        80.0,
    ),
    Product(
        "video", "vidéo et photographie", "92111200-4",
        (
            "des films d'entreprise, des prises de vue par drone et des reportages photo",
            "la captation de conférences et le montage sous 48 heures",
        ),
        (
            "un vidéaste pour montrer nos métiers à de futurs candidats",
            "des photos professionnelles de nos réalisations",
        ),
        60.0,
    ),
    Product(
        "design_produit", "design de produit", "79934000-0",
        (
            "le design industriel, l'ergonomie et l'écoconception de produits",
            "des maquettes d'aspect et des dossiers de fabrication",
        ),
        (
            "un designer pour repenser notre gamme et son emballage",
            "une démarche d'écoconception sur un produit phare",
        ),
        80.0,
    ),
    Product(
        "bureau_etudes_meca", "études mécaniques", "71333000-1",
        (
            "la conception mécanique en 3D, le calcul par éléments finis et les dossiers de plans",
            "l'ingénierie de produits et d'équipements, du cahier des charges au prototype",
        ),
        (
            "un projeteur pour absorber notre retard de plans",
            "un calcul de résistance pour certifier notre nouvel équipement",
        ),
        80.0,
    ),
    Product(
        "bureau_etudes_geo", "topographie et géotechnique", "71351810-4",
        (
            "des relevés par scanner laser, des bornages et des études de sol",
            "des sondages géotechniques G1 à G5",
        ),
        (
            "un géomètre pour le relevé précis d'un bâtiment ancien",
            "une étude de sol avant de construire",
        ),
    ),
    Product(
        "controle_nd", "contrôle non destructif", "71632000-7",
        (
            "le contrôle non destructif par ultrasons, ressuage et radiographie",
            "des essais mécaniques et des expertises de rupture",
        ),
        (
            "un contrôleur certifié pour nos soudures",
            "un laboratoire pour comprendre la casse d'une pièce",
        ),
        60.0,
    ),
    Product(
        "essais_cem", "essais électriques et climatiques", "71621000-7",
        (
            "des essais de compatibilité électromagnétique et de tenue climatique",
            "un accompagnement au marquage CE d'équipements électroniques",
        ),
        (
            "un banc d'essais pour valider notre prototype avant certification",
            "un appui pour passer le marquage CE",
        ),
        80.0,
    ),
    Product(
        "analyses_labo", "analyses de laboratoire", "71620000-0",
        (
            "des analyses microbiologiques et physico-chimiques accréditées",
            "le contrôle de l'eau, de l'air et des aliments avec prélèvement sur site",
        ),
        (
            "un laboratoire proche pour nos contrôles qualité hebdomadaires",
            "des dosages rapides sur matières premières et produits finis",
        ),
        60.0,
    ),
    Product(
        "biologie", "services de biologie", "73111000-3",
        (
            "du séquençage, de la culture cellulaire et des tests in vitro à façon",
            "la production de lots précliniques de protéines et d'anticorps",
        ),
        (
            "une plateforme pour caractériser nos lignées cellulaires",
            "un prestataire pour nos essais précliniques",
        ),
        100.0,
    ),
    Product(
        "rd_materiaux", "recherche sur les matériaux", "73100000-3",
        (
            "la recherche contractuelle sur les matériaux et les procédés sobres",
            "des essais pilotes de recyclage et de valorisation de fibres",
        ),
        (
            "un laboratoire partenaire pour un matériau de substitution",
            "un centre de recherche pour monter un projet collaboratif",
        ),
        100.0,
    ),
    Product(
        "affaires_reglementaires", "affaires réglementaires", "79110000-8",
        (
            "la constitution de dossiers réglementaires pour la santé, la chimie et la beauté",
            "la préparation aux audits ISO 13485, ISO 22716 et REACH",
        ),
        (
            "un consultant pour notre dossier de marquage médical",
            "un regard externe sur la conformité de nos étiquettes et de nos formules",
        ),
        100.0,
    ),
    Product(
        "propriete_industrielle", "propriété industrielle", "79120000-1",
        (
            "le dépôt de brevets et de marques et la veille technologique",
            "la rédaction de contrats de licence et d'accords de confidentialité",
        ),
        (
            "un conseil pour protéger notre invention",
            "un avis juridique avant de signer avec un partenaire étranger",
        ),
        100.0,
    ),
    Product(
        "financement_innovation", "financement de l'innovation", "66171000-9",
        (
            "le montage de dossiers d'aides, de crédit d'impôt et de levées de fonds",
            "la recherche de financements européens pour projets industriels",
        ),
        (
            "un accompagnement pour financer notre prochaine machine",
            "un cabinet pour sécuriser notre crédit d'impôt recherche",
        ),
        100.0,
    ),
    Product(
        "conseil_export", "conseil à l'export", "79410000-1",
        (
            "l'accompagnement à l'export, de l'étude de marché au premier distributeur",
            "la représentation commerciale en Allemagne, en Italie et au Maroc",
        ),
        (
            "un appui pour trouver un distributeur hors de France",
            "une expérience des marchés allemand et belge",
        ),
        100.0,
    ),
    Product(
        "conseil_transmission", "reprise et transmission", "79412000-5",
        (
            "la préparation de cessions et de reprises d'entreprises",
            "l'évaluation de PME et la recherche confidentielle de repreneurs",
        ),
        (
            "un accompagnement pour préparer la cession de l'entreprise",
            "un repreneur de la région prêt à garder nos savoir-faire",
        ),
        100.0,
    ),
    Product(
        "conseil_rse", "conseil RSE et bilan carbone", "90713000-8",
        (
            "des bilans carbone, des feuilles de route RSE et la préparation de labels",
            "l'animation de démarches d'économie circulaire entre voisins de zone",
        ),
        (
            "une méthode pour mesurer nos émissions et répondre à nos donneurs d'ordres",
            "un accompagnement vers une labellisation responsable",
        ),
        100.0,
    ),
    Product(
        "conseil_organisation", "organisation et performance", "79411000-8",
        (
            "des chantiers d'amélioration continue menés avec les équipes d'atelier",
            "le pilotage de projets de certification ISO 9001 ou 14001",
        ),
        (
            "un regard neuf sur nos flux et nos temps de changement de série",
            "un consultant pour obtenir notre certification qualité",
        ),
        80.0,
    ),
    Product(
        "expertise_comptable", "expertise comptable", "79200000-6",
        (
            "la tenue comptable, la paie et les tableaux de bord de gestion",
            "l'accompagnement des créateurs et des dirigeants de PME",
        ),
        (
            "un cabinet pour nos comptes et nos bulletins de salaire",
            "un contrôle de gestion à temps partagé",
        ),
        50.0,
    ),
    Product(
        "assurance", "assurances professionnelles", "66510000-8",
        (
            "le courtage d'assurances professionnelles, de la décennale à la flotte",
            "l'audit de contrats de prévoyance et de responsabilité civile",
        ),
        (
            "un courtier pour renégocier nos contrats",
            "une couverture adaptée à nos risques de chantier et de transport",
        ),
        80.0,
    ),
    Product(
        "recrutement", "recrutement", "79600000-0",
        (
            "le recrutement de techniciens, d'ingénieurs et de cadres commerciaux",
            "l'évaluation de candidats et l'intégration des nouveaux arrivants",
        ),
        (
            "un cabinet pour trouver un chef d'atelier et deux techniciens",
            "une aide pour attirer des profils rares",
        ),
        60.0,
    ),
    Product(
        "traduction", "traduction", "79530000-8",
        (
            "la traduction technique et l'interprétation en douze langues",
            "la localisation de notices, de contrats et de sites internet",
        ),
        (
            "un traducteur pour nos notices en allemand et en espagnol",
            "des interprètes pour recevoir une délégation étrangère",
        ),
        100.0,
    ),
    Product(
        "formation_caces", "formation CACES et conduite", "80411200-0",
        (
            "des formations CACES, ponts roulants et conduite en sécurité",
            "le recyclage FIMO et FCO des conducteurs routiers",
        ),
        (
            "un organisme pour renouveler les autorisations de nos caristes",
            "une session de conduite pour nos nouveaux chauffeurs",
        ),
    ),
    Product(
        "formation_soudure", "formation aux métiers du métal", "80530000-8",
        (
            "la formation et la qualification de soudeurs, tuyauteurs et usineurs",
            "des parcours certifiants en atelier école pour demandeurs d'emploi",
        ),
        (
            "un centre pour qualifier nos soudeurs",
            "une formation sur mesure pour des opérateurs débutants",
        ),
    ),
    Product(
        "formation_electrique", "habilitations électriques", "80531000-5",
        (
            "les habilitations électriques et la formation aux bornes IRVE",
            "des recyclages BR, BC et H0V organisés dans vos locaux",
        ),
        (
            "une remise à jour des habilitations de nos techniciens",
            "un formateur pour nos monteurs avant un chantier en haute tension",
        ),
    ),
    Product(
        "formation_securite", "formation à la sécurité", "80550000-4",
        (
            "des formations de sauveteur secouriste, de travail en hauteur et d'incendie",
            "l'accompagnement au document unique et à la prévention des risques",
        ),
        (
            "un préventeur pour faire baisser nos accidents",
            "des sessions de secourisme et de travail en hauteur",
        ),
    ),
    Product(
        "formation_phyto", "formation agricole", "80520000-5",
        (
            "des formations Certiphyto et de conduite d'engins agricoles",
            "des modules de taille, de sols vivants et de gestion de l'eau",
        ),
        (
            "une session Certiphyto pour nos saisonniers",
            "une formation aux pratiques agroécologiques",
        ),
    ),
    Product(
        "formation_langues", "formation aux langues", "80580000-3",
        (
            "des cours d'anglais technique et commercial, en face-à-face ou à distance",
            "des stages intensifs de langues pour équipes export",
        ),
        (
            "un professeur d'anglais pour notre service commercial",
            "un perfectionnement linguistique avant un salon international",
        ),
        60.0,
    ),
    Product(
        "formation_management", "formation au management", "80532000-2",
        (
            "des parcours de management pour chefs d'équipe et jeunes dirigeants",
            "l'accompagnement individuel de responsables et la cohésion d'équipe",
        ),
        (
            "un parcours pour nos nouveaux chefs d'équipe",
            "un coach pour accompagner un changement de direction",
        ),
        60.0,
    ),
    Product(
        "apprentis", "apprentissage", "80310000-0",
        (
            "des apprentis motivés, du CAP au diplôme d'ingénieur, et leur suivi",
            "des classes en alternance bâties avec les entreprises du bassin",
        ),
        (
            "un centre de formation pour recruter deux alternants à la rentrée",
            "des jeunes en alternance pour assurer la relève de l'atelier",
        ),
    ),
)  # fmt: skip

TRADES = (
    Trade(
        "editeurs", "digital", ("62.01Z", "58.29C"), 2.4,
        ("LOGICIELS", "SOFT", "NUMERIQUE", "DIGITAL"),
        (
            "Nous développons des logiciels métier pour les PME industrielles et de services.",
            "Studio de développement, nous créons applications, portails et outils de terrain.",
            "Nous éditons une solution en ligne qui simplifie la gestion des ateliers.",
        ),
        (
            "Notre équipe de {n} développeurs travaille par versions de deux semaines.",
            "Plus de {m} entreprises utilisent nos outils chaque jour.",
            "Le code et les données restent hébergés en France.",
        ),
        ("Numérique responsable", "ISO 27001"),
        ("logiciel_metier", "application_mobile", "gmao"),
        ("infogerance", "cybersecurite", "design_produit", "financement_innovation", "recrutement",
         "conseil_com", "propriete_industrielle"),
    ),
    Trade(
        "data", "digital", ("62.02A", "63.11Z"), 1.4,
        ("DATA", "ANALYTICS", "ALGORITHMES"),
        (
            "Nous aidons les entreprises à tirer parti de leurs données.",
            "Nos spécialistes bâtissent prévisions, contrôles visuels et outils d'aide.",
        ),
        (
            "Un premier prototype est livré en {days} jours ouvrés.",
            "Notre équipe de {n} personnes vient du plateau de Saclay.",
        ),
        ("ISO 27001", "Numérique responsable"),
        ("data_ia", "gmao", "logiciel_metier"),
        ("infogerance", "capteurs", "photonique", "financement_innovation", "recrutement",
         "traduction"),
    ),
    Trade(
        "infogerance", "digital", ("62.02B", "62.03Z", "62.09Z"), 1.7,
        ("INFORMATIQUE", "SYSTEMES", "RESEAUX", "CYBER"),
        (
            "Nous gérons et protégeons l'informatique des TPE et des PME.",
            "Réseaux et sécurité : nous sommes le service informatique de nos clients.",
        ),
        (
            "Notre centre d'appels répond en moins de {n} minutes.",
            "Nous supervisons {m}0 serveurs depuis l'Essonne.",
        ),
        ("ExpertCyber", "ISO 27001", "Qualiopi"),
        ("infogerance", "cybersecurite", "videosurveillance"),
        ("recrutement", "electricite", "location_vehicules", "apprentis", "assurance",
         "conseil_com"),
    ),
    Trade(
        "agences", "digital", ("73.11Z", "74.10Z", "59.11B"), 2.0,
        ("COMMUNICATION", "STUDIO", "CREATION", "IMAGES"),
        (
            "Agence indépendante, nous racontons les métiers et les produits de nos clients.",
            "Nous créons des identités, des sites et des films pour les entreprises du territoire.",
        ),
        (
            "L'équipe réunit {n} graphistes, rédacteurs et vidéastes.",
            "Nous suivons des marques industrielles comme des collectivités.",
        ),
        ("RSE Agences Actives", "Qualiopi"),
        ("conseil_com", "site_web", "video", "design_produit"),
        ("impression", "signaletique", "infogerance", "application_mobile", "traduction",
         "organisation_evenements"),
    ),
    Trade(
        "be_meca", "science", ("71.12B",), 1.4,
        ("BUREAU D'ETUDES", "CONCEPTION", "INGENIERIE MECANIQUE"),
        (
            "Bureau d'études mécaniques, nous concevons produits et équipements industriels.",
            "Nous transformons un cahier des charges en prototype puis en dossier de fabrication.",
        ),
        (
            "Nos {n} projeteurs maîtrisent les principaux logiciels de CAO.",
            "Le calcul est réalisé en interne et recoupé par l'essai.",
        ),
        ("CIR", "ISO 9001"),
        ("bureau_etudes_meca", "design_produit"),
        ("usinage", "impression_3d", "essais_cem", "controle_nd", "cartes_electroniques",
         "recrutement", "tolerie"),
    ),
    Trade(
        "geometres", "consulting", ("71.12A",), 0.5,
        ("GEOMETRES", "TOPO", "GEOTECHNIQUE"),
        ("Nous mesurons et sondons les terrains avant de bâtir.",),
        ("Nos {n} brigades utilisent scanner, drone et sondeuse.",),
        ("OPQIBI", "Ordre des géomètres-experts"),
        ("bureau_etudes_geo",),
        ("location_engins", "location_vehicules", "data_ia", "assurance"),
    ),
    Trade(
        "laboratoires", "science", ("71.20B",), 1.3,
        ("LABORATOIRE", "ESSAIS", "ANALYSES", "CONTROLES"),
        (
            "Laboratoire indépendant, nous contrôlons aliments, eaux et produits finis.",
            "Nous réalisons essais, analyses et contrôles pour l'industrie et la recherche.",
        ),
        (
            "Les résultats sont rendus en {days} jours ouvrés.",
            "Nous sommes accrédités sur {m} méthodes.",
        ),
        ("Cofrac", "ISO 17025", "Cofrend"),
        ("analyses_labo", "controle_nd", "essais_cem"),
        ("coursier", "capteurs", "dechets_dangereux", "nettoyage_industriel", "logiciel_metier",
         "ventilation"),
    ),
    Trade(
        "biotechs", "health", ("72.11Z", "21.20Z"), 1.3,
        ("BIOTECH", "THERAPEUTICS", "GENOMIQUE", "BIO"),
        (
            "Jeune entreprise de biotechnologie, nous développons des thérapies ciblées.",
            "Nous proposons des services de génomique et de culture cellulaire aux laboratoires.",
        ),
        (
            "Nos laboratoires confinés couvrent {m}0 m² au cœur d'un biocluster.",
            "Un premier essai clinique est prévu dans {n} mois.",
        ),
        ("ISO 9001", "BPL", "BPF"),
        ("biologie",),
        ("affaires_reglementaires", "ventilation", "dechets_dangereux", "analyses_labo", "data_ia",
         "financement_innovation", "propriete_industrielle", "nettoyage_industriel",
         "dispositifs_medicaux"),
    ),
    Trade(
        "recherche", "science", ("72.19Z",), 0.8,
        ("RECHERCHE", "INNOVATION", "MATERIAUX"),
        (
            "Société de recherche sous contrat, nous testons matériaux et procédés.",
            "Nous rapprochons les laboratoires du plateau et les usines de la région.",
        ),
        ("Notre hall pilote de {m}0 m² accueille les essais de nos partenaires.",),
        ("CIR", "ISO 9001"),
        ("rd_materiaux", "photonique"),
        ("usinage", "chaudronnerie", "propriete_industrielle", "financement_innovation", "capteurs",
         "chimie_fine"),
    ),
    Trade(
        "juristes", "consulting", ("69.10Z",), 0.8,
        ("JURIS", "BREVETS", "AVOCATS"),
        ("Nous protégeons les innovations et sécurisons les contrats des entreprises.",),
        ("Une première consultation est offerte sous {days} jours.",),
        ("CNCPI",),
        ("propriete_industrielle", "affaires_reglementaires"),
        ("traduction", "infogerance", "cybersecurite", "expertise_comptable"),
    ),
    Trade(
        "consultants", "consulting", ("70.22Z",), 3.0,
        ("CONSEIL", "PARTNERS", "STRATEGIE", "DEVELOPPEMENT"),
        (
            "Nous accompagnons les dirigeants de PME dans leurs transformations.",
            "Cabinet de conseil, nous aidons les entreprises à se développer et à se transmettre.",
            "Nos consultants, anciens industriels, travaillent au plus près des équipes.",
        ),
        (
            "Nous avons mené {m} missions dans le sud francilien.",
            "Chaque mission commence par {n} jours d'immersion.",
        ),
        ("Qualiopi", "B Corp", "OPQCM"),
        ("conseil_organisation", "conseil_rse", "conseil_export", "conseil_transmission",
         "financement_innovation", "affaires_reglementaires"),
        ("site_web", "conseil_com", "coworking", "traduction", "expertise_comptable",
         "formation_langues"),
    ),
    Trade(
        "comptables", "consulting", ("69.20Z",), 1.6,
        ("EXPERTISE", "AUDIT", "GESTION", "FIDUCIAIRE"),
        (
            "Cabinet d'expertise comptable, nous suivons artisans, commerçants et PME.",
            "Nos équipes tiennent les comptes et préparent les décisions des dirigeants.",
        ),
        ("Nous accompagnons {m}0 dossiers, de la création à la cession.",),
        ("Ordre des experts-comptables",),
        ("expertise_comptable", "conseil_transmission"),
        ("infogerance", "cybersecurite", "recrutement", "apprentis", "logiciel_metier",
         "seminaire"),
    ),
    Trade(
        "courtiers", "consulting", ("66.22Z",), 0.9,
        ("ASSURANCES", "COURTAGE", "PREVOYANCE"),
        ("Courtiers indépendants, nous assurons artisans, transporteurs et industriels.",),
        ("Un conseiller visite chaque client {n} fois par an.",),
        ("ORIAS",),
        ("assurance",),
        ("site_web", "infogerance", "formation_management", "organisation_evenements"),
    ),
    Trade(
        "recruteurs", "services", ("78.20Z", "78.10Z"), 1.4,
        ("INTERIM", "EMPLOI", "TALENTS", "RH"),
        (
            "Agence d'emploi, nous plaçons opérateurs, caristes et techniciens.",
            "Nous recrutons pour l'industrie, la logistique et le bâtiment.",
        ),
        (
            "Nos {n} agences connaissent chaque zone d'activité.",
            "Un intérimaire est proposé en moins de {n} heures.",
        ),
        ("CEFRI", "MASE", "Label Diversité"),
        ("interim", "recrutement"),
        ("formation_caces", "formation_securite", "formation_soudure", "vetements_travail",
         "site_web", "logiciel_metier"),
    ),
    Trade(
        "traducteurs", "consulting", ("74.30Z",), 0.4,
        ("TRADUCTIONS", "LINGUA", "LANGUES"),
        ("Nous traduisons et interprétons pour l'industrie, le droit et le tourisme.",),
        ("Notre réseau réunit {m} traducteurs natifs.",),
        ("ISO 17100", "Qualiopi"),
        ("traduction", "formation_langues"),
        ("site_web", "cybersecurite", "conseil_com"),
    ),
    Trade(
        "organismes_formation", "training", ("85.59A", "85.59B"), 2.4,
        ("FORMATION", "COMPETENCES", "ACADEMIE"),
        (
            "Organisme de formation, nous préparons les salariés aux métiers techniques.",
            "Nous formons équipes et dirigeants, dans nos salles ou chez nos clients.",
        ),
        (
            "Nos plateaux techniques couvrent {m}0 m².",
            "Nous formons {m}0 stagiaires par an, avec un taux de satisfaction suivi.",
            "Une session peut ouvrir dès {n} inscrits.",
        ),
        ("Qualiopi", "Datadock"),
        ("formation_caces", "formation_soudure", "formation_electrique", "formation_securite",
         "formation_management", "formation_langues", "formation_phyto"),
        ("location_engins", "site_web", "application_mobile", "plateau_repas", "coworking",
         "impression"),
    ),
    Trade(
        "cfa", "training", ("85.32Z",), 0.7,
        ("CFA", "CAMPUS", "ECOLE DES METIERS"),
        (
            "Centre de formation d'apprentis, nous préparons aux métiers techniques.",
            "Notre campus forme des alternants du CAP à la licence professionnelle.",
        ),
        ("Nous suivons {m}0 apprentis et leurs maîtres d'apprentissage.",),
        ("Qualiopi", "Lycée des métiers"),
        ("apprentis", "formation_soudure", "formation_electrique"),
        ("restauration_collective", "nettoyage_locaux", "vetements_travail", "machines_speciales",
         "outillage", "autocars", "infogerance"),
    ),
)  # fmt: skip
