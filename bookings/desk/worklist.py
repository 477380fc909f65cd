"""The secretary's work: named queries, each a fixed number whatever the size."""

from collections.abc import Collection, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
    Window,
)
from django.db.models.functions import Greatest, RowNumber

from bookings.lifecycle.contact_consent import AGREED, with_answer
from bookings.lifecycle.deadlines import working_days_before
from bookings.matters.queries import further_rows
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    EarlierAsk,
    EventKind,
    JointSearch,
    Meeting,
    MoveRequest,
    OtherParent,
    PairInvitation,
    Party,
    PartyRole,
    Status,
    TimeOffer,
    VisitOutcome,
)
from bookings.notifications.kinds import MessageKind
from office.calendar.opening_hours import working_days_away
from office.core import clock, phones
from office.core.json_rows import from_json
from office.messaging.outbox import channel_works
from office.models import Claim, MessageChannel, OutboxMessage, Service

ANSWER_AWAITED_DAYS = 2
VISIT_NEAR_DAYS = 3
CALLS_OF_CLOSED_DAYS = 14
# What nobody has marked for so long is left to the figures as it is.
UNMARKED_DAYS = 14


def requests() -> QuerySet[Appointment]:
    """Return requests that wait for a decision, the one promised soonest first.

    Where a joint time is looked for, or was in vain, that is a task of its own.
    """
    searched = JointSearch.objects.going_on().filter(appointment=OuterRef("pk"))
    return (
        Appointment.objects.requested()
        .filter(~Exists(searched))
        .order_by("answer_due_at", "created_at", "pk")
    )


def joint_searches(now: datetime) -> QuerySet[JointSearch]:
    """Find searches for a joint time that wait for the parents or found nothing; the soonest first."""
    state = JointSearch.State
    return (
        JointSearch.objects.filter(state__in=[state.ASKED, state.FAILED])
        .filter(
            Q(appointment__status__in=Status.undecided())
            | Q(appointment__status=Status.CONFIRMED, appointment__starts_at__gt=now)
        )
        .annotate(answered=Count("marks", filter=Q(marks__party__left_at=None)))
        .select_related("appointment")
        .order_by("due_at", "pk")
    )


def invitations(now: datetime) -> QuerySet[Party]:
    """Find invited parents who declined, or who have not answered although it is time.

    It is time when they were asked some working days ago, or when the visit is near; after a call,
    or after the decision to keep the time, the count begins again. Two queries; one where all agreed.
    """
    today = clock.local(now).date()
    long_ago = _day_ends(working_days_before(today, ANSWER_AWAITED_DAYS + 1))
    near = _day_ends(working_days_away(today, VISIT_NEAR_DAYS))
    offered = TimeOffer.objects.to_choose_from().filter(appointment=OuterRef("appointment"))
    not_today = Q(seen_at=None) | Q(seen_at__lt=_day_begins(today))
    not_agreed = _pks(
        Party.objects.filter(
            # While other times are offered, an answer to the present one is not awaited.
            ~Exists(offered),
            is_requester=False,
            left_at=None,
            answer__in=[Answer.ASKED, Answer.DECLINED],
            appointment__status=Status.CONFIRMED,
            appointment__starts_at__gt=now,
        )
    )
    if not not_agreed:
        return Party.objects.none()
    return (
        Party.objects.filter(pk__in=not_agreed)
        .annotate(
            asked_at=_last_event(EventKind.asking_parties()),
            seen_at=_last_event(EventKind.seen_to()),
        )
        .annotate(counted_from=Greatest("asked_at", "seen_at"), **_tries("asked_at"))
        .filter(
            Q(answer=Answer.DECLINED) & (Q(seen_at=None) | Q(seen_at__lt=F("answered_at")))
            | Q(answer=Answer.ASKED)
            & (Q(counted_from__lte=long_ago) | Q(appointment__starts_at__lt=near) & not_today)
        )
        .select_related("appointment")
        .order_by("appointment__starts_at", "pk")
    )


def moves() -> QuerySet[MoveRequest]:
    """Find requests of parties for another time."""
    return (
        MoveRequest.objects.filter(outcome=MoveRequest.Outcome.OPEN)
        .select_related("appointment", "service_point")
        .order_by("created_at", "pk")
    )


