"""The parts of the register of processing that follow from the code."""

from __future__ import annotations

from matchmaker.privacy.retention import retention_table
from matchmaker.settings import RetentionSettings
from matchmaker.store.exports import NOT_EXPORTED, OF_ACCOUNT, OF_COMPANY


def inventory_table() -> str:
    """Write down, in Markdown, which table is in whose export, and which in none and why."""
    rows = []
    for name in sorted({*OF_COMPANY, *OF_ACCOUNT, *NOT_EXPORTED}):
        whose = [
            who for who, tables in (("firm", OF_COMPANY), ("person", OF_ACCOUNT)) if name in tables
        ]
        rows.append(f"| `{name}` | {', '.join(whose) or f'none: {NOT_EXPORTED[name]}'} |")
    return "\n".join(["| table | in the export of |", "|---|---|", *rows])


def register(settings: RetentionSettings) -> str:
    """Write both tables, with the periods in force."""
    return f"{retention_table(settings)}\n\n{inventory_table()}\n"
