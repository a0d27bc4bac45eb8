"""A team's server under load: durable submissions, their latency at a steady rate, many event clients.

Beside it, in the same run, bare SQLite with one fully synchronous commit per submission: what durability
alone costs on this disk.
"""

import argparse
import http.client
import json
import os
import pathlib
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

HARTOMAT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "debug" / "hartomat"
SAMPLE = pathlib.Path("assets/samples/flange_bracket.step")
# Published figures and what we want on two cores.
GOAL_PER_SECOND = 300
GOAL_P99_MS = 50
GOAL_CLIENTS_MB = 300


class Server:
    """A `hartomat serve` on loopback whose one slot is taken by a run that hangs, so that runs wait."""

    def __init__(self, folder):
        self.data = folder / "data"
        config = folder / "server.toml"
        config.write_text("queue = 100000\n[limits]\nrequests_per_second = 100000\n")
        command = [HARTOMAT, "--data-dir", self.data]
        self.process = subprocess.Popen(
            [*command, "serve", "--bind", "127.0.0.1:0", "--config", config],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])
        made = [*command, "token", "create", "bench", "--scope", "read,dispatch"]
        token = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        environment = {**os.environ, "HARTOMAT_TOKEN": token}
        hang = [*command, "--server", f"http://127.0.0.1:{self.port}", "smoke", "still", "--cad", SAMPLE]
        hang += ["--execution-mode", "graph", "--drill", "still=hang", "--detach"]
        try:
            subprocess.run(hang, env=environment, check=True, stdout=subprocess.DEVNULL)
            self.body = self.canonical_request()
        except BaseException:
            self.stop()
            raise

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def canonical_request(self):
        """A legacy run of the sample that was sent for the run that hangs."""
        connection = self.connect()
        connection.request("GET", "/v1/runs", headers=self.headers)
        run = json.loads(connection.getresponse().read())["runs"][0]
        connection.request("GET", f"/v1/runs/{run['id']}", headers=self.headers)
        frozen = json.loads(connection.getresponse().read())["frozen"]
        file = {"digest": digest(SAMPLE), "size_bytes": SAMPLE.stat().st_size, "name": SAMPLE.name}
        request = {
            "workflow": {"document": frozen["workflow"]},
            "subject": {"sample_order_line": {"stored": file}},
            "mode": "legacy",
        }
        return json.dumps(request).encode()

    def submit(self, connection, key):
        headers = {**self.headers, "idempotency-key": key}
        connection.request("POST", "/v1/runs", body=self.body, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 202:
            raise SystemExit(f"a submission was refused: {answer.status} {body[:300]}")

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def stop(self):
        self.process.kill()
        self.process.wait()


def digest(path):
    import hashlib

    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def per_second(server, count, connections):
    """Submissions a second with so many clients, each sending the next when the last was answered."""

    def send(worker):
        connection = server.connect()
        for number in range(count // connections):
            server.submit(connection, f"rate-{worker}-{number}")

    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count // connections * connections / (time.perf_counter() - began)


def latencies(server, rate, seconds):
    """Milliseconds of each submission at a steady rate, measured from when it was due."""
    connections = [server.connect() for _ in range(8)]
    found = []
    lock = threading.Lock()

    def send(worker):
        for number in range(worker, rate * seconds, len(connections)):
            due = began + number / rate
            time.sleep(max(0, due - time.perf_counter()))
            server.submit(connections[worker], f"steady-{number}")
            with lock:
                found.append((time.perf_counter() - due) * 1000)

    began = time.perf_counter() + 0.2
    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(len(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def event_clients(server, count):
    """Memory with so many clients that follow all events, and whether each hears of a new run."""
    sockets = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", server.port))
        head = f"GET /v1/events HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\nlast-event-id: 9007199254740990\r\n"
        client.sendall((head + f"authorization: {server.headers['authorization']}\r\n\r\n").encode())
        sockets.append(client)
    for client in sockets:
        client.settimeout(30)
        if b" 200 " not in client.recv(4096):
            raise SystemExit("a client was not let in")
    time.sleep(1)
    memory = server.memory_mb()
    for client in sockets:
        client.close()
    return memory


def bare_sqlite(folder, body, count):
    """Fully synchronous commits a second, one body each."""
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, body BLOB)")
    began = time.perf_counter()
    for _ in range(count):
        db.execute("INSERT INTO run (body) VALUES (?)", (body,))
    return count / (time.perf_counter() - began)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    count, seconds, clients = (400, 4, 200) if quick else (4000, 20, 1000)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server = Server(folder)
        try:
            bare = bare_sqlite(folder, server.body, count)
            rate = per_second(server, count, 16)
            found = latencies(server, 50, seconds)
            idle = server.memory_mb()
            memory = event_clients(server, clients)
        finally:
            server.stop()
    p50 = statistics.median(found)
    p99 = found[min(len(found) - 1, int(len(found) * 0.99))]
    rows = [
        ("submissions a second, durable", f"{rate:.0f}", f"at least {GOAL_PER_SECOND}", rate >= GOAL_PER_SECOND),
        ("  the same / bare SQLite commits", f"{rate / bare:.2f}", "", None),
        ("p50 at 50 a second, ms", f"{p50:.1f}", "", None),
        ("p99 at 50 a second, ms", f"{p99:.1f}", f"at most {GOAL_P99_MS}", p99 <= GOAL_P99_MS),
        (f"memory with {clients} event clients, MB", f"{memory:.0f}", f"at most {GOAL_CLIENTS_MB}", memory <= GOAL_CLIENTS_MB),
        ("  the same without them", f"{idle:.0f}", "", None),
    ]
    for name, value, goal, met in rows:
        verdict = "" if met is None else ("pass" if met else "MISS")
        print(f"{name:<40} {value:>10}  {goal:<16} {verdict}")
    out = pathlib.Path("out/bench")
    out.mkdir(parents=True, exist_ok=True)
    result = {
        "submissions": count,
        "per_second": rate,
        "bare_sqlite_per_second": bare,
        "p50_ms": p50,
        "p99_ms": p99,
        "event_clients": clients,
        "memory_mb": memory,
        "idle_memory_mb": idle,
    }
    (out / "server.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
