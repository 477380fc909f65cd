"""What the secretary adds to a letter: the same to both parents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.appointments import AppointmentEvent


class AddedSentence(models.Model):
    """The words that went with what happened. See bookings.appointments.added_sentences."""

    event = models.OneToOneField(
        AppointmentEvent, on_delete=models.CASCADE, related_name="added_sentence"
    )
    # By language: of a standard sentence all three, as they were then; of own words one.
    texts = models.JSONField()
    # One of the unit's checked ones, which may stand in e-mail.
    is_standard = models.BooleanField()

    class Meta:
        verbose_name = _("added sentence")
        verbose_name_plural = _("added sentences")

    def __str__(self) -> str:
        return f"sentence {self.pk}"

    def in_language(self, language: str) -> tuple[str, str]:
        """Return the text for a reader of this language, and the language it is in."""
        if language not in self.texts:
            language = next(iter(self.texts))
        return self.texts[language], language
