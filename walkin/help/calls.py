"""Call for help from a desk without a sound: who is notified, who comes, when it is over."""

from datetime import datetime, timedelta

from django.db.models import Exists, Q, QuerySet

from bookings.models import Appointment, Status
from office.calendar.occupancy import retrying
from office.core import clock, live_updates
from office.models import Channel, Professional, Role, ServicePoint, User
from walkin.actions.call_visit import desk_of_room
from walkin.days.current import current_duty
from walkin.models import Desk, Duty, HelpCall

# One that nobody has ended is shown no longer.
SHOWN = timedelta(hours=4)
# What the secretary's pages ask in the one query of their frame (bookings.hooks.PAGE_FLAGS).
FLAG = "help_called"


def place_of(user: User) -> tuple[ServicePoint, Desk | None] | None:
    """Return where the user meets people now: at their desk, or in the room of their visit."""
    duty = current_duty(user)
    if duty is not None:
        return duty.day.service_point, duty.desk
    now = clock.now()
    visits = Appointment.objects.agreed().filter(
        professionals__user=user, channel=Channel.IN_PERSON, service_point__isnull=False
    )
    goes_on = Q(status=Status.IN_MEETING) | Q(starts_at__lte=now, ends_at__gt=now)
    visit = (
        visits.filter(goes_on)
        .starting_between(now - SHOWN, now + SHOWN)
        .select_related("service_point", "room")
        .order_by("-starts_at", "pk")
        .first()
    )
    if visit is None or visit.service_point is None:
        return None
    return visit.service_point, desk_of_room(visit.room) if visit.room is not None else None


@retrying
def call_for_help(user: User, point: ServicePoint, desk: Desk | None = None) -> HelpCall:
    """Call colleagues of the point and the manager. A second press is the same call."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = clock.now()
    own = HelpCall.objects.filter(caller=user, ended_at=None)
    own.filter(called_at__lte=now - SHOWN).update(ended_at=now)
    found = own.first()
    if found is None:
        found = HelpCall.objects.create(caller=user, service_point=point, desk=desk, called_at=now)
        live_updates.announce(live_updates.HELP)
    return found


@retrying
def answer_call(call_id: int, *, user: User) -> HelpCall | None:
    """Tell the caller and the others that `user` is on the way; None where it is over."""
    call = _locked(call_id, user)
    if call is not None and call.coming_id is None and call.caller_id != user.pk:
        call.coming, call.coming_at = user, clock.now()
        call.save(update_fields=["coming", "coming_at"])
        live_updates.announce(live_updates.HELP)
    return call


@retrying
def end_call(call_id: int, *, user: User) -> HelpCall | None:
    """End the call: help came, or is not needed any more. None where it is over already."""
    call = _locked(call_id, user)
    if call is not None:
        call.ended_by, call.ended_at = user, clock.now()
        call.save(update_fields=["ended_by", "ended_at"])
        live_updates.announce(live_updates.HELP)
    return call


def _locked(call_id: int, user: User) -> HelpCall | None:
    call = (
        HelpCall.objects.select_for_update(of=("self",)).filter(pk=call_id, ended_at=None).first()
    )
    return call if call is not None and call in open_calls(user) else None


def _going_on() -> QuerySet[HelpCall]:
    return HelpCall.objects.filter(ended_at=None, called_at__gt=clock.now() - SHOWN)


def exists() -> Exists:
    """Match calls for help that go on now, as a part of another query."""
    return Exists(_going_on())


def open_calls(user: User) -> list[HelpCall]:
    """Return the calls that the user sees: their own, and those of their point.

    The manager and the secretary see all: somebody far away can telephone. One query where
    there is none.
    """
    # Every page of the staff asks, mostly in vain.
    if not _going_on().exists():
        return []
    calls = list(
        _going_on().select_related(
            "service_point", "desk__room", "caller__professional", "coming__professional"
        )
    )
    if user.has_role(Role.MANAGER, Role.SECRETARY):
        return calls
    points = _points_of(user, clock.now())
    return [call for call in calls if call.caller_id == user.pk or call.service_point_id in points]


def _points_of(user: User, now: datetime) -> set[int]:
    """Return where the user works: by their own points, and where they are on duty today."""
    start, end = clock.day_bounds(clock.local(now).date(), clock.local(now).date())
    own = ServicePoint.objects.filter(
        Q(professionals__user=user)
        | Q(pk__in=_duties_between(user, start, end).values("day__service_point"))
    )
    return set(own.values_list("pk", flat=True))


def _duties_between(user: User, start: datetime, end: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(
        professional__user=user, during__startswith__lt=end, during__endswith__gt=start
    )


def past_calls(user: User) -> QuerySet[HelpCall]:
    """Find calls that are over, the latest first.

    The manager and the secretary see all of them, as they do open ones; others those of their own points.
    """
    now = clock.now()
    over = HelpCall.objects.filter(Q(ended_at__isnull=False) | Q(called_at__lte=now - SHOWN))
    if not user.has_role(Role.MANAGER, Role.SECRETARY):
        over = over.filter(Q(caller=user) | Q(service_point__in=_points_of(user, now)))
    return over.select_related(
        "service_point", "desk__room", "caller__professional", "coming__professional", "ended_by"
    ).order_by("-called_at", "-pk")


def name_of(user: User) -> str:
    """Return a colleague's name as everybody knows it."""
    professional = Professional.objects.filter(user=user).first()
    return professional.name if professional else user.get_full_name() or user.get_username()


def old_calls(before: datetime) -> QuerySet[HelpCall]:
    return HelpCall.objects.filter(called_at__lt=before)


def remove_calls(keys: list[int]) -> None:
    HelpCall.objects.filter(pk__in=keys).delete()
