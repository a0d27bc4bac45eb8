"""Takes the pictures of the review page in this folder: `./x screenshots review-page`.

They are of real Chromium with a server and runs of its own in a folder that goes away again.

    review_page.py FOLDER-OF-THE-PROGRAMS
"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER.parent.parent
sys.path.insert(0, str(ROOT / "tests/web"))

from served import Site, launch, small_still, small_turntable  # noqa: E402

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def runs(site):
    """Runs of every kind, the one to compare last."""
    bearing = site.upload(ROOT / "assets/samples/ball_bearing.step", "ball_bearing.step")
    flange = site.upload(ROOT / "assets/samples/flange_bracket.step", "flange_bracket.step")
    site.ask("POST", "/v1/output-types", {"name": "Catalogue still", "workflow": "canonical-still"})
    promoted = {"action": "promote", "exception": None}
    site.ask("POST", "/v1/rollouts/output_type:catalogue_still/decisions", promoted)
    made = [
        small_still(site, flange, 64, materials={}),
        small_still(site, bearing, 64, materials={}),
        small_turntable(site, bearing),
        small_still(site, flange, 64, studio={"scene": "no_such_scene"}),
        small_still(site, bearing, 384),
    ]
    for run in made:
        site.wait(run)
    return made[-1]


def main():
    site = Site(pathlib.Path(sys.argv[1]).resolve())
    try:
        run = runs(site)
        pictures = {
            "review-runs": (DESKTOP, "dark", "/runs", []),
            "review-run-light": (DESKTOP, "light", f"/runs/{run}", []),
            "review-compare": (DESKTOP, "dark", f"/runs/{run}/compare", []),
            "review-compare-phone": (PHONE, "light", f"/runs/{run}/compare", ["2"]),
            "review-rollout": (DESKTOP, "light", "/rollouts", []),
        }
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for name, (size, scheme, address, keys) in pictures.items():
                take(browser, site, FOLDER / f"{name}.png", size, scheme, address, keys)
            browser.close()
    finally:
        site.close()


def take(browser, site, path, size, scheme, address, keys):
    scale = 2 if size is PHONE else 1
    context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=scale, locale="en-GB")
    page = context.new_page()
    page.goto(f"{site.url}/sign-in?back={address}")
    page.keyboard.type(site.token)
    page.keyboard.press("Enter")
    page.wait_for_url(site.url + address)
    # Event streams never end, so that the network is never at rest.
    page.wait_for_timeout(2000)
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.screenshot(path=path)
    print(path.name, flush=True)
    context.close()


if __name__ == "__main__":
    main()
