from typing import Any

from django.db import migrations, models


def give_codes(apps: Any, schema_editor: Any) -> None:
    """Store the hash of each party's code, which follows from the link that they have."""
    from office.core.own_codes import hash_of

    Party = apps.get_model("bookings", "Party")
    batch = []
    for party in Party.objects.only("pk", "link_nonce").iterator(chunk_size=500):
        party.code_hash = hash_of(party.link_nonce)
        batch.append(party)
        if len(batch) == 500:
            Party.objects.bulk_update(batch, ["code_hash"])
            batch.clear()
    Party.objects.bulk_update(batch, ["code_hash"])


class Migration(migrations.Migration):
    dependencies = [("bookings", "0014_given_by_other")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="code_hash",
            field=models.CharField(blank=True, db_default="", db_index=True, max_length=64),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
    ]
