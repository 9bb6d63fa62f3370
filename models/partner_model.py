"""The front door of the model: fit, candidates, rank, explain, save, load."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matchmaker.activities import flow_matrix
from matchmaker.eligibility import PAIR_RULES
from matchmaker.errors import SnapshotError
from matchmaker.intents import FLOW, ROLES, Intent, Role
from matchmaker.settings import EligibilitySettings, ModelSettings
from matchmaker.suggestions import Evidence
from models.arrays import load_array, load_strings, save_arrays, save_strings
from models.channels.contract import Channel, Territory
from models.channels.registry import all_channels
from models.fusion import Fusion, prior_fusion
from models.inputs import CompanyRows, GroupRows, Rows
from models.links import Links, build_links
from models.lists import RankedLists, Vetoes
from models.marks import Marks, no_marks
from models.prior import PRIOR
from models.ranking import Ranker
from models.text_space import TextSpace, word_axes
from models.view import View, represent

FORMAT = 3
"""Number of the folder layout; a folder of another number is refused."""

LEAST_SHARE = 0.1
"""Share of a score below which a contribution is no reason, unless there is no larger one: without
its evidence other channels may see the pair in a better light by as much."""

SAME_FACT = (("bounded_popularity", "recent_popularity"),)
"""Channels that count one fact in several ways: a learned fusion may set one against the other."""


@dataclass(frozen=True)
class PartnerModel:
    """A fitted model over one territory.

    Parameters
    ----------
    sirets
        SIRET of each row.
    departments
        Codes that `territory.view.department` numbers.
    territory
        Companies and relations as arrays.
    channels
        Fitted channels.
    fusions
        How the channels' scores become one, per role.
    settings, rules
        What the model was fitted with.
    pair_rules
        Rules about pairs that are in force.
    seed
        Seed of the text space and of the order among equal scores.
    marks
        What firms and advisers said of pairs.
    """

    sirets: npt.NDArray[np.str_]
    departments: tuple[str, ...]
    territory: Territory
    channels: Sequence[Channel]
    fusions: Mapping[Role, Fusion]
    settings: ModelSettings
    rules: EligibilitySettings
    seed: int
    marks: Marks
    pair_rules: tuple[str, ...] = PAIR_RULES

    @classmethod
    def fit(
        cls,
        companies: CompanyRows,
        groups: GroupRows,
        settings: ModelSettings,
        rules: EligibilitySettings,
        seed: int,
        left_out: Collection[str] = (),
        marks: Marks | None = None,
    ) -> PartnerModel:
        """Learn the text space, the relation graph and every channel.

        Parameters
        ----------
        companies
            The territory: every company that may take part in suggestions.
        groups
            Relations as row numbers.
        left_out
            Channels that are not fitted; such a model is for measuring, it cannot be saved.
        marks
            What firms and advisers said of pairs; nothing if not given.
        """
        texts = [*companies.activity, *companies.offers, *companies.needs, *companies.trade_label]
        space = TextSpace.fit(texts, dimensions=settings.dimensions, seed=seed)
        theme_names = sorted({theme for own in companies.themes for theme in own})
        view = represent(companies, space, theme_names)
        territory = Territory(
            view=view,
            links=build_links(groups, len(companies), settings.max_group),
            space=space,
            word_axes=word_axes(view.activity_words, seed=seed),
            theme_names=theme_names,
            sectors=list(flow_matrix().sectors),
            hops=settings.smoothing_hops,
            seed=seed,
        )
        names = [channel.name for channel in all_channels() if channel.name not in left_out]
        channels = fitted_channels(territory, names)
        return cls(
            companies.sirets,
            companies.departments,
            territory,
            channels,
            {role: prior_fusion(PRIOR[role], names) for role in Role},
            settings,
            rules,
            seed,
            no_marks(len(companies)) if marks is None else marks,
        )

    def refitted(self, groups: GroupRows) -> PartnerModel:
        """Fit the channels again on other relations; texts and fusions stay as they are.

        What firms said of pairs is forgotten with the relations: who is asked to find partners
        again must not be kept from them because they have met since.
        """
        links = build_links(groups, len(self.sirets), self.settings.max_group)
        territory = replace(self.territory, links=links)
        return replace(
            self,
            territory=territory,
            channels=fitted_channels(territory, self.channel_names),
            marks=self.marks.only_lifted(),
        )

    @property
    def channel_names(self) -> list[str]:
        """Names of the channels, in the order of the last axis of `RankedLists.parts`."""
        return [channel.name for channel in self.channels]

    def row_of(self, siret: str) -> int | None:
        """Row of a company, or nothing when the model does not know it."""
        department = self.territory.view.department
        for number in range(len(self.departments)):
            start, end = np.searchsorted(department, [number, number + 1])
            row = start + int(np.searchsorted(self.sirets[start:end], siret))
            if row < end and self.sirets[row] == siret:
                return int(row)
        return None

    @property
    def ranker(self) -> Ranker:
        """What ranks candidates over this model."""
        return Ranker(
            self.territory,
            self.channels,
            self.fusions,
            self.rules,
            self.pair_rules,
            self.seed,
            self.marks,
        )

    @property
    def list_length(self) -> int:
        """Partners kept per company and intent: the list and its reserve."""
        return self.settings.list_length + self.settings.reserve

    def candidates(self, intent: Intent, rows: Rows) -> dict[Role, Rows]:
        """Find the candidates of companies of the territory for every role of an intent."""
        view = self.territory.view
        return {
            role: self.ranker.candidates(
                view, rows, role, self.settings.candidates, self.settings.search
            )
            for role in ROLES[intent]
        }

    def rank(
        self, intent: Intent, rows: Rows, candidates: dict[Role, Rows]
    ) -> tuple[RankedLists, Vetoes]:
        """Rank candidates as each seeker sees them; one list per entry of `rows`."""
        return self.ranker.rank(self.territory.view, rows, candidates, intent, self.list_length)

    def pools(
        self, intent: Intent, rows: Rows, candidates: dict[Role, Rows]
    ) -> tuple[dict[Role, RankedLists], Vetoes]:
        """Rank the candidates of each role; what `models.matching` makes fair lists from."""
        length = max(self.settings.pool, self.list_length)
        return self.ranker.pools(self.territory.view, rows, candidates, intent, length)

    def rank_profile(self, profile: CompanyRows, intent: Intent) -> tuple[View, RankedLists]:
        """Rank partners for one profile that is not in the territory.

        Parameters
        ----------
        profile
            One row, whose department is numbered as in `departments` (-1 for another).

        Returns
        -------
        (View, RankedLists)
            The profile as arrays (row 0), for `evidence`, and its list.
        """
        view = represent(profile, self.territory.space, self.territory.theme_names)
        row = np.zeros(1, dtype=np.int64)
        candidates = {
            role: self.ranker.candidates(
                view, row, role, self.settings.candidates, self.settings.search
            )
            for role in ROLES[intent]
        }
        lists, _ = self.ranker.rank(view, row, candidates, intent, self.list_length)
        return view, lists

    def evidence(
        self, seekers: View, row: int, partner: int, role: Role, parts: npt.NDArray[np.float16]
    ) -> list[tuple[str, float, Evidence]]:
        """Tie each channel's contribution to its evidence, the largest first.

        Parameters
        ----------
        seekers, row
            `territory.view` and a row, or the view of a profile and 0.
        parts
            Contributions of the pair, shape (n_channels,).

        Returns
        -------
        list of (channel, contribution, evidence)
            Contributions of all channels sum to the score; a channel that counts against the pair,
            cannot name its evidence, or adds less than `LEAST_SHARE` of the score, is left out.
        """
        found: list[tuple[str, float, Evidence]] = []
        least = LEAST_SHARE * parts.sum(dtype=np.float32)
        against = self._spoken_against(parts)
        for place in np.argsort(-parts, kind="stable"):
            if parts[place] <= 0 or (found and parts[place] < least):
                break
            if self.channels[place].name not in against:
                channel = self.channels[place]
                evidence = channel.evidence(seekers, row, partner, FLOW[role])
                if evidence is not None:
                    found.append((channel.name, float(parts[place]), evidence))
        return found

    def _spoken_against(self, parts: npt.NDArray[np.float16]) -> set[str]:
        """Name the channels of a fact that, counted in several ways, does not speak for a pair."""
        added = dict(zip(self.channel_names, parts.tolist(), strict=True))
        return {
            name
            for same in SAME_FACT
            if sum(added.get(each, 0.0) for each in same) <= 0
            for name in same
        }

    def save(self, folder: Path) -> None:
        """Write the fitted model as arrays and texts; nothing in it is executable."""
        view, space = self.territory.view, self.territory.space
        view.save(folder / "view")
        self.territory.links.save(folder / "links")
        self.marks.save(folder / "marks")
        save_strings(folder / "text", "word_terms", space.word_terms)
        save_strings(folder / "text", "character_terms", space.character_terms)
        save_arrays(
            folder / "text",
            {
                "word_weights": space.word_weights,
                "character_weights": space.character_weights,
                "axes": space.axes,
                "word_axes": self.territory.word_axes,
            },
        )
        for channel in self.channels:
            channel.save(folder / "channels" / channel.name)
        for role, fusion in self.fusions.items():
            fusion.save(folder / "fusions" / role)
        save_strings(folder, "theme_names", self.territory.theme_names)
        save_arrays(folder, {"sirets": self.sirets})
        description = {
            "format": FORMAT,
            "departments": self.departments,
            "channels": self.channel_names,
            "sectors": self.territory.sectors,
            "seed": self.seed,
            "model": self.settings.model_dump(mode="json"),
            "eligibility": self.rules.model_dump(mode="json"),
        }
        text = json.dumps(description, ensure_ascii=False, indent=1)
        (folder / "model.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, fitted: bool = True) -> PartnerModel:
        """Open a saved model by memory map.

        Parameters
        ----------
        folder
            Where `save` wrote it.
        fitted
            With what its channels have learned; without, it can be read but ranks nothing.

        Raises
        ------
        SnapshotError
            If the folder is incomplete, or of another format or set of channels than this code.
        """
        try:
            description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SnapshotError(f"{folder}: holds no readable model ({error}).") from error
        channels = all_channels()
        if (
            not isinstance(description, dict)
            or description.get("format") != FORMAT
            or description.get("channels") != [channel.name for channel in channels]
        ):
            raise SnapshotError(
                f"{folder}: was written by another version of this code. Run `matchmaker nightly`."
            )
        rules = EligibilitySettings.model_validate(description["eligibility"])
        settings = ModelSettings.model_validate(description["model"])
        text = folder / "text"
        territory = Territory(
            view=View.load(folder / "view"),
            links=Links.load(folder / "links"),
            space=TextSpace(
                load_strings(text, "word_terms"),
                load_array(text, "word_weights"),
                load_strings(text, "character_terms"),
                load_array(text, "character_weights"),
                load_array(text, "axes"),
            ),
            word_axes=load_array(text, "word_axes"),
            theme_names=load_strings(folder, "theme_names"),
            sectors=description["sectors"],
            hops=settings.smoothing_hops,
            seed=description["seed"],
        )
        if fitted:
            for channel in channels:
                channel.load(folder / "channels" / channel.name, territory)
        return cls(
            load_array(folder, "sirets"),
            tuple(description["departments"]),
            territory,
            channels,
            {role: Fusion.load(folder / "fusions" / role) for role in Role},
            settings,
            rules,
            description["seed"],
            Marks.load(folder / "marks"),
        )


def fitted_channels(territory: Territory, names: Collection[str]) -> list[Channel]:
    """Fit the channels of some names on a territory."""
    channels = [channel for channel in all_channels() if channel.name in names]
    for channel in channels:
        channel.fit(territory)
    return channels
