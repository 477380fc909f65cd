from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walkin", "0004_plain_labels")]

    operations = [
        migrations.AddField(
            model_name="walkinday",
            name="kept_open_until",
            field=models.PositiveIntegerField(blank=True, null=True),
        )
    ]
