"""What import-linter's wildcards cannot name: no app imports another's views, forms or pages."""

import re

import grimp
import pytest

APPS = ("office", "bookings", "walkin", "plans", "evenings", "referrals")
# The form bases and page helpers that all apps share.
SHARED = "office.ui"
PAGE = re.compile(r"(^|_)(views|forms|pages)(_|$)")


def foreign_pages(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Find the imports, by importer and imported module, of another app's views, forms or pages."""
    pages = {
        module
        for module in graph.modules
        if any(PAGE.search(part) for part in module.split(".")[1:])
        and not f"{module}.".startswith(f"{SHARED}.")
    }
    return {
        (importer, page)
        for page in pages
        for importer in graph.find_modules_that_directly_import(page)
        if importer.partition(".")[0] != page.partition(".")[0]
    }


def test_no_app_imports_the_pages_of_another() -> None:
    assert foreign_pages(grimp.build_graph(*APPS, cache_dir=None)) == set()


@pytest.mark.parametrize(
    ("importer", "imported", "is_foreign"),
    [
        ("walkin.staff_pages.days", "office.setup.views_hours", True),
        ("walkin.actions.calling", "bookings.desk.views", True),
        ("plans.content.answers", "bookings.desk.conflict_forms", True),
        ("bookings.desk.views", "office.ui.forms", False),
        ("bookings.desk.views", "bookings.phone.call_forms", False),
        ("walkin.staff_pages.days", "bookings.desk.worklist", False),
    ],
)
def test_an_import_of_a_page_is_seen(importer: str, imported: str, is_foreign: bool) -> None:
    graph = grimp.ImportGraph()
    graph.add_import(importer=importer, imported=imported)
    assert foreign_pages(graph) == ({(importer, imported)} if is_foreign else set())
