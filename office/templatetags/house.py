"""What the templates of the house need: icons, dates as people say them, forms' small helps."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from office.core import dates, languages, phones
from office.core import live_updates as live
from office.core.icons import address_of
from office.models.unit_texts import translated
from office.staff.navigation import current_path, sections_for
from office.staff.session_expiry import seconds_left

register = template.Library()
# From so many letters on a field says beforehand how much it takes.
COUNTED_FROM = 200


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw a line icon; decoration unless it has a label. Raises KeyError for an unknown name."""
    described = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true" focusable="false"')
    )
    return format_html(
        '<svg class="{}" {}><use href="{}"/></svg>',
        f"icon {css}".strip(),
        described,
        address_of(name),
    )


class Label(Protocol):
    """A state in a word or two, as presenters give it."""

    @property
    def text(self) -> str: ...
    @property
    def css(self) -> str: ...
    @property
    def icon(self) -> str: ...


@register.simple_tag
def tag(label: Label) -> SafeString:
    """Draw a state as a tag: its words, in its colour, with its icon if it has one."""
    drawing = icon(label.icon) if label.icon else ""
    return format_html(
        '<span class="{}">{}{}</span>', f"tag {label.css}".strip(), drawing, label.text
    )


@register.simple_tag
def icon_address(name: str) -> str:
    """Return where the drawing of an icon is, for a <use> of one's own."""
    return address_of(name)


@register.filter
def question_of(field: BoundField) -> Any:
    """Return what the form asks about the value of a field; None where it asks nothing."""
    questions: dict[str, Any] = getattr(field.form, "questions", {})
    return questions.get(field.name)


@register.filter
def error_label(field: BoundField) -> str:
    """Name the field where it stands by itself, in the summary of errors."""
    labels: dict[str, str] = getattr(field.form, "error_labels", {})
    return labels.get(field.name) or str(field.label)


@register.filter
def limit_of(field: BoundField) -> int | None:
    """Return how many letters a longer text may have; None where it need not be shown."""
    limit = getattr(field.field, "max_length", None)
    is_text = getattr(field.field.widget, "input_type", "text") == "text"
    is_counted = is_text and getattr(field.form, "questions", None) is not None
    return limit if is_counted and limit and limit >= COUNTED_FROM else None


@register.filter
def when(moment: dt.datetime | None) -> str:
    """Word a moment: ke 25.11.2026 klo 9.30"""
    return dates.when(moment, get_language()) if moment else ""


@register.filter
def day(moment: dates.Moment | None) -> str:
    """Word a day: keskiviikko 25.11."""
    return dates.day(moment, get_language()) if moment else ""


@register.filter
def short_day(moment: dates.Moment | None) -> str:
    """Word a day: ke 25.11."""
    return dates.short_day(moment, get_language()) if moment else ""


@register.filter
def weekday_short(moment: dates.Moment) -> str:
    """Name the weekday: ke"""
    return dates.SHORT_WEEKDAYS[dates.named(get_language())][dates.as_date(moment).weekday()]


@register.filter
def full_date(moment: dates.Moment | None) -> str:
    """Word a date: 25.11.2026"""
    return dates.date(moment, get_language()) if moment else ""


@register.filter
def clock(moment: dates.Clocklike | None) -> str:
    """Word a time of day: 9.30"""
    return "" if moment is None else dates.clock(moment, get_language())


@register.filter
def phone(number: Any) -> str:
    """Write a number: 040 1234567"""
    return phones.shown(number)


@register.filter
def phone_link(number: str) -> SafeString:
    """Draw the unit's number as a link that calls it; never broken over two lines."""
    dialled = "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', dialled, number)


@register.simple_tag(takes_context=True)
def page_languages(context: Context) -> list[dict[str, str]]:
    """List the languages in which the page can be read: full ones, and partial ones where it has them."""
    found = [
        {"code": code, "own_name": get_language_info(code)["name_local"].capitalize()}
        for code in languages.FULL
    ]
    if context.get("has_partial_languages"):
        offered = context["unit"].offered_languages
        found += [{"code": one.code, "own_name": one.own_name} for one in offered]
    return found


@register.simple_tag
def written_in(text: str) -> SafeString:
    """Mark the language of an element that holds only this text of the unit, and no other element."""
    is_finnish = languages.active_partial() and not translated(text)
    return format_html('lang="{}"', "fi") if is_finnish else SafeString("")


@register.filter
def own_text(text: str) -> str:
    """Translate a text of the unit where a partial language has it. See written_in."""
    return translated(text) or text


