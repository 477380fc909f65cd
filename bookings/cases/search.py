"""Finding the case of somebody who has no visit yet: by name, number, address, or a code."""

from dataclasses import dataclass

from bookings.cases.invitations import person_of_code
from bookings.lifecycle.references import normal_code
from bookings.models import Case, CasePerson
from bookings.parties import conflicts
from bookings.parties.search import MatchedBy, ids_meant
from office.models import User


@dataclass(frozen=True)
class CaseMatch:
    """Somebody whom a notice names and who comes to no visit yet, and by what they were found."""

    person: CasePerson
    why: MatchedBy


def case_meant(code: str) -> Case | None:
    """Find the case by its reference, or by the code of a letter, however it is typed."""
    typed = normal_code(code)
    person = person_of_code(code) if typed else None
    if person is not None:
        return person.case
    return Case.objects.filter(reference=f"{typed[:3]}-{typed[3:]}").first()


def cases_meant(text: str, limit: int, *, user: User) -> list[CaseMatch]:
    """Find people without a visit whom `text` may mean, in matters that the user does not stay out of."""
    barred = conflicts.codes_barred_to(user)
    unbooked = CasePerson.objects.filter(party=None).exclude(case__visits__reference__in=barred)
    why: dict[int, MatchedBy] = {}
    for pk, reason in ids_meant(text, unbooked, code="case__reference"):
        why.setdefault(pk, reason)
    found = unbooked.filter(pk__in=list(why)[:limit])
    by_id = {person.pk: person for person in found.select_related("case__service")}
    return [CaseMatch(by_id[pk], why[pk]) for pk in why if pk in by_id]
