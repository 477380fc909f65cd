"""What a partner needs who holds a published evening: the list for the door, a count, what to read."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evenings.afterwards.attendance import count_those_who_came, typed_count
from evenings.models import Evening, EveningStatus, GivenMaterial, OrganiserLink
from evenings.partner_pages.forms import GivenMaterialForm
from evenings.partner_pages.presenters import partner_rows
from evenings.partner_pages.views import PAST, SENDINGS_AN_HOUR, with_link
from evenings.partners.links import evenings_of
from evenings.planning.door import door_list, is_near
from evenings.planning.errors import PlanningError
from office.core import clock
from office.core.http import get_or_post
from office.core.once import one_at_a_time
from office.models import PartnerOrganisation
from office.staff.rate_limits import TooManyTriesError, count_try


def _held(link: OrganiserLink, pk: int) -> Evening:
    """Return a published evening of the partner's, or raise 404."""
    theirs = evenings_of(link.organisation, clock.now() - PAST)
    return get_object_or_404(theirs.filter(status=EveningStatus.PUBLISHED), pk=pk)


@require_safe
@with_link
def door(request: HttpRequest, link: OrganiserLink, pk: int) -> HttpResponse:
    """Show the list for the door, to print. Not long before: until then people may change their minds."""
    evening = _held(link, pk)
    if not is_near(evening):
        messages.info(
            request, _("The list for the door is here from the day before until the day after.")
        )
        return redirect("evening_partner:page", link.token)
    (row,) = partner_rows([evening], organisation=link.organisation)
    context = {"link": link, "token": link.token, "row": row, "door": door_list(evening)}
    return render(request, "evenings/partner_pages/door.html", context)


@require_POST
@with_link
def count(request: HttpRequest, link: OrganiserLink, pk: int) -> HttpResponse:
    """Note how many came."""
    evening = _held(link, pk)
    people = typed_count(request.POST.get("people", ""))
    if people is None:
        messages.error(request, _("Write how many came, as a number."))
        return redirect("evening_partner:page", link.token)
    try:
        hour = timedelta(hours=1)
        count_try("evening partner", str(link.pk), limit=SENDINGS_AN_HOUR, every=hour)
        count_those_who_came(evening.pk, people, user=None)
    except TooManyTriesError:
        messages.error(request, _("Too much was sent in an hour. Try again later."))
    except PlanningError as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(request, _("Noted."))
    return redirect("evening_partner:page", link.token)


@get_or_post
@with_link
def material(request: HttpRequest, link: OrganiserLink, pk: int) -> HttpResponse:
    """Give something to read after the evening. The unit, which answers for it, releases it."""
    evening = _held(link, pk)
    form = GivenMaterialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            hour = timedelta(hours=1)
            count_try("evening partner", str(link.pk), limit=SENDINGS_AN_HOUR, every=hour)
        except TooManyTriesError:
            form.add_error(None, _("Too much was sent in an hour. Try again later."))
        else:
            _give(evening, link.organisation, **form.cleaned_data)
            messages.success(request, _("Sent. The unit reads it and releases it."))
            return redirect("evening_partner:page", link.token)
    (row,) = partner_rows([evening], organisation=link.organisation)
    context = {"link": link, "token": link.token, "row": row, "form": form}
    status = 422 if form.errors else 200
    return render(request, "evenings/partner_pages/material.html", context, status=status)


@transaction.atomic
def _give(evening: Evening, organisation: PartnerOrganisation, **material: str) -> None:
    """Keep what a partner gives; the same sent twice is kept once."""
    one_at_a_time(f"given-material-{evening.pk}")
    GivenMaterial.objects.get_or_create(
        evening=evening, organisation=organisation, **material, defaults={"given_at": clock.now()}
    )
