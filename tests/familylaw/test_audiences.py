"""Every address, asked by everybody in every way: it lets in whom it is declared for, and nobody else."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import transaction
from pytest_django import DjangoDbBlocker, Settings

from bookings.appointments import notices, staff_notices
from bookings.models import (
    Appointment,
    CallBack,
    Case,
    CasePerson,
    EarlierWish,
    Status,
    TimeOffer,
)
from bookings.my_day.views import my_day
from bookings.parties.records import link_path
from familylaw import urls
from office.core import clock
from office.models import OutboxMessage, Role
from office.staff.audience import Audience, Reach
from tests.familylaw.addresses import Address, every_address
from tests.familylaw.answers import fault, told_plainly
from tests.familylaw.markers import OF_THE_UNIT, OURS, Mark, free_columns, marks_in, without_rows
from tests.familylaw.readers import leak, marks_on, may_enter
from tests.familylaw.world import (
    ANONYMOUS,
    EVERYBODY,
    MAY_BE_WRITTEN,
    STAFF,
    World,
    a_world,
    secret_in,
)
from walkin.models import Ticket

METHODS = ("get", "head", "post")
# What reading may write beside that, by the name of the address.
ALSO_WRITTEN = {
    # The waiting page hands the key to a worker that has come since.
    "plan:out_ready": {"procrastinate_jobs", "procrastinate_events", "plans_handedkey"},
}
UNDECLARED = """These addresses do not say whom they are for: {}.
Put one of the decorators on the view, outermost:
    @role_required(Role.…)  office.staff.permissions, or the decorator made of it beside the view
    @for_anyone             office.staff.audience: no sign-in, no secret
    @by_link                office.staff.audience: a secret in the address, 404 without it
    @signed_in, @in_demo    office.staff.audience
A page of a library goes into familylaw/library_pages.py. A decorator of one's own needs
functools.wraps. Every view of an address that names a row needs an example of one (see addresses.py)."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), a_world() as world:
        yield world


# The mark has the test database made; the module's own transaction does without it.
@pytest.mark.django_db
def test_every_address_says_whom_it_is_for() -> None:
    silent = [f"{address} ({address.name})" for address in every_address() if not address.audience]
    assert not silent, UNDECLARED.format(", ".join(silent))


def shown_records(world: World, address: Address, marks: set[Mark]) -> set[str]:
    """Return the records whose marked words a staff page shows."""
    if not (address.audience and address.audience.reach is Reach.STAFF):
        return set()
    told = {mark for mark in marks if mark.model not in WITHOUT_RECORD}
    return {world.records[mark.model, mark.pk] for mark in told} - {""}


# A note on a person, and what a slip has told, stand beside what is logged; to whom somebody was
# referred is told of nobody.
WITHOUT_RECORD = {"personnote", "referral", "call"}
# Models of clients' words of which some page of a secretary shows one.
SEEN_BY_SECRETARIES = {
    "addedsentence",
    "appointment",
    "callback",
    "calltask",
    "caseperson",
    "parkedbooking",
    "party",
    "personnote",
    "signup",
    "wordbefore",
}


def test_there_are_words_in_each_column_that_is_a_client_s(world: World) -> None:
    """A new column of words is a client's till it is declared; then the walk below looks for it."""
    assert world.ticket
    assert without_rows() == []
    declared = {name for app in OF_THE_UNIT.values() for name in app.split()} | set(OURS)
    assert declared <= {model.__name__ for model in apps.get_models()}
    for name, columns in OURS.items():
        model = next(m for m in apps.get_models() if m.__name__ == name)
        assert set(columns.split()) <= set(free_columns(model)), name


