"""Items of the catalogue with what belongs to them, and lookups without a result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from windows import coverage, editing, reads
from windows.forms.filters import ItemFilter, ItemSearch
from windows.forms.items import (
    ALIASES,
    MATERIALS,
    STEPS,
    ItemForm,
    MissAliasForm,
    fields_of,
    refuse_early_papers,
    refuse_other_units,
)
from windows.models import ItemAlias, ServiceItem
from windows.models.items import MaterialForm

from .common import (
    address,
    changing,
    clerk_of,
    filters_of,
    found,
    neighbours,
    reading,
    send,
    show,
    status_of,
)


@require_safe
@reading
def items(request: HttpRequest) -> HttpResponse:
    """The catalogue."""
    form = ItemFilter(request.GET, types=reads.item_types())
    page = reads.page_by_key(reads.items(filters_of(request, form)), request.GET)
    return show(
        request,
        "items.html",
        "items",
        {"filter": form, "items": page.rows, **neighbours(request, page)},
    )


@require_safe
@reading
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what it asks for, who answers for it, how it came about."""
    by = clerk_of(request)
    today = timezone.localdate()
    one = found(ServiceItem.objects.select_related("department"), pk)
    duties = one.responsibilities.on(today).filter(window__hall=by.hall_id)
    duties = duties.select_related("window")
    return show(
        request,
        "item.html",
        "items",
        {
            "title": one.name,
            "item": one,
            "back": address("items"),
            "facts": reads.facts(one, fields_of(one)),
            "edit_url": address("item_edit", one.pk),
            "materials": [
                (paper, MaterialForm(paper.form).label) for paper in one.papers()
            ],
            "steps": one.handled(),
            "members": one.bundled.select_related("member") if one.is_bundle else (),
            "whole": one.whole() if one.is_bundle else None,
            "part_of": one.part_of.select_related("item"),
            "has_long_steps": coverage.has_long_steps(one),
            "aliases": one.aliases.all(),
            "duties": sorted(duties, key=lambda row: reads.number_order(row.window)),
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "item", one.pk),
        },
    )


PARTS = (("materials", MATERIALS), ("steps", STEPS), ("aliases", ALIASES))


@require_http_methods(["GET", "POST"])
@changing
def item_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change an item with its materials, steps and other wordings.

    Each list ends in empty rows; saving with "and add more rows" comes back here, so
    that a long list can be typed without a script.
    """
    by = clerk_of(request)
    objects = ServiceItem.objects.all()
    data = request.POST if request.method == "POST" else None
    with transaction.atomic():
        instance = found(objects, pk, lock=data is not None) if pk else None
        form = ItemForm(data, instance=instance, by=by)
        names = [name for name, _formset in PARTS]
        if instance is not None and instance.is_bundle:
            names = ["aliases"]  # its papers and steps are those of its items
        parts: dict[str, Any] = {
            name: formset(data, instance=form.instance, prefix=name)
            for name, formset in PARTS
            if name in names
        }

        def change() -> str:
            if form.refuse_stale():
                return ""
            # Each is asked, so that every mistake is shown at once.
            if not all([part.is_valid() for part in parts.values()]):  # noqa: C419
                form.add_error(None, _("Something in the lists below is not right."))
                return ""
            if "steps" in parts and any(
                [
                    refuse_other_units(form, parts["steps"]),
                    refuse_early_papers(form, parts["materials"]),
                ]
            ):
                return ""
            saved = form.save_changes()
            for part in parts.values():
                part.instance = saved
                part.save_changes(by=by, reason=form.cleaned_data["reason"])
            is_more = request.POST.get("then") == "more"
            return address("item_edit" if is_more else "item", saved.pk)

        target = send(request, form, change) if data is not None else None
        if form.is_kept:
            for part in parts.values():
                for row in part.forms:
                    row.errors.clear()
                part.non_form_errors().clear()
    if target is not None:
        messages.success(request, _("Saved."))
        return redirect(target)
    return show(
        request,
        "item_edit.html",
        "items",
        {
            "form": form,
            **parts,
            "has_long_steps": bool(pk) and coverage.has_long_steps(form.instance),
            "title": _("Change the item") if pk else _("Add an item"),
            "back": address("item", pk) if pk else address("items"),
        },
        status=status_of(form),
    )


# --- Lookups without a result -------------------------------------------------------


@require_safe
@reading
def misses(request: HttpRequest) -> HttpResponse:
    """What people asked for and nobody picked anything, the most frequent first."""
    rows = reads.misses(clerk_of(request))
    return show(request, "misses.html", "misses", {"misses": rows})


@require_POST
@changing
def miss_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing needs to be added for these words."""
    found(reads.own_misses(clerk_of(request)), pk).settle()
    messages.success(request, _("Settled."))
    return redirect(address("misses"))


@require_http_methods(["GET", "POST"])
@changing
def miss_alias(request: HttpRequest, pk: int) -> HttpResponse:
    """Make what was looked up in vain another wording of an item."""
    by = clerk_of(request)
    miss = found(reads.own_misses(by), pk)
    is_post = request.method == "POST"
    search = ItemSearch(request.GET)
    text = filters_of(request, search).get("q") or ""
    candidates: Any = ServiceItem.objects.none()
    if text:
        candidates = reads.items({"q": text}).order_by("name_key", "id")[:30]
    form = MissAliasForm(
        request.POST if is_post else None, initial={"text": miss.words}
    )
    # Any item may be sent; only those found are offered.
    form.offer(candidates if not is_post else ServiceItem.objects.all())

    def change() -> str:
        data = form.cleaned_data
        alias = ItemAlias(item=data["item"], text=data["text"])
        editing.save_with_reason(alias, by=by, reason=data["reason"])
        miss.settle()
        return address("misses")

    if is_post:
        target = send(request, form, change)
        if target is not None:
            messages.success(request, _("Saved."))
            return redirect(target)
        form.offer(candidates)
    return show(
        request,
        "miss_alias.html",
        "misses",
        {
            "form": form,
            "search": search,
            "text": text,
            "has_candidates": bool(form.fields["item"].choices),  # type: ignore[attr-defined]
            "title": _("“%(words)s” is another wording of …") % {"words": miss.words},
            "miss": miss,
            "back": address("misses"),
        },
        status=status_of(form),
    )
