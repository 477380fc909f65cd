"""What is kept under somebody's phone numbers and e-mail addresses besides their appointments."""

from collections.abc import Iterable, Sequence

from bookings.hooks import CONTACT_DATA, CONTACT_FORGOTTEN, KeptElsewhere


def kept_under(contacts: Sequence[str], language: str) -> list[KeptElsewhere]:
    """Return it by kinds; nothing where there are no contacts."""
    return joined(find(contacts, language) for find in CONTACT_DATA) if contacts else []


def forget_under(contacts: Sequence[str]) -> None:
    """Delete it, as far as it may be. Call in a transaction."""
    if contacts:
        for forget in CONTACT_FORGOTTEN:
            forget(contacts)


def joined(found: Iterable[KeptElsewhere]) -> list[KeptElsewhere]:
    """Return one of each title, without those that hold nothing."""
    by_title: dict[str, KeptElsewhere] = {}
    for kept in found:
        before = by_title.get(kept.title)
        if before is not None:
            kept = KeptElsewhere(kept.title, before.rows + kept.rows, before.records + kept.records)
        by_title[kept.title] = kept
    return [kept for kept in by_title.values() if kept.rows]
