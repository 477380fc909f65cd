"""What a partner sees of those whom it has referred: code, day and state, and nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.desk_kit.labels import Tag
from bookings.models import CallBack


@dataclass(frozen=True)
class Referred:
    call: CallBack
    tag: Tag


def referred(calls: Iterable[CallBack]) -> list[Referred]:
    """Say of each whether it is received or done: not whether somebody was reached."""
    received = Tag(_("received"), "tag--wait", "clock")
    done = Tag(pgettext("referral", "done"), "tag--good", "check")
    return [Referred(call, received if call.is_open else done) for call in calls]
