"""Tables in every packing give the same rows; a fault of the whole file is one clear line."""

import gzip
import io
import zipfile
from datetime import date

import polars as pl
import pytest

from matchmaker.errors import InputFileError
from matchmaker.tabular.tables import Columns, Watch, read_table

TEXT = "siret,commune,day\n001,77288,2026-01-02T10:00:00\n002,91228,\n003,77001,2025-12-31\n"
COLUMNS = Columns(("siret", "commune"), ("day", "later_column"))
LIMIT = 1_048_576


def as_csv(path):
    path.write_text(TEXT, encoding="utf-8")


def as_csv_with_byte_order_mark(path):
    path.write_text(TEXT, encoding="utf-8-sig")


def as_semicolons_and_carriage_returns(path):
    path.write_bytes(TEXT.replace(",", ";").replace("\n", "\r\n").encode())


def as_gzip(path):
    path.write_bytes(gzip.compress(TEXT.encode()))


def as_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/Stock_utf8.csv", TEXT)
        archive.writestr("notice.txt", "not a table")


def as_parquet(path):
    pl.read_csv(io.StringIO(TEXT), infer_schema=False).write_parquet(path)


PACKINGS = [
    as_csv,
    as_csv_with_byte_order_mark,
    as_semicolons_and_carriage_returns,
    as_gzip,
    as_zip,
    as_parquet,
]


def read(path, columns=COLUMNS, **options):
    return list(read_table(path, columns, max_line_bytes=LIMIT, **options))


def rows_of(batches):
    frames = [batch.rows.select("line", "siret", "commune", "day") for batch in batches]
    return [
        (line, siret, commune, day or None)
        for line, siret, commune, day in pl.concat(frames).rows()
    ]


@pytest.mark.parametrize("packing", PACKINGS)
def test_every_packing_gives_the_same_rows_as_text_with_their_lines(packing, tmp_path):
    path = tmp_path / "named_without_a_hint"
    packing(path)
    batches = read(path)
    assert rows_of(batches) == [
        (2, "001", "77288", "2026-01-02T10:00:00"),
        (3, "002", "91228", None),
        (4, "003", "77001", "2025-12-31"),
    ]
    assert all(batch.rows["later_column"].is_null().all() for batch in batches if len(batch.rows))


@pytest.mark.parametrize("packing", PACKINGS)
def test_filtered_rows_are_counted_and_the_newest_day_is_seen_over_all(packing, tmp_path):
    path = tmp_path / "table"
    packing(path)
    keep = pl.col("commune").str.starts_with("91") & pl.col("later_column").is_null()
    batches = read(path, keep=keep, watch=Watch("day", date(2026, 1, 31)))
    assert rows_of(batches) == [(3, "002", "91228", None)]
    assert sum(batch.read for batch in batches) == 3
    assert max(batch.newest for batch in batches if batch.newest) == date(2026, 1, 2)


