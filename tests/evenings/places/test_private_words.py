"""Private words: never together, and nothing told."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from evenings.models import Evening, SignUp
from evenings.places.private_words import hash_word, is_closed_by_lot
from evenings.places.room import NoPlaceError
from evenings.public_pages.own_presenter import own_page
from evenings.sign_ups import actions
from evenings.waiting.offers import sweep
from office.core import clock
from tests.evenings.cast import signs_up, word_for
from tests.evenings.factories import EveningFactory
from tests.familylaw.running import GOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unit")]


def test_capitals_spaces_and_signs_make_no_other_word() -> None:
    assert hash_word("Sininen Kettu") == hash_word(" sininen-KETTU ") == hash_word("sininenkettu")
    assert hash_word("sininen kettu") != hash_word("sinisen ketun")
    assert hash_word(" - ") == ""
    assert "kettu" not in hash_word("kettu")


def test_a_word_follows_the_key_of_links_alone(settings: Settings) -> None:
    """The other key is changed in ordinary times: who has signed up before and after still match."""
    before = hash_word("kettu")
    settings.SECRET_KEY = GOOD["SECRET_KEY"]
    assert hash_word("kettu") == before
    settings.LINK_KEY = GOOD["LINK_KEY"]
    assert hash_word("kettu") != before


def test_two_with_one_word_are_never_at_one_evening() -> None:
    evening, other = EveningFactory(capacity=2), EveningFactory(capacity=2)
    word = hash_word(word_for(evening, other))
    first = signs_up(evening, word_hash=word)
    with pytest.raises(NoPlaceError):
        signs_up(evening, word_hash=word)
    waiting = signs_up(evening, word_hash=word, waits=True)
    elsewhere = signs_up(other, word_hash=word)
    with pytest.raises(NoPlaceError):
        actions.move(elsewhere.pk, evening.pk)
    # Passed over without a word, however much room there is; who came later gets a place.
    assert sweep() == 0
    assert signs_up(evening).has_place
    assert actions.change_people(first.pk, 1).has_place
    actions.cancel(first.pk)
    waiting.refresh_from_db()
    assert waiting.is_offered
    with pytest.raises(NoPlaceError):
        signs_up(evening, word_hash=word)


def test_two_who_wait_with_one_word_are_not_offered_both() -> None:
    evening = EveningFactory(capacity=2)
    word = hash_word(word_for(evening))
    seated = signs_up(evening, people=2)
    rows = [signs_up(evening, word_hash=word, waits=True) for _ in range(2)]
    third = signs_up(evening, waits=True)
    actions.cancel(seated.pk)
    got = [SignUp.objects.get(pk=row.pk).status for row in (*rows, third)]
    assert got == ["offered", "waiting", "offered"]


def test_the_lot_closes_a_third_and_stays_as_it_is() -> None:
    evening = EveningFactory()
    drawn = [is_closed_by_lot(hash_word(f"sana {n}"), evening) for n in range(600)]
    assert 120 < sum(drawn) < 280
    word = word_for(closed=evening)
    for _ in range(2):
        with pytest.raises(NoPlaceError):
            signs_up(evening, word_hash=hash_word(word))
    assert not is_closed_by_lot(hash_word(word_for(evening)), evening)


def answer(client: Client, evening: Evening, word: str) -> str:
    """Return the page that refuses, without what differs each time."""
    data = {"people": "1", "word": word, "key": str(uuid4()), "first_name": "", "contact": ""}
    response = client.post(f"/evenings/{evening.pk}/sign-up/", data)
    assert response.status_code == 409
    page = response.content.decode().replace(word, "WORD")
    return re.sub(r'(nonce|value)="[^"]*"', r'\1=""', page)


def test_the_page_says_the_same_whatever_the_reason(client: Client) -> None:
    """The other is there; the lot closes it; it has just filled up: one answer."""
    evening = EveningFactory(capacity=2)
    word, closed = word_for(evening), word_for(closed=evening)
    by_lot = answer(client, evening, closed)
    row = signs_up(evening, people=2)
    full = answer(client, evening, word)
    actions.cancel(row.pk)
    signs_up(evening, word_hash=hash_word(word))
    of_the_other = answer(client, evening, word)
    strip = re.compile(r"<svg.*?</svg>|\s+", re.DOTALL)
    assert strip.sub(" ", by_lot) == strip.sub(" ", full) == strip.sub(" ", of_the_other)
    assert "arpa" in by_lot


def test_the_page_says_to_every_word_alike_that_waiting_may_be_in_vain(client: Client) -> None:
    evening = EveningFactory(capacity=1)
    word, closed = word_for(evening), word_for(closed=evening)
    assert "pysyy suljettuna" in answer(client, evening, closed)
    signs_up(evening)
    pages = []
    for each in (word, closed):
        assert "pysyy suljettuna" in answer(client, evening, each)
        row = signs_up(evening, word_hash=hash_word(each), waits=True)
        pages.append(own_page(row, clock.now()).words)
    assert pages[0] == pages[1]
    assert "pysyy suljettuna" in pages[0]
    without = own_page(signs_up(evening, waits=True), clock.now()).words
    assert "suljettuna" not in without


def test_who_tries_many_words_is_stopped(client: Client) -> None:
    evening = EveningFactory(capacity=1)
    signs_up(evening)
    word = word_for(evening)
    for _ in range(actions.TRIES_WITH_A_WORD_A_DAY):
        answer(client, evening, word)
    data = {"people": "1", "word": word, "key": str(uuid4())}
    assert client.post(f"/evenings/{evening.pk}/sign-up/", data).status_code == 429
    # From elsewhere the same word is free: nobody learns that it was tried.
    response = client.post(f"/evenings/{evening.pk}/sign-up/", data, REMOTE_ADDR="198.18.0.9")
    assert response.status_code == 409


def test_a_word_is_added_after_the_sign_up(client: Client) -> None:
    evening, other = EveningFactory(capacity=3), EveningFactory(capacity=3)
    word = word_for(evening, other)
    row = signs_up(evening)
    page = f"{actions.own_path(row)}word/"
    assert page in client.get(actions.own_path(row)).content.decode()
    shown = client.get(page).content.decode()
    for limit in ("arvalla", "ilman sanaa", "samalla tavalla"):
        assert limit in shown
    response = client.post(page, {"word": word, "evening": evening.pk})
    assert response.headers["Location"] == actions.own_path(row)
    row.refresh_from_db()
    assert (row.word_hash, row.has_place) == (hash_word(word), True)
    assert row.events.latest("pk").what == "word"
    with pytest.raises(NoPlaceError):
        signs_up(evening, word_hash=hash_word(word))
    # Another word takes its place, and the former one is free there.
    newer = f"{word}a"
    while is_closed_by_lot(hash_word(newer), evening):
        newer += "a"
    actions.use_word(row.pk, hash_word(newer))
    assert signs_up(evening, word_hash=hash_word(word)).has_place

    # Empty and short ones are asked for again.
    for wrong in ("", "abc"):
        assert client.post(page, {"word": wrong, "evening": evening.pk}).status_code == 422


def refusal(client: Client, row: SignUp, word: str, evening: Evening) -> str:
    """Return the page that refuses a word added afterwards, without what differs each time."""
    before = SignUp.objects.values().get(pk=row.pk)
    response = client.post(f"{actions.own_path(row)}word/", {"word": word, "evening": evening.pk})
    assert response.status_code == 422
    # Nothing has changed, and the place stays.
    assert SignUp.objects.values().get(pk=row.pk) == before
    page = response.content.decode().replace(word, "WORD")
    page = page.replace(actions.own_path(row), "OWN")
    page = re.sub(r'(nonce|value)="[^"]*"', r'\1=""', page)
    return re.sub(r"<svg.*?</svg>|\s+", " ", page, flags=re.DOTALL)


def test_a_word_added_afterwards_is_refused_alike_whatever_the_reason(client: Client) -> None:
    evening = EveningFactory(capacity=4)
    word, closed = word_for(evening), word_for(closed=evening)
    row = signs_up(evening)
    by_lot = refusal(client, row, closed, evening)
    signs_up(evening, word_hash=hash_word(word))
    of_the_other = refusal(client, row, word, evening)
    assert by_lot == of_the_other
    assert "arpa" in by_lot

    # The same of another evening chosen with it: full, by lot, because of the other.
    elsewhere = EveningFactory(capacity=2)
    word, closed = word_for(elsewhere), word_for(closed=elsewhere)
    pages = [refusal(client, row, closed, elsewhere)]
    seated = signs_up(elsewhere, people=2)
    pages.append(refusal(client, row, word, elsewhere))
    actions.cancel(seated.pk)
    signs_up(elsewhere, word_hash=hash_word(word))
    pages.append(refusal(client, row, word, elsewhere))
    assert len(set(pages)) == 1


def test_with_a_word_one_goes_to_another_evening_in_one_step(client: Client) -> None:
    evening, other = EveningFactory(capacity=2), EveningFactory(capacity=2)
    row = signs_up(evening)
    word = word_for(other, closed=evening)
    page = f"{actions.own_path(row)}word/"
    assert client.post(page, {"word": word, "evening": other.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.evening, row.word_hash, row.has_place) == (other, hash_word(word), True)
    # Who waits goes on waiting with the word, as one who signs up with it does.
    signs_up(evening, people=2)
    waiting = signs_up(evening, waits=True)
    actions.use_word(waiting.pk, hash_word(word))
    waiting.refresh_from_db()
    assert (waiting.is_waiting, waiting.word_hash) == (True, hash_word(word))


def test_tries_with_a_word_added_afterwards_are_counted(client: Client) -> None:
    evening = EveningFactory(capacity=2)
    word = word_for(evening)
    signs_up(evening, word_hash=hash_word(word))
    row = signs_up(evening)
    page, data = f"{actions.own_path(row)}word/", {"word": word, "evening": evening.pk}
    for _ in range(actions.TRIES_WITH_A_WORD_A_DAY):
        assert "arpa" in client.post(page, data).content.decode()
    assert "Täältä on yritetty liian monta kertaa" in client.post(page, data).content.decode()
