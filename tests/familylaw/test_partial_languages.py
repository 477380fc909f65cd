"""Languages of a few pages: shown there once checked, hidden when a text changes, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from familylaw.i18n import catalogs
from familylaw.i18n.partial import LEFT_OUT, SOURCES, VIEWS, has_partial_languages
from office.core import dates, languages
from office.models import Role, Unit
from office.setup.partial_languages import (
    mark_checked,
    own_texts,
    save_own_texts,
    texts,
    version_now,
    withdraw,
)
from tests.factories import ServiceFactory, UnitFactory, UserFactory
from tests.partial_languages import check, latin_words
from tests.walkin.cast import RunningWalkIn, frozen_at, running_walk_in
from walkin.actions.take_number import ticket_path
from walkin.models import Ticket

pytestmark = pytest.mark.django_db
ROOT = Path(django_settings.BASE_DIR)


@pytest.fixture
def own(settings: Any) -> Iterator[RunningWalkIn]:
    settings.DEMO = ""
    with frozen_at(9):
        UnitFactory()
        yield running_walk_in()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def take_page(own: RunningWalkIn, query: str = "") -> str:
    return f"{reverse('walk_in:take', args=[own.day.code])}{query}"


def read_in(client: Client, code: str) -> None:
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = code


def test_a_language_is_shown_on_its_pages_once_it_is_checked_and_nowhere_else(
    client: Client, own: RunningWalkIn
) -> None:
    read_in(client, "ar")
    unchecked = text(client.get(take_page(own)))
    assert '<html lang="fi">' in unchecked
    assert "العربية" not in unchecked

    check("ar", otherwise="sv")
    page = text(client.get(take_page(own)))
    assert '<html lang="ar" dir="rtl">' in page
    assert "ما هو الموضوع؟" in page
    assert "Русский" not in page
    # A name of the unit stands in its own language.
    assert f'<bdi lang="fi">{own.point.name}</bdi>' in page

    elsewhere = text(client.get("/privacy/"))
    assert '<html lang="sv">' in elsewhere
    assert "هذه الصفحة ليست بلغتك" in elsewhere
    assert 'value="ar"' not in elsewhere

    client.force_login(UserFactory(roles=[Role.MANAGER]))
    staff = text(client.get("/office/"))
    assert '<html lang="ar"' not in staff
    assert "هذه الصفحة" not in staff

    withdraw("ar")
    assert '<html lang="fi">' in text(client.get(take_page(own)))


def test_a_browser_that_asks_for_a_language_gets_it_unless_a_full_one_comes_first(
    client: Client, own: RunningWalkIn
) -> None:
    check("ru")
    for asked, language in {
        "ru-RU,ru;q=0.9,en;q=0.8": "ru",
        "sv,ru;q=0.5": "sv",
        "uk,en;q=0.5": "en",
        "fi": "fi",
    }.items():
        page = text(client.get(take_page(own), headers={"Accept-Language": asked}))
        assert f'<html lang="{language}">' in page
    # Elsewhere the browser's own list goes on; nobody has chosen a language that the page lacks.
    elsewhere = text(
        client.get("/privacy/", headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"})
    )
    assert '<html lang="en">' in elsewhere
    assert "Этой страницы нет" not in elsewhere


def test_a_changed_text_hides_the_language_until_it_is_checked_again(
    client: Client, own: RunningWalkIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    check("et")
    read_in(client, "et")
    assert '<html lang="et">' in text(client.get(take_page(own)))
    catalog = languages.catalog_path(ROOT, "et").read_text()
    now = languages.version_of(catalog)
    assert languages.version_of("#: elsewhere\n" + catalog) == now
    changed = languages.version_of(catalog.replace("Viga", "Veateade"))
    assert changed != now
    monkeypatch.setattr("office.core.languages.texts_version", lambda _code: changed)
    assert '<html lang="fi">' in text(client.get(take_page(own)))
    manager = Client()
    manager.force_login(UserFactory(roles=[Role.MANAGER], language="en"))
    manager.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Hidden: texts have changed" in text(manager.get(reverse("office:languages")))
    # What somebody read before is not what is there now: it cannot be marked.
    assert mark_checked("et", version=now, by="A translator", otherwise="fi") is False
    check("et")
    assert Unit.get().offers("et")


def test_the_manager_alone_marks_a_language_as_checked(client: Client, own: RunningWalkIn) -> None:
    address = reverse("office:language", args=["so"])
    sent = {
        "by": "Somali office",
        "otherwise": "en",
        "version": version_now("so"),
    }
    client.force_login(UserFactory(roles=[Role.SECRETARY]))
    assert client.post(address, sent).status_code == 403
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    page = text(client.get(address))
    assert "Qaado tirada safka" in page
    assert client.post(address, {**sent, "version": "0" * 64}).status_code == 302
    assert Unit.get().checked_languages == {}
    assert client.post(address, sent).status_code == 302
    assert [one.code for one in Unit.get().offered_languages] == ["so"]
    assert client.get(reverse("office:language", args=["fi"])).status_code == 404
    client.post(reverse("office:language_withdraw", args=["so"]))
    assert Unit.get().offered_languages == []


def test_the_units_own_texts_are_shown_once_they_are_checked_and_in_finnish_before(
    client: Client, own: RunningWalkIn
) -> None:
    ready = ServiceFactory(
        name_fi="Eroneuvonta",
        matter_fi="Mietin eroa tai olen eronnut, ja tarvitsen neuvoja",
        suits_walk_in=True,
    )
    typed = ServiceFactory(matter_fi="Olen isovanhempi", suits_walk_in=True)
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    kiosk = reverse("walk_in:kiosk", args=[own.point.slug])
    client.post(f"{kiosk}use/")
    manager = Client()
    manager.force_login(UserFactory(roles=[Role.MANAGER]))
    editing = reverse("office:language_own_texts", args=["ar"])

    # What the program brings along is offered to be checked, the rest is missing.
    rows = {row.finnish: row for row in own_texts("ar")}
    assert rows[ready.matter].text.startswith("أفكر في الانفصال")
    assert rows[typed.matter].text == ""
    page = manager.get(editing)
    form = page.context["form"]
    data = {name: form.initial[name] for name in form.names}
    missing = next(name for name, finnish in form.names.items() if finnish == typed.matter)
    assert manager.post(editing, {**data, missing: "أنا جد أو جدة"}).status_code == 302
    secretary = Client()
    secretary.force_login(UserFactory(roles=[Role.SECRETARY]))
    assert secretary.post(editing, data).status_code == 403
    assert manager.get(reverse("office:language_own_texts", args=["fi"])).status_code == 404

    def matters() -> str:
        return text(client.get(f"{kiosk}?language=ar"))

    read = version_now("ar")
    save_own_texts("ar", {own.point.name: "المكتب"})
    # Something was written after it was read.
    assert mark_checked("ar", version=read, by="A translator", otherwise="fi") is False
    check("ar")
    shown = matters()
    assert "أنا جد أو جدة" in shown
    assert rows[ready.matter].text in shown
    assert ready.matter not in shown
    assert typed.matter not in shown
    read_in(client, "ar")
    assert f'<bdi lang="fi">{own.point.name}</bdi>' not in text(client.get(take_page(own)))

    # Written anew it is Finnish until it is checked again; nothing else is hidden.
    save_own_texts("ar", {typed.matter: "أنا من الأجداد"})
    shown = matters()
    assert f'<bdi lang="fi">{typed.matter}</bdi>' in shown
    assert rows[ready.matter].text in shown
    check("ar")
    assert "أنا من الأجداد" in matters()
    # A translation belongs to the text that it was made of.
    ready.matter_fi = "Mietin eroa"
    ready.save()
    assert '<bdi lang="fi">Mietin eroa</bdi>' in matters()


def test_a_number_keeps_the_language_in_which_it_was_taken(
    client: Client, own: RunningWalkIn
) -> None:
    check("ar", otherwise="en")
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    kiosk = reverse("walk_in:kiosk", args=[own.point.slug])
    client.post(f"{kiosk}use/")
    start = text(client.get(kiosk))
    assert "?language=ar" in start
    assert "?language=ru" not in start
    steps = text(client.get(f"{kiosk}?language=ar&matter=unsure"))
    assert '<html lang="ar" dir="rtl">' in steps
    sent = {"key": "one", "matter": "unsure", "language": "ar", "meeting": "alone"}
    assert client.post(kiosk, {**sent, "language": "ru"}).status_code == 200
    slip = client.post(kiosk, sent).headers["Location"]
    assert "رقمك" in text(client.get(slip))
    ticket = Ticket.objects.get()
    assert (ticket.language, ticket.reads) == ("en", "ar")
    phone = Client()
    page = phone.get(ticket_path(ticket))
    assert page.headers["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl">' in text(page)
    words = phone.get(
        reverse("walk_in:numbers", args=[own.point.slug]), headers={"Accept-Language": "ar"}
    ).json()
    assert "أنت التالي" in words["1"]
    withdraw("ar")
    assert phone.get(ticket_path(ticket)).headers["Content-Language"] == "en"


@pytest.mark.parametrize("code", ["ar", "ru", "uk"])
def test_no_text_of_ours_is_left_in_another_script(
    client: Client, own: RunningWalkIn, code: str
) -> None:
    for one in languages.PARTIAL:
        check(one)
    kiosk = reverse("walk_in:kiosk", args=[own.point.slug])
    client.force_login(UserFactory(roles=[Role.GUIDE]))
    client.post(f"{kiosk}use/")
    client.post(kiosk, {"key": "k", "matter": "unsure", "language": code, "meeting": "alone"})
    read_in(client, code)
    pages = [
        f"{kiosk}?language={code}",
        f"{kiosk}?language={code}&matter=unsure",
        f"{reverse('walk_in:kiosk_here', args=[own.point.slug])}?language={code}&wrong=code",
        take_page(own),
        take_page(own, "?matter=unsure"),
        take_page(own, "here/"),
        ticket_path(Ticket.objects.get()),
        reverse("walk_in:take", args=["wrong-code"]),
        reverse("walk_in:ticket", args=["gone"]),
    ]
    for address in pages:
        page = client.get(address).content.decode()
        assert f'<html lang="{code}"' in page, address
        assert latin_words(page, code) == [], address


def test_catalogues_of_partial_languages_hold_the_texts_of_their_pages_and_lack_none() -> None:
    strings = Catalog(locale="en")
    inside, outside = "templates/walkin/public_pages/ticket.html", "templates/walkin/queue.html"
    strings.add("Your turn", locations=[(inside, 0), (outside, 0)])
    strings.add("Queue", locations=[(outside, 0)])
    assert [m.id for m in catalogs.wanted(strings, "sv") if m.id] == ["Your turn", "Queue"]
    theirs = catalogs.wanted(strings, "fi-simple")
    assert [m.id for m in theirs if m.id] == ["Your turn"]
    assert list(catalogs.faults(theirs, Catalog(locale="fi"))) == [
        f"missing “Your turn” ({inside})"
    ]
    for left_out in LEFT_OUT:
        assert left_out.startswith(SOURCES)
    for source in (*SOURCES, *LEFT_OUT):
        assert list(ROOT.glob(f"{source}*")), source


def test_words_of_shared_modules_are_still_there() -> None:
    strings = catalogs.extracted(ROOT)
    alone = [
        m.id
        for m in strings
        if m.id and {name for name, _line in m.locations} == {"familylaw/i18n/partial_words.py"}
    ]
    assert alone == []
    assert has_partial_languages("familylaw/i18n/partial_words.py")


def test_every_page_with_partial_languages_is_one_of_the_publics() -> None:
    from django.urls import get_resolver

    names = {
        f"{namespace}:{name}"
        for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert names >= VIEWS


@pytest.mark.parametrize("code", [*languages.PARTIAL])
def test_the_texts_to_check_stand_beside_the_finnish_ones(code: str) -> None:
    rows = list(texts(code))
    assert len(rows) > 150
    assert all(any(row.finnish) and all(row.translations) for row in rows)


def test_days_and_times_in_partial_languages() -> None:
    from datetime import UTC, datetime

    start, end = (datetime(2026, 11, 25, 7, 30, tzinfo=UTC), datetime(2026, 11, 25, 8, tzinfo=UTC))
    assert {code: dates.when_range(start, end, code) for code in languages.PARTIAL} == {
        "fi-simple": "ke 25.11.2026 klo 9.30–10.00",
        "et": "K 25.11.2026 kell 9.30–10.00",
        "ru": "ср 25.11.2026 в 9:30–10:00",
        "uk": "ср 25.11.2026 о 9:30–10:00",
        "ar": "الأربعاء 25.11.2026 الساعة \N{LEFT-TO-RIGHT ISOLATE}9:30–10:00\N{POP DIRECTIONAL ISOLATE}",
        "so": "Arbc 25.11.2026 saacadda 9:30–10:00",
    }
    assert dates.duration(90, "ru") == "1 ч 30 мин"
    # Staff are written to in a full language.
    assert dates.known("ar") == "fi"
