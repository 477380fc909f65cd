"""The forms that a page shows, filled in as somebody would, to be sent as a browser sends them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

# What is typed into an empty field, by a part of its name and then by its type.
BY_NAME = {
    "email": "tuula@example.org",
    "phone": "040 123 4567",
    "date": "2026-12-08",
    "day": "2026-12-08",
    "valid_from": "2026-12-07",
    "starts": "07:00",
    "ends": "07:30",
    "url": "https://www.example.org/",
    "reference": "AAA-222",
    "birth": "2020-05-05",
}
BY_TYPE = {
    "email": "tuula@example.org",
    "tel": "040 123 4567",
    "date": "2026-12-08",
    "time": "07:00",
    "number": "1",
    "url": "https://www.example.org/",
    "password": "a-long-word-of-nobody-7",
}
# Boxes that must not all stay empty, by their name.
TICKED = ("safe", "channels", "roles", "languages", "asked", "sure", "confirm", "agree")


@dataclass
class Form:
    """One form with what it sends; `button` is the name and value of what is pressed."""

    action: str
    data: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return urlsplit(self.action).path

    def pressed(self) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """Yield what is sent, once for each button."""
        for name, value in dict.fromkeys(self.buttons) or [("", "")]:
            yield name, {**self.data, **({name: [value]} if name else {})}


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.inside: Form | None = None
        self.select: tuple[Form, str] | None = None
        self.area: tuple[Form, str] | None = None
        self.required: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = None
            if given.get("method", "").lower() == "post":
                self.inside = Form(urljoin(self.page, given.get("action") or self.page))
                self.forms.append(self.inside)
                self.by_id[given.get("id", "")] = self.inside
            return
        form = self.by_id.get(given["form"]) if "form" in given else self.inside
        if tag == "option" and self.select:
            self._option(given)
        if form is None or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            if "formaction" not in given:
                form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and name:
            self._input(form, name, given)
        elif tag == "select" and name:
            self.select = (form, name)
        elif tag == "textarea" and name:
            self.area = (form, name)

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in ("submit", "image"):
            form.buttons.append((name, value))
        elif kind in ("radio", "checkbox"):
            ticked = "checked" in given or (
                name not in form.data and (kind == "radio" or any(w in name for w in TICKED))
            )
            if "checked" in given and kind == "radio":
                form.data[name] = [value or "on"]
            elif ticked:
                form.data.setdefault(name, []).append(value or "on")
        elif kind not in ("file", "button", "reset"):
            form.data[name] = [value if value or kind == "hidden" else typed(name, kind)]

    def _option(self, given: dict[str, str]) -> None:
        assert self.select
        form, name = self.select
        value = given.get("value", "")
        if "selected" in given or (value and not form.data.get(name, [""])[0]):
            form.data[name] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            form, name = self.area
            form.data.setdefault(name, ["Hei"])
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area and data.strip():
            form, name = self.area
            form.data[name] = [data.lstrip("\n")]


def typed(name: str, kind: str) -> str:
    """Return what somebody types into an empty field."""
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    if name == "website":  # Nobody sees this one, and whoever fills it in is a machine.
        return ""
    return next((value for part, value in BY_NAME.items() if part in name), "Tuula")


def forms_of(page: str, html: str) -> list[Form]:
    """Return all forms of the page at the address `page` that are sent by POST."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms
