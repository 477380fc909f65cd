"""Where members of staff are signed in, and how soon their screens lock."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from office.models.people import Role


class StaffSession(models.Model):
    """One sign-in in one browser: for its user to recognise and to end. No network address is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(_("browser"), max_length=60, blank=True)
    began_at = models.DateTimeField(_("signed in at"))
    seen_at = models.DateTimeField(_("last used at"))

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user} {self.device}"


class LockTime(models.Model):
    """After how many idle minutes the screens of a role lock; 0: never."""

    role = models.CharField(_("role"), max_length=12, choices=Role.choices, primary_key=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MaxValueValidator(240)])

    class Meta:
        verbose_name = _("lock time")
        verbose_name_plural = _("lock times")

    def __str__(self) -> str:
        return f"{self.role} {self.minutes}"
