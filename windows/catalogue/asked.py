"""A query taken apart: letters, sounds, thesaurus words, and what is to be done."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from . import sounds, weights
from .text import Said, said
from .thesaurus import (
    ONLY_DEEDS,
    Found,
    Thesaurus,
    deed_places,
    deeds_of,
)
from .vocabulary import Vocabulary

_LATIN = re.compile(r"[a-z]+(?: +[a-z]+)*")
_GIVING_UP = re.compile(
    r"不(?:想|再|打算|准备)?(?![见在到知了行好得清住够懂会能是]|同意)[一-鿿]{1,2}[了咯啦]"
)
"""烟不卖了, 车不跑咯: who no longer does a thing wants its paper cancelled."""
_INITIALS = range(2, 13)
_WORDINGS_BY_INITIALS = 12
_REPEATED = 3

_WORDINGS = 40

Places = dict[str, tuple[int, ...]]
Words = tuple[Found, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, ready to compare.

    `grams`, `heard`, `skips` and `singles` tell at which places pairs of letters, pairs
    of sounds, pairs with a letter between and single letters stand. `words` are the
    official words for what was said, with their worth. `worth` is what each place of
    the text is worth if an item explains it.
    """

    said: Said
    grams: Places
    heard: Places
    skips: Places
    singles: Places
    words: tuple[Words, ...]
    wants: frozenset[str]
    worth: tuple[float, ...]
    initials: str = ""
    typed: str = ""

    @property
    def text(self) -> str:
        """Return the cleaned text."""
        return self.said.text


def take_apart(query: str, vocabulary: Vocabulary, thesaurus: Thesaurus) -> Asked:
    """Return a query ready to compare with the items of a vocabulary."""
    what = said(query)
    text, typed, initials = _write_out(what.text, vocabulary, thesaurus)
    if typed:
        what = said(text)
    heard = sounds.of_text(what.text)
    found = _find(what, heard, vocabulary, thesaurus, is_written_out=bool(typed))
    what = _in_full(what, found)
    wants = deeds_of(what.text).union(*(part.meaning.deeds for part in found))
    if not wants - {"new"} and _GIVING_UP.search(what.text):
        wants |= {"cancel"}
    grams, pairs, skips, singles = _grams(
        what, heard, vocabulary, all_heard=bool(typed)
    )
    if initials:
        found = list(_by_initials(what, initials, vocabulary, thesaurus))
    words = _strongest(_words(found, vocabulary))
    return Asked(
        what,
        grams,
        pairs,
        skips,
        singles,
        words,
        wants,
        tuple(_worth(what, grams, pairs, found, words, vocabulary)),
        initials,
        typed,
    )


def _in_full(what: Said, found: Iterable[Found]) -> Said:
    """Let small words and fillers count where they belong to a wording (网吧, 去世)."""
    counted = list(what.weights)
    for part in found:
        if part.how == "text" and any(what.weights[at] for at in part.places):
            for at in part.places:
                counted[at] = 1.0
    return replace(what, weights=tuple(counted))


def _write_out(
    text: str, vocabulary: Vocabulary, thesaurus: Thesaurus
) -> tuple[str, str, str]:
    """Write typed pinyin as characters; return also what was typed, and initials."""
    for match in _LATIN.finditer(text):
        joined = match.group().replace(" ", "")
        if joined in thesaurus or (len(joined) > 1 and joined in vocabulary.grams):
            continue
        parts: list[str] = []
        for piece in match.group().split():
            syllables = sounds.cut(piece, vocabulary.usual)
            if syllables is None:
                parts = []
                break
            parts += syllables
        if len(parts) > 1 or (parts and len(joined) > 3):
            written = vocabulary.write(parts)
            return text[: match.start()] + written + text[match.end() :], joined, ""
        if len(joined) in _INITIALS:
            return text, "", joined
    return text, "", ""


def _find(
    what: Said,
    heard: list[str],
    vocabulary: Vocabulary,
    thesaurus: Thesaurus,
    *,
    is_written_out: bool,
) -> list[Found]:
    """Find thesaurus wordings, and those that only sound like what was said."""
    found = [
        part
        for part in thesaurus.find_literally(what.text)
        if any(what.weights[at] for at in part.places)
    ]
    found += thesaurus.find(what.squeezed, what.places)
    known = [set(part.places) for part in found if len(part.places) > 1]
    squeezed_heard = [heard[at] for at in what.places]
    for part in thesaurus.find_sounds(squeezed_heard, what.squeezed, what.places):
        here = set(part.places)
        if any(here & other and not here > other for other in known):
            continue
        span = "".join(what.text[at] for at in part.places)
        # 不打 is no misspelt 补打, and whoever mistypes one letter keeps the other.
        if len(span) > 2 or (
            not ("不" in span or span in vocabulary.grams)
            and (is_written_out or not set(span).isdisjoint(part.meaning.spoken))
        ):
            found.append(part)
    return found


