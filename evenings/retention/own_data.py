"""Somebody's sign-ups for evenings: in their own extract, and deleted on their request."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bookings.hooks import KeptElsewhere
from evenings.models import SignUp
from evenings.retention.removal import blank_contacts, remove_messages
from office.core import clock
from office.core.dates import when


def sign_ups_of(contacts: Sequence[str], language: str) -> KeptElsewhere:
    """Find sign-ups under one of the contacts. Tell whether there is a private word, and not which."""
    rows, records = [], []
    for sign_up in _with_contacts(contacts).select_related("evening__kind"):
        evening = sign_up.evening
        word = _("with a private word") if sign_up.word_hash else ""
        facts = [sign_up.shown_number, evening.kind.title, sign_up.first_name]
        facts += [str(sign_up.get_status_display()), str(sign_up.people), word]
        rows.append((when(evening.starts_at, language), ", ".join(filter(None, facts))))
        records.append(evening.log_record)
    return KeptElsewhere(_("Sign-ups for evenings"), rows, records)


def forget_sign_ups(contacts: Sequence[str]) -> None:
    """Delete name and contact of the sign-ups. A place that is to come stays, as a number alone.

    Its private word stays until after the evening: it keeps apart two who must not meet.
    """
    found = _with_contacts(contacts)
    blank_contacts([row.pk for row in found.filter(evening__ends_at__lte=clock.now())])
    to_come = list(found.filter(evening__ends_at__gt=clock.now()))
    remove_messages(to_come)
    SignUp.objects.filter(pk__in=[row.pk for row in to_come]).update(
        first_name="", email="", phone=""
    )


def _with_contacts(contacts: Sequence[str]) -> QuerySet[SignUp]:
    wanted = Q(pk__in=[])
    for contact in contacts:
        wanted |= Q(email__iexact=contact) if "@" in contact else Q(phone=contact)
    return SignUp.objects.filter(wanted).order_by("evening__starts_at", "pk")
