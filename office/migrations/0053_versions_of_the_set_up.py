from django.db import migrations, models
from django.db.models.functions import Now

# Statements, not rows: a spreadsheet's import is one change. It is made in the transaction of the
# statement, so that whoever sees one sees the other. The bits of a chance number make a mark of each.
# It works with its owner's rights: during an update the app's role has none on the new table yet.
FUNCTION = """
CREATE FUNCTION note_set_up_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO office_setupchange (mark, at)
    VALUES (('x' || substr(replace(gen_random_uuid()::text, '-', ''), 17))::bit(64)::bigint, now());
    RETURN NULL;
END
$$
"""

TRIGGER = """
CREATE TRIGGER notes_set_up_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION note_set_up_change()
"""

TABLES = (
    "office_absence",
    "office_closure",
    "office_guidancelink",
    "office_guidancepage",
    "office_guidancepageversion",
    "office_hourschange",
    "office_lengthrule",
    "office_lengthrule_services",
    "office_partnerorganisation",
    "office_professional",
    "office_professional_services",
    "office_publicstatements",
    "office_room",
    "office_roomclosure",
    "office_service",
    "office_servicepoint",
    "office_standardsentence",
    "office_unit",
    "office_wayquestion",
    "office_weeklyhours",
)


class Migration(migrations.Migration):
    dependencies = [("office", "0052_numbers_that_can_be_called")]

    operations = [
        migrations.CreateModel(
            name="SetUpChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION note_set_up_change()"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table), f"DROP TRIGGER notes_set_up_changes ON {table}"
            )
            for table in TABLES
        ),
    ]
