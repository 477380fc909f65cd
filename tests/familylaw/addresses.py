"""Every address of the product, with something to name where it names something."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from bookings.models import Call, CallBack, CallTask, Case, CasePerson, EarlierWish, MoveRequest
from evenings.models import Evening
from familylaw.library_pages import AUDIENCES
from office.core import clock
from office.models import (
    Absence,
    Closure,
    GuidanceLink,
    GuidancePage,
    GuidancePageVersion,
    GuidanceSituation,
    HoursChange,
    InterpreterAgency,
    LengthRule,
    OutboxMessage,
    PartnerOrganisation,
    Professional,
    Room,
    RoomClosure,
    SchoolBreak,
    Service,
    ServicePoint,
    StandardSentence,
    User,
    WayAnswer,
    WayEnding,
    WayQuestion,
    WeeklyHours,
)
from office.staff.audience import Audience, audience_of
from referrals.models import DirectoryEntry
from tests.familylaw.world import World
from walkin.models import AgencyLink, Desk, Destination, Duty, WalkInDay

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf: its route from the root, its name and its view."""

    route: str
    name: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        return self.route or "/"

    @property
    def audience(self) -> Audience | None:
        return audience_of(self.view) or AUDIENCES.get(self.name)

    def path(self, world: World, who: str, **instead: object) -> str:
        """Return the address with ids and secrets in it, as `who` would know them.

        `instead`: other values, by the name of the part ("token", "pk", "reference").
        """
        path, end = "", 0
        for part in CONVERTER.finditer(self.route):
            value = instead.get(part[1])
            if value is None:
                value = example(self.route[: part.end()], world, who)
            path += self.route[end : part.start()] + str(value)
            end = part.end()
        return "/" + path + self.route[end:]


def every_address() -> list[Address]:
    return list(_walk(get_resolver().url_patterns))


def _walk(
    patterns: list[URLPattern | URLResolver], base: str = "", space: str = ""
) -> Iterator[Address]:
    for pattern in patterns:
        route = base + _route(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield Address(route, f"{space}{pattern.name}", pattern.callback)
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)


def _route(pattern: str) -> str:
    """Write a library's pattern, which is a regular expression, like ours."""
    return re.sub(r"\(\?P<(\w+)>(?:\[[^]]*\]|[^)])*\)", r"<\1>", pattern).strip("^$")


def first(model: type[Model]) -> Callable[[World, str], Any]:
    return lambda world, who: model._default_manager.earliest("pk").pk


def given(value: object) -> Callable[[World, str], Any]:
    return lambda world, who: value


def secret(kind: str) -> Callable[[World, str], Any]:
    return lambda world, who: world.links[kind]


def own_visit(world: World, who: str) -> str:
    mine = world.mine(who)
    return mine.reference if mine else world.joint.reference


def letter_of_joint(world: World, who: str) -> int:
    mine = OutboxMessage.objects.filter(about=world.joint.reference).order_by("pk").first()
    return (mine or OutboxMessage.objects.earliest("pk")).pk


def promised_call(_world: World, _who: str) -> int:
    task = CallTask.objects.open().first() or CallTask.objects.create(
        user=User.objects.earliest("pk"), created_at=clock.now(), due_day=clock.today()
    )
    return task.pk


