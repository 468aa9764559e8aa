"""The rules of R7.2, applied to a text that `reading` has put into plain form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from types import ModuleType

from cases.wording import chinese, english
from cases.wording.reading import HAN, Reading, read


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation; the page or command translates it."""
    return message


class Kind(StrEnum):
    """What is wrong with the words."""

    TOO_SHORT = "too_short"
    RUDE = "rude"
    PUT_OFF = "put_off"
    NOT_MINE = "not_mine"
    UNKNOWN = "unknown"
    EXCUSE = "excuse"
    MISSING = "missing"
    BARE_NEGATIVE = "bare_negative"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class Finding:
    """Words to change, where they stand in the text as given, and what to do instead.

    `proposal` is an English message id with the named placeholder `%(words)s`:
    translate it, then fill in `params`. A finding that does not refuse is advice only.
    """

    words: str
    kind: Kind
    start: int
    end: int
    proposal: str
    rule: str
    refuses: bool = True

    @property
    def params(self) -> dict[str, str]:
        """What the placeholders of `proposal` stand for."""
        return {"words": self.words}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok` when nothing in the text refuses it; advice may remain in the findings."""

    ok: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """An offence: the table it is looked up in, what cures it, what to say."""

    kind: Kind
    table: str
    rule: str
    cures: frozenset[str]
    masked: bool = False


# What makes up for what (R7.2 a to e). A name joined by "+" wants all its parts.
_WAYS_ON = frozenset(
    {"destination", "telephone+who", "promise", "help", "filing", "unit+civil"}
)
_REASONED = frozenset({"basis+next", "next+civil", "alternative", "contact", "asked"})
_ON_LIST = frozenset({"list", "named_paper+civil", "request"})
# Being sent away is no matter of form: only where to, what with, or why and what else.
_NOT_SENT_AWAY = _WAYS_ON - {"filing"} | {"list", "named_paper+civil", "basis+next"}

_RULES = (
    _Rule(Kind.RUDE, "RUDE", "R7.04", frozenset()),
    _Rule(Kind.RUDE, "CURT", "R7.03", frozenset({"civil", "help"})),
    _Rule(
        Kind.VAGUE,
        "SOME_DAY",
        "R7.01",
        frozenset(
            {"figure", "wait", "contact", "filing", "destination", "asks", "sorry"}
        ),
    ),
    _Rule(Kind.NOT_MINE, "NOT_MINE", "R1.05", _WAYS_ON | _REASONED),
    _Rule(
        Kind.UNKNOWN,
        "UNKNOWN",
        "R3.18",
        _WAYS_ON | {"wait", "contact", "request"},
        True,
    ),
    _Rule(Kind.PUT_OFF, "PUT_OFF", "R7.05", _NOT_SENT_AWAY, True),
    _Rule(
        Kind.EXCUSE,
        "EXCUSE",
        "R2.62",
        _WAYS_ON | _REASONED | {"wait", "duration"},
        True,
    ),
    _Rule(Kind.MISSING, "MISSING", "R1.07", _WAYS_ON | _REASONED | _ON_LIST, True),
    _Rule(
        Kind.BARE_NEGATIVE, "NEGATIVE", "R7.02", _WAYS_ON | _REASONED | _ON_LIST, True
    ),
)
_SUBSTANCE = _WAYS_ON | _REASONED | _ON_LIST | {"wait", "figure"}
# Whatever is wrong in one clause, the others may still help: so many points of what a
# person can hold on to (HANDLES) make up for anything but rudeness.
_ENOUGH = 2
# So many words without offence around a single handle say what it is for.
_ROOM = 8
# An offer counts only outside the words that say no.
# How far a "cannot" reaches over what follows it in its clause: 不能随便给人看.
_REACH = 4
_DEEDS = frozenset({"help", "promise", "unit"})
_NEGATIONS = frozenset({Kind.NOT_MINE, Kind.UNKNOWN, Kind.BARE_NEGATIVE})

_PROPOSALS = {
    Kind.TOO_SHORT: gettext_noop(
        "“%(words)s” leaves the person with nothing in hand. Say in a whole sentence "
        "what happens next, who does it and by when."
    ),
    Kind.RUDE: gettext_noop(
        "Leave out “%(words)s”. Stay courteous and say what you will do for the person."
    ),
    Kind.PUT_OFF: gettext_noop(
        "“%(words)s” sends the person away. Name the window, unit, address or "
        "telephone, go along, or promise an answer with a time."
    ),
    Kind.NOT_MINE: gettext_noop(
        "After “%(words)s” say whose matter it is: the window and the clerk in this "
        "hall, or the unit outside with address and telephone."
    ),
    Kind.UNKNOWN: gettext_noop(
        "Do not leave it at “%(words)s”. Say whom you will ask and by when you will "
        "answer, or register the matter and give its number."
    ),
    Kind.EXCUSE: gettext_noop(
        "“%(words)s” explains but does not help. Take the papers in, name the "
        "stand-in, or say by when it will be done and how the person will be told."
    ),
    Kind.MISSING: gettext_noop(
        "With “%(words)s” give the whole list once: each paper that is missing or "
        "wrong, and how to get it or put it right."
    ),
    Kind.BARE_NEGATIVE: gettext_noop(
        "“%(words)s” is a bare no. Add the reason or basis and the next step, a named "
        "destination, a promise with a time, or the number of the approved filing."
    ),
    Kind.VAGUE: gettext_noop(
        "“%(words)s” is vague. Add a number or a date, or say who will check and by "
        "when the person will be told."
    ),
}
_EMPTY = gettext_noop("Write what the person is to be told.")

# More than this many at once help nobody.
_MOST = 20
_BLANKS = " \t\n\v\f\r\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
# Not part of the words complained of.
_EDGES = " \t\r\n\u3000，,。.！!？?；;：:、"
# Rules on the tone of a whole text are for one or two sentences, not for a letter;
# a negation of unknown meaning is held against a short text only.
_BRIEF, _SHORT = 40, 16
# Up to this many words a text that gives the person nothing says nothing; up to the
# second, one that gives hardly anything.
_EMPTY_TALK, _BARK = 12, 6


def _closing(pattern: str) -> int:
    """Where the group that opens the pattern closes."""
    depth = 0
    for place, sign in enumerate(pattern):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return place
    raise ValueError(pattern)


def _options(pattern: str) -> list[str]:
    """The alternatives of a pattern, cut at its own bars, not at those of a group."""
    options, depth = [""], 0
    for sign in pattern:
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and not depth:
            options.append("")
        else:
            options[-1] += sign
    return options


def _beginnings(pattern: str) -> str | None:
    """The characters one alternative can begin with, as the inside of a set."""
    begin = ""
    while pattern:
        if pattern.startswith(("(?<", "(?!", "(?=")):  # takes no character
            pattern = pattern[_closing(pattern) + 1 :]
            continue
        if pattern.startswith("(?:"):
            size = _closing(pattern) + 1
            inner = [_beginnings(option) for option in _options(pattern[3 : size - 1])]
            first = None if None in inner else "".join(filter(None, inner))
        elif pattern.startswith("["):
            size = pattern.index("]") + 1
            first = pattern[1 : size - 1] if pattern[1] != "^" else None
        elif pattern.startswith("\\"):
            size = 2
            first = pattern[:2] if pattern[1] in "nd" else None
        else:
            size, first = 1, pattern[0] if pattern[0] != "." else None
        if first is None:
            return None
        begin += first
        pattern = pattern[size:]
        if not pattern.startswith(("?", "*", "{0,")):
            return begin
        pattern = re.sub(r"^(?:[?*]|\{0,\d+\})", "", pattern)
    return None


@cache
def _pattern(language: ModuleType, table: str, key: str = "") -> re.Pattern[str]:
    """A table of alternatives, written in classes and gaps, as one regular expression.

    It first asks whether anything can begin at a character at all, which most cannot:
    a text of 10,000 characters is judged in milliseconds.
    """
    source = getattr(language, table)[key] if key else getattr(language, table)
    parts = source.split() if language is chinese else source.strip().splitlines()
    pattern = "|".join(part.strip() for part in parts)
    for _ in range(3):  # classes may name classes
        pattern = re.sub(
            "<([a-z]+)>", lambda m: language.CLASSES.get(m[1], m[0]), pattern
        )
    pattern = re.sub(r"~(\d+)", lambda m: language.GAP % m[1], pattern)
    begin = [_beginnings(option) for option in _options(pattern)]
    if None not in begin:
        characters = "".join(dict.fromkeys("".join(filter(None, begin))))
        pattern = f"(?=[{characters}])(?:{pattern})"
    return re.compile(pattern)


class _Text:
    """One text under judgement; each piece of evidence is looked for once at most."""

    def __init__(self, language: ModuleType, reading: Reading) -> None:
        self.language = language
        self.reading = reading
        self.own = reading.plain  # without what others said
        self.refused = bytearray(len(reading.plain))
        self._found: dict[str, bool] = {}
        self._helps: bool | None = None
        self._set_aside_what_others_said()
        # "even without it": neither rude nor a no
        self.eased = _pattern(language, "EASING").sub(_blank, self.own)
        self.masked = _pattern(language, "HARMLESS").sub(_blank, self.eased)

    def _set_aside_what_others_said(self) -> None:
        """Blank out reported words, provided the clerk then answers them."""
        plain = self.reading.plain
        spans = [
            match.span(1)
            for match in re.finditer(chinese.QUOTED, plain)
            if (
                _pattern(self.language, "TELLING").search(
                    plain, max(0, match.start() - 24), match.start()
                )
                or _pattern(self.language, "SPOKEN_OF").match(plain, match.end())
            )
            and "我" not in plain[max(0, match.start() - 5) : match.start()]
        ]
        spans += [m.span() for m in _pattern(self.language, "REPORTED").finditer(plain)]
        self.quoted = spans
        if spans:
            self.own = _without(plain, spans)
            if not self.has(_WAYS_ON | _REASONED) and not self.points([]):
                self.own = plain
            self._found.clear()

    def refuse(self, spans: list[tuple[int, int]]) -> None:
        """Mark words of refusal: "we never do" is no offer to do something."""
        for start, end in spans:
            stop, last = end, min(end + _REACH, len(self.own))
            while stop < last and self.own[stop] not in ",。!?;:\n我但可":
                stop += 1
            self.refused[start:stop] = b"x" * (stop - start)
        self._found.clear()

    def points(self, spans: list[tuple[int, int]]) -> int:
        """What the clauses outside these spans put into the person's hands."""
        against = bytearray(len(self.own))
        for start, end in spans + self.quoted:
            against[start:end] = b"x" * (end - start)
        clean = _CLAUSE.sub(
            lambda clause: (
                _blank(clause)
                if any(against[clause.start() : clause.end()])
                else clause[0]
            ),
            self.own,
        )
        points = 0
        for name, pattern in self._handles():
            if pattern.search(clean):
                points += _ENOUGH if name in self.language.AMPLE else 1
            if points >= _ENOUGH:
                return points
        reasoned = self._holds("basis")  # R7.2 a: why, and what now
        if points and (reasoned or len(re.findall(rf"[{HAN}]|[a-z]+", clean)) >= _ROOM):
            points += 1
        return points

    def _handles(self) -> Iterator[tuple[str, re.Pattern[str]]]:
        """What may be worth something; evidence only if the whole text holds it."""
        for name in self.language.SHARED:
            if self._holds(name):
                yield name, _pattern(self.language, "EVIDENCE", name)
        for name in self.language.HANDLES:
            yield name, _pattern(self.language, "HANDLES", name)

    def helps_beside(self, spans: list[tuple[int, int]]) -> bool:
        """Whether the clauses without these words help the person all the same."""
        if self._helps is None:
            self._helps = self.points(spans) >= _ENOUGH
        return self._helps

    def has(self, cures: frozenset[str]) -> bool:
        """Whether the text holds any of these; "a+b" asks for both."""
        return any(all(map(self._holds, cure.split("+"))) for cure in cures)

    def _holds(self, name: str) -> bool:
        if name not in self._found:
            self._found[name] = name in self.language.EVIDENCE and any(
                name not in _DEEDS or not any(self.refused[slice(*match.span())])
                for match in _pattern(self.language, "EVIDENCE", name).finditer(
                    self.own
                )
            )
        return self._found[name]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    left = list(text)
    for start, end in spans:
        left[start:end] = "\0" * (end - start)
    return "".join(left)


def _blank(match: re.Match[str]) -> str:
    return "\0" * (match.end() - match.start())


def _offences(text: _Text) -> Iterator[tuple[int, int, Kind, str, bool]]:
    """Everything that speaks against the text: start, end, kind, rule, refuses."""
    said = {
        rule: [
            match.span()
            for match in _pattern(text.language, rule.table).finditer(
                text.masked if rule.masked else text.eased
            )
        ]
        for rule in _RULES
    }
    vague = [m.span() for m in _pattern(text.language, "VAGUE").finditer(text.eased)]
    against = [span for spans in said.values() for span in spans] + vague
    for rule, spans in said.items():
        if rule.kind in _NEGATIONS:
            text.refuse(spans)
    found = False
    for rule, spans in said.items():
        if not spans or text.has(rule.cures):
            continue
        if rule.kind is Kind.RUDE or not text.helps_beside(against):
            found = True
            for start, end in spans:
                yield start, end, rule.kind, rule.rule, True
    if vague and not text.has(_WAYS_ON | {"figure", "wait", "contact", "request"}):
        refuses = not text.has(_SUBSTANCE) and not text.helps_beside(against)
        found = found or refuses
        for start, end in vague:
            yield start, end, Kind.VAGUE, "R7.01", refuses
    # English words in a Chinese text are names more often than answers.
    if not found and (text.language is chinese or text.reading.plain.isascii()):
        yield from _tone(text)


def _tone(text: _Text) -> Iterator[tuple[int, int, Kind, str, bool]]:
    """Brief texts with nothing civil and nothing useful in them, whatever the words.

    Of all the ways to say nothing no list is complete; what an answer must hold is
    known (R7.2).
    """
    own = text.own.strip()
    letters = len(re.findall(rf"[{HAN}]|[a-z]+", own))
    begin = text.own.find(own)
    whole = begin, begin + len(own)
    if letters > _BRIEF or text.has(_SUBSTANCE | {"civil", "next", "basis"}):
        return
    harmless = text.masked != text.own
    curt = "你" in own and not text.reading.cantonese  # there it is the only word
    if text.has(frozenset({"assent"})) or (
        harmless and (not curt or text.points([]) >= _ENOUGH)
    ):
        return  # "no fee at all", "yes, today": short, and of use
    negation = _pattern(text.language, "NEGATION").search(text.masked)
    points = text.points([negation.span()] if negation else [])
    if negation and letters <= _SHORT and points < _ENOUGH:
        yield *_clause(text.own, negation.start()), Kind.BARE_NEGATIVE, "R7.02", True
    elif _pattern(text.language, "ORDER").search(text.own):
        yield *whole, Kind.PUT_OFF, "R7.05", True
    elif curt or _pattern(text.language, "QUESTION").search(text.own):
        yield *whole, Kind.RUDE, "R7.03", True
    elif letters <= _word_limit(text, points):
        yield *whole, Kind.TOO_SHORT, "R7.01", True


def _word_limit(text: _Text, points: int) -> int:
    """Up to how many words a text that gives so much in hand says too little."""
    if text.language is not chinese:
        return 0 if points else 1
    return _EMPTY_TALK if not points else _BARK if points < _ENOUGH else 0


_CLAUSE = re.compile(r"[^,。!?;:\n]+")


def _clause(plain: str, at: int) -> tuple[int, int]:
    """The clause around a place, to show a negation with the words it belongs to."""
    start, end = at, at + 1
    while start and plain[start - 1] not in ",。!?;:\n":
        start -= 1
    while end < len(plain) and plain[end] not in ",。!?;:\n":
        end += 1
    return start, end


def check(text: str) -> Verdict:
    """Judge one text for the person at the counter. Never raises.

    Blanks around it, seen or unseen, change nothing.
    """
    verdict = _judge(text.strip(_BLANKS))
    lead = len(text) - len(text.lstrip(_BLANKS))
    moved = (
        replace(finding, start=finding.start + lead, end=finding.end + lead)
        for finding in verdict.findings
    )
    return Verdict(verdict.ok, tuple(moved))


def _judge(text: str) -> Verdict:
    reading = read(text)
    if not re.search(rf"[{HAN}a-z]", reading.plain):
        words = text.strip()
        ok = bool(re.search(r"\d", reading.plain))
        proposal = _PROPOSALS[Kind.TOO_SHORT] if words else _EMPTY
        finding = Finding(
            words, Kind.TOO_SHORT, 0, len(text), proposal, "R7.01", not ok
        )
        return Verdict(ok, (finding,))
    han = re.search(f"[{HAN}]", reading.plain)
    languages = [chinese] if han else []
    if re.search(r"[a-z]{2,}(?: [a-z']+)+|\n[a-z]+\W*\n", reading.plain):
        languages.append(english)
    offences = [
        offence
        for language in languages or [english]
        for offence in _offences(_Text(language, reading))
    ]
    offences.sort(key=lambda offence: not offence[-1])  # advice never hides a refusal
    findings: list[Finding] = []
    taken = bytearray(len(text))
    for start, end, kind, rule, refuses in offences:
        begin, stop = reading.original(start, end)
        while begin < stop and text[begin] in _EDGES:
            begin += 1
        while begin < stop and text[stop - 1] in _EDGES:
            stop -= 1
        if any(taken[begin:stop]):
            continue
        taken[begin:stop] = b"x" * (stop - begin)
        words = text[begin:stop]
        findings.append(
            Finding(words, kind, begin, stop, _PROPOSALS[kind], rule, refuses)
        )
        if len(findings) == _MOST:
            break
    findings.sort(key=lambda finding: finding.start)
    refused = any(finding.refuses for finding in findings)
    return Verdict(not refused, tuple(findings))
