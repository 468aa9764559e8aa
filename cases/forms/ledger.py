"""The filters of the ledger, and the reason of an export."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import State
from cases.reads.ledger import VIEWS, Filters, Option
from windows.forms.fields import Day

STATES = [
    (State.ASKED, _("asked")),
    (State.ACCEPTED, _("accepted")),
    (State.WAITING, _("waiting for the applicant")),
    (State.DIRECTED, _("directed elsewhere")),
    (State.RAISED, _("raised")),
    (State.NEGATIVE_FILED, _("negative proposed")),
    (State.ANSWERED, _("answered")),
    (State.CLOSED, _("closed")),
]
CHANNELS = [
    ("counter", _("at the counter")),
    ("telephone", _("telephone")),
    ("letter", _("letter")),
    ("web", _("web")),
]
DEADLINES = [
    ("overdue", _("overdue")),
    ("today", _("due today")),
    ("week", _("due within seven days")),
]
ANY = ("", _("any"))
LARGEST = 2**62


class LedgerForm(forms.Form):
    """The address of the ledger as filters; what is wrong is said and left out."""

    view = forms.ChoiceField(
        choices=[(view, view) for view in VIEWS],
        required=False,
        widget=forms.HiddenInput,
    )
    state = forms.ChoiceField(label=_("State"), choices=[ANY, *STATES], required=False)
    window = forms.IntegerField(
        label=_("Window"), required=False, min_value=1, max_value=LARGEST
    )
    department = forms.IntegerField(
        label=_("Department"), required=False, min_value=1, max_value=LARGEST
    )
    clerk = forms.IntegerField(
        label=_("Clerk"), required=False, min_value=1, max_value=LARGEST
    )
    item = forms.CharField(label=_("Item"), required=False, max_length=100)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[ANY, *CHANNELS], required=False
    )
    deadline = forms.ChoiceField(
        label=_("Deadline"), choices=[ANY, *DEADLINES], required=False
    )
    since = forms.DateField(label=_("From"), required=False, widget=Day.widget)
    until = forms.DateField(label=_("To"), required=False, widget=Day.widget)
    search = forms.CharField(required=False, max_length=22, widget=forms.HiddenInput)

    @property
    def filters(self) -> Filters:
        """The filters that are valid; call `is_valid` first."""
        typed: dict[str, Any] = self.cleaned_data
        return Filters(
            view=typed.get("view") or "all",
            state=typed.get("state") or "",
            window=typed.get("window"),
            department=typed.get("department"),
            clerk=typed.get("clerk"),
            item=typed.get("item") or "",
            channel=typed.get("channel") or "",
            deadline=typed.get("deadline") or "",
            since=typed.get("since"),
            until=typed.get("until"),
            search=typed.get("search") or "",
        )

    def clean(self) -> dict[str, Any]:
        """Say when a period ends before it begins."""
        typed = super().clean() or {}
        since, until = typed.get("since"), typed.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins."))
        return typed

    def offer(self, options: tuple[Option, ...]) -> None:
        """Turn the three number fields into lists of what there is in the hall."""
        for kind in ("window", "department", "clerk"):
            choices = [ANY] + [
                (str(one.id), one.label) for one in options if one.kind == kind
            ]
            self.fields[kind].widget = forms.Select(choices=choices)


class SearchForm(forms.Form):
    """The free text of a search: posted, because words may be a name."""

    q = forms.CharField(
        label=_("Words, number, telephone or identity paper"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "data-key": "/"}
        ),
    )


class ExportForm(forms.Form):
    """What an export is for, and as which file."""

    reason = forms.CharField(
        label=_("What is the export for?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("File"),
        choices=[("xlsx", _("Excel (xlsx)")), ("csv", "CSV")],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
