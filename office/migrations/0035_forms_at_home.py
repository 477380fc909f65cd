"""Which forms a service asks parents to fill in at home; what units have already is given the usual ones."""

import re

import django.contrib.postgres.fields
from django.db import migrations, models

# By the Finnish name, the first that fits.
USUAL = [
    ("olosuhde|tuomioistui|valvot|tuet|adoptio|neuvo|suunnitelma", []),
    ("elatus", ["background", "means"]),
    ("sovittelu|huolto|huollo|asumise|tapaamis", ["background", "child"]),
]


def ask_for_the_usual(apps, schema_editor):
    for service in apps.get_model("office", "Service").objects.all():
        name = (service.name_fi or service.name or "").lower()
        service.home_forms = next((forms for word, forms in USUAL if re.search(word, name)), [])
        service.save(update_fields=["home_forms"])


class Migration(migrations.Migration):
    dependencies = [("office", "0034_notice_and_invitations")]

    operations = [
        migrations.AddField(
            "service",
            "home_forms",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("background", "background of the matter"),
                        ("means", "means statement"),
                        ("child", "the child's own view"),
                    ],
                    max_length=10,
                ),
                blank=True,
                db_default=[],
                default=list,
                help_text="Sealed: the parent opens them at the visit by six digits, or prints them.",
                size=None,
                verbose_name="forms to fill in at home",
            ),
        ),
        migrations.AddConstraint(
            "service",
            models.CheckConstraint(
                condition=models.Q(("home_forms__contained_by", ["background", "means", "child"])),
                name="a_service_asks_for_known_forms",
            ),
        ),
        migrations.RunPython(ask_for_the_usual, migrations.RunPython.noop),
    ]
