"""What the booking panel holds: its forms, the times that fit, and the booking that comes of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bookings.appointments import separate_visits
from bookings.appointments.occasions import Occasion
from bookings.appointments.staff_booking import Booking, Chosen
from bookings.availability.codec import found_time_value, parse_found_time, slot_value
from bookings.availability.search import Wish
from bookings.availability.slots import Slot
from bookings.models import Appointment, Meeting, OtherParent
from bookings.parties import conflicts
from bookings.parties.records import PartyDetails
from bookings.staff_booking.forms import (
    ANY_PLACE,
    OtherWayForm,
    PanelPartyForm,
    WishForm,
    day_typed,
)
from bookings.staff_booking.presenters import SHOWN, Fitting, fitting, usual_service
from office.core import clock
from office.models import Attendance, Channel, Service, Unit

KEYS, OTHER_KEYS = "12345", "67890"
CALLER, OTHER = "caller", "other"
# What people are known again by; see bookings.parties.conflicts.
PARTS = ("name", "phone", "email")
TIME, OTHER_TIME = "slot", "slot_other"


class Panel:
    """Bound to what was posted, or begun with what is usual and what the address asks for.

    `first`: the visit beside which the other parent's own is booked. `occasion`: what it is booked on.
    `for_secretary`: only secretaries look for people who have been here, and write and read notes.
    """

    def __init__(
        self,
        request: HttpRequest,
        first: Appointment | None = None,
        *,
        occasion: Occasion | None = None,
        for_secretary: bool = True,
    ) -> None:
        self.unit = Unit.get()
        self.first = first
        self.occasion = occasion
        self.for_secretary = for_secretary
        self.post: Mapping[str, str] = request.POST if request.method == "POST" else {}
        data = request.POST if request.method == "POST" else None
        # Only what is to be booked is checked: looking for a time, one has not written all of it yet.
        self._books = self.post.get("do") == "book"
        # Other wishes have other times; what was stepped to is looked at again from the beginning.
        self._is_fresh = "fresh" in request.GET or self.post.get("do") == "times"
        # Opened by a free time of the calendar, the times begin with that one.
        self._since = _time_of(request.GET.get("at", "")) if data is None else None
        self.wish_form = WishForm(data, initial=self._begun(request))
        self.caller = PanelPartyForm(data, prefix=CALLER, initial=self._known())
        self.other = PanelPartyForm(data, prefix=OTHER)
        self.rest = OtherWayForm(data)
        if data is not None and not self._books:
            self.caller = unchecked(self.caller)
            self.other = unchecked(self.other)
            self.rest = unchecked(self.rest)
        if not for_secretary:
            self.rest.is_said_here()
        # Free times that stand in place of the next ones: those near one that was just taken.
        self.near: Sequence[Slot] | None = None
        self.errors: list[str] = []

    @cached_property
    def key(self) -> UUID:
        """By it a form that is sent twice books once."""
        try:
            return UUID(self.post.get("key", ""))
        except ValueError:
            return uuid4()

    def _begun(self, request: HttpRequest) -> dict[str, Any]:
        services = list(Service.objects.in_use())
        if self.first is not None:
            point, channel = self.first.service_point_id, self.first.channel
            in_person = channel == Channel.IN_PERSON
            return {
                "service": self.first.service_id,
                "language": self.first.language,
                "where": str(point or ANY_PLACE) if in_person else channel,
                "earliest": "",
                "meeting": Meeting.SEPARATE,
            }
        asked = {**(self.occasion.wish if self.occasion else {}), **request.GET.dict()}
        choices = WishForm().fields

        def wanted(name: str, field: str, otherwise: str) -> str:
            known = dict(cast(forms.ChoiceField, choices[field]).choices)  # type: ignore[arg-type]
            return asked[name] if asked.get(name, "-") in known else otherwise

        wish = asked.get("service", "")
        service = next((s for s in services if wish in (str(s.pk), s.slug)), None)
        service = service or usual_service(services)
        try:
            earliest = day_typed(date.fromisoformat(asked.get("from", "")))
        except ValueError:
            earliest = ""
        return {
            "service": service.pk if service else "",
            "language": wanted("language", "language", "fi"),
            "where": wanted("channel", "where", wanted("point", "where", ANY_PLACE)),
            "earliest": earliest,
            "meeting": wanted("meeting", "meeting", Meeting.TOGETHER),
        }

    def _known(self) -> dict[str, Any]:
        """The other parent's details, as far as they are known."""
        party = self.first.parties.filter(is_requester=False).first() if self.first else None
        return PanelPartyForm.initial_of(party) if party else {}

    @cached_property
    def wish(self) -> dict[str, Any]:
        """The wish as it stands, with what is usual in place of what was typed wrongly."""
        form = self.wish_form
        if form.is_bound and form.is_valid():
            return form.cleaned_data
        usual = {
            name: form.initial.get(name)
            if not form.is_bound or name in form.errors
            else form[name].value()
            for name in form.fields
        }
        form = WishForm(usual)
        form.is_valid()
        return form.cleaned_data

    @property
    def service(self) -> Service | None:
        found: Service | None = self.wish.get("service")
        return found

    @property
    def is_separate(self) -> bool:
        return bool(self.wish.get("meeting") == Meeting.SEPARATE)

    @property
    def comes_alone(self) -> bool:
        return self.service is None or self.service.attendance == Attendance.ONE

    @property
    def may_be_anonymous(self) -> bool:
        return bool(
            self.service
            and self.service.may_be_anonymous
            and self.wish["channel"] == Channel.IN_PERSON
            and self.first is None
        )

    @property
    def is_anonymous(self) -> bool:
        return self.may_be_anonymous and bool(self.post.get("anonymous"))

    @property
    def overrides_gap(self) -> bool:
        return bool(self.post.get("overrides_gap"))

    @cached_property
    def _looked_for(self) -> Wish | None:
        """None where the service is not given so."""
        service, channel = self.service, self.wish.get("channel", "")
        if service is None or channel not in service.channels:
            return None
        point = self.wish["point"]
        where = point.pk if point else None
        return Wish(service, channel, where, self.wish["language"], self._without)

    @cached_property
    def _without(self) -> frozenset[int]:
        """Who stays out of the matter of the people who are typed so far."""
        people = [
            conflicts.Person.of(*(self.post.get(f"{who}-{part}", "") for part in PARTS))
            for who in (CALLER, OTHER)
        ]
        barred = conflicts.barred_from(self.first.pk) if self.first else frozenset()
        return barred | conflicts.barred_with(p for p in people if p != conflicts.Person())

    def chosen(self, name: str) -> Chosen | None:
        """The time that is chosen in the field `name`."""
        service = self.service
        found = parse_found_time(self.post.get(name, ""), service) if service else None
        if found is None or service is None:
            return None
        channel, language, slot = found
        return Chosen(Wish(service, channel, slot.point, language), slot)

    def _value(self, name: str) -> str:
        found = self.chosen(name)
        if found is None:
            return ""
        wish = found.wish
        return found_time_value(wish.service, wish.channel, wish.language, slot_value(found.slot))

    @property
    def has_other_time(self) -> bool:
        """Whether a shown time is chosen for the other parent's own visit."""
        return bool(self.other_times and any(t.is_chosen for t in self.other_times.times))

    def _kept(self, name: str) -> Slot | None:
        """A chosen time stays in sight while the rest of the form is put right."""
        found, wish = self.chosen(name), self._looked_for
        if found is None or wish is None or not self._books:
            return None
        asked = replace(wish, point=found.slot.point, without=frozenset())
        return found.slot if asked == found.wish else None

    def _skip(self, name: str) -> int:
        if self._is_fresh:
            return 0
        text = self.post.get(f"{name}_to") or self.post.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 5 else 0

    @cached_property
    def times(self) -> Fitting | None:
        """The next fitting times; None where the service is not given so."""
        wish = self._looked_for
        if wish is None:
            return None
        keep_clear = self.first is not None and not self.overrides_gap
        return fitting(
            wish,
            self.unit,
            earliest=self.wish["earliest"],
            since=self._since,
            skip=self._skip("skip"),
            keys=KEYS,
            chosen=self._value(TIME),
            keep=self._kept(TIME),
            clear_of=separate_visits.stay_of(self.first) if self.first and keep_clear else None,
            only=self.near,
        )

    @cached_property
    def other_times(self) -> Fitting | None:
        """Times for the other parent's own visit, clear of the one that is chosen for the caller."""
        wish, mine = self._looked_for, self.chosen(TIME)
        if wish is None or mine is None or not self.is_separate or self.first is not None:
            return None
        in_person = mine.wish.channel == Channel.IN_PERSON
        length = timedelta(minutes=wish.service.duration + wish.service.buffer_after)
        start, point = mine.slot
        stay = separate_visits.Stay(start, start + length, point)
        return fitting(
            wish,
            self.unit,
            earliest=self.wish["earliest"],
            skip=self._skip("skip_other"),
            keys=OTHER_KEYS,
            chosen=self._value(OTHER_TIME),
            keep=self._kept(OTHER_TIME),
            clear_of=stay if in_person and not self.overrides_gap else None,
        )

    def booking(self) -> Booking | None:
        """What is to be booked; None where something is missing or wrong, which the page then says."""
        time = self.chosen(TIME)
        if time is None:
            self.errors.append(_("Choose one of the times."))
        way, other, is_clear = self._other_parent()
        if other is None:
            # What is not asked for is not found fault with.
            self.other = unchecked(self.other)
        if self.is_anonymous:
            self.caller.fields["name"].required = False
        valid = [form.is_valid() for form in (self.wish_form, self.caller, self.rest)]
        if time is not None and time.wish.channel == Channel.PHONE:
            own_visit = other if self.is_separate and self.chosen(OTHER_TIME) else None
            valid += [form.may_be_called() for form in (self.caller, own_visit) if form is not None]
        if not all(valid) or not is_clear or time is None or self.service is None:
            return None
        language = self.wish["language"]
        return Booking(
            service=self.service,
            time=time,
            caller=self._caller(language),
            # Any language with an interpreter: what is written is in Finnish.
            language=language or "fi",
            meeting=self.wish["meeting"],
            is_anonymous=self.is_anonymous,
            other_parent=way,
            other=self._details(other, language) if other else None,
            other_time=self.chosen(OTHER_TIME) if self.is_separate and other else None,
            note=self.rest.cleaned_data["note"] if self.for_secretary else "",
            overrides_gap=self.overrides_gap,
        )

    def _caller(self, language: str) -> PartyDetails:
        details = self._details(self.caller, language)
        if not self.is_anonymous:
            return details
        return replace(
            PartyDetails(name=details.name, language=details.language),
            interpreter=details.interpreter,
            interpreter_words=details.interpreter_words,
            access=details.access,
        )

    def _details(self, form: PanelPartyForm, language: str) -> PartyDetails:
        details = form.details_in(language)
        # Free text about needs is between a parent and the secretary.
        return details if self.for_secretary else replace(details, needs="", interpreter_words="")

    def _other_parent(self) -> tuple[str, PanelPartyForm | None, bool]:
        """How the other parent hears of it, their details where they are given, whether all is said."""
        if self.comes_alone or self.is_anonymous or self.first is not None:
            return OtherParent.NONE, None, True
        way = self.post.get("other_parent", "")
        if way in OtherParent.values:
            if way == OtherParent.PASS_ON and self.is_separate:
                # An invitation to this visit would tell the other parent when this one comes.
                text = _("Parents who come separately cannot be invited to each other’s visit.")
                self.errors.append(text)
            return way, None, not self.errors or way != OtherParent.PASS_ON
        empty = not any(self.post.get(f"{OTHER}-{name}") for name in ("name", "phone", "email"))
        if empty and self.service is not None and self.service.attendance == Attendance.EITHER:
            return OtherParent.NONE, None, True
        if empty:
            self.errors.append(_("Give the other parent’s details, or say how they hear of it."))
            return OtherParent.GIVEN, None, False
        ways = ("phone", "email")
        if self.caller.is_valid():
            given = (self.caller.cleaned_data["phone"], self.caller.cleaned_data["email"].lower())
            self.other.others = frozenset(way for way in given if way)
        if self.other.is_valid() and not any(self.other.cleaned_data[way] for way in ways):
            self.other.add_error("phone", _("Give their phone number or e-mail address."))
        return OtherParent.GIVEN, self.other, self.other.is_valid()

    def problems(self) -> "Problems":
        """The errors of all forms of the page."""
        used = [self.wish_form, self.caller, self.other, self.rest]
        # What nobody has looked at has no errors to show.
        return Problems([form for form in used if getattr(form, "_errors", None)], self.errors)

    def context(self) -> dict[str, Any]:
        """What the page's pieces need."""
        times, others = self.times, self.other_times
        return {
            "panel": self,
            "times": times,
            "other_times": others,
            "later": times.skipped + SHOWN if times else 0,
            "earlier": max(0, times.skipped - SHOWN) if times else 0,
            "later_other": others.skipped + SHOWN if others else 0,
            "today": clock.today(),
            "form": self.problems(),
        }


F = TypeVar("F", bound=forms.Form)


def unchecked(form: F) -> F:
    """The same with what was typed, and nothing said against it yet."""
    typed = {name: form[name].value() for name in form.fields}
    return type(form)(prefix=form.prefix, initial=typed)


class Problems:
    """Several forms' errors as one form's, for the summary of errors."""

    def __init__(self, some: Sequence[forms.Form], said: Sequence[str]) -> None:
        self._forms = some
        self._said = said

    @property
    def errors(self) -> bool:
        return bool(self._forms or self._said)

    @property
    def non_field_errors(self) -> Sequence[str]:
        return self._said

    def __iter__(self) -> Iterator[forms.BoundField]:
        for form in self._forms:
            yield from form


def _time_of(text: str) -> time | None:
    """A time of day in an address: "09:30"."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo else found
