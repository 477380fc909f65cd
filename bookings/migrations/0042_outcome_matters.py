from typing import Any

from django.db import migrations, models


def note_further_matters(apps: Any, schema_editor: Any) -> None:
    """Give the outcomes that are there the further matters of their visits."""
    Appointment = apps.get_model("bookings", "Appointment")
    VisitOutcome = apps.get_model("bookings", "VisitOutcome")
    further: dict[int, list[int]] = {}
    for visit, service in Appointment.also.through.objects.values_list("appointment", "service"):
        further.setdefault(visit, []).append(service)
    rows = VisitOutcome.objects.filter(appointment__in=further).values_list("pk", "appointment")
    through = VisitOutcome.also.through
    through.objects.bulk_create(
        through(visitoutcome_id=pk, service_id=service)
        for pk, visit in rows
        for service in further[visit]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0041_case_undone"),
        ("office", "0036_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitoutcome",
            name="also",
            field=models.ManyToManyField(blank=True, related_name="+", to="office.service"),
        ),
        migrations.RunPython(note_further_matters, migrations.RunPython.noop),
    ]
