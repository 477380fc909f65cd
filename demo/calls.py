"""Call-backs: a few in past weeks, a few upcoming. The units found that they are rarely used."""

from datetime import date, datetime, timedelta
from random import Random
from uuid import uuid4

from bookings.availability.call_slots import CallTime, cut, free_calls
from bookings.lifecycle.references import new_reference
from bookings.models import CallBack, CallBackEvent, CallEventKind, CallStatus
from demo.people import Parents
from demo.writing import current_minute
from office.calendar.occupancy import TimeTakenError, take
from office.calendar.working_time import working_time
from office.core import clock, tokens
from office.models import ClaimKind, HoursKind, Professional, Service, ServicePoint, Unit, User

By, K = CallBackEvent.By, CallEventKind
# The share of reserved times, in the past and in the coming days.
SHARE = 0.18


class CallBackWriter:
    """Writes call-backs into free call-back times."""

    def __init__(self, random: Random, parents: Parents, first: date) -> None:
        self._random = random
        self._parents = parents
        self._first = first
        self._now = current_minute()
        self._unit = Unit.get()
        self._people = Professional.objects.in_bulk()
        self._points = ServicePoint.objects.in_bulk()
        self._services = [*Service.objects.online(), None]
        self._users = {u.pk: u for u in User.objects.all()}

    def fill(self) -> None:
        today = clock.today()
        for slot in cut(
            working_time(
                kind=HoursKind.CALL_BACK, first=self._first, last=today - timedelta(days=1)
            ),
            self._unit.call_back_minutes,
        ):
            if self._random.random() < SHARE:
                fate = self._random.random()
                reached, missed = CallStatus.REACHED, CallStatus.NOT_REACHED
                self._write(slot, reached if fate < 0.7 else missed)
        again = False
        free_slots = free_calls(self._unit, online=False).times
        # The next day with call-back times has some, so that there is something to see.
        days = sorted({clock.local(t.start).date() for t in free_slots})[:2]
        for slot in free_slots:
            soon = clock.local(slot.start).date() in days
            if self._random.random() < (0.3 if soon else SHARE / 3):
                self._write(slot, CallStatus.RESERVED)
        for slot in self._earlier_today():
            self._write(slot, CallStatus.REACHED if again else CallStatus.AGAIN)
            again = True

    def _earlier_today(self) -> list[CallTime]:
        """Add two past times of today: one caller is to be tried again."""
        today = clock.today()
        slots = cut(
            working_time(kind=HoursKind.CALL_BACK, first=today, last=today),
            self._unit.call_back_minutes,
        )
        return [slot for slot in slots if slot.end <= self._now][:2]

    def _write(self, slot: CallTime, status: CallStatus) -> None:
        person = self._people[slot.professional]
        language = self._random.choice([c for c in person.languages if c in ("fi", "sv")] or ["fi"])
        parent = self._parents.one(language)
        created = min(
            slot.start - timedelta(days=self._random.uniform(0.5, 5)),
            self._now - timedelta(hours=1),
        ).replace(second=0, microsecond=0)
        code, nonce = new_reference(CallBack), tokens.new_nonce()
        if CallBack.objects.filter(reference=code).exists():
            return
        try:
            claim = take(
                kind=ClaimKind.CALL_BACK,
                resources=[slot.professional],
                start=slot.start,
                end=slot.end,
                label=code,
                service_point=self._points[slot.point],
            )
        except TimeTakenError:
            # A visit ran over.
            return
        call = CallBack.objects.create(
            reference=code,
            status=status,
            professional=person,
            starts_at=slot.start,
            ends_at=slot.end,
            claim=claim,
            service=self._random.choice(self._services),
            name=parent.name.split()[0] if self._random.random() < 0.4 else parent.name,
            phone=parent.phone,
            email=parent.email if parent.email_is_safe else "",
            voicemail_is_safe=self._random.random() < 0.4,
            sms_is_safe=parent.sms_is_safe,
            email_is_safe=parent.email_is_safe,
            language=language,
            link_nonce=nonce,
            link_hash=tokens.hash_token(tokens.link_token("call_back", nonce)),
            made_from=uuid4(),
            created_at=created,
            updated_at=slot.start if status != CallStatus.RESERVED else created,
        )
        events: list[tuple[CallEventKind, CallStatus, datetime, User | None]] = [
            (K.RESERVED, CallStatus.RESERVED, created, None)
        ]
        if status != CallStatus.RESERVED:
            what = {CallStatus.REACHED: K.REACHED, CallStatus.AGAIN: K.AGAIN}.get(status, K.CLOSED)
            events.append((what, status, slot.start, self._users.get(person.user_id or 0)))
        CallBackEvent.objects.bulk_create(
            CallBackEvent(
                call_back=call,
                what=what,
                status=after,
                at=at,
                by=By.STAFF if what != K.RESERVED else By.CALLER,
                user=user,
            )
            for what, after, at, user in events
        )
