from django.db import migrations

# Nothing that a transaction says opens the access log, unlike the history of appointments. A row may go
# once it is as old as the log has to be kept; whether the app's role may ask for that is a matter of its
# rights (familylaw/grants.py).
FUNCTION = """
CREATE FUNCTION refuse_to_rewrite_the_access_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '12 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""
TRIGGER = """
DROP TRIGGER append_only ON office_accesslogentry;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON office_accesslogentry
FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_the_access_log();
"""
BACK = """
DROP TRIGGER append_only ON office_accesslogentry;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON office_accesslogentry
FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history();
"""
# The one way in which the app's role removes rows of the log. It works with its owner's rights, takes no
# argument, and asks the server for the time.
FORGET = """
CREATE FUNCTION forget_old_access_log() RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE removed bigint;
BEGIN
    DELETE FROM office_accesslogentry WHERE at < now() - interval '12 years';
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("office", "0012_access_log_keeps_whose")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_to_rewrite_the_access_log()"),
        migrations.RunSQL(TRIGGER, BACK),
        migrations.RunSQL(FORGET, "DROP FUNCTION forget_old_access_log()"),
    ]
