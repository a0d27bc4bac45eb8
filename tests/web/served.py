"""A server of its own for the tests of the review page, and the browser that looks at it."""

import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
ALL = "read,author,dispatch,rollout,admin"
# The longest that anything may take on a busy machine, in seconds.
LONG = 600


class Site:
    """`hartomat serve` on a data folder that goes away again."""

    def __init__(self, programs):
        self.folder = tempfile.TemporaryDirectory(prefix="hartomat-web-")
        self.path = pathlib.Path(self.folder.name)
        self.hartomat = [str(programs / "hartomat"), "--data-dir", str(self.path / "data")]
        self.environment = {**os.environ, "HARTOMAT_NO_KEYRING": "1", "LANG": "C.UTF-8"}
        self.log = open(self.path / "log", "w+")
        command = [*self.hartomat, "serve", "--bind", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, text=True, env=self.environment
        )
        self.url = self.process.stdout.readline().split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.token = self.token_of("ada", ALL)

    def token_of(self, name, scopes):
        made = [*self.hartomat, "token", "create", name, "--scope", scopes]
        return subprocess.run(made, check=True, capture_output=True, text=True, env=self.environment).stdout.strip()

    def ask(self, method, address, body=None, headers=None, token=None):
        """The answer as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        all_headers = {"authorization": f"Bearer {token or self.token}", "content-type": kind, **(headers or {})}
        request = urllib.request.Request(self.url + address, data, all_headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LONG) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {address}: {error.code} {error.read().decode()}") from error
        return json.loads(text) if text else None

    def upload(self, path, name):
        """Stores a file under a name for people."""
        data = path.read_bytes()
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.ask("PATCH", f"/v1/uploads/{digest}?offset=0&total={len(data)}", data)
        return {"digest": digest, "size_bytes": len(data), "name": name}

    def dispatch(self, workflow, file, settings, mode="shadow"):
        """Takes a run of a bundled workflow on, with other settings and perhaps another name."""
        document = self.ask("GET", f"/v1/workflows/{workflow}")["workflow"]
        for node in document["nodes"]:
            node["settings"] |= settings.get(node["id"], {})
            node["label"] = settings.get("labels", {}).get(node["id"], node["label"])
        document["name"] = settings.get("name", document["name"])
        asked = {
            "workflow": {"document": document},
            "subject": {"sample_order_line": {"stored": file}},
            "mode": mode,
        }
        return self.ask("POST", "/v1/runs", asked)["id"]

    def wait(self, run):
        """The run when it has ended."""
        until = time.monotonic() + LONG
        while time.monotonic() < until:
            record = self.ask("GET", f"/v1/runs/{run}")["record"]
            if record["finished_at"]:
                return record
            time.sleep(0.2)
        raise AssertionError(f"run {run} takes longer than {LONG} s")

    def interrupted_run(self):
        """A run whose process was killed while the graph rendered, and which no server takes up by itself."""
        command = [*self.hartomat, "smoke", "still", "--renderer", "embedded", "--execution-mode", "graph"]
        for setting in ("width_px=512", "height_px=512", "samples=96"):
            command += ["--set", f"still.{setting}"]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment
        )
        while True:
            assert process.poll() is None, "the run ended before it was killed"
            newest = self.ask("GET", "/v1/runs?limit=1")["runs"][0]
            if any(node["node"] == "still" and node["state"] == "running" for node in newest["nodes"]):
                break
            time.sleep(0.05)
        process.kill()
        process.wait()
        # Whoever opens the data folder marks what ended like this.
        listed = [*self.hartomat, "runs", "list"]
        subprocess.run(listed, check=True, capture_output=True, env=self.environment)
        return newest["id"]

    def said(self):
        return (self.path / "log").read_text()

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        self.folder.cleanup()


# Materials in which legacy doesn't follow a workflow, so that every comparison finds something.
OTHER = {"materials": {"overrides": {"Ball*": "brass", "Cage": "rubber_black"}}}
EMBEDDED = {"renderer": "embedded", "samples": 2}


def small_still(site, file, size_px=96, **more):
    """The canonical still as a shadow, small, with other materials in the graph alone."""
    still = {"width_px": size_px, "height_px": size_px, **EMBEDDED}
    return site.dispatch("canonical-still", file, {"still": still, **OTHER, **more})


def small_turntable(site, file, size_px=48):
    """The same as a turntable of four frames."""
    turntable = {"width_px": size_px, "height_px": size_px, "frames": 4, "fps": 4, **EMBEDDED}
    return site.dispatch("turntable", file, {"turntable": turntable, **OTHER})


def launch(playwright, *arguments):
    """Chromium, as Debian has it; or the one that Playwright knows, where there is none."""
    found = next((path for path in ["/usr/bin/chromium", "/usr/bin/chromium-browser"] if os.path.exists(path)), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *arguments])
