"""Habits of the code, read from its source (check 88, 89)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for folder in ("hallsvc", "windows", "cases")
    for path in (PROJECT / folder).rglob("*.py")
)
TEMPLATES = sorted((PROJECT / "templates").rglob("*.*"))

FORBIDDEN_CALLS = {
    "csrf_exempt": "every form carries a token",
    "mark_safe": "a template escapes, nobody else builds HTML",
    "eval": "no code from data",
    "exec": "no code from data",
    "extra": "SQL past the query builder",
    "raw": "SQL past the query builder",
    "RawSQL": "SQL past the query builder",
    "get_or_create": "creating is an act, not an accident (architecture)",
    "utcnow": "naive times",
    "today": "the day is passed in, or timezone.localdate()",
}
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "yaml", "dill", "telnetlib"}
# Says why, and how it is kept harmless, beside the line.
ALLOWED: dict[str, set[str]] = {
    # Configuration, never a case.
    "get_or_create": {"windows"},
}


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _touches_request(node: ast.AST) -> bool:
    """Whether an expression reads GET, POST, COOKIES or headers of a request."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in {"GET", "POST", "COOKIES", "META", "headers", "body"}
        for part in ast.walk(node)
    )


def faults(source: str, place: str) -> Iterator[str]:
    """What is against a habit in one module; `place` is its path in the project."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            for module in modules:
                if module.split(".")[0] in FORBIDDEN_IMPORTS:
                    yield f"{place}:{node.lineno} imports {module}"
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_base_manager", "_default_manager"}
            and re.match(r"cases/(views|forms|urls)\b", place)
        ):
            yield f"{place}:{node.lineno} reaches a manager outside actions and reads"
        if isinstance(node, ast.Call):
            yield from _faults_of_call(node, place)


def _faults_of_call(node: ast.Call, place: str) -> Iterator[str]:
    name = _name(node.func)
    where = f"{place}:{node.lineno}"
    if name in FORBIDDEN_CALLS and place.split("/", maxsplit=1)[0] not in ALLOWED.get(
        name, ()
    ):
        yield f"{where} calls {name}: {FORBIDDEN_CALLS[name]}"
    asked = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    if name == "now" and not node.args and _name(asked) in {"datetime", "dt"}:
        yield f"{where} asks for a naive time"
    if name in {"int", "float", "order_by", "import_string", "getattr"} and any(
        _touches_request(argument) for argument in node.args
    ):
        yield f"{where} hands what a browser sent to {name} as it is"
    if name in {"execute", "executemany", "RunSQL"} and node.args:
        statement = node.args[0]
        is_built = isinstance(statement, ast.JoinedStr | ast.BinOp) or (
            isinstance(statement, ast.Call)
            and _name(statement.func) == "format"
            # psycopg's own sql.SQL("…").format() quotes what it is given.
            and not (
                isinstance(statement.func, ast.Attribute)
                and isinstance(statement.func.value, ast.Call)
                and _name(statement.func.value.func) == "SQL"
            )
        )
        if is_built and place not in BUILT_SQL:
            yield f"{where} builds SQL from strings"


BUILT_SQL = {
    # A number from our own settings; PostgreSQL takes no parameters in SET.
    "hallsvc/database/base.py",
    # As many placeholders as there are sequences.
    "cases/actions/_steps.py",
}


def test_the_code_keeps_its_habits() -> None:
    """Check 88, 89: no raw input, no built SQL, no manager in a view, no pickle."""
    found = [
        fault
        for path in SOURCES
        if "migrations" not in path.parts
        for fault in faults(
            path.read_text(encoding="utf-8"), path.relative_to(PROJECT).as_posix()
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("int(request.GET['page'])", "cases/views/a.py"),
        ("items.order_by(request.GET.get('sort', ''))", "windows/reads.py"),
        ("items.extra(where=['1'])", "windows/reads.py"),
        ("Item.objects.raw('SELECT 1')", "windows/reads.py"),
        ("mark_safe(text)", "cases/views/a.py"),
        ("csrf_exempt(view)", "cases/urls.py"),
        ("Case.objects.get(pk=1)", "cases/views/a.py"),
        ("Case.objects.get_or_create(pk=1)", "cases/actions/a.py"),
        ("dt.datetime.now()", "cases/actions/a.py"),
        ("dt.date.today()", "cases/actions/a.py"),
        ("cursor.execute(f'SELECT {name}')", "cases/reads/a.py"),
        ("cursor.execute('SELECT ' + name)", "cases/reads/a.py"),
        ("cursor.execute('SELECT %s' % name)", "cases/reads/a.py"),
        ("cursor.execute('SELECT {}'.format(name))", "cases/reads/a.py"),
        ("import pickle", "cases/vault.py"),
        ("eval(text)", "cases/vault.py"),
    ],
)
def test_each_fault_would_be_found(line: str, place: str) -> None:
    """Check 88, the other side: a rule that finds nothing proves nothing."""
    assert list(faults(line, place)), line


@pytest.mark.parametrize(
    "line",
    [
        "cursor.execute('SELECT %s', [name])",
        "cursor.execute(sql.SQL('SELECT {}').format(sql.Identifier(name)))",
        "timezone.now()",
        "int(form.cleaned_data['page'])",
    ],
)
def test_right_code_is_left_alone(line: str) -> None:
    """Check 88: the usual, right way is no fault."""
    assert list(faults(line, "cases/reads/a.py")) == []


INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.I),
    "a handler in a tag": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "an address of another host": re.compile(r"(src|href)=[\"'](https?:)?//", re.I),
    "text past the escaping": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
    "a javascript address": re.compile(r"javascript:", re.I),
    "htmx that runs code": re.compile(r"hx-on|hx-vals=[\"']js:|hx-headers=[\"']js:"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_obey_the_strict_policy(path: Path) -> None:
    """Check 41: what the policy would block, or escaping would miss, is not there."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    found = [what for what, pattern in INLINE.items() if pattern.search(text)]
    assert found == []


def test_every_dependency_is_pinned_with_its_hash() -> None:
    """Check 86: in both lock files, and no address of an index in them."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)
        blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^#.*\n", "", text).strip())
        for block in blocks:
            assert re.match(r"[a-z0-9][a-z0-9._-]*==[^ ]+", block), block
            assert "--hash=sha256:" in block, block
