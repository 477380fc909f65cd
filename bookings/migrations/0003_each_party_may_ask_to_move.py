from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_append_only")]

    operations = [
        migrations.RemoveConstraint(
            model_name="moverequest", name="an_appointment_has_one_open_request_to_move"
        ),
        migrations.AddConstraint(
            model_name="moverequest",
            constraint=models.UniqueConstraint(
                fields=["appointment", "party"],
                condition=models.Q(outcome="open"),
                name="a_party_has_one_open_request_to_move",
            ),
        ),
    ]
