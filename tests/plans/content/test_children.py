"""The children of a draft: who comes and goes, and whose answers are whose."""

import re
from typing import Any

from django.test import Client

from plans.content.children import Child, children_fingerprint, children_of, next_number
from plans.models import PartKind
from plans.vault import drafts
from tests.plans.pages.test_writing import KEY, english, own, shared, token, url, write

__all__ = ["english", "token"]  # Fixtures.


def change(client: Client, token: str, *, one_more: bool = False, **names: str) -> Any:
    """Send the page of the children as it stands, with some fields changed."""
    stands = {"seen": children_fingerprint(shared(token))}
    for child in children_of(shared(token)):
        stands |= {f"name{child.number}": child.name, f"age{child.number}": child.age}
    return client.post(url(token, "children/") + "?more" * one_more, {**stands, **names})


def take_out(client: Client, token: str, number: int) -> Any:
    return client.post(url(token, f"children/{number}/out/"))


def put_back(client: Client, token: str, number: int) -> Any:
    return client.post(url(token, f"children/{number}/back/"))


def test_children_come_go_and_keep_their_answers(client: Client, token: str) -> None:
    write(client, token, "", text2="Iltasatu")

    take_out(client, token, 1)
    change(client, token, one_more=True, name3="Ilo", age3="0", first="äiti")

    assert [(c.number, c.name) for c in children_of(shared(token))] == [(2, "Väinö"), (3, "Ilo")]
    page = client.get(url(token, f"questions/{KEY}/")).content.decode()
    assert "Iltasatu</textarea>" in page
    # Nobody is taken out by an emptied name.
    refused = change(client, token, name2="", age2="")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name2", "age2"])
    unaged = change(client, token, one_more=True, name4="Onni")
    assert unaged.context["form"].errors == {"age4": ["Choose the age of child 3."]}


def test_what_goes_is_said_before_it_goes_and_all_comes_back(client: Client, token: str) -> None:
    write(client, token, "", text2="Iltasatu")
    client.post(url(token, "share/needs/"), seen_of(client, token))

    asked = client.get(url(token, "children/2/out/"))
    assert (asked.context["written"], asked.context["shared"]) == (1, 1)
    assert "is hidden" in asked.content.decode()
    assert [child.name for child in children_of(shared(token))] == ["Aino", "Väinö"]

    for _press in range(2):
        assert take_out(client, token, 2).url == url(token, "children/")
    assert [child.name for child in children_of(shared(token))] == ["Aino"]
    assert "Iltasatu" not in client.get(url(token, "together/")).content.decode()
    page = client.get(url(token, "children/")).content.decode()
    assert "Väinö" in page

    for _press in range(2):
        assert put_back(client, token, 2).url == url(token, "children/")
    assert children_of(shared(token)) == [Child(1, "Aino", "6-9"), Child(2, "Väinö", "3-5")]
    assert "Iltasatu" in client.get(url(token, f"questions/{KEY}/")).content.decode()
    assert "Iltasatu" in client.get(url(token, "together/")).content.decode()
    assert client.get(url(token, "children/")).context["elsewhere"] == []


def seen_of(client: Client, token: str) -> dict[str, str]:
    return {"seen": client.get(url(token, "share/needs/")).context["seen"]}


def test_the_last_child_stays_and_nobody_unknown_comes(client: Client, token: str) -> None:
    take_out(client, token, 1)
    take_out(client, token, 2)

    assert [child.name for child in children_of(shared(token))] == ["Väinö"]
    assert "at least one child" in client.get(url(token, "children/2/out/")).content.decode()
    for number in (7, 999):
        assert client.get(url(token, f"children/{number}/out/")).status_code == 404
        assert take_out(client, token, number).status_code == 404
        assert put_back(client, token, number).status_code == 404
    assert client.get(url(token, "children/1/back/")).status_code == 405


def test_who_was_lost_before_children_could_be_put_back_is_found_by_the_answers(
    client: Client, token: str
) -> None:
    """Drafts of earlier: an emptied name took the child's row away, and the answers lay unreachable."""
    write(client, token, "", text2="Iltasatu")
    access = drafts.open_draft(token)
    drafts.change(access, PartKind.SHARED, lambda kept: {**kept, "children": [[1, "Aino", "6-9"]]})

    assert put_back(client, token, 2).status_code == 302

    assert [child.number for child in children_of(shared(token))] == [1, 2]
    assert "Iltasatu" in client.get(url(token, f"questions/{KEY}/")).content.decode()


def test_enter_saves_and_goes_on(client: Client, token: str) -> None:
    """The first button of a form is the one that Enter presses."""
    page = client.get(url(token, "children/")).content.decode()
    form = page[page.index('<form method="post" novalidate') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert "name=" not in first[0]


def test_who_comes_later_never_gets_the_answers_of_who_was_taken_out(
    client: Client, token: str
) -> None:
    write(client, token, "", text2="Vain Väinöstä")
    take_out(client, token, 2)
    assert next_number(shared(token)) == 3

    change(client, token, one_more=True, name3="Ilo", age3="0")

    assert "Vain Väinöstä" not in client.get(url(token, f"questions/{KEY}/")).content.decode()
    assert "Vain Väinöstä" not in client.get(url(token, "share/needs/")).content.decode()
    assert own(token)["answers"] == {f"{KEY}@2": "Vain Väinöstä"}


def test_saved_and_one_more(client: Client, token: str) -> None:
    saved = change(client, token, one_more=True, name3="Ilo", age3="0", **{"more": ""})

    assert saved.url == url(token, "children/?more")
    page = client.get(saved.url)
    assert [child.name for child in children_of(shared(token))] == ["Aino", "Väinö", "Ilo"]
    assert page.context["form"].numbers == [1, 2, 3, 4]


def test_there_are_eight_at_most(client: Client, token: str) -> None:
    for number in range(3, 9):
        change(client, token, one_more=True, **{f"name{number}": "Ilo", f"age{number}": "0"})
    page = client.get(url(token, "children/?more"))

    assert len(children_of(shared(token))) == 8
    assert page.context["form"].numbers == list(range(1, 9))
    assert "Save and add a child" not in page.content.decode()


def test_what_another_tab_or_the_other_parent_changed_is_not_overwritten(
    client: Client, token: str
) -> None:
    opened = children_fingerprint(shared(token))
    change(client, token, one_more=True, name3="Ilo", age3="0")

    late = change(client, token, name1="Toinen", seen=opened)

    assert late.url == url(token, "children/")
    assert "changed elsewhere" in client.get(late.url).content.decode()
    assert [child.name for child in children_of(shared(token))] == ["Aino", "Väinö", "Ilo"]
