"""Who asked for a text message when their turn is near."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from walkin.models.tickets import Ticket


class NearText(models.Model):
    """A number to which one text goes; gone when it is written, not wanted, or the day has ended.

    Apart from the ticket: what is kept to undo an act with a ticket never holds it.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="near_text")
    phone = PhoneNumberField()
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("text message before the turn")
        verbose_name_plural = _("text messages before the turn")

    def __str__(self) -> str:
        return str(self.ticket_id)
