"""A real unit does not start with an insecure setting, whichever way it is started."""

import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from familylaw import checks
from launcher.places import Refusal
from launcher.throwaway import throwaway
from tests.familylaw.running import GOOD, python

_SAFE = {
    "DEMO": "",
    "DEBUG": False,
    "SECRET_KEY": GOOD["SECRET_KEY"],
    "LINK_KEY": GOOD["LINK_KEY"],
    "ALLOWED_HOSTS": ["booking.example.fi"],
    "SITE_URL": GOOD["SITE_URL"],
    "HTTPS": True,
    "EMAIL_HOST": GOOD["EMAIL_HOST"],
    "EMAIL_USE_TLS": True,
    "DEFAULT_FROM_EMAIL": GOOD["DEFAULT_FROM_EMAIL"],
}
_WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is not set (or set DEMO=porvoo for a demo)."),
    ({"SECRET_KEY": "hush"}, "SECRET_KEY is weak: 50 random characters are needed."),
    ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is weak: 50 random characters are needed."),
    (
        {"LINK_KEY": ""},
        "LINK_KEY is not set: 50 random characters of its own (where links were sent already, the "
        "SECRET_KEY that they were made with).",
    ),
    ({"LINK_KEY": "b" * 80}, "LINK_KEY is weak: 50 random characters are needed."),
    ({"DEBUG": True}, "DEBUG is on: it shows the inside of the app to strangers."),
    ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS is empty: name the host of the site."),
    ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS is '*': name the host of the site."),
    ({"SITE_URL": ""}, "SITE_URL is not set: links in messages begin with it."),
    ({"SITE_URL": "http://a.fi"}, "SITE_URL does not begin with https:// and a host."),
    ({"SITE_URL": "https://"}, "SITE_URL does not begin with https:// and a host."),
    ({"HTTPS": False}, "HTTPS is off: sign-ins and messages could be read on the way."),
    (
        {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "TRUSTED_PROXIES": 0},
        "TRUSTED_PROXIES is 0 behind a proxy: all visitors would share one limit of tries.",
    ),
    (
        {"PLAN_SIGN_IN_SERVER": "https://sign-in.example.fi", "PLAN_SIGN_IN_KEY": "short"},
        "PLAN_SIGN_IN_KEY is weak: 50 random characters are needed.",
    ),
    (
        {"PLAN_SIGN_IN_SERVER": "http://sign-in.example.fi", "PLAN_SIGN_IN_KEY": "k" * 50},
        "PLAN_SIGN_IN_SERVER does not begin with https://.",
    ),
    (
        {"OUTSIDE_TEST_HOSTS": ["127.0.0.1:8000"]},
        "OUTSIDE_TEST_HOSTS is for tests: servers of this machine's network could be read.",
    ),
    ({"EMAIL_HOST": ""}, "EMAIL_HOST is not set: no message would reach a parent."),
    (
        {"DEFAULT_FROM_EMAIL": "no-reply@localhost"},
        "DEFAULT_FROM_EMAIL is not an address that can be answered.",
    ),
    (
        {"DEFAULT_FROM_EMAIL": "Unit <no-reply@LOCALHOST>"},
        "DEFAULT_FROM_EMAIL is not an address that can be answered.",
    ),
    (
        {"DEMO": "oulu"},
        "DEMO=oulu does not exist: choose one of porvoo, turku, or leave it empty.",
    ),
]


def test_safe_settings_are_accepted() -> None:
    with override_settings(**_SAFE):
        assert list(checks.problems()) == []
        checks.refuse_insecure()


@pytest.mark.parametrize(("wrong", "said"), _WRONG)
def test_each_insecure_setting_is_named(wrong: dict[str, object], said: str) -> None:
    with override_settings(**{**_SAFE, **wrong}):
        assert [sentence for _, sentence in checks.problems()] == [said]
        assert said in [message.msg for message in run_checks(tags=["security"])]
        with pytest.raises(Refusal) as caught:
            checks.refuse_insecure()
        assert str(caught.value) == f"The app does not start: {said}"


def test_the_demo_is_let_off() -> None:
    with override_settings(DEMO="turku", SECRET_KEY="hush", ALLOWED_HOSTS=["*"], HTTPS=False):
        assert list(checks.problems()) == []


def test_check_deploy_is_clean_in_a_good_environment() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **GOOD)
    assert done.returncode == 0, done.stdout + done.stderr


_STARTS = {
    "web": ["-m", "gunicorn", "--bind", "127.0.0.1:0"],
    "worker": ["manage.py", "work"],
    "migrate": ["manage.py", "migrate"],
}