def test_a_day_that_has_not_come_yet_is_not_the_newest(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("siret,commune,day\n1,2,9999-12-31\n3,4,2025-01-01\n5,6,yesterday\n")
    (batch,) = read(path, watch=Watch("day", date(2026, 1, 31)))
    assert batch.newest == date(2025, 1, 1)


def test_dates_and_truth_values_of_parquet_are_read_as_text(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame({"siret": ["1"], "commune": [True], "day": [date(2025, 1, 2)]}).write_parquet(path)
    assert rows_of(read(path)) == [(2, "1", "true", "2025-01-02")]


def test_progress_ends_at_the_size_of_the_file(tmp_path):
    path = tmp_path / "table.csv"
    as_csv(path)
    told = []
    read(path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert all(done <= total for done, total in told)


def nothing(path):
    pass


def folder(path):
    path.mkdir()


def empty(path):
    path.touch()


def blank_first_line(path):
    path.write_text("\n1,2\n")


def header_only(path):
    path.write_text("siret,commune\n")


def old_mac_line_ends(path):
    path.write_bytes(TEXT.replace("\n", "\r").encode())


def long_text_with_old_mac_line_ends(path):
    path.write_bytes((TEXT.replace("\n", "\r") * 50_000).encode())


def endless_header_field(path):
    path.write_text("siret,commune," + "x" * 200_000 + "\n1,2,3\n")


def picture(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xc8\x01\x02" * 20)


def portable_document(path):
    path.write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 20)


def web_page(path):
    path.write_text("\n<!DOCTYPE html>\n<html><body>Not found</body></html>\n")


def named_as_zip_begins(path):
    path.write_text("PKfoo,bar\n1,2\n")


def truncated_gzip(path):
    path.write_bytes(gzip.compress(TEXT.encode())[:-20])


def garbled_gzip(path):
    content = bytearray(gzip.compress(TEXT.encode()))
    content[-6] ^= 0xFF  # within the checksum
    path.write_bytes(bytes(content))


def zip_without_csv(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notice.txt", "")


def zip_with_two(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("b.csv", TEXT)


def truncated_zip(path):
    as_zip(path)
    path.write_bytes(path.read_bytes()[:60])


def garbled_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", TEXT)
    path.write_bytes(path.read_bytes().replace(b"77288", b"77289"))


def missing_column(path):
    path.write_text("siret,town\n1,2\n")


def doubled_column(path):
    path.write_text("siret,commune,siret\n1,2,3\n")


def latin_1(path):
    path.write_bytes("siret,commune\n1,Melun\n2,Évry\n".encode("latin-1"))


def latin_1_header(path):
    path.write_bytes("siret,commune,année\n1,2,3\n".encode("latin-1"))


def utf_16(path):
    path.write_text(TEXT, encoding="utf-16")


def nul_byte(path):
    path.write_bytes(b"siret,commune\n1,2\n3,\x00\n")


def not_parquet(path):
    path.write_bytes(b"PAR1" + b"\x00" * 100)


def parquet_without_column(path):
    pl.DataFrame({"siret": ["1"]}).write_parquet(path)


def empty_parquet(path):
    pl.DataFrame(schema={"siret": pl.String, "commune": pl.String}).write_parquet(path)


BAD_FILES = [
    (nothing, "there is no such file", None),
    (folder, "is a folder", None),
    (empty, "is empty", None),
    (blank_first_line, "has no header", 1),
    (header_only, "has a header and no rows", None),
    (old_mac_line_ends, "ends its lines with CR alone", 1),
    (long_text_with_old_mac_line_ends, "ends its lines with CR alone", 1),
    (endless_header_field, "the header cannot be read", 1),
    (picture, "is no text file", None),
    (portable_document, "is no text file", None),
    (web_page, "is a web page or XML", None),
    (named_as_zip_begins, "column 'siret' is missing", 1),
    (truncated_gzip, "the compressed file ends too early", None),
    (garbled_gzip, "the compressed file is damaged", None),
    (zip_without_csv, "the zip holds no CSV file", None),
    (zip_with_two, "the zip holds 2 CSV files", None),
    (truncated_zip, "the compressed file is damaged", None),
    (garbled_zip, "the compressed file is damaged", None),
    (missing_column, "column 'commune' is missing", 1),
    (doubled_column, "column 'siret' is there twice", 1),
    (latin_1, "is not UTF-8 text (byte 0xc9)", 3),
    (latin_1_header, "is not UTF-8 text (byte 0xe9)", 1),
    (utf_16, "is UTF-16 text", 1),
    (nul_byte, "holds a NUL byte", 3),
    (not_parquet, "the Parquet file cannot be read", None),
    (parquet_without_column, "column 'commune' is missing", 1),
    (empty_parquet, "has a header and no rows", None),
]


@pytest.mark.parametrize(("make", "problem", "line"), BAD_FILES)
def test_a_bad_file_is_one_line_with_file_problem_line_and_cure(make, problem, line, tmp_path):
    path = tmp_path / "stock.csv"
    make(path)
    with pytest.raises(InputFileError) as raised:
        read(path)
    error = raised.value
    assert error.path == str(path)
    assert problem in error.problem
    assert error.line == line
    assert error.cure
    assert "\n" not in str(error)


def test_no_line_is_named_for_a_damaged_archive(tmp_path):
    """What was unpacked last is lost, so nobody knows on which line the damage lies."""
    path = tmp_path / "stock.csv.gz"
    rows = [f"{number:014d},{number * 7919 % 100_000:05d}\n" for number in range(200_000)]
    packed = gzip.compress(("siret,commune\n" + "".join(rows)).encode())
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputFileError) as raised:
        read(path)
    assert raised.value.line is None


def test_what_a_mac_adds_to_a_zip_is_passed_over(tmp_path):
    path = tmp_path / "stock.zip"
    as_zip(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/folder/._Stock_utf8.csv", b"\0\5\26\7")
        archive.writestr("folder/._Stock_utf8.csv", b"\0\5\26\7")
    assert [row[1] for row in rows_of(read(path))] == ["001", "002", "003"]


def test_a_line_of_200_mb_is_refused_after_a_few_megabytes(tmp_path):
    path = tmp_path / "stock.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"siret,commune\n1,2\n3,")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    told = []
    with pytest.raises(InputFileError, match="longer than 1048576 bytes") as raised:
        read(path, progress=lambda done, total: told.append(done / total))
    assert raised.value.line == 3
    assert max(told, default=0) < 0.5
