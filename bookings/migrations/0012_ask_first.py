"""Requests whose parent could not say, or left it to us, were promised a talk first: they get it."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef


def keep_the_promise(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep a promise: the public page told frightened parents to choose "unit", and be asked first."""
    appointments = apps.get_model("bookings", "Appointment")
    parties = apps.get_model("bookings", "Party")
    events = apps.get_model("bookings", "AppointmentEvent")
    asked_online = events.objects.filter(appointment=OuterRef("pk"), what="requested")
    others = parties.objects.filter(appointment=OuterRef("pk"), is_requester=False)
    appointments.objects.filter(Exists(asked_online), ~Exists(others), other_parent="unit").update(
        other_parent="unsure"
    )


def back_to_unit(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("bookings", "Appointment").objects.filter(
        other_parent__in=["ask", "unsure"]
    ).update(other_parent="unit")


class Migration(migrations.Migration):
    dependencies = [("bookings", "0011_earlier_times")]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="other_parent",
            field=models.CharField(
                choices=[
                    ("given", "I give their contact details"),
                    ("pass_on", "I pass on the invitation myself"),
                    ("unit", "Contact the other parent for me"),
                    ("ask", "Do not contact the other parent before you have talked with me"),
                    ("unsure", "I cannot say"),
                    ("none", "The matter concerns only me"),
                ],
                default="none",
                max_length=8,
            ),
        ),
        migrations.RunPython(keep_the_promise, back_to_unit),
    ]
