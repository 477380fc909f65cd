"""Two parents, two lists: neither can hide the other's words, nor write to the other through names."""

from typing import Any

import pytest

from plans.content import family, invitations
from plans.content.children import PARENTS, children_fingerprint, children_of
from plans.models import PartKind
from plans.parents import Parent
from plans.vault import drafts
from tests.plans.together.test_together import KEY, Browser, invitation_of, one, two

__all__ = ["one", "two"]  # Fixtures.

INSULT = "SE VALEHTELIJA"
PAGES = ("", "children/", "together/", f"questions/{KEY}/", "summary/", "invite/", "let_in/")


def view(browser: Browser) -> Any:
    return family.read_shared(drafts.open_draft(browser.token))


def names(browser: Browser) -> list[str]:
    return [child.name for child in children_of(view(browser))]


def save(browser: Browser, *, more: bool = False, **changed: str) -> Any:
    sent = {"seen": children_fingerprint(view(browser))}
    for child in children_of(view(browser)):
        sent |= {f"name{child.number}": child.name, f"age{child.number}": child.age}
    return browser.client.post(
        f"/plan/{browser.token}/children/" + "?more" * more, {**sent, **changed}
    )


def test_a_child_taken_out_by_one_stays_with_the_other(one: Browser, two: Browser) -> None:
    one.write("Kaikista", text1="Vain Ainolle", seen1="")
    one.post("share/needs/")
    two.write("", text1="Toisen Ainolle")

    two.post("children/1/out/")

    assert names(two) == ["Väinö"]
    assert names(one) == ["Aino", "Väinö"]
    assert one.sees(f"questions/{KEY}/", "Vain Ainolle")
    assert one.sees("together/", "Vain Ainolle")
    assert not two.sees("together/", "Vain Ainolle")
    assert two.get(f"together/{KEY}@1/").status_code == 404
    # Said before, on the page that asks.
    assert two.sees("children/2/out/", "at least one child")
    assert one.sees("children/1/out/", "still sees this child")
    # Put back, all is there as it was.
    two.post("children/1/back/")
    assert names(two) == ["Aino", "Väinö"]
    assert two.sees(f"questions/{KEY}/", "Toisen Ainolle")
    assert two.sees("together/", "Vain Ainolle")


def test_out_for_both_when_both_say_so_and_back_for_each(one: Browser, two: Browser) -> None:
    one.write("", text1="Vain Ainolle")
    for browser in (one, two):
        browser.post("children/1/out/")
    assert names(one) == names(two) == ["Väinö"]

    one.post("children/1/back/")

    assert (names(one), names(two)) == (["Aino", "Väinö"], ["Väinö"])
    assert one.sees(f"questions/{KEY}/", "Vain Ainolle")


@pytest.mark.parametrize("field", ["first", "name1", "name3"])
def test_nobody_writes_to_the_other_through_names(one: Browser, two: Browser, field: str) -> None:
    sent = {field: INSULT}
    if field == "name3":
        sent["age3"] = "0"
    assert save(two, more=field == "name3", **sent).status_code == 302
    one.write("Unta")
    one.post("share/needs/")

    for page in PAGES:
        assert not one.sees(page, INSULT), page
    # Only who asks for it reads how the other has written a child.
    number = field.removeprefix("name")
    assert one.sees(f"children/?show={number}", INSULT) == (field != "first")
    assert INSULT not in str(view(one).get(PARENTS))
    assert names(one) == ["Aino", "Väinö"]


def test_each_names_themselves_in_their_own_language(one: Browser, two: Browser) -> None:
    save(two, second="pappa", first=INSULT)

    assert view(one)[PARENTS] == view(two)[PARENTS] == {"first": "äiti", "second": "pappa"}
    assert 'name="first"' not in two.get("children/").content.decode()


def test_what_the_first_called_the_other_goes_when_the_other_comes(one: Browser) -> None:
    """In drafts of earlier the one who began named both."""
    access = drafts.open_draft(one.token)
    called = {PARENTS: {"first": "äiti", "second": INSULT}}
    drafts.change(access, PartKind.SHARED, lambda kept: {**kept, **called})

    other = Browser(invitations.accept_invitation(drafts.open_draft(invitation_of(one))))

    assert view(other)[PARENTS] == view(one)[PARENTS] == {"first": "äiti"}
    assert not other.sees("", INSULT)


def test_what_two_called_each_other_in_an_earlier_draft_opens_and_stays(
    one: Browser, two: Browser
) -> None:
    called = {PARENTS: {"first": "äiti", "second": "isä"}}
    drafts.change(drafts.open_draft(one.token), PartKind.SHARED, lambda kept: {**kept, **called})

    save(two, second="papa")

    assert view(one)[PARENTS] == {"first": "äiti", "second": "papa"}


