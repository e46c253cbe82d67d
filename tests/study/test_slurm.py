"""Slurm: options as they are written, the text of a job, and whole runs where ``sbatch`` starts the job on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import kejin_sim
from kejin_sim import cluster
from kejin_sim.errors import InputError
from tests.study.conftest import Kejin

ON_SLURM = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore"),  # the library's own
    pytest.mark.skipif(sys.platform == "win32", reason="there is no Slurm on Windows"),
]
#: What Slurm does with a job, without its queue: run the script apart, and stop it when it is cancelled.
SBATCH = """#!/bin/sh
if [ "$1" = --test-only ]; then
  grep -q "SBATCH -p none" "$2" || exit 0
  echo "sbatch: error: invalid partition specified: none" >&2
  echo "allocation failure: Invalid partition name specified" >&2
  exit 1
fi
cp "$1" "$JOBS/script"
setsid sh "$JOBS/script" > "$JOBS/log" 2>&1 &
echo $! > "$JOBS/$!"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- -"$job" && rm -f "$JOBS/$job"; done
"""


@pytest.fixture
def jobs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which jobs can be handed in; the folder has the script, the log, and a file for every job at work."""
    pytest.importorskip("dask_jobqueue")
    place = tmp_path_factory.mktemp("slurm")
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (place / name).write_text(text, encoding="utf-8")
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("JOBS", str(place))
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(kejin_sim.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    )
    return place


def test_options_as_written() -> None:
    assert cluster.slurm_options("slurm:") == {"jobs": 1, "wait": cluster.QUEUE_PATIENCE}
    assert cluster.slurm_options("slurm: jobs=4, cores=8, memory=16GB, queue=cpu, walltime=02:00:00, wait=60") == {
        "jobs": 4, "cores": 8, "memory": "16GB", "queue": "cpu", "walltime": "02:00:00", "wait": 60,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["slurm:job=4", "slurm:jobs=0", "slurm:cores=two", "slurm:memory=", "slurm:queue"])
def test_wrong_options_are_refused_with_a_fix(kejin: Kejin, text: str) -> None:
    said = kejin("compare", "demo", "demo", "--paths", "2", "--cluster", text)
    assert said.code == 2
    assert "slurm:jobs=4,cores=8,memory=16GB" in said.err
    if text == "slurm:job=4":
        assert "是否想写 jobs" in said.err


def test_the_library_is_asked_for(kejin: Kejin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask_jobqueue", None)
    said = kejin("compare", "demo", "demo", "--paths", "2", "--cluster", "slurm:cores=1,memory=1GB")
    assert said.code == 2
    assert 'pip install "kejin-sim[slurm]"' in said.err


@pytest.mark.filterwarnings("ignore")
def test_the_text_of_a_job(jobs: Path) -> None:
    options = "slurm:jobs=2,cores=3,memory=4GB,queue=cpu,account=finance,walltime=01:30:00,prologue=module load python"
    with cluster.slurm_cluster(cluster.slurm_options(options)) as made:
        script = made.job_script()
    for line in (
        "#SBATCH -p cpu",
        "#SBATCH -A finance",
        "#SBATCH --cpus-per-task=3",
        "#SBATCH --mem=4G",
        "#SBATCH -t 01:30:00",
    ):
        assert line in script.splitlines()
    work = script.splitlines()[-1] or script.splitlines()[-2]
    assert script.index("module load python") < script.index("dask_worker")
    assert "--nthreads 3" in work
    with pytest.raises(InputError, match="memory"):
        cluster.slurm_cluster(cluster.slurm_options("slurm:cores=2"))


@pytest.mark.parametrize("_", [pytest.param(0, marks=ON_SLURM)])
def test_jobs_give_the_same_bits_and_are_cancelled(jobs: Path, kejin: Kejin, here: Path, _: int) -> None:
    words = ("compare", "demo", "demo", "--paths", "8", "--no-cache")
    assert kejin(*words, "--out", "threads").code == 0
    said = kejin(*words, "--out", "slurm", "--cluster", "slurm:cores=1,memory=2GB,interface=lo,wait=120")
    assert said.code == 0, (
        said.err,
        (jobs / "log").read_text(encoding="utf-8") if (jobs / "log").exists() else "no job",
    )
    one, other = (pq.read_table(here / name / "differences.parquet") for name in ("threads", "slurm"))
    assert one.equals(other)
    assert "dask_worker" in (jobs / "script").read_text(encoding="utf-8")
    assert not [path for path in jobs.iterdir() if path.name.isdecimal()]  # no job is left at work


@pytest.mark.parametrize("_", [pytest.param(0, marks=ON_SLURM)])
def test_a_job_that_slurm_refuses_is_said_at_once(jobs: Path, kejin: Kejin, here: Path, _: int) -> None:
    said = kejin(
        "compare", "demo", "demo", "--paths", "2", "--cluster", "slurm:queue=none,cores=1,memory=1GB,interface=lo"
    )
    assert said.code == 2
    assert "invalid partition specified: none" in said.err
    assert "sinfo" in said.err
    assert not (jobs / "script").exists()  # nothing was handed in


@pytest.mark.parametrize("_", [pytest.param(0, marks=ON_SLURM)])
def test_a_machine_without_slurm_is_said(
    jobs: Path, kejin: Kejin, here: Path, monkeypatch: pytest.MonkeyPatch, _: int
) -> None:
    monkeypatch.setenv("PATH", str(jobs.parent / "nowhere"))
    said = kejin("compare", "demo", "demo", "--paths", "2", "--cluster", "slurm:cores=1,memory=1GB,interface=lo")
    assert said.code == 2
    assert "没有 sbatch" in said.err


@pytest.mark.parametrize("_", [pytest.param(0, marks=ON_SLURM)])
def test_a_queue_that_starts_nothing_is_said(jobs: Path, kejin: Kejin, here: Path, _: int) -> None:
    (jobs / "sbatch").write_text("#!/bin/sh\necho Submitted batch job 7\n", encoding="utf-8")  # it is never started
    (jobs / "scancel").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    said = kejin("compare", "demo", "demo", "--paths", "2", "--cluster", "slurm:cores=1,memory=1GB,interface=lo,wait=2")
    assert said.code == 2
    assert "squeue" in said.err
