from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0015_own_codes")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="is_protected",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="contact details are protected"
            ),
        ),
    ]