@pytest.mark.parametrize("start", _STARTS)
def test_no_start_gets_past_a_weak_key_and_none_shows_it(start: str) -> None:
    wrong = {"SECRET_KEY": "weak-and-known", "ALLOWED_HOSTS": "*"}
    done = python(*_STARTS[start], **{**GOOD, **wrong})
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert "SECRET_KEY is weak" in told
    assert "ALLOWED_HOSTS is '*'" in told
    assert "weak-and-known" not in told


def test_a_demo_under_gunicorn_listens_to_this_machine_alone() -> None:
    demo = {"DEMO": "porvoo", "SECRET_KEY": GOOD["SECRET_KEY"], "ALLOWED_HOSTS": "*"}
    with throwaway() as cluster:
        demo["DATABASE_URL"] = cluster.url()
        done = python("-m", "gunicorn", "--bind", "0.0.0.0:0", **demo)
    assert done.returncode == 1
    assert "The demo has known passwords, so it is not opened to 0.0.0.0" in done.stderr


_CLEAR = [
    ({"SMS_GATEWAY_URL": "http://sms.example.fi/send"}, ["familylaw.E018"]),
    ({"SMS_GATEWAY_URL": "https://sms.example.fi/send"}, []),
    ({"SMS_GATEWAY_URL": "http://127.0.0.1:9000/send"}, []),
    ({"EMAIL_USE_TLS": False}, ["familylaw.E019"]),
    ({"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}, []),
    ({"EMAIL_USE_TLS": False, "EMAIL_HOST": "localhost"}, []),
    ({"LINK_KEY": GOOD["SECRET_KEY"]}, ["familylaw.W002"]),
]


@pytest.mark.parametrize(("given", "found"), _CLEAR)
def test_deploying_with_anything_in_clear_is_refused(
    given: dict[str, object], found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    with override_settings(**{**_SAFE, **given}):
        told = checks.check_encryption()
    assert [message.id for message in told] == found


def test_check_deploy_fails_on_it() -> None:
    clear = {"SMS_GATEWAY_URL": "http://sms.example.fi/", "EMAIL_USE_TLS": ""}
    clear["DATABASE_URL"] = "postgresql://a:hush@db.example.fi/db"
    done = python("manage.py", "check", "--deploy", **{**GOOD, **clear})
    assert done.returncode == 1
    for name in ("SMS_GATEWAY_URL", "EMAIL_USE_TLS", "DATABASE_URL"):
        assert name in done.stderr
    assert "hush" not in done.stderr


_DATABASES: list[tuple[dict[str, object], list[str]]] = [
    ({"HOST": "db.example.fi", "OPTIONS": {}}, ["familylaw.E020"]),
    ({"HOST": "db.example.fi", "OPTIONS": {"sslmode": "require"}}, ["familylaw.E020"]),
    ({"HOST": "", "OPTIONS": {"host": "localhost,db.example.fi"}}, ["familylaw.E020"]),
    ({"HOST": "10.0.0.5", "OPTIONS": {"sslmode": "verify-full"}}, []),
    ({"HOST": "127.0.0.1", "OPTIONS": {}}, []),
    ({"HOST": "/var/run/postgresql", "OPTIONS": {}}, []),
]


@pytest.mark.parametrize(("given", "found"), _DATABASES)
def test_a_database_elsewhere_is_reached_by_a_verified_way_alone(
    given: dict[str, object], found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    with override_settings(**_SAFE):
        told = checks.check_encryption()
    assert [message.id for message in told] == found


@pytest.mark.django_db
def test_nothing_is_left_to_migrate() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_trial_needs_neither_https_nor_mail_but_this_machine_alone() -> None:
    trial = {
        **_SAFE,
        "TRIAL": True,
        "HTTPS": False,
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "EMAIL_HOST": "",
        "DEFAULT_FROM_EMAIL": "root@localhost",
    }
    with override_settings(**trial):
        assert list(checks.problems()) == []
    for change in (
        {"SITE_URL": "http://booking.example.fi"},
        {"ALLOWED_HOSTS": ["booking.example.fi"]},
        {"ALLOWED_HOSTS": ["*"]},
    ):
        with override_settings(**trial | change):
            assert "familylaw.E051" in {name for name, _sentence in checks.problems()}
    with override_settings(**trial | {"TRIAL": False}):
        found = {name for name, _sentence in checks.problems()}
    assert {"familylaw.E008", "familylaw.E009", "familylaw.E010"} <= found


def test_each_check_has_an_id_of_its_own() -> None:
    """Whoever looks one up, or silences one, means one."""
    source = Path(checks.__file__).read_text(encoding="utf-8")
    names = re.findall(r"familylaw\.[EW]\d{3}", source)
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))
