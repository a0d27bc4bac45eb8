"""A reviewer's way through the review page, in real Chromium, against a real server with real runs.

    review_page.py FOLDER-OF-THE-PROGRAMS

Every view by keyboard and by pointer; what others may not do; and an audit for screen readers of each view,
dark and light, on a desktop and a phone; at the end a look by WebKitGTK. What was seen lies in `out/web`.
"""

import http.server
import json
import pathlib
import re
import sys
import threading
import time

from playwright.sync_api import sync_playwright

import webkit
from served import ROOT, Site, launch, small_still, small_turntable

SEEN = ROOT / "out/web"
AXE = (ROOT / "out/tools/web/node_modules/axe-core/axe.min.js").read_text()
HOSTILE = '<img src=x onerror="window.hacked=1">\u202ephilo'
REASON = "The customer asked for <b>brass</b>"
# The longest that anything may take on a busy machine, in milliseconds.
PATIENCE = 120_000
# Answers about logs come late, so that a log is asked for while an earlier answer is on its way.
LATE_LOGS = """() => {
    const plain = window.fetch;
    window.fetch = async (address, ...rest) => {
        const answer = await plain(address, ...rest);
        if (String(address).includes("/logs")) await new Promise((done) => setTimeout(done, 1000));
        return answer;
    };
}"""


class Visit:
    """One page, with everything it complained of."""

    def __init__(self, context, site):
        self.site = site
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints = []
        self.asked = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.heard)
        self.page.on("request", lambda request: self.asked.append(request))

    def heard(self, message):
        # A refused request is told by the browser as well; the views say what it means.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, address):
        self.page.goto(self.site.url + address)

    def heading(self, text):
        self.page.locator("h1", has_text=text).wait_for()

    def sees(self, selector, text=None):
        found = self.page.locator(selector, has_text=text).first
        found.wait_for()
        return found

    def until(self, condition):
        """Waits for something to become true in the page, whose policy forbids Playwright's own way."""
        end = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(f"Boolean({condition})"):
            assert time.monotonic() < end, condition
            self.page.wait_for_timeout(50)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def path(self):
        return self.page.evaluate("location.pathname")

    def shot(self, name):
        self.page.screenshot(path=SEEN / f"{name}.png")


def audit(visit, name):
    """No finding of axe, dark and light, on a desktop and a phone."""
    page = visit.page
    page.evaluate(AXE)
    for scheme in ("dark", "light"):
        for width, height in ((1440, 900), (390, 844)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
            told = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]
            assert not told, f"{name}, {scheme}, {width}: {json.dumps(told, indent=1)}"
            across = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert across <= 0, f"{name}, {width}: {across} px lie beyond the edge"
        visit.shot(f"{name}-{scheme}")
    page.set_viewport_size({"width": 1440, "height": 900})
    print(f"{name}: without a finding", flush=True)


def pixels(visit, pane=0):
    """What a canvas of the stage shows, as a short text."""
    visit.page.wait_for_timeout(80)
    return visit.page.evaluate(
        """(pane) => {
            const canvas = document.querySelectorAll('.pane canvas')[pane];
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let sum = 0;
            for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) % 1e9;
            return sum;
        }""",
        pane,
    )