@pytest.mark.parametrize("who", STAFF)
def test_the_page_of_a_refusal_tells_nothing(world: World, who: str) -> None:
    """It is the same at every address, so that the walk below does without it; asked in each part."""
    seen: set[tuple[str, str]] = set()
    for address in every_address():
        for method in ("get", "post"):
            part = address.name.partition(":")[0], method
            if may_enter(address, who) or part in seen:
                continue
            response, _tables = world.ask(who, method, address.path(world, who))
            if response.status_code == 403:  # And not one of another method.
                seen.add(part)
                assert b"</html>" in response.content
                assert leak(world, address, who, marks_on(response)) == "", (method, address)
    assert len(seen) > 5


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_address_lets_in_whom_it_is_for_and_logs_whom_it_shows(
    world: World, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls, "handler403", told_plainly, raising=False)
    faults, showing, seen = [], set(), set()
    for address in every_address():
        path = address.path(world, who)
        for method in METHODS:
            if method == "head" and who != ANONYMOUS and may_enter(address, who):
                continue  # The same code as for GET, asked once.
            response, tables = world.ask(who, method, path)
            wrong = fault(address, who, response)
            if method != "post" or not may_enter(address, who):
                written = tables - MAY_BE_WRITTEN - ALSO_WRITTEN.get(address.name, set())
                wrong = wrong or f"wrote {', '.join(sorted(written))}" * bool(written)
            marks = marks_on(response)
            wrong = wrong or leak(world, address, who, marks)
            if method == "get" and response.status_code == 200:
                shown = shown_records(world, address, marks)
                seen |= {mark.model for mark in marks}
                showing |= {address.name} if shown else set()
                if silent := shown - world.logged:
                    wrong = wrong or f"shows {sorted(silent)}, and nothing is logged"
            if wrong:
                faults.append(f"{who} {method} {address}: {wrong}")
    assert not faults, "\n".join(faults)
    # The walk saw clients' words where they are known to be; else it proves nothing of the log.
    if who == Role.SECRETARY:
        assert {"staff:desk", "staff:request", "staff:call_backs"} <= showing
        assert seen >= SEEN_BY_SECRETARIES


def test_where_this_is_no_demo_its_pages_are_not_there(world: World, settings: Settings) -> None:
    settings.DEMO = ""
    for address in every_address():
        if address.audience == Audience(Reach.DEMO):
            for who in EVERYBODY:
                assert world.ask(who, "get", address.path(world, who))[0].status_code == 404


# What leads to a secret's own page, and what is at its end: another secret of the same length opens
# nothing, whatever it is a secret of, and nothing is written.
SHORT = {
    "a/<slug:token>/": "appointment",
    "c/<slug:token>/": "call-back",
    "e/<slug:token>/": "evenings/own",
    "walk-in/here/<slug:token>/": "appointment",
}
LINKS = [address for address in every_address() if address.audience == Audience(Reach.LINK)]


@pytest.mark.parametrize("address", LINKS, ids=str)
def test_a_secret_opens_only_what_it_is_the_secret_of(world: World, address: Address) -> None:
    route = SHORT.get(address.route, address.route)
    own = next(kind for kind in sorted(world.links, key=len) if route.startswith(kind))
    foreign = {secret for kind, secret in world.links.items() if kind != own}
    known = world.links[own]
    altered = known[:-1] + ("A" if known[-1] == "-" else "-")
    for secret in {*foreign, "A" * 43, altered, known.swapcase()}:
        for method in METHODS:
            path = address.path(world, ANONYMOUS, token=secret)
            response, tables = world.ask(ANONYMOUS, method, path)
            assert response.status_code in (404, 405), (method, path)
            assert tables <= MAY_BE_WRITTEN - {"plans_plan"}, (method, path)


def test_a_key_that_opens_a_draft_reads_no_other_ones_pdf(world: World) -> None:
    for address in every_address():
        if "<secret:asked>" in address.route:
            for method in METHODS:
                path = address.path(world, ANONYMOUS, asked=world.other_print)
                response, tables = world.ask(ANONYMOUS, method, path)
                # Asked for its file, or to be deleted, it is taken for one that is not ready, or gone.
                leads_back = response.headers.get("Location", "").startswith(f"/plan/{world.plan}/")
                assert response.status_code in (404, 405) or leads_back, path
                assert tables <= MAY_BE_WRITTEN


