"""Queue tickets and what happened to each. A ticket holds no name."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models import Appointment, Came, NextStep, Outcome, Party
from bookings.visibility import APPOINTMENT, PARTY, Reader, hidden_from
from office.models import Professional, Service
from walkin.models.days import WalkInDay
from walkin.models.places import Desk, Destination
from walkin.states import (
    ASSIGNED,
    AT_DESK,
    CALLABLE,
    CALLED,
    FINAL,
    OPEN,
    TABLE,
    Action,
    TicketState,
    next_state,
)

# Under this name what is read for many tickets at once is kept: `Ticket.further_services`.
FURTHER_SERVICES = "further_services"
LINK = "walk-in-ticket"


class OtherMatter(models.TextChoices):
    """Matters that are not one of the unit's services."""

    ADVICE = "advice", _("Advice on something else")
    PAPERS = "papers", _("Papers, or a question about my appointment")
    UNSURE = "unsure", _("I do not know")
    # The number of a booked visit: what that is about is not for the whole queue to read.
    BOOKED = "booked", _("Appointment")

    @classmethod
    def choosable(cls) -> list["OtherMatter"]:
        """Return what somebody without an appointment may choose."""
        return [one for one in cls if one != cls.BOOKED]


class Company(models.TextChoices):
    """With whom somebody is here. Only `SEPARATE` asks for a visit away from the other parent."""

    ALONE = "alone", pgettext_lazy("walk-in", "alone")
    TOGETHER = "together", pgettext_lazy("walk-in", "together")
    SEPARATE = "separate", pgettext_lazy("walk-in", "separately")


class Source(models.TextChoices):
    KIOSK = "kiosk", _("at the kiosk")
    STAFF = "staff", _("by staff")
    AGENCY = "agency", _("by another agency in the building")
    PHONE = "phone", _("on their own phone")


class Actor(models.TextChoices):
    PERSON = "person", _("the person")
    STAFF = "staff", _("staff")
    SYSTEM = "system", _("the system")
    AGENCY = "agency", _("another agency")


class AgencyAnswer(models.TextChoices):
    """What an agency says of somebody who was referred to it."""

    CAME = "came", _("came there")
    NOT_THERE = "not_there", _("did not come there")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def counted(self) -> "TicketQuerySet":
        """Keep all but those taken by mistake."""
        return self.exclude(state=TicketState.VOID)

    def open(self) -> "TicketQuerySet":
        return self.filter(state__in=OPEN)

    def callable(self) -> "TicketQuerySet":
        """Keep tickets that wait to be called, in order of number."""
        return self.filter(state__in=CALLABLE).order_by("number")

    def at_desk(self) -> "TicketQuerySet":
        """Keep tickets called or being served."""
        return self.filter(state__in=AT_DESK)

    def assigned(self) -> "TicketQuerySet":
        """Keep tickets at a professional's desk, or on hold there."""
        return self.filter(state__in=ASSIGNED)

    def with_known_party(self) -> "TicketQuerySet":
        """Fetch the linked party and the booked visit with only what the walk-in may read."""
        party = hidden_from(Reader.WALK_IN, PARTY, "party__")
        visit = hidden_from(Reader.WALK_IN, APPOINTMENT, "party__appointment__")
        booked = hidden_from(Reader.WALK_IN, APPOINTMENT, "visit__")
        known = self.select_related("party__appointment", "visit")
        return known.defer(*party, *visit, *booked)

    def by_token_hash(self, hashed: str) -> "TicketQuerySet":
        """Look up by the hash of the link, which is removed when the day ends."""
        return self.filter(link_hash=hashed).select_related("day__service_point", "desk", "visit")


