"""Members of staff who sign in at their organisation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderAccount(models.Model):
    """Whom the organisation's sign-in knows under this subject. Never matched by name or e-mail."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="provider_account"
    )
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("organisation account")
        verbose_name_plural = _("organisation accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="one_user_for_a_subject_of_an_issuer"
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
