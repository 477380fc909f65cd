"""What stands in the database already takes part in what is new.

Personal links become short: the hash of the first 22 characters replaces that of the whole token, which
opens the page as before (see office.core.tokens). Links that were made under an earlier LINK_KEY cannot be
worked out anew and stay as they are. Other parents whose language nobody asked are written to in both
languages. Messages that wait are bound to whom they are for, so that their safe ways are asked.
"""

from typing import Any

from django.db import migrations
from django.db.models import Q

from office.core import tokens

# The stored hash, the nonce that it comes from, by model.
LINKS = [
    ("Party", "party", "link_nonce", "link_hash"),
    ("Party", "party", "invitation_nonce", "invitation_link_hash"),
    ("CallBack", "call_back", "link_nonce", "link_hash"),
]


def shorten(apps: Any, schema_editor: Any) -> None:
    rehash(apps, before=tokens.WHOLE, after=tokens.SHORT)


def lengthen(apps: Any, schema_editor: Any) -> None:
    rehash(apps, before=tokens.SHORT, after=tokens.WHOLE)


def rehash(apps: Any, *, before: int, after: int) -> None:
    for model, purpose, nonce, hashed in LINKS:
        rows = apps.get_model("bookings", model).objects
        batch = []
        for row in rows.only("pk", nonce, hashed).iterator(chunk_size=1000):
            whole = tokens.token_for(purpose, getattr(row, nonce))
            if getattr(row, hashed) == tokens.hash_token(whole[:before]):
                setattr(row, hashed, tokens.hash_token(whole[:after]))
                batch.append(row)
        rows.bulk_update(batch, [hashed], batch_size=500)


def mark_unknown_languages(apps: Any, schema_editor: Any) -> None:
    parties = apps.get_model("bookings", "Party").objects
    unasked = Q(given_by_other=True) | Q(appointment__other_parent="pass_on", name="")
    parties.filter(unasked, is_requester=False).update(language_is_known=False)


def bind_waiting_messages(apps: Any, schema_editor: Any) -> None:
    waiting = apps.get_model("office", "OutboxMessage").objects.filter(
        sent_at=None, dropped_at=None, receiver_id=None
    )
    for model, purpose in (("Party", "party"), ("CallBack", "call_back")):
        people = apps.get_model("bookings", model).objects
        for message in waiting.filter(link_purpose=purpose):
            person = people.filter(link_nonce=message.link_nonce).only("pk").first()
            if person is not None:
                message.receiver_kind, message.receiver_id = purpose, person.pk
                message.save(update_fields=["receiver_kind", "receiver_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0021_neutral_messages"),
        ("office", "0023_neutral_messages"),
    ]

    operations = [
        migrations.RunPython(shorten, lengthen),
        migrations.RunPython(mark_unknown_languages, migrations.RunPython.noop),
        migrations.RunPython(bind_waiting_messages, migrations.RunPython.noop),
    ]
