"""A draft that opens by signing in, with a real provider over HTTP."""

import http.client
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.test import Client
from pytest_django import Settings

from office.core import clock
from office.models import User
from plans.access import sign_in
from plans.content import invitations
from plans.content.answers import fingerprint
from plans.models import Holder
from plans.pages.links import SIGNED_IN
from plans.pages.sign_in import TRIES_OF_AN_ADDRESS_AN_HOUR
from plans.vault import drafts, keys
from plans.vault.drafts import DraftNotFoundError
from tests.plans.content.test_must_hold import disguised, dump
from tests.plans.oidc import CLIENT, SECRET, Provider, provider
from tests.plans.together.test_together import KEY, Browser, invitation_of, one
from tests.spent import spend

__all__ = ["one"]  # Fixtures.

WORDS = "Kirjoitettu ennen kirjautumista"


@pytest.fixture
def idp(settings: Settings) -> Iterator[Provider]:
    """Run the provider, and set the settings that name it."""
    from familylaw.settings import sign_in_providers

    with provider() as found:
        settings.PLAN_SIGN_IN_SERVER = found.issuer
        settings.PLAN_SIGN_IN_NAME = "Tunnistus"
        settings.PLAN_SIGN_IN_KEY = "a key that is not in the database, of the tests"
        settings.SOCIALACCOUNT_PROVIDERS = sign_in_providers(
            found.issuer, CLIENT, SECRET, "Tunnistus"
        )
        yield found


def away_and_back(client: Client) -> Any:
    """Go as a browser does: to the provider, and where it redirects."""
    gone = client.get("/plan/sign-in/go/")
    assert gone.status_code == 302
    url = urlsplit(gone.url)
    there = http.client.HTTPConnection(url.netloc, timeout=10)
    there.request("GET", f"{url.path}?{url.query}")
    back = urlsplit(there.getresponse().headers["Location"])
    there.close()
    return client.get(f"{back.path}?{back.query}")


def tie(browser: Browser) -> None:
    """Tie the draft; from then on the browser has the address of the sign-in."""
    begun = browser.post("tie/")
    assert begun.url == "/plan/sign-in/"
    came = away_and_back(browser.client)
    assert came.url == f"/plan/{browser.token}/tied/"
    done = browser.post("tied/")
    browser.token = done.url.split("/")[2]


def sign_in_anew() -> Browser:
    """Sign in on another device."""
    browser = Browser("")
    browser.token = away_and_back(browser.client).url.split("/")[2]
    return browser


def test_a_draft_is_tied_and_opens_by_signing_in(idp: Provider, one: Browser) -> None:
    one.write(WORDS)
    former = one.token
    tie(one)

    assert one.sees(f"questions/{KEY}/", WORDS)
    assert Client().get(f"/plan/{former}/").status_code == 404
    elsewhere = sign_in_anew()
    assert elsewhere.token != one.token
    assert elsewhere.sees(f"questions/{KEY}/", WORDS)
    one.write(f"{WORDS} ja jälkeen", seen0=fingerprint(WORDS))
    assert elsewhere.sees(f"questions/{KEY}/", "ja jälkeen")
    # The address alone is not enough: it stands in histories.
    assert Client().get(f"/plan/{elsewhere.token}/").status_code == 404
    assert not elsewhere.sees("link/", elsewhere.token + '"')


def test_looked_at_once_more_before_the_link_opens_nothing(idp: Provider, one: Browser) -> None:
    """Who is signed in at the provider may be the other parent, on a shared device."""
    idp.name = "Joku <b>Toinen</b>"
    one.post("tie/")
    page = away_and_back(one.client)
    html = one.client.get(page.url).content.decode()

    assert "Joku &lt;b&gt;Toinen&lt;/b&gt;" in html
    assert one.get().status_code == 200
    assert idp.asked[0]["prompt"] == "login"


def test_nobody_gets_an_account_or_a_page_of_staff(idp: Provider, one: Browser) -> None:
    users = User.objects.count()
    tie(one)

    assert User.objects.count() == users
    assert (SocialAccount.objects.count(), SocialToken.objects.count()) == (0, 0)
    assert "_auth_user_id" not in one.client.session
    for path in ("/desk/", "/my-day/", "/queue/", "/office/", "/plan/guide/"):
        page = one.client.get(path)
        assert page.status_code == 302
        assert page.url.startswith("/accounts/login/")
    # The library's own ways to an account are not there.
    for path in ("/accounts/oidc/plan/login/", "/accounts/3rdparty/signup/"):
        assert one.client.get(path).status_code == 404


def test_the_database_alone_ties_nobody_to_a_draft(idp: Provider, one: Browser) -> None:
    one.write(WORDS)
    tie(one)
    who = sign_in.signed_in_as(idp.issuer, idp.subject)
    copy = dump()

    for word in (WORDS, idp.subject, idp.name, "aino@example.org", who.secret, one.token):
        assert [form for form in disguised(word) if form in copy] == [], word
    # Another key of the server, another secret: the subject alone opens nothing.
    guessed = keys.sign_in_token("another key of another server", idp.issuer, idp.subject)
    with pytest.raises(DraftNotFoundError):
        drafts.open_draft(guessed)
    assert drafts.open_draft(who.secret).plan


