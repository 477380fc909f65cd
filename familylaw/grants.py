"""The rights of the app's database role where the tables belong to another role.

The owner makes the tables (`prepare`); the app reads and writes rows. It can neither rewrite what
is append-only nor remove the triggers that forbid it: whoever makes the app run a statement of
theirs leaves traces that they cannot delete.
"""

from django.db import connection, transaction

from launcher.places import Refusal

# The app deletes rows of these only through forget_old_access_log().
NEVER_DELETED = ("office_accesslogentry",)
# Only the owner records migrations.
ONLY_READ = ("django_migrations",)
_APPEND_ONLY = """
    SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = 'append_only' AND NOT t.tgisinternal AND c.relnamespace = %s::regnamespace
"""


def grant_app_role(role: str) -> None:
    """Grant `role` what the app needs and nothing else; after each migration, which may add tables.

    Raises Refusal where there is no such role, or where it is the owner itself.
    """
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT current_schema(), current_user = %s,
                EXISTS (SELECT FROM pg_roles WHERE rolname = %s)""",
            [role, role],
        )
        schema, is_owner, is_there = cursor.fetchone()
        if is_owner:
            raise Refusal(
                "DATABASE_URL and DATABASE_OWNER_URL name the same user: the app needs its own."
            )
        if not is_there:
            raise Refusal(
                f"The database server has no user {role}, whom DATABASE_URL names: make it first."
            )
        who, where = quote(role), quote(schema)
        cursor.execute(_APPEND_ONLY, [schema])
        append_only = [name for (name,) in cursor.fetchall()]
        statements = [
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {where} FROM {who}",
            f"GRANT USAGE ON SCHEMA {where} TO {who}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {where} TO {who}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {where} TO {who}",
            *(f"REVOKE UPDATE ON {where}.{quote(name)} FROM {who}" for name in append_only),
            *(f"REVOKE DELETE ON {where}.{quote(name)} FROM {who}" for name in NEVER_DELETED),
            *(
                f"REVOKE INSERT, UPDATE, DELETE ON {where}.{quote(name)} FROM {who}"
                for name in ONLY_READ
            ),
        ]
        for statement in statements:
            cursor.execute(statement)


def may_rewrite_the_log() -> bool:
    """Say whether the current role could empty the access log or disable its trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('office_accesslogentry')")
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute(
            """SELECT has_table_privilege(oid, 'TRUNCATE, UPDATE, DELETE, TRIGGER')
                OR pg_has_role(relowner, 'USAGE')
            FROM pg_class WHERE oid = 'office_accesslogentry'::regclass"""
        )
        return bool(cursor.fetchone()[0])
