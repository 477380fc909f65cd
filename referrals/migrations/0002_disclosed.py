"""The kinds of things that a person has agreed to tell are `disclosed`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_directory_and_slips")]

    operations = [
        migrations.RenameField("referral", "told", "disclosed"),
    ]
