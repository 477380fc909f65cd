"""Words before visits, as work of the desk."""

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from bookings.models import AppointmentEvent, EventKind, Party, WordBefore


def with_words(parties: QuerySet[Party]) -> QuerySet[Party]:
    """Tell of each party how many words were written, and how many wait for a call."""
    return parties.annotate(
        words=Count("words_before"),
        words_waiting=Count("words_before", filter=Q(words_before__answered_at=None)),
    )


def parties_who_wrote() -> QuerySet[Party]:
    """Return the parties whose word waits for a call, with tries since; the oldest word first."""
    tries = AppointmentEvent.objects.filter(
        appointment=OuterRef("appointment"),
        party=OuterRef("pk"),
        what=EventKind.NOT_REACHED,
        undone_by=None,
        at__gte=OuterRef("written_at"),
    ).order_by()
    per_party = tries.values("party")
    return (
        Party.objects.filter(pk__in=WordBefore.objects.open().values("party"))
        .annotate(written_at=Min("words_before__sent_at", filter=Q(words_before__answered_at=None)))
        .annotate(
            tries=Subquery(per_party.annotate(n=Count("pk")).values("n")),
            last_try=Subquery(per_party.annotate(last=Max("at")).values("last")),
        )
        .select_related("appointment")
        .order_by(F("written_at").asc(), "pk")
    )
