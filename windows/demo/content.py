"""The demo hall as data: read from the JSON files beside this module, and checked.

Plain Python: no Django, no database. `load()` gives everything as frozen dataclasses;
`seed_demo` writes it through the actions. City, people and numbers are invented: the
area code 0980 is not in use, identity numbers belong to a region that does not exist
(449901) with a right check character (GB 11643). Laws, limits and papers are as in real
catalogues, in our own words.

A file is read strictly: a key that a class does not have, one that it needs, or a value
of another type is a `ContentError` that names the place. References between the files
are checked in `problems`, which lists all faults at once.
"""

import dataclasses
import json
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

HERE = Path(__file__).parent

Authority = Literal["decide", "accept", "advise"]
Channel = Literal["counter", "telephone", "letter", "web"]
T = TypeVar("T")


class ContentError(ValueError):
    """The files of the demo hall are wrong; the text says where and how."""


@dataclasses.dataclass(frozen=True, slots=True)
class Floor:
    """A floor of the hall; its windows carry the letter of its zone."""

    number: int
    zone: str
    name: str
    name_en: str


@dataclasses.dataclass(frozen=True, slots=True)
class Hall:
    """The building. `remedies` is the sentence told with a refusal (R1.40 to R1.42)."""

    code: str
    name: str
    name_en: str
    city: str
    address: str
    address_en: str
    telephone: str
    complaint_telephone: str
    hours: str
    floors: tuple[Floor, ...]
    remedies: str


@dataclasses.dataclass(frozen=True, slots=True)
class Department:
    """A unit that owns items; eight of them have no window in the hall (R3.15)."""

    code: str
    name: str
    name_en: str
    in_hall: bool
    address: str
    telephone: str
    hours: str
    complaint_telephone: str


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """A numbered counter; `map_x` and `map_y` are per cent of its floor's plan."""

    number: str
    name: str
    name_en: str
    department: str
    floor: int
    zone: str
    map_x: int
    map_y: int
    telephone: str
    is_fallback: bool = False
    is_consulting: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who works in the hall. The staff number is the login name."""

    staff_number: str
    name: str
    name_en: str
    department: str
    title: str
    duties: str
    languages: tuple[str, ...]
    role: Literal["clerk", "supervisor", "administrator", "auditor"]
    telephone: str


@dataclasses.dataclass(frozen=True, slots=True)
class Posting:
    """A clerk (staff number) at a window (number), as A or as stand-in B (R2.60)."""

    window: str
    clerk: str
    post: Literal["A", "B"]


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """One paper. `may_follow` is 可容缺 (R2.31); `source` says who issues it."""

    name: str
    form: Literal["original", "copy", "both", "electronic"]
    copies: int
    standard: str
    how_to_get: str
    source: Literal["applicant", "authority", "form", "third_party"]
    is_required: bool = True
    may_follow: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One step of handling, in working days; 0 is the same day.

    `department` is the unit that takes it, if not the item's own; `parallel` says that
    it is taken at the same time as the one before.
    """

    name: str
    days: int
    department: str = ""
    parallel: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """An entry of the catalogue.

    Limits are working days; a promise of 0 days is kept while the person waits.
    `windows` says which window may do what; it is empty where nobody answers.
    """

    code: str
    name: str
    name_en: str
    department: str
    theme: str
    type: str
    handling: Literal["spot", "promised"]
    statutory_days: int
    promised_days: int
    visits: int
    fee: str
    fee_basis: str
    basis: str
    conditions: str
    service_target: str
    steps: tuple[Step, ...]
    materials: tuple[Material, ...]
    aliases: tuple[str, ...]
    windows: Mapping[str, Authority]


