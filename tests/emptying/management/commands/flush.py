"""Empty the tables after a test with real transactions: what Django calls by this name.

Its own command truncates all tables, which makes new files for each of them and for each index, and takes
a hundred times as long as to delete the few rows of a test.
"""

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction

# Filled by the migrations, and the same for every test.
KEPT = ["django_migrations", "django_content_type", "auth_permission"]


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        database = options["database"]
        with transaction.atomic(database), connections[database].cursor() as cursor:
            cursor.execute(
                "SELECT quote_ident(tablename), current_setting('is_superuser')::bool FROM pg_tables "
                "WHERE schemaname = current_schema() AND tablename <> ALL (%s)",
                [KEPT],
            )
            found = cursor.fetchall()
            tables = [table for table, _ in found]
            if not all(superuser for _, superuser in found):
                cursor.execute(f"TRUNCATE {', '.join(tables)}")
                return
            # As TRUNCATE does: what others still write is waited for, and goes with the rest.
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            # No foreign key is looked at, and what is append-only lets go; a superuser may say so.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))
