"""Every error that a page may show has its sentence, in both languages, with its values."""

from __future__ import annotations

import ast
import builtins
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest

import api
import matchmaker
import models
from api.errors import problem_of
from matchmaker.accounts.passwords import password_problem
from matchmaker.activities import sector_label
from matchmaker.errors import (
    AccountError,
    BrokenPlanError,
    InputFileError,
    MatchmakerError,
    NotAllowedError,
    ProblemError,
    TooManyTriesError,
    UnknownCodeError,
    UnknownCompanyError,
)
from matchmaker.introductions.refusals import PairRefusal
from matchmaker.known_errors import KNOWN_TEXTS
from matchmaker.texts import LANGUAGES, catalogue
from matchmaker.wording import LONGEST_TEXT, known_text, sentence_of

ROOT = Path(__file__).parents[3]

NEVER_ON_A_PAGE = {
    "SettingsError": "the service does not start with settings that cannot be used",
    "NightlyRunningError": "only the command line runs nights",
    "HeldBackError": "only the command line runs nights",
    "RejectRateError": "only the command line imports files",
    "TooManyRejectsError": "only the command line imports files",
}
"""Errors that no page can meet, and why."""

KIND_ONLY = {
    "StoreError": "its text names the database",
    "SnapshotError": "its text names folders",
    "ProviderError": "its text names the provider's addresses",
    "SettingsError": "see above",
    "InputFileError": "`matchmaker.tabular.wording` says it, and has a test of its own",
    "DatasetError": "only the command line evaluates",
    "BrokenPlanError": "a defect: the text is for the log",
    "IdentityRefusedError": "the sign-in page says each of its reasons",
}
"""Errors of which people are told the kind, whatever their text."""

NEVER_ALONE = {
    "MatchmakerError": "the root of all",
    "Refusal": "the base of the refusals of introductions",
    "Refused": "the board of introductions shows it itself, with a sentence that it holds",
}
"""Classes of which no error reaches `api/errors.py`."""

FILES_ONLY = {
    "api/routes/preview.py": "only programs send such a profile",
    "matchmaker/events/documents.py": "reads the files of the command line",
    "matchmaker/territory.py:EPSG": "only imports read coordinates",
}
"""Places whose errors no page can meet."""


def subclasses(kind: type) -> Iterator[type]:
    """Every class below one, itself included, once all modules are there."""
    yield kind
    for below in kind.__subclasses__():
        yield from subclasses(below)


def load_everything() -> None:
    for package in (matchmaker, models, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)


load_everything()
KINDS = sorted({each for each in subclasses(MatchmakerError)}, key=lambda each: each.__name__)


def bare(kind: type) -> MatchmakerError:
    """Make an error of a class without its values."""
    error = kind.__new__(kind)
    Exception.__init__(error, "")
    return error


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_error_has_its_title_and_its_sentence(kind, monkeypatch):
    if kind.__name__ in NEVER_ON_A_PAGE or kind.__name__ in NEVER_ALONE:
        return
    if kind is BrokenPlanError:
        assert all(sentence_of(bare(kind), language) for language in LANGUAGES)
        return
    monkeypatch.setattr(kind, "__str__", lambda self: "text")
    if hasattr(kind, "sentence"):
        monkeypatch.setattr(kind, "sentence", lambda self, language: "sentence")
    error = bare(kind)
    for name in ("what", "seconds", "path", "problem", "cure", "reason"):
        object.__setattr__(error, name, "x")
    error.line = None
    slug = problem_of(error).slug
    assert slug != "internal", f"{kind.__name__} has no place in api/errors.py"
    for language in LANGUAGES:
        for part in ("title", "detail"):
            assert f"page.problem.{slug}.{part}" in catalogue(language), (slug, language)


def test_the_list_of_errors_that_no_page_meets_is_of_today():
    names = {kind.__name__ for kind in KINDS}
    assert names >= NEVER_ON_A_PAGE.keys() | KIND_ONLY.keys() | NEVER_ALONE.keys()


def texts_in(path: Path) -> Iterator[tuple[str, str, int]]:
    """Class, text and line of every error with a text that a module makes."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        kind, text = node.func.id, _text(node.args[0])
        if kind.endswith("Error") and kind not in dir(builtins) and text is not None:
            yield kind, text, node.lineno


def _text(node: ast.expr) -> str | None:
    """Text of an expression, with `7` for a value, quoted where it is."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and " " in node.value else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(value) for value in node.values)
    return None


def _part(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.FormattedValue)
    name = ast.unparse(node.value)
    value = _LIKELY.get(name, "7")
    return f"'{value}'" if node.conversion == ord("r") else value


_LIKELY = {
    "siret": "73282932000074",
    "proposal.company": "73282932000074",
    "company.siret": "73282932000074",
    "right.value": "profile",
    "self.right.value": "profile",
    "problem": "SIRET 7 fails its check digits",
    "who": "event 'k7m': participant 'p1' (Anna Roy)",
    "name": "slots",
    "message": "the text",
    "line.state.value": "sent",
    "event.details.kind": "convention",
    "kind": "convention",
    "plan.status": "infeasible",
    "other": "7",
    "shown": "event: slot 1 (09:00 to 09:20)",
}
"""What stands for a value where a text wants more than a number."""


