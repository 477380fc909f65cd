"""Which rows of the calendar a user wants to find; time that professionals keep for themselves."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("office", "0026_short_service_names")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="calendar_is_compact",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="calendar_people",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="BlockedTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meeting", "meeting"),
                            ("court", "court"),
                            ("lunch", "lunch break"),
                            ("other", "own work"),
                        ],
                        default="meeting",
                        max_length=10,
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocked_time",
                        to="office.claim",
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocked_times",
                        to="office.professional",
                    ),
                ),
            ],
            options={
                "verbose_name": "blocked time",
                "verbose_name_plural": "blocked times",
                "ordering": ["during"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            ("during__isempty", False),
                            ("during__startswith__isnull", False),
                            ("during__endswith__isnull", False),
                        ),
                        name="blocked_time_has_a_beginning_and_an_end",
                    )
                ],
            },
        ),
    ]
