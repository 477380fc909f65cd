"""Appointments, from a parent's request to the end of the visit."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.event_kinds import EventKind
from bookings.models.guarded import Guarded
from bookings.models.matters import FURTHER, Matters, in_order
from bookings.models.referenced import Referenced
from bookings.models.statuses import BY_STAFF, Meeting, OtherParent, Status
from bookings.visibility import APPOINTMENT, Reader, hidden_from
from office.core import clock
from office.core.json_rows import from_json
from office.models import (
    Channel,
    Claim,
    HasChannel,
    Professional,
    Room,
    Service,
    ServicePoint,
    User,
)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def seen_by(self, reader: Reader) -> "AppointmentQuerySet":
        """Load the reader's columns alone; see bookings.visibility."""
        return self.defer(*hidden_from(reader, APPOINTMENT))

    def requested(self) -> "AppointmentQuerySet":
        """Keep requests that wait for the secretary, the oldest first."""
        return self.filter(status=Status.REQUESTED).order_by("created_at")

    def with_case(self) -> "AppointmentQuerySet":
        """Load the case too, and `visit_number`: which of the case's visits it is. No further query."""
        before = (
            Appointment.objects.filter(case=models.OuterRef("case"))
            .exclude(status__in=Status.closed())
            .filter(starts_at__lte=models.OuterRef("starts_at"))
            .order_by()
            .values("case")
            .annotate(count=models.Count("pk"))
        )
        return self.annotate(
            visit_number=models.Subquery(before.values("count")),
            case_reference=F("case__reference"),
            case_visits=F("case__visits_planned"),
            case_due_on=F("case__due_on"),
            case_closed_at=F("case__closed_at"),
        )

    def agreed(self) -> "AppointmentQuerySet":
        return self.filter(status__in=Status.agreed())

    def orphaned(self) -> "AppointmentQuerySet":
        """Open appointments whose hours were cut from under them."""
        return self.filter(status__in=Status.open(), claim__orphaned_at__isnull=False)

    def of_professional(self, professional: Professional) -> "AppointmentQuerySet":
        return self.filter(professionals=professional)

    def booked_by(self, user: User, since: datetime) -> "AppointmentQuerySet":
        """Keep appointments that the user has booked for somebody since an instant."""
        return self.filter(
            pk__in=AppointmentEvent.objects.filter(
                what=EventKind.CONFIRMED, reason=BY_STAFF, user=user, at__gte=since
            ).values("appointment")
        )

    def starting_between(self, start: datetime, end: datetime) -> "AppointmentQuerySet":
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class Appointment(Referenced, HasChannel, Guarded):
    """One visit, from the request to its end."""

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="appointments")
    # The further matters of the same visit, and how long all of it takes (minutes; None: as long as the
    # service says). See `matters`, and bookings.matters.queries for reading them along.
    also = models.ManyToManyField(Service, blank=True, related_name="further_appointments")
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # How many children it concerns; None where it is not known.
    children = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.IN_PERSON)
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    professionals = models.ManyToManyField(
        Professional, through="AppointmentProfessional", related_name="appointments"
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    # Owns the busy time; None where there is no time, or no longer one.
    claim = models.OneToOneField(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="appointment"
    )
    language = models.CharField(_("language of service"), max_length=2, default="fi")
    meeting = models.CharField(max_length=8, choices=Meeting.choices, default=Meeting.TOGETHER)
    is_anonymous = models.BooleanField(default=False)
    other_parent = models.CharField(
        max_length=8, choices=OtherParent.choices, default=OtherParent.NONE
    )
    # A code to hand over, by which an invited parent finds the invitation; hashed like a token.
    invitation_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    # "No time suits me": the days (0–6) and parts of day that would, and in the parent's words.
    preferred = models.JSONField(default=dict, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # How old the children are whom it is about, in full years: nothing else of them. None: not asked.
    children_ages = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    # Where the parties meet by video, and the time and the professional that the link was made for.
    video_link = models.URLField(max_length=500, blank=True, default="", db_default="")
    video_link_at = models.DateTimeField(null=True, blank=True)
    video_link_with = models.ForeignKey(
        Professional, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The matter that holds it together with other visits.
    case = models.ForeignKey(
        "bookings.Case", null=True, blank=True, on_delete=models.SET_NULL, related_name="visits"
    )
    # The secretary's own; nobody else's view has it.
    secretary_note = models.TextField(blank=True)
    # The key of the hold that it was made from: a form sent twice makes one request.
    made_from = models.UUIDField(null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "arrived", "in_meeting"])
                | (Q(starts_at__isnull=False) & Q(claim__isnull=False)),
                name="an_agreed_appointment_owns_its_time",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, starts_at__lt=F("ends_at")),
                name="an_appointment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["cancelled", "declined"]) | Q(claim__isnull=True),
                name="a_closed_appointment_frees_its_time",
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(5, 480)),
                name="a_visit_takes_five_minutes_to_eight_hours",
            ),
            models.CheckConstraint(
                condition=Q(video_link="") | Q(video_link__startswith="https://"),
                name="a_video_link_is_encrypted",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "created_at"], name="appointment_by_status"),
            models.Index(fields=["starts_at"], name="appointment_by_start"),
            # What is over and not noted is looked for among all that is over.
            models.Index(fields=["ends_at"], name="appointment_by_end"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def further_services(self) -> tuple[Service, ...]:
        """The further matters. A query where there may be some, unless they were fetched along."""
        rows = getattr(self, FURTHER, None)
        if rows is None and self.minutes is None:
            # One matter takes as long as its service says; several have a length of their own.
            return ()
        return in_order(self.also.all() if rows is None else from_json(Service, rows))

    @property
    def matters(self) -> Matters:
        """What the visit is about, with the time and people that it asks for."""
        return Matters(self.service, self.further_services, self.minutes)

    @property
    def is_requested(self) -> bool:
        return self.status == Status.REQUESTED

    @property
    def is_offered(self) -> bool:
        return self.status == Status.OFFERED

    @property
    def is_confirmed(self) -> bool:
        return self.status == Status.CONFIRMED

    @property
    def has_arrived(self) -> bool:
        """Whether somebody has come, and the meeting has not begun."""
        return self.status == Status.ARRIVED

    @property
    def is_in_meeting(self) -> bool:
        return self.status == Status.IN_MEETING

    @property
    def is_done(self) -> bool:
        return self.status == Status.DONE

    @property
    def is_no_show(self) -> bool:
        return self.status == Status.NO_SHOW

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED

    @property
    def is_declined(self) -> bool:
        return self.status == Status.DECLINED

    @property
    def is_separate(self) -> bool:
        """Whether each parent has a visit of their own."""
        return self.meeting == Meeting.SEPARATE

    @property
    def is_together(self) -> bool:
        return self.meeting == Meeting.TOGETHER

    @property
    def concerns_one_parent(self) -> bool:
        return self.other_parent == OtherParent.NONE

    @property
    def is_other_parent_invited(self) -> bool:
        """Whether the unit writes to the other parent without talking with the one who asks first."""
        return self.other_parent in (OtherParent.GIVEN, OtherParent.UNIT)

    @property
    def is_undecided(self) -> bool:
        return self.status in Status.undecided()

    @property
    def is_before_visit(self) -> bool:
        return self.status in Status.before_visit()

    @property
    def is_agreed(self) -> bool:
        return self.status in Status.agreed()

    @property
    def is_over(self) -> bool:
        """Whether the time of the visit came, and was used or not."""
        return self.status in Status.over()

    @property
    def is_open(self) -> bool:
        return self.status in Status.open()

    @property
    def has_time_ahead(self) -> bool:
        """Whether it has a time, and that has not begun."""
        return self.starts_at is not None and self.starts_at > clock.now()

    @property
    def is_orphaned(self) -> bool:
        """Whether the hours of its people were cut from under it."""
        return self.claim is not None and self.claim.orphaned_at is not None

    @property
    def meeting_point(self) -> ServicePoint | None:
        """Where one comes to; None for a visit by phone or video."""
        return self.service_point if self.channel == Channel.IN_PERSON else None

    @property
    def meeting_point_id(self) -> int | None:
        return self.service_point_id if self.channel == Channel.IN_PERSON else None


class AppointmentProfessional(models.Model):
    """A professional who meets the parties."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="staff")
    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="duties")
    is_lead = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "professional"],
                name="a_professional_is_once_in_an_appointment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.professional_id}"


class AppointmentEvent(models.Model):
    """An event in the appointment's history: what, when, by whom. Append-only."""

    class By(models.TextChoices):
        PARTY = "party", _("a party")
        STAFF = "staff", _("staff")
        SYSTEM = "system", _("the system")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=20, choices=EventKind.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=6, choices=By.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    party = models.ForeignKey(
        "bookings.Party", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    reason = models.CharField(max_length=40, blank=True)
    # What stood there before and after: times, places, names of staff. Nothing of the parties.
    details = models.JSONField(default=dict, blank=True)
    # The event that this one takes back, as if it had not been.
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="undone_by"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
