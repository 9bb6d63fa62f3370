"""Farming and food trades, from the field to the table."""

from __future__ import annotations

from pipelines.demo.catalogue.entries import Product, Trade

PRODUCTS = (
    Product(
        "cereales", "céréales et oléagineux", "03211000-3",
        (
            "du blé meunier, de l'orge brassicole et du colza cultivés en agriculture raisonnée",
            "des grains triés et tracés, livrables toute l'année depuis nos silos",
        ),
        (
            "des céréales locales sous contrat pluriannuel",
            "un agriculteur prêt à semer une variété de blé ancien pour nous",
        ),
        60.0,
    ),
    Product(
        "legumes", "légumes et cresson", "03221000-6",
        (
            "du cresson de Méréville, des salades et des herbes cueillis du matin",
            "des légumes de plein champ et sous abri, bruts ou en quatrième gamme",
        ),
        (
            "un maraîcher pour approvisionner nos cuisines en produits de saison",
            "des crudités lavées et conditionnées en barquettes de 2,5 kg",
        ),
        50.0,
    ),
    Product(
        "plantes_aromatiques", "plantes aromatiques", "03121000-5",
        (
            "de la menthe poivrée de Milly, de la lavande et des simples séchés",
            "des plantes aromatiques et médicinales en bottes, en vrac ou distillées",
        ),
        (
            "un producteur d'herbes à infusion cultivées en Île-de-France",
            "de la menthe et de la mélisse séchées pour nos recettes",
        ),
        60.0,
    ),
    Product(
        "extraits_vegetaux", "extraits végétaux", "33711000-7",
        (
            "des extraits végétaux, des hydrolats et des huiles essentielles tracés",
            "l'extraction douce de plantes et de coproduits agricoles",
        ),
        (
            "des actifs naturels d'origine française pour nos formules",
            "une valorisation de nos marcs et de nos coproduits de pressage",
        ),
        80.0,
    ),
    Product(
        "fromages", "brie et fromages", "15540000-5",
        (
            "du brie de Meaux et du brie de Melun affinés dans nos caves",
            "des fromages fermiers, entiers ou à la coupe, livrés en froid positif",
        ),
        (
            "un affineur de bries pour nos plateaux et nos buffets",
            "une spécialité fromagère locale à mettre à notre carte",
        ),
        60.0,
    ),
    Product(
        "lait", "lait et crème", "15511000-3",
        (
            "du lait cru de vaches nourries à l'herbe et aux drêches",
            "une collecte quotidienne de lait entier et de crème fermière",
        ),
        (
            "un éleveur laitier à moins de 50 km de notre fromagerie",
            "de la crème crue pour nos desserts",
        ),
        40.0,
    ),
    Product(
        "farines", "farines", "15612000-1",
        (
            "des farines de meule, label rouge ou biologiques, en sac ou en vrac",
            "des mélanges meuniers et de la farine de légumineuses",
        ),
        (
            "un moulin francilien pour des farines de tradition",
            "une farine riche en protéines pour nos recettes de pains",
        ),
        50.0,
    ),
    Product(
        "viennoiseries", "pains et pâtisseries", "15810000-9",
        (
            "des pains spéciaux et des viennoiseries pur beurre, crus ou précuits",
            "des pâtisseries individuelles et des pièces cocktail surgelées",
        ),
        (
            "un boulanger pour livrer nos petits déjeuners chaque matin",
            "des mignardises prêtes à dresser pour nos réceptions",
        ),
        30.0,
    ),
    Product(
        "chocolats", "chocolats et confiseries", "15842000-2",
        (
            "des coffrets de chocolats et de coquelicots de Nemours personnalisables",
            "des confiseries artisanales emballées pour les fêtes",
        ),
        (
            "des cadeaux gourmands pour nos clients et nos salariés",
            "un artisan confiseur pour garnir nos paniers de fin d'année",
        ),
        50.0,
    ),
    Product(
        "boissons", "bières et jus", "15960000-5",
        (
            "des bières artisanales brassées avec de l'orge de la Brie",
            "des jus de pomme, des cidres et des limonades en bouteille consignée",
        ),
        (
            "des boissons locales pour notre bar et nos événements",
            "une brasserie qui nous prépare une cuvée à notre étiquette",
        ),
        50.0,
    ),
    Product(
        "plats_prepares", "plats cuisinés", "15894200-3",
        (
            "des plats cuisinés en bocaux et des soupes à base de légumes franciliens",
            "la préparation à façon de recettes sous vide et stérilisées",
        ),
        (
            "un atelier pour mettre nos invendus de légumes en bocaux",
            "une gamme de plats frais à réchauffer pour nos équipes",
        ),
        50.0,
    ),
    Product(
        "distribution_alimentaire", "distribution alimentaire", "15000000-8",
        (
            "la distribution de produits locaux aux restaurants, aux cantines et aux hôtels",
            "un catalogue de 600 références fermières livrées en une seule tournée",
        ),
        (
            "un distributeur qui fasse entrer nos produits dans les cantines",
            "un grossiste en circuit court pour simplifier nos commandes",
        ),
        50.0,
    ),
    Product(
        "froid", "froid industriel", "45331230-7",
        (
            "l'installation et l'entretien de chambres froides et de groupes frigorifiques",
            "des solutions de froid au CO2 avec récupération de chaleur",
        ),
        (
            "un frigoriste pour agrandir nos chambres froides",
            "une entreprise qui remplace nos fluides avant l'interdiction",
        ),
    ),
    Product(
        "conseil_agronomique", "conseil agronomique", "77110000-4",
        (
            "le suivi agronomique des parcelles par drone et par satellite",
            "des diagnostics de sols et des plans de fertilisation sobres",
        ),
        (
            "un appui pour réduire nos intrants et suivre nos parcelles",
            "une expertise indépendante sur nos sols et notre irrigation",
        ),
        80.0,
    ),
)  # fmt: skip

