"""What a visitor has filled in so far: in the session, sealed for their browser, until it is sent."""

import uuid
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from bookings.appointments.requests import RequestDetails
from bookings.availability.holds import held_by
from bookings.availability.search import Wish
from bookings.matters.lengths import matters_together
from bookings.models import Hold, Meeting, OtherParent
from bookings.models.matters import Matters
from bookings.parties.records import PartyDetails
from bookings.public.forms import party_details
from office.calendar.visit_lengths import LengthNeeds, VisitLengths
from office.core.browser_seal import seal, unseal
from office.core.http import address_of
from office.core.languages import active_partial
from office.core.tokens import keyed
from office.models import Attendance, Channel, Service, ServicePoint, Unit

# Not "booking", under which former versions kept it as it was typed.
KEY = "draft"
VISITOR = "visitor"


class Draft:
    """One visitor's draft for one service.

    The person's own details are one for all services, so that nobody types them twice; where and when
    is per service, so that two tabs do not mix.
    """

    def __init__(self, request: HttpRequest, service: Service) -> None:
        self.request = request
        self.service = service
        sealed = request.session.get(KEY)
        # Where the browser's key is gone, so is what was typed.
        self.all: dict[str, Any] = (unseal(request, sealed) if sealed else None) or {}
        self.of_service: dict[str, Any] = self.all.get(service.slug) or {}

    def get(self, part: str) -> dict[str, Any]:
        """Return what was filled in on one page."""
        if part in ("contact",):
            return dict(self.all.get(part) or {})
        return dict(self.of_service.get(part) or {})

    def set(self, part: str, data: dict[str, Any]) -> None:
        """Keep one page's data."""
        if part in ("contact",):
            self.all[part] = data
        else:
            self.of_service[part] = data
        self._save()

    def drop(self, part: str) -> None:
        """Forget one page's data."""
        self.of_service.pop(part, None)
        self._save()

    def _save(self) -> None:
        self.__dict__.pop("matters", None)
        self.all[self.service.slug] = self.of_service
        self.request.session[KEY] = seal(self.request, self.all)

    @property
    def key(self) -> uuid.UUID:
        """What makes sending twice one request."""
        if "key" not in self.of_service:
            self.of_service["key"] = str(uuid.uuid4())
            self._save()
        return uuid.UUID(self.of_service["key"])

    @cached_property
    def matters(self) -> Matters:
        """Return what the visit is about, and how long the answers so far make it."""
        details, visit = self.get("matters"), self.get("visit")
        slugs = details.get("also") or []
        also = Service.objects.online().filter(slug__in=slugs) if slugs else ()
        # Asked before the time; the page about the visit asks again, and more closely.
        needs = LengthNeeds(
            details.get("children"),
            interpreter=bool(visit.get("interpreter") if visit else details.get("interpreter")),
            separate=visit.get("meeting") == Meeting.SEPARATE
            if visit
            else bool(details.get("separate")),
        )
        return matters_together(self.service, also, needs, VisitLengths.of(Unit.get()))

    @property
    def may_be_anonymous(self) -> bool:
        """Without a name one can come to the place; a call or a video link needs an address."""
        channel = self.get("where").get("channel", Channel.IN_PERSON)
        return self.matters.may_be_anonymous and channel == Channel.IN_PERSON

    @property
    def is_anonymous(self) -> bool:
        return bool(self.of_service.get("nickname")) and self.may_be_anonymous

    @property
    def wants_time(self) -> bool:
        """Whether a time is to be held; otherwise preferred days were given."""
        return not self.of_service.get("preferred")

    @property
    def asks_of_other(self) -> bool:
        """Whether the other parent's page belongs to this draft."""
        return self.matters.attendance != Attendance.ONE and not self.is_anonymous

    @property
    def other_is_chosen(self) -> bool:
        """Whether the other parent's page is filled in, and still fits how the parents come."""
        mode = self.get("other").get("other_parent")
        separate = self.get("visit").get("meeting") == Meeting.SEPARATE
        return bool(mode) and not (separate and mode == OtherParent.PASS_ON)

    @property
    def is_filled_in(self) -> bool:
        """Whether all but the time is given: who changes the time comes back to the check page."""
        who = self.is_anonymous or bool(self.get("contact"))
        other = not self.asks_of_other or self.other_is_chosen
        return who and bool(self.get("visit")) and other

    def sent(self, party_id: int, link: str = "") -> None:
        """Keep of the sent request only where its page is.

        `link`: the nonce of the party's own link: once that is closed, this browser does not show the new
        one.
        """
        self.all.pop("contact", None)
        self.of_service = {"sent": party_id, "link": link}
        self._save()

    @property
    def sent_party(self) -> int | None:
        found = self.of_service.get("sent")
        return int(found) if found else None

    @property
    def own_link(self) -> str:
        """The nonce of the sender's own link, as it was then."""
        return str(self.of_service.get("link") or "")

    def begin_again(self) -> None:
        """Begin a fresh draft after a sent request."""
        self.of_service = {}
        self._save()

    def details(self, hold: Hold | None) -> RequestDetails:
        """Return the whole request as the action takes it."""
        visit = self.get("visit")
        language = visit.get("language", "fi")
        channel = hold.channel if hold else self.get("where").get("channel") or Channel.IN_PERSON
        matters, children = self.matters, self.get("matters").get("children")
        if self.is_anonymous:
            return RequestDetails(
                service=self.service,
                also=matters.also,
                minutes=matters.minutes,
                children=children,
                requester=PartyDetails(
                    name=self.get("nickname")["nickname"],
                    language=language,
                    reads=active_partial(),
                    interpreter=visit.get("interpreter", ""),
                    access=list(visit.get("access") or ()),
                    needs=visit.get("needs", ""),
                    message=visit.get("message", ""),
                ),
                channel=channel,
                language=language,
                is_anonymous=True,
                preferred=self.get("preferred"),
                service_point=self._point(channel),
            )
        other = self.get("other") if self.asks_of_other else {}
        mode = other.get("other_parent", OtherParent.NONE)
        return RequestDetails(
            service=self.service,
            also=matters.also,
            minutes=matters.minutes,
            children=children,
            requester=replace(
                party_details({**self.get("contact"), **visit}), reads=active_partial()
            ),
            channel=channel,
            language=language,
            meeting=visit.get("meeting", Meeting.TOGETHER),
            other_parent=mode,
            other=_given(other, language) if mode == OtherParent.GIVEN else None,
            preferred=self.get("preferred"),
            service_point=self._point(channel),
        )

    def _point(self, channel: str) -> ServicePoint | None:
        """Return where a request without a time would like to come; a held time has its own place."""
        slug = self.get("where").get("point")
        if self.wants_time or not slug or channel != Channel.IN_PERSON:
            return None
        found: ServicePoint | None = ServicePoint.objects.in_use().filter(slug=slug).first()
        return found


