"""The seven ways forward as forms: what each must hold, checked by its action.

A form reads what was typed and carries it to the action; the action refuses with a
sentence beside the field. `fill` is called only to show the form, with the page it
stands on, so that sending it costs no statement of the form's own.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import wording
from cases.actions.accepting import Missing, accept_case, ask_once
from cases.actions.answering import answer_case
from cases.actions.directing import direct_elsewhere, direction_faults
from cases.actions.negatives import Negative, negative_faults, propose_negative
from cases.actions.raising import question_faults, raise_question
from cases.actions.referring import offer_case
from cases.actions.stamp import Form
from cases.actions.texts import BadWording
from cases.lifecycle import RuleBroken, State
from cases.reads.addressees import Receivers, Unit, receivers, units
from cases.reads.case import CasePage
from windows.forms.fields import Day, PlainText
from windows.listing import joined
from windows.models.places import LatePapers

from .fields import IdField, IdsField, PostField, long_text, needed, short_text
from .stamped import AboutCaseForm

Words = str | Promise
CONFLICT, WRONG = 409, 422


class CaseForm(AboutCaseForm):
    """A form of the case page: one act, with its words and its own address."""

    url: ClassVar[str]
    title: Words
    intro: Words = ""
    button: Words
    template: ClassVar[str] = "cases/_form.html"
    is_grave: ClassVar[bool] = False

    def faults(self) -> Iterable[RuleBroken]:
        """Return what the act would refuse of what was typed, as far as it was."""
        return ()

    def clean(self) -> dict[str, Any] | None:
        """Show every mistake at once: after a slip here the act is not reached.

        The rules stay with the act; without a slip it says all of them itself.
        """
        cleaned = super().clean()
        if self.errors:
            for fault in self.faults():
                self.show(fault)
        return cleaned

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Carry out the act with what was typed; raises RuleBroken."""
        raise NotImplementedError

    def done(self) -> Words:
        """Say what was done, for the message on the next page."""
        raise NotImplementedError

    def fill(self, page: CasePage) -> None:
        """Offer the choices of this case and fill in what is known already."""

    def relabel(self, name: str, label: Words) -> None:
        """Call a field otherwise, also in the list of what is wrong.

        Reading what was typed has bound it before the page was known.
        """
        self.fields[name].label = self[name].label = str(label)

    def focus(self, name: str) -> None:
        """Let the first field take the keyboard when the form appears."""
        if not self.is_bound:
            widget = self.fields[name].widget
            widget.attrs["data-focus"] = ""
            if not isinstance(widget, forms.RadioSelect):
                widget.attrs["autofocus"] = True  # without scripts; once in a page

    def try_act(self, case_id: int, at: dt.datetime) -> bool:
        """Carry the act out; False if a rule said no, beside its field."""

        def act(stamp: Form) -> bool:
            self.act(case_id, stamp, at)
            return True

        return bool(self.attempt(act))

    @property
    def status(self) -> int:
        """200 for a fresh form, 409 if the case is no longer so, 422 for a slip."""
        if not self.is_bound:
            return 200
        if self.refused is not None and not self.refused.field:
            return CONFLICT
        return WRONG


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the wording check as a page shows it: words in their place."""

    before: str
    words: str
    after: str
    proposal: str
    refuses: bool


LONGEST_TEXT = 4000
"""Characters of a text that is told to the applicant."""

AROUND = 12
"""Characters shown on either side of the words found."""


def findings_of(text: str, *beside: str) -> tuple[Finding, ...]:
    """Return what the wording check says of a text told together with `beside`."""
    whole = " ".join([text, *filter(None, beside)])
    return _shown(whole, wording.check(whole))


def _shown(text: str, verdict: wording.Verdict) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            before=text[max(0, found.start - AROUND) : found.start],
            words=text[found.start : found.end],
            after=text[found.end : found.end + AROUND],
            proposal=gettext(found.proposal) % found.params,
            refuses=found.refuses,
        )
        for found in verdict.findings
    )


class WordedForm(CaseForm):
    """A form whose text is told to the applicant and passes the wording check."""

    def beside(self) -> tuple[str, ...]:
        """Return what is told together with the text."""
        return ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, if the wording is why the text was refused."""
        if not isinstance(self.refused, BadWording):
            return ()
        return findings_of(str(self["text"].value()), *self.beside())


