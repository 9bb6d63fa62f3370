"""Frames of French sentences in which the phrasings of the catalogue are set.

`{x}` and `{y}` take noun phrases with their article; the other fields are filled with figures and
places. Every frame is a whole sentence.
"""

from __future__ import annotations

SITES = (
    "Nos locaux se trouvent {at}, et nos clients dans toute l'Île-de-France.",
    "Depuis {year}, nous travaillons {at} pour des clients des deux rives de la Seine.",
    "L'entreprise a été créée en {year} et reste indépendante.",
    "Notre adresse {at} nous place au cœur du sud francilien.",
    "Nés {at} en {year}, nous avons grandi avec nos clients.",
)
TEAM_SITES = (
    "Basée {at}, l'entreprise compte {staff} personnes.",
    "Nous sommes {staff} personnes, installées {at} depuis {year}.",
    "Une équipe de {staff} personnes travaille {at}.",
)
CLIENTS = (
    "Deux tiers de nos clients sont à moins de 50 kilomètres.",
    "Nous travaillons surtout avec des PME.",
    "La commande publique représente un tiers de notre activité.",
    "Notre clientèle va de l'artisan au grand groupe.",
    "Nous avons investi l'an dernier dans de nouveaux équipements.",
    "Nous formons chaque année au moins un apprenti.",
    "Nous avons réduit nos émissions de {n} % en trois ans.",
    "Notre carnet de commandes est plein jusqu'à la fin du trimestre.",
    "Nous voulons grandir de l'autre côté de la Seine.",
    "Une part croissante de nos clients vient du département voisin.",
)

OFFERS_FIRST = (
    "Nous proposons {x}.",
    "Nos clients trouvent chez nous {x}.",
    "Notre offre comprend {x}.",
    "Nous offrons {x}.",
    "Au cœur de notre métier : {x}.",
    "Nous pouvons vous apporter {x}.",
    "Ce que nous savons faire de mieux : {x}.",
)
OFFERS_PAIR = (
    "Nous proposons {x}, mais aussi {y}.",
    "Notre offre réunit {x} et {y}.",
    "Deux savoir-faire sous un même toit : {x} ; {y}.",
    "Nos clients nous connaissent pour {x}, mais aussi pour {y}.",
)
OFFERS_NEXT = (
    "Nous proposons aussi {x}.",
    "Nous complétons cette offre par {x}.",
    "En complément, nous offrons {x}.",
    "Sur demande, nous ajoutons {x}.",
)
TERMS_OF_MAKERS = (
    "Petites quantités acceptées dès le premier essai.",
    "Devis sous {n} jours ouvrés.",
    "Visite de nos ateliers possible sur rendez-vous.",
    "Délai habituel : {days} jours.",
    "Échantillons gratuits sur demande.",
    "Nous acceptons les lots de {m} à 5 000 unités.",
    "Livraison comprise dans les deux départements.",
)
TERMS_OF_FARMS = (
    "Contrats annuels ou pluriannuels.",
    "Visite de la ferme possible sur rendez-vous.",
    "Livraison possible chaque semaine en saison.",
    "Volumes garantis dès la signature.",
    "Prix discuté une fois par an.",
)
TERMS_OF_SERVICES = (
    "Nous intervenons en Seine-et-Marne comme en Essonne.",
    "Un interlocuteur unique suit chaque client.",
    "Premier rendez-vous sans engagement.",
    "Réponse sous {n} jours ouvrés.",
    "Nos références sont disponibles sur demande.",
    "Tarif dégressif pour plusieurs sites.",
    "Intervention possible sous {days} jours.",
)

NEEDS_FIRST = (
    "Nous recherchons {x}.",
    "Nous cherchons {x}.",
    "{horizon}, il nous faut {x}.",
    "Nous aimerions trouver, dans le département voisin, {x}.",
    "Notre priorité du moment : {x}.",
    "{reason}, nous cherchons {x}.",
    "{reason}, il nous faudrait {x}.",
)
NEEDS_NEXT = (
    "Nous cherchons également {x}.",
    "À plus long terme, nous voudrions {x}.",
    "Il nous manque aussi {x}.",
    "Autre besoin : {x}.",
    "Nous voudrions enfin trouver {x}.",
)
HORIZONS = (
    "D'ici la rentrée",
    "D'ici l'été",
    "D'ici la fin de l'année",
    "Dans les six mois",
    "Avant le printemps",
    "Pour un projet déjà financé",
)
REASONS = (
    "Pour accompagner notre croissance",
    "Pour sécuriser nos délais",
    "Pour réduire nos trajets",
    "Afin de tenir nos engagements environnementaux",
    "Après le départ d'un prestataire historique",
    "Pour raccourcir nos circuits",
    "Faute de solution satisfaisante aujourd'hui",
    "Pour un second site qui ouvre bientôt",
)

TERSE_OFFER = "Notre offre en bref : {names}."
TERSE_NEED = "Besoins actuels : {names}."

THEME_WISHES: dict[str, tuple[str, ...]] = {
    "export": (
        "Nous voudrions échanger avec une entreprise qui exporte déjà.",
        "Un retour d'expérience sur un premier marché étranger nous aiderait.",
    ),
    "transition écologique": (
        "Nous aimerions comparer nos actions de sobriété avec celles d'autres PME.",
        "Nous sommes prêts à partager notre bilan carbone et ses enseignements.",
    ),
    "recrutement": (
        "Nous souhaitons partager notre expérience du recrutement et de la fidélisation.",
        "Les difficultés d'embauche nous occupent, et nous cherchons des idées.",
    ),
    "numérique": (
        "Nous voudrions visiter une entreprise qui a réussi son passage au numérique.",
        "Nous échangeons volontiers sur le choix de nos outils informatiques.",
    ),
    "transmission": (
        "La transmission de l'entreprise se prépare, et nous voulons en parler entre dirigeants.",
        "Un échange avec un repreneur récent nous serait précieux.",
    ),
    "innovation": (
        "Nous sommes ouverts à un projet d'innovation à plusieurs.",
        "Nous aimerions rencontrer des entreprises qui travaillent avec les laboratoires.",
    ),
    "RSE": (
        "Notre démarche RSE débute, et nous cherchons des pairs plus avancés.",
        "Nous partageons volontiers notre charte et nos indicateurs RSE.",
    ),
    "achats responsables": (
        "Nous voulons acheter plus près et cherchons d'autres acheteurs pour grouper nos volumes.",
        "Nous échangeons sur les achats responsables avec nos voisins de zone.",
    ),
    "sécurité au travail": (
        "Nous voudrions partager nos pratiques de prévention des accidents.",
        "Un regard croisé sur la sécurité de nos postes nous intéresse.",
    ),
    "alternance": (
        "Nous voudrions partager notre expérience du recrutement d'alternants.",
        "Nous accueillons des apprentis et cherchons à mieux les accompagner.",
    ),
}