def orphans() -> QuerySet[Appointment]:
    """Find appointments whose own, offered or wished time has lost its hours; the soonest first."""
    orphaned = Claim.objects.orphaned()
    offers = TimeOffer.objects.filter(closed_at=None, claim__in=orphaned)
    wishes = MoveRequest.objects.filter(outcome=MoveRequest.Outcome.OPEN, claim__in=orphaned)
    return (
        Appointment.objects.filter(
            Q(claim__in=orphaned)
            | Q(pk__in=offers.values("appointment"))
            | Q(pk__in=wishes.values("appointment")),
            status__in=Status.open(),
        )
        .select_related("claim")
        .order_by("starts_at", "pk")
    )


def offers() -> QuerySet[Appointment]:
    """Find appointments with offered times and none chosen yet; an agreed time holds meanwhile."""
    to_choose_from = Q(time_offers__closed_at=None, time_offers__wish=None)
    offered = TimeOffer.objects.to_choose_from().values("appointment")
    return (
        Appointment.objects.filter(
            Q(status=Status.OFFERED) | Q(status=Status.CONFIRMED, pk__in=offered)
        )
        .annotate(offered_until=Max("time_offers__expires_at", filter=to_choose_from))
        .order_by("offered_until", "pk")
    )


def to_contact() -> QuerySet[Appointment]:
    """Open appointments whose other parent is the unit's to contact, and has not been yet.

    Parents who come separately need a visit each: the other's is to be arranged once this one is agreed.
    """
    others = Party.objects.other_parents().filter(appointment=OuterRef("pk"))
    undecided, agreed = Q(contact_answer=None), Q(contact_answer=AGREED)
    # In this order: what its own row tells of an appointment spares the questions about its people.
    separate = Q(status=Status.CONFIRMED, meeting=Meeting.SEPARATE)
    separate &= Q(Exists(others.filter(answer=Answer.NOT_ASKED))) & (undecided | agreed)
    ours = Q(other_parent=OtherParent.UNIT) & Q(~Exists(others.without_named_only())) & undecided
    ask_first = Q(other_parent__in=OtherParent.ask_first()) & Q(~Exists(others)) & agreed
    return (
        with_answer(_before_the_visit())
        .filter(separate | ours | ask_first)
        .order_by("created_at", "pk")
    )


@dataclass
class People:
    """Who belongs to an appointment, as far as a row tells."""

    names: list[str] = field(default_factory=list)
    is_protected: bool = False
    # The further matters of the visit, by name.
    further: list[str] = field(default_factory=list)


def people(references: Collection[str]) -> dict[str, People]:
    """Return the parties and further matters of each appointment, by reference code. One query."""
    found: dict[str, People] = {}
    rows = (
        Party.objects.filter(appointment__reference__in=references, left_at=None)
        .exclude(role__in=PartyRole.companions())
        .order_by("-is_requester", "pk")
        .annotate(further=further_rows("appointment"))
        .values_list("appointment__reference", "name", "is_protected", "further")
    )
    for reference, name, is_protected, further in rows:
        known = found.setdefault(reference, People())
        known.further = [str(service.name) for service in from_json(Service, further)]
        known.names += [name] if name else []
        known.is_protected |= is_protected
    return found


def to_ask_first() -> QuerySet[Appointment]:
    """Open appointments whose parent is to be talked with before the other one is contacted."""
    others = Party.objects.other_parents().filter(appointment=OuterRef("pk"))
    return (
        with_answer(_before_the_visit())
        .filter(Q(contact_answer=None), ~Exists(others), other_parent__in=OtherParent.ask_first())
        .order_by("created_at", "pk")
    )


def _before_the_visit() -> QuerySet[Appointment]:
    return Appointment.objects.filter(status__in=Status.before_visit())


