"""What a posted code opens: choosing a time and giving one's details, then one's own page."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.availability.allocation import JustTakenError
from bookings.availability.codec import parse_slot, slot_value
from bookings.availability.search import find
from bookings.availability.slots import Slot
from bookings.cases import invitations
from bookings.cases.forms import InvitedForm
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.references import invitation_code
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import CasePerson, Party
from bookings.notifications.notify import named_in_notice
from bookings.public.forms import party_details
from bookings.public.secret_links import in_language, invalid_link
from bookings.public.times import TimesPage, times_page
from bookings.self_service.personal_links import token_of
from office.core import clock
from office.core.http import get_or_post, unlisted
from office.models import Channel, ServicePoint, Unit
from office.staff.audience import by_link
from office.staff.rate_limits import TooManyTriesError

View = Callable[[HttpRequest, CasePerson], HttpResponse]


def invited(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give the view the person whose invitation this is, in their language; nothing is kept or indexed.

    Who comes to a visit already is led to their page of it.
    """

    @by_link
    @wraps(view)
    def run(request: HttpRequest, token: str) -> HttpResponse:
        person = invitations.person_of_token(token)
        if person is None:
            return invalid_link(request)
        party = invitations.booked_with(person, request.POST.get("key", ""))
        party = party or invitations.party_of(person)
        if party is not None:
            return _to_own_page(party)
        page = view if invitations.may_choose(person) else _call_us
        return unlisted(in_language(request, person.language, lambda: page(request, person)))

    return run


def _call_us(request: HttpRequest, person: CasePerson) -> HttpResponse:
    """Ask to call: the time is agreed on the phone, or the matter is closed."""
    return render(
        request,
        "bookings/cases/call_us.html",
        {"is_open": person.case.is_open, "code": invitation_code(person.nonce)},
    )


def _to_own_page(party: Party) -> HttpResponse:
    return redirect("public:appointment", token_of(party))


@get_or_post
@invited
def times(request: HttpRequest, person: CasePerson) -> HttpResponse:
    """Choose a time for the visit."""
    slot = parse_slot(request.POST.get("slot", ""))
    if slot is not None:
        address = reverse("public:invitation_details", args=[invitations.token_of(person)])
        return redirect(f"{address}?{urlencode({'slot': slot_value(slot)})}")
    return _times(request, person, error=request.method == "POST")


def _times(
    request: HttpRequest,
    person: CasePerson,
    *,
    near: list[Slot] | None = None,
    error: bool = False,
) -> HttpResponse:
    unit, today = Unit.get(), clock.today()
    wish = invitations.wish_of(person.case)
    points = ServicePoint.objects.in_use() if wish.channel == Channel.IN_PERSON else ()
    names = {point.pk: str(point.name) for point in points}
    last_day = today + timedelta(weeks=unit.horizon_weeks)

    def page(slots: list[Slot]) -> TimesPage:
        return times_page(
            slots,
            point_names=names,
            today=today,
            last_day=last_day,
            week=request.GET.get("week", ""),
            month=request.GET.get("month", ""),
        )

    return render(
        request,
        "bookings/cases/times.html",
        {
            "times": page(find(wish, unit).slots),
            "near": page(near).first_free if near else [],
            "taken": near is not None,
            "error": error,
            "minutes": person.case.service.duration,
            "token": invitations.token_of(person),
            "source": named_in_notice(),
            "authority": person.case.get_started_by_display(),
        },
        status=409 if near is not None else 400 if error else 200,
    )


@get_or_post
@invited
def details(request: HttpRequest, person: CasePerson) -> HttpResponse:
    """Take the invited person's own details and book the time; sent twice, it books once."""
    data = request.POST if request.method == "POST" else None
    slot = parse_slot((data or request.GET).get("slot", ""))
    if slot is None:
        return redirect("public:invitation", invitations.token_of(person))
    channel = invitations.wish_of(person.case).channel
    language = person.language or get_language()
    form = InvitedForm(
        data,
        by_phone=channel == Channel.PHONE,
        initial={"slot": slot_value(slot), "key": uuid.uuid4(), "language": language},
    )
    form.ask_for_channel(channel)
    if data is not None and form.is_valid():
        try:
            party = invitations.book_by_code(
                person.pk,
                slot,
                party_details(form.cleaned_data),
                unit=Unit.get(),
                made_from=form.cleaned_data["key"],
            )
        except JustTakenError as error:
            return _times(request, person, near=list(error.near))
        except NoNumberError as error:
            form.add_error(None, error.sentence)
        except NotPossibleError:
            messages.warning(
                request,
                _(
                    "This could not be done, because something has changed. "
                    "Below you see how it is now."
                ),
            )
            return redirect("public:invitation", invitations.token_of(person))
        except TooManyTriesError as error:
            return render(
                request, "bookings/personal/too_many.html", {"until": error.until}, status=429
            )
        else:
            messages.success(
                request,
                _(
                    "Your time is booked. This page is yours alone: save its address. We have also "
                    "sent it to you, if you allowed messages."
                ),
            )
            return _to_own_page(party)
    return render(
        request,
        "bookings/cases/details.html",
        {
            "form": form,
            "start": slot.start,
            "point": ServicePoint.objects.filter(pk=slot.point).first()
            if channel == Channel.IN_PERSON
            else None,
            "token": invitations.token_of(person),
        },
        status=422 if data is not None else 200,
    )
