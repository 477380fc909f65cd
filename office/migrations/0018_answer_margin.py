"""Times online begin after the promised answer: a margin; and notice counts working hours from now on."""

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count_working_hours(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Turn a notice of 24 hours by the clock, which was meant as a day, into one working day's hours."""
    for unit in apps.get_model("office", "Unit").objects.all():
        opens, closes = unit.office_opens, unit.office_closes
        day = closes.hour - opens.hour + (closes.minute - opens.minute) / 60
        unit.notice_hours = min(round(unit.notice_hours * day / 24), 80)
        unit.save(update_fields=["notice_hours"])


class Migration(migrations.Migration):
    dependencies = [("office", "0017_leaving_gap")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="answer_margin_hours",
            field=models.PositiveSmallIntegerField(
                db_default=2,
                default=2,
                help_text="Online no time is offered that begins before this has passed after the promised answer.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(40),
                ],
                verbose_name="from the answer to the visit at least (working hours)",
            ),
        ),
        migrations.RunPython(count_working_hours, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="unit",
            name="notice_hours",
            field=models.PositiveSmallIntegerField(
                default=8,
                validators=[django.core.validators.MaxValueValidator(80)],
                verbose_name="online times are offered from (working hours ahead)",
            ),
        ),
    ]
