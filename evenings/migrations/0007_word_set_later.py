from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evenings", "0006_afterwards")]

    operations = [
        migrations.AlterField(
            model_name="signupevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("signed_up", "Signed up"),
                    ("in_line", "On the waiting list"),
                    ("offered", "A place was offered"),
                    ("took", "The offered place was taken"),
                    ("declined", "The offered place was declined"),
                    ("lapsed", "The offer was not answered"),
                    ("people", "The number of people was changed"),
                    ("moved", "Moved to another evening"),
                    ("word", "A private word was added or changed"),
                    ("cancelled", "Cancelled"),
                    ("no_place", "Sign-up closed without a place"),
                    ("off", "The evening was cancelled"),
                    ("taken_back", "The last step was undone"),
                ],
                max_length=10,
            ),
        ),
    ]
