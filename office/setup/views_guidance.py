"""The library of guidance: links, and the situations that they fit."""

from collections.abc import Sequence

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.calendar.hours_impact import Hit
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import GuidanceLink, GuidanceSituation
from office.setup.forms_guidance import GuidanceLinkForm, GuidanceSituationForm
from office.setup.guidance import save_link
from office.staff.permissions import StaffRequest, manager
from office.ui.pages import Page, form_page, plain, posted

LANGUAGES = ("fi", "sv", "en")


@require_GET
@manager
def listing(request: StaffRequest) -> HttpResponse:
    links = GuidanceLink.objects.prefetch_related("situations", "services").order_by(
        "-is_active", "order", "pk"
    )
    rows = [(link, [code for code in LANGUAGES if getattr(link, f"url_{code}")]) for link in links]
    return render(request, "office/setup/guidance.html", {"rows": rows})


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
    page = Page(
        title=title,
        about=link.title or "",
        back=reverse("office:guidance"),
        back_name=_("Guidance"),
        done=done,
    )
    form = GuidanceLinkForm(posted(request), instance=link)

    def save(seen: str) -> Sequence[Hit]:
        form.take_checked()
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
    return render(request, "office/setup/situations.html", {"rows": rows})


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
    page = Page(
        title=title,
        about=situation.name or "",
        back=reverse("office:situations"),
        back_name=_("Situations"),
        done=done,
    )
    form = GuidanceSituationForm(posted(request), instance=situation)
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))
