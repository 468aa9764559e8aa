"""Addresses of the work itself. Numbers in them are case numbers; nothing personal."""

from django.urls import URLPattern, path

from cases.views import (
    calendar,
    case,
    clear_sheets,
    counter,
    paper_texts,
    papers,
    public,
    supervisor,
)

urlpatterns: list[URLPattern] = [
    # The counter: desk, new request, offers
    path("desk/", counter.desk, name="desk"),
    path("desk/poll/", counter.desk_poll, name="desk_poll"),
    path("desk/window/", counter.desk_window, name="desk_window"),
    path("desk/find/", counter.find_case, name="find_case"),
    path("new/", counter.new_case, name="new_case"),
    path("lookup/", counter.lookup, name="lookup"),
    # The ledger
    path("ledger/", supervisor.ledger, name="ledger"),
    path("ledger/search/", supervisor.ledger_search, name="ledger_search"),
    path("ledger/export/", supervisor.ledger_export, name="ledger_export"),
    # The calendar, and what open cases make of it
    path("config/calendar/upload/", calendar.calendar_upload, name="calendar_upload"),
    path("config/calendar/load/", calendar.calendar_load, name="calendar_load"),
    path("config/calendar/dates/", calendar.calendar_dates, name="calendar_dates"),
    # What the hall puts on its papers
    path("config/papers/", paper_texts.paper_texts, name="paper_texts"),
    path("config/papers/seal/", paper_texts.paper_seal_edit, name="paper_seal_edit"),
    path("config/papers/<slug:kind>/", paper_texts.paper_text, name="paper_text"),
    path(
        "config/papers/<slug:kind>/edit/",
        paper_texts.paper_text_edit,
        name="paper_text_edit",
    ),
    path("papers/seal/<slug:digest>/", paper_texts.paper_seal, name="paper_seal"),
    # The public
    path("progress/", public.progress, name="progress"),
    path("calculator/", public.calculator, name="calculator"),
    path("items/", clear_sheets.clear_sheets, name="clear_sheets"),
    path("items/<int:pk>/", clear_sheets.clear_sheet, name="clear_sheet"),
    path("paper/", papers.genuine, name="genuine"),
    # One case
    path("cases/<int:number>/", case.case, name="case"),
    path("cases/<int:number>/answer/", case.case_answer, name="case_answer"),
    path("cases/<int:number>/accept/", case.case_accept, name="case_accept"),
    path("cases/<int:number>/ask-once/", case.case_ask_once, name="case_ask_once"),
    path("cases/<int:number>/hand-over/", case.case_hand_over, name="case_hand_over"),
    path("cases/<int:number>/direct/", case.case_direct, name="case_direct"),
    path("cases/<int:number>/raise/", case.case_raise, name="case_raise"),
    path("cases/<int:number>/negative/", case.case_negative, name="case_negative"),
    path("cases/<int:number>/wording/", case.case_wording, name="case_wording"),
    path("cases/<int:number>/item/", case.case_item, name="case_item"),
    path("cases/<int:number>/applicant/", case.case_applicant, name="case_applicant"),
    path("cases/<int:number>/name/", case.case_name, name="case_name"),
    path("cases/<int:number>/papers/", case.case_papers, name="case_papers"),
    path("cases/<int:number>/lapse/", case.case_lapse, name="case_lapse"),
    path("cases/<int:number>/papers/<int:paper>/", papers.paper, name="paper"),
    path(
        "cases/<int:number>/papers/<int:paper>/print/",
        papers.paper_print,
        name="paper_print",
    ),
    path(
        "cases/<int:number>/papers/<int:paper>/again/",
        papers.paper_again,
        name="paper_again",
    ),
    path(
        "cases/<int:number>/papers/<int:paper>/sign/",
        papers.paper_sign,
        name="paper_sign",
    ),
    path(
        "cases/<int:number>/papers/<int:paper>/scan/",
        papers.paper_scan,
        name="paper_scan",
    ),
    path(
        "cases/<int:number>/papers/<int:paper>/open/",
        papers.paper_open,
        name="paper_open",
    ),
    path(
        "cases/<int:number>/check-back/", case.case_check_back, name="case_check_back"
    ),
    path("cases/<int:number>/reply/", case.case_reply, name="case_reply"),
    path("cases/<int:number>/stop/", case.case_stop, name="case_stop"),
    path("cases/<int:number>/resume/", case.case_resume, name="case_resume"),
    path("cases/<int:number>/extend/", case.case_extend, name="case_extend"),
    path("cases/<int:number>/green/", case.case_green, name="case_green"),
    path("cases/<int:number>/green/end/", case.case_green_end, name="case_green_end"),
    path("cases/<int:number>/chase/", case.case_chase, name="case_chase"),
    path("cases/<int:number>/opinion/", case.case_opinion, name="case_opinion"),
    path("cases/<int:number>/silence/", case.case_silence, name="case_silence"),
    path("cases/<int:number>/objection/", case.case_objection, name="case_objection"),
    path("cases/<int:number>/timetable/", case.case_timetable, name="case_timetable"),
    path("cases/<int:number>/tell/", case.case_tell, name="case_tell"),
    path("cases/<int:number>/withdrawn/", case.case_withdrawn, name="case_withdrawn"),
    path("cases/<int:number>/deliver/", case.case_deliver, name="case_deliver"),
    path("cases/<int:number>/post/", case.case_post, name="case_post"),
    path("cases/<int:number>/code/", case.case_code, name="case_code"),
    path("cases/<int:number>/reveal/", case.case_reveal, name="case_reveal"),
    path("cases/<int:number>/take-over/", case.case_take_over, name="case_take_over"),
    path("cases/<int:number>/decline/", case.case_decline, name="case_decline"),
    path("cases/<int:number>/take-back/", case.case_take_back, name="case_take_back"),
    path("cases/<int:number>/decide/", case.case_decide, name="case_decide"),
    path(
        "cases/<int:number>/substitute/", case.case_substitute, name="case_substitute"
    ),
    path("cases/<int:number>/call-back/", case.case_call_back, name="case_call_back"),
]
