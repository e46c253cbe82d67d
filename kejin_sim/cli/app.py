"""The program ``kejin``: which commands there are, and what becomes of an error.

Nothing heavy is imported here, and of the commands only the one that is called, so that help appears at once.
To add a command, write ``kejin_sim/cli/<name>.py`` with a function ``command`` and add its line to `COMMANDS`.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kejin_sim.cli import streams, usage
from kejin_sim.errors import InputError, KejinError, is_known, reason
from kejin_sim.lang import CHOICES, both, pick, set_language, t
from kejin_sim.windows import IS_WINDOWS

#: Name of a command, which is also its module, and what it does; in the order of the help page.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("run", both("模拟一个方案及其基准，写出结果文件夹", "simulate a scenario and its baseline, write a run folder")),
    ("check", both("检查方案文件，不运行", "check a scenario file without running it")),
    ("new", both("写出一个带说明的新方案文件", "write a new, commented scenario file")),
    ("params", both("查看参数：取值、来源、证据、作用", "show parameters: value, source, evidence, what they move")),
    (
        "rules",
        both(
            "查看政策规则：公式、参数、算例；指标由哪些规则得出",
            "show the rules of the policy: formula, parameters, worked case; the rules behind an outcome",
        ),
    ),
    ("trace", both("逐季讲述一条路径或一家企业", "tell one path, or one firm's life, quarter by quarter")),
    ("compare", both("在同样的抽样上比较几个方案", "compare packages on the same draws")),
    ("sweep", both("扫描：杠杆与不确定量的许多组合，可续跑", "sweep levers and uncertainties; resumable")),
    ("combos", both("一笔钱在拨、投、贷之间怎么分", "divide a sum among grant, equity and credit")),
    ("attribute", both("各措施的贡献（Shapley）", "what each measure contributes (Shapley)")),
    (
        "sensitivity",
        both("哪些假设左右结果，在什么条件下达不到目标", "which assumptions decide; where a target is missed"),
    ),
    ("tolerance", both("容亏率与超容忍概率，60%买到什么", "tolerance against breach probability: what 60 % buys")),
    ("budget", both("每年每本预算安排多少", "what to appropriate, by year and budget book")),
    ("solve", both("杠杆取多少能达到目标", "which value of a lever meets a target")),
    ("marginal", both("每个科目再给1000万元买到什么", "what the next 10 million a year buys on each line")),
    ("facts", both("模拟的世界与公开统计对照", "the simulated world beside published figures")),
    ("calibrate", both("把世界校准到公开统计或自己的统计", "fit the world to published figures, or to your own")),
    ("robust", both("换成别的可信的世界，结果还成立吗", "do the results hold in other plausible worlds")),
    ("chart", both("把一次运行画成图（svg、png、pdf）", "draw a run as a figure (svg, png, pdf)")),
    ("report", both("把一次运行写成 PDF 报告（简报或研究报告）", "set a run as a PDF report (briefing or research)")),
    ("schema", both("输出编辑器用的 JSON Schema", "write the JSON Schema for editors")),
    ("doctor", both("检查安装环境，供报告问题用", "describe the installation, for bug reports")),
)

_INTERRUPTED = 130


class Command(TyperCommand):
    """A command whose help page is in the current language."""

    def get_help(self, ctx: Any) -> str:
        return usage.help_text(super().get_help(ctx))


class Group(TyperGroup):
    """The program itself, its help page in the current language."""

    def get_help(self, ctx: Any) -> str:
        return usage.help_text(super().get_help(ctx))


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"kejin_sim {version('kejin-sim')}")
        except PackageNotFoundError:
            typer.echo(t("kejin_sim（未安装，直接从源码运行）", "kejin_sim (run from its sources, not installed)"))
        raise typer.Exit


def _root(
    lang: Annotated[str, typer.Option("--lang", help=both("语言：auto、zh、en", "language: auto, zh, en"))] = "auto",
    version: Annotated[
        bool,
        typer.Option("--version", help=both("显示版本", "show the version"), callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command; the language has been read by `main`."""


def _not_called() -> None:
    """Stands for a command that is only listed."""


def build(called: str | None = None) -> Any:
    """The program as an object of typer; of the commands only ``called`` is imported."""
    app = typer.Typer(
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=both(
            "科技金融政策包模拟：花多少、回多少、多带来什么",
            "What a technology-finance package costs, returns and buys",
        ),
        epilog=both(
            "例：kejin run ningbo    kejin check 我的方案.yaml    kejin params measures.equity",
            "Try: kejin run ningbo    kejin check mine.yaml    kejin params measures.equity",
        ),
    )
    app.callback()(_root)
    for name, summary in COMMANDS:
        function: Callable[..., Any] = _not_called
        if name == called:
            function = import_module(f"kejin_sim.cli.{name}").command
        app.command(name, help=summary, short_help=summary, cls=Command)(function)
    program = typer.main.get_command(app)
    _localise(program)
    return program


