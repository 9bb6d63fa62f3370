"""What a browser can tell of the layout of an open page: nothing cut off, nothing on top."""

from __future__ import annotations

from typing import Any

FAULTS = """() => {
    const apart = "svg, .visually-hidden, .skip, .leaflet-container";
    const shown = (node) => node.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const floats = (node) => {
        for (let each = node; each; each = each.parentElement)
            if (/sticky|fixed|absolute/.test(getComputedStyle(each).position)) return true;
        return false;
    };
    const rolls = (node) => {
        for (let each = node; each !== document.body; each = each.parentElement)
            if (/auto|scroll/.test(getComputedStyle(each).overflowX)) return true;
        return false;
    };
    const said = (node) => node.outerHTML.slice(0, 120).replace(/\\s+/g, " ");
    const faults = [];
    const width = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth > width)
        faults.push(`${document.scrollingElement.scrollWidth} wide in a window of ${width}`);

    const boxes = [];
    for (const node of document.querySelectorAll("body *")) {
        if (!shown(node) || node.parentElement.closest(apart)) continue;
        if (node.parentElement !== document.documentElement && rolls(node.parentElement)) continue;
        const box = node.getBoundingClientRect();
        if (!box.width || !box.height || node.matches(".visually-hidden, .skip")) continue;
        if (box.right > width + 1 || box.left < -1) faults.push(`outside: ${said(node)}`);
        const style = getComputedStyle(node);
        const hides = style.overflowX !== "visible" && !/auto|scroll/.test(style.overflowX);
        const typed = node.matches("input, textarea, select, svg, progress, meter");
        if (hides && !typed && node.scrollWidth > node.clientWidth + 1)
            faults.push(`cut off: ${said(node)}`);
        if (node.matches("a[href], button, input, select, textarea, summary") && !floats(node))
            for (const part of node.getClientRects()) boxes.push([node, part, 1]);
    }
    for (const text of document.querySelectorAll("svg text")) {
        const box = text.getBoundingClientRect();
        const room = text.ownerSVGElement.getBoundingClientRect();
        if (box.width && (box.right > room.right + 2 || box.left < room.left - 2))
            faults.push(`outside its drawing: ${said(text)}`);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const node = text.parentElement;
        if (!text.data.trim() || !shown(node) || node.closest(apart)) continue;
        if (rolls(node) || floats(node)) continue;
        if (node.closest("option, script, textarea")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const part of range.getClientRects()) boxes.push([node, part, part.height * 0.4]);
    }
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [one, a, margin] = boxes[i], [other, b, otherMargin] = boxes[j];
        const slack = Math.max(margin, otherMargin);
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across <= 2 || down <= slack || one.contains(other) || other.contains(one)) continue;
        faults.push(`on top of each other: ${said(one)} | ${said(other)}`);
    }
    return [...new Set(faults)].slice(0, 8);
}"""


def faults(page: Any) -> list[str]:  # noqa: ANN401 - a page of playwright
    """Say what is wider than the window, cut off, or covered; not inside regions that scroll."""
    found: list[str] = page.evaluate(FAULTS)
    return found


def resize(page: Any, width: int, height: int, scale: float = 1) -> None:  # noqa: ANN401
    """Give an open page another window without loading it again."""
    debugger = page.context.new_cdp_session(page)
    metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
    debugger.send("Emulation.setDeviceMetricsOverride", metrics)
    debugger.detach()
