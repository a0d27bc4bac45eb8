"""The review page in WebKitGTK, by WebDriver: it opens, signs in, lists, shows a run and compares it.

    webkit.py FOLDER-OF-THE-PROGRAMS

The smaller pass beside `review_page.py`: that the page works in the engine that the desktop shell has.
"""

import base64
import glob
import json
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

from served import LONG, ROOT, Site, small_still

SEEN = ROOT / "out/web"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Driver:
    """A browser at the other end of WebDriver's protocol."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(["WebKitWebDriver", f"--port={port}"], stderr=subprocess.DEVNULL)
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

    def picture(self, name):
        (SEEN / f"{name}.png").write_bytes(base64.b64decode(self.ask("GET", "screenshot")))

    def close(self):
        try:
            self.send("DELETE", f"/session/{self.session}")
        finally:
            self.process.terminate()
            self.process.wait(30)


def main():
    SEEN.mkdir(parents=True, exist_ok=True)
    site = Site(pathlib.Path(sys.argv[1]).resolve())
    try:
        flange = site.upload(ROOT / "assets/samples/flange_bracket.step", "flange_bracket.step")
        run = small_still(site, flange, 64)
        driver = Driver(site.port + 1 if site.port < 60_000 else site.port - 1)
        try:
            look(driver, site, run)
        finally:
            driver.close()
    finally:
        site.close()
    print("WebKitGTK: seen")


def look(driver, site, run):
    driver.ask("POST", "url", {"url": site.url})
    driver.until("document.querySelector('.sign-in input')")
    driver.type(".sign-in input", site.token + "\n")
    driver.until("document.querySelector('.runs li')")
    site.wait(run)
    driver.until("document.querySelector('.row-verdict .badge')")
    driver.run("document.querySelector('.runs li a').click()")
    driver.until("document.querySelectorAll('.graph-node[data-state]').length === 11")
    driver.until("[...document.querySelectorAll('.thumb img')].some((it) => it.naturalWidth === 64)")
    driver.run("document.querySelector('.outcome .button').click()")
    driver.until("document.querySelectorAll('.pane canvas').length === 2")
    driver.until("!document.querySelector('.stage-zoom').textContent.startsWith('100')")
    driver.run("document.querySelector('#mode-heat').click()")
    driver.until("document.querySelectorAll('.pane canvas').length === 1")
    driver.until(
        "(() => { const it = document.querySelector('.pane canvas');"
        " const [r] = it.getContext('2d').getImageData(it.width / 2, it.height / 2, 1, 1).data; return it.width && r !== undefined; })()"
    )
    driver.picture("webkit-compare")


if __name__ == "__main__":
    main()
