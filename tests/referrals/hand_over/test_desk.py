"""Handing somebody on from the inside."""

from datetime import timedelta

import pytest
import time_machine

from bookings.appointments.undo import CannotUndoError, UndoRefusal, undo
from bookings.models import Appointment, OtherParent, Undoable, UndoKind
from office.models import AccessLogEntry, Role
from referrals.hand_over.actions import remove_referrals
from referrals.models import DirectoryEntry, Referral
from tests.bookings.conftest import House
from tests.bookings.desk_cast import Desk, request_for, signed_in
from tests.factories import ProfessionalFactory
from tests.referrals.cast import WORDS, form, in_english, opened, slip


def test_nothing_is_stored_before_the_person_has_seen_it_and_said_yes(
    guide: Desk, clinic: DirectoryEntry
) -> None:
    data = form(clinic, "first_name", "language")
    shown = guide.client.post("/desk/referrals/new/", data)
    assert shown.status_code == 200
    assert [text for _label, text in shown.context["words"]] == ["Zelma", "Somali"]

    no_yes = guide.client.post("/desk/referrals/new/", {**data, "agree": "1"})
    assert no_yes.status_code == 422
    assert Referral.objects.count() == 0

    back = guide.client.post("/desk/referrals/new/", {**data, "back": "1"})
    assert back.context["form"]["message"].value() == WORDS["message"]

    lacking = guide.client.post(
        "/desk/referrals/new/", {**data, "disclosed": ["message", "contact"], "message": ""}
    )
    assert (lacking.status_code, set(lacking.context["form"].errors)) == (422, {"message"})
    code = guide.client.post("/desk/referrals/new/", {**data, "message": "131052-308T"})
    assert code.status_code == 422


def test_a_partner_who_takes_nobody_is_not_offered(guide: Desk, clinic: DirectoryEntry) -> None:
    DirectoryEntry.objects.update(takes_referrals=False)
    assert guide.client.post("/desk/referrals/new/", form(clinic, "contact")).status_code == 422


def test_the_database_alone_tells_nothing_of_what_was_told(
    guide: Desk, clinic: DirectoryEntry
) -> None:
    made = slip(
        guide, clinic, *form(clinic)["disclosed"], "first_name", "contact", "matter", "message"
    )
    stored = repr(Referral.objects.values().get()).encode()
    for word in WORDS.values():
        assert word.encode() not in stored or word == "so"
    assert made.partner.strip("/").split("/")[1].encode() not in stored
    # Only what was ticked is in it, also for who has the code.
    assert "Zuhause" in opened(made.partner)
    assert "Somali" not in opened(made.partner)


def test_pressed_twice_it_is_one_slip_which_only_this_browser_shows_again(
    guide: Desk, clinic: DirectoryEntry
) -> None:
    data = {**form(clinic, "contact"), "agree": "1", "consent": "on"}
    first = guide.client.post("/desk/referrals/new/", data)
    again = guide.client.post("/desk/referrals/new/", data)
    referral = Referral.objects.get()
    assert first.headers["Location"] == f"/desk/referrals/{referral.reference}/slip/"
    assert again.headers["Location"] == f"/desk/referrals/{referral.reference}/"
    assert guide.client.get(first.headers["Location"]).status_code == 200

    guide.client.cookies.pop("seal")
    assert guide.client.get(first.headers["Location"]).status_code == 302


def test_colleagues_see_their_own_the_secretary_all_and_others_nothing(
    guide: Desk, secretary: Desk, clinic: DirectoryEntry
) -> None:
    made = slip(guide, clinic)
    page = f"/desk/referrals/{made.referral.reference}/"
    others = signed_in(Role.SUPERVISOR).client
    assert guide.client.get(page).status_code == secretary.client.get(page).status_code == 200
    assert others.get(page).status_code == 404
    assert others.post(f"{page}close/").status_code == 404
    assert others.post(f"{page}take-back/").status_code == 404
    assert made.referral.reference not in others.get("/desk/referrals/").content.decode()
    assert signed_in(Role.MANAGER).client.get(page).status_code == 403
    logged = AccessLogEntry.objects.filter(record=made.referral.reference)
    assert logged.filter(user=secretary.user, action="read").exists()
    # By the number that was told, whoever asks can be answered, although it is kept nowhere.
    assert logged.get(action="create").subjects