def calls(now: datetime) -> QuerySet[Party]:
    """Return parties who must be notified and can be reached by a call only.

    Whoever did it themselves knows of it; whoever was never notified of the request at all
    is not notified now; an invited parent without details is reached through the other one. Two queries,
    one where everybody can be written to.
    """
    not_written = _not_written(now)
    if not not_written:
        return Party.objects.none()
    others_doing = Q(what__in=EventKind.news()) & ~Q(party=OuterRef("pk"))
    done = AppointmentEvent.objects.filter(
        others_doing | Q(what=EventKind.PERSON_ADDED, party=OuterRef("pk")),
        appointment=OuterRef("appointment"),
        undone_by=None,
    )
    kept = MoveRequest.objects.filter(party=OuterRef("pk"), outcome=MoveRequest.Outcome.KEPT)
    asked = EarlierAsk.objects.filter(party=OuterRef("pk"))
    unanswered = asked.filter(answer=Answer.ASKED, offer__closed_at=None, offer__expires_at__gt=now)
    # Accepted on the phone, and then it came to nothing.
    in_vain = asked.filter(answer=Answer.ACCEPTED, offer__closed_at__isnull=False).exclude(
        offer__outcome__in=["", TimeOffer.Outcome.ACCEPTED]
    )
    invitation = OutboxMessage.objects.filter(
        kind=MessageKind.CONFIRMED,
        about=OuterRef("appointment__reference"),
        link_nonce=OuterRef("link_nonce"),
        dropped_at=None,
    )
    return (
        Party.objects.filter(pk__in=not_written)
        .annotate(
            notified_at=Greatest(
                Subquery(done.order_by("-at", "-pk").values("at")[:1]),
                Subquery(kept.order_by("-closed_at").values("closed_at")[:1]),
                Subquery(unanswered.order_by("-pk").values("offer__created_at")[:1]),
                Subquery(in_vain.order_by("-pk").values("offer__closed_at")[:1]),
            ),
            called_at=_last_event({EventKind.CALLED}),
            invited_at=Subquery(invitation.order_by("created_at").values("created_at")[:1]),
        )
        # Whose contacts the other parent gave has had the one invitation: what came after it is work.
        .filter(
            Q(given_by_other=False) | Q(invited_at=None) | Q(notified_at__gt=F("invited_at")),
        )
        .filter(
            Q(called_at=None) | Q(called_at__lt=F("notified_at")),
            # Who was invited by the other parent, and has answered since, knows of it.
            Q(given_by_other=False) | Q(answered_at=None) | Q(answered_at__lt=F("notified_at")),
            notified_at__isnull=False,
        )
        .annotate(**_tries("notified_at"))
        .select_related("appointment")
        .order_by("notified_at", "pk")
    )


def _not_written(now: datetime) -> list[int]:
    """Find parties of visits ahead, or closed lately, with contacts and no safe way to write to."""
    searched = JointSearch.objects.filter(
        appointment=OuterRef("appointment"), state=JointSearch.State.ASKED
    )
    written = Q(pk__in=[])
    if channel_works(MessageChannel.EMAIL):
        written |= Q(email_is_safe=True) & ~Q(email="")
    if channel_works(MessageChannel.SMS):
        written |= Q(sms_is_safe=True) & ~Q(phone="") & ~phones.landlines()
    return _pks(
        Party.objects.exclude(written)
        .exclude(phone="", email="")
        .exclude(is_requester=False, answer=Answer.NOT_ASKED)
        .filter(left_at=None)
        .filter(
            (
                Q(appointment__status__in=[Status.CONFIRMED, Status.OFFERED])
                | Q(Exists(searched), appointment__status=Status.REQUESTED)
            )
            & (Q(appointment__starts_at=None) | Q(appointment__starts_at__gt=now))
            | Q(
                appointment__status__in=[Status.DECLINED, Status.CANCELLED],
                appointment__updated_at__gt=now - timedelta(days=CALLS_OF_CLOSED_DAYS),
            )
        )
    )


