"""Django's plain widgets, drawn without a template.

A page with sixty fields spends a quarter of its time on them as templates, which are the same few signs
each time. The tests hold that these are exactly what Django's own templates make.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_Widget = Mapping[str, Any]
_FOLDER = "django/forms/widgets"
_OPTION = f"{_FOLDER}/select_option.html"
_INPUTS = ("checkbox", "email", "hidden", "input", "number", "password", "tel", "text", "url")


class FormRenderer(TemplatesSetting):
    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        draw = _DRAWN.get(template_name)
        if draw is None or not _has_plain_options(context["widget"]):
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]))  # noqa: S308 - escaped below, value by value


def _has_plain_options(widget: _Widget) -> bool:
    groups = widget.get("optgroups", ())
    return all(o["template_name"] == _OPTION for _, options, _ in groups for o in options)


def _input(widget: _Widget) -> str:
    value = widget["value"]
    written = "" if value is None else f' value="{_text(value)}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{written}{_attributes(widget)}>'


def _text_area(widget: _Widget) -> str:
    text = _text(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return f'<textarea name="{name}"{_attributes(widget)}>\n{text}</textarea>'


def _select(widget: _Widget) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{conditional_escape(localize(group))}">')
        parts += [
            f'\n  <option value="{_text(option["value"])}"{_attributes(option)}>'
            f"{conditional_escape(localize(option['label']))}</option>\n"
            for option in options
        ]
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def _attributes(widget: _Widget) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: object) -> SafeString:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


_DRAWN: dict[str, Callable[[_Widget], str]] = {
    **{f"{_FOLDER}/{name}.html": _input for name in _INPUTS},
    f"{_FOLDER}/select.html": _select,
    f"{_FOLDER}/textarea.html": _text_area,
}
