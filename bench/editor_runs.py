"""CPU time of the editor's frames with many runs in the database, and with a long log.

Two data folders with an agent each: a hundred runs beside a hundred thousand, and a run that has logged a
thousand lines beside one that has logged a million. All of them are copies of one real run. Rule: a goal
that is missed is printed as missed, never left out.
"""

import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import uuid

BINARIES = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "debug"
SAMPLE = pathlib.Path("assets/samples/ball_bearing.step")
RUNS = [100, 100_000]
LINES = [1_000, 1_000_000]
# With --quick.
QUICK_RUNS = [100, 10_000]
QUICK_LINES = [1_000, 100_000]
NODES = ["still", "glb", "scene", None]


def environment():
    return {**os.environ, "HARTOMAT_NO_KEYRING": "1"}


def one_run(data):
    """A real run, by legacy: it is quick."""
    command = [BINARIES / "hartomat", "--data-dir", data, "--json", "smoke", "still", "--cad", SAMPLE]
    command += ["--execution-mode", "legacy"]
    ended = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout)["data"]["record"]["id"]


def fill(data, run, runs, lines):
    """Copies of the run, older than it, and lines of its log."""
    database = sqlite3.connect(data / "studio.db")
    database.execute("PRAGMA synchronous = OFF")
    database.row_factory = sqlite3.Row
    row = dict(database.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone())
    record = json.loads(row["record"])
    first = row["ord"]
    columns = list(row)
    insert = f"INSERT INTO run ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    # The run itself stays the newest.
    database.execute("UPDATE run SET ord = ord + ?", (runs,))

    def copies():
        for number in range(runs - 1):
            of = {**record, "id": str(uuid.uuid4()), "workflow_name": f"Still {number}"}
            of["nodes"] = []
            for time in ("created_at", "finished_at"):
                of[time] = record[time] - 60_000 * (runs - number)
            copy = {**row, "id": of["id"], "ord": first + number, "record": json.dumps(of)}
            for time in ("created_at", "at"):
                if time in copy:
                    copy[time] = of["created_at"]
            yield [copy[column] for column in columns]

    database.executemany(insert, copies())
    begin = database.execute("SELECT max(seq), max(at) FROM log_line WHERE run = ?", (run,)).fetchone()
    last, at = begin[0] or 0, begin[1] or record["created_at"]
    logged = (
        (run, last + number, at, "candidate", NODES[number % 4], "info", f"line {number} of a log")
        for number in range(1, lines + 1)
    )
    database.executemany("INSERT INTO log_line VALUES (?, ?, ?, ?, ?, ?, ?)", logged)
    database.commit()
    database.close()


class Agent:
    """The agent of a data folder."""

    def __init__(self, data):
        self.data = data

    def __enter__(self):
        command = [BINARIES / "hartomat", "--data-dir", self.data, "agent", "run"]
        self.process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("agent listens on"):
            raise SystemExit(f"no agent: {line}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true")
    is_quick = arguments.parse_args().quick
    out = pathlib.Path("out/bench/editor_runs.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        few, many = pathlib.Path(folder) / "few", pathlib.Path(folder) / "many"
        run = one_run(few)
        shutil.copytree(few, many)
        counts = zip(QUICK_RUNS, QUICK_LINES) if is_quick else zip(RUNS, LINES)
        for data, (runs, lines) in zip((few, many), counts):
            fill(data, run, runs, lines)
        with Agent(few), Agent(many):
            command = [BINARIES / "examples" / "runs_time", "--few", few, "--many", many, "--run", run]
            command += ["--json", out] + (["--quick"] if is_quick else [])
            subprocess.run(command, env=environment(), check=True)


if __name__ == "__main__":
    main()
