"""A unit at work with everything in it: the demo on a Thursday forenoon, and what the demo has not.

One load for all modules, each of which has a copy; what a request does is taken back after it.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID

import time_machine
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from bookings.call_backs.actions import link_path as call_path
from bookings.cases.invitations import token_of
from bookings.models import (
    Appointment,
    CallBack,
    CasePerson,
    DataRequest,
    MoveRequest,
    OtherParent,
    PairInvitation,
    Party,
    Recusal,
    Status,
)
from bookings.my_day.feed import feed_path, issue_feed
from bookings.parties import conflicts
from bookings.parties.records import link_path
from bookings.partners import mail as pair_mail
from bookings.preparation.sealed import begin_papers
from bookings.retention import requests as own_data
from demo import loading
from evenings.models import Evening, EveningStatus, GivenMaterial, OrganiserLink, SignUp
from evenings.partners.links import make_link as make_organiser_link
from evenings.sign_ups.actions import own_path
from office.core import clock, sealing
from office.models import AccessLogEntry, PartnerOrganisation, Professional, Role, User
from plans.content import invitations
from plans.pages.meetings import COOKIE
from plans.vault import drafts
from referrals.hand_over import actions as slips
from referrals.incoming import links as partner_links
from referrals.models import DirectoryEntry, Disclosed, PartnerLink
from tests import databases
from tests.evenings.factories import EveningFactory, SignUpFactory
from tests.factories import UserFactory
from tests.familylaw.kept_words import keep_notes, keep_words, records_of_words
from tests.familylaw.markers import mark, mark_all
from walkin.actions.agencies import make_link
from walkin.actions.take_number import take_number
from walkin.actions.take_number import ticket_path as number_path
from walkin.models import AgencyLink, Company, Destination, NearText, Source, Ticket, WalkInDay
from walkin.states import TicketState
from walkin.tickets.matters import Matter

# A Thursday at nine: the walk-in is open.
THURSDAY = clock.at(date(2026, 11, 26), time(9))
NOBODY, ANONYMOUS = "nobody", "anonymous"
STAFF = (*(role.value for role in Role), NOBODY)
EVERYBODY = (ANONYMOUS, *STAFF)
BEGUN = {"name1": "Aino", "age1": "6-9", "name2": "Väinö", "age2": "3-5", "first": "äiti"}
# What reading may write: that somebody looked, how often somebody tried, and one's own session.
MAY_BE_WRITTEN = {
    "office_accesslogentry",
    "office_ratecount",
    "django_session",
    "cache",
    # Drafts that nobody opens end after some months; opening one is what counts.
    "plans_plan",
}


def secret_in(path: str) -> str:
    """Return the secret of /appointment/<secret>/ and its like."""
    return path.removesuffix(".ics").strip("/").split("/")[1]


class World:
    """The rows that addresses name, and a browser for each kind of person."""

    def __init__(self) -> None:
        self.clients = {name: self._client(name) for name in EVERYBODY}
        self.parent = Client()
        self._begin_plan()
        assert self.agency_link

    def _client(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        if name != ANONYMOUS:
            client.force_login(self.user(name))
        return client

    def user(self, name: str) -> User:
        return User.objects.get(username=name)

    def _begin_plan(self) -> None:
        """Begin a draft of two parents, with the guide let in by the first of them."""
        self.plan = self.begin_plan()
        self.other_plan = self.begin_plan()
        self.invited_to_plan = invitations.invite(drafts.open_draft(self.plan))
        code = self.parent.post(f"/plan/{self.plan}/guide/", {"part": "own"}).context["code"]
        guide = self.clients[Role.GUIDE]
        assert guide.post("/plan/guide/", {"code": code}).status_code == 302
        assert COOKIE in guide.cookies
        self.print = self._ask_for_pdf(self.plan)
        self.other_print = self._ask_for_pdf(self.other_plan)

    def begin_plan(self) -> str:
        """Return the secret of a new draft."""
        begun = self.parent.post("/plan/begin/?children=2", BEGUN)
        return secret_in(begun.headers["Location"])

    def _ask_for_pdf(self, plan: str) -> str:
        asked = self.parent.post(f"/plan/{plan}/out/", {"what": "own", "form": "pdf"})
        return str(asked.headers["Location"].strip("/").split("/")[-1])

    # Appointments

    @cached_property
    def papers(self) -> str:
        """The key to what the first party of the joint visit prepares at home."""
        key = sealing.new_token()
        begin_papers(self.party, key)
        return key

    @cached_property
    def joint(self) -> Appointment:
        """A confirmed visit of two parents."""
        return (
            Appointment.objects.filter(
                status=Status.CONFIRMED,
                other_parent=OtherParent.GIVEN,
                meeting="together",
                starts_at__gt=clock.now(),
                professionals__user__username=Role.SUPERVISOR,
            )
            .exclude(move_requests__outcome="open")
            .earliest("starts_at")
        )

    @cached_property
    def other_joint(self) -> Appointment:
        """Another family's."""
        return (
            Appointment.objects.filter(
                status=Status.CONFIRMED, other_parent=OtherParent.GIVEN, meeting="together"
            )
            .exclude(pk=self.joint.pk)
            .exclude(professionals__in=self.joint.professionals.all())
            .latest("starts_at")
        )

    @cached_property
    def party(self) -> Party:
        return self.joint.parties.get(is_requester=True)

    @cached_property
    def other_party(self) -> Party:
        return self.joint.parties.get(is_requester=False)

    @cached_property
    def move(self) -> MoveRequest:
        return MoveRequest.objects.filter(outcome="open").earliest("pk")

    @cached_property
    def invitation(self) -> PairInvitation:
        return PairInvitation.objects.filter(state="asked").earliest("pk")

    @cached_property
    def call(self) -> CallBack:
        return CallBack.objects.filter(starts_at__gt=clock.now()).earliest("starts_at")

    @cached_property
    def data_request(self) -> DataRequest:
        """The first party of the joint visit asks for their own data."""
        return own_data.ask(self.party.pk, DataRequest.Kind.COPY)

    @cached_property
    def day(self) -> WalkInDay:
        return WalkInDay.objects.get(state="open")

    @cached_property
    def ticket(self) -> Ticket:
        """A number that somebody took on their own phone, who is sent a text before their turn."""
        ticket = take_number(
            self.day.pk,
            matter=Matter("unsure", "", other="unsure"),
            language="fi",
            meeting=Company.SEPARATE,
            source=Source.PHONE,
        )
        NearText.objects.create(ticket=ticket, phone="+358400000009", asked_at=clock.now())
        mark(NearText)
        return ticket

    @cached_property
    def referred_elsewhere(self) -> Ticket:
        """A number that was referred to another agency than that of the link."""
        ticket = take_number(
            self.day.pk,
            matter=Matter("unsure", "", other="unsure"),
            language="fi",
            meeting=Company.SEPARATE,
            source=Source.KIOSK,
        )
        place = Destination.objects.create(name_fi="Muu", service_point=self.day.service_point)
        ticket.state, ticket.sent_to, ticket.closed_at = TicketState.REFERRED, place, clock.now()
        ticket.save()
        return ticket

    @cached_property
    def agency_link(self) -> AgencyLink:
        """The link of the day of an agency in the same building."""
        place = Destination.objects.filter(service_point=self.day.service_point).earliest("pk")
        return make_link(place, self.day.pk, user=self.user(Role.GUIDE))

    @cached_property
    def known(self) -> Ticket:
        """A number of which staff know that it is a parent's of the joint visit."""
        known = take_number(
            self.day.pk,
            matter=Matter("unsure", "", other="unsure"),
            language="fi",
            meeting=Company.SEPARATE,
            source=Source.KIOSK,
        )
        known.party = self.party
        known.save()
        return known

    @cached_property
    def evening(self) -> Evening:
        """An evening to come."""
        return EveningFactory()

    @cached_property
    def organiser_link(self) -> OrganiserLink:
        """The link by which a partner holds evenings of their own."""
        partner = PartnerOrganisation.objects.filter(is_active=True).earliest("pk")
        return make_organiser_link(partner, user=self.user(Role.MANAGER))

    @cached_property
    def proposal(self) -> Evening:
        """An evening that the partner has proposed."""
        return EveningFactory(
            status=EveningStatus.PLANNED, proposed_by=self.organiser_link.organisation
        )

    @cached_property
    def held(self) -> Evening:
        """A published evening of this day that the partner holds."""
        evening: Evening = EveningFactory(starts_at=clock.now() + timedelta(hours=1))
        evening.organisers.add(self.organiser_link.organisation)
        return evening

    @cached_property
    def given_material(self) -> GivenMaterial:
        """Something to read that the partner has given for that evening."""
        return GivenMaterial.objects.create(
            evening=self.evening,
            organisation=self.organiser_link.organisation,
            title="Opas",
            text="Luettavaa",
            given_at=clock.now(),
        )

    @cached_property
    def sign_up(self) -> SignUp:
        """Somebody who has a place at that evening."""
        sign_up: SignUp = SignUpFactory(
            evening=self.evening, first_name="Aino", email="aino@example.org"
        )
        mark(SignUp)
        return sign_up

    @cached_property
    def recusal(self) -> Recusal:
        """Somebody stays out of a matter that nobody else here looks at."""
        who = Professional.objects.own().latest("pk")
        conflicts.bar(self.other_joint.pk, who.pk, user=self.user(Role.MANAGER))
        return Recusal.objects.in_force().earliest("pk")

    @cached_property
    def slip(self) -> slips.Slip:
        """The first party of the joint visit is handed on to a partner, by the guide."""
        made = slips.hand_on(
            DirectoryEntry.objects.open_to_referrals().earliest("pk"),
            {Disclosed.FIRST_NAME: "zqreferral-first_name-0qz"},
            user=self.user(Role.GUIDE),
            made_from=UUID(int=7),
            language="fi",
            party=self.party,
        )
        assert made
        return made

    @cached_property
    def partner_link(self) -> PartnerLink:
        """The standing link of the first partner."""
        partner = PartnerOrganisation.objects.earliest("pk")
        return partner_links.make_link(partner, user=self.user(Role.MANAGER))

    def mine(self, name: str) -> Appointment | None:
        """Return a visit of today that the user meets; None where they meet nobody."""
        return (
            Appointment.objects.filter(professionals__user__username=name)
            .filter(status=Status.CONFIRMED)
            .order_by("starts_at")
            .last()
        )

    @cached_property
    def links(self) -> dict[str, str]:
        """A secret of each kind that somebody may hold."""
        professional = self.user(Role.SUPERVISOR).professional
        issue_feed(professional)
        return {
            "appointment": secret_in(link_path(self.party)),
            "pair": secret_in(pair_mail.link_path(self.invitation)),
            "call-back": secret_in(call_path(self.call)),
            "calendar": secret_in(feed_path(professional)),
            "walk-in/ticket": number_path(self.ticket).strip("/").split("/")[2],
            "walk-in/agency": self.agency_link.path.strip("/").split("/")[2],
            "plan": self.plan,
            "prepare": self.papers,
            "referral": self.slip.code,
            "partner": secret_in(self.partner_link.path),
            "my-referral": secret_in(slips.own_path(self.slip.referral)),
            "invitation": token_of(CasePerson.objects.earliest("pk")),
            "evenings/partner": self.organiser_link.path.strip("/").split("/")[2],
            "evenings/own": own_path(SignUp.objects.earliest("pk")).strip("/").split("/")[2],
        }

    # The records about which the request that was asked last left rows in the log of handling.
    logged: set[str] = set()

    @cached_property
    def records(self) -> dict[tuple[str, int], str]:
        """The name under which a row with words of clients is logged, by model and id."""
        # Those that are made when they are first named, too.
        assert self.sign_up
        assert self.data_request
        return records_of_words()

    def ask(self, name: str, method: str, path: str, **data: Any) -> tuple[HttpResponse, set[str]]:
        """Return the answer, and the tables that were written to; all of it is rolled back."""
        client = self.clients[name]
        cookies = copy.deepcopy(client.cookies)
        try:
            with transaction.atomic():
                before, last_entry = written(), last_logged()
                response = getattr(client, method)(path, data or None)
                changed = set() if response.status_code >= 500 else written() - before
                tables = {table for table, _count in changed}
                is_logged = AccessLogEntry._meta.db_table in tables
                self.logged = records_logged(name, since=last_entry) if is_logged else set()
                transaction.set_rollback(True)
        finally:
            client.cookies = cookies
        return cast(HttpResponse, response), tables


