"""Measures every pair of colours that the style sheets put together, in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static/css/tokens.css"
TEXT, PARTS = 4.5, 3.0
GROUNDS = ["birch", "paper", "linen"]
MISTS = ["lake-mist", "moss-mist", "amber-mist", "lingon-mist"]

# (what is seen, on which ground, the least contrast)
PAIRS = [
    *[(text, ground, TEXT) for text in ("ink", "stone") for ground in GROUNDS + MISTS],
    *[
        (text, ground, TEXT)
        for text in ("lake", "lake-pressed", "moss", "amber", "lingon")
        for ground in GROUNDS
    ],
    *[("lake", ground, TEXT) for ground in MISTS],
    ("lake-pressed", "lake-mist", TEXT),
    ("moss", "moss-mist", TEXT),
    ("amber", "amber-mist", TEXT),
    ("lingon", "lingon-mist", TEXT),
    ("on-lake", "lake", TEXT),
    ("on-lake", "lake-pressed", TEXT),
    ("on-lingon", "lingon", TEXT),
    ("on-deep", "deep", TEXT),
    ("on-deep-soft", "deep", TEXT),
    ("focus", "deep", PARTS),
    *[("edge", ground, PARTS) for ground in GROUNDS + MISTS],
]


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of the light theme and of the dark one (which inherits what it leaves unset)."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.S)
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    found = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", re.I)
    colours = dict(found.findall(light))
    return {"light": colours, "dark": colours | dict(found.findall(dark))}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("seen", "ground", "least"), PAIRS)
def test_contrast(theme: str, seen: str, ground: str, least: float) -> None:
    colours = themes()[theme]
    ratio = contrast(colours[seen], colours[ground])
    assert ratio >= least, f"{seen} on {ground} is only {ratio:.2f}:1 in the {theme} theme"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_is_seen_on_every_ground(theme: str) -> None:
    """The ring has two colours: on any ground at least one of them stands out 3:1."""
    colours = themes()[theme]
    for ground in [*GROUNDS, *MISTS, "lake", "lingon", "deep"]:
        ring = [contrast(colours[c], colours[ground]) for c in ("focus", "focus-edge")]
        assert max(ring) >= PARTS, ground


def test_every_figure_in_the_comments_is_true() -> None:
    css = TOKENS.read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    line = re.compile(r"--([\w-]+):\s*#[0-9a-f]{6};\s*/\*(.*?)\*/", re.I)
    for theme, part in (("light", light), ("dark", dark)):
        colours = themes()[theme]
        for name, comment in line.findall(part):
            for figure, ground in re.findall(r"(\d+\.\d) on ([\w-]+)", comment):
                measured = contrast(colours[name], colours[ground])
                assert round(measured, 1) == float(figure), (
                    f"{theme}: {name} on {ground}: {measured:.2f}"
                )
