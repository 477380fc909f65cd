"""What a typed day is understood as, while it is typed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.core.typed import Edge, Years
from office.models import Role
from office.staff.permissions import StaffRequest, role_required
from office.ui.date_fields import understood

LONGEST = 60


@require_safe
@role_required(*Role)
def typed_day(request: StaffRequest) -> HttpResponse:
    """Read `?field=first&first=ti` as the form would."""
    text = request.GET.get(request.GET.get("field", ""), "")[:LONGEST]
    years, edge = request.GET.get("years", ""), request.GET.get("edge", "")
    sentence = understood(
        text,
        years=Years[years] if years in Years.__members__ else Years.AROUND,
        edge=Edge[edge] if edge in Edge.__members__ else None,
    )
    return render(
        request,
        "office/widgets/_understood.html",
        {"understood": sentence, "is_typed": bool(text.strip())},
    )
