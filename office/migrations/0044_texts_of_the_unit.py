"""Translations of the unit's own texts into the partial languages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0043_outbox_request_id"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("finnish", models.CharField(max_length=500)),
                ("text", models.CharField(blank=True, max_length=500)),
                ("is_checked", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "text of the unit in another language",
                "verbose_name_plural": "texts of the unit in other languages",
                "ordering": ["language", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "finnish"), name="a_text_of_the_unit_is_translated_once"
                    )
                ],
            },
        ),
    ]
