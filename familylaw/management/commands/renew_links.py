"""Renew every personal link under the new key, after LINK_KEY has leaked."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from familylaw.link_renewal import renew_links
from familylaw.link_sending import send_new_links
from office.messaging.link_key import fingerprint
from office.models import LinkKeyMark


class Command(BaseCommand):
    help = (
        "Make every personal link anew under the LINK_KEY that is set now. Links that were sent before "
        "open nothing from then on; everybody is sent the new one by their own safe ways. Stop the "
        "services first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if LinkKeyMark.objects.filter(fingerprint=fingerprint()).exists():
            raise CommandError(
                "LINK_KEY is still the key that the links were made with: set a new one first "
                '(python3 -c "import secrets; print(secrets.token_urlsafe(64))"), wherever the app runs.'
            )
        if settings.LINK_KEY == settings.SECRET_KEY and not settings.DEMO:
            raise CommandError("LINK_KEY is the SECRET_KEY: give it a key of its own.")
        if settings.CALENDAR_KEY == settings.LINK_KEY:
            self.stderr.write(
                "CALENDAR_KEY is not set: later letters will not move the entries that are in people's "
                "calendars, but add others. Set it to the former LINK_KEY, wherever the app runs."
            )
        with transaction.atomic():
            count = renew_links()
            written = send_new_links()
        self.stdout.write(
            f"{count} links were made anew, and {written} messages with a new one wait to be sent. "
            "Start the services again. Whom no message reaches stands in the work list, to be called."
        )
