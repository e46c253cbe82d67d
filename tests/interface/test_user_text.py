"""What people write into titles and file names comes out as text: no markup, no control characters, ready to paste."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kejin_sim.cli.app import main
from kejin_sim.scenario.load import load_scenario
from kejin_sim.writing import as_typed

TEXT = """title: "{title}"
author: "[blink]张三"
date: 2025-01
based_on: "x\\ny"
description: 说明
extends: demo
"""


def test_a_letterhead_is_one_line_without_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "方案.yaml"
    file.write_text(TEXT.format(title="甲\\n乙\\t\\e[31m丙  [bold]😀 =1+1"), encoding="utf-8")
    head = load_scenario(file).letterhead
    assert head.title == "甲 乙 [31m丙 [bold]😀 =1+1"
    assert (head.author, head.based_on) == ("[blink]张三", "x y")


def test_a_title_of_control_characters_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(TEXT.format(title="\\t\\e"), encoding="utf-8")
    assert main(["check", str(file), "--lang", "en"]) == 2
    assert "must not be empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [
        ("ningbo", "ningbo", "ningbo"),
        ("目录/我的方案.yaml", "目录/我的方案.yaml", "目录/我的方案.yaml"),
        ("C:\\a\\b.yaml", "'C:\\a\\b.yaml'", "C:\\a\\b.yaml"),
        ("我的 方案.yaml", '"我的 方案.yaml"', '"我的 方案.yaml"'),
        ("a(1)&b.yaml", '"a(1)&b.yaml"', '"a(1)&b.yaml"'),
        ("", '""', '""'),
        ("~x.yaml", '"~x.yaml"', '"~x.yaml"'),
        ("it's.yaml", '"it\'s.yaml"', '"it\'s.yaml"'),
        ("a$(touch pwned).yaml", "'a$(touch pwned).yaml'", "'a$(touch pwned).yaml'"),
        ("`id`.yaml", "'`id`.yaml'", "'`id`.yaml'"),
        ("$HOME.yaml", "'$HOME.yaml'", "'$HOME.yaml'"),
        ('a"b.yaml', "'a\"b.yaml'", "'a\"b.yaml'"),
        ("$it's ‘b’.yaml", "'$it'\"'\"'s ‘b’.yaml'", "'$it''s ‘‘b’’.yaml'"),
        ("甲“乙” 1.yaml", '"甲“乙” 1.yaml"', "'甲“乙” 1.yaml'"),
        ("好!1.yaml", "'好!1.yaml'", '"好!1.yaml"'),
        ("50 %PATH%", '"50 %PATH%"', "'50 %PATH%'"),
        ("a b\\", "'a b\\'", "'a b\\'"),
    ],
)
def test_a_name_is_quoted_where_a_shell_would_split_or_run_it(word: str, posix: str, windows: str) -> None:
    assert as_typed(word, windows=False) == posix
    assert as_typed(word, windows=True) == windows
    if shell := shutil.which("sh"):
        said = subprocess.run([shell, "-c", f"printf %s {posix}"], capture_output=True, text=True, check=True)
        assert said.stdout == word


def test_a_file_name_cannot_run_when_the_next_command_is_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a$(touch pwned).yaml"
    file.write_text(TEXT.format(title="甲"), encoding="utf-8")
    assert main(["check", str(file), "--lang", "zh"]) == 0
    assert f"kejin run '{file}'" in capsys.readouterr().out
    assert main([file.name, "--lang", "zh"]) == 2
    assert f"写 kejin run '{file.name}'" in capsys.readouterr().err


def test_the_next_command_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "我的 方案.yaml"
    file.write_text(TEXT.format(title="甲"), encoding="utf-8")
    assert main(["check", str(file), "--lang", "zh"]) == 0
    assert f'kejin run "{file}"' in capsys.readouterr().out