class AnswerForm(WordedForm):
    """1 Answer now (R3.06, R7.01)."""

    url = "case_answer"
    title = _("Answer now")
    button = _("Answer and record")
    template = "cases/_way_answer.html"

    text = long_text(
        _("Answer"),
        longest=LONGEST_TEXT,
        rows=6,
        help_text=_(
            "In words for the person: at least eight characters. Say where to go, what "
            "is missing, or by when the person will hear."
        ),
    )
    next_step = short_text(_("Next step"), longest=1000, required=False)

    def fill(self, page: CasePage) -> None:
        """Focus the text; of an accepted case say that it is granted."""
        self.focus("text")
        if page.renewed_on is not None:
            self.title = self.button = _("Write down the renewal")
            self.intro = _(
                "By law it is renewed: whatever was missing, stopped or proposed does "
                "not hold it up any more."
            )
        elif page.state is State.ACCEPTED:
            self.title = self.button = _("Grant and answer")
            self.intro = _(
                "This ends the case: what was applied for is granted. To only tell "
                "something, use the telephone; a refusal goes by way 7."
            )

    def beside(self) -> tuple[str, ...]:
        """The next step is read together with the text."""
        return (self.cleaned_data["next_step"],)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Tell the answer."""
        typed = self.cleaned_data
        self.told = answer_case(
            case_id,
            text=typed["text"],
            next_step=typed["next_step"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.told

    def done(self) -> Words:
        """The answer is part of the history, and may have closed the case."""
        if self.told.case.state == State.CLOSED:
            return _(
                "Answered and recorded. The case is closed: nobody left a way to call "
                "back."
            )
        return _("Answered and recorded.")


class PapersForm(CaseForm):
    """What forms about papers share: the ticks."""

    expires_on = Day(
        label=_("Valid until"),
        required=False,
        help_text=_("Of what is to be renewed, as it says on it."),
    )
    received = IdsField(label=_("Papers that are here"), required=False)
    row = IdsField(required=False, widget=forms.MultipleHiddenInput)
    all_here = forms.BooleanField(label=_("All papers are here"), required=False)

    page: CasePage | None = None

    def fill(self, page: CasePage) -> None:
        """Keep the page: its papers are the rows of the form."""
        self.page = page
        self.fields["expires_on"].initial = page.expires_on

    def ticked(self) -> list[int]:
        """Return the positions that are here; one tick can say all."""
        typed = self.cleaned_data
        ticked: list[int] = typed["row"] if typed["all_here"] else typed["received"]
        return ticked

    @property
    def is_ticked(self) -> set[str]:
        """Positions ticked so far, as the browser sent them."""
        sent = self.data.getlist("received") if isinstance(self.data, QueryDict) else []
        return set(sent)


_FOLLOWS = re.compile(r"follow-[0-9]{1,4}")


class AcceptForm(PapersForm):
    """2 Accept (R1.08, R1.09)."""

    url = "case_accept"
    title = _("Accept")
    button = _("Accept and give the slip")
    template = "cases/_way_accept.html"

    signed = forms.BooleanField(
        label=_("The rest follows by its day, as the applicant commits to"),
        help_text=_("The commitment is issued with the slip: have it signed then."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.followers: list[forms.BoundField] = []
        for name in self.data:
            if _FOLLOWS.fullmatch(name):
                self.fields[name] = Day(required=False)

    def fill(self, page: CasePage) -> None:
        """A day for each paper that may follow: the last one, if none was typed."""
        super().fill(page)
        for paper in page.papers:
            if not (paper.may_follow and paper.is_required and not paper.is_here):
                continue
            name = f"follow-{paper.position}"
            if name not in self.fields:
                day = Day(required=False, initial=page.ahead.promised)
                self.fields[name] = day
            self.relabel(name, gettext("%(name)s follows by") % {"name": paper.name})
            self.followers.append(self[name])

    def clean(self) -> dict[str, Any] | None:
        """Read until when each paper follows, as is committed to (R2.33)."""
        self.follow: dict[int, dt.date] = {}
        if self.cleaned_data.get("signed"):
            for name in filter(_FOLLOWS.fullmatch, self.fields):
                day = self.cleaned_data.get(name)
                if day is not None:
                    self.follow[int(name.removeprefix("follow-"))] = day
                elif name not in self.errors:
                    self.add_error(name, gettext("Say by which day it follows."))
        return super().clean()

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Accept with the papers that were ticked."""
        self.slip = accept_case(
            case_id,
            received=self.ticked(),
            follow=self.follow,
            expires_on=self.cleaned_data["expires_on"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.slip

    def done(self) -> Words:
        """Both dates, as on the slip."""
        content = self.slip.content
        return gettext(
            "Accepted. Promised for %(promised)s, by law until %(statutory)s."
        ) % {
            "promised": content["promised"]["due_on"],
            "statutory": content["statutory"]["due_on"],
        }


EXTRA_ROWS = ("x1", "x2", "x3", "x4", "x5")
"""Rows for papers that the item does not name."""

ROW_TEXTS = (
    ("name", 300),
    ("standard", 8000),
    ("how_to_get", 8000),
    ("sample", 8000),
)
"""The texts of a row and how long each may be."""


@dataclass(slots=True)
class PaperRow:
    """One row of the one-time list as it was typed, or as the item names it."""

    key: str
    name: str = ""
    standard: str = ""
    how_to_get: str = ""
    sample: str = ""
    is_required: bool = False
    is_here: bool = False
    is_listed: bool = False
    was_here: bool = False
    error: str = ""

    @property
    def is_extra(self) -> bool:
        """Whether this row is for a paper that the item does not name."""
        return self.key.startswith("x")

    @property
    def position(self) -> int | None:
        """The position in the item's list."""
        return None if self.is_extra else int(self.key)


class AskOnceForm(PapersForm):
    """3 Ask once for what is missing (R1.07, R1.12, R3.11)."""

    url = "case_ask_once"
    title = _("Ask once for what is missing")
    button = _("Give the whole list")
    template = "cases/_way_ask_once.html"

    missing = forms.Field(label=_("Missing papers"), required=False)
    second_reason = short_text(
        _("Why a second notice is needed"),
        required=False,
        help_text=_(
            "Name the fault of what was brought; nothing else allows one. It is "
            "counted and shown."
        ),
    )

    is_second = False

    def fill(self, page: CasePage) -> None:
        """One row for each paper of the item, and some for further ones."""
        super().fill(page)
        self.is_second = any(told.kind == "one_time" for told in page.told)
        if not self.is_bound:
            self._rows = [
                PaperRow(
                    key=str(paper.position),
                    name=paper.name,
                    standard=paper.standard,
                    how_to_get=paper.how_to_get,
                    sample=paper.sample,
                    is_required=paper.is_required,
                    is_here=paper.is_here,
                    is_listed=paper.is_required and not paper.is_here,
                    was_here=paper.is_here,
                )
                for paper in page.papers
            ] + [PaperRow(key) for key in EXTRA_ROWS]
            return
        kept = {str(paper.position): paper for paper in page.papers}
        for row in self.rows:
            paper = kept.get(row.key)
            row.is_required = paper.is_required if paper else False
            row.was_here = paper.is_here if paper else False

    @property
    def rows(self) -> list[PaperRow]:
        """The rows, as typed when the form was sent."""
        if not hasattr(self, "_rows"):
            self._rows = self._typed_rows()
        return self._rows

    @property
    def first(self) -> str:
        """The row that takes the keyboard when the form appears."""
        if self.is_bound:
            return ""
        return next(row.key for row in self.rows if not row.was_here)

    def _typed_rows(self) -> list[PaperRow]:
        keys = [str(number) for number in self.cleaned_data.get("row", ())]
        here, listed = self.is_ticked, set()
        if isinstance(self.data, QueryDict):
            listed = set(self.data.getlist("listed"))
        return [
            PaperRow(
                key=key,
                name=self._typed("name", key),
                standard=self._typed("standard", key),
                how_to_get=self._typed("how", key),
                sample=self._typed("sample", key),
                is_here=key in here,
                is_listed=key in listed,
            )
            for key in [*dict.fromkeys(keys), *EXTRA_ROWS]
        ]

    def _typed(self, name: str, key: str) -> str:
        return str(self.data.get(f"{name}-{key}", "")).strip()

    def clean(self) -> dict[str, Any] | None:
        """Read the rows; each text is as strict as any other field."""
        for row in self.rows:
            for name, longest in ROW_TEXTS:
                try:
                    text = PlainText(required=False, max_length=longest).clean(
                        getattr(row, name)
                    )
                except forms.ValidationError as error:
                    row.error = " ".join(error.messages)
                else:
                    setattr(row, name, text)
            if row.is_extra:
                row.is_listed = any(getattr(row, name) for name, _ in ROW_TEXTS)
            row.is_listed = row.is_listed and not row.is_here
            if row.is_listed and not row.error and not (row.name and row.how_to_get):
                row.error = gettext("Say what it is and how to get it.")
        if any(row.error for row in self.rows):
            self.add_error(
                "missing", gettext("Say for each what it is and how to get it.")
            )
        return super().clean()

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Give the whole list at once."""
        return ask_once(
            case_id,
            received=self.ticked(),
            missing=[
                Missing(
                    row.name, row.how_to_get, row.standard, row.position, row.sample
                )
                for row in self.rows
                if row.is_listed
            ],
            second_reason=self.cleaned_data["second_reason"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """It was told once."""
        return _("Told once and in writing; the notice has its number.")


BECAUSE = (
    ("competent", _("That window answers for this matter")),
    ("authority", _("This window can only advise on it")),
    ("several", _("It needs that window as well")),
    ("own", _("Another reason")),
)
"""Reasons to choose from; own words may be added to each."""

ESCORTS = (
    ("led", _("I take the person there")),
    ("called", _("I called the window")),
    ("told", _("The person waits here")),
)


class HandOverForm(CaseForm):
    """4 Hand over (R3.13, R3.14)."""

    url = "case_hand_over"
    title = _("Hand over")
    button = _("Offer it")
    template = "cases/_way_hand_over.html"

    to = PostField(label=_("To whom"))
    because = forms.ChoiceField(
        label=_("Reason"), choices=BECAUSE, widget=forms.RadioSelect
    )
    reason = needed(
        _("needed for another reason"), short_text(_("In your own words"), longest=200)
    )
    escort = forms.ChoiceField(
        label=_("How the person gets there"),
        choices=ESCORTS,
        widget=forms.RadioSelect,
        initial="told",
    )

    receivers = Receivers()

    def fill(self, page: CasePage) -> None:
        """Offer who is there now, and propose the best."""
        self.receivers = receivers(page)
        self.fields["to"].initial = self.receivers.best
        if self.receivers.best:
            self.fields["because"].initial = "competent"
        else:
            self.focus("reason")

    def clean(self) -> dict[str, Any] | None:
        """Another reason needs words."""
        typed = self.cleaned_data
        if typed.get("because") == "own" and not typed.get("reason"):
            self.add_error("reason", gettext("Say why it is handed over."))
        return super().clean()

    def whole_reason(self) -> str:
        """Return the chosen reason with what was added to it."""
        chosen, own = self.cleaned_data["because"], self.cleaned_data["reason"]
        if chosen == "own":
            return str(own)
        return "：".join(filter(None, [str(dict(BECAUSE)[chosen]), own]))

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Offer it; whoever asked stays accountable."""
        window_id, clerk_id = self.cleaned_data["to"]
        self.offer = offer_case(
            case_id,
            to_clerk_id=clerk_id,
            to_window_id=window_id,
            reason=self.whole_reason(),
            escort=self.cleaned_data["escort"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.offer

    def done(self) -> Words:
        """Who is asked, and who still answers for it."""
        return gettext(
            "Offered to %(receiver)s. Until it is taken over, %(holder)s answers "
            "for it."
        ) % {
            "receiver": self.offer.to_clerk.name,
            "holder": self.offer.from_clerk.name,
        }


class DirectForm(CaseForm):
    """5 Direct elsewhere (R1.05, R3.15)."""

    url = "case_direct"
    title = _("Direct elsewhere")
    button = _("Show the way and check back")
    template = "cases/_way_direct.html"

    department = IdField(
        label=_("Unit outside the hall"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the unit.")},
    )
    bring = short_text(_("What to bring"), longest=500)
    reason = short_text(_("Why this unit is the right one"))

    outside: tuple[Unit, ...] = ()

    def fill(self, page: CasePage) -> None:
        """Offer the units outside; the one that owns the item comes first."""
        own = page.item.department_id if page.item and page.item.is_outside else None
        outside = [unit for unit in units() if unit.is_outside]
        self.outside = tuple(sorted(outside, key=lambda unit: unit.id != own))
        self.fields["department"].initial = own
        names = joined(paper.name for paper in page.papers if paper.is_required)
        self.fields["bring"].initial = names[:500]
        if own and page.item:
            self.fields["reason"].initial = (
                gettext("It answers for “%(item)s”.") % {"item": page.item.name}
            )[:300]

    @property
    def chosen(self) -> str:
        """The unit that is chosen now, as text."""
        return str(self["department"].value() or "")

    def faults(self) -> Iterable[RuleBroken]:
        """What the person is told."""
        typed = self.cleaned_data
        return direction_faults(typed.get("bring", ""), typed.get("reason", ""))

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Show the way; the case stays open until the person got through."""
        typed = self.cleaned_data
        self.direction = direct_elsewhere(
            case_id,
            department_id=typed["department"],
            bring=typed["bring"],
            reason=typed["reason"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.direction

    def done(self) -> Words:
        """When to ask whether the person got through."""
        return gettext("The way was shown. You check back on %(day)s.") % {
            "day": self.direction.check_back_on.isoformat()
        }


GROUNDS = (
    ("unclear", _("The rule is unclear or silent")),
    ("nobodys", _("Nobody answers for it")),
    ("cross", _("It concerns several departments")),
)


def unit_choices(found: tuple[Unit, ...]) -> list[tuple[str, str]]:
    """Return units for a select, with nothing chosen at first."""
    return [("", "—"), *((str(unit.id), unit.name) for unit in found)]


class RaiseForm(CaseForm):
    """6 Raise (R3.16, R3.17)."""

    url = "case_raise"
    title = _("Raise")
    button = _("File it with the committee")
    template = "cases/_way_raise.html"

    ground = forms.ChoiceField(
        label=_("Why it is raised"), choices=GROUNDS, widget=forms.RadioSelect
    )
    question = long_text(_("The question"), longest=500, rows=3)
    own_view = long_text(_("Your own view"), longest=500, rows=2, required=False)
    unit = IdField(
        label=_("Unit that decides"),
        error_messages={"required": _("Choose the unit that decides.")},
    )
    lead_unit = needed(
        _("needed where several departments are concerned"),
        IdField(label=_("Unit that leads")),
    )
    to_government = forms.BooleanField(
        label=_("Report to the government, as the last resort"), required=False
    )

    def fill(self, page: CasePage) -> None:
        """Offer every unit; the own one is chosen."""
        choices = unit_choices(units())
        for name in ("unit", "lead_unit"):
            self.fields[name].widget.choices = choices
        self.fields["unit"].initial = page.department_id
        self.fields["ground"].initial = "unclear"
        self.focus("question")

    def faults(self) -> Iterable[RuleBroken]:
        """The question, and who leads."""
        typed = self.cleaned_data
        has_lead = typed.get("lead_unit") is not None
        return question_faults(
            typed.get("ground", ""), typed.get("question", ""), has_lead=has_lead
        )

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """File the question with a day for the reply."""
        typed = self.cleaned_data
        self.filed = raise_question(
            case_id,
            ground=typed["ground"],
            question=typed["question"],
            own_view=typed["own_view"],
            unit_id=typed["unit"],
            lead_unit_id=typed["lead_unit"],
            to_government=typed["to_government"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.filed

    def done(self) -> Words:
        """Number and day."""
        return gettext("Filed as %(number)s; the reply is due on %(day)s.") % {
            "number": self.filed.filing_number,
            "day": self.filed.due_on.isoformat(),
        }


REMEDIES = _(
    "If you do not agree with this decision, you may apply for administrative review "
    "within 60 days of learning of it, or bring a suit at the people's court within 6 "
    "months."
)
"""The remedies of R1.40 to R1.42 as a model; the clerk adds body and place."""


class NegativeForm(CaseForm):
    """7 Propose a negative (R3.30 to R3.37, R1.40 to R1.42)."""

    url = "case_negative"
    title: Words = _("Propose a negative")
    intro = _(
        "Nothing is told yet: a supervisor approves or overrules it first, and only an "
        "approved negative is told to the applicant."
    )
    button = _("File the proposed negative")
    is_grave = True

    reason = long_text(_("Reason"), longest=2000, rows=3)
    basis = short_text(_("Legal basis"), longest=500)
    made_possible_by = long_text(_("What would make it possible"), longest=2000, rows=2)
    other_way = long_text(_("Another way"), longest=2000, rows=2)
    remedies = long_text(_("Remedies"), longest=2000, rows=3, initial=REMEDIES)
    part = IdField(required=False, widget=forms.HiddenInput)

    def fill(self, page: CasePage) -> None:
        """Say until when it will be decided; papers that did not come are a reason."""
        self.focus("reason")
        if page.late is not None and page.late.if_late == LatePapers.REFUSED:
            self.fields["reason"].initial = gettext(
                "Not brought by %(day)s, the day of the one-time notice: %(names)s."
            ) % {"day": page.late.until.isoformat(), "names": joined(page.late.names)}
        refused = page.joint.refused if page.joint is not None else ()
        if refused:
            self.title = gettext("Propose the refusal: %(about)s") % {
                "about": refused[0].called
            }
            self.fields["part"].initial = refused[0].id
            self.fields["reason"].initial = refused[0].text
            self.fields["basis"].initial = refused[0].basis

    @property
    def negative(self) -> Negative:
        """The parts, as far as they were typed."""
        names = ("reason", "basis", "made_possible_by", "other_way", "remedies")
        return Negative(**{name: self.cleaned_data.get(name, "") for name in names})

    def faults(self) -> Iterable[RuleBroken]:
        """Each part says something."""
        return negative_faults(self.negative)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """File it, before anything is told."""
        return propose_negative(
            case_id,
            self.negative,
            part_id=self.cleaned_data["part"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """Nobody was told anything."""
        return _("Filed. A supervisor decides; nothing has been told yet.")