def _given(other: dict[str, Any], language: str) -> PartyDetails:
    """Return the other parent as given by the first: one invitation may go there; nothing is safe yet."""
    return PartyDetails(
        name=other.get("name", ""),
        phone=other.get("phone", ""),
        email=other.get("email", ""),
        given_by_other=True,
        language=language,
    )


def visitor_of(request: HttpRequest) -> str:
    """Return a keyed hash that stands for this browser; made when first needed."""
    if VISITOR not in request.session:
        request.session[VISITOR] = uuid.uuid4().hex
    return keyed("visitor", request.session[VISITOR])


def hold_of(request: HttpRequest) -> Hold | None:
    """Return the time that this browser has chosen, lapsed or not; without one it gets no session."""
    return held_by(visitor_of(request)) if VISITOR in request.session else None


def address_hash(request: HttpRequest) -> str:
    """Return a keyed hash that stands for the visitor's address."""
    return keyed("address", address_of(request))


def wish_of(matters: Matters, where: dict[str, Any], points: dict[str, int]) -> Wish:
    """Return what to look for, from the chosen place or channel and language."""
    # Where they are given in no common way there are no times, in whichever.
    channels = matters.channels or [Channel.IN_PERSON]
    channel = where.get("channel")
    return Wish.about(
        matters,
        channel if channel in channels else channels[0],
        point=points.get(where.get("point", "")),
        language=where.get("language", ""),
    )
