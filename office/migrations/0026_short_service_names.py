"""Each service has a short name for the calendar; those that units have already are given one."""

import re

from django.db import migrations, models

# By the Finnish name, the first that fits: short names in Finnish, Swedish and English.
KNOWN = [
    ("elatus", ("Elatus", "Underh.", "Maint.")),
    ("eroneuvo", ("Eron.", "Skilsm.", "Separ.")),
    ("vanhemmuussuunnitelma", ("Suunn.", "Plan", "Plan")),
    ("vanhemmuuden|isyyden", ("Vanh.", "Föräld.", "Parent.")),
    ("sovittelu", ("Sovit.", "Medl.", "Mediat.")),
    ("olosuhde|tuomioistui", ("Olosuh.", "Utredn.", "Court")),
    ("valvot|tuet", ("Valv.", "Överv.", "Superv.")),
    ("adoptio", ("Adopt.", "Adopt.", "Adopt.")),
    ("huolto|huollo|asumise|tapaamis", ("Huolto", "Vårdn.", "Cust.")),
]


def give_short_names(apps, schema_editor):
    for service in apps.get_model("office", "Service").objects.all():
        name = (service.name_fi or service.name or "").lower()
        names = next((short for word, short in KNOWN if re.search(word, name)), None)
        if names is None:
            # The calendar shows the beginning of the name.
            continue
        service.short_name = names[0]
        service.short_name_fi, service.short_name_sv, service.short_name_en = names
        service.save()


def field(**more):
    return models.CharField(
        blank=True,
        db_default="",
        default="",
        help_text="For the calendar: six letters at most. Empty: the beginning of the name.",
        max_length=7,
        verbose_name="short name",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("office", "0025_absence_reason_not_said")]

    operations = [
        migrations.AddField("service", "short_name", field()),
        migrations.AddField("service", "short_name_en", field(null=True)),
        migrations.AddField("service", "short_name_fi", field(null=True)),
        migrations.AddField("service", "short_name_sv", field(null=True)),
        migrations.RunPython(give_short_names, migrations.RunPython.noop),
    ]
