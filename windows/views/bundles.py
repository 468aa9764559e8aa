"""Composing a life event (一件事): its items, what is asked once, the limits."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from windows import reads
from windows.forms.bundles import BundleForm
from windows.forms.filters import ItemSearch
from windows.models import ServiceItem
from windows.models.items import ItemState, MaterialForm

from .common import (
    address,
    changing,
    clerk_of,
    filters_of,
    found,
    send,
    show,
    status_of,
)

OFFERED = 12
"""Items that a search offers."""


@require_http_methods(["GET", "POST"])
@changing
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Add, order and take out items of a life event, and say which papers are one.

    What is asked once and the limits are shown as they are now, before and after each
    change. An item becomes a life event with its first item.
    """
    by = clerk_of(request)
    data = request.POST if request.method == "POST" else None
    search = ItemSearch(request.POST if data is not None else request.GET)
    text = filters_of(request, search).get("q") or ""
    with transaction.atomic():
        one = found(ServiceItem.objects.all(), pk, lock=data is not None)
        rows = one.bundled.select_related("member__department")
        members = list(rows.prefetch_related("member__materials", "member__steps"))
        inside = [row.member_id for row in members]
        fit = reads.items({"q": text}).filter(is_bundle=False)
        fit = fit.exclude(pk__in=[*inside, pk])
        form = BundleForm(
            data,
            item=one,
            members=members,
            found=fit.order_by("name_key", "id")[:OFFERED] if text else (),
            text=text,
            by=by,
        )

        def change() -> str:
            if form.refuse_stale():
                return ""
            form.save_changes()
            return address("bundle", pk)

        target = None
        if form.only_looks:
            form.keep()
        elif data is not None:
            target = send(request, form, change)
    if target is not None:
        messages.success(request, _("Saved."))
        if one.is_bundle and one.state == ItemState.DRAFT:
            draft = _("It is a draft: let a window answer for it, then publish it.")
            messages.warning(request, draft)
        return redirect(target)
    one = found(ServiceItem.objects.all(), pk)
    return show(
        request,
        "bundle.html",
        "items",
        {
            "title": _("Compose the life event %(name)s") % {"name": one.name},
            "item": one,
            "form": form,
            "text": text,
            "asked": [
                (paper, MaterialForm(paper.form).label)
                for paper in (one.papers() if one.is_bundle else ())
            ],
            "whole": one.whole() if one.is_bundle else None,
            "back": address("item", pk),
        },
        status=status_of(form),
    )
