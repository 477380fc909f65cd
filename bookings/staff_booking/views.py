"""Booking with somebody on the line: times, parties and all on one page."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.appointments import occasions, separate_visits
from bookings.appointments.occasions import Occasion
from bookings.appointments.separate_visits import TooCloseError
from bookings.appointments.staff_booking import Booked, book, book_other, booked_before
from bookings.appointments.undo import remember, undoably
from bookings.availability.allocation import JustTakenError
from bookings.desk_kit.act import say_whom_to_call
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.labels import short_when
from bookings.desk_kit.recipients import recipients_of
from bookings.lifecycle.contact_consent import AskFirstError
from bookings.lifecycle.phone_visits import NoNumberError
from bookings.lifecycle.references import invitation_code
from bookings.lifecycle.transitions import NotPossibleError
from bookings.models import Appointment, CallOutcome, OtherParent, Party, Status
from bookings.notifications import letters
from bookings.parties import conflicts
from bookings.parties.records import link_path
from bookings.parties.search import Caller, callers, found_one
from bookings.phone import calls
from bookings.staff_booking.forms import PanelPartyForm
from bookings.staff_booking.panel import CALLER, OTHER, Panel
from bookings.visibility import Reader
from office.core import clock
from office.core.own_codes import own_code
from office.core.qr import code as qr_code
from office.models import Professional, Role, Unit, User
from office.staff.access_log import note_access
from office.staff.permissions import BOOKS, StaffRequest, role_required, secretary
from office.staff.rate_limits import TooManyTriesError, count_try

books = role_required(*BOOKS)
FOUND_AT_MOST = 5
SEARCHES_A_MINUTE = 120
LETTERS_AT_LEAST = 3


@require_http_methods(["GET", "HEAD", "POST"])
@books
def panel(request: StaffRequest) -> HttpResponse:
    """The page; what is posted without `do=book` only shows it again, with what was typed."""
    first, refused, occasion = _first(request), "", None
    try:
        occasion = occasions.named(request.user, request.POST or request.GET)
    except occasions.RefusedError as error:
        refused = error.said
    page = _panel(request, first, occasion)
    if refused:
        return _refused(request, page, refused)
    if request.POST.get("do") == "book":
        return _book(request, page)
    who, _dot, pk = request.POST.get("take", "").partition(".")
    if who in (CALLER, OTHER) and pk.isdecimal():
        _may_search(request)
        return _take(request, page, who, int(pk))
    find = request.POST.get("find", "")
    if find:
        _may_search(request)
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
    return render(request, "bookings/staff_booking/panel.html", context, status=status)


def _panel(
    request: StaffRequest, first: Appointment | None = None, occasion: Occasion | None = None
) -> Panel:
    is_secretary = request.user.has_role(Role.SECRETARY)
    return Panel(request, first, occasion=occasion, for_secretary=is_secretary)


def _may_search(request: StaffRequest) -> None:
    """People who have been here are looked for by secretaries alone."""
    if not request.user.has_role(Role.SECRETARY):
        raise PermissionDenied


def _refused(request: StaffRequest, page: Panel, said: str) -> HttpResponse:
    """What it was to be booked on is over or a colleague's: nothing is booked, all that was typed stays.

    A form that was sent twice leads to what its first sending has booked.
    """
    made = booked_before(page.key) if request.method == "POST" else None
    if made is not None and request.POST.get("do") == "book":
        return _booked(request, made)
    page.errors.append(said)
    return _page(request, page, status=409)


def _first(request: StaffRequest) -> Appointment | None:
    """The visit beside which the other parent's own is booked, where the address names one."""
    reference = request.POST.get("for", "") or request.GET.get("for", "")
    if not reference:
        return None
    # The other parent's details are shown there.
    _may_search(request)
    first = appointment_or_404(reference)
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
                lambda: book(
                    booking, user=user, unit=unit, made_from=page.key, occasion=page.occasion
                ),
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
    except occasions.RefusedError as error:
        return _refused(request, page, error.said)
    except (TooCloseError, AskFirstError, NoNumberError) as error:
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


def _just_booked(request: StaffRequest, reference: str) -> Appointment:
    """A booking; others than secretaries see those that they have made today. Otherwise 404."""
    appointment = appointment_or_404(reference, as_reader(request.user))
    if appointment.starts_at is None or not _may_see(request.user, appointment):
        # A request that has no time yet: nobody has booked it.
        raise Http404
    return appointment


def as_reader(user: User) -> Reader:
    """What others than secretaries read of a booking is what they have written themselves."""
    return Reader.SECRETARY if user.has_role(Role.SECRETARY) else Reader.BOOKER


