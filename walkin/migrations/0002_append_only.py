from django.db import migrations

# What happened stays as it was written; see office 0002.
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON walkin_ticketevent
FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("walkin", "0001_queue"), ("office", "0002_append_only")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER append_only ON walkin_ticketevent"),
    ]
