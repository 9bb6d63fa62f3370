"""Somebody walks in to peer groups: the best group with the reason, the others, the choice."""

from __future__ import annotations

import re

from event_samples import name_of, put_event
from test_day_seats_pages import (  # noqa: F401 - fixtures
    DAY,
    adviser,
    app,
    at,
    note,
    published,
    repair_form,
    settings,
    stored,
    tables,
    words_of,
)

from matchmaker.events.peer_groups.adjusting import groups_of
from matchmaker.events.services.planners import planner_of
from matchmaker.store import open_store

OWN = {"groups": 2, "size_min": 6, "size_max": 12, "mentors_min": 0, "mentors_max": 0}


def groups(settings, adviser, name: str, **more) -> str:  # noqa: F811
    frame = {"kind": "peer_groups", "people": 18, "slots": 0, "tables": 0, "wishes": 0}
    return published(settings, adviser, name, **frame, own_settings={**OWN, **more})


def walk_in(adviser, event: str, **form):  # noqa: F811
    tree = {"name": "Zoé Nouvelle", "company": "Neuf", "arrivant": "k7m2p9qa", **form}
    return adviser.post(f"/evenements/{event}/jour/arrivee", data=tree)


def choice(page) -> dict[str, str]:
    chosen = re.search(r'name="groupe" value="([^"]*)"', page.text)
    return {**repair_form(page), "groupe": chosen[1] if chosen else ""}


def other_firm(settings, event: str):  # noqa: F811
    """Find a firm of 91 that nobody of the event is of, of a trade of its own."""
    store = open_store(settings.store_url)
    with store.reading() as unit:
        taken = {each.siret for each in unit.events.registrations.all(event)}
        frame = unit.companies.frame()
        shown = unit.companies.servable(frame["siret"].to_list()).values()
        found = [each for each in shown if each.department == "91" and each.siret not in taken]
    store.close()
    return found[0]


def test_a_walk_in_is_offered_the_best_group_and_the_adviser_takes_it(settings, adviser, at):  # noqa: F811
    event = groups(settings, adviser, "joins1")
    _, _, before, _ = stored(settings, event)
    firm = other_firm(settings, event)
    answer = walk_in(adviser, event, siret=firm.siret, company="")
    assert "jour/reparation" in answer.headers["location"], words_of(answer)
    page = adviser.get(answer.headers["location"])
    said = words_of(page)
    number = int(re.search(r"Groupe conseillé : groupe (\d)", said)[1])
    assert re.search(r"\d+ dirigeants avec Zoé Nouvelle, 12 au plus", said)
    assert "Ni concurrent connu, ni collègue de Zoé Nouvelle" in said
    assert re.search(r"Réunions chez .+, à \d+ minute", said)
    assert "C'est le meilleur choix" in said
    assert "Ce que l'on ne sait pas" not in said
    assert f"Rejoint le groupe {number}" in said
    assert stored(settings, event)[2] == before, "nothing is changed yet"
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=choice(page))
    assert done.status_code == 303, words_of(done)
    found, problem, after, history = stored(settings, event)
    assert planner_of(found.details.kind).check(problem, after) == []
    was, now = groups_of(before), groups_of(after)
    assert now.pop("k7m2p9qa") == number
    assert now == was, "nobody else moves"
    changes = history[-1].details["changes"]
    assert changes["walk_ins"] == ["k7m2p9qa"]
    assert firm.siret[:9] not in str(changes), "ids and numbers only"
    assert "Rien n'est à réparer" in words_of(adviser.get(f"/evenements/{event}/jour/reparation"))
    # The next one comes with nothing but a name: the middle of the others counts, and that is said.
    answer = walk_in(adviser, event, name="Yann", department="77", arrivant="k7m2p9qb")
    page = adviser.get(answer.headers["location"])
    said = words_of(page)
    assert "le trajet est estimé depuis le centre de son département" in said
    assert "ses concurrents ne sont pas reconnus" in said
    other = re.search(r"Choisir le groupe (\d)", said)
    assert other
    link = re.search(r'href="([^"]*groupe=\d[^"]*)"', page.text)[1].replace("&amp;", "&")
    page = adviser.get(link)
    assert f"Groupe choisi : groupe {other[1]}" in words_of(page)
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=choice(page))
    assert done.status_code == 303, words_of(done)
    _, problem, after, history = stored(settings, event)
    assert groups_of(after)["k7m2p9qb"] == int(other[1])
    assert history[-1].details["changes"]["fixed"][0]["group"] == int(other[1])
    assert planner_of(found.details.kind).check(problem, after) == []


