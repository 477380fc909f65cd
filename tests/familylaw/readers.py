"""Who reads which of the marked words on which page, and what stands on a page against that."""

from collections.abc import Callable

from django.http import HttpResponse

from bookings.models import AddedSentence, Appointment, CallBack, CasePerson
from bookings.visibility import APPOINTMENT, PARTY, Reader
from evenings.models import SignUp
from office.models import Role
from office.staff.audience import Audience, Reach
from tests.familylaw.addresses import Address
from tests.familylaw.markers import Mark, marks_in
from tests.familylaw.world import ANONYMOUS, World

READERS = {
    Role.SECRETARY: (Reader.SECRETARY,),
    **dict.fromkeys(
        (Role.SUPERVISOR, Role.GUIDE, Role.PARTNER), (Reader.PROFESSIONAL, Reader.RINGS)
    ),
    Role.MANAGER: (Reader.MANAGER,),
}
TABLES = {"appointment": APPOINTMENT, "party": PARTY}
# What others than secretaries read of the rest: nothing where it is not said here.
STAFF_READ: dict[tuple[str, str], tuple[Role, ...]] = {
    # Whoever of the staff holds evenings, or moves and cancels them, reads who comes: a first name.
    ("signup", "first_name"): (Role.SUPERVISOR, Role.GUIDE, Role.MANAGER),
}
# Of a call that somebody reserved, who calls back reads the name and the number.
CALLER = {"name", "phone"}


def marks_on(response: HttpResponse) -> set[Mark]:
    """Return the marked words of an answer; a stream is not waited for."""
    return set() if response.streaming else marks_in(response.content)


def leak(world: World, address: Address, who: str, marks: set[Mark]) -> str:
    """Return the marked words of a page that its reader is not to read."""
    if address.audience == Audience(Reach.DEMO) or not marks:
        return ""
    if address.audience == Audience(Reach.LINK):
        hidden = {mark for mark in marks if not is_own_word(world, address, mark)}
    elif address.route.startswith("desk/data-requests/") and may_enter(address, who):
        # Whoever asks for their own data is shown as a whole to those who answer.
        asking = world.data_request.party_id
        own = {"addedsentence", "wordbefore", "personnote"}
        hidden = {
            mark
            for mark in marks
            if (mark.model, mark.pk) != ("party", asking) and mark.model not in own
        }
    else:
        hidden = {mark for mark in marks if not may_read(world, who, mark)}
    return f"reads {sorted(hidden)}" if hidden else ""


# Behind which links somebody's own words stand, and whose: of a party the columns are decided by role.
OWN_WORDS: dict[str, tuple[tuple[str, ...], Callable[[World], int]]] = {
    "party": (("appointment/",), lambda world: world.party.pk),
    "addedsentence": (
        ("appointment/",),
        lambda world: AddedSentence.objects.get(event__appointment=world.joint).pk,
    ),
    "callback": (("call-back/",), lambda world: world.call.pk),
    "signup": (("evenings/own/",), lambda world: SignUp.objects.earliest("pk").pk),
    "caseperson": (("invitation/",), lambda world: CasePerson.objects.earliest("pk").pk),
    "referral": (("referral/", "my-referral/"), lambda world: 0),
    "neartext": (("walk-in/ticket/",), lambda world: world.ticket.near_text.pk),
}


def is_own_word(world: World, address: Address, mark: Mark) -> bool:
    """Behind a secret link stand its holder's own words alone."""
    if mark.model == "party" and Reader.OWN not in PARTY[mark.column]:
        return False
    routes, whose = OWN_WORDS.get(mark.model, ((), lambda world: 0))
    return address.route.startswith(routes) and mark.pk == whose(world)


def may_read(world: World, who: str, mark: Mark) -> bool:
    if who == Role.SECRETARY:
        return True
    if mark.model == "callback":
        own_calls = CallBack.objects.filter(pk=mark.pk, professional__user__username=who)
        return mark.column in CALLER and own_calls.exists()
    if mark.model not in TABLES:
        return who in STAFF_READ.get((mark.model, mark.column), ())
    readers = TABLES[mark.model][mark.column]
    own = Appointment.objects.filter(professionals__user__username=who)
    is_own = own.filter(**{"pk" if mark.model == "appointment" else "parties": mark.pk}).exists()
    return is_own and not readers.isdisjoint(READERS.get(who, ()))


def may_enter(address: Address, who: str) -> bool:
    audience = address.audience
    assert audience
    if audience.reach is Reach.STAFF:
        return who in audience.roles
    return audience.reach is not Reach.SIGNED_IN or who != ANONYMOUS