# Of two ids in an address the second belongs to the first. Each pair: the route up to the second,
# and an id of the same kind that belongs to somebody else.
FOREIGN: dict[str, Callable[[World], int]] = {
    "desk/requests/<slug:reference>/moves/<int:pk>": lambda world: world.move.pk,
    "desk/requests/<slug:reference>/parties/<int:pk>": lambda world: (
        world.other_joint.parties.earliest("pk").pk
    ),
    "desk/requests/<slug:reference>/joint/<int:pk>": lambda world: (
        world.other_joint.parties.earliest("pk").pk
    ),
    "desk/requests/<slug:reference>/letters/<int:pk>": lambda world: (
        OutboxMessage.objects.exclude(about=world.joint.reference).earliest("pk").pk
    ),
    "desk/requests/<slug:reference>/partner/<int:pk>": lambda world: world.invitation.pk,
    "desk/requests/<slug:reference>/earlier/<int:pk>": lambda world: (
        EarlierWish.objects.exclude(appointment=world.joint).earliest("pk").pk
    ),
    "desk/cases/<slug:reference>/people/<int:pk>": lambda world: (
        CasePerson.objects.exclude(case=Case.objects.earliest("pk")).earliest("pk").pk
    ),
}
TWO_IDS = [a for a in every_address() if re.search(r"<slug:reference>.*<int:pk>", a.route)]
# The same of an id after a secret: what belongs to another holder of such a link.
FOREIGN_TO_LINKS: dict[str, Callable[[World], int]] = {
    "walk-in/agency/<slug:token>/<int:pk>": lambda world: world.referred_elsewhere.pk,
    "evenings/partner/<slug:token>/<int:pk>": lambda world: world.evening.pk,
    "evenings/partner/<slug:token>/held/<int:pk>": lambda world: world.evening.pk,
}
AFTER_A_SECRET = [a for a in every_address() if re.search(r":token>.*<int:pk>", a.route)]


@pytest.mark.parametrize("address", TWO_IDS, ids=str)
def test_a_row_of_one_matter_is_not_found_through_another(world: World, address: Address) -> None:
    known = next(route for route in FOREIGN if address.route.startswith(route))
    path = address.path(world, Role.SECRETARY, pk=FOREIGN[known](world))
    for method in METHODS:
        response, tables = world.ask(Role.SECRETARY, method, path)
        assert response.status_code in (404, 405), method
        assert tables <= MAY_BE_WRITTEN


@pytest.mark.parametrize("address", AFTER_A_SECRET, ids=str)
def test_a_row_of_somebody_else_is_not_found_through_a_link(world: World, address: Address) -> None:
    known = max((r for r in FOREIGN_TO_LINKS if address.route.startswith(r)), key=len)
    path = address.path(world, ANONYMOUS, pk=FOREIGN_TO_LINKS[known](world))
    for method in METHODS:
        response, tables = world.ask(ANONYMOUS, method, path)
        # An agency is led back to its own list, with a word that nobody was referred to it so.
        assert response.status_code in (302, 404, 405), method
        assert tables <= MAY_BE_WRITTEN


def test_what_an_agency_answers_of_its_own_is_written(world: World) -> None:
    """The control: the same number would be answered for, if it were referred to this agency."""
    path = f"/{world.agency_link.path.strip('/')}/{world.referred_elsewhere.pk}/came/"
    with transaction.atomic():
        own = Ticket.objects.filter(pk=world.referred_elsewhere.pk)
        own.update(sent_to=world.agency_link.destination)
        _response, tables = world.ask(ANONYMOUS, "post", path)
        transaction.set_rollback(True)
    assert "walkin_ticket" in tables


