"""What the office's views share: save, or first show the bookings that a change hits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.hours_impact import OrphanedBooking
from office.core import clock
from office.models import Professional
from office.staff.permissions import StaffRequest
from office.ui.forms import OfficeForm

Save = Callable[[str], Sequence[OrphanedBooking]]


def posted(request: StaffRequest) -> MultiValueDict[str, str] | None:
    """Return what a form is bound to: also an empty post is one."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True)
class FormPage:
    """A page with one form: its title, where one goes back to, what the message says when it is done."""

    title: str | Promise
    back: str
    back_name: str | Promise
    done: str | Promise
    button: str | Promise = ""
    lead: str | Promise = ""
    about: str = ""
    danger: bool = False
    # What is hit stays as it is, and the secretary gets no work of it.
    hits_stay: bool = False
    # Other things to do with what the form is about: address, icon, words.
    others: Sequence[tuple[str, str, str]] = ()
    # What stands below the form, made already.
    below: SafeString | None = None


def form_page(request: StaffRequest, page: FormPage, form: OfficeForm, save: Save) -> HttpResponse:
    """Show `form`; when posted, `save` it, after the bookings that it hits were looked at.

    `save` gets the fingerprint of the hits that were shown. The preview carries what was written
    along, and "back to the form" gives it back. With ?start in its address it leads back to the list of
    what a new unit sets up.
    """
    if "start" in request.GET:
        page = replace(page, back=reverse("office:start"), back_name=_("Getting started"))
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        try:
            hits = save(request.POST.get("seen", ""))
        except ValidationError as error:
            form.take_errors(error)
        except BookingsHitError as error:
            return _preview(request, page, error.hits)
        else:
            messages.success(request, str(page.done))
            note_handed_over(request, hits)
            return redirect(page.back)
    return render(request, "office/form.html", {"page": page, "form": form})


def _preview(request: StaffRequest, page: FormPage, hits: list[OrphanedBooking]) -> HttpResponse:
    rows = hit_rows(hits)
    return render(
        request,
        "office/hits.html",
        {
            "page": page,
            "rows": rows,
            "count": len(rows),
            "carried": carried(request),
            "seen": fingerprint(hits),
            "changed": bool(request.POST.get("seen")),
        },
    )


def hit_rows(hits: Sequence[OrphanedBooking]) -> list[dict[str, Any]]:
    """Return the bookings that are hit, each once, with the names of those who lose their hours."""
    names = dict(
        Professional.objects.filter(pk__in={hit.professional for hit in hits}).values_list(
            "pk", "name"
        )
    )
    rows: dict[int, dict[str, Any]] = {}
    for hit in hits:
        row = rows.setdefault(
            hit.claim, {"label": hit.label, "start": hit.start, "end": hit.end, "names": []}
        )
        if hit.professional in names:
            row["names"].append(names[hit.professional])
    return sorted(rows.values(), key=lambda row: row["start"])


def carried(request: StaffRequest) -> list[tuple[str, str]]:
    """Return what was written, for the preview to carry along."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "seen", "agreed", "again")
        for value in values
    ]


def note_handed_over(request: StaffRequest, hits: Sequence[OrphanedBooking]) -> None:
    """Say how many bookings are now the secretary's work."""
    count = len({hit.claim for hit in hits})
    if count:
        messages.warning(
            request,
            ngettext(
                "%(count)d booking was handed to the secretary.",
                "%(count)d bookings were handed to the secretary.",
                count,
            )
            % {"count": count},
        )


def plain(action: Callable[[], object]) -> Save:
    """Make a save that cannot hit any booking."""

    def save(seen: str) -> list[OrphanedBooking]:
        action()
        return []

    return save


def language() -> str:
    return get_language() or "fi"


def week_asked(request: StaffRequest, otherwise: date | None = None) -> date:
    """Return the Monday of the week in ?week=2026-08-03; if unreadable, `otherwise` or this week's."""
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
        monday = clock.monday_of(asked)
        # One can still step a week from it, and name its days.
        if not 2000 <= monday.year <= 2100:
            raise ValueError
    except (ValueError, OverflowError):
        return otherwise or clock.monday_of(clock.today())
    return monday


def week_steps(monday: date) -> dict[str, date]:
    """Return the weeks before and after, and this one."""
    return {
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "this": clock.monday_of(clock.today()),
    }
