"""What the list of letters may still tell: a firm that has left the service is named in none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matchmaker.accounts.claims import masked
from matchmaker.accounts.principals import Principal
from matchmaker.introductions.naming import named
from matchmaker.mail.outbox import OutboxLine
from matchmaker.store import Unit


def told_lines(unit: Unit, caller: Principal, lines: Sequence[OutboxLine]) -> list[OutboxLine]:
    """Take out of lines of the outbox what names firms that the reader may not be told of.

    Parameters
    ----------
    unit
        Unit of work.
    caller
        The reader.
    lines
        As the store has them.

    Returns
    -------
    list of OutboxLine
        Without the subject where the firm that was written to, or the other side of the
        introduction, may not be named; and with the address of such a firm so far hidden that only
        its owner knows it again, also in what a mail server said of it.
    """
    ids = {line.introduction_id for line in lines if line.introduction_id is not None}
    sides = unit.introductions.sides(ids)
    about = [_about(line, sides) for line in lines]
    told = named(unit, caller, {siret for sirets in about for siret in sirets})
    return [
        line if sirets <= told.keys() else _without_names(line, hide_address=line.siret not in told)
        for line, sirets in zip(lines, about, strict=True)
    ]


def _about(line: OutboxLine, sides: dict[str, tuple[str, str]]) -> set[str]:
    own = {line.siret} if line.siret is not None else set()
    return own | set(sides.get(line.introduction_id or "", ()))


def _without_names(line: OutboxLine, *, hide_address: bool) -> OutboxLine:
    if not hide_address or line.siret is None:
        return replace(line, subject=None)
    hidden = masked(line.recipient)
    error = line.error.replace(line.recipient, hidden) if line.error is not None else None
    return replace(line, subject=None, recipient=hidden, error=error)
