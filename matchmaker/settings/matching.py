"""Settings of what a night computes: companies, rules, model, snapshots, quality."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field, PositiveFloat

from matchmaker.intents import Intent
from matchmaker.settings.branches import Branch, DepartmentCode


class TerritorySettings(Branch):
    """Which companies the service is for."""

    departments: tuple[DepartmentCode, ...] = Field(("77", "91"), min_length=1)
    """Departments imported when a command names none; one outside them needs `all`."""


class ImportSettings(Branch):
    """How files enter the store."""

    max_reject_rate: float = Field(0.05, ge=0, le=1)
    """Largest share of rejected rows with which an import still ends with status 0."""
    max_closed_rate: float = Field(0.5, ge=0, le=1)
    """Largest share of open companies that a new stock may leave out; a fragment is refused."""
    max_line_bytes: int = Field(1_048_576, ge=1024)
    """A longer line is no row of a table: the file is refused."""
    keep_closed: bool = False
    """Whether closed establishments enter the store (they are never suggested)."""


CompanyRule = Literal[
    "closed",
    "not_diffusible",
    "partial_diffusion",
    "opted_out",
    "consent_refused",
    "public_body",
    "school",
    "co_ownership",
    "dormant",
    "property_shell",
]
"""Names of the rules about one company; `matchmaker.eligibility` says what each does."""


class EligibilitySettings(Branch):
    """Which companies stay out of suggestions, by named rules (`matchmaker.eligibility`)."""

    naf_divisions: tuple[str, ...] = ("84",)
    """Rule `public_body`: NAF divisions of public administration."""
    legal_categories: tuple[str, ...] = ("4", "71", "72", "73", "74")
    """Rule `public_body`: beginnings of legal categories governed by public law."""
    public_siren: tuple[str, ...] = ("11", "12", "13", "14", "15", "16", "17", "18", "19", "2")
    """Rule `public_body`: beginnings of SIREN kept for public bodies (10 is now for anybody)."""
    school_naf: tuple[str, ...] = ("85.1", "85.2", "85.3", "85.41", "85.42")
    """Rule `school`: beginnings of NAF codes; training bodies (85.59) stay in."""
    co_ownership_naf: tuple[str, ...] = ("81.10Z",)
    """Rule `co_ownership`: NAF sub-classes of co-ownership syndicates."""
    co_ownership_legal_categories: tuple[str, ...] = ("9110",)
    """Rule `co_ownership`: beginnings of legal categories."""
    dormant_naf: tuple[str, ...] = ("00.00Z", "97", "98", "99")
    """Rule `dormant`: beginnings of NAF codes without market activity; no code counts as well."""
    property_shell_naf: tuple[str, ...] = ("68.20A", "68.20B", "64.20Z", "66.30Z")
    """Rule `property_shell`: NAF codes that, without staff, hold assets and nothing else."""
    property_shell_legal_categories: tuple[str, ...] = ("6540", "6541", "6542", "6543")
    """Rule `property_shell`: civil property companies, whatever their NAF code, without staff."""
    rules: tuple[CompanyRule, ...] = get_args(CompanyRule)
    """Rules in force, in the order in which the first one that applies is named."""
    catchment_km: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = (10.0, 40.0, 150.0)
    """Catchment radius (km) of firms with under 10, under 50, and 50 or more employees."""
    near_equal_offers: float = Field(0.8, gt=0, le=1)
    """Cosine from which two declared offers count as the same trade."""
    same_trade_anywhere: tuple[Intent, ...] = (Intent.SUPPLY, Intent.CONSORTIUM)
    """Intents for which one trade is a competitor at any distance."""


class ModelSettings(Branch):
    """The partner model. The weights of the prior fusion are in `models.prior`."""

    dimensions: int = Field(96, ge=2, le=512)
    """Dimensions of the dense text vectors (SVD of TF-IDF)."""
    candidates: int = Field(60, ge=10, le=1000)
    """Candidates that each channel proposes per company and role."""
    list_length: int = Field(10, ge=1, le=100)
    """Suggestions published per company and intent."""
    reserve: int = Field(10, ge=0, le=100)
    """Further ranks kept in the snapshot, to fill a list after today's exclusions."""
    max_group: int = Field(25, ge=2)
    """Groups above this size carry no evidence (a trade fair is no acquaintance)."""
    smoothing_hops: int = Field(3, ge=1, le=6)
    """Hops of text smoothing over the relation graph."""
    learn_fusion: bool = True
    """Whether a night learns the fusion from known relations (needs some dozens per intent)."""
    pool: int = Field(40, ge=10, le=1000)
    """Partners per company and role from which allocation fills the lists; at least a list and its
    reserve."""
    capacity: int = Field(4, ge=1)
    """Introductions per quarter taken for granted where a company declares no number."""
    exposure: float = Field(2.0, ge=1)
    """Largest number of lists that a company may fill, in fair shares of its department."""
    temperature: float = Field(0.02, gt=0)
    """How freely allocation departs from the best scores (temperature of the matching)."""
    variety: float = Field(0.05, ge=0, le=1)
    """Weight of variety of trades and places in the order of a list; 0 keeps the order."""
    explored_places: int = Field(2, ge=0)
    """Places of a list that are drawn, with their chances logged, once there is feedback."""
    explore_from: int = Field(200, ge=1)
    """Answers to suggestions from which places are drawn."""
    search: Literal["exact", "approximate"] = "exact"
    """`approximate` uses an inverted file (IVF-Flat); worth it from about 200,000 companies."""


