"""Own data of somebody who has no appointment: asked for by a phone number or an e-mail address.

Who asks has reserved a call-back, signed up for an evening, was handed on, or has called the desk.
"""

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet
from django.utils.translation import get_language

from bookings.models import DataRequest, Party
from bookings.retention.kept import forget_under, kept_under
from bookings.retention.requests import DataSection, ask, close_request, file_text, locked_request
from office.calendar.occupancy import retrying
from office.core import clock, live_updates
from office.models import AccessAction, AccessReason, User
from office.staff.access_log import ONE_PARTY, note_access, pseudonym

Outcome = DataRequest.Outcome


@retrying
def ask_at_the_desk(contact: str, kind: DataRequest.Kind) -> list[DataRequest]:
    """Note it for each appointment with a party who gave this contact; where there is none, by itself.

    What is kept besides appointments belongs to the requests of those as well.
    """
    parties = _parties_with(contact).order_by("pk").values_list("pk", flat=True)
    return [ask(pk, kind) for pk in parties] or [ask_under(contact, kind)]


def _parties_with(contact: str) -> QuerySet[Party]:
    own = Party.objects.filter(given_by_other=False)
    return own.filter(email__iexact=contact) if "@" in contact else own.filter(phone=contact)


@retrying
def ask_under(contact: str, kind: DataRequest.Kind) -> DataRequest:
    """Note what is asked about all that is kept under the contact; asked twice, it is one.

    It is to be answered within a month.
    """
    now = clock.now()
    asked, is_new = DataRequest.objects.get_or_create(
        contact=contact,
        kind=kind,
        answered_at=None,
        defaults={"asked_at": now, "due_at": clock.local(now) + relativedelta(months=1)},
    )
    if is_new:
        live_updates.announce(live_updates.DESK)
    return asked


def data_under(contact: str) -> list[DataSection]:
    """Return all that is kept under the contact apart from appointments, in the active language."""
    return [DataSection(kept.title, kept.rows) for kept in kept_under([contact], _language())]


def text_under(contact: str) -> str:
    """Write the file to hand over."""
    return file_text(data_under(contact), _language())


@retrying
def delete_under(request_id: int, *, user: User) -> DataRequest.Outcome:
    """Delete what may be deleted, and answer the request. Raises NotPossibleError.

    Who waits for a call is kept until it is made or cancelled; an appointment has a request of its own.
    """
    asked = locked_request(request_id)
    note_under(asked.contact, user, AccessAction.DELETE)
    forget_under([asked.contact])
    stays = bool(data_under(asked.contact)) or _parties_with(asked.contact).exists()
    return close_request(request_id, user, Outcome.PARTLY if stays else Outcome.DELETED)


def note_under(contact: str, user: User, action: AccessAction) -> None:
    """Write down that what is kept under the contact was handled; in this person's extract alone."""
    key = pseudonym(contact)
    records = [record for kept in kept_under([contact], _language()) for record in kept.records]
    note_access(
        user,
        records or [f"client-{key[:24]}"],
        action=action,
        reason=AccessReason.OWN_DATA,
        subjects=[key],
        of=ONE_PARTY,
    )


def _language() -> str:
    return get_language() or "fi"
