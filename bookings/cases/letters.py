"""Invitations by post: a tagged PDF in each person's language, with a short code and where to type it.

Like every message it is neutral: it tells neither the matter nor anything of the other person.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.cases.queries import changes_since
from bookings.lifecycle.references import invitation_code
from bookings.models import Appointment, CasePerson, EventKind, Status
from bookings.notifications.notify import named_in_notice
from bookings.notifications.time_and_place import place_of
from office.core import clock, dates
from office.models import Unit
from office.typesetting.letters import printable
from office.typesetting.pdf import finish, typeset

# Where nobody has asked a person in which language to write.
IN_BOTH = ("fi", "sv")
TEMPLATE = Path(__file__).parent / "letter.typ"


def letters_pdf(people: Sequence[CasePerson], unit: Unit, *, site: str) -> bytes:
    """Return all letters as one file, one or two pages a person. Raises NoPdfError.

    `site`: scheme and host of the pages. Each person comes with the case's service and people, and with
    the visit where one is booked.
    """
    data = {
        "language": people[0].language or IN_BOTH[0] if people else IN_BOTH[0],
        "title": _("Letters"),
        "letters": [
            letter_of(person, unit, language, site=site)
            for person in people
            for language in ([person.language] if person.language else IN_BOTH)
        ],
    }
    return finish(typeset(TEMPLATE, data), data)


def letter_of(person: CasePerson, unit: Unit, language: str, *, site: str) -> dict[str, Any]:
    """Prepare one letter in one language for the template."""
    with override(language):
        visit = person.party.appointment if person.party else None
        stands = visit if visit and visit.status not in Status.closed() else None
        may_act = stands is not None or person.decides_time
        # A number stays on one line.
        phone = str(unit.phone).replace(" ", "\u00a0")
        signed = unit.sender_name
        return {
            "language": language,
            "sender": printable(signed),
            "date": dates.date(clock.today(), language),
            "address": [printable(line) for line in [person.name, *person.post_to.splitlines()]],
            "title": _("An invitation to a visit"),
            "opening": [_opening(person, visit)],
            "time": _time(stands, language),
            "steps": _steps(stands, site + reverse("public:enter_code")) if may_act else [],
            "code": invitation_code(person.nonce),
            "closing": [
                named_in_notice(),
                *_others(person),
                _("The code is yours alone. Do not give it to anybody else."),
                _(
                    "If you cannot use the internet, if the times do not suit you, or if you want to "
                    "know which authority it was, call us: %(phone)s. Say the code, and we agree on a "
                    "time together."
                )
                % {"phone": phone},
            ],
            "signed": printable(signed),
        }


def _opening(person: CasePerson, visit: Appointment | None) -> str:
    if visit is not None and visit.status in Status.closed():
        if person.decides_time:
            return _(
                "The visit to which we invited you is cancelled. Please choose a new time that suits you:"
            )
        return _(
            "The visit to which we invited you is cancelled: you need not come. We write to you again "
            "if there is a new time."
        )
    if visit is not None and person.posted_at is not None:
        changed = changes_since(person.posted_at).filter(appointment=visit)
        if changed.filter(what__in=EventKind.changing_place()).exists():
            return _("The time or the place of your visit has changed. It is now:")
    if visit is not None:
        return _("We have kept a time for a visit for you:")
    return _("We invite you to a visit with us. Please choose a time that suits you:")


def _time(visit: Appointment | None, language: str) -> str:
    if visit is None or visit.starts_at is None:
        return ""
    place = place_of(visit.channel, visit.service_point)
    return f"{dates.when(visit.starts_at, language)}, {place}"


def _steps(visit: Appointment | None, address: str) -> list[str]:
    shown = address.removeprefix("https://").removeprefix("http://")
    if visit is not None:
        last = _("Tell us whether you come, or ask for another time.")
    else:
        last = _("Choose a time, and tell us how we may reach you safely.")
    return [_("Open the address %(address)s") % {"address": shown}, _("Type the code below."), last]


def _others(person: CasePerson) -> list[str]:
    """Say openly that others are asked too; not who, nor what they have done."""
    if person.case.people.count() < 2:
        return []
    return [
        _(
            "Everybody whom the matter concerns gets the same letter. When a time has been chosen, the "
            "others are asked whether it suits them."
        )
    ]
