from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Nobody waits while it is made.
    atomic = False

    dependencies = [
        ("bookings", "0052_both_ends_of_an_appointment"),
    ]

    operations = [
        AddIndexConcurrently(
            "appointment", models.Index(fields=["ends_at"], name="appointment_by_end")
        ),
    ]
