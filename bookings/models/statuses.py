"""What an appointment can be: its status, how the parents come, how the other parent hears of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    REQUESTED = "requested", _("requested")
    OFFERED = "offered", _("times offered")
    CONFIRMED = "confirmed", _("confirmed")
    ARRIVED = "arrived", _("arrived")
    IN_MEETING = "in_meeting", _("in the meeting")
    DONE = "done", _("done")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined")

    @classmethod
    def agreed(cls) -> list["Status"]:
        """List the statuses of a visit that is agreed and still ahead, or going on."""
        return [cls.CONFIRMED, cls.ARRIVED, cls.IN_MEETING]

    @classmethod
    def undecided(cls) -> list["Status"]:
        """List the statuses in which no time is agreed yet."""
        return [cls.REQUESTED, cls.OFFERED]

    @classmethod
    def before_visit(cls) -> list["Status"]:
        """List the statuses in which nobody has come yet."""
        return [*cls.undecided(), cls.CONFIRMED]

    @classmethod
    def closed(cls) -> list["Status"]:
        """List the statuses of a visit that does not take place."""
        return [cls.CANCELLED, cls.DECLINED]

    @classmethod
    def over(cls) -> list["Status"]:
        """List the statuses of a visit whose time came, used or not."""
        return [cls.DONE, cls.NO_SHOW]

    @classmethod
    def at_its_end(cls) -> list["Status"]:
        """List the statuses from which the next visit can be booked: somebody came, or nobody did."""
        return [cls.ARRIVED, cls.IN_MEETING, *cls.over()]

    @classmethod
    def open(cls) -> list["Status"]:
        """List the statuses of what nobody has closed yet."""
        return [*cls.undecided(), *cls.agreed()]


# The reason of the event with which staff booked it for somebody: distinguished from a confirmed request.
BY_STAFF = "booked_by_staff"


class Meeting(models.TextChoices):
    TOGETHER = "together", _("together")
    SEPARATE = "separate", _("separately")


class OtherParent(models.TextChoices):
    """How the other parent is to hear of it, as the asking parent chose."""

    GIVEN = "given", _("I give their contact details")
    PASS_ON = "pass_on", _("I pass on the invitation myself")
    UNIT = "unit", _("Contact the other parent for me")
    # Nobody else is contacted before the parent is talked with: see bookings.lifecycle.contact_consent.
    ASK_FIRST = "ask", _("Do not contact the other parent before you have talked with me")
    UNSURE = "unsure", _("I cannot say")
    NONE = "none", _("The matter concerns only me")

    @classmethod
    def ask_first(cls) -> list["OtherParent"]:
        """List the choices after which nobody is contacted before a talk; not knowing counts as no."""
        return [cls.ASK_FIRST, cls.UNSURE]

    @classmethod
    def of_the_unit(cls) -> list["OtherParent"]:
        """List the choices that leave it to the unit to bring the other parent in, if at all."""
        return [cls.UNIT, *cls.ask_first()]
