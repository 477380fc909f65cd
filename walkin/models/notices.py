"""What staff say to everybody at a point at once, such as that the fire alarm went."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from office.models import ServicePoint


class NoticeKind(models.TextChoices):
    """Sentences that are ready in all languages, and the staff's own words."""

    ALARM = "alarm", _("Fire alarm")
    DELAY = "delay", _("Delay")
    PAUSE = "pause", _("Calling is paused")
    SHUT = "shut", _("Closed for the moment")
    OWN = "own", _("Own words")


SENTENCES: dict[str, Promise] = {
    NoticeKind.ALARM: _(
        "Fire alarm. Leave the building at once and follow the staff's instructions. You keep your "
        "number."
    ),
    NoticeKind.DELAY: _("Numbers are called more slowly than usual just now. We are sorry."),
    NoticeKind.SHUT: _("We are closed for the moment: no numbers are given. You keep your number."),
    NoticeKind.PAUSE: _("Calling is paused for a moment. You keep your place in the queue."),
}
# While one of these is shown, only staff give numbers.
STOPPING = frozenset({NoticeKind.ALARM, NoticeKind.SHUT})
LONGEST = 200


class PointNoticeQuerySet(models.QuerySet["PointNotice"]):
    def shown(self) -> "PointNoticeQuerySet":
        return self.filter(ended_at__isnull=True)

    def stopping(self) -> "PointNoticeQuerySet":
        """Keep those shown now, during which no numbers are given to the public."""
        return self.shown().filter(kind__in=STOPPING)


class PointNotice(models.Model):
    """One notice at a point, from its beginning to its end, and who did both. Never changed later."""

    service_point = models.ForeignKey(
        ServicePoint, on_delete=models.PROTECT, related_name="walk_in_notices"
    )
    kind = models.CharField(max_length=5, choices=NoticeKind.choices)
    # Only of the staff's own words.
    fi = models.CharField(max_length=LONGEST, blank=True)
    sv = models.CharField(max_length=LONGEST, blank=True)
    en = models.CharField(max_length=LONGEST, blank=True)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PointNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice at a walk-in")
        verbose_name_plural = _("notices at walk-ins")
        ordering = ["-began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["service_point"],
                condition=Q(ended_at__isnull=True),
                name="a_point_shows_one_notice_at_a_time",
                violation_error_message=_("This service point shows a notice already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at}"

    @property
    def is_alarm(self) -> bool:
        return self.kind == NoticeKind.ALARM

    @property
    def stops_numbers(self) -> bool:
        """Whether only staff give numbers while it is shown."""
        return self.kind in STOPPING

    @property
    def text(self) -> str:
        """The words in the language of now; own words that are missing in it, in Finnish."""
        if self.kind != NoticeKind.OWN:
            return str(SENTENCES[self.kind])
        return {"sv": self.sv, "en": self.en}.get(get_language() or "fi", "") or self.fi
