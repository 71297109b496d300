"""``linli check``"""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for a monitoring program")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    import logging

    from django.utils import timezone, translation

    from config.checks import all_findings
    from config.faults import terminal_language

    logging.getLogger("linli.broker").setLevel(logging.CRITICAL)  # a broker that is away is a finding, once
    with translation.override(terminal_language()):
        findings = [(str(one.part), one.fine, str(one.sentence)) for one in all_findings(now=timezone.now())]
    if args.json:
        print(
            json.dumps(
                [{"part": part, "fine": fine, "sentence": text} for part, fine, text in findings], ensure_ascii=False
            )
        )
    else:
        _print_table(findings)
    return 0 if all(fine for _part, fine, _text in findings) else 1


def _print_table(findings: list[tuple[str, bool, str]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for part, fine, text in findings:
        table.add_row("[green]✓[/]" if fine else "[yellow]✗[/]", f"[bold]{escape(part)}[/]", escape(text))
    Console().print(table)
