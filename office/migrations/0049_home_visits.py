import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0048_letters_about_a_series"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="home_visits",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "Booked by staff alone. No address is kept here: the place is agreed by phone, and "
                    "letters say just that."
                ),
                verbose_name="also as a home visit",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="travel_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=30,
                default=30,
                help_text="Kept free for the professionals before and after the visit.",
                validators=[django.core.validators.MaxValueValidator(240)],
                verbose_name="a home visit: the way there, and the way back (minutes each)",
            ),
        ),
    ]
