"""What was imported, and the rows that were set apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api.access import OperationsCaller
from api.deps import LanguageQuery, Service, ServiceDep
from api.pages.administration.rejects import rejects_csv, rejects_workbook, told_reason
from api.pages.administration.room import HOME, administration_page
from matchmaker.errors import InputFileError
from matchmaker.store import ImportRecord, Unit
from matchmaker.tabular.reject_files import rejects_files, rejects_page, rejects_path
from matchmaker.texts import Language

router = APIRouter(prefix=f"{HOME}/imports", include_in_schema=False)

PAGE = 50
MAX_PAGE = 100_000
LONGEST_NAME = 300
EXPORTED = "rejects.exported"
"""Action in the audit log: rows that were set apart may name people."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

NameQuery = Annotated[str, Query(max_length=LONGEST_NAME)]
PageQuery = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@router.get("")
async def imports_page(
    request: Request,
    caller: OperationsCaller,
    service: ServiceDep,
    genre: Annotated[str, Query(max_length=40)] = "",
    page: PageQuery = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """List the imports, the newest first, and the files of rejected rows."""

    def read(unit: Unit) -> tuple[list[ImportRecord], dict[str, int], int]:
        counts = unit.imports.counts()
        total = counts.get(genre, 0) if genre else sum(counts.values())
        here = min(page, max(1, -(-total // PAGE)))
        return unit.imports.newest(genre or None, (here - 1) * PAGE, PAGE), counts, here

    found, counts, here = await service.read(read)
    files = await run_sync(rejects_files, service.settings.home)
    total = counts.get(genre, 0) if genre else sum(counts.values())
    return administration_page(
        request,
        caller,
        "imports",
        "imports.html",
        lang,
        imports=[(each, Path(each.path).name) for each in found],
        counts=counts,
        genre=genre,
        page=here,
        pages=max(1, -(-total // PAGE)),
        files=files,
        file_names={file.name for file in files},
    )


@router.get("/rejets")
async def rejects_of_import(
    request: Request,
    caller: OperationsCaller,
    service: ServiceDep,
    fichier: NameQuery,
    page: PageQuery = 1,
    lang: LanguageQuery = "fr",
) -> Response:
    """Show the rows that an import set apart, with the reason of each."""
    path = await _listed(service, fichier)
    try:
        found = await run_sync(rejects_page, path, page, PAGE)
    except InputFileError:
        found = None
    pages = 1 if found is None else max(1, -(-found.total // PAGE))
    return administration_page(
        request,
        caller,
        "imports",
        "rejects.html",
        lang,
        status=200 if found else 422,
        name=path.name,
        found=found,
        rows=[(row, told_reason(row.reason, lang)) for row in found.rows] if found else [],
        page=min(page, pages),
        pages=pages,
    )


@router.get("/rejets/fichier")
async def download_rejects(
    caller: OperationsCaller,
    service: ServiceDep,
    fichier: NameQuery,
    forme: Literal["csv", "xlsx"] = "csv",
    lang: LanguageQuery = "fr",
) -> Response:
    """Hand out the rows that an import set apart, as no spreadsheet runs them."""
    path = await _listed(service, fichier)
    write = rejects_csv if forme == "csv" else rejects_workbook
    content = await run_sync(write, path, lang)
    now = service.now()
    await service.write(
        lambda unit: unit.audit.note(at=now, by=caller, action=EXPORTED, subject=path.name)
    )
    return _attachment(
        content, f"{path.stem}.{forme}", "text/csv" if forme == "csv" else XLSX, lang
    )


async def _listed(service: Service, name: str) -> Path:
    path = await run_sync(rejects_path, service.settings.home, name)
    if path is None:
        raise HTTPException(404)
    return path


def _attachment(content: bytes, name: str, kind: str, language: Language) -> Response:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Language": language}
    return Response(content, media_type=kind, headers=headers)
