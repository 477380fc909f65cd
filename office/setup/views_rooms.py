"""Rooms of the service points, and when one of them is closed."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from office.core import clock, dates
from office.core.http import get_or_post
from office.core.save_checked import save_checked
from office.models import Room, RoomClosure, ServicePoint
from office.setup.activation import switch_room
from office.setup.forms_hours import RoomClosureForm
from office.setup.forms_unit import RoomForm
from office.setup.room_closures import close_room, move_room_closure, open_room
from office.staff.permissions import StaffRequest, manager
from office.ui.forms import OfficeForm
from office.ui.pages import FormPage, form_page, language, plain, posted


def closures_to_come() -> "Prefetch[Any]":
    """Fetch rooms' closures that are not over, for a queryset of rooms."""
    return Prefetch(
        "closures",
        RoomClosure.objects.filter(during__endswith__gt=clock.now()),
        to_attr="closures_to_come",
    )


@require_GET
@manager
def rooms(request: StaffRequest) -> HttpResponse:
    """Show all rooms, point by point."""
    with_closures = Prefetch("rooms", Room.objects.prefetch_related(closures_to_come()))
    points = ServicePoint.objects.prefetch_related(with_closures).order_by(
        "-is_active", "order", "pk"
    )
    return render(request, "office/setup/rooms.html", {"points": points})


@get_or_post
@manager
def room_add(request: StaffRequest, pk: int) -> HttpResponse:
    point = get_object_or_404(ServicePoint, pk=pk)
    return _room_page(request, Room(service_point=point), _("Add a room"))


@get_or_post
@manager
def room_edit(request: StaffRequest, pk: int) -> HttpResponse:
    return _room_page(request, _room(pk), _("Change a room"))


def _room_page(request: StaffRequest, room: Room, title: str) -> HttpResponse:
    form = RoomForm(posted(request), instance=room)
    page = FormPage(
        title=title,
        about=room.service_point.name,
        done=_("The room was saved."),
        **_back(room),
    )

    return form_page(request, page, form, plain(lambda: save_checked(form.instance)))


@get_or_post
@manager
def room_switch(request: StaffRequest, pk: int) -> HttpResponse:
    room = _room(pk)
    on = not room.is_active
    page = FormPage(
        title=_("Take the room into use?") if on else _("Take the room out of use?"),
        about=_name(room),
        done=_("The room is in use.") if on else _("The room is out of use."),
        button=_("Take into use") if on else _("Take out of use"),
        danger=not on,
        **_back(room),
    )
    form = OfficeForm(posted(request))
    return form_page(request, page, form, lambda seen: switch_room(room, on=on, seen=seen))


@get_or_post
@manager
def room_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a room for a time."""
    room = _room(pk)
    today = clock.today()
    form = RoomClosureForm(posted(request), initial={"first_day": today, "last_day": today})
    page = FormPage(
        title=_("Close the room for a time"),
        about=_name(room),
        lead=_(
            "Nobody can book the room then. Bookings that are there already are shown to you first; "
            "they keep their time, and the secretary finds another room."
        ),
        done=_("The room is closed then."),
        button=_("Close the room"),
        **_back(room),
    )

    def save(seen: str) -> Any:
        start, end = form.span()
        return close_room(room, start=start, end=end, reason=form.cleaned_data["reason"], seen=seen)

    return form_page(request, page, form, save)


@get_or_post
@manager
def room_closure(request: StaffRequest, pk: int) -> HttpResponse:
    closure = _closure(pk)
    form = RoomClosureForm(posted(request), initial=RoomClosureForm.initial_of(closure))
    page = FormPage(
        title=_("Change the closure of a room"),
        about=_name(closure.room),
        done=_("The closure was changed."),
        **_back(closure.room),
    )

    def save(seen: str) -> Any:
        start, end = form.span()
        return move_room_closure(
            closure, start=start, end=end, reason=form.cleaned_data["reason"], seen=seen
        )

    return form_page(request, page, form, save)


@get_or_post
@manager
def room_closure_remove(request: StaffRequest, pk: int) -> HttpResponse:
    closure = _closure(pk)
    span = dates.time_away(closure.during.lower, closure.during.upper, language())
    page = FormPage(
        title=_("Open the room again?"),
        about=f"{_name(closure.room)}: {span}",
        lead=_(
            "The room can be booked again. Bookings that the closure had hit are off the secretary's "
            "list where nothing else is amiss."
        ),
        done=_("The room is open again."),
        button=_("Open the room"),
        danger=True,
        **_back(closure.room),
    )
    return form_page(
        request, page, OfficeForm(posted(request)), lambda seen: open_room(closure, seen=seen)
    )


def _room(pk: int) -> Room:
    return get_object_or_404(Room.objects.select_related("service_point"), pk=pk)


def _closure(pk: int) -> RoomClosure:
    return get_object_or_404(RoomClosure.objects.select_related("room__service_point"), pk=pk)


def _name(room: Room) -> str:
    return f"{room.service_point.name}: {room.name}"


def _back(room: Room) -> dict[str, Any]:
    point = room.service_point
    return {"back": reverse("office:point", args=[point.pk]), "back_name": point.name}
