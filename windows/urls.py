"""Addresses of the configuration."""

from __future__ import annotations

from django.urls import path

from windows.views import (
    bundles,
    coverage,
    history,
    importing,
    items,
    matrix,
    people,
    places,
    words,
)

app_name = "windows"

urlpatterns = [
    path("config/", places.overview, name="overview"),
    path("config/hall/", places.hall, name="hall"),
    path("config/hall/edit/", places.hall_edit, name="hall_edit"),
    path("config/departments/", places.departments, name="departments"),
    path("config/departments/add/", places.department_edit, name="department_add"),
    path("config/departments/<int:pk>/", places.department, name="department"),
    path(
        "config/departments/<int:pk>/edit/",
        places.department_edit,
        name="department_edit",
    ),
    path("config/windows/", places.windows, name="windows"),
    path("config/windows/add/", places.window_edit, name="window_add"),
    path("config/windows/<int:pk>/", places.window, name="window"),
    path("config/windows/<int:pk>/edit/", places.window_edit, name="window_edit"),
    path("config/windows/<int:pk>/close/", places.window_close, name="window_close"),
    path("config/clerks/", people.clerks, name="clerks"),
    path("config/clerks/add/", people.clerk_edit, name="clerk_add"),
    path("config/clerks/<int:pk>/", people.clerk, name="clerk"),
    path("config/clerks/<int:pk>/edit/", people.clerk_edit, name="clerk_edit"),
    path("config/clerks/<int:pk>/leave/", people.clerk_leave, name="clerk_leave"),
    path("config/clerks/<int:pk>/return/", people.clerk_return, name="clerk_return"),
    path(
        "config/clerks/<int:pk>/password/", people.clerk_password, name="clerk_password"
    ),
    path(
        "config/clerks/<int:pk>/sessions/", people.clerk_sessions, name="clerk_sessions"
    ),
    path("config/clerks/<int:pk>/photo/", people.clerk_photo, name="clerk_photo"),
    path(
        "config/clerks/<int:pk>/photo/edit/",
        people.clerk_photo_edit,
        name="clerk_photo_edit",
    ),
    path("config/postings/", people.postings, name="postings"),
    path("config/postings/add/", people.posting_edit, name="posting_add"),
    path("config/postings/<int:pk>/", people.posting, name="posting"),
    path("config/postings/<int:pk>/edit/", people.posting_edit, name="posting_edit"),
    path("config/absences/add/", people.absence_edit, name="absence_add"),
    path("config/absences/<int:pk>/", people.absence, name="absence"),
    path("config/absences/<int:pk>/edit/", people.absence_edit, name="absence_edit"),
    path(
        "config/absences/<int:pk>/delete/", people.absence_delete, name="absence_delete"
    ),
    path("config/items/", items.items, name="items"),
    path("config/items/add/", items.item_edit, name="item_add"),
    path("config/items/<int:pk>/", items.item, name="item"),
    path("config/items/<int:pk>/edit/", items.item_edit, name="item_edit"),
    path("config/items/<int:pk>/bundle/", bundles.bundle, name="bundle"),
    path("config/misses/", items.misses, name="misses"),
    path("config/misses/<int:pk>/settle/", items.miss_settle, name="miss_settle"),
    path("config/misses/<int:pk>/alias/", items.miss_alias, name="miss_alias"),
    path("config/matrix/", matrix.matrix, name="matrix"),
    path("config/matrix/reason/", matrix.matrix_reason, name="matrix_reason"),
    path(
        "config/matrix/<int:item_id>/<int:window_id>/",
        matrix.matrix_cell,
        name="matrix_cell",
    ),
    path(
        "config/matrix/<int:item_id>/<int:window_id>/cell/",
        matrix.matrix_cell_fragment,
        name="matrix_cell_fragment",
    ),
    path("config/thesaurus/", words.thesaurus, name="thesaurus"),
    path("config/thesaurus/add/", words.thesaurus_edit, name="thesaurus_add"),
    path("config/thesaurus/<int:pk>/", words.thesaurus_entry, name="thesaurus_entry"),
    path(
        "config/thesaurus/<int:pk>/edit/", words.thesaurus_edit, name="thesaurus_edit"
    ),
    path(
        "config/thesaurus/<int:pk>/delete/",
        words.thesaurus_delete,
        name="thesaurus_delete",
    ),
    path("config/calendar/", words.calendar, name="calendar"),
    path("config/calendar/add/", words.closure_day_edit, name="closure_day_add"),
    path("config/calendar/<int:pk>/", words.closure_day, name="closure_day"),
    path(
        "config/calendar/<int:pk>/edit/",
        words.closure_day_edit,
        name="closure_day_edit",
    ),
    path(
        "config/calendar/<int:pk>/delete/",
        words.closure_day_delete,
        name="closure_day_delete",
    ),
    path("config/coverage/", coverage.coverage, name="coverage"),
    path("config/imports/", importing.imports, name="imports"),
    path("config/imports/add/", importing.import_new, name="import_new"),
    path("config/imports/<int:pk>/", importing.import_run, name="import_run"),
    path(
        "config/imports/<int:pk>/progress/",
        importing.import_progress,
        name="import_progress",
    ),
    path(
        "config/imports/<int:pk>/confirm/",
        importing.import_confirm,
        name="import_confirm",
    ),
    path("config/imports/<int:pk>/again/", importing.import_again, name="import_again"),
    path("config/imports/<int:pk>/drop/", importing.import_drop, name="import_drop"),
    path("config/history/<slug:name>/<int:pk>/", history.history, name="history"),
]
