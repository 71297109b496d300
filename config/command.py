"""The ``linli`` command: one line in, one clear answer out.

Exit codes: 0 done, 1 something is not fine (or a bug of ours: its traceback, once), 2 it could not run and one sentence says why.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Final

from rich_argparse import RawDescriptionRichHelpFormatter


@dataclass(frozen=True, slots=True)
class Command:
    """One word of ``linli``: ``module`` in config.commands has ``add_arguments(parser)`` and ``run(args) -> int``."""

    name: str
    english: str
    chinese: str
    module: str = ""


COMMANDS: Final = (
    Command("up", "Start everything and keep it running. Ctrl-C stops it.", "启动全部服务，按 Ctrl-C 全部停下"),
    Command("demo", "Build the invented demo community, or print its logins.", "生成演示社区，或显示演示账号"),
    Command(
        "simulate",
        "Play gas detectors: heartbeats, a leak, a storm, garbage.",
        "模拟报警器：心跳、漏气、集中报警、乱码",
    ),
    Command("check", "Look whether all parts are alive and nothing is stuck.", "检查各部分是否正常、有没有卡住的事"),
    Command("migrate", "Prepare the database for this version.", "把数据库更新到当前版本"),
    Command("backup", "Make an encrypted backup, and read it back.", "做一份加密备份，并读回核对"),
    Command("restore", "Fill an empty Linli from a backup.", "从备份恢复到一台空机器"),
    Command("keys", "Look at the keys of encrypted values, or change them.", "检查或更换加密密钥"),
    Command("import", "Bring a register into Linli from Excel.", "从 Excel 导入台账", "importing"),
    Command("retention", "Let go of what has been kept for long enough.", "清理保存期满的个人信息（先预览，后执行）"),
    Command("ledger", "Reckon the books anew, or let a stopped one go on.", "核对账簿，或恢复停用的账簿"),
    Command("createadmin", "Add an administrator who can sign in.", "添加管理员账号"),
)
PARTS: Final = (
    Command("web", "Pages, the HTTP door for devices, live updates.", "网页、设备 HTTP 接口、实时刷新", "parts"),
    Command("listener", "Turns what devices send into incidents.", "接收报警，生成事件", "parts"),
    Command("worker", "Sends the messages that are owed; runs what is due.", "发送通知，执行到点的任务", "parts"),
    Command("doorkeeper", "Lets devices into the broker by our records.", "按台账核对设备身份", "parts"),
    Command("broker", "The NATS server that devices speak to over MQTT.", "设备接入的消息服务（MQTT）", "parts"),
)
UNSEEN: Final = (Command("prepare", "What `linli up` does first.", "启动前的准备"),)
WHAT_IT_IS = "Linli runs what a residential community does for its people.\n邻里：社区服务，一屏办好。"
EPILOG = """Settings come from the environment (LINLI_DATA_DIR, DATABASE_URL, NATS_URL, LINLI_HTTP_PORT, LINLI_MQTT_PORT …):
see docs/operations.md. `linli COMMAND --help` tells more about one command."""


def build_parser(*, chosen: str = "") -> argparse.ArgumentParser:
    """The parser; of the commands only ``chosen`` loads its module, so that ``linli --help`` is quick."""
    parser = _Plain(
        prog="linli",
        usage="linli COMMAND [options]",
        description=f"{WHAT_IT_IS}\n\n{_listed('Commands', COMMANDS)}\n\n"
        f"{_listed('Parts, which `linli up` starts for you', PARTS)}",
        epilog=EPILOG,
        formatter_class=RawDescriptionRichHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"linli {_version()}")
    words = parser.add_subparsers(
        dest="command", metavar="COMMAND", help=argparse.SUPPRESS, required=True, parser_class=_Plain
    )
    for command in (*COMMANDS, *PARTS, *UNSEEN):
        word = words.add_parser(
            command.name,
            prog=f"linli {command.name}",
            description=f"{command.english}\n{command.chinese}",
            formatter_class=RawDescriptionRichHelpFormatter,
        )
        if command.name == chosen:
            module = importlib.import_module(f"config.commands.{command.module or command.name}")
            module.add_arguments(word)
            word.set_defaults(run=module.run)
    return parser


class _Plain(argparse.ArgumentParser):
    """A wrong option gives one sentence and says where to read more."""

    def error(self, message: str) -> None:  # type: ignore[override]  # never returns, as argparse wants it
        print(f"{self.prog}: {message}. See `{self.prog} --help`.", file=sys.stderr)
        sys.exit(2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never a traceback for a fault of the installation."""
    words = list(sys.argv[1:] if argv is None else argv)
    known = {command.name for command in (*COMMANDS, *PARTS, *UNSEEN)}
    parser = build_parser(chosen=next((word for word in words if word in known), ""))
    if not words:
        parser.print_help()
        return 2
    if not words[0].startswith("-") and words[0] not in known:
        print(f"linli: there is no command {words[0]!r}. See `linli --help`.", file=sys.stderr)
        return 2
    args = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `linli … | head`: nobody reads on
        return 0
    except Exception as error:
        from config.faults import sentence_for

        sentence = sentence_for(error)
        if sentence is None:
            raise  # a bug: Python prints its traceback and ends with 1
        print(f"linli: {sentence}", file=sys.stderr)
        return 2


def _listed(title: str, commands: Sequence[Command]) -> str:
    lines = [f"[argparse.groups]{title}:[/]"]
    for command in commands:
        lines += [f"  [argparse.args]{command.name:<12}[/] {command.english}", f"  {'':<12} {command.chinese}"]
    return "\n".join(lines)


def _version() -> str:
    try:
        return metadata.version("linli")
    except metadata.PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