def test_a_child_whom_the_other_added_is_added_by_choice(one: Browser, two: Browser) -> None:
    save(two, more=True, name3="Ilo", age3="0")
    assert (names(one), names(two)) == (["Aino", "Väinö"], ["Aino", "Väinö", "Ilo"])
    assert one.sees("children/", "The other parent has one more child in the plan.")
    assert one.sees("children/?show=3", "The other parent has this child in the plan.")

    one.post("children/3/back/")

    assert names(one) == ["Aino", "Väinö", "Ilo"]
    assert one.get("children/").context["elsewhere"] == []


def test_another_spelling_is_taken_over_by_choice(one: Browser, two: Browser) -> None:
    save(two, name1="Aino-Liisa", age1="10-12")
    assert names(one) == ["Aino", "Väinö"]
    assert one.sees(
        "children/", "Aino: the other parent has written the name or the age differently."
    )
    assert one.sees("children/?show=1", "Write it the same way")

    one.post("children/1/back/")

    assert names(one) == names(two) == ["Aino-Liisa", "Väinö"]
    assert not two.sees("children/?show=1", "Write it the same way")


def test_two_new_children_have_two_numbers(one: Browser, two: Browser) -> None:
    save(one, more=True, name3="Ilo", age3="0")
    save(two, more=True, name4="Onni", age4="0")

    numbers = {child.number for browser in (one, two) for child in children_of(view(browser))}
    assert numbers == {1, 2, 3, 4}


def test_a_child_taken_out_before_inviting_is_never_seen_by_the_other(one: Browser) -> None:
    one.post("children/2/out/")
    other = Browser(invitation_of(one))
    other.token = other.post("welcome/").url.split("/")[2]

    assert names(other) == ["Aino"]
    for page in PAGES:
        assert not other.sees(page, "Väinö"), page


def test_who_is_left_keeps_their_own_list(one: Browser, two: Browser) -> None:
    two.post("children/1/out/")
    save(two, name2="Väiski")

    one.post("delete/")

    assert names(two) == ["Väiski"]
    two.post("children/1/back/")
    assert names(two) == ["Aino", "Väiski"]
    assert "lists" not in drafts.read(drafts.open_draft(two.token), PartKind.SHARED)


def test_strangers_take_nobody_out(one: Browser, two: Browser) -> None:
    stranger = Browser("n" * 43)
    for page in ("children/1/out/", "children/1/back/"):
        assert stranger.post(page).status_code == 404
    invited = Browser(one.token[::-1])
    assert invited.post("children/1/out/").status_code == 404
    assert names(one) == ["Aino", "Väinö"]
    assert Parent.FIRST.value in view(one)[PARENTS]


def test_a_draft_of_earlier_opens_on_every_page_and_keeps_all(one: Browser, two: Browser) -> None:
    """As it was stored before each parent had a list of their own: nothing of the new shape in it."""
    schedule = (
        '{"family":{"christmas_eve":{"even":"second","odd":"first"}},"time":"18:00",'
        '"weeks":{"begins":"2026-11-30","parent":"first","rhythm":"weekends","until_monday":true}}'
    )
    shared = {
        "children": [[1, "Aino", "6-9"], [3, "Ilo", "0"]],
        "highest_child": 3,
        "parents": {"first": "äiti", "second": "isä"},
        "matters": {
            KEY: {"versions": [["first", "Unta"]], "yes": {"first": 0, "second": 0}},
            f"{KEY}@3": {"versions": [["second", "Lepoa"]], "yes": {"second": 0}},
            "living-schedule": {"versions": [["first", schedule]], "yes": {"first": 0}},
        },
    }
    own = {"answers": {KEY: "Unta", f"{KEY}@2": "Väinölle", "living-schedule": schedule}}
    access = drafts.open_draft(one.token)
    drafts.change(access, PartKind.SHARED, lambda _now: shared)
    drafts.change(access, PartKind.OWN_FIRST, lambda _now: own)

    pages = ("", "children/", "together/", "summary/", "out/", "link/", "schedule/0/month/2026/12/")
    for browser in (one, two):
        for page in (*pages, f"together/{KEY}/", "schedule/y0/", f"questions/{KEY}/"):
            assert browser.get(page).status_code in (200, 404 if "/y0" in page else 200), page
        assert browser.sees("", "Aino, Ilo")
        assert browser.sees("together/", "Lepoa")
    assert one.sees("schedule/0/month/2026/12/", "changes home at 18:00")
    # What was lost before is found: the answers about a child whose name had been emptied.
    one.post("children/2/back/")
    assert one.sees(f"questions/{KEY}/", "Väinölle")
    assert names(one) == ["Aino", "Child 2", "Ilo"]
    assert names(two) == ["Aino", "Ilo"]
    stands = drafts.read(access, PartKind.OWN_FIRST)["answers"]
    assert stands == own["answers"]