@pytest.mark.parametrize("who", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_what_a_colleague_has_is_not_found(world: World, who: Role) -> None:
    """Their visits and calls, the booking that somebody else has made."""
    visit = Appointment.objects.filter(status=Status.CONFIRMED).exclude(
        professionals__user__username=who
    )
    call = CallBack.objects.exclude(professional__user__username=who)
    references = {
        "my-day/visits/": visit.latest("starts_at").reference,
        "my-day/calls/": call.latest("starts_at").reference,
        "desk/book/done/": visit.latest("starts_at").reference,
    }
    asked = 0
    for address in every_address():
        start = next((s for s in references if address.route.startswith(f"{s}<")), None)
        if start is None or not may_enter(address, who):
            continue
        for method in METHODS:
            path = address.path(world, who, reference=references[start])
            response, tables = world.ask(who, method, path)
            assert response.status_code in (404, 405), (method, path)
            assert tables <= MAY_BE_WRITTEN
            asked += 1
    assert asked


def test_what_is_posted_names_only_what_is_ones_own(world: World) -> None:
    """An offered time, and an earlier one, of another family; the link is a parent's own."""
    offer = TimeOffer.objects.filter(closed_at=None, wish=None).earliest("pk")
    earlier = TimeOffer.objects.exclude(wish=None).earliest("pk")
    assert world.joint.pk not in (offer.appointment_id, earlier.appointment_id)
    for page, data in (
        ("choose", {"offer": offer.pk}),
        ("earlier/answer", {"offer": earlier.pk, "answer": "yes"}),
        ("move/withdraw", {"move": world.move.pk}),
    ):
        path = f"/appointment/{world.links['appointment']}/{page}/"
        response, tables = world.ask(ANONYMOUS, "post", path, **data)
        assert response.status_code in (302, 404), page
        assert tables <= MAY_BE_WRITTEN, page


def test_marked_words_reach_their_readers(world: World) -> None:
    """The control: what is looked for above is there to be found."""
    party, pk = world.party, world.joint.pk
    words = {
        Role.SECRETARY: {
            (f"/desk/requests/{world.joint.reference}/", Mark("party", column, party.pk))
            for column in ("name", "phone", "email", "needs", "message")
        }
        | {(f"/desk/requests/{world.joint.reference}/", Mark("appointment", "secretary_note", pk))},
        Role.SUPERVISOR: {(day_of(world.joint), Mark("party", "name", party.pk))},
    }
    for who, expected in words.items():
        for path, mark in expected:
            response, _tables = world.ask(who, "get", path)
            assert mark in marks_in(response.content), (who, path, mark)


def day_of(appointment: Appointment) -> str:
    assert appointment.starts_at
    return f"/my-day/?day={clock.local(appointment.starts_at).date()}"


@pytest.mark.parametrize("who", [Role.SUPERVISOR, Role.GUIDE, Role.PARTNER])
def test_no_day_tells_one_sided_words(world: World, who: Role) -> None:
    """Some days of the weeks around, not the one of the address alone."""
    own = Address("my-day/", "staff:my_day", my_day)
    visits = Appointment.objects.filter(
        professionals__user__username=who, starts_at__isnull=False
    ).order_by("-starts_at")
    days = list(dict.fromkeys(day_of(visit) for visit in visits))[:12]
    assert len(days) > 1
    for path in days:
        response, _tables = world.ask(who, "get", path)
        assert leak(world, own, who, marks_on(response)) == "", path


def test_one_parent_reads_nothing_of_the_other(world: World) -> None:
    for party, other in (
        (world.party, world.other_party),
        (world.other_party, world.party),
    ):
        token = secret_in(link_path(party))
        for address in every_address():
            if address.route.startswith("appointment/<"):
                path = address.path(world, ANONYMOUS, token=token)
                response, _tables = world.ask(ANONYMOUS, "get", path)
                read = {mark.pk for mark in marks_in(response.content) if mark.model == "party"}
                assert read <= {party.pk}, path
                assert str(other.name).encode() not in response.content


@pytest.mark.parametrize("who", [Role.SUPERVISOR, Role.GUIDE])
def test_who_is_known_at_the_walk_in_is_a_code(world: World, who: Role) -> None:
    for path in ("/queue/", "/queue/line/", f"/queue/numbers/{world.known.pk}/"):
        response, _tables = world.ask(who, "get", path)
        assert response.status_code in (200, 204)
        assert marks_in(response.content) == set(), path
    who_is_it = f"/queue/numbers/{world.known.pk}/who/"
    response, _tables = world.ask(who, "post", who_is_it, sought=world.joint.reference)
    read = {(mark.model, mark.column) for mark in marks_in(response.content)}
    assert read <= {("party", "name")}


def test_what_is_sent_tells_nobody_of_the_other(world: World) -> None:
    """All letters of a visit: to a parent nothing but their own, to professionals nothing at all."""
    joint = Appointment.objects.select_related("service", "service_point").get(pk=world.joint.pk)
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    with transaction.atomic():
        joint.parties.update(email_is_safe=True, sms_is_safe=True)
        for news in staff_notices.StaffNews:
            staff_notices.notify_professionals(joint, news)
        for tell in (
            notices.notify_confirmed,
            notices.notify_moved,
            notices.notify_place_changed,
            notices.notify_cancelled,
        ):
            tell(joint)
        sent = list(OutboxMessage.objects.exclude(pk__in=before))
        transaction.set_rollback(True)
    own = {party.pk: {party.email, str(party.phone)} for party in joint.parties.all()}
    assert len(sent) > len(own)
    for message in sent:
        whose = {pk for pk, ways in own.items() if message.to in ways}
        words = f"{message.subject}\n{message.body}\n{message.calendar}".encode()
        assert {mark.pk for mark in marks_in(words) if mark.model == "party"} <= whose
        # The address to which a calendar's invitation goes is its reader's own.
        assert {mark.column for mark in marks_in(words)} <= {"name", "email"}
