"""Drafting a parenting plan. Everything behind a secret link stays behind it."""

from django.urls import path, register_converter

from plans.pages import (
    agreement_sheet,
    apart,
    children,
    guide,
    home_file,
    schedule_routes,
    sign_in,
    start,
    summary,
    summary_meeting,
    together,
    writing,
)
from plans.pages import (
    let_in as letting_in,
)
from plans.pages import (
    output as out,
)


class SecretConverter:
    """The secret of a link, whole or cut off; whether it opens anything is seen later."""

    regex = r"[A-Za-z0-9_-]{20,100}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MatterConverter(SecretConverter):
    """A question, for all or for one child: living-handover@2."""

    regex = r"[a-z-]{1,40}(?:@[0-9]{1,3})?"


class SheetConverter(SecretConverter):
    """A schedule: for all (0) or one child; s: a suggestion; y, o: what I and the other say yes to."""

    regex = r"[syo]?[0-9]{1,3}"


register_converter(SecretConverter, "secret")
register_converter(SheetConverter, "sheet")
register_converter(MatterConverter, "matter")

app_name = "plan"
urlpatterns = [
    path("", start.start, name="start"),
    path("safety/", start.safety, name="safety"),
    path("begin/", start.begin, name="begin"),
    path("guide/", guide.home, name="guide"),
    path("guide/begin/", guide.begin, name="guide_begin"),
    path("guide/meeting/", guide.overview, name="meeting"),
    path("guide/meeting/left/", guide.left, name="meeting_left"),
    path("guide/meeting/children/", children.meeting_children, name="meeting_children"),
    path(
        "guide/meeting/children/<int:number>/out/",
        children.meeting_child_out,
        name="meeting_child_out",
    ),
    path(
        "guide/meeting/children/<int:number>/back/",
        children.meeting_child_back,
        name="meeting_child_back",
    ),
    path("guide/meeting/questions/<slug:key>/", guide.question, name="meeting_question"),
    *schedule_routes.guides_paths("guide/meeting/schedule/<sheet:sheet>/"),
    path("guide/meeting/print/", guide.on_paper, name="meeting_print"),
    path("guide/meeting/take-home/", guide.take_home, name="meeting_home"),
    path("guide/meeting/end/", guide.end, name="meeting_end"),
    path("summary/", summary_meeting.read, name="meeting_summary"),
    path("summary/close/", summary_meeting.close, name="meeting_summary_close"),
    path("form/<slug:language>/", out.blank_form, name="blank_form"),
    path("blank-sheet/", agreement_sheet.blank, name="blank_sheet"),
    path("blank-sheet/<slug:language>/", agreement_sheet.blank_file, name="blank_sheet_file"),
    path("open/", home_file.open_again, name="open"),
    path("sign-in/", sign_in.begin, name="sign_in"),
    path("sign-in/go/", sign_in.go, name="sign_in_go"),
    path("sign-in/back/", sign_in.back, name="sign_in_back"),
    path("sign-out/", sign_in.out, name="sign_out"),
    path("<secret:token>/tie/", sign_in.tie, name="tie"),
    path("<secret:token>/tied/", sign_in.tied, name="tied"),
    path("<secret:token>/", writing.overview, name="overview"),
    path("<secret:token>/link/", writing.link, name="link"),
    path("<secret:token>/link/new/", writing.new_link, name="new_link"),
    path("<secret:token>/children/", children.children, name="children"),
    path("<secret:token>/children/<int:number>/out/", children.child_out, name="child_out"),
    path("<secret:token>/children/<int:number>/back/", children.child_back, name="child_back"),
    path("<secret:token>/delete/", writing.leave, name="leave"),
    path("<secret:token>/guide/", letting_in.let_in, name="let_in"),
    path("<secret:token>/summary/", summary.summary, name="summary"),
    path("<secret:token>/summary/plain/", summary.plain, name="summary_plain"),
    path("<secret:token>/summary/pdf/", summary.pdf, name="summary_pdf"),
    path("<secret:token>/summary/show/", summary_meeting.show, name="summary_code"),
    path("<secret:token>/agreement-sheet/", agreement_sheet.sheets, name="agreement_sheets"),
    path(
        "<secret:token>/agreement-sheet/<int:number>/",
        agreement_sheet.sheet,
        name="agreement_sheet",
    ),
    path(
        "<secret:token>/agreement-sheet/<int:number>/plain/",
        agreement_sheet.plain,
        name="agreement_sheet_plain",
    ),
    path(
        "<secret:token>/agreement-sheet/<int:number>/pdf/",
        agreement_sheet.pdf,
        name="agreement_sheet_pdf",
    ),
    path("<secret:token>/invite/", together.invite, name="invite"),
    path("<secret:token>/welcome/", together.settle, name="settle"),
    path("<secret:token>/share/<slug:section>/", together.share, name="share"),
    path("<secret:token>/share/<slug:section>/stop/", apart.stop_sharing, name="stop_sharing"),
    path("<secret:token>/apart/", apart.apart, name="apart"),
    path("<secret:token>/together/", together.together, name="together"),
    path(
        "<secret:token>/share/<slug:section>/accept/",
        together.accept_section,
        name="accept_section",
    ),
    path("<secret:token>/together/<matter:key>/", together.matter, name="matter"),
    path("<secret:token>/together/<matter:key>/accept/", together.accept, name="accept"),
    path("<secret:token>/together/<matter:key>/withdraw/", together.withdraw, name="withdraw"),
    path(
        "<secret:token>/together/<matter:key>/stop/",
        apart.stop_sharing_one,
        name="stop_sharing_one",
    ),
    path("<secret:token>/out/", out.choose, name="out"),
    path("<secret:token>/out/page/<slug:what>/", out.page, name="out_page"),
    path("<secret:token>/out/text/<slug:what>/", out.text, name="out_text"),
    path("<secret:token>/out/<secret:asked>/", out.ready, name="out_ready"),
    path("<secret:token>/out/<secret:asked>/file/", out.file, name="out_file"),
    path("<secret:token>/out/<secret:asked>/delete/", out.delete, name="out_delete"),
    path("<secret:token>/review/", out.review, name="review"),
    path("<secret:token>/review/calendar/", out.review_calendar, name="review_calendar"),
    path("<secret:token>/home/", home_file.take_home, name="home_file"),
    path("<secret:token>/brought/", home_file.brought, name="brought"),
    *schedule_routes.parents_paths("<secret:token>/schedule/<sheet:sheet>/"),
    path("<secret:token>/questions/<slug:key>/", writing.question, name="question"),
    path("<secret:token>/short/<slug:key>/", writing.short_question, name="short_question"),
]