@register.filter
def as_written(text: object) -> object:
    """Translate a text of the unit, or mark it as Finnish on a page in a partial language that lacks it.

    Words of ours come translated, and stay as they are.
    """
    if isinstance(text, Promise) or not text or not languages.active_partial():
        return text
    return translated(str(text)) or format_html('<bdi lang="fi">{}</bdi>', text)


@register.filter
def all_as_written(texts: Iterable[str]) -> SafeString:
    """Join several texts of the unit with commas."""
    return format_html_join(", ", "{}", ((as_written(text),) for text in texts))


@register.filter
def unbroken(text: str) -> str:
    """Keep the words on one line: a phone number is read in one go."""
    return str(text).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def week_label(moment: dates.Moment | None) -> str:
    """Name a week: Viikko 48 · 23.–29.11."""
    return dates.week_label(moment, get_language()) if moment else ""


@register.filter
def week_name(moment: dates.Moment | None) -> str:
    """Name the week: viikko 48"""
    return dates.week_name(moment, get_language()) if moment else ""


@register.filter
def month_label(moment: dates.Moment | None) -> str:
    """Name a month: Marraskuu 2026"""
    return dates.month_label(moment, get_language()) if moment else ""


@register.filter
def until(start: dates.Clocklike, end: dates.Clocklike) -> str:
    """Word two times: 9.30–11.00, from `start|until:end`."""
    return dates.clock_range(start, end, get_language())


@register.filter
def when_until(start: dt.datetime, end: dt.datetime) -> str:
    """Word two moments: ke 25.11.2026 klo 9.30–11.00"""
    return dates.when_range(start, end, get_language())


@register.filter
def days(first: dt.date, last: dt.date) -> str:
    """Word days: to 3.12.2026 – pe 4.12.2026"""
    return dates.days(first, last, get_language())


@register.filter
def time_away(start: dt.datetime, end: dt.datetime) -> str:
    """Word to 3.12.2026 – pe 4.12.2026 for whole days, else with clock times."""
    return dates.time_away(start, end, get_language())


@register.filter
def minutes(count: int | None) -> str:
    """Word minutes: 1 h 30 min"""
    return "" if count is None else dates.duration(int(count), get_language())


@register.simple_tag
def moment(instant: dt.datetime, form: str = "when") -> SafeString:
    """Draw a <time> element; `form` is when, day, short_day, full_date or clock."""
    shown = {"when": when, "day": day, "short_day": short_day, "full_date": full_date}.get(
        form, clock
    )(instant)
    return format_html('<time datetime="{}">{}</time>', dates.local(instant).isoformat(), shown)


@register.filter
def focus_id(field: BoundField) -> str:
    """Return the id of the field's first control that takes the focus, for the error summary's links."""
    choices = field.subwidgets
    if field.use_fieldset and choices:
        data: dict[str, Any] = choices[0].data
        nested = data.get("subwidgets")
        attrs = nested[0]["attrs"] if nested else data.get("attrs", {})
        return str(attrs.get("id") or field.auto_id)
    return field.id_for_label or field.auto_id


@register.simple_tag
def address(name: str, *args: Any, **kwargs: Any) -> str:
    """Like {% url %}, but empty for a page that does not exist."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("parts/_live.html", takes_context=True)
def live_updates(context: Context, topics: str, renew: str, part: str = "") -> dict[str, Any]:
    """Let elements with data-live="topic" hear "live" when it changed. `renew`: who gives new tickets.

    `part`: where anybody gets what changes on this page; it is then sent to the page itself.
    """
    request = context["request"]
    ticket = ""
    if settings.LIVE_URL:
        session = request.session.session_key or ""
        shared = live.StreamPart(part, get_language() or "fi") if part else None
        ticket = live.new_ticket(
            *topics.split(), session=session, read=request.META[live.BEGUN], part=shared
        )
    return {
        "address": settings.LIVE_URL,
        "ticket": ticket,
        "renew": renew,
    }


@register.simple_tag(takes_context=True)
def session_left(context: Context) -> int | str:
    """Return the seconds until the sign-in ends; empty where that is not known."""
    left = seconds_left(context["request"].session)
    return "" if left is None else left


@register.inclusion_tag("parts/_staff_navigation.html", takes_context=True)
def staff_navigation(context: Context) -> dict[str, Any]:
    """Draw the left navigation by role; figures come from the context's `counters`, marked by key."""
    request = context.get("request")
    roles = getattr(getattr(request, "user", None), "roles", [])
    sections = sections_for(roles)
    pages = [page for _, pages in sections for page in pages]
    counters = context.get("counters") or {}
    return {
        "sections": [
            (section, [(page, counters.get(page.counter)) for page in pages])
            for section, pages in sections
        ],
        "current": current_path(request.path, pages) if request else "",
    }
