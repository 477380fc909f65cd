from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0012_ask_first")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="invitation_nonce",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddField(
            model_name="party",
            name="invitation_link_hash",
            field=models.CharField(blank=True, max_length=64, null=True, unique=True),
        ),
    ]
