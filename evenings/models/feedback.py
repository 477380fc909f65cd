"""Three questions after an evening. Answers are counted, never stored one by one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import FeedbackLevel
from evenings.models.evenings import EveningKind
from evenings.models.sign_ups import SignUp


class EveningQuestion(models.TextChoices):
    USEFUL = "useful", _("Was the evening useful to you?")
    EASY = "easy", _("Was it easy for you to be there?")
    RECOMMEND = "tell", _("Would you tell others in your situation about the evenings?")


class EveningFeedbackCount(models.Model):
    """How often one level was chosen in a month after evenings of one kind; no single answer."""

    # The first day of the month in which it was answered.
    month = models.DateField(_("month"))
    kind = models.ForeignKey(EveningKind, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=6, choices=EveningQuestion.choices)
    level = models.CharField(max_length=6, choices=FeedbackLevel.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of answers after evenings")
        verbose_name_plural = _("counts of answers after evenings")
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "kind", "question", "level"],
                name="answers_after_evenings_are_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="answers_after_evenings_are_known_by_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.question} {self.level}"


class EveningFeedbackGiven(models.Model):
    """That a sign-up has answered, so that each does once. Not when, and not what."""

    sign_up = models.OneToOneField(SignUp, on_delete=models.CASCADE, related_name="feedback_given")

    class Meta:
        verbose_name = _("sign-up that has answered after the evening")
        verbose_name_plural = _("sign-ups that have answered after the evening")

    def __str__(self) -> str:
        return f"sign-up {self.sign_up_id}"
