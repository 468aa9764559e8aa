"""Joint handling as forms: opinions, silence, objections, the time table."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.actions.joint import (
    change_timetable,
    give_opinion,
    note_silence,
    opinion_faults,
    settle_objection,
    still_to_answer,
    timetable_faults,
)
from cases.actions.stamp import Form
from cases.deadlines import LONGEST_STOP
from cases.lifecycle import RuleBroken
from cases.reads.case import CasePage
from cases.reads.case.joint import ITEM_ENDED, ITEM_SAID
from cases.reads.case.shown import Part
from windows.forms.fields import WholeNumber

from .fields import IdField, long_text, needed, short_text
from .ways import CaseForm, Words

DAYS = re.compile(r"days_[0-9]{1,19}")
MOST_PARTS = 100


class PartForm(CaseForm):
    """A form about one part of a joint case; `offered` says which it may be."""

    part = IdField(
        label=_("Part"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the list.")},
    )

    def offered(self, part: Part) -> bool:
        """Whether the form is about this part."""
        raise NotImplementedError

    def fill(self, page: CasePage) -> None:
        """Offer the parts; a single one is chosen already."""
        parts = [] if page.joint is None else page.joint.parts
        found = [part for part in parts if self.offered(part)]
        choices = [(part.id, part.called) for part in found]
        self.fields["part"].widget.choices = choices
        if len(found) == 1:
            self.fields["part"].initial = found[0].id
        self.is_bundle = page.joint is not None and page.joint.is_bundle
        self.shape(found)
        if len(found) == 1:
            named = {"title": self.title, "about": found[0].called}
            self.title = gettext("%(title)s: %(about)s") % named

    is_bundle = False

    def shape(self, parts: list[Part]) -> None:
        """Fit the other fields to the parts that are offered."""


class OpinionForm(PartForm):
    """Give the opinion of a unit (R4.76)."""

    url = "case_opinion"
    title = _("The opinion of a unit")
    intro = _(
        "Whoever objects names the reason in law: the applicant will be told it, if "
        "the objection stands."
    )
    button = _("Record the opinion")

    opinion = forms.ChoiceField(
        label=_("The unit"),
        choices=(
            ("agree", _("agrees")),
            ("conditions", _("agrees with conditions")),
            ("object", _("objects")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the list.")},
    )
    remark = needed(
        _("needed unless it simply agrees"),
        long_text(_("Conditions, or why it objects"), longest=2000, rows=3),
    )
    basis = needed(_("needed to object"), short_text(_("Legal basis"), longest=500))
    letter = needed(
        _("needed of a unit outside the hall, or with nobody there"),
        short_text(
            _("Reference of the letter"),
            longest=200,
            help_text=_("What it was said in."),
        ),
    )

    def _is_about_an_item(self) -> None:
        """Of a life event a unit grants its item or means to refuse it (R1.40)."""
        self.title = _("The decision on an item")
        self.intro = _(
            "Whoever means to refuse names the reason in law: the applicant will be "
            "told it, if the refusal is approved."
        )
        self.button = _("Record the decision")
        opinion = cast(forms.ChoiceField, self.fields["opinion"])
        opinion.choices = [*ITEM_SAID.items()]
        self.relabel("part", _("Item"))
        self.relabel("opinion", _("The item is"))
        self.relabel("remark", _("Conditions, or why it is to be refused"))
        said = {
            "remark": _("needed unless it is simply granted"),
            "basis": _("needed to refuse"),
        }
        for name, when in said.items():
            needed(when, self.fields[name])

    def offered(self, part: Part) -> bool:
        """What this person may answer now."""
        return part.may_speak

    def shape(self, parts: list[Part]) -> None:
        """Ask for a letter only where one may be needed, and for items as such."""
        if self.is_bundle:
            self._is_about_an_item()
        if not any(part.speaks_by_letter for part in parts):
            self.fields["letter"].widget = forms.HiddenInput()
        self.focus("part" if len(parts) > 1 else "opinion")

    def faults(self) -> Iterable[RuleBroken]:
        """The words that go with what the unit says."""
        typed = self.cleaned_data
        return opinion_faults(
            typed.get("opinion", ""), typed.get("remark", ""), typed.get("basis", "")
        )

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Give it; later parts may begin with it."""
        typed = self.cleaned_data
        self.given = give_opinion(
            case_id,
            typed["part"],
            opinion=typed["opinion"],
            text=typed["remark"],
            basis=typed["basis"],
            letter=typed["letter"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.given

    def done(self) -> Words:
        """Whose opinion it is, or what became of the item."""
        given = self.given
        if given.item_id is not None:
            said = ITEM_SAID[given.opinion]
            return gettext("Recorded: %(item)s, %(said)s.") % {
                "item": given.name,
                "said": said,
            }
        return gettext("Recorded: %(unit)s %(said)s.") % {
            "unit": given.unit,
            "said": given.get_opinion_display(),
        }


class SilenceForm(PartForm):
    """Note that a unit silent past its day counts as agreeing (R4.77, R4.78)."""

    url = "case_silence"
    title = _("Silence counts as agreeing")
    intro = _(
        "Only as this hall has set it, and only for an opinion: press for the answer "
        "first."
    )
    button = _("Note the silence")

    def offered(self, part: Part) -> bool:
        """Units past their day that were asked as ones whose silence agrees."""
        return part.is_silent and part.may_count_silence

    def shape(self, parts: list[Part]) -> None:
        """Focus the list."""
        self.focus("part")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Note it; later parts may begin with it."""
        part = self.cleaned_data["part"]
        return note_silence(case_id, part, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """What it means."""
        return _("Noted: the silence counts as agreeing.")


class ObjectionForm(PartForm):
    """Settle an objection where it lies, or send it up."""

    url = "case_objection"
    title = _("Settle an objection")
    intro = _(
        "The unit itself lifts its objection; what the two cannot settle goes to the "
        "committee of the hall, then to the government. One that stands is told as a "
        "refusal of that unit alone."
    )
    button = _("Record how it ended")
    is_grave = True

    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=(
            ("lifted", _("The objection is lifted")),
            ("conditions", _("It is lifted with conditions")),
            ("stands", _("The objection stands")),
            ("up", _("It goes one level up")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    remark = long_text(pgettext_lazy("of an outcome", "Why"), longest=2000, rows=3)
    decided = needed(
        _("needed above the lead unit"),
        short_text(
            _("Who decided"),
            longest=200,
            help_text=_("The meeting or the head, and when."),
        ),
    )

    def _is_about_an_item(self) -> None:
        """Of a life event it is whether an item is refused (R1.40, R4.79)."""
        self.title = _("Settle whether an item is refused")
        self.intro = _(
            "The unit itself grants it after all; what it and the lead cannot settle "
            "goes to the committee of the hall, then to the government. What is to be "
            "refused is proposed, approved and told by itself; the other items go on."
        )
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        outcome.choices = [*ITEM_ENDED.items()]
        self.relabel("part", _("Item"))

    def offered(self, part: Part) -> bool:
        """Objections that this person may settle."""
        return part.open_level is not None and part.open_level.may_settle

    def shape(self, parts: list[Part]) -> None:
        """Ask who decided only above the lead, and of items say what they are."""
        if self.is_bundle:
            self._is_about_an_item()
        levels = {part.open_level.level for part in parts if part.open_level}
        if any(part.speaks_by_letter for part in parts):
            self.fields["decided"].help_text = _(
                "The meeting or the head, and when; of a unit outside the hall that "
                "lifts its objection, the reference of its letter."
            )
        elif levels == {"lead"}:
            self.fields["decided"].widget = forms.HiddenInput()
        self.focus("part" if len(parts) > 1 else "outcome")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Settle it."""
        typed = self.cleaned_data
        self.settled = settle_objection(
            case_id,
            typed["part"],
            outcome=typed["outcome"],
            reason=typed["remark"],
            decided=typed["decided"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.settled

    def done(self) -> Words:
        """How it goes on, and who does it (R4.79)."""
        outcome = self.cleaned_data["outcome"]
        if outcome == "up":
            return _("Recorded: the level above has its own day now.")
        if outcome != "stands":
            return _("Recorded: the case goes on.")
        case, left = self.settled.case, still_to_answer(self.settled.case)
        if left:
            sentence = gettext(
                "Recorded. The refusal is proposed when these have answered too: "
                "%(left)s."
            )
        elif case.holder_id == self.clerk.pk:
            sentence = gettext("Recorded. Now propose the refusal, with key 7.")
        else:
            sentence = gettext(
                "Recorded. %(holder)s, who answers for the case, proposes the refusal "
                "now; then a supervisor decides on it."
            )
        return sentence % {"left": left, "holder": case.holder.name}


class TimetableForm(CaseForm):
    """Change the days of the units that have not answered (R4.78)."""

    url = "case_timetable"
    title: Words = _("Change the time table")
    intro: Words = _(
        "In working days. The table is issued again, and says why; nobody is given a "
        "day after the statutory day of the whole."
    )
    button: Words = _("Change and issue it again")

    reason = short_text(_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The act says that it lacks, together with what is wrong with the days.
        self.fields["reason"].required = not self.is_bound
        names = [name for name in self.data if DAYS.fullmatch(name)]
        for name in names[:MOST_PARTS]:
            self._add(name, name)
        self.order_fields([*names, "reason"])

    def _add(self, name: str, label: str) -> None:
        self.fields[name] = WholeNumber(
            label=label, min_value=0, max_value=LONGEST_STOP
        )

    def fill(self, page: CasePage) -> None:
        """Offer every part that is not answered, with its days."""
        self.fields["reason"].required = True
        number = page.joint.moved_since if page.joint is not None else ""
        if number:
            self.title = self.button = gettext("Issue the time table anew")
            self.intro = gettext(
                "Dates have moved since %(number)s was issued. The next version under "
                "this number has those of now, and says what it corrects; days may be "
                "changed with it."
            ) % {"number": number}
            self.fields["reason"].initial = gettext(
                "Dates have moved since it was issued."
            )
        parts = [] if page.joint is None else page.joint.parts
        names = []
        for part in parts:
            if part.is_fixed:
                continue
            name = f"days_{part.id}"
            names.append(name)
            if name not in self.fields:
                self._add(name, "")
            self.fields[name].initial = part.days
            self.relabel(name, part.called)
        self.order_fields([*names, "reason"])
        if names:
            self.focus(names[0])

    def faults(self) -> Iterable[RuleBroken]:
        """The reason; what is wrong with the days is said by the act (R4.78)."""
        return timetable_faults(self.cleaned_data.get("reason", ""))

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Change what was typed."""
        days = {
            int(name.removeprefix("days_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("days_")
        }
        reason = self.cleaned_data["reason"]
        return change_timetable(
            case_id, days=days, reason=reason, by=self.clerk, at=at, form=stamp
        )

    def done(self) -> Words:
        """A next version of the paper is there."""
        return _("Changed: the time table was issued again as the next version.")
