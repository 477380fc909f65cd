"""Numbers, and what happened to each. No names: nothing here says who somebody is."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Appointment, Meeting, Party
from bookings.visibility import APPOINTMENT, PARTY, Reader, hidden_from
from office.models import Professional, Service
from walkin.models.days import WalkInDay
from walkin.models.places import Desk, Destination
from walkin.states import AT_DESK, CALLABLE, OPEN, State

LINK = "walk-in-ticket"


class OtherMatter(models.TextChoices):
    """Matters of the walk-in that are no service of ours."""

    ADVICE = "advice", _("Advice on something else")
    PAPERS = "papers", _("Papers, or a question about my appointment")
    UNSURE = "unsure", _("I do not know")


class Source(models.TextChoices):
    KIOSK = "kiosk", _("at the kiosk")
    STAFF = "staff", _("by staff")
    PHONE = "phone", _("on their own phone")


class Outcome(models.TextChoices):
    """How a visit ended, for statistics."""

    ADVICE = "advice", _("advice given")
    AGREEMENT = "agreement", _("agreement made")
    PARENTHOOD = "parenthood", _("parenthood acknowledged")
    BOOKED = "booked", _("appointment booked")
    OTHER = "other", _("something else")


class By(models.TextChoices):
    PERSON = "person", _("the person")
    STAFF = "staff", _("staff")
    SYSTEM = "system", _("the system")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> "TicketQuerySet":
        return self.filter(state__in=OPEN)

    def callable(self) -> "TicketQuerySet":
        """Those who wait to be called, first come first."""
        return self.filter(state__in=CALLABLE).order_by("number")

    def at_desk(self) -> "TicketQuerySet":
        """Called or being served."""
        return self.filter(state__in=AT_DESK)

    def with_known_party(self) -> "TicketQuerySet":
        """With whom staff know it to be, and what the walk-in may read of them."""
        party = hidden_from(Reader.WALK_IN, PARTY, "party__")
        visit = hidden_from(Reader.WALK_IN, APPOINTMENT, "party__appointment__")
        return self.select_related("party__appointment").defer(*party, *visit)

    def by_token_hash(self, hashed: str) -> "TicketQuerySet":
        """Links die with the day."""
        return self.filter(link_hash=hashed).select_related("day__service_point", "desk")


class Ticket(models.Model):
    """One number of one day: a matter, a language, together or separately. No name."""

    day = models.ForeignKey(WalkInDay, on_delete=models.CASCADE, related_name="tickets")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    version = models.PositiveIntegerField(default=1)
    link_nonce = models.CharField(max_length=32, blank=True)
    link_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other = models.CharField(max_length=6, choices=OtherMatter.choices, blank=True)
    language = models.CharField(max_length=2, default="fi")
    meeting = models.CharField(max_length=8, choices=Meeting.choices, default=Meeting.SEPARATE)
    source = models.CharField(max_length=5, choices=Source.choices, default=Source.KIOSK)
    # Who called it to which desk; of a finished visit, who had it last.
    desk = models.ForeignKey(
        Desk, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    professional = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Handed on to this colleague, who calls it before others.
    for_professional = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Stepped back: not called before this instant.
    ready_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    step_backs = models.PositiveSmallIntegerField(default=0)
    more_times = models.PositiveSmallIntegerField(default=0)
    # Kept beside the event rows, which say the same.
    taken_at = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    serving_since = models.DateTimeField(null=True, blank=True)
    served_seconds = models.FloatField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    # For statistics: the matter as it turned out, and how the visit ended.
    turned_out_service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    turned_out_other = models.CharField(max_length=6, choices=OtherMatter.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    agreement_made = models.BooleanField(default=False)
    links_given = models.BooleanField(default=False)
    # Guided on: to whom, and from when on they are expected there.
    sent_to = models.ForeignKey(
        Destination, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expected_at = models.DateTimeField(null=True, blank=True)
    # Known to staff for as long as the day runs, so that two who come separately do not meet.
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Booked from this number; forgotten when the day ends, like the party.
    appointment = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    apart_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    apart_settled_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

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
                ^ Q(state__in=["done", "sent_on", "left", "not_there", "closed"]),
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

    @property
    def matter(self) -> str:
        """The key of the matter; see matters.py."""
        return f"s{self.service_id}" if self.service_id else self.other

    @property
    def turned_out(self) -> str:
        """The key of the matter as it turned out, or as it was told."""
        if self.turned_out_service_id:
            return f"s{self.turned_out_service_id}"
        return self.turned_out_other or self.matter


class TicketEvent(models.Model):
    """A change of a number's state: what, when, by whom, at which desk. Append-only."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=State.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=6, choices=By.choices)
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

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
