"""Plan evenings, change and publish them; the kinds of evenings."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evenings.afterwards.attendance import may_count
from evenings.models import Evening, EveningKind, EveningStatus
from evenings.planning import actions, queries
from evenings.planning.errors import PlanningError
from evenings.planning.form_fields import initial_hours
from evenings.staff_pages.acting import (
    as_validation_error,
    evening_lead,
    evening_staff,
    sent_version,
    try_planning,
)
from evenings.staff_pages.forms import (
    EditForm,
    KindForm,
    PlanForm,
    initial_facts,
    initial_whereabouts,
)
from evenings.staff_pages.presenters import (
    history_steps,
    languages_label,
    staff_row,
    staff_rows,
)
from office.core import clock, dates, typed
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.staff.permissions import StaffRequest, may_open
from office.ui.pages import FormPage, form_page, plain, posted

LISTED, LISTED_PAST = 60, 30


def evening_or_404(pk: int) -> Evening:
    return get_object_or_404(queries.for_staff(), pk=pk)


@require_safe
@evening_staff
def listing(request: StaffRequest) -> HttpResponse:
    """List the evenings to come, or those of one day; the past ones below. `?all=1`: however many."""
    day = typed.read_day(request.GET.get("day", ""), clock.today())
    rows, past = queries.to_come(), queries.past()
    if day is not None:
        start, end = clock.day_bounds(day, day)
        rows = queries.for_staff().filter(starts_at__lt=end, ends_at__gt=start)
    count = rows.count()
    found = staff_rows(rows if day or "all" in request.GET else rows[:LISTED])
    context = {
        "count": count,
        "has_more": count > len(found),
        "rows": found,
        "day": day,
        "past": [] if day else staff_rows(past[:LISTED_PAST]),
        "has_planned": any(row.evening.is_planned for row in found),
        "may_lead": may_open(request.user, reverse("evening_desk:kinds")),
        "may_see_figures": may_open(request.user, reverse("evening_desk:figures")),
    }
    return render(request, "evenings/staff_pages/list.html", context)


@require_safe
@evening_staff
def one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one evening with what can be done with it. No client's data is on it."""
    evening = evening_or_404(pk)
    now = clock.now()
    context = {
        "evening": evening,
        "row": staff_row(evening),
        "languages": languages_label(evening),
        "steps": history_steps(evening),
        "may_change": evening.is_ahead(now),
        "may_count": may_count(evening),
        "materials": list(evening.materials.all()),
        "given": list(evening.given_materials.select_related("organisation")),
    }
    return render(request, "evenings/staff_pages/one.html", context)


def _back(evening: Evening) -> dict[str, Any]:
    return {"back": queries.page_of(evening), "back_name": evening.kind.title}


@get_or_post
@evening_staff
def add(request: StaffRequest) -> HttpResponse:
    """Plan an evening or a series; `?like=` begins with what another one says."""
    if not EveningKind.objects.filter(is_active=True).exists():
        messages.info(request, _("Write first what the evenings are about."))
        return redirect("evening_desk:kind_add")
    like = request.GET.get("like", "")
    source = evening_or_404(int(like[:9])) if like.isdecimal() else None
    initial = (
        {**initial_facts(source), **initial_whereabouts(source), **initial_hours(source)}
        if source
        else {"languages": ["fi"]}
    )
    form = PlanForm(posted(request), initial=initial)

    def save() -> None:
        try:
            actions.plan_evenings(form.drafts(), form.holders(), user=request.user)
        except PlanningError as error:
            raise as_validation_error(error) from error

    page = FormPage(
        title=_("Plan evenings"),
        lead=_("Nobody sees an evening before you publish it."),
        back=reverse("evening_desk:list"),
        back_name=_("Evenings"),
        done=_("Planned. Check them and publish them."),
        button=_("Plan"),
    )
    return form_page(request, page, form, plain(save))


@get_or_post
@evening_staff
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what the evening says, its size and who holds it."""
    evening = evening_or_404(pk)
    form = EditForm(posted(request), initial=initial_facts(evening), kinds=[evening.kind_id])

    def save() -> None:
        try:
            actions.change_evening(
                evening.pk,
                form.facts(evening.starts_at),
                form.holders(),
                user=request.user,
                version=form.cleaned_data["version"],
            )
        except PlanningError as error:
            raise as_validation_error(error) from error

    page = FormPage(
        title=_("Change the evening"),
        about=staff_row(evening).when,
        lead=_("Nobody is told of these changes. Time and place are changed under “Move”."),
        done=_("The evening was changed."),
        **_back(evening),
    )
    return form_page(request, page, form, plain(save))


@require_POST
@evening_staff
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the evening to everybody."""
    evening = evening_or_404(pk)
    version = sent_version(request)
    try_planning(
        request,
        lambda: actions.publish(evening.pk, user=request.user, version=version),
        _("The evening is on the public page."),
    )
    return redirect("evening_desk:one", evening.pk)


@require_POST
@evening_staff
def publish_all(request: StaffRequest) -> HttpResponse:
    """Publish the chosen ones; what cannot be published is said, and the rest is."""
    chosen = [int(text) for text in request.POST.getlist("evening") if text.isdecimal()][:50]
    for evening in queries.to_come().filter(pk__in=chosen, status=EveningStatus.PLANNED):
        when = dates.short_day(evening.starts_at, get_language())
        try_planning(
            request,
            partial(actions.publish, evening.pk, user=request.user, version=evening.version),
            _("%(when)s: the evening is on the public page.") % {"when": when},
            about=when,
        )
    return redirect("evening_desk:list")


@require_safe
@evening_lead
def kinds(request: StaffRequest) -> HttpResponse:
    """List what evenings are about."""
    return render(
        request,
        "evenings/staff_pages/kinds.html",
        {"kinds": EveningKind.objects.order_by("order", "pk")},
    )


def _kind_page(request: StaffRequest, kind: EveningKind | None, title: str) -> HttpResponse:
    form = KindForm(posted(request), instance=kind)
    page = FormPage(
        title=title,
        back=reverse("evening_desk:kinds"),
        back_name=_("What evenings are about"),
        done=_("Saved. The public page shows it."),
    )
    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@evening_lead
def kind_add(request: StaffRequest) -> HttpResponse:
    return _kind_page(request, None, _("A new kind of evening"))


@get_or_post
@evening_lead
def kind_edit(request: StaffRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(EveningKind, pk=pk)
    return _kind_page(request, kind, kind.title)
