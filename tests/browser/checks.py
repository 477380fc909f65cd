"""What holds of every page: axe finds nothing, nothing scrolls sideways, the focus is seen."""

import time
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import DESK, PATIENCE, PHONE

# Every rule that axe has for WCAG 2.2 AA, and its good practice; whatever the impact.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES}}
# What the same page at the same size in other colours may still do wrong.
COLOURS = {**OPTIONS, "runOnly": ["color-contrast", "link-in-text-block"]}

AXE: str = Axe().axe_script

# A size, the colours, and by which rules it is looked at.
Scene = tuple[tuple[int, int], Any, dict[str, Any]]

# A page of 1280 px at 400 %, and a tablet that lies, or half a window.
NARROW, TABLET = (320, 480), (1024, 768)

SIDEWAYS = """() => {
  const wide = document.scrollingElement;
  if (wide.scrollWidth <= wide.clientWidth) return [];
  const out = [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > wide.clientWidth + 1);
  return out.slice(0, 5).map((element) => element.outerHTML.slice(0, 120));
}"""

# Words that begin on one line and end on another, without a hyphen. Those of buttons never do; others
# may where they are very long, or stand in the narrow lanes of a week.
BROKEN_WORDS = """(where) => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const element = node.parentElement;
    if (!element.closest(where) || !element.checkVisibility()) continue;
    if (element.closest(".sr-only, .topbar__word, .trap, .optional, .wrap-anywhere, code")) continue;
    if (element.closest(".block, .cal")) continue;
    // An address breaks wherever it must.
    if (/\\S{25}/.test(node.data)) continue;
    const isButton = element.closest(".button");
    if (!isButton && getComputedStyle(element).hyphens === "auto") continue;
    for (const word of node.data.matchAll(/\\p{L}+/gu)) {
      if (!isButton && word[0].length > 20) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width);
      const lines = new Set(boxes.map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""

# Bars that stay in sight lie over what is scrolled under them, and axe calls what they cut too small to
# hit: whether a row is cut depends on how many free times a day has. They are looked at where they end.
RUN_AXE = """async (options) => {
  const bars = [...document.querySelectorAll("body *")].filter((element) => {
    const { position, bottom } = getComputedStyle(element);
    return position === "sticky" && bottom !== "auto";
  });
  for (const bar of bars) bar.style.position = "static";
  const { violations } = await axe.run(document, options);
  for (const bar of bars) bar.style.position = "";
  return violations;
}"""

# Axe parses the few colours of a page and the selectors of its rules thousands of times, which is a
# quarter of its work; here each once.
REMEMBER = """(() => {
  const colour = axe.commons.color.Color.prototype;
  const parseColour = colour.parseString;
  const colours = new Map();
  colour.parseString = function (text) {
    if (!colours.has(text)) {
      const { r, g, b, alpha } = parseColour.call(this, text);
      colours.set(text, { r, g, b, alpha });
    }
    return Object.assign(this, colours.get(text));
  };
  const parser = axe.imports.CssSelectorParser.prototype;
  const parseSelector = parser.parse;
  const selectors = new Map();
  parser.parse = function (text) {
    if (!selectors.has(text)) selectors.set(text, parseSelector.call(this, text));
    return selectors.get(text);
  };
})()"""

# When the document of a page began: another one has another moment.
DOCUMENT = "performance.timeOrigin"

# Two things in sight on one key: only the first would ever hear it.
SAME_KEY = """() => {
  const seen = {};
  for (const element of document.querySelectorAll("[data-key]")) {
    if (element.checkVisibility() && !element.closest("dialog")) {
      (seen[element.dataset.key] ??= []).push(element.outerHTML.slice(0, 120));
    }
  }
  return Object.values(seen).filter((all) => all.length > 1).map((all) => all.join(" and "));
}"""

FOCUS = """() => {
  const at = document.activeElement;
  const ring = [at, at.closest(".choice, .slot, .next-time")].filter(Boolean).find((element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = at.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.05, 0.5], [0.95, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && (at.contains(top) || top.contains(at) && top !== document.body
      || [...(at.labels ?? [])].some((label) => label.contains(top)));
  });
  return {
    what: at.outerHTML.slice(0, 160),
    visible: at.matches(":focus-visible"),
    ring: Boolean(ring),
    seen,
  };
}"""


class Survey:
    """Looks at page after page and keeps what is wrong, so that one run tells all of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []

    def at(self, path: str, status: int = 200) -> None:
        """Open an address and look at it."""
        answer = self.page.goto(path)
        assert answer is not None
        assert (path, answer.status) == (path, status)
        self.look(path)

    def look(self, name: str, *, everywhere: bool = False) -> None:
        """Look at the page that is open: light on a phone, dark at the desk, and at 400 %.

        Its size is what it was before. Where a slow answer brings the next page in the middle of
        it, that page is looked at from the start.
        """
        before = self.page.viewport_size
        scenes: list[Scene] = [(PHONE, "light", OPTIONS), (DESK, "dark", OPTIONS)]
        if everywhere:
            scenes += [(PHONE, "dark", COLOURS), (DESK, "light", COLOURS)]
        while (found := self._look_at_one_document(name, scenes)) is None:
            pass
        self.wrong += found
        if before is not None:
            self.page.set_viewport_size(before)

    def _look_at_one_document(self, name: str, scenes: list[Scene]) -> list[str] | None:
        """Return what is wrong with the page; None where another one came meanwhile."""
        wrong: list[str] = []
        began = self._document()
        try:
            for size, scheme, options in scenes:
                self.page.emulate_media(color_scheme=scheme)
                self.page.set_viewport_size({"width": size[0], "height": size[1]})
                found = axe(self.page, options)
                wrong += [f"{name}, {size[0]} px, {scheme}: {text}" for text in found]
                wrong += [f"{name}, one key: {text}" for text in self.page.evaluate(SAME_KEY)]
            for width, height in (NARROW, TABLET, DESK):
                self.page.set_viewport_size({"width": width, "height": height})
                sideways = self.page.evaluate(SIDEWAYS)
                wrong += [f"{name}, {width} px, sideways: {text}" for text in sideways]
                # On a phone the words of buttons alone must fit.
                broken = self.page.evaluate(
                    BROKEN_WORDS, ".button" if width < TABLET[0] else "body"
                )
                wrong += [f"{name}, {width} px, broken: {word}" for word in broken]
        except Error:
            if self._document() == began:
                raise
            return None
        return wrong if self._document() == began else None

    def _document(self) -> float:
        """Tell the loaded documents of a page from one another."""
        self.page.wait_for_load_state()
        try:
            return float(self.page.evaluate(DOCUMENT))
        except Error:  # It went away as it was asked.
            self.page.wait_for_load_state()
            return float(self.page.evaluate(DOCUMENT))

    def done(self) -> None:
        assert self.wrong == [], "\n".join(self.wrong)


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true. It is asked from outside: pages of ours evaluate no text."""
    given_up = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < given_up, expression
        page.wait_for_timeout(50)


def axe(page: Page, options: dict[str, Any] = OPTIONS) -> list[str]:
    """Return what axe finds in the page once it is loaded, one line each."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
        page.evaluate(REMEMBER)
    found = page.evaluate(RUN_AXE, options)
    return [
        f"{v['id']} ({v['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found
        for node in v["nodes"]
    ]


def focus_is_seen(page: Page) -> None:
    """Expect that what has the focus shows it, and is not covered by anything."""
    focus = page.evaluate(FOCUS)
    assert (focus["visible"], focus["ring"], focus["seen"]) == (True, True, True), focus


def tab_to(page: Page, wanted: Locator, *, most: int = 60) -> None:
    """Press Tab until `wanted` has the focus; on the way the focus is always seen."""
    expect(wanted).to_have_count(1)
    for _ in range(most):
        page.keyboard.press("Tab")
        focus_is_seen(page)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def all_stops_are_seen(page: Page, *, most: int = 150) -> int:
    """Press Tab through the whole page, from its top; how many stops there are."""
    for stops in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return stops
        focus_is_seen(page)
    raise AssertionError("Tab does not come to an end")
