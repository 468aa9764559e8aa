"""README is true: its rule index names what exists, its pictures and commands too."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def index_rows() -> list[list[str]]:
    """The cells of the rule index, a list per row."""
    section = README.split("## Rule index")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def named(cell: str) -> tuple[Path | None, list[str]]:
    """The file of a cell, and the names that must stand in it."""
    words = re.findall(r"`([^`]+)`", cell)
    if words and "/" in words[0]:
        return PROJECT / words[0], words[1:]
    return None, words


def guards() -> str:
    """Everything that says a guard of the database by name."""
    places = [*PROJECT.glob("*/migrations/**/*.sql"), *PROJECT.glob("*/models/*.py")]
    return "\n".join(place.read_text(encoding="utf-8") for place in places)


@pytest.mark.parametrize("row", index_rows(), ids=lambda row: str(row[0])[:40])
def test_a_rule_of_the_index_is_where_it_says(row: list[str]) -> None:
    rule, said, kept, proved = row
    assert rule
    for cell in (said, proved):
        file, names = named(cell)
        assert file is not None, f"{cell} names no file"
        assert file.exists(), file
        text = file.read_text(encoding="utf-8")
        for name in names:
            assert re.search(rf"\b(def|class) {name}\b", text), f"{name} in {file}"
    known = guards()
    for constraint in named(kept)[1]:
        assert constraint in known, constraint


def test_the_index_is_not_empty() -> None:
    assert len(index_rows()) > 20


def test_the_map_and_the_pictures_exist() -> None:
    section = README.split("## A map of the code")[1].split("\n## ")[0]
    places = re.findall(
        r"`((?:hallsvc|windows|cases|templates|static|tests)/[^`]*)`", section
    )
    pictures = re.findall(r"\]\((static/[^)]+)\)", README)
    for place in [*places, *pictures]:
        assert (PROJECT / place).exists(), place


def test_the_commands_it_names_exist() -> None:
    sentence = README.split("Commands of `manage.py`:")[1].split("\n\n")[0]
    for command in re.findall(r"`([a-z_]+)", sentence):
        assert command in get_commands(), command
