"""What a night learns from known relations: only where there are enough, and for good."""

from dataclasses import fields, replace
from itertools import product

import numpy as np
import pytest
from builders import fitted, groups, mixture, relation, rows_of

from matchmaker.intents import ROLES, Intent, Role
from matchmaker.relations import RelationKind
from models.fusion import Fusion, Stage
from models.inputs import UNKNOWN
from models.lists import ALL_ROLES
from models.partner_model import PartnerModel
from models.prior import PRIOR
from pipelines.fusions import ANSWERS, ASKED, FEWEST_GROUPS, Taught, taught

WORLD = mixture(90, related=False)
EVERYONE = np.arange(90)


def like_minded(number, kind=RelationKind.SUPPLY, first=0):
    """Tie firms of different departments that declare the same themes, as no prior expects."""
    themes = {profile.siret: sorted(profile.themes) for profile in WORLD.profiles}
    side = {firm.siret: firm.department for firm in WORLD.companies}
    alike = [
        (one, other)
        for one, other in product(themes, themes)
        if side[one] != side[other] and themes[one] == themes[other]
    ]
    drawn = np.random.default_rng(1).permutation(len(alike))[first : first + number]
    return [relation(f"{kind}{place}", alike[place], kind) for place in drawn]


def at_random(rng, kind, number=150):
    """Tie firms at random, whatever their department and trade."""
    sirets = [firm.siret for firm in WORLD.companies]
    return [
        relation(f"{kind}{k}", rng.choice(sirets, 2, replace=False).tolist(), kind)
        for k in range(number)
    ]


def taught_by(relations, seed=7) -> tuple[PartnerModel, Taught]:
    """Fit a model, and teach it by the same relations."""
    model = fitted(WORLD.companies, WORLD.profiles, relations)
    known = groups(rows_of(WORLD.companies, WORLD.profiles), relations)
    return model, taught(model, known, seed)


def same(one: Fusion, other: Fusion) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Fusion)
    )


@pytest.fixture(scope="module")
def supply():
    """Models before and after a hundred and fifty supply relations taught them."""
    return taught_by(like_minded(150))


def test_what_known_relations_show_is_learned(supply):
    """Like-minded firms trade: themes count afterwards, which the prior of supply leaves out."""
    before, after = supply
    assert list(after.learned) == [Intent.SUPPLY]
    assert after.learned[Intent.SUPPLY].fusion.stage is not Stage.PRIOR
    place = before.channel_names.index("themes_shared")
    assert "themes_shared" not in PRIOR[Role.SUPPLIER]
    assert not before.fusions[Role.SUPPLIER].active[place]
    assert after.model.fusions[Role.SUPPLIER].active[place]


@pytest.mark.parametrize("intent", list(ASKED))
@pytest.mark.parametrize("number", [FEWEST_GROUPS - 1, FEWEST_GROUPS])
def test_an_intent_is_learned_from_forty_relations_of_its_kind_on(intent, number):
    """Those of other kinds do not count, however many there are."""
    others = like_minded(80, RelationKind.MEETING, first=200)
    model, found = taught_by([*like_minded(number, ANSWERS[intent]), *others])
    assert list(found.learned) == ([intent] if number == FEWEST_GROUPS else [])
    for role in Role:
        if role not in ROLES[intent] or number < FEWEST_GROUPS:
            assert found.model.fusions[role] is model.fusions[role]


def test_nothing_is_learned_from_clubs():
    """Plato groups tell whom a chamber brought together: peers keep the prior, however many."""
    model, found = taught_by(like_minded(150, RelationKind.PLATO))
    assert found.learned == {}
    assert found.model.fusions == model.fusions


def test_intents_learned_in_one_night_have_each_their_own(supply):
    """Awards drawn at random beside supply among the like-minded: each teaches its intent alone."""
    awards = at_random(np.random.default_rng(4), RelationKind.AWARD)
    _, found = taught_by([*like_minded(150), *awards])
    own = found.learned
    assert list(own) == [Intent.SUPPLY, Intent.CONSORTIUM]
    assert (
        own[Intent.SUPPLY].gains["logistic"][1] > 0.1 > own[Intent.CONSORTIUM].gains["logistic"][1]
    )
    assert own[Intent.SUPPLY].fusion.stage is not Stage.PRIOR
    for intent, role in ASKED.items():
        assert found.model.fusions[role] is own[intent].fusion


def test_both_roles_of_an_intent_share_one_fusion(supply):
    before, after = supply
    shared = after.learned[Intent.SUPPLY].fusion
    assert after.model.fusions[Role.SUPPLIER] is after.model.fusions[Role.CLIENT] is shared
    for role in set(Role) - {Role.SUPPLIER, Role.CLIENT}:
        assert after.model.fusions[role] is before.fusions[role]


def test_sharing_a_fusion_overwrites_no_other_prior():
    """Where nothing better is found the prior of one role goes to all: they must have the same."""
    for intent, asked in ASKED.items():
        assert asked in ROLES[intent]
        assert all(PRIOR[role] == PRIOR[asked] for role in ROLES[intent])


def test_teaching_changes_nothing_but_the_fusions(supply):
    before, after = supply
    for field in fields(PartnerModel):
        if field.name != "fusions":
            assert getattr(after.model, field.name) is getattr(before, field.name)


def test_the_same_relations_and_seed_teach_the_same(supply):
    _, once = supply
    _, again = taught_by(like_minded(150))
    assert once.learned[Intent.SUPPLY].gains == again.learned[Intent.SUPPLY].gains
    for role in Role:
        assert same(once.model.fusions[role], again.model.fusions[role])


@pytest.mark.parametrize("seed", range(4))
def test_relations_at_random_leave_the_prior(seed):
    """They prove nothing, also where some tie competitors, who are among nobody's candidates."""
    rng = np.random.default_rng(seed)
    model, found = taught_by(at_random(rng, RelationKind.SUPPLY))
    assert list(found.learned) == [Intent.SUPPLY]
    assert found.learned[Intent.SUPPLY].fusion.stage is Stage.PRIOR
    assert same(found.model.fusions[Role.CLIENT], model.fusions[Role.CLIENT])


def test_a_saved_model_serves_the_same_evidence(supply, tmp_path):
    """Fusions, pools and every reason are those of the model that was taught."""
    model = supply[1].model
    model.save(tmp_path / "model")
    opened = PartnerModel.load(tmp_path / "model")
    for role in Role:
        assert same(opened.fusions[role], model.fusions[role])
    (pools, _), (again, _) = (
        some.pools(Intent.SUPPLY, EVERYONE, some.candidates(Intent.SUPPLY, EVERYONE))
        for some in (model, opened)
    )
    for role, pool in pools.items():
        for field in fields(pool):
            assert np.array_equal(getattr(pool, field.name), getattr(again[role], field.name))
        parts, reasons = pool.parts, 0
        for row in np.flatnonzero(pool.partners[:, 0] >= 0)[::9]:
            partner = int(pool.partners[row, 0])
            assert pool.roles[row, 0] == ALL_ROLES.index(role)
            told, retold = (
                some.evidence(some.territory.view, row, partner, role, parts[row, 0])
                for some in (model, opened)
            )
            assert told == retold
            reasons += len(told)
        assert reasons >= 10


def test_learned_contributions_add_up_to_the_score(supply):
    """To the three digits that they are kept with, whatever the stage."""
    model = supply[1].model
    candidates = model.candidates(Intent.SUPPLY, EVERYONE)
    pools, _ = model.pools(Intent.SUPPLY, EVERYONE, candidates)
    for pool in pools.values():
        total = pool.parts.astype(float).sum(axis=-1)
        assert total == pytest.approx(pool.scores, rel=2e-3, abs=2e-3)
        assert (pool.partners >= 0).any()


def test_nobody_is_proposed_for_whom_nothing_speaks(supply):
    """A learned fusion may count distance against a pair; that alone is no reason to meet."""
    model = supply[1].model
    against = replace(
        model.fusions[Role.CLIENT],
        slope=np.where(np.array(model.channel_names) == "place", -1.0, 0).astype(np.float32),
        by_rank=np.zeros(len(model.channel_names), np.float32),
    )
    fusions = {**model.fusions, **dict.fromkeys(ROLES[Intent.SUPPLY], against)}
    far = replace(model, fusions=fusions)
    candidates = model.candidates(Intent.SUPPLY, EVERYONE)
    pools, _ = far.pools(Intent.SUPPLY, EVERYONE, candidates)
    assert all((pool.partners == UNKNOWN).all() for pool in pools.values())
    pools, _ = model.pools(Intent.SUPPLY, EVERYONE, candidates)
    for pool in pools.values():
        assert (pool.parts[pool.partners >= 0] > 0).any(axis=-1).all()


def test_trees_are_saved_like_any_fusion(supply, tmp_path):
    """A fusion of steps is opened as it was, edges that are infinite included."""
    model = supply[1].model
    n = len(model.channel_names)
    edges = np.tile(np.array([0, 0.5, np.inf], np.float32), (n, 1))
    steps = np.tile(np.array([0, 0.1, 0.4, 0.4], np.float32), (n, 1))
    trees = replace(model.fusions[Role.PEER], stage=Stage.TREES, edges=edges, steps=steps)
    fusions = {**model.fusions, Role.PEER: trees}
    replace(model, fusions=fusions).save(tmp_path / "model")
    assert same(PartnerModel.load(tmp_path / "model").fusions[Role.PEER], trees)
