"""The review page in WebKitGTK, by WebDriver: that it works in the engine which desktop shells have as well."""

import base64
import glob
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from served import LONG, ROOT

sys.path.insert(0, str(ROOT / "tests/window"))

from screen import Screen  # noqa: E402

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"


class Driver:
    """A browser at the other end of WebDriver's protocol."""

    def __init__(self, screen):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "DISPLAY": screen.name, "WAYLAND_DISPLAY": "", "GDK_BACKEND": "x11"}
        self.process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        [browser] = glob.glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")
        options = {"binary": browser, "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.session = self.wait(lambda: self.send("POST", "/session", asked))["sessionId"]

    def send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=LONG) as answer:
            return json.load(answer)["value"]

    def ask(self, method, path, body=None):
        return self.send(method, f"/session/{self.session}/{path}", body)

    def wait(self, attempt):
        """What an attempt gives as soon as it gives anything."""
        until = time.monotonic() + LONG
        while True:
            try:
                found = attempt()
                if found:
                    return found
            except (urllib.error.URLError, OSError):
                pass
            if time.monotonic() > until:
                raise AssertionError(f"nothing within {LONG} s")
            time.sleep(0.2)

    def run(self, script):
        return self.ask("POST", "execute/sync", {"script": f"return {script}", "args": []})

    def until(self, condition):
        self.wait(lambda: self.run(f"Boolean({condition})"))

    def type(self, selector, text):
        found = self.ask("POST", "element", {"using": "css selector", "value": selector})
        self.ask("POST", f"element/{found[ELEMENT]}/value", {"text": text})

    def close(self):
        try:
            self.send("DELETE", f"/session/{self.session}")
        finally:
            self.process.terminate()
            self.process.wait(30)


def look(site, run, nodes, picture):
    """Signs in, opens the newest run by the list, and compares its sides; a picture of what it saw."""
    with Screen(1440, 900) as screen:
        driver = Driver(screen)
        try:
            driver.ask("POST", "url", {"url": f"{site.url}/runs/{run}"})
            driver.until("document.querySelector('.sign-in input')")
            driver.type(".sign-in input", site.token + ENTER)
            driver.until(f"document.querySelectorAll('.graph-node[data-state]').length === {nodes}")
            driver.until("[...document.querySelectorAll('.thumb img')].some((it) => it.naturalWidth > 0)")
            driver.until("document.querySelector('.log li')")
            driver.run("document.querySelector('.outcome .button').click()")
            driver.until("document.querySelectorAll('.pane canvas').length === 2")
            driver.until("document.querySelector('.stage-zoom').textContent !== '100 %'")
            driver.run("document.querySelector('#mode-heat').click()")
            driver.until(
                "(() => { const it = document.querySelector('.pane canvas');"
                " return it.getContext('2d').getImageData(it.width / 2, it.height / 2, 1, 1).data[3] === 255; })()"
            )
            time.sleep(1)
            picture.write_bytes(base64.b64decode(driver.ask("GET", "screenshot")))
        finally:
            driver.close()
