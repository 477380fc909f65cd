from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0046_party_by_letters_of_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseperson",
            name="role",
            field=models.CharField(
                choices=[
                    ("parent", "parent"),
                    ("father", "possible father"),
                    ("husband", "husband, presumed parent"),
                    ("young", "young person of 15 or more"),
                    ("guardian", "substitute guardian"),
                    ("access", "other person with a right of access"),
                ],
                db_default="parent",
                default="parent",
                max_length=8,
                verbose_name="role",
            ),
        ),
    ]
