"""A block of the calendar. Hundreds make a page: as a template they would take half of its time."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bookings.calendar.page import Block
from office.core.icons import address_of

register = template.Library()


@register.filter
def block(bit: Block) -> SafeString:
    """The block as a link where it leads somewhere; every word in it is escaped."""
    what, code, more = escape(bit.what), escape(bit.code), escape(bit.more)
    tag, parts = ("a", [f'<a href="{escape(bit.href)}"']) if bit.href else ("span", ["<span"])
    parts.append(f' class="bit bit--{escape(bit.css)}"')
    if code or more:
        parts.append(f' title="{escape(bit.time)} {what} {code} {more}"')
    if bit.moves:
        parts.append(f' data-move="{escape(bit.moves)}"')
    if bit.kind == "free":
        parts.append(f' data-from="{bit.begins}" data-until="{bit.ends}"')
        parts.append(f' data-point="{bit.point or ""}"')
    parts.append(f'><span class="sr-only">{escape(bit.label)}, </span><span class="bit__line">')
    if bit.icon:
        parts.append(
            '<svg class="bit__sign" aria-hidden="true" focusable="false">'
            f'<use href="{escape(address_of(bit.icon))}"/></svg>'
        )
    parts.append(f'<b aria-hidden="true">{escape(bit.time)}</b> ')
    if what:
        parts.append(f'<span class="bit__what">{what}</span>')
    parts.append("</span>")
    if code or more:
        parts.append('<span class="bit__line"> ')
        if code:
            spoken = escape(bit.language)
            parts.append(f'<code>{code}</code> <span class="bit__language">{spoken}</span>')
        if more:
            parts.append(f' <small class="bit__more" aria-hidden="true">{more}</small>')
        parts.append("</span>")
    parts.append(f"</{tag}>")
    return mark_safe("".join(parts))  # noqa: S308 - escaped above, piece by piece
