"""Changing the rules of "Which way?". Rules that would leave somebody without help are not saved."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from office.core.once import one_at_a_time
from office.core.save_checked import save_checked
from office.guidance.ways import faults, load_rules
from office.models import GuidanceLink, GuidancePage, Service, WayAnswer, WayEnding, WayQuestion


def _lock() -> None:
    """Allow one change at a time: what is right by itself may be wrong together."""
    one_at_a_time("ways")


def refuse_faults() -> None:
    """Raise ValidationError where the rules, as they are now, have a fault."""
    found = faults(load_rules())
    if found:
        raise ValidationError(found)


@transaction.atomic
def save_question(question: WayQuestion) -> None:
    """Save a new or altered question. Raises ValidationError."""
    _lock()
    save_checked(question)
    refuse_faults()


@transaction.atomic
def save_answer(answer: WayAnswer) -> None:
    """Save a new or altered answer. Raises ValidationError."""
    _lock()
    save_checked(answer)
    refuse_faults()


@transaction.atomic
def save_ending(
    ending: WayEnding,
    *,
    services: Iterable[Service],
    links: Iterable[GuidanceLink],
    pages: Iterable[GuidancePage],
) -> None:
    """Save a new or altered end. Raises ValidationError."""
    _lock()
    save_checked(ending)
    ending.services.set(services)
    ending.links.set(links)
    ending.pages.set(pages)
    refuse_faults()


@transaction.atomic
def remove_row(row: WayQuestion | WayAnswer | WayEnding) -> None:
    """Remove it. Raises ValidationError where something leads there, or safety would go."""
    _lock()
    if isinstance(row, WayQuestion) and row.is_first:
        raise ValidationError(_("The question about safety stays."))
    try:
        row.delete()
    except ProtectedError:
        raise ValidationError(_("An answer leads here: let it lead elsewhere first.")) from None
    refuse_faults()