def _by_initials(
    what: Said, initials: str, vocabulary: Vocabulary, thesaurus: Thesaurus
) -> Iterable[Found]:
    """Yield the wordings whose initials were typed, those of the catalogue first."""
    meanings = sorted(
        thesaurus.by_initials(initials),
        key=lambda meaning: not vocabulary.holds(meaning.spoken),
    )
    places = tuple(range(len(what.text)))
    for meaning in meanings[:_WORDINGS_BY_INITIALS]:
        strength = weights.INITIALS_WORD[vocabulary.holds(meaning.spoken)]
        yield Found(replace(meaning, deeds=frozenset()), places, strength, "initials")


def _grams(
    what: Said, heard: list[str], vocabulary: Vocabulary, *, all_heard: bool
) -> tuple[Places, Places, Places, Places]:
    grams: dict[str, list[int]] = {}
    pairs: dict[str, list[int]] = {}
    skips: dict[str, list[int]] = {}
    singles: dict[str, list[int]] = {}
    text = what.text
    for start, end in what.runs:
        for i in range(start, end):
            singles.setdefault(text[i], []).append(i)
        for i in range(start, end - 1):
            gram = text[i : i + 2]
            grams.setdefault(gram, []).append(i)
            pair = f"{heard[i]} {heard[i + 1]}"
            if (all_heard or gram not in vocabulary.grams) and (
                pair in vocabulary.pairs_heard
            ):
                pairs.setdefault(pair, []).append(i)
        for i in range(start, end - 2):
            skips.setdefault(text[i] + text[i + 2], []).append(i)
    return _fixed(grams), _fixed(pairs), _fixed(skips), _fixed(singles)


def _fixed(places: dict[str, list[int]]) -> Places:
    """Keep the first few places of each gram, so that 登记登记登记 costs no more."""
    return {key: tuple(value[:_REPEATED]) for key, value in places.items()}


def _strongest(words: Iterable[Words]) -> tuple[Words, ...]:
    """Keep each wording once, and of a very long story only what says most."""
    once: dict[str, Words] = {}
    for part, official in words:
        known = once.get(part.meaning.spoken)
        if known is None or known[0].strength < part.strength:
            once[part.meaning.spoken] = (part, official)
    if len(once) <= _WORDINGS:
        return tuple(once.values())
    most = sorted(once.values(), key=lambda pair: -max(value for _, value in pair[1]))
    return tuple(most[:_WORDINGS])


def _words(found: Iterable[Found], vocabulary: Vocabulary) -> Iterable[Words]:
    """Yield the official words that the catalogue has for what was found."""
    for part in found:
        words = [
            (word, vocabulary.word_worth[word] * part.strength * share)
            for word, share in zip(part.meaning.words, _falling(), strict=False)
            if vocabulary.holds(word)
        ]
        if not words:
            continue
        spoken = part.meaning.spoken
        if part.how == "text" and vocabulary.holds(spoken):
            top = max(value for _word, value in words)
            words.append((spoken, top * weights.SPOKEN))
        yield part, tuple(words)


def _falling() -> Iterable[float]:
    share = 1.0
    while True:
        yield share
        share *= weights.LATER_WORD


def _worth(
    what: Said,
    grams: Places,
    pairs: Places,
    found: Iterable[Found],
    words: Iterable[Words],
    vocabulary: Vocabulary,
) -> list[float]:
    """Return what each place of the query is worth if an item explains it."""
    worth = [0.0] * len(what.text)

    def raise_to(value: float, places: Iterable[int]) -> None:
        for i in places:
            worth[i] = max(worth[i], value * (what.weights[i] if weighted else 1.0))

    weighted = True
    for start, end in what.runs:
        raise_to(weights.UNKNOWN, range(start, end))
    for gram, places in grams.items():
        for at in places:
            raise_to(vocabulary.rarity.get(gram, 0.0), (at, at + 1))
    weighted = False
    for pair, places in pairs.items():
        for at in places:
            raise_to(vocabulary.sound_rarity[pair] * weights.SOUND, (at, at + 1))
    for part, official in words:
        top = max(value for _word, value in official)
        raise_to(top / len(part.places), part.places)
    deeds = [
        part.places for part in found if part.meaning.deeds and not part.meaning.words
    ]
    for places in (*deeds, tuple(deed_places(what.text, ONLY_DEEDS))):
        for i in places:
            worth[i] = min(worth[i], weights.DEED)
    return worth
