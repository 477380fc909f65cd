import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_disclosed")]

    operations = [
        migrations.CreateModel(
            name="WebsiteCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=500)),
                ("checked_at", models.DateTimeField()),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("address", "an address that is never opened from here"),
                            ("certificate", "its certificate is not valid"),
                            ("gone", "there is no such page"),
                            ("moved", "it leads to another page now"),
                            ("refused", "it does not answer to programs: open it yourself"),
                            ("failed", "its server has failed"),
                            ("slow", "it does not answer in time"),
                            ("unreachable", "it cannot be reached from here"),
                        ],
                        max_length=12,
                    ),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="website_check",
                        to="referrals.directoryentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "check of a partner's website",
                "verbose_name_plural": "checks of partners' websites",
            },
        ),
    ]
