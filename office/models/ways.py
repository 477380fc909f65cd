"""The rules of "Which way?": questions, their answers, and the ends to which they lead."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office.models.guidance_pages import GuidancePage
from office.models.leads import Leads


class WayEnding(Leads):
    """The end of a path: its text, and the ways on."""

    title = models.CharField(_("heading"), max_length=80)
    text = models.TextField(_("text"), max_length=1200)
    pages = models.ManyToManyField(
        GuidancePage, blank=True, related_name="+", verbose_name=_("short pages")
    )

    class Meta:
        verbose_name = _("end of a path")
        verbose_name_plural = _("ends of paths")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class WayQuestion(models.Model):
    """A plain question. The first is about safety: it stays first, and cannot be removed."""

    text = models.CharField(_("question"), max_length=120)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    is_first = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_first"], condition=Q(is_first=True), name="one_question_is_the_first"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def are_set(cls) -> bool:
        """Say whether there is a first question to begin with."""
        return bool(cls.objects.filter(is_first=True).exists())


class WayAnswer(models.Model):
    """An answer, which leads to another question or to an end."""

    question = models.ForeignKey(WayQuestion, on_delete=models.CASCADE, related_name="answers")
    text = models.CharField(_("answer"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    next_question = models.ForeignKey(
        WayQuestion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_from",
        verbose_name=_("leads to the question"),
    )
    ending = models.ForeignKey(
        WayEnding,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_from",
        verbose_name=_("ends with"),
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_question__isnull=False, ending__isnull=True)
                | Q(next_question__isnull=True, ending__isnull=False),
                name="an_answer_leads_to_one_place",
                violation_error_message=_("Choose one: a question or an end."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
