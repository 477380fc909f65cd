"""Short pages: the public reads what was checked, and every wording is kept."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from office.core.languages import LANGUAGES
from office.guidance.markdown import to_html
from office.guidance.pages import check_version, save_page
from office.models import GuidancePage, GuidancePageVersion, Role, User, WayQuestion
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
CODES = [code for code, _name in LANGUAGES]
BASE = "/office/guidance"


@pytest.fixture
def user() -> User:
    found: User = UserFactory(roles=[Role.MANAGER], first_name="Ritva", last_name="Aalto")
    return found


@pytest.fixture
def manager(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def words(text: str, **fields: Any) -> dict[str, Any]:
    return {
        **{
            f"{name}_{code}": f"{text} {name} {code}"
            for name in ("title", "text")
            for code in CODES
        },
        "order": "1",
        "is_active": "on",
        "checked_by": "RA",
        **fields,
    }


def seen() -> str:
    """Return what the public reads of the page; empty where there is none."""
    response = Client(headers={"accept-language": "en"}).get("/guidance/pages/first-days/")
    return response.content.decode() if response.status_code == 200 else ""


def test_the_public_reads_the_last_words_that_were_checked(manager: Client) -> None:
    service = ServiceFactory()
    data = words("First", slug="first-days", services=[service.pk], to_phone="on")
    assert manager.post(f"{BASE}/pages/add/", data).status_code == 302
    page = GuidancePage.objects.get()
    path = f"{BASE}/pages/{page.pk}/"
    assert seen() == ""
    assert "not yet checked by the unit" in manager.get(f"{BASE}/pages/").content.decode()

    # A preview saves nothing.
    preview = manager.post(path, words("Second", preview="1")).content.decode()
    assert "<p>Second text sv</p>" in preview
    assert page.versions.count() == 1

    # Checking says by whom, by role or initials; the same words make no new version.
    assert manager.post(path, words("First", is_checked="on", checked_by="")).status_code == 200
    assert manager.post(path, words("First", is_checked="on")).status_code == 302
    assert page.versions.count() == 1
    public = seen()
    assert "First text en" in public
    assert "(RA)" in public
    assert (
        "First title en"
        in Client().get("/guidance/", headers={"accept-language": "en"}).content.decode()
    )

    # New words wait until they are checked, and the earlier ones stand meanwhile.
    manager.post(path, words("Second"))
    assert page.versions.count() == 2
    public = seen()
    assert "First text en" in public
    assert "Second" not in public
    manager.post(path, words("Second", is_checked="on"))
    public = seen()
    assert "Second text en" in public

    # Out of use it is gone.
    manager.post(path, words("Second", is_active=""))
    assert seen() == ""


def test_older_words_are_brought_back_as_the_newest(manager: Client, user: User) -> None:
    manager.post(f"{BASE}/pages/add/", words("First", slug="first-days", is_checked="on"))
    page = GuidancePage.objects.get()
    manager.post(f"{BASE}/pages/{page.pk}/", words("Second", is_checked="on"))
    old = page.versions.earliest("pk")
    history = manager.get(f"{BASE}/pages/{page.pk}/history/").content.decode()
    assert "Ritva Aalto" in history
    assert "Bring these words back" in manager.get(f"{BASE}/versions/{old.pk}/").content.decode()
    assert manager.get(f"{BASE}/versions/{old.pk}/restore/").status_code == 405
    manager.post(f"{BASE}/versions/{old.pk}/restore/")
    newest = page.versions.latest("pk")
    assert newest.restored_from == old
    assert newest.written_by == user
    assert (getattr(newest, "title_en", ""), newest.checked_on) == ("First title en", None)
    # The public still reads what was checked last; and superseded words cannot be checked any more.
    public = seen()
    assert "Second text en" in public
    with pytest.raises(ValidationError):
        check_version(old, checked_by="RA")
    check_version(newest, checked_by="RA")
    public = seen()
    assert "First text en" in public


def test_what_is_refused(manager: Client) -> None:
    for fields in (
        {"slug": ""},
        {"slug": "Ei käy"},
        {"slug": "x", "text_sv": ""},
        {"slug": "x", "title_fi": "131052-308T"},
    ):
        response = manager.post(f"{BASE}/pages/add/", words("First", **fields))
        assert "There is a problem" in response.content.decode(), fields
    assert not GuidancePage.objects.exists()
    page = GuidancePage(slug="x")
    save_page(page, words("First"), services=[], links=[], user=None)
    with pytest.raises(ValidationError):
        save_page(GuidancePage(slug="x"), words("First"), services=[], links=[], user=None)
    version = page.versions.get()
    version.checked_by = "RA"
    with pytest.raises(ValidationError):
        version.full_clean()


def test_the_text_is_markdown_without_links_or_html() -> None:
    html = to_html("# Otsikko\n\n- yksi **kaksi**\n\n<script>x</script> [a](https://a.example)")
    assert "<h2>Otsikko</h2>" in html
    assert "<li>yksi <strong>kaksi</strong></li>" in html
    assert "&lt;script&gt;" in html
    assert "<a " not in html


def test_only_the_manager_begins_with_the_ready_made_ones(manager: Client) -> None:
    for role in (Role.SECRETARY, Role.SUPERVISOR, Role.GUIDE, Role.PARTNER):
        client = Client()
        client.force_login(UserFactory(roles=[role]))
        assert client.post(f"{BASE}/begin/").status_code == 403
    assert Client().post(f"{BASE}/begin/").status_code == 302
    assert not WayQuestion.objects.exists()
    assert "Begin with the ready-made ones" in manager.get(f"{BASE}/which/").content.decode()
    assert manager.post(f"{BASE}/begin/").status_code == 302
    assert WayQuestion.objects.filter(is_first=True).count() == 1
    count = GuidancePageVersion.objects.count()
    manager.post(f"{BASE}/begin/")
    assert GuidancePageVersion.objects.count() == count > 0
