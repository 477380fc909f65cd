"""Orders of interpreters for visits."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import Appointment
from office.models import Channel, InterpreterAgency, ServicePoint


class InterpreterOrderQuerySet(models.QuerySet["InterpreterOrder"]):
    def live(self) -> "InterpreterOrderQuerySet":
        """Keep orders that an agency has, and whose end is not noted."""
        return self.filter(state__in=InterpreterOrder.State.live())


class InterpreterOrder(models.Model):
    """That an interpreter of one language was ordered for a visit: from whom, for when and where.

    Whether one is needed is read off the parties, and whether the order still fits off the visit: nothing
    that moves or cancels a visit has to know of orders. What ended stays beside what was ordered after
    it: the last one says how the visit stands, and all are counted.
    """

    class State(models.TextChoices):
        ORDERED = "ordered", _("ordered, not confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")
        CAME = "came", _("came")
        ABSENT = "absent", _("did not come")

        @classmethod
        def live(cls) -> list["InterpreterOrder.State"]:
            return [cls.ORDERED, cls.CONFIRMED]

        @classmethod
        def over(cls) -> list["InterpreterOrder.State"]:
            return [cls.CAME, cls.ABSENT]

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="interpreter_orders"
    )
    # A code of office.core.interpreters, or that of the sign language interpreter among what visits need.
    language = models.CharField(max_length=60)
    state = models.CharField(max_length=9, choices=State.choices)
    agency = models.ForeignKey(
        InterpreterAgency, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    ordered_at = models.DateTimeField()
    # What was ordered from the agency.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InterpreterOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of an interpreter")
        verbose_name_plural = _("orders of interpreters")
        ordering = ["appointment", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "language"],
                condition=Q(state__in=["ordered", "confirmed"]),
                name="one_live_order_of_an_interpreter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.language} {self.state}"

    @property
    def is_ordered(self) -> bool:
        """Whether the agency has not confirmed it yet."""
        return self.state == self.State.ORDERED

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED

    @property
    def has_come(self) -> bool:
        return self.state == self.State.CAME

    @property
    def was_absent(self) -> bool:
        return self.state == self.State.ABSENT

    @property
    def is_live(self) -> bool:
        return self.state in self.State.live()

    @property
    def is_marked(self) -> bool:
        """Whether it is noted of the visit's present time that the interpreter came or did not."""
        return self.state in self.State.over() and self.starts_at == self.appointment.starts_at

    @property
    def fits(self) -> bool:
        """Whether the visit is still at the time and place that were ordered."""
        visit = self.appointment
        return (visit.starts_at, visit.ends_at, visit.channel) == (
            self.starts_at,
            self.ends_at,
            self.channel,
        ) and visit.meeting_point_id == self.service_point_id