TRADES = (
    Trade(
        "cerealiers", "farming", ("01.11Z",), 1.6,
        ("FERME", "CULTURES", "GRANDS CHAMPS", "EARL"),
        (
            "Nous cultivons blé, orge et colza sur les plateaux de la Brie et de la Beauce.",
            "Exploitation céréalière en transition, nous diversifions nos débouchés locaux.",
        ),
        (
            "Nos {m} hectares de blé meunier sont stockés à la ferme.",
            "La rotation compte {n} cultures et des couverts permanents.",
        ),
        ("HVE", "Agriculture biologique"),
        ("cereales",),
        ("conseil_agronomique", "methanisation", "photovoltaique", "entretien_flotte",
         "transport_lots", "materiel_agricole"),
    ),
    Trade(
        "maraichers", "farming", ("01.13Z", "01.28Z"), 1.3,
        ("JARDINS", "CRESSONNIERES", "MARAICHERS", "SIMPLES"),
        (
            "Nous produisons du cresson, des salades et des herbes dans la vallée de la Juine.",
            "Maraîchers aux portes de Paris, nous vendons aux cantines et aux restaurateurs.",
            "Nous cultivons et séchons des plantes aromatiques du Gâtinais.",
        ),
        (
            "La récolte du matin part avant midi.",
            "Nos serres couvrent {m}00 m² et sont chauffées sans énergie fossile.",
            "Nous récoltons {n} variétés anciennes.",
        ),
        ("Agriculture biologique", "HVE", "Produit en Île-de-France"),
        ("legumes", "plantes_aromatiques"),
        ("transport_frigo", "distribution_alimentaire", "carton", "plats_prepares", "esat", "froid",
         "conseil_agronomique", "formation_phyto"),
    ),
    Trade(
        "elevages", "farming", ("01.41Z",), 0.6,
        ("ELEVAGE", "FERME LAITIERE", "GAEC"),
        (
            "Notre ferme laitière livre chaque jour aux fromageries de la Brie.",
            "Éleveurs de vaches normandes, nous vendons lait, crème et yaourts.",
        ),
        (
            "Le troupeau compte {m} vaches nourries en grande partie par la ferme.",
            "La traite est robotisée depuis {n} ans.",
        ),
        ("HVE", "Agriculture biologique"),
        ("lait",),
        ("cereales", "methanisation", "materiel_agricole", "analyses_labo", "photovoltaique",
         "froid"),
    ),
    Trade(
        "fromageries", "food", ("10.51C",), 0.7,
        ("FROMAGERIE", "AFFINAGE", "LAITERIE"),
        (
            "Nous fabriquons et affinons des bries au lait cru dans le respect de l'appellation.",
            "Notre fromagerie familiale transforme le lait de {n} fermes voisines.",
        ),
        (
            "Nos caves abritent {m}00 fromages en cours d'affinage.",
            "Chaque lot passe par un contrôle microbiologique.",
        ),
        ("AOP Brie de Meaux", "AOP Brie de Melun", "IFS Food"),
        ("fromages",),
        ("lait", "analyses_labo", "transport_frigo", "froid", "carton", "etiquettes",
         "chaudronnerie", "traitement_eau", "distribution_alimentaire", "conseil_export"),
    ),
    Trade(
        "moulins", "food", ("10.61A",), 0.5,
        ("MOULIN", "MINOTERIE", "MEUNERIE"),
        (
            "Notre moulin écrase des blés franciliens pour les boulangers et l'industrie.",
            "Meuniers depuis cinq générations, nous travaillons en filière avec {m} agriculteurs.",
        ),
        (
            "Nous produisons {m} tonnes de farine par jour.",
            "Un fournil d'essai accueille nos clients pour la mise au point des recettes.",
        ),
        ("Label Rouge", "Agriculture biologique", "IFS Food"),
        ("farines",),
        ("cereales", "analyses_labo", "maintenance_industrielle", "transport_lots", "automatisme",
         "etiquettes", "capteurs"),
    ),
    Trade(
        "boulangeries", "food", ("10.71A", "10.71C", "10.82Z"), 2.2,
        ("BOULANGERIE", "FOURNIL", "PATISSERIE", "CONFISERIE"),
        (
            "Nous fabriquons des pains et des viennoiseries pour les hôtels et les collectivités.",
            "Artisans pâtissiers, nous créons des spécialités du Gâtinais et de la Brie.",
            "Notre fournil livre chaque nuit les professionnels du sud francilien.",
        ),
        (
            "Le beurre et la farine viennent de moins de {m} kilomètres.",
            "Une première tournée part à quatre heures du matin.",
            "Nous préparons jusqu'à {m}0 pièces cocktail par jour.",
        ),
        ("Artisan boulanger", "Produit en Île-de-France", "IFS Food"),
        ("viennoiseries", "chocolats"),
        ("farines", "lait", "froid", "transport_frigo", "carton", "apprentis",
         "distribution_alimentaire", "maintenance_industrielle", "conditionnement"),
    ),
    Trade(
        "brasseries", "food", ("11.05Z", "10.32Z"), 0.7,
        ("BRASSERIE", "BRASSEURS", "CIDRERIE", "PRESSOIR"),
        (
            "Notre brasserie artisanale propose des bières de saison et des boissons sans alcool.",
            "Nous pressons et brassons des fruits et des céréales du territoire.",
        ),
        (
            "La salle de brassage produit {m} hectolitres par semaine.",
            "Nos bouteilles sont consignées et lavées dans la région.",
        ),
        ("Agriculture biologique", "Produit en Île-de-France"),
        ("boissons",),
        ("cereales", "chaudronnerie", "etiquettes", "carton", "distribution_alimentaire", "froid",
         "organisation_evenements", "site_web"),
    ),
    Trade(
        "conserveries", "food", ("10.85Z", "10.39A"), 0.8,
        ("CONSERVERIE", "SAVEURS", "CUISINES", "BOCAUX"),
        (
            "Nous cuisinons des légumes franciliens en bocaux, soupes et plats du jour.",
            "Notre atelier de transformation travaille pour les producteurs et les distributeurs.",
        ),
        (
            "Deux autoclaves permettent des lots de {m}0 bocaux.",
            "Les recettes sont validées avec un nutritionniste.",
        ),
        ("IFS Food", "Agriculture biologique", "ESUS"),
        ("plats_prepares",),
        ("legumes", "plantes_aromatiques", "etiquettes", "flaconnage", "analyses_labo",
         "transport_frigo", "distribution_alimentaire", "machines_speciales", "esat"),
    ),
    Trade(
        "extraction", "cosmetics", ("20.53Z",), 0.4,
        ("EXTRAITS", "AROMES", "DISTILLERIE"),
        (
            "Nous extrayons les actifs de plantes cultivées en Essonne et en Seine-et-Marne.",
            "Distillateur d'huiles essentielles, nous fournissons la cosmétique et l'alimentaire.",
        ),
        (
            "L'alambic de {m}00 litres fonctionne à la vapeur récupérée.",
            "Un échantillon est envoyé en {days} jours avec sa fiche technique.",
        ),
        ("Cosmos", "Ecocert", "ISO 9001"),
        ("extraits_vegetaux",),
        ("plantes_aromatiques", "analyses_labo", "chaudronnerie", "flaconnage", "conseil_export",
         "affaires_reglementaires"),
    ),
    Trade(
        "grossistes", "food", ("46.38B", "46.31Z"), 1.1,
        ("DISTRIBUTION", "PRIMEURS", "SAVEURS LOCALES"),
        (
            "Nous distribuons des produits locaux aux cuisines professionnelles.",
            "Grossiste en fruits, légumes et épicerie, nous servons restaurants et cantines.",
        ),
        (
            "Notre plateforme de {m}00 m² prépare les commandes la nuit.",
            "Nos {n} camions roulent au biogaz.",
        ),
        ("IFS Logistics", "Agriculture biologique"),
        ("distribution_alimentaire",),
        ("legumes", "fromages", "plats_prepares", "boissons", "viennoiseries", "transport_frigo",
         "froid", "logiciel_metier", "entretien_flotte", "formation_caces"),
    ),
    Trade(
        "froid", "construction", ("33.20D", "43.22B"), 0.9,
        ("FROID", "FRIGORIFIQUE", "CLIM"),
        (
            "Frigoristes, nous équipons les métiers de bouche et la logistique.",
            "Nous concevons et entretenons des installations de froid commercial et industriel.",
        ),
        (
            "Nos {n} techniciens sont joignables jour et nuit.",
            "Les installations au CO2 représentent {m} % de nos chantiers.",
        ),
        ("Qualifroid", "Attestation fluides frigorigènes", "RGE"),
        ("froid", "ventilation"),
        ("electricite", "location_vehicules", "apprentis", "capteurs", "recyclage_metaux",
         "dechets_dangereux"),
    ),
    Trade(
        "agronomes", "farming", ("74.90B",), 0.4,
        ("AGRO CONSEIL", "TERRES", "AGRONOMIE"),
        (
            "Nous conseillons les agriculteurs et les collectivités sur les sols et l'eau.",
            "Notre équipe d'agronomes suit {m} exploitations par drone et par mesures de terrain.",
        ),
        ("Nous rendons chaque diagnostic en {days} jours, avec un plan d'action chiffré.",),
        ("Qualiopi", "Agréé conseil phytopharmaceutique"),
        ("conseil_agronomique", "formation_phyto"),
        ("capteurs", "data_ia", "analyses_labo", "location_vehicules", "site_web"),
    ),
)  # fmt: skip
