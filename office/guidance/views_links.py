"""The library of guidance: links, and the situations that they fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.calendar.hours_impact import OrphanedBooking
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.guidance.forms_links import GuidanceLinkForm, GuidanceSituationForm
from office.guidance.link_checks import addresses, ask_check
from office.guidance.links import save_link
from office.models import GuidanceLink, GuidanceSituation, LinkCheck
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import FormPage, form_page, plain, posted


@dataclass(frozen=True)
class LinkRow:
    """A link as the table has it. `found`: what the machine check found amiss, address by address."""

    link: GuidanceLink
    languages: list[str]
    found: list[LinkCheck]
    machine_checked_at: datetime | None


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    links = (
        GuidanceLink.objects.select_related("owner")
        .prefetch_related("situations", "services", "checks")
        .order_by("-is_active", "order", "pk")
    )
    return render(request, "office/guidance/links.html", {"rows": [_row(link) for link in links]})


def _row(link: GuidanceLink) -> LinkRow:
    urls = dict(addresses(link))
    checks = [check for check in link.checks.all() if urls.get(check.language) == check.url]
    return LinkRow(
        link,
        list(urls),
        [check for check in checks if check.finding],
        max((check.checked_at for check in checks), default=None),
    )


@require_POST
@manager
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """Have the machine look at the link's addresses now."""
    link = get_object_or_404(GuidanceLink, pk=pk)
    ask_check(link.pk)
    messages.success(request, _("The addresses are being checked. See the result in a minute."))
    return redirect("office:guidance")


@get_or_post
@manager
def add(request: StaffRequest) -> HttpResponse:
    return _link_page(request, GuidanceLink(), _("Add a link"), _("The link was added."))


@get_or_post
@manager
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(GuidanceLink, pk=pk)
    return _link_page(request, link, _("Change a link"), _("The link was saved."))


def _link_page(request: StaffRequest, link: GuidanceLink, title: str, done: str) -> HttpResponse:
    page = FormPage(
        title=title,
        about=link.title or "",
        back=reverse("office:guidance"),
        back_name=_("Guidance"),
        done=done,
    )
    form = GuidanceLinkForm(posted(request), instance=link)

    def save(seen: str) -> Sequence[OrphanedBooking]:
        form.take_checked(request.user)
        save_link(
            form.instance,
            situations=form.cleaned_data["situations"],
            services=form.cleaned_data["services"],
        )
        return []

    return form_page(request, page, form, save)


@require_GET
@manager
def situations(request: StaffRequest) -> HttpResponse:
    rows = GuidanceSituation.objects.annotate(
        count=Count("links", filter=Q(links__is_active=True))
    ).order_by("-is_active", "order", "pk")
    return render(request, "office/guidance/situations.html", {"rows": rows})


@get_or_post
@manager
def situation_add(request: StaffRequest) -> HttpResponse:
    return _situation_page(
        request, GuidanceSituation(), _("Add a situation"), _("The situation was added.")
    )


@get_or_post
@manager
def situation_edit(request: StaffRequest, pk: int) -> HttpResponse:
    situation = get_object_or_404(GuidanceSituation, pk=pk)
    return _situation_page(
        request, situation, _("Change a situation"), _("The situation was saved.")
    )


def _situation_page(
    request: StaffRequest, situation: GuidanceSituation, title: str, done: str
) -> HttpResponse:
    page = FormPage(
        title=title,
        about=situation.name or "",
        back=reverse("office:situations"),
        back_name=_("Situations"),
        done=done,
    )
    form = GuidanceSituationForm(posted(request), instance=situation)
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
