"""Whole tables as polars frames, read in pieces."""

from __future__ import annotations

from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy import Connection

ROWS_PER_READ = 20_000
"""Rows held as Python objects at one time."""


def read_frame(
    connection: Connection, statement: sa.Select[Any], schema: pl.Schema
) -> pl.DataFrame:
    """Read every row of a statement; an empty answer has the columns and types as well."""
    result = connection.execute(statement, execution_options={"yield_per": ROWS_PER_READ})
    pieces = [
        pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
        for rows in result.partitions()
    ]
    return pl.concat([pl.DataFrame(schema=schema), *pieces])
