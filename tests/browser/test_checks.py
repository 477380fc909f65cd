"""The checks find what they are for: faults planted in a page are told."""

import pytest

from tests.browser.checks import Survey, all_stops_are_seen
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.browser


def test_planted_faults_are_found(new_page: NewPage) -> None:
    page = new_page()
    page.set_content(
        "<!doctype html><html lang=fi><title>x</title><main><h1>x</h1><img src='data:,'>"
        "<p>wide</p></main>"
    )
    page.add_style_tag(content="p { width: 600px }")
    survey = Survey(page)
    survey.look("planted")
    rules = [line.partition(": ")[2].partition(" (")[0] for line in survey.wrong]
    assert rules == ["image-alt", "image-alt", "<p>wide</p>"]
    with pytest.raises(AssertionError):
        survey.done()


def test_two_things_on_one_key_are_found(new_page: NewPage) -> None:
    page = new_page()
    page.set_content(
        "<!doctype html><html lang=en><title>x</title><main><h1>x</h1>"
        "<a href='/a' data-key=p>a</a> <a href='/b' data-key=p>b</a> <a href='/c' data-key=q>c</a>"
        "<a href='/d' data-key=q hidden>d</a></main>"
    )
    survey = Survey(page)
    survey.look("planted")
    assert [line.count("data-key") for line in survey.wrong if "one key" in line] == [2, 2]


def test_colours_are_looked_at_in_both_schemes_at_both_sizes(new_page: NewPage) -> None:
    page = new_page()
    page.set_content(
        "<!doctype html><html lang=fi><title>x</title><main><h1>x</h1><p>grey words</p></main>"
    )
    for scheme in ("light", "dark"):
        for size in ("max-width: 800px", "min-width: 801px"):
            page.add_style_tag(
                content=f"@media ({size}) and (prefers-color-scheme: {scheme}) "
                "{ p { color: #777; background: #888 } }"
            )
    survey = Survey(page)
    survey.look("grey", everywhere=True)
    assert [line.partition(" (")[0] for line in survey.wrong] == [
        "grey, 390 px, light: color-contrast",
        "grey, 1366 px, dark: color-contrast",
        "grey, 390 px, dark: color-contrast",
        "grey, 1366 px, light: color-contrast",
    ]


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("a { outline: none !important }", "'ring': False"),
        ("div { position: fixed; inset: 0; background: red }", "'seen': False"),
    ],
)
def test_a_focus_that_is_not_seen_is_found(new_page: NewPage, style: str, fault: str) -> None:
    page = new_page()
    page.set_content("<a href='#'>x</a><div></div>")
    page.add_style_tag(content=f"a:focus {{ outline: 3px solid }} {style}")
    with pytest.raises(AssertionError, match=fault):
        all_stops_are_seen(page)
