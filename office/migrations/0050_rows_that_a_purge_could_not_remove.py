from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0049_home_visits")]

    operations = [
        migrations.AddField(
            model_name="purgerun",
            name="stuck",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
