"""axe-core on an open page: nothing serious, nothing critical."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = frozenset({"serious", "critical"})
RUN = """async () => {
    const found = await window.axe.run(document, {resultTypes: ["violations"]});
    return found.violations.map(({id, impact, nodes}) => (
        {id, impact, nodes: nodes.map((node) => node.html + " " + node.failureSummary)}));
}"""


def grave_faults(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a page of playwright
    """Run axe-core on a page, and return its serious and critical violations.

    The library comes in through the browser's debugger: the policy of the page would refuse it.
    """
    if not AXE.is_file():
        pytest.skip("axe-core is not here: `make setup` takes it from npm")
    debugger = page.context.new_cdp_session(page)
    debugger.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    debugger.detach()
    found = page.evaluate(RUN)
    return [fault for fault in found if fault["impact"] in GRAVE]


def check(page: Any) -> None:  # noqa: ANN401
    """Require that a page has no serious and no critical violation."""
    found = grave_faults(page)
    assert found == [], found
