"""From the next morning on, tell those who had a place what there is to read, and of the questions."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from bookings.appointments.reminders import REMINDED_AT
from evenings.afterwards.feedback import may_answer
from evenings.models import EveningMaterial, EveningStatus, SignUp, SignUpStatus
from evenings.notifications import messages
from office.core import clock
from office.messaging import quiet_hours
from office.models import OutboxMessage, Unit


def notify_afterwards() -> int:
    """Write each of them once, and of both at once where there is something to read; how many.

    May run as often as one likes.
    """
    now = clock.now()
    if now < clock.at(clock.today(), REMINDED_AT) or not quiet_hours.may_write(now, Unit.get()):
        return 0
    midnight, _end = clock.day_bounds(clock.today(), clock.today())
    had_place = (
        SignUp.objects.filter(
            status=SignUpStatus.SIGNED,
            evening__status=EveningStatus.PUBLISHED,
            evening__ends_at__lt=midnight,
            evening__ends_at__gt=now - messages.NOTIFIED_WITHIN,
        )
        .exclude(email="", phone="")
        .exclude(_was_notified("after"))
    )
    materials = EveningMaterial.objects.filter(evening=OuterRef("evening"))
    to_read = had_place.filter(Exists(materials)).values_list("pk", flat=True)
    to_ask = had_place.exclude(Exists(materials) | _was_notified("asks")).values_list(
        "pk", flat=True
    )
    return sum([*map(_notify_after, list(to_read)), *map(_ask, list(to_ask))])


def _was_notified(what: str) -> Exists:
    """Say whether the message with this key is written, as notify_after and notify_asks name it."""
    key = Concat(Value("evening "), OuterRef("number"), Value(f":{what}"))
    return Exists(OutboxMessage.objects.filter(once_key=key))


@transaction.atomic
def _notify_after(sign_up_id: int) -> int:
    sign_up = SignUp.objects.select_for_update(of=("self",)).get(pk=sign_up_id)
    return messages.notify_after(sign_up, asks=may_answer(sign_up))


@transaction.atomic
def _ask(sign_up_id: int) -> int:
    sign_up = SignUp.objects.select_for_update(of=("self",)).get(pk=sign_up_id)
    return messages.notify_asks(sign_up) if may_answer(sign_up) else 0
