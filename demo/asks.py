"""Requests of every kind and open tasks at the secretary's desk."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Count

from bookings.appointments import notices, separate_visits
from bookings.availability.allocation import Taken, take_slot
from bookings.availability.search import Wish, find
from bookings.lifecycle.references import invitation_code
from bookings.matters.lengths import matters_together
from bookings.models import (
    Answer,
    Appointment,
    AppointmentEvent,
    EventKind,
    Meeting,
    MoveRequest,
    OtherParent,
    Status,
    TimeOffer,
)
from bookings.models.matters import Matters
from bookings.parties.records import hash_code
from demo.people import DemoParent, Parents
from demo.writing import By, Story, Writer, current_minute, earlier, next_working_moment
from office.calendar.hours_handover import BookingsHitError, fingerprint
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.core import clock
from office.models import Channel, ClaimKind, HoursChange, OutboxMessage, Service
from office.setup.day_changes import save_change


class DeskWriter:
    """Writes requests for real free times, and other tasks for the desk."""

    def __init__(self, parents: Parents, writer: Writer) -> None:
        self._writer = writer
        self._unit = writer.unit
        self._parents = parents
        self._now = current_minute()
        self._services = {s.slug: s for s in Service.objects.all()}

    def fill(self) -> None:
        self._open_requests()
        self._offered()
        self._answers()
        self._move()
        self._orphan()
        self._separate()

    def _open_requests(self) -> None:
        custody, maintenance = "custody-agreement", "child-maintenance"
        anna, mikko = self._parents.couple("fi")
        anna = replace(anna, needs="", message="Olen töissä vuoroissa, iltapäivä sopii parhaiten.")
        mikko = replace(mikko, language="fi", interpreter="", needs="")
        # The same family twice: each parent has asked, unaware of the other.
        self.request(
            custody,
            days_ago=2,
            hours=1.4,
            requester=anna,
            other=mikko,
            other_parent=OtherParent.GIVEN,
            ahead=9,
        )
        self.request(
            maintenance,
            hours=3.2,
            requester=replace(mikko, message="En halua tulla samaan huoneeseen."),
            other_parent=OtherParent.ASK_FIRST,
            meeting=Meeting.SEPARATE,
            ahead=6,
        )
        # The same person twice, with the same phone number.
        twice = replace(self._parents.one("sv"), call_is_safe=True)
        self.request("separation-counselling", hours=26, requester=twice, ahead=4)
        self.request(
            "parenting-plan",
            hours=0.7,
            requester=replace(twice, email="", email_is_safe=False, sms_is_safe=True),
            ahead=7,
            channel=Channel.VIDEO,
        )
        self.request(
            custody,
            hours=5,
            requester=replace(
                self._parents.one("fi"),
                message="Voisiko tapaaminen olla ennen koulujen lomaa? Lapsia on kaksi.",
            ),
            other=self._parents.one("fi"),
            other_parent=OtherParent.GIVEN,
            preferred={
                "days": ["0", "2"],
                "parts": ["morning"],
                "words": "Maanantait ja keskiviikot, koulupäivän aikana.",
            },
        )
        self.request(
            "family-mediation",
            hours=20,
            requester=self._parents.one("fi"),
            other_parent=OtherParent.PASS_ON,
            ahead=8,
        )
        self.request(
            "parenthood",
            hours=0.3,
            requester=replace(self._parents.one("en"), interpreter="ar"),
            other=self._parents.one("en"),
            other_parent=OtherParent.GIVEN,
            ahead=5,
            language="en",
        )
        self.request(
            "separation-counselling",
            hours=1.1,
            requester=self._parents.anonymous("fi"),
            ahead=3,
            anonymous=True,
        )

    def request(
        self,
        slug: str,
        *,
        hours: float,
        requester: DemoParent,
        days_ago: int = 0,
        other: DemoParent | None = None,
        other_parent: OtherParent = OtherParent.NONE,
        meeting: Meeting = Meeting.TOGETHER,
        ahead: int | None = None,
        channel: str = Channel.IN_PERSON,
        language: str = "",
        preferred: dict[str, object] | None = None,
        anonymous: bool = False,
    ) -> Appointment:
        """Add an open request, sent some hours ago, for a time some days `ahead` (None: without one)."""
        created = earlier(self._now, hours=hours + 24 * days_ago)
        story = Story(self._services[slug], created, requester, other, Answer.NOT_ASKED)
        story.status, story.channel, story.meeting = Status.REQUESTED, channel, meeting
        story.language, story.other_parent = language or requester.language, other_parent
        story.preferred, story.is_anonymous = preferred or {}, anonymous
        story.events = [(EventKind.REQUESTED, Status.REQUESTED, created, By.PARTY)]
        if other_parent == OtherParent.PASS_ON:
            story.other = DemoParent(name="", language=requester.language)
        appointment = self._written(story, ahead, ClaimKind.REQUEST)
        if other_parent == OtherParent.PASS_ON:
            invited = appointment.parties.get(is_requester=False)
            appointment.invitation_hash = hash_code(invitation_code(invited.link_nonce))
            appointment.save(update_fields=["invitation_hash"])
        self._say(appointment, created, notices.notify_received)
        return appointment

    def confirmed(
        self,
        slug: str,
        *,
        days_ago: float,
        requester: DemoParent,
        other: DemoParent | None,
        answer: Answer,
        ahead: int,
        answered_hours_ago: float | None = None,
        meeting: Meeting = Meeting.TOGETHER,
        channel: str = Channel.IN_PERSON,
        also: Sequence[str] = (),
        ages: Sequence[int] = (),
    ) -> Appointment:
        """Add an agreed visit, asked for some days ago."""
        created = earlier(self._now, hours=24 * days_ago)
        confirmed = min(next_working_moment(self._unit, created), earlier(self._now, minutes=30))
        story = Story(self._services[slug], created, requester, other, answer)
        story.language, story.meeting, story.channel = requester.language, meeting, channel
        story.other_parent = OtherParent.GIVEN if other else OtherParent.NONE
        story.ages = ages
        if also:
            matters = matters_together(
                story.service,
                [self._services[slug] for slug in also],
                LengthNeeds(len(ages) or None),
                VisitLengths.of(self._unit),
            )
            story.also, story.minutes = matters.also, matters.minutes
        story.events = [
            (EventKind.REQUESTED, Status.REQUESTED, created, By.PARTY),
            (EventKind.CONFIRMED, Status.CONFIRMED, confirmed, By.STAFF),
        ]
        if answered_hours_ago is not None:
            story.answered_at = earlier(self._now, hours=answered_hours_ago)
            what = (
                EventKind.ACCEPTED if answer == Answer.ACCEPTED else EventKind.DECLINED_INVITATION
            )
            story.events.append((what, Status.CONFIRMED, story.answered_at, By.PARTY))
        appointment = self._written(story, ahead, ClaimKind.APPOINTMENT)
        self._say(appointment, confirmed, notices.notify_confirmed)
        return appointment

    def _written(self, story: Story, ahead: int | None, kind: ClaimKind) -> Appointment:
        reference = self._writer.new_reference()
        if ahead is not None:
            taken = self._take(story.matters, story.channel, ahead, kind, reference)
            story.claim, story.point = taken.claim, taken.claim.service_point
            story.start, story.end = taken.start, taken.end
            story.professionals = taken.professionals
            story.room = taken.room.pk if taken.room else None
        self._writer.add(story, reference)
        return self._writer.write()[0]

    def _take(
        self, matters: Matters, channel: str, ahead: int, kind: ClaimKind, label: str
    ) -> Taken:
        """Take the first free time from that many days ahead; failing that, the last one before."""
        wish = Wish.about(matters, channel)
        slots = find(wish, self._unit).slots
        after = [s for s in slots if s.start >= self._now + timedelta(days=ahead)]
        return take_slot(
            wish, (after or slots[-1:])[0], self._unit, kind=kind, label=label, online=False
        )

    def _say(
        self, appointment: Appointment, at: datetime, tell: Callable[[Appointment], object]
    ) -> None:
        """Write the messages of that moment, as sent then."""
        tell(appointment)
        OutboxMessage.objects.filter(about=appointment.reference).update(
            created_at=at, send_after=at, sent_at=at + timedelta(seconds=20), attempts=1
        )

    def _separate(self) -> None:
        """Add two linked visits of parents who come separately, and one whose other is not arranged."""

        def visit(ahead: int, other: DemoParent | None = None) -> Appointment:
            return self.confirmed(
                "custody-agreement",
                days_ago=3,
                requester=self._parents.one("fi"),
                other=other,
                answer=Answer.NOT_ASKED,
                ahead=ahead,
                meeting=Meeting.SEPARATE,
            )

        separate_visits.link(visit(3), visit(5))
        visit(6, other=self._parents.one("fi"))

    def _offered(self) -> None:
        """Offer two times, none chosen yet."""
        created = earlier(self._now, hours=49)
        offered = min(next_working_moment(self._unit, created), earlier(self._now, hours=1))
        story = Story(self._services["custody-agreement"], created, self._parents.one("sv"))
        story.status, story.language = Status.OFFERED, "sv"
        story.other, story.answer = self._parents.one("sv"), Answer.NOT_ASKED
        story.other_parent = OtherParent.GIVEN
        story.events = [
            (EventKind.REQUESTED, Status.REQUESTED, created, By.PARTY),
            (EventKind.OFFERED, Status.OFFERED, offered, By.STAFF),
        ]
        appointment = self._written(story, None, ClaimKind.OFFER)
        for ahead in (10, 15):
            taken = self._take(
                story.matters, story.channel, ahead, ClaimKind.OFFER, appointment.reference
            )
            TimeOffer.objects.create(
                appointment=appointment,
                starts_at=taken.start,
                ends_at=taken.end,
                channel=story.channel,
                service_point=taken.claim.service_point,
                room=taken.room,
                claim=taken.claim,
                created_at=offered,
                expires_at=self._now + timedelta(days=self._unit.offer_days),
            )
        self._say(appointment, offered, notices.notify_offered)

    def _answers(self) -> None:
        """Add invitations: declined, unanswered, to be called, and one with a failed message."""
        one = self._parents.one
        self.confirmed(
            "custody-agreement",
            days_ago=6,
            requester=one("fi"),
            other=one("fi"),
            answer=Answer.DECLINED,
            ahead=11,
            answered_hours_ago=7,
        )
        self.confirmed(
            "child-maintenance",
            days_ago=8,
            requester=one("sv"),
            other=one("sv"),
            answer=Answer.ASKED,
            ahead=12,
        )
        by_call = replace(one("fi"), email_is_safe=False, sms_is_safe=False, call_is_safe=True)
        self.confirmed(
            "separation-counselling",
            days_ago=1,
            requester=by_call,
            other=None,
            answer=Answer.ACCEPTED,
            ahead=6,
        )
        failing = self.confirmed(
            "child-maintenance",
            days_ago=3,
            requester=replace(one("fi"), email_is_safe=True, sms_is_safe=False, is_protected=True),
            other=None,
            answer=Answer.ACCEPTED,
            ahead=13,
        )
        OutboxMessage.objects.filter(about=failing.reference, link_purpose="party").update(
            sent_at=None,
            attempts=5,
            failed_at=earlier(self._now, hours=2),
            last_error="refused 550",
        )

    def _move(self) -> None:
        """Add a party who asks for another time, which is kept meanwhile."""
        appointment = self.confirmed(
            "custody-agreement",
            days_ago=9,
            requester=self._parents.one("fi"),
            other=self._parents.one("fi"),
            answer=Answer.ACCEPTED,
            ahead=8,
            answered_hours_ago=100,
        )
        party = appointment.parties.get(is_requester=False)
        asked = earlier(self._now, hours=4)
        taken = self._take(
            appointment.matters, appointment.channel, 16, ClaimKind.REQUEST, appointment.reference
        )
        MoveRequest.objects.create(
            appointment=appointment,
            party=party,
            starts_at=taken.start,
            ends_at=taken.end,
            channel=appointment.channel,
            service_point=taken.claim.service_point,
            room=taken.room,
            claim=taken.claim,
            created_at=asked,
        )
        AppointmentEvent.objects.create(
            appointment=appointment,
            what=EventKind.MOVE_ASKED,
            status=appointment.status,
            at=asked,
            by=By.PARTY,
            party=party,
        )

    def _orphan(self) -> None:
        """Cut somebody's hours under an appointment."""
        appointment = (
            Appointment.objects.agreed()
            .annotate(people=Count("staff"))
            .filter(people=1, starts_at__gt=self._now + timedelta(days=6))
            .exclude(staff__professional__user__isnull=False)
            .order_by("starts_at")
            .first()
        )
        if appointment is None or appointment.starts_at is None or appointment.ends_at is None:
            return
        start, end = clock.local(appointment.starts_at), clock.local(appointment.ends_at)
        change = HoursChange(
            professional=appointment.professionals.get(),
            effect=HoursChange.Effect.CUTS,
            date=start.date(),
            starts=start.time(),
            ends=end.time(),
        )
        try:
            save_change(change)
        except BookingsHitError as error:
            save_change(change, seen=fingerprint(error.hits))
