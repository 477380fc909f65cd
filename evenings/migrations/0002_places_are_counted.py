from django.db import migrations

# How many people have a place at an evening, or are offered one, is counted here and nowhere else, so
# that the constraint refuses the first person beyond its room, whoever writes the sign-up. A sign-up that is
# removed after the evening leaves the number as it was: places are given back by cancelling.
COUNT = """
CREATE FUNCTION count_people_of_evenings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    former integer := 0;
    present integer := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('signed', 'offered') THEN
        former := OLD.people;
    END IF;
    IF NEW.status IN ('signed', 'offered') THEN
        present := NEW.people;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.evening_id <> NEW.evening_id THEN
        UPDATE evenings_evening
        SET people = people + CASE WHEN id = NEW.evening_id THEN present ELSE -former END
        WHERE id IN (OLD.evening_id, NEW.evening_id);
    ELSIF former <> present THEN
        UPDATE evenings_evening SET people = people + present - former WHERE id = NEW.evening_id;
    END IF;
    RETURN NULL;
END
$$
"""

COUNTED = """
CREATE TRIGGER people_are_counted AFTER INSERT OR UPDATE ON evenings_signup
FOR EACH ROW EXECUTE FUNCTION count_people_of_evenings()
"""

# A row of the evening that was read before writes no old number back.
KEEP = """
CREATE FUNCTION keep_counted_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.people := 0;
    ELSIF pg_trigger_depth() = 1 THEN
        NEW.people := OLD.people;
    END IF;
    RETURN NEW;
END
$$
"""

KEPT = """
CREATE TRIGGER people_are_kept BEFORE INSERT OR UPDATE ON evenings_evening
FOR EACH ROW EXECUTE FUNCTION keep_counted_people()
"""

# What happened stays as it was written; see office 0002.
APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON evenings_signupevent
FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()
"""


class Migration(migrations.Migration):
    dependencies = [("evenings", "0001_evenings"), ("office", "0002_append_only")]

    operations = [
        migrations.RunSQL(COUNT, "DROP FUNCTION count_people_of_evenings()"),
        migrations.RunSQL(COUNTED, "DROP TRIGGER people_are_counted ON evenings_signup"),
        migrations.RunSQL(KEEP, "DROP FUNCTION keep_counted_people()"),
        migrations.RunSQL(KEPT, "DROP TRIGGER people_are_kept ON evenings_evening"),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON evenings_signupevent"),
    ]