def _may_see(user: User, appointment: Appointment) -> bool:
    """The secretary sees every booking; others see their own, on its day only."""
    since = clock.day_bounds(clock.today(), clock.today())[0]
    mine = Appointment.objects.booked_by(user, since).filter(pk=appointment.pk)
    own = Professional.objects.filter(user=user).first()
    if appointment.pk in conflicts.barred_to(own):
        return False
    return user.has_role(Role.SECRETARY) or mine.exists()


@require_safe
@books
def booked(request: StaffRequest, reference: str) -> HttpResponse:
    """What was booked, what to read out, and who is told how."""
    appointment = _just_booked(request, reference)
    other = separate_visits.other_visit(appointment)
    # The other parent's own visit may be the secretary's booking, of which this user knows nothing.
    may_see_other = other is not None and _may_see(request.user, other)
    visits = [appointment, other] if other is not None and may_see_other else [appointment]
    note_access(request.user, [v.reference for v in visits], action="read", reason="booking")
    invited = (
        appointment.parties.filter(is_requester=False, name="").first()
        if appointment.other_parent == OtherParent.PASS_ON
        else None
    )
    return render(
        request,
        "bookings/staff_booking/booked.html",
        {
            "visits": [
                (visit, _staff(visit), _told(visit, as_reader(request.user))) for visit in visits
            ],
            "code": invitation_code(invited.link_nonce) if invited else "",
            "is_secretary": request.user.has_role(Role.SECRETARY),
            "back": occasions.back_of(appointment),
            "may_print": _here(appointment) is not None,
            "is_left": _is_left(request.user, appointment),
        },
    )


def _is_left(user: User, appointment: Appointment) -> bool:
    """Whether the secretary sees to the other parent; to others that stays so when it is done."""
    if (
        separate_visits.may_arrange(appointment)
        or appointment.other_parent in OtherParent.of_the_unit()
    ):
        return True
    done = appointment.events.filter(what="other_booked").exclude(user=user)
    return not user.has_role(Role.SECRETARY) and done.exists()


def _here(appointment: Appointment) -> Party | None:
    """Who asked for it, and so is here: the one whom a slip of paper may be given to."""
    if appointment.status not in Status.open():
        return None
    return appointment.parties.filter(is_requester=True).first()


@require_safe
@books
def slip(request: StaffRequest, reference: str) -> HttpResponse:
    """Where and when on paper for who is here, in their language, with their own link."""
    appointment = _just_booked(request, reference)
    party = _here(appointment)
    if party is None:
        raise Http404
    note_access(request.user, appointment.reference, action="print", reason="booking")
    path = link_path(party)
    address = (
        f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)
    )
    invited = appointment.parties.filter(is_requester=False, name="").first()
    passes_on = appointment.other_parent == OtherParent.PASS_ON
    with override(party.language):
        paper = render_to_string(
            "bookings/staff_booking/_slip.html",
            {
                "visit": appointment,
                "place": letters.named_place(appointment.channel, appointment.service_point),
                "bring": appointment.service.bring_list,
                "unit": Unit.get(),
                "address": address,
                "own_code": own_code(party.link_nonce),
                "qr": qr_code(address),
                "code": invitation_code(invited.link_nonce) if invited and passes_on else "",
            },
        )
    context = {"visit": appointment, "paper": paper, "language": party.language}
    return render(request, "bookings/staff_booking/slip.html", context)


def _staff(appointment: Appointment) -> list[str]:
    return list(appointment.professionals.order_by("duties__pk").values_list("name", flat=True))


def _told(appointment: Appointment, reader: Reader) -> list[object]:
    parties = list(appointment.parties.who_come().seen_by(reader))
    for party in parties:
        party.appointment = appointment
    return [recipients_of(party) for party in parties]


@require_POST
@books
def times(request: StaffRequest) -> HttpResponse:
    """The next fitting times alone, asked for as the choices change."""
    context = _panel(request, _first(request)).context() | {"is_part": True}
    return render(request, "bookings/staff_booking/_times.html", context)


@require_POST
@books
def other_times(request: StaffRequest) -> HttpResponse:
    """The times for the other parent's own visit alone."""
    return render(request, "bookings/staff_booking/_other_times.html", _panel(request).context())


@require_POST
@secretary
def find_caller(request: StaffRequest) -> HttpResponse:
    """Whom the typed name or number may mean, while it is typed."""
    who = request.POST.get("who", CALLER)
    if who not in (CALLER, OTHER):
        raise Http404
    context = {"found": _found(request, who), "who": who}
    return render(request, "bookings/staff_booking/_found.html", context)


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
        return render(request, "bookings/staff_booking/_person.html", context)
    return _page(request, page)
