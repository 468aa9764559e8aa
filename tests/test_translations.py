"""Every sentence of the hall in Simplified Chinese, and nothing left in English.

Check 60 (nothing is said in one language only). The files are read here without any
tool, so that a forgotten `make messages` fails everywhere; only the comparison with the
sources needs gettext, which `make test` installs.
"""

from __future__ import annotations

import ast
import gettext
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.world import World

PROJECT = Path(__file__).resolve().parent.parent
MESSAGES = PROJECT / "hallsvc" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("cases", "hallsvc", "templates", "windows")

Key = tuple[str, str, str]
"""Context, sentence, and the sentence for several (each may be empty)."""


# --- the file ---------------------------------------------------------------------


@dataclass
class Entry:
    """One sentence of a .po file and what it is called in Chinese."""

    texts: dict[str, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def key(self) -> Key:
        """What the sentence is known by."""
        texts = self.texts
        return (
            texts.get("msgctxt", ""),
            texts.get("msgid", ""),
            texts.get("msgid_plural", ""),
        )

    @property
    def chinese(self) -> str:
        """The translation; Chinese has one form for any number."""
        several = "msgid_plural" in self.texts
        return self.texts.get("msgstr[0]" if several else "msgstr", "")


def entries(text: str) -> Iterator[Entry]:
    """Read a .po file; the header comes first and has no sentence."""
    for block in text.split("\n\n"):
        entry, name = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.flags += line
            elif line.startswith("#~"):
                entry.flags += " obsolete"
            elif line and not line.startswith("#"):
                word, _space, quoted = line.partition('"')
                name = word.strip() or name
                part = ast.literal_eval(f'"{quoted}')
                entry.texts[name] = entry.texts.get(name, "") + part
        yield entry


def sentences(text: str) -> list[Entry]:
    """Read a .po file without its header."""
    return [one for one in entries(text) if one.key[1] or "obsolete" in one.flags]


@pytest.fixture(scope="module")
def ours() -> list[Entry]:
    """The sentences of the project in Chinese."""
    return sentences(MESSAGES.read_text(encoding="utf-8"))


def test_every_sentence_is_translated_and_none_is_a_guess(ours: list[Entry]) -> None:
    assert len(ours) > 1000
    wrong = [
        entry.key[1]
        for entry in ours
        if not entry.chinese.strip()
        or "fuzzy" in entry.flags
        or "obsolete" in entry.flags
    ]
    assert not wrong, f"run `make messages`, then translate: {wrong}"


def test_the_compiled_file_says_what_the_written_one_says(ours: list[Entry]) -> None:
    with MESSAGES.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in ours:
        context, one, several = entry.key
        if context and several:
            said = compiled.npgettext(context, one, several, 2)
        elif context:
            said = compiled.pgettext(context, one)
        elif several:
            said = compiled.ngettext(one, several, 2)
        else:
            said = compiled.gettext(one)
        assert said == entry.chinese, f"run `make messages`: {one}"


PLACES = re.compile(r"%\(\w+\)[.\d]*[a-z]|%%|</?[a-z]+>")
"""What is filled in later, and marks of HTML."""


def test_the_chinese_has_the_places_of_the_english(ours: list[Entry]) -> None:
    for entry in ours:
        _context, one, several = entry.key
        expected = set(PLACES.findall(one)) | set(PLACES.findall(several))
        assert set(PLACES.findall(entry.chinese)) == expected, one
        assert entry.chinese.startswith("\n") == one.startswith("\n"), one
        assert entry.chinese.endswith("\n") == one.endswith("\n"), one


HAN = re.compile(r"[\u4e00-\u9fff]")


def test_the_chinese_is_chinese(ours: list[Entry]) -> None:
    """A sentence copied over as its own translation is none."""
    for entry in ours:
        assert HAN.search(entry.chinese) or not re.search(
            r"[A-Za-z]{2}", PLACES.sub("", entry.chinese)
        ), entry.chinese


# --- the sources ------------------------------------------------------------------


@pytest.mark.skipif(
    not shutil.which("xgettext"),
    reason="gettext is missing; `make test` installs it, or: apt-get install gettext",
)
def test_the_file_knows_every_sentence_of_the_sources(
    ours: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Extract anew, in a copy since it writes beside what it reads, and compare."""
    for folder in SOURCES:
        hide = shutil.ignore_patterns("locale", "__pycache__", "*.json", "*.csv")
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=hide)
    (tmp_path / "locale").mkdir()
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["zh_Hans"], no_location=True, verbosity=0)
    fresh = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    found = {entry.key for entry in sentences(fresh.read_text(encoding="utf-8"))}
    known = {entry.key for entry in ours}
    assert not found - known, f"run `make messages`: {found - known}"
    assert not known - found, f"run `make messages`: {known - found}"


EXTRACTED = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "npgettext",
    "npgettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
"""Names of a marker that the extraction looks for."""

SAYS = {"RuleBroken", "ValidationError", "BadWording"}
"""What carries a sentence to a person."""


def unmarked(source: str) -> Iterator[str]:
    """What the extraction would miss in one module, or gettext never find."""
    tree = ast.parse(source)
    other = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and alias.asname not in EXTRACTED
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if isinstance(node.func, ast.Attribute):
            called = node.func.attr
        first = node.args[0]
        written = isinstance(first, ast.Constant) and isinstance(first.value, str)
        if called in SAYS and (written or isinstance(first, ast.JoinedStr)):
            yield f"{node.lineno}: {called}(…) with a sentence that is not marked"
        if called in other and written:
            yield f"{node.lineno}: {called}(…) is not among the names extracted"
        if called in EXTRACTED and isinstance(first, ast.JoinedStr | ast.BinOp):
            yield f"{node.lineno}: {called}(…) of something put together"


@pytest.mark.parametrize("folder", ["cases", "hallsvc", "windows"])
def test_every_sentence_for_a_person_is_marked(folder: str) -> None:
    missed = [
        f"{path.relative_to(PROJECT)}:{fault}"
        for path in (PROJECT / folder).rglob("*.py")
        for fault in unmarked(path.read_text(encoding="utf-8"))
    ]
    assert not missed


@pytest.mark.parametrize(
    "source",
    [
        'raise RuleBroken("The case is closed.")',
        'raise forms.ValidationError(f"{name} is unknown.")',
        'from django.utils.translation import gettext as say\nsay("Saved.")',
        '_(f"{name} is here.")',
        '_("%s is here." % name)',
    ],
)
def test_a_sentence_that_is_not_marked_is_found(source: str) -> None:
    assert list(unmarked(source))


# --- the pages --------------------------------------------------------------------

LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = {
    *("Ctrl", "Enter", "Esc", "English"),
    *("CSV", "Excel", "JPEG", "MB", "PDF", "PNG", "csv", "kB", "xlsx"),
}
HASH = re.compile(r"\b[0-9a-f]{16}\b|\b[A-Z]{2}-20\d\d-\d{4}\b")
"""A code of the history, and the number of a paper."""
SPOKEN = ("alt", "aria-label", "placeholder", "title")
LEFT_OUT = (
    "//script | //style | //template | //code | //*[@lang='en' or @translate='no']"
)
MOST_ALIKE = 2


def english(html: str) -> set[str]:
    """The words in Latin letters that a person sees or hears on a page."""
    tree: Any = lxml.html.fromstring(html)
    for element in tree.xpath(LEFT_OUT):
        element.drop_tree()
    heard = [str(text) for text in tree.xpath("//text()")]
    for name in SPOKEN:
        heard += [str(text) for text in tree.xpath(f"//@{name}")]
    return {
        f"{word} in: {text.strip()}"
        for text in heard
        for word in LATIN.findall(HASH.sub("", text))
        if word not in NAMES
    }


def links(html: str, here: str) -> Iterator[str]:
    """Where one can go from a page, inside the project."""
    tree: Any = lxml.html.fromstring(html)
    for href in tree.xpath("//a/@href"):
        target = str(href).partition("#")[0]
        if target.startswith("?"):
            yield here.partition("?")[0] + target
        elif target.startswith("/"):
            yield target


@pytest.mark.parametrize(
    "person", ["nobody", "holder", "target", "supervisor", "administrator", "auditor"]
)
def test_no_page_has_a_word_left_in_english(world: World, person: str) -> None:
    """Follow every link as each role; of pages alike, a few are enough."""
    client = world.client(person)
    waiting = [reverse("home"), reverse("login"), reverse("progress"), "/no-such-page/"]
    waiting += [reverse("case", args=[number]) for number in world.cases.values()]
    seen: set[str] = set()
    alike: dict[str, int] = {}
    pages = 0
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"\d+", "…", address.partition("?")[0])
        most = MOST_ALIKE + (len(world.cases) if kind == "/cases/…/" else 0)
        if address in seen or alike.get(kind, 0) >= most or "logout" in address:
            continue
        seen.add(address)
        alike[kind] = alike.get(kind, 0) + 1
        response = client.get(address, follow=True)
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        html = response.content.decode()
        pages += 1
        assert '<html lang="zh-hans"' in html.lower(), address
        assert not english(html), (address, english(html))
        waiting += links(html, address)
    assert pages > (5 if person == "nobody" else 15)


def test_a_form_says_in_chinese_what_is_wrong(world: World) -> None:
    """Django's own sentences come from Django, which must know our language too."""
    page = world.client("nobody").post(reverse("login"), {"staff_number": ""})
    assert "请填写或选择此项" in page.content.decode()
    desk = world.client("holder").get(reverse("desk")).content.decode()
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日\s+星期[一二三四五六日]", desk)


def test_a_word_in_english_is_found() -> None:
    assert english("<p>办件 Save</p>")
    assert english("<p><button aria-label='Close'>×</button></p>")
    assert not english("<p>按 Ctrl+Enter</p><a lang='en'>Language</a>")
    assert not english("<p>校验码 0123456789abcdef</p><code>item_code</code>")
