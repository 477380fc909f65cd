"""Icons, the navigation by role, the links of the error summary."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from django import forms
from django.urls import resolve

from bookings.desk_kit.labels import Tag
from office.core import icons
from office.staff.navigation import SECTIONS, current_path, sections_for
from office.templatetags.house import focus_id, icon, tag

SPRITE = Path(__file__).parents[3] / "static" / icons.SPRITE


def test_every_symbol_is_a_drawing_on_the_same_grid() -> None:
    symbols = ElementTree.parse(SPRITE).getroot().findall(icons.SYMBOL)
    assert {symbol.attrib["id"] for symbol in symbols} == icons.names()
    for symbol in symbols:
        assert symbol.attrib["viewBox"] == "0 0 24 24"
        assert len(symbol) >= 1


def test_an_icon_is_decoration() -> None:
    svg = ElementTree.fromstring(icon("calendar"))
    assert svg.attrib["aria-hidden"] == "true"
    assert svg[0].attrib["href"].endswith("sprite.svg#calendar")
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_an_icon_that_says_something_has_a_name() -> None:
    svg = ElementTree.fromstring(icon("warning", label="Myöhässä <"))
    assert svg.attrib["aria-label"] == "Myöhässä <"
    assert svg.attrib["role"] == "img"


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        (["secretary"], "/desk/"),
        (["supervisor"], "/my-day/"),
        (["guide"], "/my-day/"),
        (["manager"], "/office/"),
        (["manager", "secretary"], "/desk/"),
    ],
)
def test_navigation_begins_with_the_work_of_the_role(roles: list[str], first: str) -> None:
    assert sections_for(roles)[0][1][0].path == first


def test_every_entry_leads_to_a_page() -> None:
    for section in SECTIONS:
        for page in section.pages:
            assert resolve(page.path).func


def test_nobody_sees_the_pages_of_another_role() -> None:
    paths = {page.path for _, pages in sections_for(["guide"]) for page in pages}
    assert paths == {
        "/my-day/",
        "/desk/evenings/",
        "/queue/",
        "/desk/referrals/",
        "/plan/guide/",
        "/plan/summary/",
    }
    assert sections_for([]) == []


def test_the_longest_address_is_the_current_page() -> None:
    pages = [page for section in SECTIONS for page in section.pages]
    assert current_path("/office/hours/12/", pages) == "/office/hours/"
    assert current_path("/office/", pages) == "/office/"
    assert current_path("/", pages) == ""


def test_the_summary_leads_to_what_takes_the_focus() -> None:
    class Form(forms.Form):
        name = forms.CharField()
        kind = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
        start = forms.SplitDateTimeField()
        born = forms.DateField(widget=forms.SelectDateWidget)

    found = {field.name: focus_id(field) for field in Form()}
    assert found["name"] == "id_name"
    assert found["kind"] == "id_kind_0"
    assert found["born"].startswith("id_born_")


def test_no_key_leads_to_two_pages() -> None:
    # Whoever has several roles sees all of them.
    roles = {role for section in SECTIONS for page in section.pages for role in page.roles}
    links = [page for _section, pages in sections_for(roles) for page in pages]
    assert len({page.path for page in links}) == len(links)
    keys = [page.key for page in links if page.key]
    assert len(set(keys)) == len(keys)


def test_a_state_is_drawn_with_its_words_colour_and_icon() -> None:
    late = ElementTree.fromstring(tag(Tag("Myöhässä <", "tag--bad", "warning")))
    assert late.attrib["class"] == "tag tag--bad"
    assert late[0].tail == "Myöhässä <"
    assert ElementTree.fromstring(tag(Tag("kolme"))).attrib["class"] == "tag"