# The view for it, pg_stat_xact_user_tables, looks at all indexes as well, which takes five times as long.
WRITTEN = """
    SELECT * FROM (
        SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
            + pg_stat_get_xact_tuples_deleted(oid) AS rows
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    ) AS tables WHERE rows > 0
"""


def written() -> set[tuple[str, int]]:
    """Return how many rows this transaction has written so far, by table."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return set(cursor.fetchall())


def last_logged() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {AccessLogEntry._meta.db_table}")
        return int(cursor.fetchone()[0])


def records_logged(name: str, *, since: int) -> set[str]:
    """Return the records about which the log has rows by the user, later than the entry `since`."""
    rows = AccessLogEntry.objects.filter(pk__gt=since, user__username=name)
    return set(rows.values_list("record", flat=True))


def load() -> None:
    """Fill an empty database with all that a world begins with."""
    assert loading.load("porvoo")
    keep_words()
    mark_all()
    keep_notes()
    partner = Professional.objects.partners().earliest("pk")
    partner.user = UserFactory(username=Role.PARTNER, roles=[Role.PARTNER])
    partner.save()
    UserFactory(username=NOBODY, roles=[])


@contextmanager
def a_world() -> Iterator[World]:
    """Make a world in one transaction, on a database of its own."""
    with (
        time_machine.travel(THURSDAY, tick=False),
        databases.filled("world", load),
        transaction.atomic(),
    ):
        yield World()
        transaction.set_rollback(True)
