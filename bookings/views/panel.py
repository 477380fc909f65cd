"""Booking with somebody on the line: times, parties and all on one page."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import calls, separate
from bookings.callers import Caller, callers, found_one
from bookings.choosing import JustTakenError
from bookings.forms.panel import PanelPartyForm
from bookings.models import Appointment, CallOutcome, OtherParent
from bookings.phone_booking import Booked, book, book_other
from bookings.presenters.staff import short_when
from bookings.presenters.staff_request import told_of
from bookings.recording import NotPossibleError
from bookings.references import invitation_code
from bookings.separate import TooCloseError
from bookings.undo import remember, undoably
from bookings.views.desk import secretary
from bookings.views.desk_act import say_whom_to_call
from bookings.views.desk_card import one
from bookings.views.panel_page import CALLER, OTHER, Panel
from office.access_log import note_access
from office.limits import TooManyTriesError, count_try
from office.permissions import StaffRequest

FOUND_AT_MOST = 5
SEARCHES_A_MINUTE = 120
LETTERS_AT_LEAST = 3


@require_http_methods(["GET", "HEAD", "POST"])
@secretary
def panel(request: StaffRequest) -> HttpResponse:
    """The page; what is posted without `do=book` only shows it again, with what was typed."""
    page = Panel(request, _first(request))
    if request.POST.get("do") == "book":
        return _book(request, page)
    who, _dot, pk = request.POST.get("take", "").partition(".")
    if who in (CALLER, OTHER) and pk.isdecimal():
        return _take(request, page, who, int(pk))
    find = request.POST.get("find", "")
    found = {f"found_{find}": _found(request, find)} if find in (CALLER, OTHER) else None
    return _page(request, page, more=found)


def _page(
    request: StaffRequest,
    page: Panel,
    *,
    status: int = 200,
    more: dict[str, list[Caller] | None] | None = None,
) -> HttpResponse:
    context = {**page.context(), "found_caller": None, "found_other": None, **(more or {})}
    return render(request, "bookings/panel/panel.html", context, status=status)


def _first(request: StaffRequest) -> Appointment | None:
    """The visit beside which the other parent's own is booked, where the address names one."""
    reference = request.POST.get("for", "") or request.GET.get("for", "")
    if not reference:
        return None
    first = one(reference)
    note_access(request.user, first.reference, action="read", reason="booking")
    return first


def _book(request: StaffRequest, page: Panel) -> HttpResponse:
    booking = page.booking()
    if booking is None:
        return _page(request, page, status=422)
    user, unit = request.user, page.unit
    try:
        if page.first is None:
            booked, undoable = undoably(
                lambda: book(booking, user=user, unit=unit, made_from=page.key),
                what="booked",
                user=user,
                made=_made,
            )
            remember(request.session, undoable)
        else:
            booked = book_other(
                booking,
                first=page.first,
                agreed=page.rest.cleaned_data["agreed"],
                user=user,
                unit=unit,
                made_from=page.key,
            )
    except JustTakenError as error:
        page.near = error.near or None
        near = ", ".join(short_when(slot.start) for slot in error.near)
        page.errors.append(
            _("That time was just taken, and nothing is booked. Near it are free: %(times)s.")
            % {"times": near}
            if near
            else _("That time was just taken, and nothing is booked. Choose another one.")
        )
        return _page(request, page, status=409)
    except TooCloseError as error:
        page.errors.append(error.said)
        return _page(request, page, status=409)
    except NotPossibleError:
        page.errors.append(
            _(
                "The other parent’s own visit cannot be booked: it is arranged already, or not needed."
            )
        )
        return _page(request, page, status=409)
    return _booked(request, booked)


def _made(booked: Booked) -> list[Appointment]:
    """What this press has made; nothing where an earlier one of the same form did."""
    return [] if booked.before else [a for a in (booked.appointment, booked.other) if a]