def test_the_page_of_a_slip_says_what_was_agreed_to(guide: Desk, clinic: DirectoryEntry) -> None:
    made = slip(guide, clinic, "first_name", "matter")
    in_english(guide.client)
    page = guide.client.get(f"/desk/referrals/{made.referral.reference}/").content.decode()
    said = page.partition("What the person agreed to tell</h2>")[2].partition("</p>")[0]
    assert said.strip() == "<p>First name, What it is about"


def test_who_stays_anonymous_gets_paper_and_nothing_is_stored(
    guide: Desk, clinic: DirectoryEntry
) -> None:
    page = guide.client.get(f"/desk/referrals/slip/?partner={clinic.pk}&language=sv")
    assert (page.status_code, "Näsintie 1" in page.content.decode()) == (200, True)
    assert 'class="qr"' not in page.content.decode()
    assert Referral.objects.count() == 0
    for unknown in ("", "x", "999999999", "9" * 30):
        assert guide.client.get(f"/desk/referrals/slip/?partner={unknown}").status_code == 404


def test_what_nobody_answered_comes_back_and_is_made_anew_or_closed(
    guide: Desk, secretary: Desk, clinic: DirectoryEntry, monday: time_machine.Traveller
) -> None:
    def work_list() -> bool:
        # The session of the days before has ended.
        secretary.client.force_login(secretary.user)
        return "Slips that came back" in secretary.client.get("/desk/").content.decode()

    def my_day(desk: Desk) -> bool:
        desk.client.force_login(desk.user)
        return "Slips that came back" in desk.client.get("/my-day/").content.decode()

    colleague = signed_in(Role.SUPERVISOR)
    for desk in (guide, colleague):
        in_english(desk.client)
        ProfessionalFactory(user=desk.user)
    made = slip(guide, clinic)
    monday.shift(timedelta(days=13, hours=23))
    assert not work_list()
    assert not my_day(guide)
    monday.shift(timedelta(hours=1))
    assert work_list()
    assert my_day(guide)
    assert not my_day(colleague)
    assert "Zelma" not in opened(made.partner)

    anew = slip(secretary, clinic, query=f"?again={made.referral.reference}")
    made.referral.refresh_from_db()
    assert (made.referral.state, anew.referral.state) == ("closed", "sent")
    assert not work_list()

    monday.shift(timedelta(days=14))
    assert work_list()
    page = f"/desk/referrals/{anew.referral.reference}/"
    for _press in range(2):
        assert secretary.client.post(f"{page}close/", follow=True).status_code == 200
    assert not work_list()


def test_from_a_visit_it_is_a_party_s_and_only_who_meets_them_may(
    house: House, clinic: DirectoryEntry
) -> None:
    visit: Appointment = request_for(house)
    party = visit.parties.order_by("pk")[0]
    query = f"?visit={visit.reference}"
    desk = signed_in(Role.SECRETARY)
    page = desk.client.get(f"/desk/referrals/new/{query}")
    assert page.context["form"]["first_name"].value() is None
    assert signed_in(Role.GUIDE).client.get(f"/desk/referrals/new/{query}").status_code == 404

    made = slip(desk, clinic, query=query, party=str(party.pk))
    assert made.referral.party == party
    foreign = {**form(clinic, "contact", party="999"), "agree": "1", "consent": "on"}
    assert desk.client.post(f"/desk/referrals/new/{query}", foreign).status_code == 422


def test_adding_a_parent_is_not_undone_once_they_were_handed_on(
    house: House, clinic: DirectoryEntry, secretary: Desk
) -> None:
    visit = request_for(house, other=None, other_parent=OtherParent.UNIT)
    secretary.client.post(
        f"/desk/requests/{visit.reference}/parties/add/",
        {
            "name": "Kim",
            "email": "kim@example.org",
            "safe": "email",
            "language": "fi",
            "version": visit.version,
        },
    )
    added = visit.parties.get(is_requester=False)
    made = slip(secretary, clinic, query=f"?visit={visit.reference}", party=str(added.pk))
    done = Undoable.objects.latest("made_at")
    assert done.what == UndoKind.PARENT_ADDED
    with pytest.raises(CannotUndoError) as refused:
        undo(done.key, user=secretary.user)
    assert refused.value.why == UndoRefusal.CHANGED
    made.referral.refresh_from_db()
    assert made.referral.party == added
    # Without a slip it can.
    remove_referrals([made.referral.pk])
    undo(done.key, user=secretary.user)
    assert visit.parties.filter(left_at=None).count() == 1
