import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0050_rows_that_a_purge_could_not_remove"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomClosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="during"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, db_default="", max_length=60, verbose_name="reason"
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="room_closure",
                        to="office.claim",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closures",
                        to="office.room",
                        verbose_name="room",
                    ),
                ),
            ],
            options={
                "verbose_name": "closure of a room",
                "verbose_name_plural": "closures of rooms",
                "ordering": ["during", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__startswith__isnull", False),
                            ("during__endswith__isnull", False),
                        ),
                        name="a_room_s_closure_has_a_beginning_and_an_end",
                        violation_error_message="The closure must end after it begins.",
                    )
                ],
            },
        ),
    ]
