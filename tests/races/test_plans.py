"""Each form of a plan sent twice in one instant: no server error, nothing done twice, nothing lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from office.models import Role
from plans.access import guides as guide_access
from plans.content import family, invitations
from plans.content.agreement import PlanMatter, propose, to_json
from plans.content.answers import answer, fingerprint
from plans.content.children import children_fingerprint, children_of
from plans.content.sharing import words_fingerprint
from plans.models import Holder, PartKind, Plan, ShownSummary
from plans.parents import Parent
from plans.schedule.choices import Scheme
from plans.schedule.steps import BY_SLUG, part_fingerprint
from plans.urls import urlpatterns
from plans.vault import drafts
from tests.factories import UnitFactory, UserFactory
from tests.server import Answer, Visitor, at_once, press_twice

PASSWORD = "kolme-kuusta-pihalla"
MINE, THEIRS = "Iltasatu ensin", "Toisen oma sana"
KEY = "needs-now"
SHARED = {"children": [[1, "Aino", "6-9"], [2, "Väinö", "3-5"]], "parents": {"first": "äiti"}}


@dataclass
class Home:
    """A family's draft under the real server, one browser each, and a guide's."""

    server: str
    first: str = ""
    second: str = ""
    one: Visitor = field(init=False)
    two: Visitor = field(init=False)

    def __post_init__(self) -> None:
        UnitFactory()
        self.first = drafts.create_draft(SHARED)
        drafts.change(self.access(), PartKind.OWN_FIRST, lambda own: {"answers": {KEY: MINE}})
        self.one, self.two = Visitor(self.server, 1), Visitor(self.server, 2)
        for visitor in (self.one, self.two):
            visitor.get("/plan/safety/")

    def access(self) -> drafts.DraftAccess:
        return drafts.open_draft(self.first)

    def joined(self) -> "Home":
        """Join the other parent, who has written something too."""
        self.second = invitations.accept_invitation(
            drafts.open_draft(invitations.invite(self.access()))
        )
        other = drafts.open_draft(self.second)
        drafts.change(other, PartKind.OWN_SECOND, lambda own: {"answers": {KEY: THEIRS}})
        return self

    def with_their_words(self) -> "Home":
        self.joined()
        matter = to_json(propose(PlanMatter(), Parent.SECOND, THEIRS))
        drafts.change(self.access(), PartKind.SHARED, lambda c: {**c, "matters": {KEY: matter}})
        return self

    def at(self, page: str, token: str = "") -> str:
        return f"/plan/{token or self.first}/{page}"

    def twice(self, page: str, **data: Any) -> list[Answer]:
        return press_twice(self.one, self.at(page), data)

    def still_holds(self, token: str = "") -> None:
        """Check that what both wrote alone can still be read, each by a link that somebody has."""
        mine = drafts.open_draft(token or self.first)
        assert answer(drafts.read(mine, mine.own), KEY) == MINE
        assert drafts.read(mine, PartKind.SHARED)["children"]
        if self.second:
            theirs = drafts.open_draft(self.second)
            assert answer(drafts.read(theirs, theirs.own), KEY) == THEIRS


@pytest.fixture
def home(server: str) -> Home:
    return Home(server)


def key_on(page: Answer) -> str:
    """Return the key that a form carries."""
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found is not None, page.status
    return unescape(found[1])


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def places(answers: list[Answer]) -> set[str]:
    return {answer.url for answer in answers}


def a_new_link(home: Home) -> None:
    home.joined()
    key = key_on(home.one.get(home.at("link/new/")))
    answers = home.twice("link/new/", key=key, kept="on")
    # Whichever answer arrives, it leads to the draft; and the link was shown before.
    assert statuses(answers) == [302, 302]
    assert places(answers) == {home.at("", key)}
    home.still_holds(key)
    assert home.one.get(home.at("")).status == 404


def settling_in(home: Home) -> None:
    invitation = invitations.invite(home.access())
    key = key_on(home.two.get(home.at("welcome/", invitation)))
    sent = {"key": key, "kept": "on"}
    answers = press_twice(home.two, home.at("welcome/", invitation), sent)
    assert statuses(answers) == [302, 302]
    assert places(answers) == {home.at("", key)}
    assert drafts.read(drafts.open_draft(key), PartKind.OWN_SECOND) == {}
    home.still_holds()
    assert Holder.objects.filter(plan=home.access().plan).count() == 2


def inviting_somebody(home: Home) -> None:
    key = key_on(home.one.get(home.at("invite/")))
    answers = home.twice("invite/", key=key)
    assert statuses(answers) == [200, 200]
    # Both pages show the one link that works.
    assert all(f"/plan/{key}/" in answer.text for answer in answers)
    assert drafts.open_draft(key).holder.is_invitation
    home.still_holds()


def taking_back(home: Home) -> None:
    invitations.invite(home.access())
    assert statuses(home.twice("invite/", take_back="")) == [302, 302]
    assert Holder.objects.filter(plan=home.access().plan).count() == 1
    home.still_holds()


def leaving(home: Home) -> None:
    home.with_their_words()
    first, home.first = home.first, home.second
    answers = press_twice(home.one, home.at("delete/", first), {})
    assert 302 in statuses(answers)
    theirs = drafts.open_draft(home.second)
    assert answer(drafts.read(theirs, theirs.own), KEY) == THEIRS
    assert Holder.objects.filter(plan=theirs.plan).count() == 1


def leaving_alone(home: Home) -> None:
    assert 302 in statuses(home.twice("delete/"))
    assert not Plan.objects.exists()


def beginning(home: Home) -> None:
    path = "/plan/begin/?children=1"
    key = key_on(home.one.get(path))
    answers = press_twice(home.one, path, {"key": key, "name1": "Ilo", "age1": "0"})
    assert places(answers) == {home.at("link/", key)}
    assert Plan.objects.count() == 2


def answers(home: Home) -> None:
    sent = {"text": "Uusi sana", "seen0": fingerprint(MINE), "text1": "", "text2": "Väinölle"}
    assert statuses(home.twice(f"questions/{KEY}/", **sent)) == [302, 302]
    own = drafts.read(home.access(), PartKind.OWN_FIRST)
    assert (answer(own, KEY), answer(own, KEY, 2)) == ("Uusi sana", "Väinölle")


def answering_the_short_way(home: Home) -> None:
    assert statuses(home.twice("short/money-support/", text="Puoliksi")) == [302, 302]
    assert answer(drafts.read(home.access(), PartKind.OWN_FIRST), "money-support") == "Puoliksi"


def naming_children(home: Home) -> None:
    shared = drafts.read(home.access(), PartKind.SHARED)
    sent = {"seen": children_fingerprint(shared)}
    for number, name, age in [*shared["children"], [3, "Ilo", "0"]]:
        sent |= {f"name{number}": name, f"age{number}": age}
    answers = home.twice("children/?more", **sent, first="äiskä")
    assert statuses(answers) == [302, 302]
    shared = drafts.read(home.access(), PartKind.SHARED)
    assert [child.name for child in children_of(shared)] == ["Aino", "Väinö", "Ilo"]
    home.still_holds()


def taking_a_child_out(home: Home) -> None:
    home.joined()
    assert statuses(home.twice("children/2/out/")) == [302, 302]
    shared = family.read_shared(home.access())
    assert [child.number for child in children_of(shared)] == [1]
    assert statuses(home.twice("children/2/back/")) == [302, 302]
    assert [c.number for c in children_of(family.read_shared(home.access()))] == [1, 2]
    home.still_holds()


def sharing(home: Home) -> None:
    home.joined()
    found = re.search(r'name="seen" value="(\w+)"', home.one.get(home.at("share/needs/")).text)
    assert found is not None
    assert statuses(home.twice("share/needs/", seen=found[1])) == [302, 302]
    kept = drafts.read(home.access(), PartKind.SHARED)["matters"][KEY]
    assert kept == {"versions": [["first", MINE]], "yes": {"first": 0}}


def suggesting(home: Home) -> None:
    home.with_their_words()
    sent = {"words": "Kolmas", "seen": fingerprint(THEIRS)}
    assert statuses(home.twice(f"together/{KEY}/", **sent)) == [302, 302]
    kept = drafts.read(home.access(), PartKind.SHARED)["matters"][KEY]
    assert kept["versions"] == [["second", THEIRS], ["first", "Kolmas"]]


def saying_yes(home: Home) -> None:
    home.with_their_words()
    assert statuses(home.twice(f"together/{KEY}/accept/", seen=fingerprint(THEIRS))) == [302, 302]
    kept = drafts.read(home.access(), PartKind.SHARED)["matters"][KEY]
    assert kept["yes"] == {"second": 0, "first": 0}


def saying_yes_to_a_section(home: Home) -> None:
    home.with_their_words()
    seen = words_fingerprint({KEY: THEIRS})
    assert statuses(home.twice("share/needs/accept/", seen=seen)) == [302, 302]
    kept = drafts.read(home.access(), PartKind.SHARED)["matters"][KEY]
    assert kept["yes"] == {"second": 0, "first": 0}


def taking_yes_back(home: Home) -> None:
    home.with_their_words()
    home.one.post(home.at(f"together/{KEY}/accept/"), {"seen": fingerprint(THEIRS)})
    assert statuses(home.twice(f"together/{KEY}/withdraw/")) == [302, 302]
    assert drafts.read(home.access(), PartKind.SHARED)["matters"][KEY]["yes"] == {"second": 0}


def sharing_no_more(home: Home) -> None:
    sharing(home)
    assert statuses(home.twice(f"together/{KEY}/stop/")) == [302, 302]
    assert drafts.read(home.access(), PartKind.SHARED)["matters"] == {}
    drafts.change(home.access(), PartKind.SHARED, lambda c: {**c, "matters": {}})
    assert statuses(home.twice("share/needs/stop/")) == [302, 302]
    home.still_holds()


def going_on_alone(home: Home) -> None:
    home.with_their_words()
    assert statuses(home.twice("apart/")) == [302, 302]
    assert Plan.objects.count() == 2
    home.still_holds()


def letting_a_guide_in(home: Home) -> None:
    for part in ("own", "shared"):
        answers = home.twice("guide/", part=part)
        assert statuses(answers) == [200, 200]
        waiting = guide_access.waiting_code(home.access())
        assert waiting is not None
    assert statuses(home.twice("guide/", end="1")) == [302, 302]
    assert guide_access.waiting_code(home.access()) is None
    home.still_holds()


def asking_for_a_pdf(home: Home) -> None:
    answers = home.twice("out/", what="own", form="pdf", password="")
    assert statuses(answers) == [302, 302]
    for asked in places(answers):
        assert home.one.get(asked).status == 200
    path = places(answers).pop()
    assert statuses(press_twice(home.one, f"{path}delete/", {})) == [302, 302]


def showing_the_summary(home: Home) -> None:
    home.with_their_words()
    assert statuses(home.twice("summary/show/")) == [200, 200]
    assert ShownSummary.objects.filter(giver__plan=home.access().plan).count() == 1
    assert statuses(home.twice("summary/show/", end="1")) == [302, 302]
    assert not ShownSummary.objects.exists()
    assert statuses(home.twice("summary/pdf/")) == [302, 302]
    home.still_holds()


def a_day_to_look_again(home: Home) -> None:
    assert statuses(home.twice("review/", when="6")) == [302, 302]
    home.still_holds()


def a_home_file(home: Home) -> None:
    answers = home.twice("home/", password="pitkä salasana tuulelle")
    assert {answer.status for answer in answers} == {200}


def scheduling(home: Home) -> None:
    seen = part_fingerprint(Scheme(), BY_SLUG["weeks"])
    weeks = home.twice("schedule/0/questions/weeks/", rhythm="mostly", seen=seen)
    assert statuses(weeks) == [302, 302]
    birthday = {"label": "Aino", "day": "6", "month": "2", "turn": "first second"}
    assert statuses(home.twice("schedule/0/questions/birthdays/", **birthday)) == [302, 302]
    kept = answer(drafts.read(home.access(), PartKind.OWN_FIRST), "living-schedule")
    assert kept.count('"02-06"') == 1
    assert statuses(home.twice("schedule/2/own/")) == [302, 302]
    assert answer(drafts.read(home.access(), PartKind.OWN_FIRST), "living-schedule", 2) == kept
    assert statuses(home.twice("schedule/0/calendar/")) == [302, 302]
    assert statuses(home.twice("schedule/0/clear/weeks/")) == [302, 302]
    # Pressed twice, what was removed can still be put back.
    assert statuses(home.twice("schedule/0/restore/")) == [302, 302]
    assert answer(drafts.read(home.access(), PartKind.OWN_FIRST), "living-schedule") == kept
    assert statuses(home.twice("schedule/2/remove/")) == [302, 302]
    home.still_holds()


def suggesting_a_schedule(home: Home) -> None:
    home.joined()
    words = '{"time":"17:00"}'
    matter = to_json(propose(PlanMatter(), Parent.SECOND, words))
    schedule = {"matters": {"living-schedule": matter}}
    drafts.change(home.access(), PartKind.SHARED, lambda c: {**c, **schedule})
    assert statuses(home.twice("schedule/0/suggest/")) == [302, 302]
    home.one.post(home.at("schedule/s0/questions/place/"), {"place": "Ovella"})
    assert statuses(home.twice("schedule/s0/send/", seen=fingerprint(words))) == [302, 302]
    kept = drafts.read(home.access(), PartKind.SHARED)["matters"]["living-schedule"]
    assert [by for by, _words in kept["versions"]] == ["second", "first"]


CASES: dict[Callable[[Home], None], set[str]] = {
    a_new_link: {"new_link"},
    settling_in: {"settle"},
    inviting_somebody: {"invite"},
    taking_back: {"invite"},
    leaving: {"leave"},
    leaving_alone: {"leave"},
    beginning: {"begin"},
    answers: {"question"},
    answering_the_short_way: {"short_question"},
    naming_children: {"children"},
    taking_a_child_out: {"child_out", "child_back"},
    sharing: {"share"},
    suggesting: {"matter"},
    saying_yes: {"accept"},
    saying_yes_to_a_section: {"accept_section"},
    showing_the_summary: {"summary_code", "summary_pdf"},
    taking_yes_back: {"withdraw"},
    sharing_no_more: {"stop_sharing", "stop_sharing_one"},
    going_on_alone: {"apart"},
    letting_a_guide_in: {"let_in"},
    asking_for_a_pdf: {"out", "out_delete"},
    a_day_to_look_again: {"review"},
    a_home_file: {"home_file"},
    scheduling: {
        "schedule_step",
        "schedule_copy",
        "schedule_clear",
        "schedule_remove",
        "schedule_take",
        "schedule_restore",
    },
    suggesting_a_schedule: {"schedule_suggest", "schedule_send"},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_form_sent_twice_at_once(home: Home, case: Callable[[Home], None]) -> None:
    case(home)


@pytest.fixture
def guide(server: str) -> Visitor:
    user = UserFactory(username="opas", roles=[Role.GUIDE])
    user.set_password(PASSWORD)
    user.save()
    visitor = Visitor(server, 9)
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", {"login": "opas", "password": PASSWORD})
    return visitor


def test_digits_typed_once_and_sent_twice_open_the_meeting(home: Home, guide: Visitor) -> None:
    code, _until = guide_access.give_code(home.access(), PartKind.OWN_FIRST)
    key = key_on(guide.get("/plan/guide/"))
    answers = press_twice(guide, "/plan/guide/", {"code": code, "key": key})
    assert places(answers) == {"/plan/guide/meeting/"}
    assert guide.get("/plan/guide/meeting/").status == 200
    sent = {"text": "Oppaan kanssa", "seen0": fingerprint(MINE)}
    path = f"/plan/guide/meeting/questions/{KEY}/"
    assert statuses(press_twice(guide, path, sent)) == [302, 302]
    ended = press_twice(guide, "/plan/guide/meeting/end/", {})
    assert 302 in statuses(ended)
    assert answer(drafts.read(home.access(), PartKind.OWN_FIRST), KEY) == "Oppaan kanssa"


def test_a_draft_begun_at_the_desk_is_one_and_goes_home(home: Home, guide: Visitor) -> None:
    path = "/plan/guide/begin/?children=1"
    key = key_on(guide.get(path))
    begun = press_twice(guide, path, {"key": key, "name1": "Ilo", "age1": "0"})
    assert places(begun) == {"/plan/guide/meeting/"}
    assert Plan.objects.count() == 2
    shown = guide.get("/plan/guide/meeting/children/").text
    found = re.search(r'name="seen" value="(\w+)"', shown)
    assert found is not None
    children = {"name1": "Ilona", "age1": "0", "seen": found[1]}
    assert statuses(press_twice(guide, "/plan/guide/meeting/children/", children)) == [302, 302]
    link = key_on(guide.get("/plan/guide/meeting/take-home/"))
    sent = {"key": link, "language": "fi"}
    slips = press_twice(guide, "/plan/guide/meeting/take-home/", sent)
    # Both slips have the one link that works.
    assert all(f"/plan/{link}/" in slip.text for slip in slips)
    own = key_on(home.two.get(home.at("welcome/", link)))
    home_again = press_twice(home.two, home.at("welcome/", link), {"key": own, "kept": "on"})
    assert places(home_again) == {home.at("", own)}
    shared = drafts.read(drafts.open_draft(own), PartKind.SHARED)
    assert [child.name for child in children_of(shared)] == ["Ilona"]


# Asked and answered without anything being kept.
NOTHING_KEPT = {"safety"}
# Where nobody signs in to drafts there are no such pages; tests/plans has a provider.
SIGN_IN = {"sign_in", "sign_in_go", "sign_in_back", "sign_out", "tie", "tied"}
# In the two tests above, or by the same code as the parents' pages.
GUIDES = {"guide", "guide_begin"}
# A file is sent in another way: tests/plans/vault/test_file.py.
FILES = {"open"}
# Asked for again it is the same file: tests/plans/agreement_sheet.
SHEETS = {"agreement_sheet_pdf"}


def takes_posts() -> Iterator[str]:
    """Yield the names of all pages of a plan that something can be sent to."""
    stranger = Client()
    filled = {"token": "n" * 43, "section": "needs", "key": KEY, "what": "shared", "sheet": "0"}
    filled |= {
        "asked": "a" * 43,
        "number": "1",
        "slug": "weeks",
        "group": "weeks",
        "language": "fi",
    }
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = re.sub(
            r"<(?:\w+:)?(\w+)>", lambda name: filled.get(name[1], "1"), str(pattern.pattern)
        )
        if stranger.post(f"/plan/{path}").status_code != 405:
            yield str(pattern.name)


def test_no_form_is_left_out(home: Home) -> None:
    tried = set().union(*CASES.values()) | NOTHING_KEPT | SIGN_IN | GUIDES | FILES | SHEETS
    left = {name for name in takes_posts() if not name.startswith("meeting")} - tried
    assert left == set()


def test_a_link_that_changes_while_another_tab_writes(home: Home) -> None:
    """Whatever was under way in this moment is refused or kept, and never an error."""
    for round_ in range(4):
        token = home.first
        key = key_on(home.one.get(home.at("link/new/")))
        sent = {"text": f"Kierros {round_}", "seen0": fingerprint(MINE)}
        change = partial(home.one.post, home.at("link/new/", token), {"key": key, "kept": "on"})
        write = partial(home.two.post, home.at(f"questions/{KEY}/", token), sent)
        look = partial(home.two.get, home.at("", token))
        answers = at_once([change, write, write, write, look, look])
        assert {answer.status for answer in answers} <= {200, 302, 404, 409}
        home.first = key
        assert drafts.read(home.access(), PartKind.OWN_FIRST)["answers"][KEY]
