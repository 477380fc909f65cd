"""Matters that others have started: letters to post, posted and unanswered, a report for a court."""

from datetime import timedelta
from uuid import uuid4

from bookings.cases import actions
from bookings.cases.actions import CaseDetails, Invitee
from bookings.cases.queries import letter_mark, letters_to_post
from bookings.models import Case, CasePerson, PartyRole, StartedBy
from demo.people import Parents
from office.core import clock
from office.models import Service, Unit, User

DAY = timedelta(days=1)


def write_cases(parents: Parents, secretary: User) -> None:
    """Enter some notices, as far as the unit has the services."""
    _enter(parents, secretary, StartedBy.DVV, "parenthood", days_ago=2, language="fi")
    waiting = _enter(parents, secretary, StartedBy.KELA, "child-maintenance", days_ago=6)
    unanswered = _enter(parents, secretary, StartedBy.DVV, "parenthood", days_ago=24)
    for case, days_ago in ((waiting, 3), (unanswered, 20)):
        if case is not None:
            _post(case, secretary, days_ago)
    _enter(
        parents,
        secretary,
        StartedBy.COURT,
        "court-report",
        days_ago=5,
        due_in=9 * 7,
        visits=4,
        language="sv",
        is_protected=True,
    )


def _post(case: Case, secretary: User, days_ago: int) -> None:
    """Mark the letters of the case as posted that many days ago, and still unanswered."""
    marks = [letter_mark(person) for person in letters_to_post().filter(case=case)]
    actions.mark_posted([case.pk], marks, user=secretary)
    posted = clock.now() - days_ago * DAY
    CasePerson.objects.filter(case=case).update(posted_at=posted)
    waited = clock.local(posted).date() + Unit.get().letter_answer_days * DAY
    Case.objects.filter(pk=case.pk).update(answer_by=waited)


def _enter(
    parents: Parents,
    secretary: User,
    started_by: StartedBy,
    slug: str,
    *,
    days_ago: int,
    due_in: int | None = None,
    visits: int = 1,
    language: str = "",
    is_protected: bool = False,
) -> Case | None:
    service = Service.objects.in_use().filter(slug=slug).first()
    if service is None:
        return None
    today = clock.today()
    one, other = parents.couple("fi")
    details = CaseDetails(
        started_by,
        service,
        today - days_ago * DAY,
        today + due_in * DAY if due_in else None,
        visits,
    )
    way_round = "Digi- ja väestötietovirasto\nPL 123\n00531 Helsinki"
    people = [
        Invitee(one.name, "Esimerkkitie 12 A 4\n06100 Porvoo", language=language),
        Invitee(
            other.name,
            way_round if is_protected else "Mallikuja 3\n06150 Porvoo",
            is_protected=is_protected,
            role=PartyRole(service.other_side or PartyRole.PARENT),
        ),
    ]
    return actions.enter_case(details, people, user=secretary, made_from=uuid4())
