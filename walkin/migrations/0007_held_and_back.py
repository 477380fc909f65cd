from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walkin", "0006_kept_open_until")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="held_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="back_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
