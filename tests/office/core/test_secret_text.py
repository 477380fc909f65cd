"""Secrets of the second step are unreadable in the database, and go on working when a key is changed."""

import json
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from office.core import secret_text
from office.sign_in import second_factor
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def test_neither_secret_nor_seed_can_be_read_from_the_database() -> None:
    app = TOTP.activate(UserFactory(), SECRET)
    codes = RecoveryCodes.activate(app.instance.user)
    assert SECRET not in stored()
    kept = json.loads(json.dumps(codes.instance.data))["seed"]
    assert secret_text.is_encrypted(kept)
    assert all(code not in stored() for code in codes.generate_codes())
    assert app.validate_code(code_of(SECRET))
    assert codes.validate_code(codes.generate_codes()[3])


def test_what_was_in_clear_text_is_encrypted_and_works() -> None:
    user = UserFactory()
    row = Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    seed = Authenticator.objects.create(
        user=user, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 1}
    )
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "x", "credential": {}})
    (file,) = (settings.BASE_DIR / "office" / "migrations").glob("*_encrypt_sign_in_secrets.py")
    migration = import_module(f"office.migrations.{file.stem}")
    for _ in range(2):
        migration.encrypt_all(apps, None)
    assert SECRET not in stored()
    assert "ab" * 40 not in stored()
    row.refresh_from_db()
    assert row.wrap().validate_code(code_of(SECRET))
    seed.refresh_from_db()
    assert len(seed.wrap().get_unused_codes()) == 9
    migration.decrypt_all(apps, None)
    assert SECRET in stored()


def test_a_new_key_reads_what_the_former_wrote_and_renews_it(settings: Settings) -> None:
    written = secret_text.encrypt("something")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the tests, long enough to be one"
    assert secret_text.decrypt(written) == "something"
    renewed = secret_text.renew(written)
    settings.SECRET_KEY_FALLBACKS = []
    assert secret_text.decrypt(renewed) == "something"
    with pytest.raises(secret_text.UnreadableSecretError):
        secret_text.decrypt(written)


def test_rows_are_renewed_and_what_no_key_reads_is_left(settings: Settings) -> None:
    first, lost = TOTP.activate(UserFactory(), SECRET), TOTP.activate(UserFactory(), SECRET)
    lost.instance.data["secret"] = secret_text.encrypt("x")[:-4] + "AAA="
    lost.instance.save()
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the tests, long enough"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert second_factor.renew_secrets() == 1
    settings.SECRET_KEY_FALLBACKS = []
    first.instance.refresh_from_db()
    assert first.validate_code(code_of(SECRET))


def test_without_the_key_no_code_fits(settings: Settings) -> None:
    app = TOTP.activate(UserFactory(), SECRET)
    settings.SECRET_KEY = "another key of the tests, long enough to be one"
    # Neither the right code nor that of an empty secret.
    assert not app.validate_code(code_of(SECRET))
    assert not app.validate_code(code_of(""))