class Ticket(models.Model):
    """A numbered ticket of a day: matter, language, together or separately. No name."""

    day = models.ForeignKey(WalkInDay, on_delete=models.CASCADE, related_name="tickets")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=12, choices=TicketState.choices, default=TicketState.WAITING
    )
    version = models.PositiveIntegerField(default=1)
    link_nonce = models.CharField(max_length=32, blank=True)
    link_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other = models.CharField(max_length=6, choices=OtherMatter.choices, blank=True)
    language = models.CharField(max_length=2, default="fi")
    # A partial language in which they read the pages of the number; empty: `language`.
    reads = models.CharField(max_length=10, blank=True, default="", db_default="")
    meeting = models.CharField(max_length=8, choices=Company.choices, default=Company.ALONE)
    # Further matters of the same visit, besides the first.
    also = models.ManyToManyField(Service, blank=True, related_name="+")
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.KIOSK)
    # Who called it, to which desk; of a finished visit, who had it last.
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    professional = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Handed over to this colleague, who calls it before others.
    for_professional = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Stepped back: not to be called before this.
    ready_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    step_backs = models.PositiveSmallIntegerField(default=0)
    more_times = models.PositiveSmallIntegerField(default=0)
    # Derived from the event rows, kept here for queries.
    taken_at = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    serving_since = models.DateTimeField(null=True, blank=True)
    served_seconds = models.FloatField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    # For statistics: the actual matter, and how the visit ended.
    turned_out_service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    turned_out_other = models.CharField(max_length=6, choices=OtherMatter.choices, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)
    agreement_made = models.BooleanField(default=False)
    # Which, as far as that is known: the number of children by kind.
    agreements = models.JSONField(default=dict, db_default={}, blank=True)
    links_given = models.BooleanField(default=False)
    # Who came of those who were expected, and what comes next; empty where nobody noted it.
    came = models.CharField(
        max_length=4, choices=Came.choices, blank=True, default="", db_default=""
    )
    next_step = models.CharField(
        max_length=9, choices=NextStep.choices, blank=True, default="", db_default=""
    )
    # Referred: where to, and when they are expected there.
    sent_to = models.ForeignKey(
        Destination, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expected_at = models.DateTimeField(null=True, blank=True)
    agency_answer = models.CharField(max_length=9, choices=AgencyAnswer.choices, blank=True)
    # The agency that sent the person here with this number.
    sent_by = models.ForeignKey(
        Destination, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # On hold: since when, and when the person reported back.
    held_at = models.DateTimeField(null=True, blank=True)
    back_at = models.DateTimeField(null=True, blank=True)
    # Known while the day runs, so that two parties who come separately do not meet.
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Booked from this ticket; removed when the day ends, as is the party.
    appointment = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The visit of today for which it was given; removed when the day ends. `appointment` is a later one.
    visit = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    apart_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    apart_settled_at = models.DateTimeField(null=True, blank=True)

    # Set while the number follows what was marked of its visit: then it tells the visit nothing back.
    is_following = False

    objects = TicketQuerySet.as_manager()

    # As it was when it was locked, and the events since: for undoing them.
    former: dict[str, Any] | None = None

    class Meta:
        verbose_name = _("queue number")
        verbose_name_plural = _("queue numbers")
        ordering = ["day", "number"]
        constraints = [
            models.UniqueConstraint(fields=["day", "number"], name="a_number_is_given_once_a_day"),
            models.UniqueConstraint(
                fields=["desk"],
                condition=Q(state__in=["called", "called_again", "serving"]),
                name="a_desk_has_one_number_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(service__isnull=True) ^ Q(other=""),
                name="a_number_has_one_matter",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["called", "called_again", "serving", "on_hold"])
                | (Q(desk__isnull=False) & Q(professional__isnull=False)),
                name="a_called_number_has_a_desk",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                ^ Q(state__in=["done", "sent_on", "left", "not_there", "closed", "void"]),
                name="a_closed_number_knows_when",
            ),
            models.CheckConstraint(
                condition=Q(serving_since__isnull=True) ^ Q(state="serving"),
                name="a_visit_going_on_knows_since_when",
            ),
        ]
        indexes = [models.Index(fields=["day", "state", "number"], name="number_in_the_queue")]

    def __str__(self) -> str:
        return str(self.number)

    @cached_property
    def further_services(self) -> list[Service]:
        """The further matters, for showing: read once."""
        return list(self.also.all())

    @cached_property
    def new_events(self) -> "list[TicketEvent]":
        """The events written with this instance, in their order."""
        return []

    def allows(self, action: Action) -> bool:
        return self.state in TABLE[action].sources

    def require(self, action: Action) -> None:
        """Raise TransitionRefusedError unless the ticket's state allows the action."""
        next_state(action, TicketState(self.state))

    @property
    def is_waiting(self) -> bool:
        """Whether it may be called."""
        return self.state in CALLABLE

    @property
    def is_plainly_waiting(self) -> bool:
        """Whether nothing has been done with it yet: neither called nor let others go first."""
        return self.state == TicketState.WAITING

    @property
    def is_called(self) -> bool:
        return self.state in CALLED

    @property
    def is_at_desk(self) -> bool:
        return self.state in AT_DESK

    @property
    def is_serving(self) -> bool:
        return self.state == TicketState.SERVING

    @property
    def is_on_hold(self) -> bool:
        return self.state == TicketState.ON_HOLD

    @property
    def is_called_again(self) -> bool:
        return self.state == TicketState.CALLED_AGAIN

    @property
    def has_stepped_back(self) -> bool:
        """Whether others go first, until a time."""
        return self.state == TicketState.STEPPED_BACK

    @property
    def is_assigned(self) -> bool:
        """Whether a professional has it, at the desk or on hold."""
        return self.state in ASSIGNED

    @property
    def is_done(self) -> bool:
        return self.state == TicketState.DONE

    @property
    def is_void(self) -> bool:
        """Whether the number was given by mistake."""
        return self.state == TicketState.VOID

    @property
    def is_referred(self) -> bool:
        """Whether the person was sent on to somebody else."""
        return self.state == TicketState.REFERRED

    @property
    def has_left(self) -> bool:
        return self.state == TicketState.LEFT

    @property
    def did_not_come(self) -> bool:
        return self.state == TicketState.NOT_THERE

    @property
    def is_over(self) -> bool:
        return self.state in FINAL

    @property
    def is_booked(self) -> bool:
        """Whether it is the number of a booked visit."""
        return self.other == OtherMatter.BOOKED

    @property
    def matter(self) -> str:
        """The key of the matter; see tickets/matters.py."""
        return f"s{self.service_id}" if self.service_id else self.other

    @property
    def ending(self) -> str:
        """How it ended: the outcome of a visit, where somebody was referred, else its state."""
        if self.is_done and self.outcome:
            return str(self.get_outcome_display())
        if self.state == TicketState.REFERRED and self.sent_to is not None:
            answer = f", {self.get_agency_answer_display()}" if self.agency_answer else ""
            return f"{self.get_state_display()}: {self.sent_to}{answer}"
        return str(self.get_state_display())

    @property
    def actual_service(self) -> Service | None:
        """The service that it turned out to be about; else the one asked for."""
        if self.turned_out_other:
            return None
        return self.turned_out_service or self.service

    @property
    def booking_query(self) -> str:
        """What a form that books an appointment begins with."""
        service = {"service": self.service.slug} if self.service else {}
        return urlencode({**service, "language": self.language})

    @property
    def turned_out(self) -> str:
        """The key of the actual matter; without one, of the matter asked for."""
        if self.turned_out_service_id:
            return f"s{self.turned_out_service_id}"
        return self.turned_out_other or self.matter


class TicketEvent(models.Model):
    """One event of a ticket: what, when, by whom, at which desk. Append-only."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=TicketState.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=6, choices=Actor.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    professional = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=20, blank=True)
    # An undo: the first event of this ticket that no longer counts; none after it does.
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
