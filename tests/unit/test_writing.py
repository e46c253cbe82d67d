"""A file is written whole or not at all, and what is said when the machine refuses is said of that file."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kejin_sim.errors import InputError, MachineError
from kejin_sim.lang import set_language
from kejin_sim.writing import accept, telling, whole_file, write_bytes, write_text


def test_a_file_that_a_program_holds_stays_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "简报.pdf"
    target.write_bytes(b"old")

    def held(self: Path, other: Path) -> Path:
        raise PermissionError(errno.EACCES, "in use", str(self), None, str(other))

    set_language("zh")
    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(MachineError) as told:
        write_bytes(target, b"new", overwrite=True)
    said = told.value.render()
    assert str(target) in said
    assert "没有权限" in said
    assert "Excel" in said
    assert f".{target.name}." not in said, "the temporary file is nobody's business"
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), ValueError("else"), KeyboardInterrupt()])
def test_nothing_half_written_is_left(tmp_path: Path, fault: BaseException) -> None:
    def interrupted() -> None:
        with whole_file(tmp_path / "a.csv") as stream:
            stream.write(b"half")
            raise fault

    with pytest.raises(type(fault)):
        interrupted()
    with pytest.raises(MachineError if isinstance(fault, OSError) else type(fault)), telling(tmp_path / "a.csv"):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written_are_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x", encoding="utf-8")
    for wrong, overwrite in ((tmp_path, True), (tmp_path / "no" / "a", True), (tmp_path / "there", False)):
        with pytest.raises(InputError):
            accept(wrong, overwrite=overwrite)
    write_text(tmp_path / "there", "新", overwrite=True)
    assert (tmp_path / "there").read_text(encoding="utf-8") == "新"
