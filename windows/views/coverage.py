"""The page of gaps: who answers for nothing, and who is not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from windows.coverage import (
    EXPLANATIONS,
    TITLES,
    Gap,
    coverage_of,
    duties_by_item,
    items_with,
)
from windows.reads import page_by_key

from .common import address, clerk_of, neighbours, reading, show


@require_safe
@reading
def coverage(request: HttpRequest) -> HttpResponse:
    """All counts, and one list; without a choice the first that is not empty."""
    hall_id = clerk_of(request).hall_id
    today = timezone.localdate()
    found = coverage_of(hall_id, today)
    gap = _chosen(request) or next(
        (gap for gap in Gap if found.counts[gap]), Gap.UNANSWERED
    )
    context = {
        "today": today,
        "lists": [
            {
                "gap": each.value,
                "title": TITLES[each],
                "count": found.counts[each],
                "current": each == gap,
            }
            for each in Gap
        ],
        "gap": gap.value,
        "title": TITLES[gap],
        "explanation": EXPLANATIONS[gap],
        "is_about_items": gap.is_about_items,
    }
    if gap.is_about_items:
        page = page_by_key(items_with(gap, hall_id, today), request.GET)
        duties = duties_by_item(page.rows, hall_id, today)
        context |= neighbours(request, page)
        context["items"] = [
            {
                "item": item,
                "duties": duties.get(item.pk, []),
                "url": address("item", item.pk),
                "matrix_url": f"{address('matrix')}?q={item.code}",
            }
            for item in page.rows
        ]
    else:
        context["windows"] = [
            {"today": each, "url": address("window", each.window.pk)}
            for each in found.windows[gap]
        ]
    return show(request, "coverage.html", "coverage", context)


def _chosen(request: HttpRequest) -> Gap | None:
    """The list asked for; None for a word that names none."""
    asked = request.GET.get("gap", "")
    return Gap(asked) if asked in set(Gap) else None