def _booked(request: StaffRequest, booked: Booked) -> HttpResponse:
    if booked.before:
        messages.info(
            request,
            _("%(code)s was booked already. Nothing more was booked.")
            % {"code": booked.appointment.reference},
        )
    else:
        calls.note_outcome(request.user, CallOutcome.BOOKED, appointment=booked.appointment)
        say_whom_to_call(request, booked.unreached)
    return redirect("staff:booked", reference=booked.appointment.reference)


@require_safe
@secretary
def booked(request: StaffRequest, reference: str) -> HttpResponse:
    """What was booked, what to read out, and who is told how."""
    appointment = one(reference)
    other = separate.other_visit(appointment)
    visits = [visit for visit in (appointment, other) if visit is not None]
    note_access(request.user, [v.reference for v in visits], action="read", reason="booking")
    invited = (
        appointment.parties.filter(is_requester=False, name="").first()
        if appointment.other_parent == OtherParent.PASS_ON
        else None
    )
    return render(
        request,
        "bookings/panel/booked.html",
        {
            "visits": [(visit, _staff(visit), _told(visit)) for visit in visits],
            "code": invitation_code(invited.link_nonce) if invited else "",
            "is_left": separate.may_arrange(appointment)
            or appointment.other_parent == OtherParent.UNIT,
        },
    )


def _staff(appointment: Appointment) -> list[str]:
    return list(appointment.professionals.order_by("duties__pk").values_list("name", flat=True))


def _told(appointment: Appointment) -> list[object]:
    parties = list(appointment.parties.who_come())
    for party in parties:
        party.appointment = appointment
    return [told_of(party) for party in parties]


@require_POST
@secretary
def times(request: StaffRequest) -> HttpResponse:
    """The next fitting times alone, asked for as the choices change."""
    context = Panel(request, _first(request)).context() | {"is_part": True}
    return render(request, "bookings/panel/_times.html", context)


@require_POST
@secretary
def other_times(request: StaffRequest) -> HttpResponse:
    """The times for the other parent's own visit alone."""
    return render(request, "bookings/panel/_other_times.html", Panel(request).context())


@require_POST
@secretary
def find_caller(request: StaffRequest) -> HttpResponse:
    """Whom the typed name or number may mean, while it is typed."""
    who = request.POST.get("who", CALLER)
    if who not in (CALLER, OTHER):
        raise Http404
    context = {"found": _found(request, who), "who": who}
    return render(request, "bookings/panel/_found.html", context)


def _found(request: StaffRequest, who: str) -> list[Caller] | None:
    """Found by number first, as the surer one, then by name; None where too little is typed."""
    typed = [request.POST.get(f"{who}-{name}", "").strip() for name in ("phone", "name")]
    if not any(len(text) >= LETTERS_AT_LEAST for text in typed):
        return None
    every = timedelta(minutes=1)
    try:
        count_try("callers", str(request.user.pk), limit=SEARCHES_A_MINUTE, every=every)
    except TooManyTriesError:
        return []
    found: dict[int, Caller] = {}
    for text in typed:
        for caller in callers(text, FOUND_AT_MOST):
            found.setdefault(caller.party.pk, caller)
    shown = list(found.values())[:FOUND_AT_MOST]
    references = {caller.party.appointment.reference for caller in shown}
    note_access(request.user, references, action="search", reason="booking")
    return shown


def _take(request: StaffRequest, page: Panel, who: str, pk: int) -> HttpResponse:
    """Fill a found person's own details in; the other parent's are never among them."""
    found = found_one(pk)
    if found is None:
        raise Http404
    reference = found.party.appointment.reference
    note_access(request.user, reference, action="read", reason="booking")
    values = PanelPartyForm.values_of(found.party, is_own=found.is_own)
    form = PanelPartyForm(prefix=who, initial=values)
    setattr(page, who, form)
    if request.headers.get("HX-Request"):
        context = {
            **page.context(),
            "party_form": form,
            "who": who,
            "is_own": found.is_own,
            "found": None,
        }
        return render(request, "bookings/panel/_person.html", context)
    return _page(request, page)
