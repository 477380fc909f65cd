"""The children of a draft: who comes and goes, and whose answers are whose."""

from typing import Any

from django.test import Client

from plans.children import children_mark, children_of, next_number
from tests.plans.test_writing import KEY, english, own, shared, token, url, write

__all__ = ["english", "token"]  # Fixtures.


def change(client: Client, token: str, *, one_more: bool = False, **names: str) -> Any:
    """Send the page of the children as it stands, with some fields changed."""
    stands = {"seen": children_mark(shared(token))}
    for child in children_of(shared(token)):
        stands |= {f"name{child.number}": child.name, f"age{child.number}": child.age}
    return client.post(url(token, "children/") + "?more" * one_more, {**stands, **names})


def test_children_come_go_and_keep_their_answers(client: Client, token: str) -> None:
    write(client, token, "", text2="Iltasatu")

    change(client, token, one_more=True, name1="", name3="Ilo", age3="0", second="isä")

    assert [(c.number, c.name) for c in children_of(shared(token))] == [(2, "Väinö"), (3, "Ilo")]
    page = client.get(url(token, f"questions/{KEY}/")).content.decode()
    assert "Iltasatu</textarea>" in page
    refused = change(client, token, name2="", age2="", name3="", age3="")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name2"])
    unaged = change(client, token, age2="")
    assert unaged.context["form"].errors == {"age2": ["Choose the age of child 1."]}


def test_who_comes_later_never_gets_the_answers_of_who_was_taken_out(
    client: Client, token: str
) -> None:
    write(client, token, "", text2="Vain Väinöstä")
    change(client, token, name2="")
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
    opened = children_mark(shared(token))
    change(client, token, one_more=True, name3="Ilo", age3="0")

    late = change(client, token, name1="Toinen", seen=opened)

    assert late.url == url(token, "children/")
    assert "changed elsewhere" in client.get(late.url).content.decode()
    assert [child.name for child in children_of(shared(token))] == ["Aino", "Väinö", "Ilo"]
