"""The pieces that pages are put together from, each written once: notices, rows of answers, ways on."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from office.templatetags.house import icon

register = template.Library()
ALERT = mark_safe(' role="alert" tabindex="-1" data-error-summary')


def _attributes(**given: str) -> SafeString:
    return format_html_join(
        "", ' {}="{}"', [(name, value) for name, value in given.items() if value]
    )


@register.simple_block_tag
def notice(
    content: SafeString,
    tone: str,
    sign: str,
    css: str = "",
    role: str = "",
    anchor: str = "",
    *,
    takes_focus: bool = False,
) -> SafeString:
    """Draw a box that stands out. `tone`: good, wait, bad, or empty for plain; `sign`: an icon.

    `takes_focus`: it says what went wrong with what was sent, and is read out first.
    """
    classes = " ".join(filter(None, ["notice", tone and f"notice--{tone}", css]))
    return format_html(
        '<div class="{}"{}>{}<div class="notice__text">{}</div></div>',
        classes,
        ALERT if takes_focus else _attributes(role=role, id=anchor),
        icon(sign),
        content,
    )


@register.simple_block_tag
def summary_row(content: SafeString, label: str, change: str, what: str) -> SafeString:
    """Draw an answer to check before sending: its label, the answer, the link to change `what`."""
    return format_html(
        '<div><dt>{}</dt><dd>{}</dd><dd><a href="{}">{}<span class="sr-only"> {}</span></a></dd></div>',
        label,
        content,
        change,
        gettext("Change"),
        what,
    )


@register.simple_block_tag
def way_on(content: SafeString, to: str, sign: str, label: str, css: str = "") -> SafeString:
    """Draw a large link of a list of ways on; the content is the small print under its label."""
    return format_html(
        '<li{}><a href="{}">{}<span><strong>{}</strong><small>{}</small></span>{}</a></li>',
        _attributes(**{"class": css}),
        to,
        icon(sign),
        label,
        content,
        icon("chevron-right"),
    )


@register.simple_block_tag
def link_row(content: SafeString, to: str, label: str) -> SafeString:
    """Draw a link of a list; the content is the small print under its label."""
    small = format_html("<small>{}</small>", content) if content.strip() else ""
    return format_html(
        '<li><a href="{}"><span>{}{}</span>{}</a></li>', to, label, small, icon("chevron-right")
    )
