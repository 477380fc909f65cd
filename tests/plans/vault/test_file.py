"""A draft as a file: closed, opened again, and what a hostile file can do."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from office.core import clock, dates
from plans.backup import restore
from plans.content.agreement import MatterState
from plans.content.answers import ANSWERS, answer, fingerprint
from plans.content.children import children_of
from plans.content.sharing import matters_of
from plans.models import PartKind, Plan
from plans.pages import home_file as view
from plans.vault import drafts
from plans.vault import file as home_file
from plans.vault.drafts import LIFETIME
from plans.vault.file import (
    LARGEST,
    MARK,
    FileRefusedError,
    ForeignFileError,
    NewerFileError,
    TooLargeError,
    WrongPasswordError,
)
from tests.plans.together.test_together import Browser, one, two
from tests.purged import purged

__all__ = ["one", "two"]

PASSWORD = "kolme outoa sanaa"
CALENDAR = {
    "calendar_given": {"0 days 2026-11-23": "2026-11-29"},
    "calendar_marked": "number",
    "calendar_whose": "12",
}
ODD = "<script>alert(1)</script> \u200f\u05d0 \u200b👩‍👧 ÄÖÅ & \"'\nrivi 2\ttabi "


def own(token: str) -> Any:
    return drafts.read(drafts.open_draft(token), PartKind.OWN_FIRST)


def shared(token: str) -> Any:
    return drafts.read(drafts.open_draft(token), PartKind.SHARED)


def take_home(browser: Browser) -> bytes:
    file = browser.post("home/", {"password": PASSWORD})
    assert file["Content-Disposition"] == 'attachment; filename="draft.plan"'
    assert "no-store" in file["Cache-Control"]
    return bytes(file.content)


def open_again(file: bytes, password: str = PASSWORD, browser: Browser | None = None) -> Any:
    sent = {"file": SimpleUploadedFile("draft.plan", file), "password": password}
    return (browser or Browser("")).client.post("/plan/open/", sent)


def opened(file: bytes) -> Browser:
    page = open_again(file)
    assert page.status_code == 302, page.content.decode()
    return Browser(page.url.split("/")[2])


def content(**more: Any) -> dict[str, Any]:
    return {
        "made": "2026-11-24",
        "parent": "first",
        "children": [[1, "Aino", "6-9"]],
        "parents": {"first": "äiti", "second": "isä"},
        "answers": {},
        "shared": {},
        "review": None,
        **more,
    }


def crafted(**more: Any) -> bytes:
    return home_file.encrypt_file(content(**more), PASSWORD)


def test_a_draft_comes_back_as_a_new_one(one: Browser) -> None:
    one.write(ODD, text2="Iltasatu")
    one.post("review/", {"when": "3"})
    file = take_home(one)
    one.post("delete/")

    again = opened(file)

    assert again.token != one.token
    assert answer(own(again.token), "needs-now") == ODD
    assert answer(own(again.token), "needs-now", 2) == "Iltasatu"
    assert [child.name for child in children_of(shared(again.token))] == ["Aino", "Väinö"]
    assert again.sees("review/", "You look at the plan again on")
    assert matters_of(shared(again.token)) == {}
    assert again.sees("", "Parenting plan")


def test_opened_by_two_presses_it_is_one_draft(one: Browser) -> None:
    file = take_home(one)
    browser = Browser("")
    key = browser.client.get("/plan/open/").context["key"]
    before = Plan.objects.count()

    opened_twice = [
        browser.client.post(
            "/plan/open/",
            {"file": SimpleUploadedFile("draft.plan", file), "password": PASSWORD, "key": key},
        ).url
        for _ in range(2)
    ]

    assert opened_twice == [f"/plan/{key}/link/"] * 2
    assert Plan.objects.count() == before + 1


def test_the_file_can_be_read_by_nobody_without_the_password(one: Browser) -> None:
    one.write("Salainen lause")
    file = take_home(one)
    for word in ("Salainen", "Aino", "äiti", PASSWORD, one.token, "answers"):
        assert word.encode() not in file
    with pytest.raises(WrongPasswordError):
        home_file.decrypt_file(file, PASSWORD.upper())


def test_two_files_of_one_draft_have_nothing_in_common(one: Browser) -> None:
    first, second = take_home(one), take_home(one)
    assert first[: len(MARK) + 2] == second[: len(MARK) + 2]
    assert first[len(MARK) + 2 :][:16] != second[len(MARK) + 2 :][:16]


def test_what_is_shared_comes_along_and_nobody_has_said_yes(one: Browser, two: Browser) -> None:
    one.write("Unta")
    one.write("Läksyt ensin", key="school-homework")
    one.post("share/needs/")
    one.post("share/school/")
    two.write("Isän oma salaisuus", key="everyday-pets")
    two.post("together/needs-now/accept/", {"seen": fingerprint("Unta")})
    assert one.matter("needs-now").state is MatterState.AGREED

    again = opened(take_home(two))

    assert matters_of(shared(again.token)) == {}
    # Agreed words stand as one's own where one had written nothing; others' words are only to be read.
    assert answer(own(again.token), "needs-now") == "Unta"
    assert answer(own(again.token), "everyday-pets") == "Isän oma salaisuus"
    assert answer(own(again.token), "school-homework") == ""
    page = again.get("brought/").content.decode()
    assert "Läksyt ensin" in page
    assert "nobody has accepted it" in page
    # It may be years ago.
    assert f"your file of {dates.date(clock.today(), 'en')}. Only" in page


def test_a_file_holds_what_its_parent_may_read(one: Browser, two: Browser) -> None:
    one.write("Vain minulle")
    opened_again = opened(take_home(two))
    kept = json.dumps([own(opened_again.token), shared(opened_again.token)])
    assert "Vain minulle" not in kept


def test_the_second_parent_becomes_the_first_of_the_new_draft(one: Browser, two: Browser) -> None:
    called = {"first": "äiti", "second": "isä"}
    drafts.change(drafts.open_draft(one.token), PartKind.SHARED, lambda c: {**c, "parents": called})
    two.write("second", key="living-address")

    again = opened(take_home(two))

    assert shared(again.token)["parents"] == {"first": "isä", "second": "äiti"}
    assert answer(own(again.token), "living-address") == "first"
    assert again.sees("out/text/own/", "official address? isä")


def test_a_wrong_password_is_told_and_opens_nothing(one: Browser) -> None:
    file = take_home(one)
    before = Plan.objects.count()
    page = open_again(file, "aivan muu salasana")
    assert page.status_code == 422
    assert "The password is wrong, or the file has been changed" in page.content.decode()
    assert Plan.objects.count() == before


@pytest.mark.parametrize("place", [0, len(MARK), len(MARK) + 5, len(MARK) + 25, -1])
def test_a_changed_file_is_refused(one: Browser, place: int) -> None:
    file = bytearray(take_home(one))
    file[place] ^= 1
    with pytest.raises(FileRefusedError):
        home_file.decrypt_file(bytes(file), PASSWORD)


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (b"%PDF-1.7", ForeignFileError),
        (b"x", ForeignFileError),
        (MARK, NewerFileError),
        (MARK + b"2\n" + b"x" * 100, NewerFileError),
        (MARK + b"1\n", WrongPasswordError),
        (MARK + b"1\n" + b"x" * 40, WrongPasswordError),
        (MARK + b"1\n" + b"x" * LARGEST, TooLargeError),
    ],
)
def test_foreign_newer_and_cut_files_are_refused(file: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        home_file.decrypt_file(file, PASSWORD)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"\x89PNG", "file was not saved on this site"),
        (MARK + b"2\nxxxx", "newer version"),
        (MARK + b"1\n" + b"x" * LARGEST, "larger than any"),
        (b"", "empty"),
    ],
)
@pytest.mark.django_db
def test_the_page_says_what_is_wrong_with_the_file(file: bytes, said: str) -> None:
    from tests.factories import UnitFactory

    UnitFactory()
    page = open_again(file)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"children": []},
        {"children": [[n, "Aino", "0"] for n in range(1, 10)]},
        {"children": [[1, "Aino", "0"], [1, "Eino", "0"]]},
        {"children": [[0, "Aino", "0"]]},
        {"children": [[1, "Aino", "99"]]},
        {"children": [[1, "x" * 41, "0"]]},
        {"children": [[1, "", "0"]]},
        {"children": "Aino"},
        {"children": [[1, {"a": 1}, "0"]]},
        {"parents": {"third": "x"}},
        {"parents": []},
        {"parent": "guide"},
        {"answers": {"needs-now": "x" * 5001}},
        {"answers": {"needs-now": 5}},
        {"answers": {"needs-now": "a\0b"}},
        {"answers": {"needs-now": "\ud800"}},
        {"answers": {"living-address": "third"}},
        {"answers": ["needs-now"]},
        {"shared": {"needs-now": "Unta"}},
        {"shared": {"needs-now": {"first": "Unta"}}},
        {"shared": {"needs-now": {"first": None, "second": ["x"]}}},
        {"review": "soon"},
        {"calendar": ["x"]},
        {"calendar": CALENDAR | {"calendar_whose": "7 or 8"}},
        {"calendar": CALENDAR | {"calendar_whose": "9" * 21}},
        {"calendar": CALENDAR | {"calendar_marked": "x"}},
        {"calendar": {"calendar_given": {}}},
        {"calendar": CALENDAR | {"calendar_given": {"0 party 2026-11-23": "2026-11-29"}}},
        {"calendar": CALENDAR | {"calendar_given": {"0 days 2026-13-23": "2026-11-29"}}},
        {"calendar": CALENDAR | {"calendar_given": {"0 days 2026-11-23": "soon"}}},
        {"calendar": CALENDAR | {"calendar_given": {"0 days 2026-11-23": 5}}},
        {"made": None, "shared": {"needs-now": {"first": "a", "second": None}}},
    ],
)
@pytest.mark.django_db
def test_hostile_content_is_refused_whole(more: dict[str, Any]) -> None:
    with pytest.raises(ForeignFileError):
        restore.restore_draft(content(**more))
    assert not Plan.objects.exists()


@pytest.mark.parametrize("kept", [None, 1, [], "x", {}, {"parent": "first"}])
@pytest.mark.django_db
def test_what_is_no_draft_is_refused(kept: Any) -> None:
    with pytest.raises(ForeignFileError):
        restore.restore_draft(kept)
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_answers_without_a_place_are_left_out() -> None:
    answers = {
        "needs-now": "Unta",
        "needs-now@1": "Aino",
        "needs-now@2": "Ei lasta",
        "needs-now@": "x",
        "needs-now@01": "x",
        "no-such": "x",
        "needs-wishes": "  ",
        "../../etc": "x",
    }
    token = restore.restore_draft(content(answers=answers))
    assert own(token)[ANSWERS] == {"needs-now": "Unta", "needs-now@1": "Aino"}


@pytest.mark.django_db
def test_a_schedule_comes_back_and_is_turned_about_for_the_second_parent() -> None:
    from plans.schedule.storage import to_json
    from tests.plans.output.test_months import SCHEME

    words = {"living-schedule": to_json(SCHEME)}
    token = restore.restore_draft(content(answers=words))
    assert own(token)[ANSWERS] == words
    token = restore.restore_draft(content(answers=words, parent="second"))
    turned = own(token)[ANSWERS]["living-schedule"]
    assert turned == to_json(restore.swap_parents(SCHEME))
    with pytest.raises(ForeignFileError):
        restore.restore_draft(content(answers={"living-schedule": '{"weeks": 1}'}))


@pytest.mark.django_db
def test_a_forged_yes_of_the_other_parent_counts_for_nothing() -> None:
    """Whoever has the password can write any file: the other parent, invited, has agreed to nothing."""
    forged = {"money-support": {"first": "Saan kaiken", "second": "Saan kaiken"}}
    token = restore.restore_draft(content(shared=forged))
    assert matters_of(shared(token)) == {}
    assert "Saan kaiken" not in json.dumps(shared(token))


def test_a_personal_identity_code_is_refused(one: Browser) -> None:
    before = Plan.objects.count()
    page = open_again(crafted(answers={"needs-now": "131052-308T"}))
    assert "personal identity code" in page.content.decode()
    assert Plan.objects.count() == before


def test_words_of_a_file_are_words(one: Browser) -> None:
    again = opened(crafted(shared={"needs-now": {"first": ODD, "second": None}}))
    page = again.get("brought/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_opening_is_limited(one: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "OPENED_AN_HOUR", 1)
    file = take_home(one)
    assert open_again(file, "x" * 10).status_code == 422
    page = open_again(file)
    assert page.status_code == 429
    assert "Very many files" in page.content.decode()


def test_a_short_password_is_refused(one: Browser) -> None:
    page = one.post("home/", {"password": "lyhyt"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["password"]


def test_too_much_for_a_file_is_told(one: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_file, "LARGEST", 10)
    assert "too large for a file" in (one.post("home/", {"password": PASSWORD}).content.decode())


def test_a_file_outlives_the_draft(one: Browser) -> None:
    one.write("Unta")
    file = take_home(one)
    with time_machine.travel(clock.now() + LIFETIME + timedelta(days=400)):
        purged("plan-drafts")
        assert one.get("").status_code == 404
        assert answer(own(opened(file).token), "needs-now") == "Unta"


def test_strangers_and_those_who_have_no_file_find_nothing(one: Browser) -> None:
    stranger = Browser("c" * 43)
    for page in ("home/", "brought/"):
        assert stranger.get(page).status_code == 404
    assert stranger.post("home/", {"password": PASSWORD}).status_code == 404
    assert one.get("brought/").status_code == 404
    assert one.client.get("/plan/open/").status_code == 200
    assert not one.sees("", "What was shared in the file")


def test_a_guide_does_not_take_the_draft_home_as_a_file(one: Browser, guide: Any) -> None:
    from plans.access import guides as guide_access

    code, _until = guide_access.give_code(drafts.open_draft(one.token), PartKind.OWN_FIRST)
    browser = Browser(guide_access.use_code(code, guide))
    browser.client.force_login(guide)
    assert browser.get("home/").status_code == 404
    assert browser.post("home/", {"password": PASSWORD}).status_code == 404
    assert browser.get("brought/").status_code == 404


def test_nothing_of_the_password_or_the_file_is_logged(
    one: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    one.write("Salainen lause")
    with caplog.at_level("DEBUG"):
        file = take_home(one)
        opened(file)
        open_again(file, "aivan muu salasana")
    said = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    for word in (PASSWORD, "aivan muu", "Salainen"):
        assert not any(word in line for line in said)


def test_a_file_that_ends_early_is_refused() -> None:
    whole = crafted()
    for size in range(0, len(whole), 7):
        with pytest.raises(FileRefusedError):
            home_file.decrypt_file(whole[:size], PASSWORD)
    assert home_file.decrypt_file(io.BytesIO(whole).read(), PASSWORD) == content()
