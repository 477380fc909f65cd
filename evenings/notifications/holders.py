"""E-mail to those who hold an evening, when a colleague of the unit has moved or cancelled it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import TextChoices
from django.urls import reverse

from bookings.notifications.notify import Recipient, language_of, notify
from bookings.parties.safe_channels import Contact
from evenings.models import Evening
from evenings.notifications.kinds import HolderMessage, PartnerMessage
from office.messaging import outbox
from office.models import MessageChannel, PartnerOrganisation, Professional, User
from office.staff.permissions import may_open

# Nobody has asked an organisation for its language.
LANGUAGES_OF_A_PARTNER = ["fi", "sv"]


def about(evening: Evening) -> str:
    """Return the key under which the outbox finds the messages to an evening's holders."""
    return f"evening-{evening.pk}"


def evening_of(about: str) -> int:
    """Return the id of the evening that a message is about; 0 for none."""
    number = about.removeprefix("evening-")
    return int(number) if number.isdecimal() else 0


def notify_holders(evening: Evening, professionals: Iterable[Professional], *, user: User) -> int:
    """Tell them when and where they hold it now, but not `user`; how many messages were written."""
    return _tell_professionals(HolderMessage.HOLDS, evening, professionals, user, evening.starts_at)


def notify_let_go(
    evening: Evening, professionals: Iterable[Professional], *, user: User, starts_at: datetime
) -> int:
    """Tell them that they do not hold what was to begin then: it was cancelled, or others do."""
    return _tell_professionals(HolderMessage.OFF, evening, professionals, user, starts_at)


def notify_partners(
    evening: Evening, partners: Iterable[PartnerOrganisation], *, was_at: datetime
) -> int:
    """Tell them that what was to begin then is at another time or place, or off."""
    kind = PartnerMessage.OFF if evening.is_cancelled else PartnerMessage.CHANGED
    return sum(
        _write(
            kind,
            evening,
            partner.email,
            LANGUAGES_OF_A_PARTNER,
            {"was_at": was_at},
            among=PartnerMessage.values,
            expires_at=evening.starts_at,
        )
        for partner in partners
        if partner.email
    )


def partners_of(evening: Evening) -> list[PartnerOrganisation]:
    """Return the partners who know of the evening: its proposer, and once public, its holders."""
    found: set[PartnerOrganisation] = set()
    if evening.proposed_by is not None:
        found.add(evening.proposed_by)
    if not evening.is_planned:
        found.update(evening.organisers.all())
    return sorted(found, key=lambda partner: str(partner.name))


def _tell_professionals(
    kind: HolderMessage,
    evening: Evening,
    professionals: Iterable[Professional],
    user: User,
    starts_at: datetime,
) -> int:
    return sum(
        _write(
            kind,
            evening,
            person.email,
            [language_of(person)],
            {
                "starts_at": starts_at,
                "has_day": person.user and may_open(person.user, reverse("staff:my_day")),
            },
            among=HolderMessage.values,
            expires_at=starts_at,
        )
        for person in professionals
        if person.email and person.user_id != user.pk
    )


def _write(
    kind: TextChoices,
    evening: Evening,
    address: str,
    languages: list[str],
    context: Mapping[str, object],
    *,
    among: Collection[str],
    expires_at: datetime,
) -> int:
    """Write it in place of what of these kinds has not left yet."""
    outbox.withdraw(about=about(evening), kinds=among, to=address)
    return notify(
        kind,
        Recipient([Contact(MessageChannel.EMAIL, address)], languages),
        {"evening": evening, **context},
        about=about(evening),
        expires_at=expires_at,
    )
