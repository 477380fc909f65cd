"""The pieces of pages: what is given to them stands where it belongs, and is escaped."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation


def drawn(source: str, **given: str) -> str:
    return Template("{% load components %}" + source).render(Context(given))


@pytest.mark.parametrize(
    ("given", "opening"),
    [
        ('"" "info"', '<div class="notice">'),
        ('"wait" "clock"', '<div class="notice notice--wait">'),
        ('"bad" "warning" anchor="here"', '<div class="notice notice--bad" id="here">'),
        ('"good" "check" role="status"', '<div class="notice notice--good" role="status">'),
        (
            '"bad" "warning" css="small" takes_focus=True',
            '<div class="notice notice--bad small" role="alert" tabindex="-1" data-error-summary>',
        ),
    ],
)
def test_a_notice(given: str, opening: str) -> None:
    html = drawn(f"{{% notice {given} %}}<p>{{{{ words }}}}</p>{{% endnotice %}}", words="<b>")
    assert html.startswith(opening)
    assert html.endswith('<div class="notice__text"><p>&lt;b&gt;</p></div></div>')
    assert html.count("<svg") == 1


def test_a_notice_with_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawn('{% notice "" "no-such-icon" %}{% endnotice %}')


def test_a_summary_row() -> None:
    with translation.override("en"):
        html = drawn('{% summary_row label "/there/" what %}{{ answer }}{% endsummary_row %}',
                     label="You & me", what="your name", answer="A <b>")  # fmt: skip
    assert html == (
        "<div><dt>You &amp; me</dt><dd>A &lt;b&gt;</dd><dd>"
        '<a href="/there/">Change<span class="sr-only"> your name</span></a></dd></div>'
    )


def test_a_way_on_and_a_link_row() -> None:
    way = drawn('{% way_on to "phone" label %}small{% endway_on %}', to="/a?b&c", label="<i>")
    assert way.startswith('<li><a href="/a?b&amp;c"><svg')
    assert "<span><strong>&lt;i&gt;</strong><small>small</small></span><svg" in way
    row = drawn('{% link_row "/a/" label %}{% endlink_row %}', label="<i>")
    assert row.startswith('<li><a href="/a/"><span>&lt;i&gt;</span><svg')


TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_every_template_can_be_read() -> None:
    paths = sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))
    assert len(paths) > 300
    for path in paths:
        get_template(str(path))