def differs(visit, before, pane=0):
    """Waits until a canvas shows something else."""
    for _ in range(PATIENCE // 100):
        if pixels(visit, pane) != before:
            return
    raise AssertionError("the picture stays as it was")


# ---- stations -------------------------------------------------------------------------------------


def sign_in(visit):
    visit.open("/runs")
    visit.heading("Sign in")
    assert visit.path() == "/sign-in"
    audit(visit, "sign-in")
    visit.page.keyboard.type("hm_wrong")
    visit.press("Enter")
    visit.sees("[role=alert]", "Nobody is known by this token")
    visit.page.keyboard.type(visit.site.token)
    visit.press("Enter")
    visit.heading("Runs")
    kept = visit.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert visit.site.token not in kept, kept
    [cookie] = visit.page.context.cookies(visit.site.url + "/v1/")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
    assert cookie["value"] not in kept


def live_run(visit, run):
    """A run that begins while the list is open appears there, and is watched to its end."""
    visit.sees(".runs li a", HOSTILE.replace("\u202e", "")[:20])
    visit.until("document.querySelectorAll('.runs li').length === 2")
    visit.page.evaluate(LATE_LOGS)
    visit.press("j", "j", "Enter")
    visit.heading("onerror")
    assert visit.path() == f"/runs/{run}"
    visit.until("document.querySelectorAll('.graph-node').length === 11")
    visit.site.wait(run)
    visit.sees(".outcome .badge", "fail")
    states = visit.page.locator(".graph-node").evaluate_all("all => all.map((it) => it.dataset.state)")
    assert set(states) <= {"succeeded", "reused"}, states
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.locator("main img[src=x]").count() == 0
    visit.sees(".log li", "legacy")
    visit.page.wait_for_timeout(2500)
    lines = visit.site.ask("GET", f"/v1/runs/{run}/logs?limit=1000")["lines"]
    assert visit.page.locator(".log li").count() <= len(lines), "a line of the log shows twice"
    node = visit.sees(".graph-node", "Still")
    node.focus()
    visit.press("Enter")
    visit.sees(".node-detail", "96")
    visit.until("[...document.querySelectorAll('.log-who')].every((it) => it.textContent === 'still')")
    visit.until("[...document.querySelectorAll('.thumb img')].some((it) => it.naturalWidth === 96)")
    with visit.page.expect_download() as saved:
        visit.page.locator(".file a[download$='.png']").first.click()
    assert pathlib.Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    with visit.page.expect_download():
        visit.page.get_by_role("button", name="Report").click()
    audit(visit, "run")


def compare(visit, run):
    visit.press("c")
    visit.heading("Comparison")
    assert visit.path() == f"/runs/{run}/compare"
    visit.sees(".verdict", "fail")
    visit.until("document.querySelector('.stage-zoom').textContent !== '100 %'")
    seen = {}
    for key, mode in enumerate(["side", "swipe", "onion", "blink", "heat"], 1):
        visit.press(str(key))
        assert visit.page.locator(f"#mode-{mode}").is_checked()
        seen[mode] = pixels(visit)
        visit.shot(f"mode-{mode}")
    assert len({seen["swipe"], seen["onion"], seen["heat"]}) == 3, seen
    for mode in ("heat", "side"):
        visit.page.locator(f"#mode-{mode}").click()
    assert pixels(visit, 0) != pixels(visit, 1), "the two sides differ"
    zoom = visit.page.locator(".stage-zoom")
    before = (zoom.text_content(), pixels(visit, 0), pixels(visit, 1))
    visit.page.locator(".pane canvas").first.hover()
    visit.page.mouse.wheel(0, -300)
    visit.page.mouse.down()
    visit.page.mouse.move(500, 500, steps=3)
    visit.page.mouse.up()
    after = (zoom.text_content(), pixels(visit, 0), pixels(visit, 1))
    assert all(one != two for one, two in zip(before, after)), "both sides zoom in step"
    visit.sees(".readout", "Δ")
    visit.press("0", "n")
    # It flies to the place.
    fit = before[0].split()[0]
    visit.until(f"parseInt(document.querySelector('.stage-zoom').textContent) > {fit}")
    visit.press("2")
    dial = visit.page.locator("#dial")
    dial.focus()
    before = pixels(visit)
    visit.press("ArrowLeft")
    assert dial.input_value() == "49" and pixels(visit) != before
    visit.page.locator("#dial").blur()
    visit.press("1", "0")
    audit(visit, "compare")
    visit.press("?")
    visit.sees("dialog", "Next difference")
    audit(visit, "keys")
    visit.press("Escape")


def decide(visit, run):
    """Accepts with a reason, which stands in the audit list; takes it back; rejects."""
    visit.press("a")
    visit.sees("dialog", "Accept this difference")
    visit.page.keyboard.type(REASON)
    audit(visit, "accept")
    visit.page.locator("dialog button[type=submit]").click()
    visit.sees(".review", REASON)
    lines = visit.site.ask("GET", "/v1/audit")
    [line] = [line for line in lines if line["action"] == "ReviewAdd"]
    assert line["actor"].startswith("ada") and REASON in line["target"] and line["outcome"] == "201", line
    visit.page.get_by_role("button", name="Take back…").click()
    visit.page.get_by_role("button", name="Take back", exact=True).click()
    visit.sees(".review.is-over", "taken back by ada")
    visit.press("x")
    visit.sees("dialog", "Reject this difference")
    visit.page.keyboard.type("It is not brass")
    visit.press("Tab", "Tab", "Tab", "Tab", "Enter")
    visit.sees(".review", "It is not brass")
    reviews = visit.site.ask("GET", f"/v1/runs/{run}")["reviews"]
    assert [one["decision"] for one in reviews] == ["reject", "accept"], reviews
    visit.press("g", "v")
    visit.heading("Reviews")
    visit.sees(".review", "It is not brass")
    audit(visit, "reviews")


def share(visit, run, browser):
    """A link shows one comparison to somebody who isn't signed in, and nothing else."""
    visit.open(f"/runs/{run}/compare")
    visit.sees(".stage")
    visit.press("s")
    visit.page.get_by_role("button", name="Make a link").click()
    address = visit.sees(".share-link input").input_value()
    audit(visit, "share")
    visit.press("Escape")
    secret = address.split("#")[1]
    context = browser.new_context()
    guest = Visit(context, visit.site)
    guest.page.goto(address)
    guest.sees(".verdict", "fail")
    guest.until("document.querySelector('.stage-zoom').textContent !== '100 %'")
    guest.page.wait_for_timeout(100)
    assert guest.page.get_by_role("button", name="Accept…").count() == 0
    audit(guest, "shared")
    guest.open("/runs")
    guest.heading("Comparison")
    for asked in guest.asked:
        assert secret not in asked.url and secret not in asked.headers.get("referer", ""), asked.url
    key = guest.page.evaluate("localStorage.getItem('hartomat.session')")
    for other, status in [("/v1/runs", 403), (f"/v1/runs/{run}", 403), ("/v1/events", 403), (f"/v1/runs/{run}/comparison", 200)]:
        got = guest.page.evaluate(
            "([path, key]) => fetch(path, { headers: { 'x-hartomat-session': key } }).then((it) => it.status)", [other, key]
        )
        assert got == status, (other, got)
    assert secret not in visit.site.said()
    visit.press("s")
    visit.page.get_by_role("button", name="End all links").click()
    visit.page.get_by_role("button", name="End every link").click()
    visit.sees("dialog", "All links have ended")
    visit.press("Escape")
    guest.page.goto(address)
    guest.sees("main", "This link has ended")
    assert not guest.complaints, guest.complaints
    context.close()


def rollout(visit):
    """Up one step and back at once, by the board."""
    visit.site.ask("POST", "/v1/output-types", {"name": "Shop still", "workflow": "canonical-still"})
    visit.press("g", "o")
    visit.heading("Rollout")
    visit.sees(".track .is-here", "legacy")
    visit.sees(".conditions li", "missing")
    visit.page.get_by_role("button", name="Promote to shadow").click()
    visit.sees(".track .is-here", "shadow")
    assert visit.page.get_by_role("button", name="Promote to graph").is_disabled()
    visit.page.wait_for_timeout(100)
    audit(visit, "rollouts")
    visit.page.get_by_role("button", name="Roll back to legacy").click()
    visit.sees(".track .is-here", "legacy")
    [status] = visit.site.ask("GET", "/v1/rollouts")
    assert [one["kind"] for one in status["decisions"]] == ["rolled_back", "promoted"], status["decisions"]


def video(visit, run):
    """Both videos in step, opened at their worst frame."""
    record = visit.site.wait(run)
    visit.page.route("**/frames/*", lambda route: route.abort())
    visit.open(f"/runs/{run}/compare?output={record['cad_file']}")
    visit.sees(".curve")
    visit.sees(".pane-missing")
    visit.page.unroute("**/frames/*")
    # A frame that got lost is asked for again.
    visit.press("w")
    told = visit.sees(".frame-told", "of 4")
    worst = told.text_content()
    visit.until("document.querySelectorAll('.pane').length === 2 && !document.querySelector('.pane-missing')")
    first = pixels(visit)
    visit.press(".")
    visit.until(f"document.querySelector('.frame-told').textContent !== {json.dumps(worst)}")
    differs(visit, first)
    visit.press("w")
    visit.sees(".frame-told", worst.split("·")[0].strip())
    visit.press("Space")
    visit.sees(".frame-foot button", "Pause")
    visit.press("Space")
    audit(visit, "video")


def list_and_reload(visit, run):
    """Filters stay in the address, and each view survives being loaded again."""
    visit.press("g", "r")
    visit.heading("Runs")
    visit.page.locator("select[aria-label=Verdict]").select_option("pass")
    visit.until("document.querySelectorAll('.runs li').length === 0")
    visit.page.locator("select[aria-label=Verdict]").select_option("fail")
    visit.until("document.querySelectorAll('.runs li').length > 0")
    visit.press("/")
    visit.page.locator("input[type=search]").fill("no such run")
    visit.sees(".nothing", "No run fits")
    visit.page.locator("input[type=search]").fill("onerror")
    visit.page.reload()
    assert visit.page.locator("select[aria-label=Verdict]").input_value() == "fail"
    visit.until("document.querySelectorAll('.runs li').length === 1")
    audit(visit, "runs")
    for address, heading in [(f"/runs/{run}", "onerror"), (f"/runs/{run}/compare", "Comparison"), ("/reviews", "Reviews"), ("/rollouts", "Rollout")]:
        visit.open(address)
        visit.heading(heading)
    visit.page.get_by_role("button", name="Sign out").click()
    visit.heading("Sign in")
    visit.open("/runs")
    visit.heading("Sign in")


def resume(visit):
    """A run that was interrupted goes on from its page, which follows it to its end."""
    visit.page.keyboard.type(visit.site.token)
    visit.press("Enter")
    visit.heading("Runs")
    run = visit.site.interrupted_run()
    visit.open(f"/runs/{run}")
    visit.sees(".outcome .badge", "Interrupted")
    visit.page.get_by_role("button", name="Resume").click()
    visit.sees(".outcome .badge", "Succeeded")
    for name in ("Resume", "Cancel"):
        assert visit.page.get_by_role("button", name=name).count() == 0, name


def arrival(visit, file):
    """A run that comes and ends while the list is on its way is in the list all the same."""
    made = []

    def late(route):
        answer = route.fetch()
        made.append(small_still(visit.site, file))
        visit.site.wait(made[0])
        route.fulfill(response=answer)

    visit.page.route(re.compile(r"/v1/runs\?"), late, times=1)
    visit.press("g", "r")
    while not made:
        visit.page.wait_for_timeout(50)
    visit.sees(f".runs a[href='/runs/{made[0]}']")


class Foreign(http.server.BaseHTTPRequestHandler):
    """A page of somebody else, on another port."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>foreign</title>")

    def log_message(self, *_):
        pass


def strangers(visit, run, digest, browser):
    """Pages of others get nothing, although the browser sends them our cookie; nor does another name."""
    foreign = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    threading.Thread(target=foreign.serve_forever, daemon=True).start()
    page = visit.page.context.new_page()
    page.goto(f"http://127.0.0.1:{foreign.server_port}/")
    got = page.evaluate(
        """async ([url, run, digest]) => {
            const tries = {
                read: () => fetch(`${url}/v1/runs`, { credentials: 'include' }),
                write: () => fetch(`${url}/v1/runs/${run}/cancel`, { method: 'POST', credentials: 'include' }),
                page: () => fetch(url, { mode: 'no-cors' }),
            };
            const got = {};
            for (const [name, attempt] of Object.entries(tries)) got[name] = await attempt().then((it) => `${it.status}`, () => 'refused');
            got.picture = await new Promise((resolve) => {
                const image = new Image();
                image.onload = () => resolve('shown');
                image.onerror = () => resolve('refused');
                image.src = `${url}/v1/artifacts/${digest}`;
            });
            got.frame = await new Promise((resolve) => {
                const frame = document.createElement('iframe');
                frame.onload = () => { try { resolve(frame.contentDocument ? 'empty' : 'refused'); } catch { resolve('refused'); } };
                frame.src = url;
                document.body.append(frame);
            });
            return got;
        }""",
        [visit.site.url, run, digest],
    )
    assert set(got.values()) == {"refused"}, got
    foreign.shutdown()
    page.close()
    rebound = browser.new_page()
    answer = rebound.goto(f"http://example.com:{visit.site.port}/")
    assert answer.status == 421, answer.status
    assert "this server has another name" in answer.text()
    rebound.close()


def main():
    began = time.monotonic()
    SEEN.mkdir(parents=True, exist_ok=True)
    site = Site(pathlib.Path(sys.argv[1]).resolve())
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright, "--host-resolver-rules=MAP example.com 127.0.0.1")
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
            visit = Visit(context, site)
            sign_in(visit)
            visit.sees(".nothing", "No runs yet")
            bearing = site.upload(ROOT / "assets/samples/ball_bearing.step", "ball_bearing.step")
            run = small_still(site, bearing, name=HOSTILE, labels={"scene": HOSTILE})
            turntable = small_turntable(site, bearing)
            live_run(visit, run)
            compare(visit, run)
            decide(visit, run)
            digest = site.ask("GET", f"/v1/runs/{run}")["files"]["control"]["digest"]
            strangers(visit, run, digest, browser)
            share(visit, run, browser)
            rollout(visit)
            video(visit, turntable)
            list_and_reload(visit, run)
            resume(visit)
            arrival(visit, bearing)
            assert not visit.complaints, visit.complaints
            browser.close()
        webkit.look(site, run, 11, SEEN / "webkit.png")
    finally:
        site.close()
    print(f"the review page: seen in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
