"""Check texts from a file or from standard input, one a line."""

import io
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from cases.wording import Finding, check


class Command(BaseCommand):
    """`manage.py check_wording -`: one text a line in, one JSON line each out.

    Always UTF-8, whatever the terminal says; needs no database. A blank line is a text
    too, so the answers keep step with the lines.
    """

    help = "Check texts for rude, vague and bare negative wording (R7); - reads stdin."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a UTF-8 text file, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        if name == "-":
            return self._answer(_utf8(sys.stdin))
        try:
            with Path(name).open(
                encoding="utf-8-sig", errors="replace", newline="\n"
            ) as lines:
                self._answer(lines)
        except OSError as error:
            raise CommandError(str(error)) from error
        return None

    def _answer(self, lines: Iterable[str]) -> None:
        out = getattr(self.stdout, "_out", sys.stdout)
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8", errors="replace")
        for line in lines:
            text = line.rstrip("\r\n")
            verdict = check(text)
            answer = {
                "text": text,
                "ok": verdict.ok,
                "findings": [_told(finding) for finding in verdict.findings],
            }
            self.stdout.write(_one_line(answer))


def _one_line(answer: dict[str, Any]) -> str:
    """As JSON that no reader takes for two lines."""
    line = json.dumps(answer, ensure_ascii=False)
    return re.sub("[\x85\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", line)


def _utf8(stream: Any) -> Any:
    """Standard input as UTF-8 text; a stand-in that is text already stays as it is."""
    raw = getattr(stream, "buffer", None)
    if raw is None:
        return stream
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="\n")


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "words": finding.words,
        "kind": str(finding.kind),
        "refuses": finding.refuses,
        "start": finding.start,
        "end": finding.end,
        "rule": finding.rule,
        "proposal": gettext(finding.proposal) % finding.params,
    }
