from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0048_home_visits")]

    operations = [
        migrations.AddField(
            model_name="datarequest",
            name="contact",
            field=models.CharField(blank=True, db_default="", max_length=254),
        ),
        migrations.AlterField(
            model_name="datarequest",
            name="reference",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None), models.Q(("contact", ""), _negated=True)),
                fields=("contact", "kind"),
                name="a_contact_has_one_open_request_of_a_kind_about_its_data",
            ),
        ),
    ]
