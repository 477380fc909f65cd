from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0050_conflicts_of_users")]

    operations = [
        migrations.AlterModelOptions(
            name="interpreterorder",
            options={
                "ordering": ["appointment", "language", "pk"],
                "verbose_name": "order of an interpreter",
                "verbose_name_plural": "orders of interpreters",
            },
        ),
        migrations.RemoveConstraint(
            model_name="interpreterorder",
            name="an_interpreter_of_a_language_is_ordered_once",
        ),
        migrations.AddConstraint(
            model_name="interpreterorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["ordered", "confirmed"])),
                fields=("appointment", "language"),
                name="one_live_order_of_an_interpreter",
            ),
        ),
    ]
