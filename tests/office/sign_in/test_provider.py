"""Staff who sign in at their organisation: by groups, by subject alone, never mixed with parents."""

import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from office.core import clock
from office.models import AccessAction, AccessLogEntry, LockTime, ProviderAccount, Role, User
from office.sign_in.accounts import switch_user
from office.sign_in.limits import EVERY
from office.sign_in.provider_views import TRIES_OF_AN_ADDRESS
from tests.office.signing_in import code, member, sign_in, with_app
from tests.plans.oidc import CLIENT, SECRET, Provider, provider
from tests.spent import spend

pytestmark = pytest.mark.django_db
GROUPS = {"manager": ["leads"], "secretary": ["desk", "phone"], "guide": ["guides"]}


@pytest.fixture
def idp(settings: Settings) -> Iterator[Provider]:
    from familylaw.settings import sign_in_app, sign_in_providers

    settings.REQUIRE_SECOND_FACTOR = True
    with provider() as found:
        settings.STAFF_SIGN_IN_SERVER = found.issuer
        settings.STAFF_SIGN_IN_NAME = "Hyvis"
        settings.STAFF_SIGN_IN_ROLES = GROUPS
        settings.PLAN_SIGN_IN_SERVER = found.issuer
        settings.PLAN_SIGN_IN_KEY = "a key that is not in the database, of the tests"
        staff = sign_in_app("staff", found.issuer, CLIENT, SECRET, "Hyvis")
        settings.SOCIALACCOUNT_PROVIDERS = sign_in_providers(
            found.issuer, CLIENT, SECRET, "Tunnistus", staff
        )
        found.claims = {
            "groups": ["everybody", "desk"],
            "amr": ["pwd", "mfa"],
            "preferred_username": "ritva.h@county.example",
            "given_name": "Ritva",
            "family_name": "Honkaranta",
            "email": "ritva@county.example",
            "email_verified": True,
        }
        yield found


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def there_and_back(client: Client, go: str = "/accounts/organisation/go/", to: str = "") -> Any:
    """Go as a browser does: to the provider, and where it redirects."""
    gone = client.get(go)
    assert gone.status_code == 302, go
    url = urlsplit(gone.url)
    away = http.client.HTTPConnection(url.netloc, timeout=10)
    away.request("GET", f"{url.path}?{url.query}")
    back = urlsplit(away.getresponse().headers["Location"])
    away.close()
    return client.get(f"{to or back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_somebody_of_a_known_group_gets_an_account_with_its_roles(idp: Provider) -> None:
    client = visitor()
    came = there_and_back(client, "/accounts/organisation/go/?next=/desk/calendar/")
    assert came.url == "/desk/calendar/"
    assert client.get("/desk/").status_code == 200
    user = User.objects.get()
    assert (user.username, user.roles) == ("ritva.h@county.example", ["secretary"])
    assert (user.get_full_name(), user.email) == ("Ritva Honkaranta", "ritva@county.example")
    assert not user.has_usable_password()
    assert idp.asked[0]["prompt"] == "login"
    made = AccessLogEntry.objects.get(action=AccessAction.ACCOUNT_CREATED)
    assert (made.user, made.about) == (None, user)
    # Once more, in another browser: the same account.
    there_and_back(visitor())
    assert User.objects.count() == 1


@pytest.mark.parametrize("groups", [[], ["everybody"], "everybody", None, ["Desk"], {"desk": 1}])
def test_nobody_else_gets_in(idp: Provider, groups: Any) -> None:
    idp.claims["groups"] = groups
    client = visitor()
    page = there_and_back(client)
    assert page.status_code == 403
    assert "none of your groups works in this unit" in page.content.decode()
    assert not User.objects.exists()
    assert not is_in(client)


def test_remembered_there_where_nobody_shares_a_desk(idp: Provider, settings: Settings) -> None:
    settings.STAFF_SIGN_IN_ALWAYS_ASKS = False
    there_and_back(visitor())
    assert "prompt" not in idp.asked[0]


def test_roles_follow_the_organisation_at_each_sign_in(idp: Provider) -> None:
    there_and_back(visitor())
    idp.claims["groups"] = ["guides", "leads"]
    there_and_back(visitor())
    user = User.objects.get()
    assert set(user.roles) == {"guide", "manager"}
    row = AccessLogEntry.objects.get(action=AccessAction.ROLES_CHANGED)
    assert (row.user, row.details) == (
        None,
        {"before": ["secretary"], "after": ["guide", "manager"]},
    )


def test_who_has_left_the_groups_is_out_everywhere(idp: Provider) -> None:
    client = visitor()
    there_and_back(client)
    idp.claims["groups"] = []
    assert there_and_back(visitor()).status_code == 403
    assert client.get("/desk/").status_code == 302
    assert User.objects.get().roles == []


def test_a_closed_account_stays_closed(idp: Provider) -> None:
    client = visitor()
    there_and_back(client)
    user = User.objects.get()
    switch_user(user, on=False, by=member("boss", [Role.MANAGER]))
    came = there_and_back(client)
    assert came.url == "/accounts/inactive/"
    assert not is_in(client)
    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.parametrize("verified", [True, False, "true", None])
def test_an_account_is_never_found_by_name_or_address(idp: Provider, verified: object) -> None:
    """Whoever can choose a name or an address at the provider does not become somebody by it."""
    idp.claims["email_verified"] = verified
    victim = member("ritva.h@county.example", email="ritva@county.example")
    there_and_back(visitor())
    made = User.objects.exclude(pk=victim.pk).get()
    assert made.username == "ritva.h@county.example-2"
    assert made.email == ""
    assert not ProviderAccount.objects.filter(user=victim).exists()


def test_an_address_that_is_not_verified_is_not_taken(idp: Provider) -> None:
    idp.claims["email_verified"] = False
    there_and_back(visitor())
    assert User.objects.get().email == ""


def test_another_subject_with_the_same_name_is_another_person(idp: Provider) -> None:
    there_and_back(visitor())
    idp.subject = "somebody-else"
    there_and_back(visitor())
    assert User.objects.count() == 2


def test_where_the_organisation_asked_for_no_second_step_we_do(idp: Provider) -> None:
    idp.claims["amr"] = ["pwd"]
    client = visitor()
    there_and_back(client)
    assert client.get("/desk/")["Location"].startswith("/session/second-step/")
    with_app(User.objects.get())
    other = visitor()
    came = there_and_back(other)
    assert came.url == "/accounts/2fa/authenticate/"
    assert not is_in(other)
    other.post(came.url, {"code": code()})
    assert other.get("/desk/").status_code == 200
    # And where it did, ours is not asked again.
    idp.claims["amr"] = None
    idp.claims["acr"] = "mfa"
    third = visitor()
    assert there_and_back(third).url == "/desk/"


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
def test_what_was_not_said_to_us_is_refused(idp: Provider, wrong: dict[str, Any]) -> None:
    if "signed" in wrong:
        idp.signs_with = generate_private_key(65537, 2048)
    else:
        idp.claims |= wrong
    client = visitor()
    page = there_and_back(client)
    assert page.status_code == 502
    assert "did not tell us who you are" in page.content.decode()
    assert not is_in(client)
    assert not User.objects.exists()


def test_a_code_of_another_browser_is_refused(idp: Provider) -> None:
    gone = urlsplit(visitor().get("/accounts/organisation/go/").url)
    away = http.client.HTTPConnection(gone.netloc, timeout=10)
    away.request("GET", f"{gone.path}?{gone.query}")
    back = urlsplit(away.getresponse().headers["Location"])
    away.close()
    victim = visitor()
    assert victim.get(f"{back.path}?{back.query}").status_code == 502
    assert not is_in(victim)


def test_parents_and_staff_never_mix(idp: Provider) -> None:
    """The same provider, the same client, the same person."""
    parent = visitor()
    page = there_and_back(parent, "/plan/sign-in/go/")
    assert "No draft is connected to this sign-in" in page.content.decode()
    assert not is_in(parent)
    assert not User.objects.exists()
    # What one began is not ended by the other.
    parent = visitor()
    crossed = there_and_back(parent, "/plan/sign-in/go/", "/accounts/organisation/back/")
    assert crossed.status_code == 502
    assert not is_in(parent)
    staff = visitor()
    crossed = there_and_back(staff, to="/plan/sign-in/back/")
    assert crossed.status_code == 502
    assert "plan_signed_in" not in staff.cookies
    assert not User.objects.exists()


def test_an_account_from_before_is_connected_by_its_owner(idp: Provider) -> None:
    user = with_app(member("ritva"))
    client = sign_in(user)
    assert client.get("/accounts/organisation/tie/").status_code == 200
    came = there_and_back(client, "/accounts/organisation/go/?why=tie")
    assert came.url == "/accounts/organisation/tie/"
    assert idp.asked[-1]["prompt"] == "login"
    assert not ProviderAccount.objects.exists()
    page = client.get(came.url).content.decode()
    assert "You have signed in at Hyvis as Ritva Honkaranta." in page
    client.post(came.url)
    assert ProviderAccount.objects.get().user == user
    assert AccessLogEntry.objects.filter(action=AccessAction.PROVIDER_TIED).count() == 1
    other = visitor()
    there_and_back(other)
    assert other.session["_auth_user_id"] == str(user.pk)
    # Nobody else can connect with the same person.
    colleague = sign_in(with_app(member("salla")))
    there_and_back(colleague, "/accounts/organisation/go/?why=tie")
    colleague.post("/accounts/organisation/tie/")
    assert ProviderAccount.objects.count() == 1


def test_a_proof_anew_is_made_there_by_the_same_person_just_now(idp: Provider) -> None:
    idp.claims["groups"] = ["leads"]
    client = visitor()
    there_and_back(client)
    client.session.save()
    LockTime.objects.create(role=Role.MANAGER, minutes=1)
    client.post("/session/lock/")
    assert client.get("/office/")["Location"].startswith("/session/unlock/")
    assert "Unlock by signing in at Hyvis" in client.get("/session/unlock/").content.decode()
    # Nor does a sign-in that the organisation remembers unlock it.
    assert there_and_back(client).status_code == 502
    assert client.get("/office/").status_code == 302
    prove = "/accounts/organisation/go/?why=prove&next=/office/"
    # Remembered there, or long ago: no proof.
    for at in (None, int(time.time()) - 3600):
        idp.claims["auth_time"] = at
        assert there_and_back(client, prove).status_code == 502
        assert client.get("/office/").status_code == 302
    # Another person at the same machine.
    idp.claims["auth_time"] = int(time.time())
    idp.subject, mine = "somebody-else", idp.subject
    assert there_and_back(client, prove).status_code == 502
    assert client.get("/office/").status_code == 302
    idp.subject = mine
    assert there_and_back(client, prove).url == "/office/"
    assert (idp.asked[-1]["prompt"], idp.asked[-1]["max_age"]) == ("login", "0")
    assert client.get("/office/").status_code == 200


def test_the_roles_of_the_organisation_are_not_changed_here(idp: Provider) -> None:
    there_and_back(visitor())
    user = User.objects.get()
    manager = sign_in(with_app(member("boss", [Role.MANAGER])))
    url = reverse("office:user", args=[user.pk])
    assert "The roles come from Hyvis." in manager.get(url).content.decode()
    form = {"username": "ritva", "roles": ["manager"], "language": "fi"}
    manager.post(url, form | {"first_name": "", "last_name": "", "email": ""})
    user.refresh_from_db()
    assert (user.username, user.roles) == ("ritva", ["secretary"])
    assert "organisation" in manager.get("/office/people/users/").content.decode()


def test_one_is_not_led_elsewhere(idp: Provider) -> None:
    came = there_and_back(visitor(), "/accounts/organisation/go/?next=https://elsewhere.example/")
    assert came.url == "/desk/"


def test_switched_off_there_is_nothing_of_it(client: Client) -> None:
    for path in ("go/", "back/"):
        assert client.get(f"/accounts/organisation/{path}").status_code == 404
    client.force_login(member("ritva"))
    for path in ("tie/", "prove/"):
        assert client.get(f"/accounts/organisation/{path}").status_code == 404
    assert "/accounts/organisation/" not in Client().get("/accounts/login/").content.decode()


def test_wrong_settings_are_refused(settings: Settings) -> None:
    settings.DEMO = ""
    settings.STAFF_SIGN_IN_SERVER = "http://sign-in.example"
    settings.STAFF_SIGN_IN_ROLES = {"boss": ["leads"]}
    found = {check.id for check in run_checks(tags=["security"])}
    assert {"familylaw.E040", "familylaw.E041"} <= found
    settings.STAFF_SIGN_IN_SERVER = "https://sign-in.example"
    settings.STAFF_SIGN_IN_ROLES = {}
    assert "familylaw.E041" in {check.id for check in run_checks(tags=["security"])}
    # Half set, it is not offered.
    assert "/accounts/organisation/" not in Client().get("/accounts/login/").content.decode()
    settings.STAFF_SIGN_IN_ROLES = GROUPS
    found = {check.id for check in run_checks(tags=["security"])}
    assert not {"familylaw.E040", "familylaw.E041"} & found


def test_one_address_goes_there_only_so_often(idp: Provider) -> None:
    client, go = visitor(), "/accounts/organisation/go/"
    with time_machine.travel(clock.now(), tick=False):
        spend(
            "staff sign-in at the organisation",
            "127.0.0.1",
            limit=TRIES_OF_AN_ADDRESS - 1,
            every=EVERY,
        )
        assert client.get(go).status_code == 302
        assert client.get(go).status_code == 502
