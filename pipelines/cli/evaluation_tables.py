"""What an evaluation found, as tables for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from matchmaker.intents import Role
from pipelines.cli.context import console
from pipelines.datasets.counts import FEWEST_QUERIES, TOO_FEW
from pipelines.demo_evaluation import NullFindings

WIDTH = 118
"""Columns that the table of an evaluation needs."""

TITLES = {
    "popularity": "most relations first, the same for everybody",
    "popularity_recent": "most relations of the last year first",
    "activity_words": "cosine of the words",
    "activity_alike": "SVD",
    "shared_acquaintances": "resource allocation",
    "adamic_adar": "Adamic-Adar",
    "page_rank": "personalised PageRank",
    "circle_text": "text smoothed over relations",
    "prior": "published weights, nothing learned",
    "fusion": "learned from outcomes",
    "oracle": "the true worth, which only a fictional world knows",
}
"""Plain words for rows whose name does not say it."""

_METRICS = ("recall", "ndcg", "mrr", "hit", "auc", "ap", "candidate_recall")
_AT_MOST_NOTES = 20


def print_evaluation(found: dict[str, Any], title: str) -> None:
    """Print the document of an evaluation (`pipelines.evaluation_report.document`)."""
    wide = wide_console()
    wide.print(_what_was_asked(found, title), highlight=False, markup=False)
    for note in found["notes"][:_AT_MOST_NOTES]:
        wide.print(f"  {note}", highlight=False, markup=False)
    wide.print(_table(found))
    for sentence in (_legend(found), _choice(found), _verdict(found)):
        if sentence:
            wide.print(sentence, highlight=False, markup=False)


def print_shares(worlds: list[dict[str, Any]], k: int) -> None:
    """Print how near the model comes to the oracle in each question of a fictional territory."""
    table = Table(
        "pairs", "partners", "popularity", "best channel", "prior", "fusion", "oracle",
        title=f"Fictional: nDCG@{k}, and its share of the oracle's",
    )  # fmt: skip
    for world in worlds:
        rows = {row["name"]: row for row in world["rows"]}
        names = ("popularity", world["best_channel"], "prior", "fusion", "oracle")
        shown = [
            f"{_fraction(rows[name]['ndcg'])} ({rows[name].get('share_of_oracle', 0):.0%})"
            for name in names
        ]
        table.add_row(world["kind"], world["partners_sought"], *shown)
    wide_console().print(table)


def print_null_findings(found: NullFindings, k: int) -> None:
    """Print what the rows of a null world found, the furthest from chance first."""
    wide, world = wide_console(), found.world
    against = "popularity" if world.at_chance == "beyond_popularity" else "chance"
    wide.print(f"{world.name}: {world.says}", highlight=False)
    if not found.at_chance:
        failed = ", ".join(row.row for row in found.findings if not row.at_chance)
        wide.print(f"  NOT as it must be: {failed}.", style="red", highlight=False)
    if not found.findings:
        wide.print("  No row to look at: the channels it is about take no part.", highlight=False)
        return
    furthest = max(found.findings, key=lambda row: row.mean)
    wide.print(
        f"  {sum(row.at_chance for row in found.findings)} of {len(found.findings)} rows as they "
        f"must be. Best of them: {furthest.row}, nDCG@{k} less {against} "
        f"{furthest.mean:+.4f} [{furthest.low:+.4f}, {furthest.high:+.4f}].",
        highlight=False,
        markup=False,
    )


def wide_console() -> Console:
    """Print as wide as the terminal is, or as wide as the table where there is none."""
    return console if console.is_terminal else Console(width=max(WIDTH, console.width))


def _what_was_asked(found: dict[str, Any], title: str) -> str:
    where = "of another territory" if found["cross"] else "anywhere"
    # Relations of a kind of their own are asked for as co-bidders are, both ways.
    whom = {Role.CO_BIDDER: "partners"}.get(
        found["partners_sought"], f"{found['partners_sought']}s"
    )
    return (
        f"{title}: {found['queries']} companies ask for {whom} {where}, among all allowed "
        f"answers. {found['cold']} of them are cold (at most one known relation). "
        f"Seed {found['seed']}, {found['seconds']:.0f} seconds."
    )


def _table(found: dict[str, Any]) -> Table:
    k, shares = found["k"], "share_of_oracle" in found["rows"][0]
    heads = [
        f"recall\n@{k}",
        f"nDCG\n@{k}",
        f"MRR\n@{k}",
        f"hit\n@{k}",
        "AUC",
        "AP",
        "candi-\ndates",
    ]
    heads += ["cold\nrecall", "warm\nrecall", *(["of the\noracle"] if shares else []), "sec-\nonds"]
    table = Table(
        Column("row", no_wrap=True),
        *(Column(head, justify="right", no_wrap=True) for head in heads),
        Column(f"nDCG less that of\n{found['best_channel']}", justify="right", no_wrap=True),
        box=None,
        collapse_padding=True,
        pad_edge=False,
    )
    for row in found["rows"]:
        cells = [_fraction(row[name]) for name in _METRICS]
        cells += [_fraction(row["recall_cold"]), _fraction(row["recall_warm"])]
        cells += [f"{row['share_of_oracle']:.0%}"] if shares else []
        own = row["name"] in ("prior", "fusion")
        table.add_row(
            Text(row["name"]),
            *cells,
            f"{row['seconds']:.1f}",
            _interval(row["ndcg_minus_best_channel"]),
            style="bold" if own else "",
        )
    return table


def _fraction(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


def _interval(interval: list[float]) -> str:
    low, mean, high = interval
    if low == mean == high == 0:
        return "0"
    return f"{_signed(mean)} [{_signed(low)}, {_signed(high)}]"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("0.", ".", 1)


def _legend(found: dict[str, Any]) -> str:
    said = [
        f"{row['name']}: {TITLES[row['name']]}" for row in found["rows"] if row["name"] in TITLES
    ]
    return "; ".join(said) + "."


def _choice(found: dict[str, Any]) -> str:
    """Say which stage the fusion is in, and why."""
    if not found["gains"]:
        return "The fusion is the prior: there were too few outcomes to learn from."
    tried = "; ".join(
        f"{stage} {mean:+.4f} [{low:+.4f}, {high:+.4f}]"
        for stage, (low, mean, high) in found["gains"].items()
    )
    return (
        f"The fusion is the stage {found['stage']}. Gain in nDCG@20 on relations held out of the "
        f"visible ones, each over what it would replace: {tried}. A stage must win "
        "with its whole interval."
    )


def _verdict(found: dict[str, Any]) -> str:
    if not found["too_few_to_judge"]:
        return ""
    known = found["queries_with_something_known"]
    return (
        f"{TOO_FEW.capitalize()}: something is known of both sides in {known} queries only, and "
        f"below {FEWEST_QUERIES} a difference between rows says nothing."
    )
