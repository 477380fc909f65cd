"""What has just been booked, and the slip of paper for who is here."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from bookings.appointments import occasions, separate_visits
from bookings.cases.next_visit import series_link
from bookings.desk_kit.fetch import appointment_or_404
from bookings.desk_kit.recipients import recipient_of
from bookings.lifecycle.by_video import channel_of
from bookings.lifecycle.references import invitation_code
from bookings.models import Appointment, EventKind, OtherParent, Party, Status
from bookings.notifications.time_and_place import named_place
from bookings.parties import conflicts
from bookings.parties.records import link_path
from bookings.visibility import Reader
from office.core import clock
from office.core.own_codes import own_code
from office.core.qr import code as qr_code
from office.models import AccessAction, AccessReason, Professional, Role, Unit, User
from office.staff.access_log import note_access
from office.staff.permissions import BOOKS, StaffRequest, role_required

books = role_required(*BOOKS)


def _just_booked(request: StaffRequest, reference: str) -> Appointment:
    """Return a booking; users other than secretaries see those they made today. Otherwise 404."""
    appointment = appointment_or_404(reference, _as_reader(request.user))
    if appointment.starts_at is None or not _may_see(request.user, appointment):
        # A request that has no time yet: nobody has booked it.
        raise Http404
    return appointment


def _as_reader(user: User) -> Reader:
    """Return the reader: users other than secretaries read of a booking what they wrote themselves."""
    return Reader.SECRETARY if user.has_role(Role.SECRETARY) else Reader.BOOKER


def _may_see(user: User, appointment: Appointment) -> bool:
    """Say whether the user may see it: secretaries every booking, others their own, on its day only."""
    since = clock.day_bounds(clock.today(), clock.today())[0]
    mine = Appointment.objects.booked_by(user, since).filter(pk=appointment.pk)
    own = Professional.objects.filter(user=user).first()
    if appointment.pk in conflicts.barred_to(own):
        return False
    return user.has_role(Role.SECRETARY) or mine.exists()


@require_safe
@books
def booked(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what was booked, what to read out, and who is notified how."""
    appointment = _just_booked(request, reference)
    other = separate_visits.other_visit(appointment)
    # The other parent's own visit may be the secretary's booking, of which this user knows nothing.
    may_see_other = other is not None and _may_see(request.user, other)
    visits = [appointment, other] if other is not None and may_see_other else [appointment]
    later = _later(request.user, appointment)
    shown = [visit.reference for visit in (*visits, *later)]
    note_access(request.user, shown, action=AccessAction.READ, reason=AccessReason.BOOKING)
    invited = (
        appointment.parties.other_parents().filter(name="").first()
        if appointment.other_parent == OtherParent.PASS_ON
        else None
    )
    return render(
        request,
        "bookings/staff_booking/booked.html",
        {
            "visits": [
                (visit, _staff(visit), _recipients(visit, _as_reader(request.user)))
                for visit in visits
            ],
            "later": later,
            "code": invitation_code(invited.link_nonce) if invited else "",
            "is_secretary": request.user.has_role(Role.SECRETARY),
            "back": occasions.back_of(appointment),
            "series": series_link(request.user, appointment),
            "may_print": _here(appointment) is not None,
            "is_left": _is_left(request.user, appointment),
        },
    )


def _later(user: User, appointment: Appointment) -> list[Appointment]:
    """Return the agreed visits of the case after this one that the user may see."""
    if appointment.case_id is None or appointment.starts_at is None:
        return []
    ahead = Appointment.objects.seen_by(_as_reader(user)).filter(
        case=appointment.case_id, status=Status.CONFIRMED, starts_at__gt=appointment.starts_at
    )
    return [visit for visit in ahead.order_by("starts_at") if _may_see(user, visit)]


def _is_left(user: User, appointment: Appointment) -> bool:
    """Say whether the secretary handles the other parent; for other users it stays so when it is done."""
    if (
        separate_visits.may_arrange(appointment)
        or appointment.other_parent in OtherParent.of_the_unit()
    ):
        return True
    done = appointment.events.filter(what=EventKind.OTHER_BOOKED).exclude(user=user)
    return not user.has_role(Role.SECRETARY) and done.exists()


def _here(appointment: Appointment) -> Party | None:
    """Return who asked for it, and so is here: the one whom a slip of paper may be given to."""
    if appointment.status not in Status.open():
        return None
    return appointment.parties.filter(is_requester=True).first()


@require_safe
@books
def slip(request: StaffRequest, reference: str) -> HttpResponse:
    """Print where and when for who is here, in their language, with their own link."""
    appointment = _just_booked(request, reference)
    party = _here(appointment)
    if party is None:
        raise Http404
    note_access(
        request.user, appointment.reference, action=AccessAction.PRINT, reason=AccessReason.BOOKING
    )
    path = link_path(party)
    address = (
        f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)
    )
    invited = appointment.parties.other_parents().filter(name="").first()
    passes_on = appointment.other_parent == OtherParent.PASS_ON
    with override(party.language):
        paper = render_to_string(
            "bookings/staff_booking/_slip.html",
            {
                "visit": appointment,
                "place": named_place(channel_of(party, appointment), appointment.service_point),
                "bring": appointment.matters.bring_list,
                "unit": Unit.get(),
                "address": address,
                "enter_address": address.removesuffix(path) + reverse("public:enter_code"),
                "own_code": own_code(party.link_nonce),
                "qr": qr_code(address),
                "code": invitation_code(invited.link_nonce) if invited and passes_on else "",
            },
        )
    context = {"visit": appointment, "paper": paper, "language": party.language}
    return render(request, "bookings/staff_booking/slip.html", context)


def _staff(appointment: Appointment) -> list[str]:
    return list(appointment.professionals.order_by("duties__pk").values_list("name", flat=True))


def _recipients(appointment: Appointment, reader: Reader) -> list[object]:
    parties = list(appointment.parties.all_who_come().seen_by(reader))
    for party in parties:
        party.appointment = appointment
    return [recipient_of(party) for party in parties]
