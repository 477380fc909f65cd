from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walkin", "0005_matters_of_a_point")]

    operations = [
        migrations.AddField(
            model_name="walkinday",
            name="kept_open_until",
            field=models.PositiveIntegerField(blank=True, null=True),
        )
    ]
