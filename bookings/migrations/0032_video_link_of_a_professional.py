"""A typed link belongs to who leads the visit too; those typed until now to who leads it now."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def note_leads(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    leads = apps.get_model("bookings", "AppointmentProfessional").objects.filter(
        appointment=OuterRef("pk"), is_lead=True
    )
    typed = apps.get_model("bookings", "Appointment").objects.exclude(video_link="")
    typed.update(video_link_with=Subquery(leads.values("professional")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0031_interpreter_orders"),
        ("office", "0032_video_rooms"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="video_link_with",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="office.professional",
            ),
        ),
        migrations.RunPython(note_leads, migrations.RunPython.noop),
    ]