# What stands where an address names something, by the route up to there.
EXAMPLES: dict[str, Callable[[World, str], Any]] = {
    "services/<slug:slug>": given("separation-counselling"),
    "guidance/pages/<slug:slug>": given("custody"),
    "book/<slug:slug>": given("separation-counselling"),
    "a/<slug:token>": secret("appointment"),
    "c/<slug:token>": secret("call-back"),
    "call-back/<slug:token>": secret("call-back"),
    "appointment/<slug:token>": secret("appointment"),
    "pair/<slug:token>": secret("pair"),
    "calendar/<slug:token>": secret("calendar"),
    "plan/<secret:token>": secret("plan"),
    "prepare/<slug:token>": secret("prepare"),
    "prepare/<slug:token>/form/<slug:form>": given("background"),
    "plan/blank-sheet/<slug:language>": given("fi"),
    "plan/form/<slug:language>": given("fi"),
    "plan/guide/meeting/questions/<slug:key>": given("needs-now"),
    "plan/guide/meeting/schedule/<sheet:sheet>": given("0"),
    "plan/<secret:token>/questions/<slug:key>": given("needs-now"),
    "plan/<secret:token>/short/<slug:key>": given("living-address"),
    "plan/<secret:token>/share/<slug:section>": given("needs"),
    "plan/<secret:token>/together/<matter:key>": given("needs-now"),
    "plan/<secret:token>/out/page/<slug:what>": given("own"),
    "plan/<secret:token>/out/text/<slug:what>": given("own"),
    "plan/<secret:token>/out/<secret:asked>": lambda world, who: world.print,
    "plan/<secret:token>/schedule/<sheet:sheet>": given("0"),
    **{
        f"{base}{part}": given(value)
        for base in (
            "plan/guide/meeting/schedule/<sheet:sheet>/",
            "plan/<secret:token>/schedule/<sheet:sheet>/",
        )
        for part, value in {
            "questions/<slug:slug>": "weeks",
            "clear/<slug:group>": "weeks",
            "month/<int:year>": 2027,
            "month/<int:year>/<int:number>": 2,
            "year/<int:year>": 2027,
        }.items()
    },
    "plan/guide/meeting/children/<int:number>": given(1),
    "plan/<secret:token>/children/<int:number>": given(1),
    "plan/<secret:token>/agreement-sheet/<int:number>": given(1),
    "walk-in/live/<slug:point>": lambda world, who: world.day.service_point.slug,
    "walk-in/display/<slug:point>": lambda world, who: world.day.service_point.slug,
    "walk-in/kiosk/<slug:point>": lambda world, who: world.day.service_point.slug,
    "walk-in/kiosk/<slug:point>/slip/<str:key>": given("no-such-slip"),
    "walk-in/agency/<slug:token>": secret("walk-in/agency"),
    "walk-in/agency/<slug:token>/word/<str:key>": given("no-such-word"),
    "walk-in/agency/<slug:token>/<int:pk>": lambda world, who: world.ticket.pk,
    "walk-in/agency/<slug:token>/<int:pk>/<slug:given>": given("came"),
    "walk-in/here/<slug:token>": secret("appointment"),
    "walk-in/take/<slug:code>": lambda world, who: world.day.code,
    "walk-in/ticket/<slug:token>": secret("walk-in/ticket"),
    "accounts/password/reset/key/<uidb36>": given("1"),
    "accounts/password/reset/key/<uidb36>-<key>": given("no-such-key"),
    "accounts/2fa/webauthn/keys/<int:pk>": given(1),
    "session/again/<str:key>": given("no-such-key"),
    "session/own/<int:pk>": given(1),
    "invitation/<slug:token>": secret("invitation"),
    "evenings/<int:pk>": first(Evening),
    "evenings/own/<slug:token>": secret("evenings/own"),
    "e/<slug:token>": secret("evenings/own"),
    "referral/<slug:token>": secret("referral"),
    "my-referral/<slug:token>": secret("my-referral"),
    "desk/referrals/<slug:reference>": lambda world, who: world.slip.referral.reference,
    "partner/<slug:token>": secret("partner"),
    "office/partners/links/<int:pk>": lambda world, who: world.partner_link.pk,
    "office/partners/<int:pk>": first(DirectoryEntry),
    "desk/cases/<slug:reference>": lambda world, who: Case.objects.earliest("pk").reference,
    "desk/cases/<slug:reference>/people/<int:pk>": first(CasePerson),
    "desk/cases/<slug:reference>/people/<int:pk>/reveal": first(CasePerson),
    "desk/cases/<slug:reference>/do/<slug:what>": given("posted"),
    "desk/find/<slug:key>": given("no-such-search"),
    "desk/undo/<uuid:key>": given(UUID(int=1)),
    "desk/requests/<slug:reference>": lambda world, who: world.joint.reference,
    "desk/requests/<slug:reference>/interpreter/<slug:do>": given("order"),
    "desk/requests/<slug:reference>/moves/<int:pk>": first(MoveRequest),
    "desk/requests/<slug:reference>/parties/<int:pk>": lambda world, who: world.party.pk,
    "desk/requests/<slug:reference>/parties/<int:pk>/says/<slug:reply>": given("yes"),
    "desk/requests/<slug:reference>/partner/<int:pk>": lambda world, who: world.invitation.pk,
    "desk/requests/<slug:reference>/partner/<int:pk>/<slug:do>": given("again"),
    "desk/requests/<slug:reference>/preview/<slug:deed>": given("cancel"),
    "desk/requests/<slug:reference>/letters/<int:pk>": letter_of_joint,
    "desk/requests/<slug:reference>/earlier/<int:pk>": first(EarlierWish),
    "desk/requests/<slug:reference>/earlier/<int:pk>/<slug:what>": given("yes"),
    "desk/requests/<slug:reference>/joint/<int:pk>": lambda world, who: world.party.pk,
    "desk/book/done/<slug:reference>": lambda world, who: world.joint.reference,
    "desk/messages/<int:pk>": first(OutboxMessage),
    "desk/phone/changes/<int:pk>": first(HoursChange),
    "desk/phone/calls/<int:pk>": first(Call),
    "desk/phone/tasks/<int:pk>": promised_call,
    "desk/book/parked/<int:pk>": given(1),
    "desk/call-backs/<slug:reference>": lambda world, who: world.call.reference,
    "desk/data-requests/<int:pk>": lambda world, who: world.data_request.pk,
    "desk/partners/<int:pk>": lambda world, who: Professional.objects.partners().first().pk,
    "desk/partners/busy/<int:pk>": first(Absence),
    "desk/evenings/<int:pk>": lambda world, who: world.evening.pk,
    "desk/evenings/<int:pk>/people/<int:sign_up_pk>": lambda world, who: world.sign_up.pk,
    "desk/evenings/partners/<int:pk>": lambda world, who: world.organiser_link.organisation_id,
    "evenings/partner/<slug:token>": secret("evenings/partner"),
    "evenings/partner/<slug:token>/<int:pk>": lambda world, who: world.proposal.pk,
    "evenings/partner/<slug:token>/held/<int:pk>": lambda world, who: world.held.pk,
    "desk/evenings/<int:pk>/materials/<int:material_pk>": lambda world, who: (
        world.evening.materials.create(title="Opas", url="https://example.org/opas").pk
    ),
    "desk/evenings/<int:pk>/given/<int:given_pk>": lambda world, who: world.given_material.pk,
    "desk/evenings/kinds/<int:pk>": lambda world, who: world.evening.kind_id,
    "my-day/visits/<slug:reference>": own_visit,
    "my-day/block/<int:pk>": given(1),
    "my-day/calls/<slug:reference>": lambda world, who: (
        (CallBack.objects.filter(professional__user__username=who).first() or world.call).reference
    ),
    "queue/visits/<slug:reference>": given("KLM-482"),
    "queue/numbers/<int:pk>": lambda world, who: world.ticket.pk,
    "queue/numbers/<int:pk>/<slug:do>": given("call"),
    "queue/help/<int:pk>": given(1),
    "queue/agencies/<int:pk>": first(Destination),
    "queue/agencies/links/<int:pk>": first(AgencyLink),
    "queue/points/<int:pk>": lambda world, who: world.day.service_point_id,
    "queue/day/<int:pk>": lambda world, who: world.day.pk,
    "queue/day/<int:pk>/<slug:do>": given("close-intake"),
    "office/walk-in/points/<int:pk>": lambda world, who: world.day.service_point_id,
    "office/walk-in/points/<int:pk>/matters/<slug:key>": given("advice"),
    "office/walk-in/desks/<int:pk>": first(Desk),
    "office/walk-in/places/<int:pk>": first(Destination),
    "office/walk-in/duties/<int:pk>": first(Duty),
    "office/walk-in/<int:pk>": first(WalkInDay),
    "office/conflicts/<int:pk>": lambda world, who: world.recusal.pk,
    "office/points/<int:pk>": first(ServicePoint),
    "office/rooms/<int:pk>": first(Room),
    "office/rooms/closures/<int:pk>": first(RoomClosure),
    "office/services/<int:pk>": first(Service),
    "office/lengths/<int:pk>": first(LengthRule),
    "office/guidance/<int:pk>": first(GuidanceLink),
    "office/guidance/situations/<int:pk>": first(GuidanceSituation),
    "office/guidance/pages/<int:pk>": first(GuidancePage),
    "office/guidance/versions/<int:pk>": first(GuidancePageVersion),
    "office/guidance/which/<int:pk>": first(WayQuestion),
    "office/guidance/answers/<int:pk>": first(WayAnswer),
    "office/guidance/ends/<int:pk>": first(WayEnding),
    "office/people/<int:pk>": first(Professional),
    "office/people/organisations/<int:pk>": first(PartnerOrganisation),
    "office/people/users/<int:pk>": first(User),
    "office/hours/<int:pk>": first(Professional),
    "office/hours/weekly/<int:pk>": first(WeeklyHours),
    "office/hours/days/<int:pk>": first(HoursChange),
    "office/hours/absences/<int:pk>": first(Absence),
    "office/closures/<int:pk>": first(Closure),
    "office/school-holidays/<int:pk>": first(SchoolBreak),
    "office/sentences/<int:pk>": first(StandardSentence),
    "office/interpreters/<int:pk>": first(InterpreterAgency),
    "office/languages/<slug:code>": given("ar"),
    "outbox/<int:pk>": first(OutboxMessage),
}
NO_EXAMPLE = (
    "The address {0!r} names something that the matrix has no example of. "
    "Add one to EXAMPLES in tests/familylaw/addresses.py, under {0!r}."
)


def example(route: str, world: World, who: str) -> object:
    """Return an example for the part with which `route` ends."""
    assert route in EXAMPLES, NO_EXAMPLE.format(route)
    return EXAMPLES[route](world, who)