def partners(now: datetime, answer_days: int) -> QuerySet[PairInvitation]:
    """Find partner professionals of agreed visits whose part is not settled; the soonest visit first.

    Those who declined or were left out at a new time, those whom no e-mail reaches, and those who have
    not answered within so many working days, or at all where the visit is near.
    """
    today = clock.local(now).date()
    long_ago = _day_ends(working_days_before(today, answer_days + 1))
    near = _day_ends(working_days_away(today, VISIT_NEAR_DAYS))
    state = PairInvitation.State
    by_call = Q(professional__email="", professional__organisation__email="")
    if not channel_works(MessageChannel.EMAIL):
        by_call = Q()
    unanswered = (
        by_call
        | Q(asked_at__lte=long_ago)
        | Q(appointment__starts_at__lt=near, asked_at__lt=_day_begins(today))
    )
    return (
        PairInvitation.objects.filter(
            Q(state__in=[state.DECLINED, state.LEFT]) | Q(unanswered, state=state.ASKED),
            appointment__status=Status.CONFIRMED,
            appointment__starts_at__gt=now,
        )
        .select_related("appointment", "professional__organisation")
        .order_by("appointment__starts_at", "pk")
    )


def failed_messages() -> QuerySet[OutboxMessage]:
    """Find messages that could not be sent, at least not yet; the oldest first."""
    return OutboxMessage.objects.troubled().order_by("created_at", "pk")


def unmarked(now: datetime) -> QuerySet[Appointment]:
    """Find visits that are over and of which something is still to be noted; the oldest first.

    Agreed ones: were they held, or did nobody come? From the next day on, those that were held and have
    no outcome yet.
    """
    noted = VisitOutcome.objects.current().filter(appointment=OuterRef("pk"))
    before_today = Q(ends_at__lt=_day_begins(clock.local(now).date()))
    without_outcome = Q(~Exists(noted), before_today, status=Status.DONE)
    return (
        Appointment.objects.filter(Q(status__in=Status.agreed()) | without_outcome)
        .filter(ends_at__lte=now, ends_at__gt=now - timedelta(days=UNMARKED_DAYS))
        .order_by("starts_at", "pk")
    )


def first_unmarked(now: datetime, each: int, wanted: str) -> list[tuple[Appointment, int]]:
    """Return of these the first `each` of the held and of the others, and the one with the code `wanted`.

    With each comes how many there are of its kind: a backlog of a year is not read to be counted. Two
    queries.
    """
    held = Case(When(status=Status.DONE, then=True), default=False)
    of_kind = dict(
        unmarked(now)
        .annotate(
            place=Window(RowNumber(), partition_by=held, order_by=["starts_at", "pk"]),
            of_kind=Window(Count("pk"), partition_by=held),
        )
        .filter(Q(place__lte=each) | Q(reference=wanted))
        .values_list("pk", "of_kind")
    )
    found = Appointment.objects.filter(pk__in=of_kind).order_by("starts_at", "pk")
    return [(appointment, of_kind[appointment.pk]) for appointment in found]


def _tries(since: str) -> dict[str, Subquery]:
    """Return how often a party was called in vain since, and when the last time was."""
    tries = AppointmentEvent.objects.filter(
        appointment=OuterRef("appointment"),
        party=OuterRef("pk"),
        what=EventKind.NOT_REACHED,
        undone_by=None,
        at__gte=OuterRef(since),
    ).order_by()
    return {
        "tries": Subquery(tries.values("party").annotate(count=Count("pk")).values("count")),
        "last_try": Subquery(tries.order_by("-at", "-pk").values("at")[:1]),
    }


def _pks(parties: QuerySet[Party]) -> list[int]:
    """Find who they are before it is asked what happened to each: they are few, and often nobody."""
    return list(parties.values_list("pk", flat=True))


def _last_event(what: Set[EventKind]) -> Subquery:
    """Date the last of these in a party's appointment, as far as it concerns the party."""
    events = AppointmentEvent.objects.filter(
        Q(party=OuterRef("pk")) | Q(party=None) | ~Q(what__in=EventKind.of_one_party()),
        appointment=OuterRef("appointment"),
        what__in=what,
        undone_by=None,
    )
    return Subquery(events.order_by("-at", "-pk").values("at")[:1])


def _day_begins(day: date) -> datetime:
    return clock.day_bounds(day, day)[0]


def _day_ends(day: date) -> datetime:
    return clock.day_bounds(day, day)[1]