def test_another_person_opens_nothing(idp: Provider, one: Browser) -> None:
    tie(one)
    idp.subject = "subject-of-somebody-else"
    stranger = Client()
    stranger.cookies["django_language"] = "en"

    page = away_and_back(stranger)

    assert "No draft is connected to this sign-in" in page.content.decode()
    assert SIGNED_IN not in stranger.cookies
    assert stranger.get(f"/plan/{one.token}/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another client"},
        {"iss": "http://another.example"},
        {"exp": 1_000_000_000},
        {"sub": ""},
        {"signed": "by another key"},
    ],
)
def test_what_the_provider_did_not_say_to_us_is_refused(
    idp: Provider, one: Browser, wrong: dict[str, Any]
) -> None:
    tie(one)
    if "signed" in wrong:
        idp.signs_with = generate_private_key(65537, 2048)
    else:
        idp.claims = wrong
    browser = Client()

    page = away_and_back(browser)

    assert page.status_code == 502
    assert SIGNED_IN not in browser.cookies


def test_a_code_of_another_browser_is_refused(idp: Provider, one: Browser) -> None:
    tie(one)
    gone = urlsplit(Client().get("/plan/sign-in/go/").url)
    there = http.client.HTTPConnection(gone.netloc, timeout=10)
    there.request("GET", f"{gone.path}?{gone.query}")
    back = urlsplit(there.getresponse().headers["Location"])
    there.close()
    victim = Client()

    assert victim.get(f"{back.path}?{back.query}").status_code == 502
    assert SIGNED_IN not in victim.cookies


def test_cancelled_or_out_of_reach_changes_nothing(idp: Provider, one: Browser) -> None:
    one.post("tie/")
    idp.refuses = "access_denied"
    assert away_and_back(one.client).status_code == 502
    idp.server.server_close()
    idp.server.shutdown()

    assert one.client.get("/plan/sign-in/go/").status_code == 502
    assert one.get().status_code == 200


def test_one_draft_for_each_sign_in(idp: Provider, one: Browser) -> None:
    tie(one)
    other = Browser(drafts.create_draft({}))
    other.post("tie/")
    away_and_back(other.client)

    refused = other.post("tied/")

    assert refused.url == f"/plan/{other.token}/link/"
    assert "This sign-in already opens another draft." in other.get("link/").content.decode()
    assert other.get().status_code == 200


def test_back_to_a_link(idp: Provider, one: Browser) -> None:
    one.write(WORDS)
    tie(one)
    fresh = one.post("link/new/").url.split("/")[2]

    assert WORDS in Client().get(f"/plan/{fresh}/questions/{KEY}/").content.decode()
    assert one.get().status_code == 404
    page = away_and_back(Client())
    assert page.status_code == 200


def test_signed_out_and_too_long_ago(idp: Provider, one: Browser) -> None:
    tie(one)
    other = sign_in_anew()
    one.client.post("/plan/sign-out/")
    assert one.get().status_code == 404
    assert other.get().status_code == 200
    with time_machine.travel(clock.now() + sign_in.LASTS + timedelta(seconds=5)):
        assert other.get().status_code == 404


def test_a_cookie_of_somebody_elses_making_opens_nothing(idp: Provider, one: Browser) -> None:
    tie(one)
    for forged in ("", "x", one.client.cookies[SIGNED_IN].value[:-2], "é"):
        stranger = Client()
        stranger.cookies[SIGNED_IN] = forged
        assert stranger.get(f"/plan/{one.token}/").status_code == 404


def test_the_cookie_is_for_drafts_and_for_the_server_alone(idp: Provider, one: Browser) -> None:
    tie(one)
    cookie = one.client.cookies[SIGNED_IN]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/plan/", True, "Lax")
    assert one.client.cookies["plan_tying"].value == ""
    for word in (idp.subject, idp.name, sign_in.signed_in_as(idp.issuer, idp.subject).secret):
        assert word not in cookie.value


def test_an_invitation_is_not_tied_before_it_is_ones_own(idp: Provider, one: Browser) -> None:
    invited = Browser(invitation_of(one))
    assert invited.post("tie/").url == f"/plan/{invited.token}/welcome/"
    invited.token = invited.post("welcome/").url.split("/")[2]
    tie(invited)
    assert invited.get("together/").status_code == 200


def test_changes_are_posted(idp: Provider, one: Browser) -> None:
    assert one.get("tie/").status_code == 405
    assert one.client.get("/plan/sign-out/").status_code == 405
    for path in ("/plan/sign-in/", "/plan/sign-in/go/", "/plan/sign-in/back/"):
        assert one.client.post(path).status_code == 405


def test_switched_off_there_is_nothing_of_it(one: Browser) -> None:
    for path in ("/plan/sign-in/", "/plan/sign-in/go/", "/plan/sign-in/back/"):
        assert one.client.get(path).status_code == 404
    assert one.client.post("/plan/sign-out/").status_code == 404
    assert one.post("tie/").status_code == 404
    assert one.get("tied/").status_code == 404
    assert not one.sees("link/", "/tie/")
    assert "/plan/sign-in/" not in one.client.get("/plan/").content.decode()


def test_a_tied_draft_says_nothing_of_it_in_the_database(idp: Provider, one: Browser) -> None:
    before = Holder.objects.get()
    tie(one)
    after = Holder.objects.get()

    assert after.pk == before.pk
    assert (
        invitations.other_holder(
            drafts.open_draft(sign_in.signed_in_as(idp.issuer, idp.subject).secret)
        )
        is None
    )


@pytest.mark.django_db
def test_one_address_goes_there_only_so_often(idp: Provider, client: Client) -> None:
    with time_machine.travel(clock.now(), tick=False):
        hour = timedelta(hours=1)
        spend("plan sign-in", "127.0.0.1", limit=TRIES_OF_AN_ADDRESS_AN_HOUR - 1, every=hour)
        assert client.get("/plan/sign-in/go/").status_code == 302
        assert client.get("/plan/sign-in/go/").status_code == 429
