from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("walkin", "0018_slips_print_themselves")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="came",
            field=models.CharField(
                blank=True,
                choices=[
                    ("all", "everybody came"),
                    ("some", "one did not come"),
                    ("none", "nobody came"),
                ],
                db_default="",
                default="",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="next_step",
            field=models.CharField(
                blank=True,
                choices=[
                    ("visit", "another visit"),
                    ("mediation", "mediation"),
                    ("court", "court"),
                    ("service", "another service"),
                ],
                db_default="",
                default="",
                max_length=9,
            ),
        ),
    ]
