"""Bad input of every kind: exit code 2, the place, what is wrong, what to write instead; nothing left behind.

Each file in ``malformed/`` says at its top what must be said about it: the place (line:column), the key, and words
that must occur in Chinese and in English, separated by ``|``.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kejin_sim.cli.app import main

FOLDER = Path(__file__).parent / "malformed"
BASE = str(FOLDER / "parts" / "ok_base.yaml")
FILES = sorted(FOLDER.glob("*.yaml"))

LETTERHEAD = "title: 坏例\nauthor: 测试\ndate: 2025-01\nbased_on: 起草说明\nbaseline: none\n"


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Call the program in an empty folder; nothing may be written there, nothing printed that is not the message."""

    def call(*words: str, before: tuple[str, ...] = ()) -> tuple[int, str]:
        monkeypatch.chdir(tmp_path)
        code = main(words)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        assert printed.out == ""
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(before)
        return code, printed.err

    return call


def expectation(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()[:4]
    return {name: text.strip() for name, text in (line.lstrip("# ").split(":", 1) for line in lines)}


def test_there_are_enough_malformed_files() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_malformed_file(path: Path, language: str, run: Callable[..., tuple[int, str]]) -> None:
    expected = expectation(path)
    code, message = run("check", str(path), "--lang", language)
    assert code == 2
    blocks = message.split("\n\n")[1:]
    place = str(path) + (f":{expected['at']}" if expected["at"] else "")
    head = f"{place}  {expected['key']}".rstrip()
    wanted = [
        block for block in blocks if (block.splitlines()[0] == head if expected["at"] else expected["key"] in block)
    ]
    assert wanted, message
    assert path.name in message
    for words in expected[language].split("|"):
        assert words.strip() in wanted[0], wanted[0]
    if expected["at"]:
        # The line of the file stands under the message with a caret.
        assert (
            wanted[0].rstrip().endswith("^")
            or not path.read_text(encoding="utf-8").splitlines()[int(expected["at"].split(":")[0]) - 1].strip()
        )
    other = "改法" if language == "en" else "Instead"
    assert other not in message


def write(folder: Path, name: str, content: str | bytes) -> str:
    """A file outside the empty folder in which the program is called."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return str(path)


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


UNREADABLE: dict[str, tuple[bytes, str, str, str]] = {
    "binary": (b"PK\x03\x04\x00\x00\x08\x00", "", "二进制文件 | UTF-8 文本", "binary file | UTF-8 text"),
    "empty": (b"", "", "文件里没有内容 | kejin new", "nothing in the file | kejin new"),
    "comments_only": ("# 只有说明\n".encode(), "", "文件里没有内容", "nothing in the file"),
    "gbk": ("title: 方案\n".encode("gbk"), ":1:8", "UTF-8 编码（看来是 GBK） | 另存为", "looks like GBK | Save As"),
    "utf16": ("title: x\n".encode("utf-16"), "", "UTF-16", "UTF-16"),
    "neither": (b"title: \xff\xff\xff\xff\n", ":1:8", "不是 UTF-8 编码", "not encoded in UTF-8"),
    "control_character": (b"title: a\x07b\n", ":1:9", "控制字符", "control character"),
    "huge": (b"# " + b"x" * 600_000, "", "超过 512 KB", "larger than 512 KB"),
    "many_values": (b"uncertain: [" + b"1, " * 30_000 + b"1]\n", ":1:", "超过 20,000 个值", "more than 20,000 values"),
    "deep_brackets": (b"uncertain: " + b"[" * 5_000 + b"]" * 5_000, ":1:", "嵌套超过 24 层", "more than 24 levels"),
    "deep_indentation": (
        "".join("  " * i + f"k{i}:\n" for i in range(200)).encode(), ":26:", "嵌套超过 24 层", "more than 24 levels",
    ),
    "old_yaml": (b"%YAML 1.1\n---\ntitle: x\n", ":2:1", "只支持 YAML 1.2", "only YAML 1.2"),
    "long_digits": (LETTERHEAD.encode() + b"policy_years: " + b"7" * 6_000 + b"\n", ":6:15", "不是", "not a"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_file(case: str, language: str, elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    content, place, zh, en = UNREADABLE[case]
    path = write(elsewhere, "方案.yaml", content)
    code, message = run("check", path, "--lang", language)
    assert code == 2
    assert f"{path}{place}" in message
    for words in (zh if language == "zh" else en).split("|"):
        assert words.strip() in message


def test_a_folder_of_a_run_is_answered_with_the_scenario_in_it(
    tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    """By its bare name too, which was answered with the names of all bundled scenarios."""
    (tmp_path / "ningbo-1-10").mkdir()
    (tmp_path / "ningbo-1-10" / "scenario.yaml").write_text("extends: ningbo\n", encoding="utf-8")
    (tmp_path / "ningbo-1-10" / "summary.csv").write_text("", encoding="utf-8")
    for name in ("ningbo-1-10", str(tmp_path / "ningbo-1-10")):
        code, message = run("check", name, "--lang", "zh", before=("ningbo-1-10",))
        assert code == 2
        assert f"写出其中的文件：{Path('ningbo-1-10') / 'scenario.yaml'}" in message
        assert "内置" not in message


def test_folder_instead_of_file(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    code, message = run("check", str(elsewhere), "--lang", "zh")
    assert code == 2
    assert "是文件夹，不是方案文件" in message
    assert "写出其中的 .yaml 文件" in message


def test_missing_file_names_the_one_that_is_there(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    write(elsewhere, "ningbo_2026.yaml", LETTERHEAD)
    code, message = run("check", str(elsewhere / "ningbo_2025.yaml"), "--lang", "en")
    assert code == 2
    assert "did you mean ningbo_2026.yaml?" in message


@pytest.mark.parametrize(("number", "words"), [(errno.EACCES, "没有权限读取"), (errno.EIO, "无法读取")])
def test_file_that_cannot_be_opened(
    number: int, words: str, elsewhere: Path, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Simulated, because an administrator may read everything.
    path = write(elsewhere, "locked.yaml", LETTERHEAD)

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(Path, "open", refuse)
    code, message = run("check", path, "--lang", "zh")
    assert code == 2
    assert words in message
    assert path in message


def test_name_without_suffix_in_this_folder(
    tmp_path: Path, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text(LETTERHEAD, encoding="utf-8")
    code, message = run("check", "mine", "--lang", "zh", before=("mine",))
    assert code == 2
    assert "要读当前文件夹里的文件，写 ./mine" in message


def test_world_file_with_a_foreign_section(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    world = write(
        elsewhere, "world.yaml", "title: 世界\nworld:\n  failure: {quality: 0.3}\nbudget:\n  angel_fund: {}\n"
    )
    path = write(elsewhere, "package.yaml", LETTERHEAD + "world: world.yaml\n")
    code, message = run("check", path, "--lang", "zh")
    assert code == 2
    assert f"{world}:4:1  budget" in message
    assert "世界文件只能有 world 一段" in message
    assert "把 budget 移到方案文件" in message


def test_worlds_in_a_circle(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    write(elsewhere, "one.yaml", "world: {extends: two.yaml}\n")
    two = write(elsewhere, "two.yaml", "world: {extends: one.yaml}\n")
    path = write(elsewhere, "package.yaml", LETTERHEAD + "world: one.yaml\n")
    code, message = run("check", path, "--lang", "en")
    assert code == 2
    assert f"{two}:1:18" in message
    assert "round in a circle" in message


def test_fault_in_the_extended_file_is_placed_there(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    base = write(elsewhere, "base.yaml", LETTERHEAD + "policy_years: 0\n")
    path = write(elsewhere, "package.yaml", LETTERHEAD + "extends: base.yaml\nhorizon_years: x\n")
    code, message = run("check", path, "--lang", "zh")
    assert code == 2
    assert f"{base}:6:15  policy_years" in message
    assert f"{path}:7:16  horizon_years" in message


def test_fault_in_the_baseline_is_placed_there(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    seed = "measures: {equity: {seed_direct: {ticket: 3}}}\n"
    base = write(elsewhere, "old.yaml", LETTERHEAD + seed)
    path = write(elsewhere, "package.yaml", LETTERHEAD.replace("baseline: none", "baseline: old.yaml"))
    code, message = run("check", path, "--lang", "zh")
    assert code == 2
    assert f"{base}:6:43  measures.equity.seed_direct.ticket" in message


def test_all_problems_at_once_from_top_to_bottom(elsewhere: Path, run: Callable[..., tuple[int, str]]) -> None:
    path = write(
        elsewhere,
        "many.yaml",
        "title: 3\nauthor: 测试\ndate: 2025-13\nbaseline: nopolcy\nworld: chinna\nhorizon_years: 5\nhorizn: 1\n"
        "budget: {angel_fund: {amount: 4}}\nmeasures:\n  equity:\n    angel_subfunds: {gov_share: 70%, calls: [1, 2]}\n"
        "    angel_subfunds: {}\n",
    )
    code, message = run("check", path, "--lang", "zh")
    assert code == 2
    assert "输入有误（11处）" in message
    lines = [int(match[1]) for match in re.finditer(re.escape(path) + r":(\d+):", message)]
    assert lines == sorted(lines)
    assert set(lines) == {1, 3, 4, 5, 6, 7, 8, 11, 12}
    assert "缺少 based_on" in message


# ---- the command line itself

USAGE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("chek", "x"), "没有命令 chek | 是否想写 kejin check", "no command chek | did you mean kejin check"),
    (("mine.yaml",), "没有命令 mine.yaml | kejin run mine.yaml", "to run a scenario, write kejin run mine.yaml"),
    (("check",), "缺少 SCENARIO | kejin check --help", "SCENARIO is missing | kejin check --help"),
    (("check", "a", "b"), "多出的参数：b", "too many arguments: b"),
    (("check", "a", "--jsn"), "没有选项 --jsn | 是否想写 --json", "no option --jsn | did you mean --json"),
    (("--colour", "check"), "没有选项 --colour", "no option --colour"),
    (("chart", "runs/x", "--kind", "pie"), "pie 不是可选值，可选 fan、jcurve、", "pie is not one of fan, jcurve, "),
    (("combos", "demo"), "缺少 --budget（每年一共多少，例如 6亿元）", "--budget is missing (how much a year in all, such as"),
    (("new", "a.yaml", "--from"), "选项 --from 后面要有一个值", "--from takes a value"),
    (("check", "--json=1", "a"), "选项 --json 不带值", "--json takes no value"),
    (("new", "方案"), "没有 .yaml 后缀 | 方案.yaml", "no suffix .yaml"),
    (("new", "nowhere/a.yaml", "--from", BASE), "没有文件夹 nowhere", "no folder nowhere"),
    (("new", "a.yaml", "--from", "nimgbo"), "没有名为 nimgbo 的内置方案", "no bundled scenario named nimgbo"),
    (("schema", "-o", "."), "是文件夹", "is a folder"),
    (("params", "measures.equity.seed_direct.tickt"), "measures.equity.seed_direct.ticket", "did you mean measures"),
    (("params", "tiket"), "measures.equity.angel_subfunds.ticket", "measures.equity.seed_direct.ticket"),
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("words", "zh", "en"), USAGE, ids=str)
def test_usage_error(
    words: tuple[str, ...], zh: str, en: str, language: str, run: Callable[..., tuple[int, str]]
) -> None:
    code, message = run("--lang", language, *words)
    assert code == 2
    for part in (zh if language == "zh" else en).split("|"):
        assert part.strip() in message


def test_language_that_is_none(run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEJIN_LANG", "zh")
    code, message = run("check", "x", "--lang", "fr")
    assert code == 2
    assert "--lang 的值 fr 不对" in message
    assert "auto、zh 或 en" in message


def test_new_does_not_overwrite(tmp_path: Path, run: Callable[..., tuple[int, str]]) -> None:
    (tmp_path / "mine.yaml").write_text("旧文件", encoding="utf-8")
    code, message = run("new", "mine.yaml", "--from", BASE, "--lang", "zh", before=("mine.yaml",))
    assert code == 2
    assert "已存在，不会覆盖" in message
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "旧文件"


# ---- faults that are not the user's


def test_full_disk_leaves_nothing(run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen

    def full(*arguments: Any, **options: Any) -> Any:
        stream = real(*arguments, **options)

        def write(_: str) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        stream.write = write
        return stream

    monkeypatch.setattr(os, "fdopen", full)
    code, message = run("schema", "-o", "schema.json", "--lang", "zh")
    assert code == 1
    assert "磁盘已满" in message


def test_program_fault_is_one_line_and_a_file(
    elsewhere: Path, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))

    def broken(_: str) -> None:
        raise RuntimeError("内部错误")

    monkeypatch.setattr("kejin_sim.scenario.load.load_scenario", broken)
    code, message = run("check", "x.yaml", "--lang", "zh")
    assert code == 1
    assert message.count("\n") == 1
    assert "抱歉" in message
    (report,) = elsewhere.iterdir()
    assert str(report) in message
    text = report.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "check x.yaml" in text


def test_interrupted(run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kejin_sim.scenario.load.load_scenario", interrupted)
    code, message = run("check", "x.yaml", "--lang", "en")
    assert code == 130
    assert "Interrupted." in message
