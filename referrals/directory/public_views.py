"""The public directory: who else helps, where and when. It asks nobody who they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.staff.audience import for_anyone
from referrals.directory.presenters import services
from referrals.models import DirectoryEntry


@for_anyone
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    found = services(DirectoryEntry.objects.public().select_related("organisation"))
    return render(request, "referrals/directory/partners.html", {"services": found})
