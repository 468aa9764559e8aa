"""What the configuration's views share: who asks, one way to send a form, one look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from windows import editing
from windows.forms.base import ObjectForm, Once, ReasonForm
from windows.models import Clerk
from windows.reads import KeyPage
from windows.roles import Role, role_required

M = TypeVar("M", bound=models.Model)

reading = role_required(Role.ADMINISTRATOR, Role.AUDITOR)
changing = role_required(Role.ADMINISTRATOR)

_TABS = (
    ("overview", gettext_lazy("Overview")),
    ("windows", gettext_lazy("Windows")),
    ("departments", gettext_lazy("Departments")),
    ("clerks", gettext_lazy("Clerks")),
    ("postings", gettext_lazy("Posts")),
    ("items", gettext_lazy("Items")),
    ("matrix", gettext_lazy("Responsibilities")),
    ("coverage", gettext_lazy("Coverage")),
    ("thesaurus", gettext_lazy("Thesaurus")),
    ("misses", gettext_lazy("Found nothing")),
    ("calendar", gettext_lazy("Calendar")),
    ("papers", gettext_lazy("Paper texts")),
    ("hall", gettext_lazy("Hall")),
)


_ABOVE = {"papers": "paper_texts"}
"""Tabs whose page needs to know of cases, and so stands there."""


KEEP = "keep"
"""Name of the button that changes the language and takes a half-filled form along."""


def is_kept(request: HttpRequest) -> bool:
    """Whether a form comes only to be shown again: nothing is to be done with it."""
    return request.method == "POST" and KEEP in request.POST


def clerk_of(request: HttpRequest) -> Clerk:
    """Who asks; the role decorator has made sure that it is a clerk."""
    return cast(Clerk, request.user)


def may_change(request: HttpRequest) -> bool:
    """Whether the page offers anything that changes something."""
    return clerk_of(request).role == Role.ADMINISTRATOR


def address(name: str, *args: Any) -> str:
    """The address of a page of the configuration."""
    return reverse(f"windows:{name}", args=args)


def show(
    request: HttpRequest,
    template: str,
    tab: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page of the configuration with its row of tabs."""
    tabs = [
        {
            "url": reverse(_ABOVE[name]) if name in _ABOVE else address(name),
            "label": label,
            "current": name == tab,
        }
        for name, label in _TABS
    ]
    full = {"tabs": tabs, "may_change": may_change(request), **context}
    return render(request, f"windows/{template}", full, status=status)


