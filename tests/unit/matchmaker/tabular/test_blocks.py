"""The block reader gives what the csv module gives, with the right lines, however it is cut."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputFileError
from matchmaker.tabular.blocks import Layout, cut_blocks, parse_block

CELLS = st.text(alphabet='ab0 é,;"\n\r€', max_size=6)
PIECES = st.lists(st.sampled_from(['"', ",", "\n", "\r", "\r\n", "a", "é", " "]), max_size=30)


def read_all(content, separator, n_columns, size, limit=1_048_576):
    """Rows with their lines, and rejects, of bytes that stand below a header."""
    header = tuple(f"column {place}" for place in range(n_columns))
    layout = Layout(Path("table.csv"), separator, header, limit)
    rows, rejects = [], []
    for block in cut_blocks(io.BytesIO(content).read, b"", layout, size):
        frame, bad_rows = parse_block(block, layout, header)
        rows += [(line, *(text or "" for text in texts)) for line, *texts in frame.iter_rows()]
        rejects += bad_rows
    return rows, rejects


def written(cell, quoted):
    if quoted or any(mark in cell for mark in ',;"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@st.composite
def tables(draw):
    """Draw a table, its text, and the line on which each row starts."""
    n_columns = draw(st.integers(2, 4))
    separator = draw(st.sampled_from(",;"))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = draw(st.lists(st.lists(CELLS, min_size=n_columns, max_size=n_columns), max_size=12))
    texts = [
        separator.join(written(cell, draw(st.booleans())) for cell in row) + line_end
        for row in rows
    ]
    lines = [2 + "".join(texts[:place]).count("\n") for place in range(len(rows))]
    text = "".join(texts)
    if draw(st.booleans()):
        text = text.removesuffix(line_end)
    return separator, n_columns, rows, lines, text


@given(tables(), st.integers(1, 80))
def test_any_table_cut_anywhere_is_what_the_csv_module_reads(table, size):
    separator, n_columns, rows, lines, text = table
    by_csv = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert by_csv == rows

    read, rejects = read_all(text.encode(), separator, n_columns, size)

    assert read == [(line, *row) for line, row in zip(lines, rows, strict=True)]
    assert rejects == []


def outcome(content, separator, n_columns, size):
    """Rows and rejects, or the line for which the file is refused."""
    try:
        return read_all(content, separator, n_columns, size)
    except InputFileError as error:
        return error.line


@given(PIECES.map("".join), st.integers(1, 20))
def test_any_text_gives_the_same_rows_and_rejects_however_it_is_cut(text, size):
    content = text.encode()
    assert outcome(content, ",", 2, size) == outcome(content, ",", 2, 10_000)


def test_quoted_separators_and_line_ends_do_not_take_the_slow_way():
    layout = Layout(Path("table.csv"), ",", ("a", "b"), 1000)
    content = b'"a,a","b\r\nb"\r\n"a ""x"", a",b\r\n'
    (block,) = cut_blocks(io.BytesIO(content).read, b"", layout)
    assert block.regular
    assert block.lines.tolist() == [2, 4]


def test_only_the_ragged_rows_are_rejected_each_with_its_line():
    content = b'a,b\n"c\nc",d\ne\nf,g,h\n\ni,j\n'
    rows, rejects = read_all(content, ",", 2, 1000)
    assert rows == [(2, "a", "b"), (3, "c\nc", "d"), (8, "i", "j")]
    assert [(reject.line, reject.value) for reject in rejects] == [(5, "e"), (6, "f,g,h")]
    assert {reject.reason for reject in rejects} == {
        "row does not have as many fields as the header"
    }


def test_a_quotation_mark_inside_a_plain_field_is_text():
    rows, rejects = read_all(b'tube 5" long,x\ntube 6",y\n', ",", 2, 1000)
    assert rows == [(2, 'tube 5" long', "x"), (3, 'tube 6"', "y")]
    assert rejects == []


def test_text_behind_a_closing_quotation_mark_rejects_that_row_alone():
    rows, rejects = read_all(b'"a"b,c\nd,e\n', ",", 2, 1000)
    assert rows == [(3, "d", "e")]
    assert [reject.line for reject in rejects] == [2]


@pytest.mark.parametrize(
    ("content", "line", "swallowed"),
    [
        (b'a,b\nc,"d\ne,f\ng,h\n', 3, 2),
        (b'a,b\nc,"d\ne,f\ng,"h"\ni,j\n', 3, 2),
        (b'a,b\n"c\nc",d,"e"\nf,g\n', 3, 1),
        (b'a,"b\nb"\nc,d"\n"e,f\ng,h\n', 5, 1),
    ],
)
@pytest.mark.parametrize("size", [3, 1000])
def test_a_quotation_mark_that_swallows_lines_refuses_the_file(content, line, swallowed, size):
    with pytest.raises(InputFileError, match=rf"runs over {swallowed} more line") as raised:
        read_all(content, ",", 2, size)
    assert raised.value.line == line


def test_a_quotation_mark_left_open_on_the_last_line_rejects_that_row_alone():
    rows, rejects = read_all(b'a,b\nc,"d', ",", 2, 1000)
    assert rows == [(2, "a", "b")]
    assert [reject.line for reject in rejects] == [3]


@pytest.mark.parametrize("size", [2000, 100_000])
def test_a_line_over_the_limit_is_refused_with_its_number(size):
    content = b"a,b\n" + b"x" * 5000 + b",y\nc,d\n"
    with pytest.raises(InputFileError, match="longer than 1024 bytes") as raised:
        read_all(content, ",", 2, size, limit=1024)
    assert raised.value.line == 3


def test_latin_1_text_names_the_line_of_its_first_byte():
    content = 'a,b\nc,"x\ny"\né,f\n'.encode("latin-1")
    with pytest.raises(InputFileError, match="not UTF-8 text") as raised:
        read_all(content, ",", 2, 1000)
    assert raised.value.line == 5


def test_a_nul_byte_names_its_line():
    with pytest.raises(InputFileError, match="NUL") as raised:
        read_all(b"a,b\nc,\0\n", ",", 2, 1000)
    assert raised.value.line == 3