def test_a_colleague_goes_to_the_other_group_and_full_groups_refuse(settings, adviser, at):  # noqa: F811
    event = groups(settings, adviser, "joins2", size_max=9)
    answer = walk_in(adviser, event, department="77")
    page = adviser.get(answer.headers["location"])
    assert page.status_code == 200
    said = words_of(page)
    assert "Aucun groupe ne peut accueillir Zoé Nouvelle" in said
    assert "aurait 10 dirigeants ; il en faut de 6 à 9" in said
    assert 'name="seal"' not in page.text
    # Somebody falls out: there is a place, whoever sits in the other group.
    _, _, before, _ = stored(settings, event)
    gone = next(m.id for m in before.groups[0].leaders if m.id != before.groups[0].meets_at)
    note(adviser, event, gone, "absent")
    page = adviser.get(answer.headers["location"])
    assert "Groupe conseillé : groupe 1" in words_of(page)
    assert "1 groupe est impossible" in words_of(page)
    full = adviser.get(f"{answer.headers['location']}&groupe=2")
    assert "Le groupe 2 ne peut pas accueillir Zoé Nouvelle" in words_of(full)
    assert 'name="seal"' not in full.text
    done = adviser.post(f"/evenements/{event}/jour/reparation", data=choice(page))
    assert done.status_code == 303
    # They come after all, and are walked in again: the groups are full.
    note(adviser, event, gone, "present", was="absent")
    page = adviser.get(f"/evenements/{event}/jour/reparation")
    assert f"arrivee={gone}" in page.text
    page = adviser.get(f"/evenements/{event}/jour/reparation", params={"arrivee": gone})
    assert "Aucun groupe ne peut accueillir" in words_of(page)


def test_what_is_wrong_with_a_walk_in_is_said_beside_its_field(settings, adviser, at):  # noqa: F811
    event = groups(settings, adviser, "joins3")
    version = stored(settings, event)[0].version
    for form, words in (
        ({}, "Choisissez le département, ou indiquez le SIRET"),
        ({"siret": "123"}, "Ce SIRET n'est pas juste"),
        ({"name": ""}, "Écrivez le nom"),
    ):
        answer = walk_in(adviser, event, **form)
        assert answer.status_code == 422
        assert words in words_of(answer)
        assert 'value="Neuf"' in answer.text
        assert 'aria-invalid="true"' in answer.text
    assert stored(settings, event)[0].version == version


def test_what_a_kind_of_event_does_not_have_leads_to_who_is_there(settings, adviser, at):  # noqa: F811
    event = groups(settings, adviser, "joins6")
    seated = tables(settings, adviser, "joins7")
    # Groups have no tables by the clock; of a table of many no meeting of two is noted.
    for held, path in ((event, "maintenant"), (event, "suites"), (seated, "suites")):
        answer = adviser.get(f"/evenements/{held}/jour/{path}")
        assert answer.status_code == 303
        assert answer.headers["location"].endswith(f"/evenements/{held}/jour")


def test_what_stands_against_groups_names_people_and_no_limit_of_0_minutes(settings, adviser, at):  # noqa: F811
    event = put_event(
        settings, "joins4", kind="peer_groups", people=30, slots=0, tables=0, wishes=0, day=DAY
    )
    path = f"/evenements/{event}/planning"
    version = re.search(r'name="version" value="(\d+)"', adviser.get(path).text)[1]
    said = words_of(adviser.post(path, data={"seconds": 3, "version": version}))
    assert "Parrains : 0, et il en faut au moins" in said
    assert "0 minutes" not in said
    apart = [{"a": f"p{n:02}", "b": f"p{m:02}"} for n in range(3) for m in range(n)]
    own = {**OWN, "fixed": [{"member": f"p{n:02}", "group": 1} for n in range(2)]}
    event = put_event(
        settings,
        "joins5",
        kind="peer_groups",
        people=18,
        slots=0,
        tables=0,
        wishes=0,
        day=DAY,
        own_settings=own,
        **{f"p{n:02}": {"group": "Holding"} for n in range(len(apart))},
    )
    path = f"/evenements/{event}/planning"
    version = re.search(r'name="version" value="(\d+)"', adviser.get(path).text)[1]
    said = words_of(adviser.post(path, data={"seconds": 3, "version": version}))
    assert name_of(0) in said
    assert "p00" not in said