@dataclasses.dataclass(frozen=True, slots=True)
class Bundled:
    """An item of a life event, by its code."""

    code: str
    parallel: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Same:
    """Two names of one paper; without the second the item `made_by` makes it."""

    name: str
    same_as: str
    made_by: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Bundle:
    """A life event (一件事): an entry of the catalogue that holds items."""

    code: str
    name: str
    name_en: str
    department: str
    theme: str
    basis: str
    conditions: str
    service_target: str
    result: str
    aliases: tuple[str, ...]
    windows: Mapping[str, Authority]
    items: tuple[Bundled, ...]
    same: tuple[Same, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a clerk tells, and what the person does next."""

    text: str
    next_step: str


@dataclasses.dataclass(frozen=True, slots=True)
class ItemAnswer:
    """A ready answer to a question about one item."""

    item: str
    text: str
    next_step: str


@dataclasses.dataclass(frozen=True, slots=True)
class Decline:
    """Why an offer is declined, and who is better: a window, or upwards."""

    reason: str
    better_window: str | None
    sent_up: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """A hand-over to a window; without a decline it may be accepted there."""

    window: str
    escort: Literal["led", "called", "told"]
    reason: str
    decline: Decline | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Direction:
    """The way to a department outside; `remark` is what the check-back heard."""

    department: str
    reason: str
    bring: str
    remark: str


@dataclasses.dataclass(frozen=True, slots=True)
class Raise:
    """A question for the own unit and the committee, and the reply that came back.

    For the ground "cross" the department is the lead unit (R3.16, R3.17).
    """

    ground: Literal["unclear", "nobodys", "cross"]
    department: str
    question: str
    own_view: str
    to_government: bool
    reply: str


@dataclasses.dataclass(frozen=True, slots=True)
class Negative:
    """A proposed no with all it must hold (R3.32), and what the supervisor decides.

    The remedies are the hall's sentence.
    """

    reason: str
    basis: str
    made_possible_by: str
    other_way: str
    is_approved: bool
    decision_reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """A citizen, the words said, and the way forward that was taken (1 to 7).

    `window` is where the person asked first. A story of way 1 without an answer of its
    own uses one of its item's; `missing` are positions of the item's materials from 1.
    An offer sent up (way 4) may end in a direction.
    """

    key: str
    way: int
    channel: Channel
    window: str
    item: str | None
    words: str
    language: str
    applicant: Literal["none", "person", "organisation"]
    care_needs: str = ""
    answer: Answer | None = None
    missing: tuple[int, ...] = ()
    offers: tuple[Offer, ...] = ()
    direction: Direction | None = None
    raised: Raise | None = None
    negative: Negative | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """An invented citizen, with an identity paper as `cases.identity` names kinds."""

    name: str
    identity_kind: Literal["resident_id", "passport"]
    identity: str
    telephone: str
    is_elderly: bool
    language: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Organisation:
    """An invented firm with a unified social credit code, and who acts for it."""

    name: str
    identity_kind: Literal["credit_code"]
    identity: str
    telephone: str
    agent: str


@dataclasses.dataclass(frozen=True, slots=True)
class FollowUp:
    """A remark of a call-back and its outcome."""

    outcome: Literal["satisfied", "unsatisfied", "explained", "not_reached"]
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Remarks:
    """Sentences that fit many cases. `completions` have the places {item}, {window}."""

    completions: tuple[Answer, ...]
    follow_ups: tuple[FollowUp, ...]
    reopen_reasons: tuple[str, ...]
    withdrawals: tuple[str, ...]
    second_notice_reasons: tuple[str, ...]
    substitution_reasons: tuple[str, ...]
    withdraw_offer_reasons: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Arrivals:
    """How people come.

    Per thousand of a day by half hour ("HH:MM" of its beginning), and per thousand of
    a week by weekday ("1" is Monday).
    """

    half_hours: Mapping[str, int]
    weekdays: Mapping[str, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Demo:
    """Everything, in the order in which it can be written."""

    hall: Hall
    departments: tuple[Department, ...]
    windows: tuple[Window, ...]
    clerks: tuple[Clerk, ...]
    postings: tuple[Posting, ...]
    items: tuple[Item, ...]
    bundles: tuple[Bundle, ...]
    answers: tuple[ItemAnswer, ...]
    stories: tuple[Story, ...]
    people: tuple[Person, ...]
    organisations: tuple[Organisation, ...]
    remarks: Remarks
    arrivals: Arrivals

    @property
    def codes(self) -> list[str]:
        """The codes of all items and life events."""
        bundles = [bundle.code for bundle in self.bundles]
        return [item.code for item in self.items] + bundles

    def item(self, code: str) -> Item:
        """The item with this code; KeyError if there is none."""
        return {item.code: item for item in self.items}[code]

    def answers_for(self, code: str) -> tuple[ItemAnswer, ...]:
        """The ready answers to questions about this item."""
        return tuple(answer for answer in self.answers if answer.item == code)

    def clerk_at(self, window: str) -> Clerk:
        """The A clerk of a window; KeyError if it has none."""
        numbers = {p.window: p.clerk for p in self.postings if p.post == "A"}
        return {c.staff_number: c for c in self.clerks}[numbers[window]]


@cache
def load() -> Demo:
    """The whole content, checked. Raises ContentError with every fault found."""
    people = _read("people")
    staff = _read("clerks")
    demo = Demo(
        hall=_build(Hall, _read("hall"), "hall"),
        departments=_build(tuple[Department, ...], _read("departments"), "departments"),
        windows=_build(tuple[Window, ...], _read("windows"), "windows"),
        clerks=_build(tuple[Clerk, ...], staff["clerks"], "clerks"),
        postings=_build(tuple[Posting, ...], staff["postings"], "postings"),
        items=_items(),
        bundles=_build(tuple[Bundle, ...], _read("bundles"), "bundles"),
        answers=_build(tuple[ItemAnswer, ...], _read("answers"), "answers"),
        stories=_build(tuple[Story, ...], _read("stories"), "stories"),
        people=_build(tuple[Person, ...], people["people"], "people"),
        organisations=_build(
            tuple[Organisation, ...], people["organisations"], "organisations"
        ),
        remarks=_build(Remarks, _read("remarks"), "remarks"),
        arrivals=_build(Arrivals, _read("arrivals"), "arrivals"),
    )
    faults = list(problems(demo))
    if faults:
        raise ContentError("\n".join(faults))
    return demo


def problems(demo: Demo) -> Iterator[str]:
    """Every fault of the content that a single file does not show, as a sentence."""
    departments = {department.code: department for department in demo.departments}
    windows = {window.number for window in demo.windows}
    codes = {item.code for item in demo.items}
    yield from _twice("department", [d.code for d in demo.departments])
    yield from _twice("window", [w.number for w in demo.windows])
    yield from _twice("staff number", [c.staff_number for c in demo.clerks])
    yield from _twice("item", [item.code for item in demo.items])
    yield from _twice("story", [story.key for story in demo.stories])
    yield from _place_problems(demo, departments, windows)
    for item in demo.items:
        yield from _item_problems(item, departments, windows)
    for bundle in demo.bundles:
        if unknown := {one.code for one in bundle.items} - codes:
            yield f"{bundle.code}: no items {sorted(unknown)}"
    for answer in demo.answers:
        if answer.item not in codes:
            yield f"answer: no item {answer.item}"
    for story in demo.stories:
        for fault in _story_problems(story, demo, departments, windows):
            yield f"story {story.key}: {fault}"


def _place_problems(
    demo: Demo, departments: Mapping[str, Department], windows: Iterable[str]
) -> Iterator[str]:
    clerks = {clerk.staff_number for clerk in demo.clerks}
    for window in demo.windows:
        if window.department not in departments:
            yield f"{window.number}: no department {window.department}"
        elif not departments[window.department].in_hall:
            yield f"{window.number}: its department is outside the hall"
    for clerk in demo.clerks:
        if clerk.department not in departments:
            yield f"{clerk.staff_number}: no department {clerk.department}"
    for posting in demo.postings:
        if posting.window not in windows or posting.clerk not in clerks:
            yield f"posting of {posting.clerk} at {posting.window}: no such row"


def _item_problems(
    item: Item, departments: Mapping[str, Department], windows: Iterable[str]
) -> Iterator[str]:
    if item.department not in departments:
        yield f"{item.code}: no department {item.department}"
    elif item.windows and not departments[item.department].in_hall:
        yield f"{item.code}: a window answers for a department outside the hall"
    if unknown := set(item.windows) - set(windows):
        yield f"{item.code}: no windows {sorted(unknown)}"
    if item.promised_days > item.statutory_days:
        yield f"{item.code}: the promise is longer than the statutory limit (R1.30)"
    if (item.handling == "spot") != (item.promised_days == 0):
        yield f"{item.code}: handling and promised days do not fit"
    if unknown := {step.department for step in item.steps} - {"", *departments}:
        yield f"{item.code}: no departments {sorted(unknown)}"
    if _days_of(item.steps) != item.promised_days:
        yield f"{item.code}: the steps do not add up to the promise"


def _days_of(steps: Sequence[Step]) -> int:
    """How many working days steps take, of those taken together the longest."""
    together: list[int] = []
    for step in steps:
        if step.parallel and together:
            together[-1] = max(together[-1], step.days)
        else:
            together.append(step.days)
    return sum(together)


def _story_problems(
    story: Story,
    demo: Demo,
    departments: Mapping[str, Department],
    windows: Iterable[str],
) -> Iterator[str]:
    item = next((item for item in demo.items if item.code == story.item), None)
    if story.item and item is None:
        yield f"no item {story.item}"
    if story.window not in windows:
        yield f"no window {story.window}"
    yield from _content_problems(story, demo)
    if story.way in {2, 3}:
        authority = item.windows.get(story.window) if item else None
        if authority not in {"accept", "decide"}:
            yield f"{story.window} may not accept {story.item}"
    if item and not all(1 <= n <= len(item.materials) for n in story.missing):
        yield "a missing material is not on the item's list"
    for offer in story.offers:
        if offer.window not in windows or offer.window == story.window:
            yield f"cannot be offered to {offer.window}"
        if offer.decline and (
            (offer.decline.better_window is None) != offer.decline.sent_up
            or offer.decline.better_window == offer.window
        ):
            yield f"the decline of {offer.window} names nobody better"
    for unit in (story.direction, story.raised):
        department = departments.get(unit.department) if unit else None
        if unit and department is None:
            yield f"no department {unit.department}"
        if department and unit is story.direction and department.in_hall:
            yield "directs to a department that has a window in the hall"


def _content_problems(story: Story, demo: Demo) -> Iterator[str]:
    """What the way demands (product.md, the seven ways) and the story does not hold."""
    held = {
        1: story.answer or demo.answers_for(story.item or ""),
        2: story.item,
        3: story.missing,
        4: story.offers,
        5: story.direction,
        6: story.raised,
        7: story.negative,
    }
    if story.way not in held:
        yield f"there is no way {story.way}"
    elif not held[story.way]:
        yield f"way {story.way} lacks its content"


def _twice(kind: str, keys: list[str]) -> Iterator[str]:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{kind} {key} is there twice"


def _items() -> tuple[Item, ...]:
    """The items of every department's file, common papers filled in from one list."""
    common = _read("materials")
    rows: list[dict[str, Any]] = []
    for path in sorted((HERE / "items").glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            row["materials"] = [_material(m, common) for m in row["materials"]]
            rows.append(row)
    return _build(tuple[Item, ...], rows, "items")


def _material(entry: str | dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """A paper written out, the name of a common one, or a common one with changes."""
    if isinstance(entry, str):
        return dict(common[entry])
    if "ref" in entry:
        changes = {key: value for key, value in entry.items() if key != "ref"}
        return {**common[entry["ref"]], **changes}
    return entry


def _read(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def _build(kind: type[T], raw: Any, place: str) -> T:
    """`raw` as a `kind`. Raises ContentError with the place of the fault."""
    made: Any = _made(kind, raw, place)
    return made  # type: ignore[no-any-return]  # checked against `kind` just above


def _made(kind: Any, raw: Any, place: str) -> Any:  # noqa: PLR0911  # a case a line
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        if raw is None and type(None) in inner:
            return None
        return _made(next(k for k in inner if k is not type(None)), raw, place)
    if origin is Literal:
        _expect(raw in inner, place, f"is none of {inner}")
        return raw
    if origin is tuple:
        _expect(isinstance(raw, list), place, "is no list")
        return tuple(_made(inner[0], r, f"{place}[{n}]") for n, r in enumerate(raw))
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(raw, dict), place, "is no object")
        made = {k: _made(inner[1], v, f"{place}.{k}") for k, v in raw.items()}
        return types.MappingProxyType(made)
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind, raw, place)
    _expect(type(raw) is kind, place, f"is no {kind.__name__}")
    return raw


def _dataclass(kind: Any, raw: Any, place: str) -> Any:
    _expect(isinstance(raw, dict), place, "is no object")
    hints = get_type_hints(kind)
    needed = {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING
    }
    _expect(
        set(raw) <= set(hints), place, f"has unknown {sorted(set(raw) - set(hints))}"
    )
    _expect(needed <= set(raw), place, f"lacks {sorted(needed - set(raw))}")
    return kind(**{k: _made(hints[k], v, f"{place}.{k}") for k, v in raw.items()})


def _expect(right: bool, place: str, fault: str) -> None:  # noqa: FBT001
    if not right:
        raise ContentError(f"{place} {fault}")
