"""A block of the calendar. Hundreds make a page: as a template they would take half of its time."""

# Django's own does the same, and looks each time whether the text is lazy: a page escapes thousands.
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from bookings.calendar.page import CalendarBlock, CalendarMark
from office.core.icons import address_of

register = template.Library()


@register.filter
def block(bit: CalendarBlock) -> SafeString:
    """Draw the block as a link where it leads somewhere; every word in it is escaped."""
    tag, parts = ("a", [f'<a href="{escape(bit.href)}"']) if bit.href else ("span", ["<span"])
    parts.append(f' class="bit bit--{escape(bit.css)}" title="{escape(bit.title)}"')
    if bit.moves:
        parts.append(f' data-move="{escape(bit.moves)}"')
    if bit.kind == "free":
        parts.append(f' data-from="{bit.begins}" data-until="{bit.ends}"')
        parts.append(f' data-point="{bit.point or ""}"')
    parts.append(f'><span class="sr-only">{escape(bit.label)}</span>')
    parts.append('<span class="bit__face" aria-hidden="true">')
    if bit.icon:
        parts.append(_icon("bit__sign", bit.icon))
    if bit.time:
        parts.append(f"<b>{escape(bit.time)}</b> ")
    if bit.what:
        parts.append(f'<span class="bit__what">{escape(bit.what)}</span> ')
    parts += [_mark(mark) for mark in bit.marks]
    if bit.names or bit.place:
        parts.append('<span class="bit__line">')
        if bit.names:
            parts.append(f'<span class="bit__who">{escape(bit.names)}</span> ')
        if bit.place:
            parts.append(f'<span class="bit__place">{escape(bit.place)}</span>')
        parts.append("</span>")
    parts.append(f"</span></{tag}>")
    return mark_safe("".join(parts))  # noqa: S308 - escaped above, piece by piece


def _mark(mark: CalendarMark) -> str:
    if mark.icon:
        return _icon("bit__sign bit__sign--mark", mark.icon)
    return f'<span class="bit__mark">{escape(mark.text)}</span> '


def _icon(css: str, name: str) -> str:
    return (
        f'<svg class="{css}" aria-hidden="true" focusable="false">'
        f'<use href="{escape(address_of(name))}"/></svg>'
    )