class ParallelSettings(Branch):
    """Threads and processes."""

    threads: int = Field(2, ge=1)
    """Threads of BLAS, OpenMP and faiss within one process."""
    jobs: int = Field(1, ge=1)
    """Worker processes of the ranking stage."""
    backend: Literal["loky", "dask"] = "loky"
    """`dask` sends the ranking stage to a cluster (extra `cluster`)."""
    scheduler: str | None = None
    """Address of the dask scheduler."""


class SnapshotSettings(Branch):
    """Published snapshots."""

    keep: int = Field(5, ge=1)
    """How many stay, the published one included, and as many that were held back."""


Share = Annotated[float, Field(ge=0, le=1)]


class QualitySettings(Branch):
    """What a night measures of itself, and the gates: limits that hold a snapshot back.

    A gate without a limit is off. A figure that could not be measured breaks no gate.
    """

    queries: int = Field(500, ge=1)
    """Most companies per role whose latest relations are hidden and looked for."""
    deletion_sample: int = Field(200, ge=0)
    """Suggestions of which one reason each goes through the deletion test."""
    min_coverage: Share | None = None
    """Share of the companies that have a suggestion."""
    max_never_listed: Share | None = None
    """Share of the companies that nobody is suggested."""
    max_exposure_gini: Share | None = None
    """How unequally places in lists are spread over the companies."""
    min_mutual_lists: Share | None = None
    """Share of the suggestions that are made to both sides."""
    max_competitor_rate: Share | None = 0.0
    """Share of the suggestions that name a competitor: any is a defect."""
    max_empty_text: Share | None = None
    """Share of the companies that declare nothing."""
    min_overlap: Share | None = None
    """Mean Jaccard index of today's lists and those published before."""
    max_drift: float | None = Field(None, ge=0)
    """Population stability index of the scores since the lists published before."""
    min_deletion_rate: Share | None = 0.95
    """Share of the reasons tested whose evidence, taken away, lowers the score."""
    min_recall: Share | None = None
    """Share of the latest relations found among the first 20."""
    min_ndcg: Share | None = None
    """nDCG at 20 on the latest relations."""
    min_candidate_recall: Share | None = None
    """Share of the latest relations among the candidates."""
    min_ndcg_over_popularity: float | None = Field(None, ge=-1, le=1)
    """nDCG at 20 less that of ranking by the number of relations."""

    def gates(self) -> Iterator[tuple[str, float]]:
        """List the gates that are on: name of the setting and limit."""
        for name, limit in self:
            if name.startswith(("min_", "max_")) and limit is not None:
                yield name, limit
