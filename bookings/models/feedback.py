"""Three questions after the visit. Answers are counted, never stored one by one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bookings.models.parties import Party
from office.models import ServicePoint


class FeedbackQuestion(models.TextChoices):
    HEARD = "heard", _("Were you heard?")
    EVEN_HANDED = "even", _("Were both parties treated even-handedly?")
    AGAIN = "again", _("Would you use the service again if you needed it?")

    def label_of(self, level: "FeedbackLevel") -> str:
        """Label a level as an answer to this question."""
        if self == FeedbackQuestion.AGAIN and level == FeedbackLevel.PARTLY:
            return pgettext("answer to a question after the visit", "Perhaps")
        return str(level.label)


class FeedbackLevel(models.TextChoices):
    """In the order in which levels may be added together where few have chosen one."""

    YES = "yes", pgettext_lazy("answer to a question after the visit", "Yes")
    PARTLY = "partly", pgettext_lazy("answer to a question after the visit", "Partly")
    NO = "no", pgettext_lazy("answer to a question after the visit", "No")


class FeedbackCount(models.Model):
    """How often one level was chosen in a month at a point; nobody's visit, and no single answer."""

    # The first day of the month in which it was answered.
    month = models.DateField(_("month"))
    # None: by phone or video.
    service_point = models.ForeignKey(
        ServicePoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    question = models.CharField(max_length=5, choices=FeedbackQuestion.choices)
    level = models.CharField(max_length=6, choices=FeedbackLevel.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of answers after visits")
        verbose_name_plural = _("counts of answers after visits")
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "service_point", "question", "level"],
                condition=Q(service_point__isnull=False),
                name="answers_of_a_month_are_counted_once",
            ),
            models.UniqueConstraint(
                fields=["month", "question", "level"],
                condition=Q(service_point__isnull=True),
                name="answers_without_a_point_are_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="answers_are_known_by_month_alone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.question} {self.level}"


class FeedbackGiven(models.Model):
    """That a party has answered, so that each does once. Not when, and not what."""

    party = models.OneToOneField(Party, on_delete=models.CASCADE, related_name="feedback_given")

    class Meta:
        verbose_name = _("party who has answered after the visit")
        verbose_name_plural = _("parties who have answered after the visit")

    def __str__(self) -> str:
        return f"party {self.party_id}"
