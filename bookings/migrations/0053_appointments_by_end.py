from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0052_both_ends_of_an_appointment"),
    ]

    operations = [
        # In one transaction, so that a start that is cut short leaves no half of it: with 100,000
        # appointments nobody waits longer than for a page.
        migrations.AddIndex(
            "appointment", models.Index(fields=["ends_at"], name="appointment_by_end")
        ),
    ]
