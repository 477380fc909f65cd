"""A real unit does not start with an insecure setting, whichever way it is started."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from familylaw import checks
from familylaw.places import Refusal
from tests.familylaw.running import GOOD, python

_SAFE = {
    "DEMO": "",
    "DEBUG": False,
    "SECRET_KEY": GOOD["SECRET_KEY"],
    "ALLOWED_HOSTS": ["booking.example.fi"],
    "SITE_URL": GOOD["SITE_URL"],
    "HTTPS": True,
    "EMAIL_HOST": GOOD["EMAIL_HOST"],
    "DEFAULT_FROM_EMAIL": GOOD["DEFAULT_FROM_EMAIL"],
}
_WRONG = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is not set (or set DEMO=porvoo for a demo)."),
    ({"SECRET_KEY": "hush"}, "SECRET_KEY is weak: 50 random characters are needed."),
    ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is weak: 50 random characters are needed."),
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
    "worker": ["manage.py", "procrastinate", "worker"],
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
    done = python("-m", "gunicorn", "--bind", "0.0.0.0:0", **demo)
    assert done.returncode == 1
    assert "The demo has known passwords, so it is not opened to 0.0.0.0" in done.stderr


@pytest.mark.django_db
def test_demo_data_never_serves_a_real_unit() -> None:
    with override_settings(**_SAFE):
        checks.refuse_demo_data()
        assert [m for m in run_checks(databases=["default"]) if m.id == "familylaw.E012"] == []
        checks.mark_demo_data("porvoo")
        assert checks.demo_data() == "porvoo"
        with pytest.raises(Refusal, match="holds demo data with known passwords"):
            checks.refuse_demo_data()
        found = [m.id for m in run_checks(databases=["default"]) if m.id == "familylaw.E012"]
        assert found == ["familylaw.E012"]
    checks.refuse_demo_data()


@pytest.mark.django_db
def test_other_comments_are_no_demo() -> None:
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE office_user IS 'accounts of the staff'")
    assert checks.demo_data() == ""


@pytest.mark.django_db
def test_nothing_is_left_to_migrate() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
