"""Take a draft home as a file, and open it again."""

from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from office.core import clock, dates
from office.core.http import address_of, get_or_post
from office.staff.audience import for_anyone
from office.staff.rate_limits import TooManyTriesError, count_try
from plans.backup import restore
from plans.content import family
from plans.output.contents import DocumentKind, DocumentSource, document_of
from plans.pages.links import for_parents, new_key
from plans.pages.output import download
from plans.pages.output_forms import HomeFileForm, OpenFileForm
from plans.vault import drafts
from plans.vault import file as home_file
from plans.vault.drafts import DraftAccess

OPENED_AN_HOUR = 20
FILE_NAME = "draft.plan"


@get_or_post
@for_parents
def take_home(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Download a file protected by a password of the parent's choice."""
    form = HomeFileForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            content = restore.backup_of(
                drafts.read(access, access.own),
                family.read_shared(access),
                access.own_parent,
                clock.today(),
                holder=access.holder.pk,
            )
            try:
                file = home_file.encrypt_file(content, form.cleaned_data["password"])
                return download(file, "application/octet-stream", FILE_NAME)
            except home_file.TooLargeError:
                message = _("The draft is too large for a file. Save it as text instead.")
                form.add_error(None, message)
    return render(request, "plans/home_file.html", {"token": token, "form": form}, status=status)


@for_anyone
@never_cache
@get_or_post
def open_again(request: HttpRequest) -> HttpResponse:
    """Turn a file into a new draft with its own link."""
    is_sent = request.method == "POST"
    form = OpenFileForm(request.POST, request.FILES) if is_sent else OpenFileForm()
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                count_try(
                    "plan file",
                    address_of(request),
                    limit=OPENED_AN_HOUR,
                    every=timedelta(hours=1),
                )
                return _opened(request, form)
            except TooManyTriesError as error:
                status = 429
                when = dates.clock(error.until, get_language())
                message = _(
                    "Very many files have been opened from your connection. Try after %(when)s."
                )
                form.add_error(None, message % {"when": when})
            except home_file.WrongPasswordError:
                message = _("The password is wrong, or the file has been changed. Type it again.")
                form.add_error("password", message)
            except home_file.NewerFileError:
                form.add_error("file", _("The file was made by a newer version of this site."))
            except home_file.FileRefusedError:
                message = _("This file was not saved on this site.")
                form.add_error("file", message)
            except restore.IdentityCodeInFileError:
                message = _("The file contains a personal identity code, so it was not opened.")
                form.add_error("file", message)
    return render(
        request, "plans/open_file.html", {"form": form, "key": new_key(request)}, status=status
    )


def _opened(request: HttpRequest, form: OpenFileForm) -> HttpResponse:
    kept = home_file.decrypt_file(form.cleaned_data["file"].read(), form.cleaned_data["password"])
    token = new_key(request)
    with suppress(drafts.KeyInUseError):
        restore.restore_draft(kept, token)
    messages.success(request, _("The file is open, as a new draft with its own link."))
    return redirect("plan:link", token=token)


@require_safe
@for_parents
def brought(request: HttpRequest, token: str, access: DraftAccess) -> HttpResponse:
    """Show what was shared in the file: to be read, accepted by nobody."""
    own = drafts.read(access, access.own)
    shared = restore.restored_shared(own, family.read_shared(access))
    if shared is None:
        raise Http404
    source = DocumentSource(own, shared, access.own_parent, restore.made_on(own))
    return render(
        request,
        "plans/brought.html",
        {
            "token": token,
            "document": document_of(DocumentKind.SHARED, source),
            "made": source.today,
        },
    )
