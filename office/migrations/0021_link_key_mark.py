"""The mark of the key that personal links are made with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0020_public_statements")]

    operations = [
        migrations.CreateModel(
            name="LinkKeyMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
