"""A file as the answer of a page."""

from __future__ import annotations

from fastapi.responses import Response


def file_answer(name: str, media_type: str, data: bytes) -> Response:
    """Answer with a file that is saved, never shown.

    Parameters
    ----------
    name
        Plain letters, digits, hyphens and dots: it stands in a header as it is.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
