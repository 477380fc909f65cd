"""Several matters at one visit, how long it takes, and how many children it concerns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0029_links_renewed"),
        ("office", "0030_lengths_of_visits"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="also",
            field=models.ManyToManyField(
                blank=True, related_name="further_appointments", to="office.service"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="children",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="also",
            field=models.ManyToManyField(blank=True, related_name="+", to="office.service"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes", None), ("minutes__range", (5, 480)), _connector="OR"
                ),
                name="a_visit_takes_five_minutes_to_eight_hours",
            ),
        ),
    ]
