"""Families whose matters take more: two matters and more people, a joint time, a series, by video."""

from dataclasses import asdict, fields, replace
from datetime import timedelta

from bookings.appointments import people
from bookings.appointments.by_video import set_joins_by_video
from bookings.cases.actions import CaseDetails, Kind, new_case, record_case
from bookings.joint_times.actions import ask_both, keep_marks, usual_due_day
from bookings.joint_times.common_times import CELLS, Marks
from bookings.lifecycle.video_links import lead_of, set_video_link
from bookings.models import (
    Answer,
    Appointment,
    OtherParent,
    Party,
    PartyRole,
    StartedBy,
    Status,
)
from bookings.parties.records import Participation, PartyDetails
from demo.asks import DeskWriter
from demo.people import DemoParent, Parents
from office.core import clock
from office.models import Channel, ServicePoint, User

SERIES_OF = 3
REPORT_VISITS, REPORT_DAYS = 4, 49
VIDEO_ROOM = "https://video.example/perhe-17"


def write_families(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    _two_matters_and_more_people(desk, parents, secretary)
    _joint_time(desk, parents, secretary)
    _series(desk, parents, secretary)
    _by_video(desk, parents, secretary)
    _one_by_video(desk, parents, secretary)
    _home_visit(desk, parents, secretary)


def _two_matters_and_more_people(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    """Book custody with maintenance; invite a young person, and add a support person."""
    visit = desk.confirmed(
        "custody-agreement",
        days_ago=9,
        requester=parents.one("fi"),
        other=parents.one("fi"),
        answer=Answer.ACCEPTED,
        answered_hours_ago=50,
        ahead=9,
        also=["child-maintenance"],
        ages=[8, 15],
    )
    invited = visit.parties.get(is_requester=False)
    for part in (
        Participation(PartyRole.YOUNG, is_told_openly=True),
        Participation(PartyRole.SUPPORT, accompanies=invited, is_notified=True),
    ):
        details = PartyDetails(**asdict(parents.one("fi")))
        people.add_person(visit.pk, details, part, user=secretary)


def _joint_time(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    """Ask both when they can come; one has marked."""
    visit = desk.request(
        "custody-agreement",
        hours=30,
        requester=replace(parents.one("fi"), email_is_safe=True),
        other=parents.one("fi"),
        other_parent=OtherParent.GIVEN,
    )
    # The other parent has told the unit since how they are reached.
    visit.parties.filter(is_requester=False).update(given_by_other=False, email_is_safe=True)
    ask_both(
        visit.pk,
        due_day=usual_due_day(),
        point=ServicePoint.objects.in_use().first(),
        user=secretary,
    )
    marks = Marks(frozenset(cell for cell in CELLS if cell[1] == "morning"))
    keep_marks(visit.parties.get(is_requester=True).pk, marks)


def _series(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    """Book mediation in three visits: the first was held, the second is agreed."""
    first = (
        Appointment.objects.filter(
            service__slug="family-mediation",
            status=Status.DONE,
            other_parent=OtherParent.GIVEN,
            ends_at__lt=clock.now() - timedelta(days=3),
            case=None,
        )
        .order_by("-starts_at")
        .first()
    )
    one, other = _couple_of(first) if first else (parents.one("fi"), parents.one("fi"))
    following = desk.confirmed(
        "family-mediation",
        days_ago=9,
        requester=one,
        other=other,
        answer=Answer.ACCEPTED,
        answered_hours_ago=20,
        ahead=6,
    )
    begun = clock.local((first or following).created_at).date()
    case = new_case(
        CaseDetails(StartedBy.PARENTS, following.service, begun, None, SERIES_OF),
        user=secretary,
        visit=following.reference,
    )
    visits = [visit.pk for visit in (first, following) if visit]
    Appointment.objects.filter(pk__in=visits).update(case=case)
    record_case(case, Kind.BOOKED, user=secretary, visit=following.reference)


def _couple_of(visit: Appointment) -> tuple[DemoParent, DemoParent]:
    asking, invited = visit.parties.order_by("-is_requester", "pk")[:2]
    return _parent_of(asking), _parent_of(invited)


def _parent_of(party: Party) -> DemoParent:
    given = {field.name: getattr(party, field.name) for field in fields(DemoParent)}
    return DemoParent(**given | {"phone": str(party.phone or "")})


def _by_video(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    """Book a visit by video, with its link and an interpreter not yet confirmed by the agency."""
    visit = desk.confirmed(
        "custody-agreement",
        days_ago=9,
        requester=parents.one("fi"),
        other=replace(parents.one("en"), interpreter="ar"),
        answer=Answer.ACCEPTED,
        answered_hours_ago=70,
        ahead=1,
        channel=Channel.VIDEO,
    )
    lead = lead_of(visit)
    if lead is not None and not lead.video_room:
        set_video_link(visit.pk, VIDEO_ROOM, user=secretary)


def _one_by_video(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    """Book a visit that one joins by video while the other comes to the place."""
    visit = desk.confirmed(
        "custody-agreement",
        days_ago=10,
        requester=parents.one("fi"),
        other=parents.one("fi"),
        answer=Answer.ACCEPTED,
        answered_hours_ago=60,
        ahead=2,
    )
    joining = visit.parties.get(is_requester=False)
    # They have given their own contacts since.
    visit.parties.filter(pk=joining.pk).update(given_by_other=False, email_is_safe=True)
    set_joins_by_video(joining.pk, joins=True, user=secretary)
    lead = lead_of(visit)
    if lead is not None and not lead.video_room:
        set_video_link(visit.pk, VIDEO_ROOM, user=secretary)


def _home_visit(desk: DeskWriter, parents: Parents, secretary: User) -> None:
    """Begin a report for a court: both come to the first visit, and one is then met at home."""
    one, other = parents.couple("fi")
    together = desk.confirmed(
        "court-report",
        days_ago=12,
        requester=one,
        other=other,
        answer=Answer.ACCEPTED,
        answered_hours_ago=80,
        ahead=3,
    )
    at_home = desk.confirmed(
        "court-report",
        days_ago=11,
        requester=one,
        other=None,
        answer=Answer.ACCEPTED,
        ahead=5,
        channel=Channel.HOME_VISIT,
    )
    asked = clock.local(together.created_at).date()
    due_on = clock.today() + timedelta(days=REPORT_DAYS)
    case = new_case(
        CaseDetails(StartedBy.COURT, together.service, asked, due_on, REPORT_VISITS),
        user=secretary,
        visit=together.reference,
    )
    for visit in (together, at_home):
        Appointment.objects.filter(pk=visit.pk).update(case=case)
        record_case(case, Kind.BOOKED, user=secretary, visit=visit.reference)