def filters_of(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    """What a list is filtered by; a field that makes no sense filters nothing."""
    form.is_valid()
    return form.cleaned_data


def neighbours(request: HttpRequest, page: KeyPage[Any]) -> dict[str, str]:
    """The addresses of the pages before and after, with the same filters."""

    def beside(name: str, pivot: int | None) -> str:
        if pivot is None:
            return ""
        query: QueryDict = request.GET.copy()
        for other in ("after", "before"):
            query.pop(other, None)
        query[name] = str(pivot)
        return f"?{query.urlencode()}"

    return {
        "before_url": beside("before", page.before),
        "after_url": beside("after", page.after),
    }


def send(request: HttpRequest, form: Once, change: Callable[[], str]) -> str | None:
    """Do `change` if the form allows it, once; where to go then, or None.

    A form that was sent before leads to where it led the first time. A change that
    meets another one in the database is refused with the typed values kept. What comes
    in another language is only shown again.
    """
    if is_kept(request):
        form.keep()
        return None
    try:
        with transaction.atomic():
            key = form.sent_key()
            if key is not None:
                first = editing.claim(key, by=clerk_of(request))
                if first is not None:
                    return first
            if not form.is_valid() or key is None:
                transaction.set_rollback(True)
                return None
            target = change()
            if form.errors:
                transaction.set_rollback(True)
                return None
            editing.settle(key, target)
            return target
    except editing.SentByAnotherError as error:
        raise PermissionDenied from error
    except IntegrityError:
        form.is_stale = True
        form.add_error(
            None,
            _(
                "Meanwhile somebody has saved something that does not go together "
                "with this. Nothing of yours was saved. Please look again."
            ),
        )
        return None


def status_of(form: Once) -> int:
    """200 for a fresh form, 409 after somebody else's change, 422 after a mistake."""
    if not form.is_bound or form.is_kept:
        return 200
    return 409 if form.is_stale else 422


def found(objects: QuerySet[M], pk: int, *, lock: bool = False) -> M:
    """The object, or 404; not found and not yours look the same."""
    if lock:
        objects = objects.select_for_update(of=("self",), no_key=True)
    return get_object_or_404(objects, pk=pk)


def edit_object(
    request: HttpRequest,
    form_class: type[ObjectForm[Any]],
    objects: QuerySet[Any],
    pk: int | None,
    *,
    tab: str,
    title: str,
    back: str,
    done: Callable[[Any], str],
    initial: Mapping[str, Any] | None = None,
    saved: Callable[[Any], None] | None = None,
    told: str = "",
    template: str = "edit.html",
    context: Mapping[str, Any] | None = None,
    new: models.Model | None = None,
) -> HttpResponse:
    """The page on which one object is added (`pk` None, perhaps `new`) or changed.

    `back` is where cancelling leads, `done` says where saving leads, `saved` does what
    belongs to it in the same transaction, `told` is what to know about it afterwards.
    """
    by = clerk_of(request)
    if request.method == "POST":
        with transaction.atomic():
            # Locked first: what the form checks is what it will write over.
            instance = found(objects, pk, lock=True) if pk else new
            form = form_class(
                request.POST, request.FILES, instance=instance, by=by, initial=initial
            )

            def change() -> str:
                if form.refuse_stale():
                    return ""
                thing = form.save_changes()
                if saved:
                    saved(thing)
                return done(thing)

            target = send(request, form, change)
        if target is not None:
            messages.success(request, f"{_('Saved.')} {told}".strip())
            return redirect(target)
    else:
        instance = found(objects, pk) if pk else new
        form = form_class(instance=instance, by=by, initial=initial)
    return show(
        request,
        template,
        tab,
        {"form": form, "title": title, "back": back, **(context or {})},
        status=status_of(form),
    )


def confirm(
    request: HttpRequest,
    form: Once,
    change: Callable[[], str],
    *,
    tab: str,
    title: str,
    sentences: Sequence[str],
    button: str,
    back: str,
    is_grave: bool = False,
) -> HttpResponse:
    """The page that asks for a reason before an act; acts when it is posted."""
    if request.method == "POST":
        target = send(request, form, change)
        if target is not None:
            messages.success(request, _("Done."))
            return redirect(target)
    return show(
        request,
        "confirm.html",
        tab,
        {
            "form": form,
            "title": title,
            "sentences": sentences,
            "button": button,
            "back": back,
            "is_grave": is_grave,
        },
        status=status_of(form),
    )


def delete_object(
    request: HttpRequest,
    objects: QuerySet[Any],
    pk: int,
    *,
    tab: str,
    title: str,
    sentence: Callable[[Any], str],
    button: str,
    back: str,
    done: str,
) -> HttpResponse:
    """Ask for a reason, then delete one object; its history stays."""
    by = clerk_of(request)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and (earlier := editing.earlier(form.sent_key(), by=by)):
        return redirect(earlier)
    one = found(objects, pk)

    def change() -> str:
        locked = found(objects, pk, lock=True)
        reason = form.cleaned_data["reason"]
        editing.delete_with_reason(locked, by=by, reason=reason)
        return done

    return confirm(
        request,
        form,
        change,
        tab=tab,
        title=title,
        sentences=[sentence(one)],
        button=button,
        back=back,
        is_grave=True,
    )
