"""The ten most important questions: one leads on to the next, and they are the same answers."""

from itertools import pairwise

from django.test import Client

from plans.content.questions import SHORT_WAY
from tests.plans.pages.test_writing import english, token, url

__all__ = ["english", "token"]


def test_the_short_way_leads_through_ten_questions_and_on_to_the_schedule(
    client: Client, token: str
) -> None:
    keys = [question.key for question in SHORT_WAY.questions]
    assert len(keys) == len(set(keys)) == 10
    home = client.get(url(token, "")).content.decode()
    first = url(token, f"short/{keys[0]}/")
    assert first in home
    for key, following in pairwise(keys):
        page = client.get(url(token, f"short/{key}/"))
        assert "The ten most important questions" in page.content.decode()
        text = "first" if key == "living-address" else "Näin"
        saved = client.post(url(token, f"short/{key}/"), {"text": text})
        assert saved.url == url(token, f"short/{following}/"), key
    # The schedule has pages of its own.
    assert client.get(url(token, "short/living-schedule/")).url == url(token, "schedule/0/")
    assert "9 of 10" in client.get(url(token, "")).content.decode()
    assert url(token, "short/living-schedule/") in client.get(url(token, "")).content.decode()
    # What was written stands under its own section too; others are not of the short way.
    assert "Näin" in client.get(url(token, "questions/money-support/")).content.decode()
    assert client.get(url(token, "short/money-savings/")).status_code == 404
