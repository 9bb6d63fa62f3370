"""Manufacturing trades and what they make."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Product, Trade

PRODUCTS = (
    Product(
        "usinage", "usinage de précision", "42600000-2",
        (
            "l'usinage 3 et 5 axes de pièces complexes en aluminium, inox ou titane",
            "le tournage et le fraisage à commande numérique, du prototype à la petite série",
            "des pièces mécaniques usinées sur plan, livrées avec leur relevé de cotes",
        ),
        (
            "un sous-traitant capable de tenir le centième sur de petites séries métalliques",
            "un atelier de mécanique pour réaliser nos carters et nos axes d'après plans",
            "une capacité de fraisage supplémentaire lors de nos pics de charge",
        ),
    ),
    Product(
        "decolletage", "décolletage", "44500000-5",
        (
            "le décolletage de petites pièces en laiton, acier ou inox, de 1 à 32 mm de diamètre",
            "des vis, axes et raccords spéciaux produits en barre sur tours à poupée mobile",
        ),
        (
            "un fabricant de petites pièces tournées en grandes quantités",
            "une source plus proche pour nos axes et raccords aujourd'hui achetés à l'étranger",
        ),
    ),
    Product(
        "outillage", "outillage et gabarits", "42670000-3",
        (
            "la conception de gabarits, de montages de contrôle et d'outillages de pose",
            "des outils coupants spéciaux et leur réaffûtage",
        ),
        (
            "un outilleur pour nos gabarits d'assemblage",
            "un prestataire qui réaffûte nos fraises et conçoit nos montages",
        ),
    ),
    Product(
        "moules", "moules d'injection", "42994000-0",
        (
            "l'étude et la fabrication de moules d'injection jusqu'à 800 kg",
            "la retouche et la maintenance de moules pour matières plastiques",
        ),
        (
            "un mouliste réactif pour un nouveau boîtier en polymère",
            "un spécialiste qui remette en état nos empreintes usées",
        ),
    ),
    Product(
        "traitement_surface", "traitement de surface", "44212381-3",
        (
            "l'anodisation, la passivation et le zingage de pièces métalliques",
            "des bains de nickelage chimique et d'oxydation anodique sulfurique conformes à REACH",
        ),
        (
            "un traiteur de surface sans chrome hexavalent",
            "une solution de protection contre la corrosion pour nos pièces en aluminium",
        ),
    ),
    Product(
        "thermolaquage", "peinture industrielle", "45442000-7",
        (
            "le thermolaquage et la peinture liquide de pièces jusqu'à 6 mètres",
            "le sablage, la métallisation et la mise en peinture de structures acier",
        ),
        (
            "un applicateur de peinture poudre pour nos tôles et nos châssis",
            "un partenaire pour la finition colorée de nos structures métalliques",
        ),
    ),
    Product(
        "chaudronnerie", "chaudronnerie inox", "44613000-0",
        (
            "des cuves, trémies et tuyauteries en acier inoxydable",
            "la chaudronnerie fine et la soudure TIG pour l'agroalimentaire et la pharmacie",
        ),
        (
            "un constructeur de cuves alimentaires avec certificats matière",
            "un soudeur qualifié pour modifier nos tuyauteries de process",
        ),
    ),
    Product(
        "tolerie", "tôlerie fine", "44334000-0",
        (
            "la découpe laser, le pliage et l'assemblage de tôles de 0,5 à 12 mm",
            "des coffrets, capots et châssis en tôle, livrés assemblés",
        ),
        (
            "un fournisseur de capots et de coffrets métalliques en moyennes séries",
            "une entreprise équipée d'un laser fibre pour nos pièces plates",
        ),
    ),
    Product(
        "metallerie", "métallerie et serrurerie", "45421160-3",
        (
            "la fabrication et la pose d'escaliers, de garde-corps et de portails métalliques",
            "des ouvrages de serrurerie sur mesure, du plan à la pose",
        ),
        (
            "un serrurier pour les garde-corps et les passerelles de nos chantiers",
            "un atelier qui fabrique et pose nos portails et nos grilles",
        ),
    ),
    Product(
        "charpente_metal", "charpente métallique", "45262400-5",
        (
            "des charpentes métalliques et des ossatures acier pour bâtiments d'activité",
            "l'étude, la fabrication et le levage de structures acier jusqu'à 400 tonnes",
        ),
        (
            "un constructeur métallique pour l'extension de notre atelier",
            "une entreprise capable de livrer et lever l'ossature de nos hangars",
        ),
        60.0,
    ),
    Product(
        "matiere_metal", "négoce d'aciers et d'alliages", "14622000-7",
        (
            "des barres, tôles et profilés en acier, inox et aluminium, débités à la cote",
            "un stock de 900 tonnes de métaux disponible sous 48 heures",
        ),
        (
            "un négociant en aluminium et inox qui livre de petites quantités",
            "une source fiable de tôles et de profilés avec traçabilité",
        ),
    ),
    Product(
        "injection_plastique", "injection plastique", "19520000-7",
        (
            "l'injection de pièces techniques en thermoplastiques, de 25 à 350 tonnes",
            "des boîtiers et pièces surmoulées en PA, ABS ou polypropylène recyclé",
        ),
        (
            "un plasturgiste pour relocaliser la production de nos boîtiers",
            "un injecteur qui accepte des séries de 2 000 pièces",
        ),
        60.0,
    ),
    Product(
        "flaconnage", "flacons et bouchons", "44618000-5",
        (
            "des flacons, pots et bouchons en PET recyclé pour la beauté et l'alimentaire",
            "l'extrusion-soufflage de flacons de 15 ml à 2 litres",
        ),
        (
            "des contenants recyclables pour nos crèmes et nos sérums",
            "un fabricant de bouteilles et de bouchons à petits minimums de commande",
        ),
        60.0,
    ),
    Product(
        "impression_3d", "fabrication additive", "38520000-6",
        (
            "l'impression 3D polymère et métal, de la pièce unique à la série courte",
            "le prototypage rapide par frittage de poudre avec post-traitement",
        ),
        (
            "des maquettes fonctionnelles en moins d'une semaine",
            "un partenaire pour produire nos pièces de rechange à la demande",
        ),
    ),
    Product(
        "cartes_electroniques", "cartes électroniques", "31711000-3",
        (
            "l'assemblage de cartes électroniques CMS et traversant, en petites et moyennes séries",
            "l'étude, le routage et l'industrialisation de cartes à microcontrôleur",
        ),
        (
            "un façonnier pour câbler nos circuits imprimés",
            "une aide pour industrialiser l'électronique de notre nouveau produit",
        ),
        60.0,
    ),
    Product(
        "faisceaux", "câblage et faisceaux", "31224000-2",
        (
            "des faisceaux électriques et des coffrets câblés testés à 100 %",
            "le câblage d'armoires et de baies pour machines et véhicules",
        ),
        (
            "un câbleur pour nos armoires de commande",
            "un fournisseur de faisceaux testés pour nos équipements embarqués",
        ),
    ),
    Product(
        "capteurs", "capteurs et mesure", "38400000-9",
        (
            "des capteurs de pression, de température et de vibration communicants",
            "des instruments de mesure et leur étalonnage raccordé Cofrac",
        ),
        (
            "des sondes connectées pour suivre nos équipements à distance",
            "un laboratoire pour étalonner notre parc d'instruments",
        ),
        80.0,
    ),
    Product(
        "photonique", "systèmes optiques et laser", "38600000-1",
        (
            "des bancs optiques, des objectifs infrarouges et des sources laser",
            "l'intégration de systèmes de vision et de caméras hyperspectrales",
        ),
        (
            "un spécialiste de l'optique pour un module de détection embarqué",
            "une caméra industrielle adaptée au tri de nos produits",
        ),
        80.0,
    ),
    Product(
        "machines_speciales", "machines spéciales", "42900000-5",
        (
            "la conception de machines spéciales et de lignes de conditionnement automatisées",
            "des cellules robotisées de palettisation, d'assemblage ou de contrôle",
        ),
        (
            "un intégrateur pour automatiser une tâche pénible en fin de ligne",
            "une cellule robotisée de mise en carton adaptée à un petit atelier",
        ),
        60.0,
    ),
    Product(
        "automatisme", "automatisme et supervision", "42961000-0",
        (
            "la programmation d'automates et la supervision d'ateliers",
            "le rétrofit de commandes numériques et d'armoires d'automatisme",
        ),
        (
            "un automaticien pour moderniser une ligne des années 2000",
            "une remontée automatique des cadences et des arrêts de nos machines",
        ),
    ),
    Product(
        "maintenance_industrielle", "maintenance industrielle", "50530000-9",
        (
            "la maintenance préventive et le dépannage de machines, astreinte comprise",
            "le démontage, le transfert et la remise en service de lignes industrielles",
        ),
        (
            "une équipe de dépannage joignable le week-end pour nos lignes",
            "un prestataire pour l'entretien de nos presses et de nos compresseurs",
        ),
    ),
    Product(
        "aero", "sous-ensembles aéronautiques", "34730000-3",
        (
            "des sous-ensembles et pièces de rechange pour moteurs et trains d'atterrissage",
            "l'assemblage de tuyauteries et de structures aéronautiques EN 9100",
        ),
        (
            "un partenaire de rang 2 pour des assemblages aéronautiques",
            "un atelier agréé pour des équipements de bord en petite série",
        ),
        80.0,
    ),
    Product(
        "maintenance_aero", "maintenance aéronautique", "50210000-0",
        (
            "la réparation d'équipements de cabine et de bord sous agrément PART 145",
            "l'entretien d'hélicoptères et d'avions légers sur l'aérodrome",
        ),
        (
            "une station de réparation agréée pour nos équipements embarqués",
            "un atelier proche pour les visites périodiques de nos appareils",
        ),
        80.0,
    ),
    Product(
        "cosmetique", "formulation et façonnage cosmétiques", "33711500-2",
        (
            "la formulation et la fabrication à façon de soins bio certifiés Cosmos",
            "le remplissage et l'étuyage de crèmes, sérums et gels, dès 500 unités",
        ),
        (
            "un façonnier pour une gamme de soins destinée à nos clients",
            "un laboratoire capable de développer une ligne de produits d'accueil",
        ),
        80.0,
    ),
    Product(
        "chimie_fine", "chimie de spécialité", "24000000-4",
        (
            "des colles, résines et vernis formulés selon le cahier des charges",
            "des dégraissants lessiviels et des produits d'entretien sans solvant",
        ),
        (
            "une alternative biosourcée aux solvants de notre atelier",
            "un formulateur pour une colle résistante à l'humidité",
        ),
        80.0,
    ),
    Product(
        "impression", "impression et brochage", "79810000-5",
        (
            "l'impression offset et numérique de brochures, catalogues et liasses",
            "des travaux d'imprimerie Imprim'Vert avec brochage intégré",
        ),
        (
            "un imprimeur labellisé pour nos catalogues et nos plaquettes",
            "des notices et des livrets imprimés en délai court",
        ),
    ),
    Product(
        "etiquettes", "étiquettes adhésives", "30192800-9",
        (
            "des étiquettes adhésives en bobine, avec numérotation et dorure",
            "l'impression flexographique d'étiquettes alimentaires et cosmétiques",
        ),
        (
            "des étiquettes résistantes au froid pour nos produits frais",
            "un fournisseur d'adhésifs imprimés en petites quantités",
        ),
    ),
    Product(
        "signaletique", "signalétique et grand format", "34928470-3",
        (
            "la signalétique intérieure, les enseignes et l'habillage de véhicules",
            "l'impression grand format de bâches, de panneaux et de stands",
        ),
        (
            "un poseur pour l'habillage de notre flotte et de notre façade",
            "des panneaux et des totems pour nos sites recevant du public",
        ),
    ),
    Product(
        "carton", "caisses et étuis en carton", "44617100-9",
        (
            "des caisses américaines et des calages en carton ondulé, imprimés ou neutres",
            "des étuis pliants et des coffrets en carton recyclé, dès 1 000 exemplaires",
        ),
        (
            "un cartonnier pour remplacer nos calages en polystyrène",
            "des boîtes d'expédition sur mesure pour la vente en ligne",
        ),
    ),
    Product(
        "emballage_bois", "caisses et palettes en bois", "44143000-4",
        (
            "des caisses export NIMP 15 et des palettes neuves ou reconditionnées",
            "l'emballage maritime sur site de machines et d'équipements lourds",
        ),
        (
            "un emballeur pour expédier une machine hors d'Europe",
            "une reprise de nos palettes perdues et leur remise en état",
        ),
    ),
    Product(
        "agencement", "agencement et mobilier", "39150000-8",
        (
            "l'agencement de bureaux, de boutiques et de halls d'accueil",
            "du mobilier sur mesure en bois français, fabriqué et posé par nos menuisiers",
        ),
        (
            "un agenceur pour rénover notre accueil et nos salles de réunion",
            "des comptoirs et des rangements fabriqués localement",
        ),
    ),
    Product(
        "vetements_travail", "vêtements de travail", "18100000-0",
        (
            "des vêtements de travail et des équipements de protection marqués à votre logo",
            "la confection et la réparation de tenues professionnelles en coton recyclé",
        ),
        (
            "des tenues et des chaussures de sécurité pour toute l'équipe",
            "un confectionneur local pour des blouses réutilisables",
        ),
        60.0,
    ),
    Product(
        "dispositifs_medicaux", "dispositifs médicaux", "33100000-1",
        (
            "des instruments chirurgicaux et des implants fabriqués en salle propre",
            "l'assemblage et l'emballage stérile de dispositifs médicaux de classe IIa",
        ),
        (
            "un assembleur en salle blanche certifié ISO 13485",
            "un industriel capable de produire notre premier lot clinique",
        ),
        80.0,
    ),
)  # fmt: skip

TRADES = (
    Trade(
        "mecanique", "industry", ("25.62B",), 3.0,
        ("MECANIQUE", "USINAGE", "PRECISION", "MECA"),
        (
            "Notre atelier usine des pièces de précision pour l'énergie, la santé et l'aviation.",
            "Nous sommes un atelier de mécanique générale au service des industriels franciliens.",
            "Entreprise familiale de mécanique, nous travaillons à l'unité comme en série.",
        ),
        (
            "Notre parc compte {n} centres d'usinage, dont deux machines 5 axes.",
            "Le contrôle tridimensionnel se fait en salle climatisée.",
            "Nous livrons les prototypes en {days} jours et tenons en stock {m} références.",
        ),
        ("ISO 9001", "EN 9100", "ISO 13485", "ISO 14001"),
        ("usinage", "outillage", "decolletage"),
        ("traitement_surface", "matiere_metal", "machines_speciales", "tolerie", "controle_nd",
         "capteurs", "messagerie", "recyclage_metaux", "interim", "gmao"),
    ),
    Trade(
        "decolletage", "industry", ("25.62A",), 1.0,
        ("DECOLLETAGE", "TOURNAGE", "MICROMECANIQUE"),
        (
            "Nous produisons des pièces décolletées pour la connectique et l'instrumentation.",
            "Spécialistes de la pièce tournée, nous livrons des lots de 500 à 200 000 unités.",
        ),
        (
            "L'atelier réunit {n} tours à poupée mobile qui tournent en trois équipes.",
            "Chaque lot est lavé, trié par caméra et accompagné de son certificat matière.",
        ),
        ("ISO 9001", "IATF 16949", "ISO 14001"),
        ("decolletage", "usinage"),
        ("matiere_metal", "traitement_surface", "outillage", "recyclage_metaux", "chimie_fine",
         "maintenance_industrielle", "carton"),
    ),
    Trade(
        "traitement", "industry", ("25.61Z",), 1.0,
        ("TRAITEMENTS", "SURFACES", "GALVANO", "REVETEMENTS"),
        (
            "Nous traitons et protégeons les métaux pour l'aéronautique, le bâtiment et le luxe.",
            "Notre usine réalise traitements de surface et finitions peintes en sous-traitance.",
        ),
        (
            "Deux chaînes automatiques acceptent des pièces jusqu'à {n} mètres.",
            "Nos rejets sont traités sur place et nous visons le zéro rejet liquide.",
            "Délai courant : {days} jours, avec un circuit express pour les urgences.",
        ),
        ("ISO 9001", "ISO 14001", "Nadcap", "Qualicoat"),
        ("traitement_surface", "thermolaquage"),
        ("dechets_dangereux", "traitement_eau", "analyses_labo", "chimie_fine", "automatisme",
         "vetements_travail", "audit_energetique"),
    ),
    Trade(
        "chaudronnerie", "industry", ("25.11Z", "25.29Z"), 2.0,
        ("CHAUDRONNERIE", "TOLERIE", "METAL", "CONSTRUCTIONS METALLIQUES"),
        (
            "Nous fabriquons des ensembles chaudronnés pour l'industrie et le bâtiment.",
            "Notre métier : couper, plier, souder et monter le métal, à l'atelier comme sur site.",
            "Tôliers et soudeurs, nous accompagnons les bureaux d'études du croquis à la pose.",
        ),
        (
            "L'atelier de {m}00 m² dispose d'un laser fibre et de trois presses plieuses.",
            "Nos {n} soudeurs sont qualifiés sur acier, inox et aluminium.",
            "Nous intervenons en arrêt technique, habilitation MASE à l'appui.",
        ),
        ("ISO 9001", "MASE", "EN 1090", "ISO 3834"),
        ("chaudronnerie", "tolerie", "metallerie", "charpente_metal"),
        ("matiere_metal", "thermolaquage", "traitement_surface", "controle_nd", "location_engins",
         "formation_soudure", "etudes_structure", "interim", "recyclage_metaux"),
    ),
    Trade(
        "negoce_metaux", "logistics", ("46.72Z",), 0.7,
        ("ACIERS", "METAUX", "ALLIAGES"),
        (
            "Nous stockons et débitons des métaux pour les ateliers de toute la région.",
            "Négociant en aciers et alliages, nous servons aussi bien l'artisan que l'industriel.",
        ),
        (
            "Quatre scies et un banc d'oxycoupage permettent une mise à la cote sous {days} jours.",
            "Nos camions livrent {m} clients par semaine.",
        ),
        ("ISO 9001", "EN 1090"),
        ("matiere_metal",),
        ("messagerie", "recyclage_metaux", "machines_speciales", "entretien_flotte",
         "formation_caces"),
    ),
    Trade(
        "plasturgie", "industry", ("22.29A", "22.22Z"), 1.6,
        ("PLASTIQUES", "POLYMERES", "PLASTURGIE", "INJECTION"),
        (
            "Nous transformons les matières plastiques en pièces techniques et en emballages.",
            "Plasturgiste indépendant, nous industrialisons de petites et moyennes séries.",
        ),
        (
            "Notre parc comprend {n} presses, dont deux électriques, et une machine de surmoulage.",
            "Nous incorporons jusqu'à {m} % de matière recyclée selon les références.",
            "Un laboratoire intégré suit les couleurs et les tolérances lot par lot.",
        ),
        ("ISO 9001", "ISO 14001", "ISO 13485"),
        ("injection_plastique", "flaconnage", "impression_3d"),
        ("moules", "granules_recycles", "carton", "machines_speciales", "maintenance_industrielle",
         "design_produit", "rd_materiaux", "transport_lots"),
    ),
    Trade(
        "moulistes", "industry", ("25.73A",), 0.6,
        ("MOULES", "OUTILLAGES", "EMPREINTES"),
        (
            "Nous étudions et réalisons moules et outillages pour la plasturgie et la fonderie.",
            "Moulistes, nous suivons chaque outil de la conception aux premières pièces.",
        ),
        (
            "L'atelier pratique l'électroérosion et le fraisage à grande vitesse.",
            "Nous assurons un service de retouche en {days} jours.",
        ),
        ("ISO 9001",),
        ("moules", "outillage"),
        ("usinage", "matiere_metal", "traitement_surface", "impression_3d", "bureau_etudes_meca"),
    ),
    Trade(
        "electronique", "science", ("26.12Z", "26.11Z"), 1.4,
        ("ELECTRONIQUE", "CIRCUITS", "TRONIC", "CABLAGE"),
        (
            "Nous assemblons des cartes électroniques pour des donneurs d'ordres exigeants.",
            "Sous-traitant en électronique, nous menons les jeunes entreprises vers la série.",
            "Nous concevons et câblons des équipements pour le ferroviaire, la santé et l'énergie.",
        ),
        (
            "Deux lignes CMS placent {m} 000 composants par heure.",
            "Le test in situ et l'inspection optique sont systématiques.",
            "Nous gérons les obsolescences et proposons des composants équivalents.",
        ),
        ("ISO 9001", "EN 9100", "ISO 13485"),
        ("cartes_electroniques", "faisceaux"),
        ("tolerie", "injection_plastique", "essais_cem", "logiciel_metier", "usinage",
         "apprentis", "esat", "carton"),
    ),
    Trade(
        "instrumentation", "science", ("26.51B",), 0.9,
        ("INSTRUMENTS", "CAPTEURS", "MESURE"),
        (
            "Nous développons des capteurs pour surveiller procédés et bâtiments.",
            "Nous concevons et étalonnons des appareils de mesure pour usines et laboratoires.",
        ),
        (
            "Le laboratoire d'étalonnage couvre {n} grandeurs.",
            "Nos appareils sont assemblés sur place et réparables pendant quinze ans.",
        ),
        ("ISO 9001", "Cofrac", "ISO 17025"),
        ("capteurs",),
        ("cartes_electroniques", "decolletage", "logiciel_metier", "essais_cem", "conseil_export",
         "photonique", "data_ia"),
    ),
    Trade(
        "photonique", "science", ("26.70Z",), 0.7,
        ("OPTIQUE", "PHOTONIQUE", "LASER"),
        (
            "Issus de la recherche, nous fabriquons des systèmes optiques de haute précision.",
            "Nous intégrons caméras, lasers et logiciels de vision dans les lignes de nos clients.",
        ),
        (
            "Une salle propre de {m} m² accueille l'alignement et les essais.",
            "Un tiers de l'équipe est docteur en physique.",
        ),
        ("ISO 9001", "ISO 13485"),
        ("photonique", "capteurs"),
        ("usinage", "cartes_electroniques", "propriete_industrielle", "financement_innovation",
         "conseil_export", "essais_cem"),
    ),
    Trade(
        "machines", "industry", ("28.99B", "28.29B"), 1.0,
        ("MACHINES", "ROBOTIQUE", "AUTOMATION", "INGENIERIE"),
        (
            "Nous inventons des machines qui soulagent les opérateurs et tiennent les cadences.",
            "Intégrateur de robots, nous automatisons les fins de ligne des PME.",
        ),
        (
            "L'équipe réunit {n} ingénieurs en mécanique, automatisme et vision.",
            "Chaque machine est réceptionnée dans notre hall d'essai de {m}0 m².",
        ),
        ("ISO 9001", "Marquage CE machines"),
        ("machines_speciales", "automatisme"),
        ("usinage", "tolerie", "faisceaux", "photonique", "capteurs", "bureau_etudes_meca",
         "emballage_bois"),
    ),
    Trade(
        "maintenance", "industry", ("33.12Z", "33.20C"), 1.4,
        ("MAINTENANCE", "SERVICES INDUSTRIELS", "TECHNIQUES"),
        (
            "Nous entretenons et modernisons les équipements de production de nos clients.",
            "Nos techniciens dépannent, déplacent et remettent en route les machines.",
        ),
        (
            "Nos {n} camionnettes ateliers interviennent dans un rayon de {m} kilomètres.",
            "Une astreinte répond jour et nuit, toute l'année.",
            "Nous formons les opérateurs à la maintenance de premier niveau.",
        ),
        ("MASE", "ISO 9001", "ISO 45001"),
        ("maintenance_industrielle", "automatisme"),
        ("usinage", "faisceaux", "location_engins", "location_vehicules", "gmao",
         "formation_electrique", "interim"),
    ),
    Trade(
        "aeronautique", "aero", ("30.30Z",), 0.7,
        ("AERO", "AERONAUTIQUE", "PROPULSION"),
        (
            "Nous fabriquons des sous-ensembles pour l'aéronautique et le spatial.",
            "Équipementier de rang 1 et 2, nous livrons des pièces de moteurs et des tuyauteries.",
        ),
        (
            "Nos lignes produisent {m} ensembles par mois avec une traçabilité complète.",
            "Un centre d'essais hydrauliques valide chaque pièce critique.",
        ),
        ("EN 9100", "Nadcap", "ISO 14001"),
        ("aero",),
        ("usinage", "decolletage", "traitement_surface", "controle_nd", "outillage",
         "bureau_etudes_meca", "impression_3d", "maintenance_aero", "rd_materiaux"),
    ),
    Trade(
        "maintenance_aero", "aero", ("33.16Z",), 0.5,
        ("AVIATION", "AERO SERVICES", "HANGAR"),
        (
            "Nous réparons des équipements d'avions et entretenons des appareils légers.",
            "Station de réparation agréée, nous travaillons pour les compagnies et les aéroclubs.",
        ),
        (
            "Notre hangar accueille {n} appareils à la fois.",
            "Les équipements urgents repartent sous {days} jours.",
        ),
        ("PART 145", "EN 9100"),
        ("maintenance_aero",),
        ("usinage", "aero", "tolerie", "controle_nd", "fret", "formation_langues",
         "dechets_dangereux"),
    ),
    Trade(
        "cosmetique", "cosmetics", ("20.42Z",), 1.0,
        ("COSMETIQUES", "LABORATOIRES", "BEAUTE", "SOINS"),
        (
            "Notre laboratoire fabrique des cosmétiques naturels pour des marques françaises.",
            "Nous créons des soins à partir d'ingrédients cultivés en Île-de-France.",
        ),
        (
            "L'atelier conditionne {m} 000 unités par mois.",
            "Nos formules respectent les référentiels Cosmos et véganes.",
            "Une cellule d'affaires réglementaires suit chaque dossier produit.",
        ),
        ("ISO 22716", "Cosmos", "Ecocert"),
        ("cosmetique",),
        ("flaconnage", "carton", "etiquettes", "analyses_labo", "conditionnement", "biologie",
         "extraits_vegetaux", "conseil_export", "affaires_reglementaires", "preparation_commandes",
         "design_produit"),
    ),
    Trade(
        "chimie", "industry", ("20.59Z", "20.30Z"), 0.7,
        ("CHIMIE", "RESINES", "FORMULATION"),
        (
            "Nous formulons des produits chimiques de spécialité pour l'industrie et le bâtiment.",
            "Fabricant de colles et de vernis, nous développons des formules plus sobres.",
        ),
        (
            "Le site, classé pour la protection de l'environnement, produit {m} tonnes par mois.",
            "Notre laboratoire adapte une formule en {days} jours.",
        ),
        ("ISO 9001", "ISO 14001", "Responsible Care"),
        ("chimie_fine",),
        ("dechets_dangereux", "analyses_labo", "chaudronnerie", "transport_lots",
         "affaires_reglementaires", "emballage_bois", "traitement_eau", "rd_materiaux"),
    ),
    Trade(
        "imprimerie", "industry", ("18.12Z",), 1.5,
        ("IMPRIMERIE", "GRAPHIC", "IMPRESSIONS"),
        (
            "Imprimeurs depuis trois générations, nous réunissons offset, numérique et façonnage.",
            "Notre imprimerie sert les entreprises, les collectivités et les agences.",
            "Nous imprimons étiquettes, affiches et documents commerciaux.",
        ),
        (
            "Une presse offset cinq couleurs et {n} machines numériques tournent sur place.",
            "Nos papiers sont issus de forêts gérées durablement.",
            "Le bon à tirer part en 24 heures et la livraison suit sous {days} jours.",
        ),
        ("Imprim'Vert", "PEFC", "FSC"),
        ("impression", "etiquettes", "signaletique"),
        ("conseil_com", "site_web", "coursier", "recyclage_papier", "maintenance_industrielle",
         "esat", "chimie_fine"),
    ),
    Trade(
        "emballage", "industry", ("17.21A", "16.24Z"), 1.1,
        ("EMBALLAGES", "CARTONNAGES", "PACK", "PALETTES"),
        (
            "Nous concevons des emballages qui protègent avec le moins de matière possible.",
            "Fabricant d'emballages en carton et en bois, nous livrons en juste-à-temps.",
        ),
        (
            "Notre bureau d'études propose une maquette blanche sous {days} jours.",
            "La ligne produit {m} 000 caisses par jour.",
        ),
        ("FSC", "ISO 9001", "NIMP 15"),
        ("carton", "emballage_bois"),
        ("recyclage_papier", "transport_lots", "impression", "machines_speciales", "chimie_fine",
         "interim"),
    ),
    Trade(
        "agencement", "industry", ("31.01Z", "43.32C"), 1.2,
        ("AGENCEMENT", "MOBILIER", "EBENISTERIE", "BOIS"),
        (
            "Nous dessinons, fabriquons et posons du mobilier et des agencements sur mesure.",
            "Menuisiers et ébénistes, nous aménageons bureaux, hôtels et commerces.",
        ),
        (
            "L'atelier associe une commande numérique 5 axes et {n} compagnons.",
            "Nous travaillons le chêne de nos forêts et des panneaux sans formaldéhyde.",
        ),
        ("PEFC", "Qualibat", "Entreprise du patrimoine vivant"),
        ("agencement", "menuiserie"),
        ("thermolaquage", "tolerie", "architecture", "peinture_batiment", "transport_lots",
         "apprentis", "reemploi"),
    ),
    Trade(
        "confection", "industry", ("14.12Z",), 0.5,
        ("CONFECTION", "TEXTILES", "TENUES"),
        (
            "Nous confectionnons et distribuons des vêtements professionnels.",
            "Notre atelier de couture emploie des salariés en parcours d'insertion.",
        ),
        (
            "Nous gérons les tailles et les stocks de {m} clients.",
            "Une tenue abîmée est réparée sous {days} jours.",
        ),
        ("Oeko-Tex", "ESUS"),
        ("vetements_travail",),
        ("signaletique", "preparation_commandes", "site_web", "esat", "conseil_rse"),
    ),
    Trade(
        "medical", "science", ("32.50A",), 0.9,
        ("MEDICAL", "ORTHO", "SANTE"),
        (
            "Nous fabriquons des dispositifs médicaux pour la chirurgie et la rééducation.",
            "Jeune entreprise de santé, nous préparons le lancement de notre premier dispositif.",
        ),
        (
            "La salle propre ISO 7 couvre {m} m².",
            "Notre système qualité est audité chaque année selon le règlement européen.",
        ),
        ("ISO 13485", "Marquage CE médical"),
        ("dispositifs_medicaux",),
        ("usinage", "injection_plastique", "biologie", "affaires_reglementaires", "essais_cem",
         "analyses_labo", "carton", "financement_innovation", "nettoyage_industriel"),
    ),
)  # fmt: skip