def known_kinds() -> frozenset[str]:
    return frozenset(kind.__name__ for kind in KINDS)


def sites() -> list[tuple[str, str, str]]:
    """Place, class and text of every error that a page might show."""
    found = []
    for package in ("matchmaker", "models", "api"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith("matchmaker/tabular/") or place in FILES_ONLY:
                continue
            for kind, text, line in texts_in(path):
                other = f"{place}:{text.partition(' ')[0]}" in FILES_ONLY
                if kind in known_kinds() and kind not in KIND_ONLY and not other:
                    found.append((f"{place}:{line}", kind, text))
    return found


def test_every_text_of_an_error_is_said_in_both_languages():
    found = sites()
    assert len(found) > 150, "the walk has lost its way"
    unknown = [
        f"{place} {kind}: {text}"
        for place, kind, text in found
        if not all(known_text(text, language) for language in LANGUAGES)
    ]
    assert not unknown, (
        "say these in matchmaker/known_errors.py and texts/*/errors.toml:\n" + "\n".join(unknown)
    )


def test_every_contradiction_of_an_event_is_said():
    path = ROOT / "matchmaker/events/details.py"
    yields = [node.value for node in ast.walk(ast.parse(path.read_text()))
              if isinstance(node, ast.Yield) and node.value is not None]  # fmt: skip
    texts = [text for text in map(_text, yields) if text is not None]
    assert len(texts) > 12, "the walk has lost its way"
    assert not [text for text in texts if not known_text(text, "fr")]


@pytest.mark.parametrize("password", ["a", "b" * 2000, "zoe.martin@example.org", "ababababababab"])
def test_every_fault_of_a_password_is_said(password):
    problem = password_problem(password, email="zoe.martin@example.org", shortest=12)
    assert problem is not None
    assert known_text(problem, "fr")


def test_no_sentence_is_there_for_nothing():
    keys = [key for key in catalogue("fr") if key.startswith("error.")]
    counted = {key.removesuffix(".one") for key in keys if key.endswith(".one")}
    said = {key.rpartition(".")[0] if key.rpartition(".")[0] in counted else key for key in keys}
    made = {f"error.{key}" for key, _ in KNOWN_TEXTS}
    apart = {"error.plan.broken", "error.request.field", "error.more", "error.last"}
    values = {key for key in said if key.startswith("error.value.")}
    assert said - values == made | apart
    keys = [key for key, _ in KNOWN_TEXTS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("error", "french", "english"),
    [
        (
            ProblemError("event 'k7m2': nobody takes part (invited, cancelled, absent and standby "
                         "participants do not count); register participants first."),
            "Personne ne prend part à l'événement",
            "Nobody takes part in the event",
        ),
        (
            ProblemError("event 'k7m2': no department is known of 'p1' (Anna Roy), 'p2' (Éloi) "
                         "and 3 more; round tables mix departments: give each participant one."),
            "Aucun département n'est connu pour Anna Roy, Éloi et 3 autres personnes, et",
            "No department is known for Anna Roy, Éloi and 3 other people, and",
        ),
        (
            ProblemError("event 'k7m2', settings: rounds is 9, but there are 4 slots; lower "
                         "rounds or add slots."),
            "9 tours sont demandés et l'horaire n'a que 4 créneaux",
            "9 rounds are asked for, and the schedule has 4 slots",
        ),
        (
            ProblemError("participant 'k7m2' (Anne O'Neil), min 9: minimum is above the maximum. "
                         "Mend it and send it again."),
            "L'inscription de Anne O'Neil ne tient pas : le minimum dépasse le maximum.",
            "The registration of Anne O'Neil does not fit: ",
        ),
        (
            NotAllowedError("this address needs the right audit."),
            "Votre compte ne donne pas le droit « journal »",
            "Your account does not give the right “audit log”",
        ),
        (
            UnknownCompanyError("company 00000000000012 is not in the store. Check the number, or "
                                "import its department."),
            "Aucune entreprise montrée ici n'a le numéro 00000000000012.",
            "No company that is shown here has the number 00000000000012.",
        ),
        (
            TooManyTriesError("searches", 12),
            "Trop d'essais en peu de temps (recherches) ; réessayez dans 12 secondes.",
            "Too many tries in a short time (searches); try again in 12 seconds.",
        ),
        (
            PairRefusal("same_siren"),
            "Ces deux établissements sont de la même entreprise",
            "these two establishments are of one firm",
        ),
        (
            AccountError("the password is too short; it has at least 12 characters."),
            "Ce mot de passe est trop court ; il en faut un de 12 caractères au moins.",
            "This password is too short; it has at least 12 characters.",
        ),
        (
            InputFileError("/tmp/a b.xlsx", "is empty", "Fill it in"),
            "a b.xlsx",
            "a b.xlsx",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_what_went_wrong_is_said_with_what_helps_to_mend_it(error, french, english):
    said = sentence_of(error, "fr").replace("\u00a0", " ")
    assert french in said
    assert english in sentence_of(error, "en")
    assert "k7m2" not in said, "numbers of the program help nobody"


NO_DEPARTMENT = "event 'k7m2': no department is known of {}; round tables mix departments: give it."


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        (NO_DEPARTMENT.format("'p1' (Anne), 'p2' (Bob)"), "pour Anne et Bob, et", "Anne and Bob,"),
        (NO_DEPARTMENT.format("'p1' (Anne)"), "pour Anne, et", "for Anne, and"),
        (NO_DEPARTMENT.format("'p1' (Roy, dit \"Bob\")"), 'pour Roy, dit "Bob", et', 'dit "Bob",'),
        (NO_DEPARTMENT.format("'p1' (A (B) and 3 more)"), "pour A (B) and 3 more, et", "for A (B)"),
        ("participant 'p1' (Jean :), row 4: name is empty. Mend it and send it again.",
         "L'inscription de Jean :", "The registration of Jean :"),
        ("too many searches; try again in 1 s.", "dans 1 seconde.", "in 1 second."),
        ("time_limit 500 is more than 120.0 seconds; ask for less.", "120 s au", "120 s at"),
        ("time_limit 500 is more than 2.5 seconds; ask for less.", "dure 2,5 s", "takes 2.5 s"),
        ("no plan was found in 2.5 s, and none is proven impossible. x", "en 2,5 s,", "in 2.5 s,"),
        ("the changes begin at round 5; the event has 1.", "compte 1 tour.", "has 1 round."),
        ("the changes begin at slot 9; the event has 1 slots.", "compte 1 créneau.", "1 slot."),
        ("the changes begin at slot 9; the event has 4 slots.", "4 créneaux.", "4 slots."),
        ("the plan has no groups to mend. Plan the event first.", "aucun groupe", "no groups"),
        ("the plan has no tables to mend. Plan the event first.", "aucune table", "no tables"),
        ("list 'x sector \"A\" y' is not in the store; go back.", "Cette liste", "This list"),
    ],
)  # fmt: skip
def test_a_sentence_is_one_of_its_language(text, french, english):
    assert french in known_text(text, "fr").replace("\u00a0", " ")
    assert english in known_text(text, "en").replace("\u00a0", " ")


def test_an_unknown_sector_is_said():
    with pytest.raises(UnknownCodeError) as raised:
        sector_label("A")
    assert "« A »" in sentence_of(raised.value, "fr").replace("\u00a0", " ")


def test_every_kind_of_try_has_its_name_in_both_languages():
    tried = [
        node.args[0].value
        for package in ("matchmaker", "models", "api")
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("TooManyTriesError")
    ]
    assert len(tried) > 2, "the walk has lost its way"
    for language in LANGUAGES:
        assert not [what for what in tried if f"error.value.what.{what}" not in catalogue(language)]


@pytest.mark.parametrize(
    ("begin", "again", "end"),
    [
        ("participant '", "' (), a : ", "x"),
        ("participant 'a' (b), ", "a : ", "x"),
        ("participant 'x' (), a ", "), a : ", "y"),
        ("the wish of '", "' about '' names a", "x"),
        ("", "sector '", "x"),
        ("SIRET ", " has 1 digits", "\n!"),
        ("event '", "': the ' of ", "x"),
    ],
)
def test_no_text_takes_long_to_look_up(begin, again, end):
    text = (begin + again * 1000)[: LONGEST_TEXT - len(end)] + end
    # The patterns are compiled, and the catalogue is read, once and for all.
    known_text("mail server down", "fr")
    began = process_time()
    known_text(text, "fr")
    assert process_time() - began < 0.2


def test_what_is_not_known_is_left_to_the_kind_of_error():
    assert sentence_of(ProblemError("something else altogether"), "fr") is None
    assert problem_of(ProblemError("something else altogether")).sentence is None


def test_what_somebody_sends_is_repeated_in_short_or_not_at_all():
    long, endless = (f"kind is {'x' * n!r}; give one of a, b." for n in (500, 100_000))
    assert "x" * 79 + "…" in known_text(long, "fr")
    assert known_text(endless, "fr") is None
    braces = known_text("kind is '{0} {value}'; give one of a, b.", "fr")
    assert "{0} {value}" in braces


def test_a_broken_plan_is_a_defect_that_people_are_told_of(caplog):
    problem = problem_of(BrokenPlanError("the plan breaks a rule and is kept back: table 3"))
    assert (problem.status, problem.detail) == (500, "the request failed; the cause is logged.")
    assert "enfreint une règle" in problem.sentence("fr")
    assert "table 3" not in problem.sentence("fr")
    assert "a request failed" in caplog.text
