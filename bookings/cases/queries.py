"""Open cases, and the next step of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from bookings.models import (
    Appointment,
    AppointmentEvent,
    Case,
    CasePerson,
    EventKind,
    PartyRole,
    Status,
)
from office.core import clock
from office.core.phones import landlines

# A deadline that is nearer stands on the work list whatever else is done.
NEAR = timedelta(days=14)


class CaseStep(StrEnum):
    """What is to be done next."""

    POST = "post"
    AWAIT = "await"
    NO_ANSWER = "no_answer"
    BOOK = "book"
    VISIT = "visit"
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True)
class CaseState:
    """A case with what is known of its visits and letters."""

    case: Case
    step: CaseStep
    # Visits that are booked or held.
    booked: int
    next_at: datetime | None
    days_left: int | None
    # The next visit is after the deadline.
    is_after_deadline: bool

    @property
    def number(self) -> int:
        """Which visit is to be booked next."""
        return self.booked + 1

    @property
    def planned(self) -> int:
        return max(self.case.visits_planned, self.booked)

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def is_work(self) -> bool:
        """Whether the work list names it: it has a step of the secretary's, or its deadline is near."""
        if not self.case.is_open:
            return False
        waits = self.step in (CaseStep.AWAIT, CaseStep.VISIT)
        is_near = self.days_left is not None and self.days_left <= NEAR.days
        return not waits or is_near or self.is_after_deadline


def case_states(cases: QuerySet[Case] | None = None) -> list[CaseState]:
    """Return the state of each case, the nearest deadline first. One query."""
    found = Case.objects.open() if cases is None else cases
    now = clock.now()
    visits = Appointment.objects.filter(case=OuterRef("pk")).exclude(status__in=Status.closed())
    ahead = visits.filter(status__in=Status.open()).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    letters = _invited_by_letter().filter(case=OuterRef("pk"))
    rows = (
        found.select_related("service")
        .annotate(
            booked=_of_case(visits, Count("pk")),
            next_at=_of_case(ahead, Min("starts_at")),
            has_ahead=Exists(ahead),
            has_unmarked=Exists(visits.filter(status__in=Status.open()).exclude(pk__in=ahead)),
            has_to_post=Exists(letters.filter(_is_to_print())),
            has_posted=Exists(letters.filter(posted_at__isnull=False)),
        )
        .order_by(F("due_on").asc(nulls_last=True), "received_on", "pk")
    )
    return [_state(case, clock.today()) for case in rows]


def _of_case(visits: QuerySet[Appointment], what: Count | Min) -> Subquery:
    return Subquery(visits.order_by().values("case").annotate(found=what).values("found"))


def _state(case: Case, today: date) -> CaseState:
    booked = getattr(case, "booked", None) or 0
    next_at: datetime | None = getattr(case, "next_at", None)
    is_after = bool(next_at and case.due_on and clock.local(next_at).date() > case.due_on)
    return CaseState(
        case=case,
        step=_step(case, booked, today),
        booked=booked,
        next_at=next_at,
        days_left=(case.due_on - today).days if case.due_on else None,
        is_after_deadline=is_after,
    )


def _step(case: Case, booked: int, today: date) -> CaseStep:
    if not case.is_open:
        return CaseStep.NOTHING
    if getattr(case, "has_to_post", False):
        return CaseStep.POST
    if getattr(case, "has_ahead", False) or getattr(case, "has_unmarked", False):
        return CaseStep.VISIT
    if booked == 0 and getattr(case, "has_posted", False) and case.answer_by is not None:
        return CaseStep.AWAIT if today <= case.answer_by else CaseStep.NO_ANSWER
    return CaseStep.BOOK if booked < case.visits_planned else CaseStep.CLOSE


def _invited_by_letter() -> QuerySet[CasePerson]:
    """Find those to whom a letter goes: one who does not choose the time gets it once it is booked."""
    deciding = [role for role in PartyRole.invited() if role.rules.decides_time]
    return CasePerson.objects.filter(
        Q(role__in=deciding) | Q(party__isnull=False), answered_at=None
    ).exclude(post_to="")


def changes_since(when: Greatest | datetime) -> QuerySet[AppointmentEvent]:
    """Find what has made a letter of `when` untrue: another time or place, or none any more."""
    kinds = [*EventKind.settling_time(), EventKind.CANCELLED]
    return AppointmentEvent.objects.filter(what__in=kinds, undone_by=None, at__gt=when)


def _is_to_print() -> Q:
    """Select letters that are not posted yet, or that hold no longer where no message reaches anybody."""
    told = Greatest(OuterRef("posted_at"), OuterRef("party__answered_at"))
    is_untrue = changes_since(told).filter(appointment=OuterRef("party__appointment"))
    reached = Q(party__email_is_safe=True) & ~Q(party__email="")
    reached |= Q(party__sms_is_safe=True) & ~Q(party__phone="") & ~landlines("party__phone")
    return Q(posted_at=None) | Q(Exists(is_untrue)) & ~reached


def letters_to_post() -> QuerySet[CasePerson]:
    """Find people of open cases whose letter has to be printed and posted, by case."""
    return (
        _invited_by_letter()
        .filter(_is_to_print(), case__closed_at=None)
        .select_related("case__service", "party__appointment__service_point")
        .order_by("case", "pk")
    )


def letter_mark(person: CasePerson) -> str:
    """Name a letter as it is printed now; with its matter or its visit the mark changes."""
    visit = person.party.appointment if person.party else None
    return f"{person.pk}-{person.case.version}-{visit.version if visit else 0}"


def old_addresses(before: datetime) -> QuerySet[CasePerson]:
    """Find postal addresses of people who have answered, or whose letter was posted before."""
    answered = Q(answered_at__isnull=False) | Q(party__answered_at__isnull=False)
    untouched = Q(posted_at=None, case__updated_at__lt=before)
    return CasePerson.objects.exclude(post_to="").filter(
        answered | Q(posted_at__lt=before) | untouched
    )


def remove_addresses(ids: Sequence[int]) -> None:
    """Empty the addresses; who was invited stays known until the case is deleted."""
    CasePerson.objects.filter(pk__in=ids).update(post_to="")
