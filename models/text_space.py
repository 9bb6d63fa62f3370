"""Where texts become vectors: sparse words for exact matches, a dense space for meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from matchmaker.spelling import fold
from models.inputs import Floats, Rows, SparseRows, empty_rows

_WORD = re.compile(r"[a-z0-9]+")

# "nous voudrions", "nous ne travaillons": who speaks, not of what.
_WE_DO = re.compile(r"\bnous( (?:ne|n|y|en|vous|leur|lui))? \w+ons\b")

# A count or a year; a number of another length may name a standard (ISO 9001 is kept).
_MERE_NUMBER = re.compile(r"\d{1,3}|(19|20)\d\d|\d{5,}")

WORD_DIMENSIONS = 400
"""Most dimensions of words alone. Many help those of whom little is known: their few words are what
they are found by."""
MOST_NUMBERS = 50_000_000
"""Numbers that all companies may hold on them (200 MB): beyond 125,000 dimensions are fewer."""

# Function words, and words that every company writes of itself: they say nothing about the pair.
STOP_WORDS = frozenset((files("models") / "stop_words_fr.txt").read_text(encoding="utf-8").split())


def words_of(text: str) -> list[str]:
    """Split a French text into folded words without elisions, stop words and plural endings.

    Examples
    --------
    >>> words_of("L'usinage de pièces d'aéronautique")
    ['usinage', 'piece', 'aeronautique']
    """
    return list(_words_of(text))


# Each text is cut up four times while a space is fitted; remembering some saves most of it.
@lru_cache(maxsize=20_000)
def _words_of(text: str) -> tuple[str, ...]:
    spoken = _WE_DO.sub(" ", " ".join(_WORD.findall(fold(text))))
    return tuple(_singular(word) for word in spoken.split() if _tells(word))


def _tells(word: str) -> bool:
    said_anyway = word in STOP_WORDS or _singular(word) in STOP_WORDS
    return len(word) > 1 and not said_anyway and not _MERE_NUMBER.fullmatch(word)


def _singular(word: str) -> str:
    # A plural and its singular must meet; the displayed form is taken from the text, not from here.
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and not word.endswith("ss") else word


def terms_of(text: str) -> list[str]:
    """List words and pairs of neighbouring words."""
    words = words_of(text)
    return words + [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]


def surface_of(term: str, text: str) -> str | None:
    """Find how a term of `terms_of` is written in a text, with its accents and endings.

    Examples
    --------
    >>> surface_of("decoupe laser", "La découpe au laser, la découpe laser.")
    'découpe au laser'
    """
    spans = _spelled_words(text)
    wanted = term.split(" ")
    for start in range(len(spans) - len(wanted) + 1):
        if [word for word, _, _ in spans[start : start + len(wanted)]] == wanted:
            return text[spans[start][1] : spans[start + len(wanted) - 1][2]]
    return None


# The texts of one list are looked through once per term of each of its reasons.
@lru_cache(maxsize=2_000)
def _spelled_words(text: str) -> tuple[tuple[str, int, int], ...]:
    """Do what `words_of` does, with the place of each word in the text."""
    written = [
        (word, match.start(), match.end())
        for match in re.finditer(r"[^\W_]+", text)
        for word in _WORD.findall(fold(match.group()))
    ]
    if not written:
        return ()
    # Words that say who speaks are blanked out where they stand, so that places still agree.
    joined = " ".join(word for word, _, _ in written)
    spoken = _WE_DO.sub(lambda match: re.sub(r"\w", "-", match.group()), joined).split(" ")
    return tuple(
        (_singular(word), start, end)
        for word, (_, start, end) in zip(spoken, written, strict=True)
        if "-" not in word and _tells(word)
    )


@dataclass
class TextSpace:
    """Vocabularies, weights and axes learned from the texts of one territory.

    Parameters
    ----------
    word_terms, character_terms
        Vocabularies, sorted.
    word_weights, character_weights
        Inverse document frequencies of the terms.
    axes
        Right singular vectors, shape (n_words + n_characters, dimensions), float32.
    """

    word_terms: list[str]
    word_weights: Floats
    character_terms: list[str]
    character_weights: Floats
    axes: Floats

    def __post_init__(self) -> None:
        self._words = _restore(terms_of, self.word_terms, self.word_weights)
        self._characters = _restore(_pieces_of, self.character_terms, self.character_weights)

    @classmethod
    def fit(cls, texts: Sequence[str], *, dimensions: int, seed: int) -> TextSpace:
        """Learn the space from all texts; equal texts count once.

        TF-IDF of words (1-2) and of character pieces (3-5 within a word), then a truncated SVD.

        Parameters
        ----------
        texts
            Declared texts and trade labels.
        dimensions
            Number of axes; fewer distinct texts leave the last ones at zero.
        seed
            Seed of the randomised SVD.

        References
        ----------
        Halko, Martinsson, Tropp, Finding structure with randomness, SIAM Review 2011.
        """
        distinct = sorted({text for text in texts if words_of(text)})
        words, word_counts = _learn(terms_of, distinct, 60_000)
        characters, character_counts = _learn(_pieces_of, distinct, 60_000)
        if not distinct:
            return cls([], words, [], characters, np.zeros((0, dimensions), np.float32))
        space = cls(
            word_counts, words, character_counts, characters, np.zeros((0, dimensions), np.float32)
        )
        matrix = space._joined(distinct)
        kept = min(dimensions, *matrix.shape)
        _, _, right = randomized_svd(matrix, n_components=kept, n_iter=4, random_state=seed)
        axes = np.zeros((matrix.shape[1], dimensions), np.float32)
        axes[:, :kept] = right.T
        return cls(word_counts, words, character_counts, characters, axes)

    @property
    def dimensions(self) -> int:
        """Number of axes."""
        return int(self.axes.shape[1])

    def words(self, texts: Sequence[str]) -> SparseRows:
        """Represent texts by their words; shape (n_texts, n_words), rows of length one or zero."""
        return _transform(self._words, texts)

    def meaning(self, texts: Sequence[str]) -> Floats:
        """Represent texts on the axes; shape (n_texts, dimensions), rows of length one or zero."""
        distinct = sorted(set(texts))
        place = {text: row for row, text in enumerate(distinct)}
        if not self.word_terms:
            return np.zeros((len(texts), self.dimensions), np.float32)
        vectors = normalize(self._joined(distinct) @ self.axes).astype(np.float32)
        taken: Floats = vectors[[place[text] for text in texts]]
        return taken

    def word_shares(self, words: tuple[Rows, Floats], other: Floats) -> list[tuple[int, float]]:
        """Split a text's closeness to a vector into the exact shares of its words.

        The dense vector of a text is linear in its terms, so the share of a term is its weight
        times the other vector along the term's axes.

        Parameters
        ----------
        words
            Columns and values of one row of `words`.
        other
            One vector of `meaning`.

        Returns
        -------
        list of (term, share)
            Largest first; only terms that bring the texts closer.
        """
        columns, values = words
        shares = values * (self.axes[columns] @ other)
        order = np.argsort(-shares, kind="stable")
        return [(int(columns[k]), float(shares[k])) for k in order if shares[k] > 0]

    def _joined(self, texts: Sequence[str]) -> SparseRows:
        joined = sparse.hstack(
            [_transform(self._words, texts), _transform(self._characters, texts)], format="csr"
        )
        matrix: SparseRows = sparse.csr_array(joined)
        return matrix


def word_axes(words: SparseRows, *, seed: int) -> Floats:
    """Right singular vectors of words alone: exact words tell some things that pieces blur.

    Returns
    -------
    ndarray
        Shape (n_words, d), d at least one.
    """
    most = max(MOST_NUMBERS // max(words.shape[0], 1), 1)
    kept = min(WORD_DIMENSIONS, most, *words.shape)
    axes = np.zeros((words.shape[1], max(kept, 1)), np.float32)
    if words.nnz:
        _, _, right = randomized_svd(words, n_components=kept, n_iter=2, random_state=seed)
        axes[:, :kept] = right.T
    return axes


def _pieces_of(text: str) -> list[str]:
    pieces = []
    for word in words_of(text):
        padded = f" {word} "
        for size in (3, 4, 5):
            pieces += [padded[k : k + size] for k in range(len(padded) - size + 1)]
    return pieces


def _learn(analyzer: object, texts: list[str], most: int) -> tuple[Floats, list[str]]:
    if not texts:
        return np.zeros(0, np.float32), []
    # A term of one text can match nothing, but in a small territory almost every term is rare.
    rare = 2 if len(texts) > 5_000 else 1
    common = 0.1 if len(texts) > 5_000 else 1.0
    vectoriser = TfidfVectorizer(
        analyzer=analyzer, min_df=rare, max_df=common, max_features=most, sublinear_tf=True
    ).fit(texts)
    terms = list(vectoriser.get_feature_names_out())
    return vectoriser.idf_.astype(np.float32), terms


def _restore(analyzer: object, terms: list[str], weights: Floats) -> TfidfVectorizer | None:
    if not terms:
        return None
    vectoriser = TfidfVectorizer(
        analyzer=analyzer, vocabulary=terms, sublinear_tf=True, dtype=np.float32
    )
    vectoriser.idf_ = np.asarray(weights)
    return vectoriser


def _transform(vectoriser: TfidfVectorizer | None, texts: Sequence[str]) -> SparseRows:
    if vectoriser is None:
        return empty_rows((len(texts), 0))
    matrix: SparseRows = sparse.csr_array(vectoriser.transform(texts), dtype=np.float32)
    matrix.sort_indices()
    return matrix