def _localise(command: Any) -> None:
    """Choose the language of every help text of a command and its subcommands."""
    for attribute in ("help", "short_help", "epilog"):
        setattr(command, attribute, pick(getattr(command, attribute, None)))
    for parameter in command.params:
        if hasattr(parameter, "help"):
            parameter.help = pick(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        _localise(inner)


def _language_asked(arguments: Sequence[str]) -> str:
    """The value of ``--lang``, read before anything is printed; a wrong value is left for the parser to refuse."""
    for position, argument in enumerate(arguments):
        value = None
        if argument == "--lang" and position + 1 < len(arguments):
            value = arguments[position + 1]
        elif argument.startswith("--lang="):
            value = argument.partition("=")[2]
        if value is not None:
            if value in CHOICES:
                return value
            set_language("auto")
            raise usage.Refused(
                t(f"选项 --lang 的值 {value} 不对。", f"{value} is not a value of --lang."),
                t("写 auto、zh 或 en。", "write auto, zh or en."),
            )
    return "auto"


def _called(arguments: Sequence[str]) -> str | None:
    names = {name for name, _ in COMMANDS}
    return next((argument for argument in arguments if argument in names), None)


def _say(text: str) -> None:
    with suppress(OSError):
        print(text, file=sys.stderr)


def _readable(words: Sequence[str]) -> None:
    """A name that is not text could be neither written into results nor shown."""
    for word in words:
        if any("\ud800" <= sign <= "\udfff" for sign in word):
            shown = word.encode("utf-8", "replace").decode()
            raise InputError.of(
                f"{shown} 不是 UTF-8 编码的名称，写不进结果。",
                f"{shown} is not a name in UTF-8 and cannot be written into results.",
                key="kejin",
                hint_zh="把文件或文件夹改名，例如只用英文字母。",
                hint_en="rename the file or folder, in plain letters say.",
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters: ``arguments`` as on the command line, without the program's name. Returns: the exit code, 0 done,
    2 the user's input is wrong, 1 a fault of the machine or the program, 130 interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    # A start makes half a million objects, most of which stay: they are looked at less often.
    gc.set_threshold(20_000, 50, 100)
    streams.forgive()
    try:
        set_language(_language_asked(words))
        _readable(words)
        program = build(_called(words))
        code = program.main(args=words or ["--help"], prog_name="kejin", standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        return _report(error, words)
    if code == _INTERRUPTED:
        _say(t("已中断。", "Interrupted."))
    return code if isinstance(code, int) else 0


def _is_reader_gone(error: OSError) -> bool:
    """Windows says "invalid argument", of no file, where others say "broken pipe"."""
    return isinstance(error, BrokenPipeError) or (IS_WINDOWS and error.errno == errno.EINVAL and error.filename is None)


def _report(error: BaseException, words: Sequence[str]) -> int:
    """Say what went wrong in words; returns the exit code."""
    match error:
        case KejinError():
            _say(error.render())
            return error.exit_code
        case usage.Refused():
            _say(error.render())
            return 2
        case usage.UsageError():
            _say(usage.explain(error, [name for name, _ in COMMANDS]))
            return 2
        case KeyboardInterrupt() | typer.Abort():
            _say(t("已中断。", "Interrupted."))
            return _INTERRUPTED
        case OSError() if _is_reader_gone(error):
            # The reader of our output has gone (``kejin params | head``): nothing is wrong with us.
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case ImportError() if IS_WINDOWS and "DLL" in "".join(traceback.format_exception(error)):
            _say(
                t(
                    f"系统缺少一个动态库（{error}），多半是 Microsoft Visual C++ 运行库：请安装 vc_redist.x64。",
                    f"The system lacks a library ({error}), most likely the Microsoft Visual C++ runtime: install vc_redist.x64.",
                )
            )
            return 1
        case MemoryError():
            _say(t("内存不足：减少路径数（--paths）再试。", "Out of memory: try fewer paths (--paths)."))
            return 1
        case OSError() if is_known(error):
            zh, en = reason(error)
            name = f": {error.filename}" if error.filename else ""
            _say(t(zh, en) + name)
            return 1
        case _:
            return _apologise(error, words)


def _apologise(error: BaseException, words: Sequence[str]) -> int:
    """One line for the user; the details go to a file that can be sent to us."""
    text = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="kejin-error-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as stream:
            stream.write(f"kejin {' '.join(words)}\nPython {sys.version}\n\n{text}")
        where = stream.name
    except OSError:
        where = ""
    summary = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    _say(
        t(
            f"抱歉，程序出错了（{summary}）。这不是您的输入有误。"
            + (f"详情在 {where}，请随问题一起提交。" if where else ""),
            f"Sorry, the program failed ({summary}). Your input is not to blame."
            + (f" Details are in {where}; please send them along." if where else ""),
        )
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
