"""The README says what is so: its commands run, its figures come out of a run, its parts are those that data make."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from kejin_sim.cli import run as run_command
from kejin_sim.cli import summary
from kejin_sim.cli.app import COMMANDS, main
from kejin_sim.lang import set_language
from kejin_sim.outcomes.registry import by_name
from kejin_sim.store.folder import CONTENTS, MANIFEST
from kejin_sim.store.run import Finished, Order
from reports.readme import LANGUAGES, README, ROOT, blocks, figures, fill, summary_file

TEXT = README.read_text(encoding="utf-8")
HALVES = dict(zip(LANGUAGES, TEXT.split("\n---\n"), strict=True))


@pytest.fixture(autouse=True)
def _language_is_given_back() -> Iterator[None]:
    yield
    set_language("auto")


def fenced(text: str, kind: str) -> list[str]:
    """The contents of fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[list[str]]:
    """Every call of the program in the bash blocks, in order."""
    lines = [line for block in fenced(text, "bash") for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return [shlex.split(part)[1:] for part in parts if re.match(r"(\.venv/bin/)?kejin ", part)]


def test_parts_made_from_data_are_up_to_date() -> None:
    """If not: ``python -m reports.make`` (``--keep-measures`` leaves the speed as it was)."""
    assert fill(TEXT, blocks()) == TEXT


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_give_the_same_commands(language: str) -> None:
    def shape(text: str) -> list[list[str]]:
        kept = [[word for word in call if word not in ("--lang", *LANGUAGES)] for call in commands(text)]
        return [call for call in kept if call[0] != "chart"]

    mine, other = (shape(HALVES[one]) for one in (language, *(set(LANGUAGES) - {language})))
    assert [call[0] for call in mine] == [call[0] for call in other]
    plain = [block for block in fenced(HALVES[language], "bash") if not re.search(r"^kejin ", block, re.MULTILINE)]
    assert plain == [b for b in fenced(HALVES["en"], "bash") if not re.search(r"^kejin ", b, re.MULTILINE)]
    assert len(fenced(HALVES[language], "powershell")) == 2


def test_every_command_and_option_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    known = {name for name, _ in COMMANDS}
    helped: dict[str, str] = {}
    for name in known:
        assert main([name, "--help", "--lang", "en"]) == 0
        helped[name] = capsys.readouterr().out
    everything = "\n".join(helped.values())
    named = set(re.findall(r"`kejin ([a-z]+)", TEXT)) | {call[0] for call in commands(TEXT)}
    assert named <= known
    for call in commands(TEXT):
        for option in (word for word in call if word.startswith("-")):
            assert option in helped[call[0]], (call, option)
    mentioned = set(re.findall(r"(?<![-\w])(--[a-z][a-z-]+)", TEXT))
    elsewhere = {"--no-deps", "--only-binary", "--platform", "--python-version", "--no-index", "--find-links",
                 "--keep-measures", "--help", "--host", "--dist", "--maxprocesses"}  # fmt: skip
    assert {option for option in mentioned - elsewhere if option not in everything} == set()


def test_files_and_names_that_are_mentioned_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / target).is_file(), target
    for half in HALVES.values():
        for name in (*CONTENTS, MANIFEST):
            assert f"`{name}`" in half
        metrics = re.findall(r"`([a-z0-9_]+)`", next(line for line in half.splitlines() if "`paths.parquet`" in line))
        assert len(set(metrics) & set(by_name())) == 14
        for folder in ("kejin_sim/", "scenarios/", "reports/", "tests/", "benchmarks/"):
            assert f"`{folder}`" in half
            assert (ROOT / folder).is_dir()


def test_no_place_of_a_machine_is_mentioned() -> None:
    for path in (README, *(ROOT / "reports").iterdir()):
        if path.suffix in (".md", ".txt", ".json", ".svg"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"/(home|root|Users|tmp)/", text), path


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Order, Finished]:
    """The run that the README shows, simulated once: the folder in which it was typed, what it said in Chinese, the run itself."""
    place, said, perform = tmp_path_factory.mktemp("readme"), io.StringIO(), run_command._perform
    kept: list[tuple[Order, Finished]] = []

    def keeping(order: Order, *, silent: bool) -> Finished:
        kept.append((order, perform(order, silent=silent)))
        return kept[-1][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.setenv("KEJIN_LANG", "zh")
        patch.setattr(run_command, "_perform", keeping)
        with contextlib.redirect_stdout(said):
            assert main(["run", "ningbo"]) == 0
    set_language("auto")
    ((order, finished),) = kept
    return place, said.getvalue(), order, finished


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_is_the_one_that_the_readme_shows(
    shown: tuple[Path, str, Order, Finished], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """English of the same results: the folder is not simulated once more for its words."""
    place, said, order, finished = shown
    if language != "zh":
        monkeypatch.chdir(place)
        set_language(language)
        said = "\n".join(summary.lines(order, finished)) + "\n"
    said = said.replace(f"{place.resolve()}/", "")
    assert _without_time(said) == _without_time(summary_file(language).read_text(encoding="utf-8")), (
        "run python -m reports.make"
    )


@pytest.mark.long
def test_the_commands_run(
    shown: tuple[Path, str, Order, Finished], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command, as it is written. The English half's are the same but for words: each that is another runs too, on less."""
    monkeypatch.chdir(shown[0])
    done: list[list[str]] = [["run", "ningbo"]]
    for language in LANGUAGES:
        monkeypatch.setenv("KEJIN_LANG", language)
        for call in commands(HALVES[language]):
            if call in done:
                continue
            done.append(call)
            words = call
            if language != "zh" and call[0] == "trace":
                words = ["demo" if word == "ningbo" else word for word in call]
            elif language != "zh" and "--paths" in call:
                words = [*call, "--paths", "10"]  # the last one counts
            assert main(words) == 0, words
            capsys.readouterr()


def _without_time(text: str) -> str:
    return re.sub(r"(用时 [\d.]+ 秒|[\d.]+ seconds)", "", text)


@pytest.mark.long
def test_the_example_in_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = fenced(TEXT, "python")
    assert len(examples) == 2
    assert examples[0] == examples[1]
    monkeypatch.chdir(tmp_path)
    assert main(["run", "demo", "--quiet"]) == 0
    capsys.readouterr()
    exec(compile(examples[0], "README.md", "exec"), {})
    (mean, low, high), (more,), *years = (
        [float(x) for x in line.split()] for line in capsys.readouterr().out.splitlines()
    )
    assert low < mean < high
    assert more > 0.0  # a higher reward costs more
    assert [year for year, _ in years] == list(range(2025, 2033))
    assert all(outlay > 0.0 for _, outlay in years)


@pytest.mark.long
def test_the_figures_come_out_of_a_run(shown: tuple[Path, str, Order, Finished]) -> None:
    """The means that reports/figures.json holds, simulated again."""
    _, _, order, finished = shown
    held = figures()["run"]
    assert (order.scenario.name, order.paths, order.seed) == ("ningbo", held["paths"], held["seed"])
    moved = [
        (name, world, was, line.mean if line else None)
        for name, worlds in held["means"].items()
        for world, was in worlds.items()
        if (line := finished.summary.get(name, world)) is None or line.mean != pytest.approx(was, rel=1e-6, abs=1e-9)
    ]
    assert not moved, "run python -m reports.make"
