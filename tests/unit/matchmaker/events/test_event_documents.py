"""Problems and plans as files: one clear error on reading, all or nothing on writing."""

import json
import os

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import Field, ValidationError

from matchmaker.errors import ProblemError
from matchmaker.events.documents import (
    MAX_BYTES,
    Document,
    document_bytes,
    document_of,
    json_schema,
    parse_document,
    read_document,
    write_document,
)


class Stand(Document):
    """A document of the tests."""

    name: str
    size: int = Field(1, ge=1)
    worth: float = 0.5
    note: str | None = None


class Fair(Document):
    """A document with a document in it."""

    stands: tuple[Stand, ...] = ()
    places: dict[str, tuple[int, ...]] = {}


def refusal(data, kind=Fair):
    with pytest.raises(ProblemError) as caught:
        parse_document(data, kind, "fair.json")
    return str(caught.value)


STANDS = st.builds(
    Stand,
    name=st.text(),
    size=st.integers(1, 2**63 - 1),
    worth=st.floats(allow_nan=False, allow_infinity=False),
    note=st.none() | st.text(),
)


@given(st.builds(Fair, stands=st.lists(STANDS, max_size=3).map(tuple)))
def test_what_is_written_is_read(fair):
    assert parse_document(document_bytes(fair), Fair, "fair.json") == fair


def test_a_file_is_readable_json_in_utf_8(tmp_path):
    path = tmp_path / "fair.json"
    write_document(path, Fair(stands=(Stand(name="Évry"),)))
    assert path.read_text("utf-8").splitlines()[:4] == [
        "{",
        '  "stands": [',
        "    {",
        '      "name": "Évry",',
    ]
    assert path.read_bytes().endswith(b"}\n")
    assert read_document(path, Fair).stands[0].name == "Évry"
    assert os.listdir(tmp_path) == ["fair.json"]


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "fair.json"
    write_document(path, Fair(stands=tuple(Stand(name="old") for _ in range(9))))
    write_document(path, Fair(stands=(Stand(name="new"),)))
    assert [stand.name for stand in read_document(path, Fair).stands] == ["new"]


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    taken = tmp_path / "fair.json"
    taken.mkdir()
    with pytest.raises(OSError, match="fair.json"):
        write_document(taken, Fair())
    assert os.listdir(tmp_path) == ["fair.json"]
    with pytest.raises(FileNotFoundError):
        write_document(tmp_path / "nowhere" / "fair.json", Fair())


def test_what_cannot_be_written_leaves_the_file_that_was_there(tmp_path):
    path = tmp_path / "fair.json"
    write_document(path, Fair())
    before = path.read_bytes()
    unwritable = Stand.model_construct(name="\ud800")
    with pytest.raises(TypeError, match="surrogates"):
        write_document(path, Fair.model_construct(stands=(unwritable,), places={}))
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["fair.json"]


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "nowhere.json"
    with pytest.raises(ProblemError) as caught:
        read_document(path, Fair)
    assert str(caught.value) == (
        f"{path}: cannot be read (No such file or directory). Check the path and its permissions."
    )


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ProblemError, match="cannot be read"):
        read_document(tmp_path, Fair)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # no disk is used for it
    with pytest.raises(ProblemError) as caught:
        read_document(path, Fair)
    assert str(caught.value) == (
        f"{path}: has {MAX_BYTES + 1} bytes, more than {MAX_BYTES}. Is it the file?"
    )


def test_a_wrong_file_is_named_with_its_place(tmp_path):
    path = tmp_path / "fair.json"
    path.write_bytes(b'{"stands": [{"name": "A"}, {"name": "B", "size": 0}]}')
    with pytest.raises(ProblemError) as caught:
        read_document(path, Fair)
    assert str(caught.value) == (
        f"{path}: stands[2].size: input should be greater than or equal to 1."
    )


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"", 1, 1),
        (b'{"stands": [}', 1, 13),
        (b'{"stands":\n [NaN]}', 2, 3),
        (b'\xef\xbb\xbf{"stands": []}', 1, 1),
        (b'{"stands": [{"name": "\xe9"}]}', None, None),
        (b"[" * 5000, 1, None),
    ],
    ids=["empty", "comma", "nan", "byte-order-mark", "latin-1", "deep"],
)
def test_what_is_no_json_is_refused_where_it_goes_wrong(data, line, column):
    said = refusal(data)
    assert said.startswith("fair.json: is no JSON (line ")
    assert said.endswith("). Write it as in docs/events.md.")
    if line is not None:
        assert f"(line {line}, column " in said
    if column is not None:
        assert f", column {column}: " in said


def test_json_that_is_too_deep_is_refused():
    depth = 300
    assert "fair.json" in refusal(b'{"stands": ' + b"[" * depth + b"]" * depth + b"}")


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ([], "input should be an object."),
        (None, "input should be an object."),
        ({"stand": []}, "stand: extra inputs are not permitted."),
        ({"stands": [{}]}, "stands[1].name: field required."),
        ({"stands": [{"name": 1}]}, "stands[1].name: input should be a valid string."),
        ({"stands": [{"name": "A", "size": 1.5}]}, "stands[1].size: input should be a valid "),
        ({"stands": [{"name": "A", "size": "2"}]}, "stands[1].size: input should be a valid "),
        ({"stands": [{"name": "A", "worth": None}]}, "stands[1].worth: input should be a valid"),
        ({"places": {"hall": [1, "2"]}}, "places.hall[2]: input should be a valid integer."),
        ({"stands": [{}, {}]}, "stands[1].name: field required. (1 more place is wrong.)"),
    ],
)
def test_the_first_wrong_place_is_named_and_counted_from_1(tree, sentence):
    assert refusal(json.dumps(tree).encode()).startswith(f"fair.json: {sentence}")
    with pytest.raises(ProblemError, match="fair.json: "):
        document_of(tree, Fair, "fair.json")


def test_a_whole_number_is_a_number_and_not_the_other_way_round():
    assert parse_document(b'{"name": "A", "worth": 2}', Stand, "it").worth == 2.0
    assert "valid integer" in refusal(b'{"name": "A", "size": 2.0}', Stand)


@pytest.mark.parametrize("worth", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_in_no_document(worth):
    with pytest.raises(ValidationError, match="finite number"):
        Stand(name="A", worth=worth)
    with pytest.raises(ProblemError, match="worth"):
        document_of({"name": "A", "worth": worth}, Stand, "it")


def test_a_document_does_not_change():
    stand = Stand(name="A")
    with pytest.raises(ValidationError, match="frozen"):
        stand.name = "B"


def test_the_schema_is_that_of_the_document():
    schema = json_schema(Fair)
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    assert check.is_valid(orjson.loads(document_bytes(Fair(stands=(Stand(name="A"),)))))
    assert not check.is_valid({"stands": [{"size": 1}]})
    assert not check.is_valid({"stands": [{"name": "A", "sise": 1}]})
