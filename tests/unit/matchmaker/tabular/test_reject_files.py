"""Rejects files are found by their names alone, and read as they were written."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.errors import InputFileError
from matchmaker.tabular.reject_files import (
    read_rejects,
    rejects_files,
    rejects_page,
    rejects_path,
)
from matchmaker.tabular.rejects import Reject, Rejects


def written(home, name="profils.csv", rows=3):
    with Rejects(home, "profiles", Path(name)) as rejects:
        for line in range(rows):
            rejects.add(Reject(line + 2, "Nom, prénom", f'a "b";\nc {line}', "is wrong"))
    return rejects.path


def test_what_an_import_wrote_is_read_again(tmp_path):
    rows = list(read_rejects(written(tmp_path)))
    assert rows == [
        Reject(line + 2, "Nom, prénom", f'a "b";\nc {line}', "is wrong") for line in range(3)
    ]


def test_files_are_listed_from_the_newest(tmp_path):
    old, new = written(tmp_path, "old.csv"), written(tmp_path, "new.csv")
    os.utime(old, (1, 1))
    (old.parent / "profiles-being-written.csv.part").write_text("x")
    (old.parent / "folder.csv").mkdir()
    listed = rejects_files(tmp_path)
    assert [file.name for file in listed] == [new.name, old.name]
    assert listed[1].at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert listed[1].size == old.stat().st_size


def test_a_home_without_rejects_has_none(tmp_path):
    assert rejects_files(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../secret.csv", "/etc/passwd", "./profiles-profils.csv.csv", "link.csv"],
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    path = written(tmp_path)
    (tmp_path / "secret.csv").write_text("line,column,value,reason\n")
    (path.parent / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert rejects_path(tmp_path, path.name) == path
    assert rejects_path(tmp_path, name) is None


def test_pages_end_with_the_last_one(tmp_path):
    path = written(tmp_path, rows=5)
    assert [row.line for row in rejects_page(path, 1, 2).rows] == [2, 3]
    assert [row.line for row in rejects_page(path, 3, 2).rows] == [6]
    assert rejects_page(path, 99, 2) == rejects_page(path, 3, 2)
    assert rejects_page(path, 1, 2).total == 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "another header"),
        (b"a,b\n", "another header"),
        (b"line,column,value,reason\n1,a,b\n", "line 2"),
        (b"line,column,value,reason\nx,a,b,c\n", "line 2"),
        (b"line,column,value,reason\n1,\xff,b,c\n", "cannot be read"),
        (b'line,column,value,reason\n1,"a,b,c', "cannot be read"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path, content, told):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputFileError, match=told):
        list(read_rejects(path))
