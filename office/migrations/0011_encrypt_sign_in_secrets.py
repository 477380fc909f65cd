"""Secrets of authenticator apps and seeds of recovery codes lay in clear text, also in each backup."""

from django.db import migrations

from office.core.secret_text import decrypt, encrypt, is_encrypted

SECRETS = ("secret", "seed")


def encrypt_all(apps, schema_editor):
    for row in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        for name in SECRETS:
            if name in row.data and not is_encrypted(row.data[name]):
                row.data[name] = encrypt(row.data[name])
        row.save(update_fields=["data"])


def decrypt_all(apps, schema_editor):
    for row in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        for name in SECRETS:
            if name in row.data and is_encrypted(row.data[name]):
                row.data[name] = decrypt(row.data[name])
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0010_school_breaks"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt_all, decrypt_all)]
