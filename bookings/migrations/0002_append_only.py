from django.db import migrations

# What happened stays as it was written; see office 0002.
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON bookings_appointmentevent
FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_appointments"), ("office", "0002_append_only")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON bookings_appointmentevent"),
    ]
