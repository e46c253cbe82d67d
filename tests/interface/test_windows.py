"""What the program does about the habits of Windows, as far as another system can show it."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import pytest

from kejin_sim import windows
from kejin_sim.cli import app, streams
from kejin_sim.errors import InputError, MachineError
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store import folder as folders
from kejin_sim.store.folder import Target, choose, machine_fault, whole


def test_what_is_refused_for_a_moment_is_tried_again() -> None:
    tried: list[int] = []

    def held_twice() -> str:
        tried.append(1)
        if len(tried) < 3:
            raise PermissionError(errno.EACCES, "held")
        return "done"

    assert windows.patiently(held_twice, (0.0, 0.0, 0.0)) == "done"
    assert len(tried) == 3


def test_what_stays_refused_is_said() -> None:
    def held() -> None:
        raise PermissionError(errno.EACCES, "held")

    with pytest.raises(PermissionError):
        windows.patiently(held, (0.0,))


def test_other_faults_are_not_tried_again() -> None:
    tried: list[int] = []

    def full() -> None:
        tried.append(1)
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        windows.patiently(full, (0.0, 0.0))
    assert tried == [1]


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("r = a − b", "gbk", "r = a - b"),
        ("m², x⁻¹, 10⁻¹² , H₂", "gbk", "m^2, x^-1, 10^-12 , H2"),
        ("⌊n/4⌋ ⇒ ½", "gbk", "[n/4] => 1/2"),
        ("≤ 5 → √2", "cp1252", "<= 5 -> sqrt2"),
        ("¥", "ascii", "CNY "),
        ("¥", "gbk", "￥"),
        ("拨", "cp1252", "?"),
        ("拨投贷 10%", "gbk", "拨投贷 10%"),
    ],
)
def test_the_nearest_sign_stands_for_one_that_the_output_lacks(
    text: str, encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    monkeypatch.setattr(sys, "stdout", stream)
    streams.forgive()
    stream.write(text)
    stream.flush()
    assert raw.getvalue().decode(encoding) == shown


def test_finished_results_are_kept_where_their_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(action: object) -> None:
        raise PermissionError(errno.EACCES, "held")

    monkeypatch.setattr(folders, "patiently", held)
    with pytest.raises(MachineError) as said, whole(Target(tmp_path / "out")) as (hidden, _):
        (hidden / "summary.csv").write_text("1")
    assert (hidden / "summary.csv").read_text() == "1"
    assert hidden.name in str(said.value.render())
    assert not (tmp_path / "out").exists()


def test_an_unfinished_folder_goes_even_where_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineError), whole(Target(tmp_path / "out")) as (hidden, _):
        raise PermissionError(errno.EACCES, "held", str(hidden / "paths.parquet"))
    assert list(tmp_path.iterdir()) == []


def test_a_drive_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.os.path, "lexists", lambda path: False)
    with pytest.raises(InputError, match=r"没有这个盘|no such drive"):
        choose(tmp_path / "out", "demo", 1, 10)


@pytest.mark.parametrize(("long_ones", "refused"), [(False, True), (True, False)])
def test_a_path_beyond_what_windows_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_ones: bool, refused: bool
) -> None:
    monkeypatch.setattr(folders, "takes_long_paths", lambda: long_ones)
    deep = tmp_path / ("b" * 120) / ("c" * 120)
    if refused:
        with pytest.raises(InputError, match="259"):
            choose(deep, "demo", 1, 10)
    else:
        assert choose(deep, "demo", 1, 10).folder == deep


def test_the_program_s_own_folder_is_held_to_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --out the folder is below the current one, which may be deep."""
    monkeypatch.setattr(folders, "takes_long_paths", lambda: False)
    deep = tmp_path / ("b" * 100) / ("c" * 90)
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    with pytest.raises(InputError, match="259"):
        choose(None, "demo", 1, 10)
    monkeypatch.setattr(folders, "takes_long_paths", lambda: True)
    assert choose(None, "demo", 1, 10).folder == Path("runs/demo-1-10")


def test_files_of_the_file_manager_are_nobodys(tmp_path: Path) -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store"):
        (tmp_path / name).write_text("")
    assert folders.others_in(tmp_path) == []
    (tmp_path / "notes.txt").write_text("")
    assert folders.others_in(tmp_path) == ["notes.txt"]


def test_a_table_held_by_a_spreadsheet_is_named(tmp_path: Path) -> None:
    held = PermissionError(
        errno.EACCES, "held", str(tmp_path / "s" / ".points.csv.partial"), None, str(tmp_path / "s" / "points.csv")
    )
    said = machine_fault(held, tmp_path / "s", keeps=True).render()
    assert "points.csv" in said
    assert "Excel" in said or "spreadsheet" in said
    full = machine_fault(OSError(errno.ENOSPC, "full"), tmp_path / "s", keeps=True).render()
    assert "Excel" not in full
    assert "spreadsheet" not in full


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(errno.EINVAL, "Invalid argument")])
def test_a_reader_that_has_gone_is_no_fault(error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "IS_WINDOWS", True)
    assert app._is_reader_gone(error)
    assert not app._is_reader_gone(OSError(errno.EINVAL, "Invalid argument", "a:b"))
    monkeypatch.setattr(app, "IS_WINDOWS", False)
    assert app._is_reader_gone(error) == isinstance(error, BrokenPipeError)


@pytest.mark.parametrize("path", ["D:\\方案\\a.yaml", "D:\\new\\b.yaml"])
def test_a_backslash_in_double_quotes_is_explained(tmp_path: Path, path: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f'extends: "{path}"\n', encoding="utf-8")
    with pytest.raises(InputError) as said:
        load_scenario(str(file))
    problem = said.value.problems[0]
    assert "\\" in problem.message_zh + problem.hint_zh
    assert "单引号" in problem.hint_zh
