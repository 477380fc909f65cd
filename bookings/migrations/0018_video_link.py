"""Where the parties meet by video: until now the link was promised and could be kept nowhere."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("bookings", "0017_interpreter_is_a_language")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="video_link",
            field=models.URLField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="appointment",
            name="video_link_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=Q(video_link="") | Q(video_link__startswith="https://"),
                name="a_video_link_is_encrypted",
            ),
        ),
    ]
