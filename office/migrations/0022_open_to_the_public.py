"""Units are opened to the public on purpose; those that are at work stay open."""

from django.db import migrations, models
from django.utils import timezone


def keep_open(apps, schema_editor):
    apps.get_model("office", "Unit").objects.update(public_from=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("office", "0021_link_key_mark")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="public_from",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="open to the public from"
            ),
        ),
        migrations.RunPython(keep_open, migrations.RunPython.noop),
    ]
