"""Partners, and a slip as the pages make it."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client

from office.models import PartnerOrganisation
from referrals.hand_over.actions import own_path
from referrals.models import DirectoryEntry, Referral
from tests.bookings.desk_cast import Desk

# Words that stand nowhere else.
WORDS = {
    "first_name": "Zelma",
    "contact": "040 7654321",
    "spoken": "so",
    "matter": "Zuhause gesucht",
    "message": "Zwei Zeilen, frei",
}


def entry(name: str = "Näsin neuvola", **fields: Any) -> DirectoryEntry:
    """Make a service of a partner."""
    organisation, _made = PartnerOrganisation.objects.get_or_create(
        name_fi=f"{name} oy", defaults={"is_active": True}
    )
    return DirectoryEntry.objects.create(
        organisation=organisation,
        **{
            "name_fi": name,
            "for_whom_fi": "Odottaville",
            "address_fi": "Näsintie 1",
            "languages": ["fi", "sv"],
            "phone": "019 000 0015",
            **fields,
        },
    )


def form(clinic: DirectoryEntry, *disclosed: str, **fields: Any) -> dict[str, Any]:
    """Return what is typed together with the person: everything, but only what is named is ticked."""
    return {
        "entry": clinic.pk,
        "language": "fi",
        "disclosed": list(disclosed),
        "key": uuid4(),
        **WORDS,
        **fields,
    }


@dataclass
class Slip:
    """What the person carries away."""

    referral: Referral
    # The partner's address and the person's own.
    partner: str
    own: str


def slip(by: Desk, clinic: DirectoryEntry, *disclosed: str, query: str = "", **fields: Any) -> Slip:
    """Hand somebody on, through the pages."""
    data = form(clinic, *(disclosed or ("first_name", "contact")), **fields)
    made = by.client.post(f"/desk/referrals/new/{query}", {**data, "agree": "1", "consent": "on"})
    assert made.status_code == 302, made.context["form"].errors
    page = by.client.get(made.headers["Location"])
    assert page.status_code == 200
    referral = Referral.objects.get(made_from=data["key"])
    code = page.context["code"].replace("-", "")
    return Slip(referral, f"/referral/{code}/", own_path(referral))


def in_english(client: Client) -> Client:
    """Make the browser that of somebody who has chosen English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def visitor() -> Client:
    """Return a fresh browser that reads English."""
    return in_english(Client())


def opened(at: str) -> str:
    """Return what a partner reads after pressing the button."""
    return visitor().post(f"{at}open/", follow=True).content.decode()
