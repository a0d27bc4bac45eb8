"""Takes the pictures of the editor in this folder: `./x screenshots`, `./x screenshots NAME…` for a few.

They are of the real window, under Xvfb with a Vulkan driver in software, with a runtime of its own in a
folder that goes away again. Nothing in a picture depends on the machine or the day.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER.parent.parent
BINARIES = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug"
SIZE = "1440x900"
# Windows that are drawn wholly by the processor may take this long, in seconds.
PATIENCE = 120
# And a run with its noise twin, on a machine with other things to do.
PATIENCE_FOR_A_RUN = 900

# Panels that are open.
ALL = ["catalog", "inspector", "bottom", "mini_map"]
UPPER = ["catalog", "inspector", "mini_map"]
# Nodes that are near enough to be read.
END = [word for node in ["materials", "bbox", "studio", "still"] for word in ("--near", node)]
# What a run is of, and that it is waited for.
SAMPLE = ROOT / "assets/samples/ball_bearing.step"
RUN = ["--subject", SAMPLE, "--run", "run"]
# The run that was made before all pictures.
NEWEST = ["--run", "open_newest_run"]


def compare(*then):
    """Control and candidate of that run beside each other."""
    return ["proof.json", *NEWEST, *(word for command in ("compare", *then) for word in ("--then", command))]


# Name: theme, language, panels, and what the editor is told.
PICTURES = {
    "still": ("dark", "english", UPPER, ["catalogue_still.json", "--select", "still", *END]),
    "still-light": ("light", "english", ALL, ["catalogue_still.json", "--select", "still"]),
    "still-german": ("dark", "german", ALL, ["catalogue_still.json", "--select", "still"]),
    "sixty-nodes": ("dark", "english", ["mini_map"], ["product_page.json"]),
    "sixty-nodes-light": ("light", "english", ["catalog"], ["product_page.json"]),
    "problems": ("dark", "english", ALL, ["unfinished.json", "--select", "scene"]),
    "problems-light": ("light", "english", ALL, ["unfinished.json", "--select", "still"]),
    "settings": ("light", "english", ["inspector", "mini_map"], ["catalogue_still.json", "--select", "materials", *END]),
    "add-menu": ("dark", "english", UPPER, ["catalogue_still.json", "--run", "add"]),
    "palette": ("dark", "english", UPPER, ["catalogue_still.json", "--run", "palette"]),
    "keys": ("dark", "english", ALL, ["catalogue_still.json", "--run", "cheat_sheet"]),
    "runs": ("dark", "english", ALL, ["proof.json", *RUN, "--then", "toggle_runs"]),
    "compare-side-by-side": ("dark", "english", ALL, compare()),
    "compare-side-by-side-light": ("light", "english", ALL, compare("compare_panel_3")),
    "compare-swipe": ("dark", "english", ALL, compare("compare_mode_2")),
    "compare-onion-skin": ("dark", "english", ALL, compare("compare_mode_3", "compare_panel_3")),
    "compare-blink": ("light", "english", ALL, compare("compare_mode_4")),
    "compare-difference": ("dark", "english", ALL, compare("compare_mode_5", "compare_panel_2")),
    "compare-difference-light": ("light", "english", ALL, compare("compare_mode_5", "compare_perceived")),
    "compare-pixels": ("dark", "english", ALL, compare("compare_spot", *["compare_closer"] * 7)),
    "compare-review": ("dark", "english", ALL, compare("compare_spot", "compare_mask", "compare_accept")),
    "compare-videos": ("dark", "english", ALL, ["--compare", "before.mp4", "after.mp4", "--then", "compare_worst"]),
    "compare-videos-light": ("light", "german", ALL, ["--compare", "before.mp4", "after.mp4", "--then", "compare_mode_5"]),
    "compare-models": ("dark", "english", ALL, ["--compare", "before.glb", "after.glb"]),
    "start": ("dark", "english", ALL, []),
    "start-light": ("light", "english", ALL, []),
}

# Runs: under way, over time, their logs, made again, and those that somebody should look at. Half a CAD
# file fails at once.
FAILS = ["proof.json", "--subject", "half.step", "--run", "run"]
PICTURES |= {
    "running": ("dark", "english", ALL, ["proof.json", *RUN, "--run", "toggle_runs", "--watch", "9"]),
    "timeline-light": ("light", "english", ALL, ["proof.json", *RUN, "--then", "toggle_runs"]),
    "log": ("dark", "english", ALL, [*FAILS, "--then", "toggle_log"]),
    "log-light": ("light", "english", ALL, ["proof.json", *RUN, "--then", "toggle_log"]),
    "rerun": ("dark", "english", ALL, ["proof.json", *RUN, "--then", "toggle_runs", "--then", "rerun"]),
    "inbox": ("dark", "english", ALL, [*FAILS, "--then", "show_inbox"]),
}

# The studio's side, with data of its own: three output types, two orders, shadow runs, an old library.
STUDIO = "studio-"


def studio(command):
    return ["--then", command]


PICTURES |= {
    "studio-rollout": ("dark", "english", ALL, studio("rollout")),
    "studio-output-types": ("dark", "english", ALL, studio("output_types")),
    "studio-output-types-light": ("light", "english", ALL, studio("output_types")),
    "studio-new-output-type": ("dark", "english", ALL, [*studio("output_types"), *studio("studio_new_type")]),
    "studio-orders": ("dark", "english", ALL, studio("orders")),
    "studio-orders-german": ("light", "german", ALL, studio("orders")),
    "studio-who-sets-what-light": ("light", "english", ALL, studio("resolution")),
    "studio-audit": ("dark", "english", ALL, studio("audit")),
    "studio-migration": ("dark", "english", ALL, ["--subject", "library", "--then", "migration"]),
}


# ---- workflows ------------------------------------------------------------------------------------


class Workflow:
    """A document that grows node by node."""

    def __init__(self, key, name, description, contract):
        self.document = {
            "schema": "hartomat.workflow/1",
            "id": key,
            "name": name,
            "description": description,
            "family": "order_line",
            "execution_mode": "shadow",
            "contract": [{"kind": kind, "min_count": count} for kind, count in contract],
            "nodes": [],
            "edges": [],
            "frames": [],
            "notes": [],
            "bookmarks": [],
        }

    def node(self, key, node_type, position, label=None, **settings):
        self.document["nodes"].append(
            {
                "id": key,
                "type": node_type,
                "version": 1,
                "label": label,
                "muted": False,
                "settings": settings,
                "position": position,
            }
        )

    def edge(self, source, target):
        ends = [dict(zip(("node", "port"), end.split("."))) for end in (source, target)]
        self.document["edges"].append({"from": ends[0], "to": ends[1], "via": []})

    def frame(self, title, rect):
        self.document["frames"].append({"title": title, "rect": rect})

    def write(self, folder, name):
        (folder / name).write_text(json.dumps(self.document, indent=2) + "\n")


def heads(workflow, middle):
    """The nodes that every still begins with, around a height."""
    workflow.node("line", "order_line_setup", [0, middle])
    workflow.node("parts", "occ_object_extract", [260, middle - 130])
    workflow.node("glb", "occ_glb_export", [260, middle + 40])
    workflow.node("suggest", "auto_populate_materials", [520, middle - 220])
    overrides = {"Ball*": "steel_polished", "Cage": "brass_polished"}
    workflow.node("materials", "material_map_resolve", [780, middle - 150], overrides=overrides)
    workflow.node("bbox", "glb_bbox", [520, middle + 150])
    for source, target in [
        ("line.step_file", "parts.step_file"),
        ("line.step_file", "glb.step_file"),
        ("parts.part_list", "suggest.part_list"),
        ("parts.part_list", "materials.part_list"),
        ("suggest.material_map", "materials.material_map"),
        ("glb.glb", "bbox.glb"),
    ]:
        workflow.edge(source, target)


def catalogue_still():
    """The canonical still with settings of its own."""
    workflow = Workflow(
        "catalogue-still",
        "Catalogue still",
        "The still of the printed catalogue: dark studio, brass cage.",
        [("image", 1), ("media_asset", 1)],
    )
    heads(workflow, 160)
    workflow.node("studio", "resolve_template", [520, 440], scene="dark_studio")
    workflow.node("scene", "compose_scene", [1060, 160], azimuth_deg=35.0, elevation_deg=25.0)
    workflow.node("still", "render_still", [1330, 160], width_px=2048, height_px=1536, samples=256)
    workflow.node("save", "output_save", [1600, 160])
    workflow.node("tell", "notify", [1860, 160])
    for source, target in [
        ("line.order_line", "studio.order_line"),
        ("glb.glb", "scene.glb"),
        ("materials.material_map", "scene.material_map"),
        ("studio.scene_template", "scene.scene_template"),
        ("bbox.bbox", "scene.bbox"),
        ("scene.scene", "still.scene"),
        ("still.image", "save.output"),
        ("save.media_asset", "tell.media_asset"),
    ]:
        workflow.edge(source, target)
    return workflow


def proof():
    """A small still whose cage is of another material than legacy gives it."""
    workflow = catalogue_still()
    document = workflow.document
    document.update(id="proof", name="Proof", description="A quick look: what does a black cage look like?")
    for node in document["nodes"]:
        if node["id"] == "still":
            node["settings"].update(width_px=640, height_px=640, samples=48)
        elif node["id"] == "materials":
            node["settings"].update(overrides={"Cage": "rubber_black"})
        elif node["id"] in ("scene", "studio"):
            node["settings"].clear()
    return workflow


def unfinished():
    """The same, halfway through a change: what a run needs is missing here and there."""
    workflow = catalogue_still()
    document = workflow.document
    document.update(id="poster", name="Poster", description="Half done: the poster of the fair.")
    document["contract"].append({"kind": "video", "min_count": 1})
    gone = {"glb.glb", "still.image"}
    ends = lambda edge: {f"{edge[end]['node']}.{edge[end]['port']}" for end in ("from", "to")}
    document["edges"] = [
        edge for edge in document["edges"] if not (ends(edge) & gone and "bbox.glb" not in ends(edge))
    ]
    for node in document["nodes"]:
        if node["id"] == "still":
            node["settings"].update(samples=0, sampels=64)
    workflow.node("turntable", "render_turntable", [1330, 420])
    workflow.edge("scene.scene", "turntable.scene")
    return workflow


VIEWS = [
    ("Front", "bright_catalogue", 0.0, 10.0),
    ("Three quarters", "bright_catalogue", 35.0, 25.0),
    ("From above", "bright_catalogue", 0.0, 80.0),
    ("Hero", "dark_studio", 30.0, 18.0),
    ("Poster", "dark_studio", -40.0, 30.0),
    ("Detail", "dark_studio", 60.0, 40.0),
    ("Cut-out", "transparent_cutout", 35.0, 25.0),
    ("Cut-out, side", "transparent_cutout", 90.0, 10.0),
    ("Square", "soft_box", 35.0, 25.0),
]


def product_page():
    """Sixty nodes: nine views of one product."""
    workflow = Workflow(
        "product-page",
        "Product page",
        "All nine pictures of a product page from one CAD file.",
        [("image", 9), ("media_asset", 9)],
    )
    pitch, gap = 225, 90
    rows = [number * pitch + number // 3 * gap for number in range(len(VIEWS))]
    heads(workflow, rows[4])
    for number, (name, scene, azimuth, elevation) in enumerate(VIEWS):
        view(workflow, f"view_{number + 1}", rows[number], name, scene, azimuth, elevation)
    for number, title in enumerate(["Shop", "Campaign", "Marketplace"]):
        top = rows[3 * number]
        workflow.frame(title, [1080, top - 44, 1610, 2 * pitch + 262])
    return workflow


def view(workflow, key, top, name, scene, azimuth, elevation):
    workflow.node(f"{key}_studio", "resolve_template", [1110, top], None, scene=scene)
    turn = {"azimuth_deg": azimuth, "elevation_deg": elevation}
    workflow.node(f"{key}_scene", "compose_scene", [1380, top], f"Scene: {name}", **turn)
    workflow.node(f"{key}_still", "render_still", [1650, top], name, samples=256)
    workflow.node(f"{key}_web", "image_transform", [1920, top], "For the web", mode="resize", format="webp")
    workflow.node(f"{key}_save", "output_save", [2190, top])
    workflow.node(f"{key}_tell", "notify", [2460, top])
    for source, target in [
        ("line.order_line", f"{key}_studio.order_line"),
        ("glb.glb", f"{key}_scene.glb"),
        ("materials.material_map", f"{key}_scene.material_map"),
        ("bbox.bbox", f"{key}_scene.bbox"),
        (f"{key}_studio.scene_template", f"{key}_scene.scene_template"),
        (f"{key}_scene.scene", f"{key}_still.scene"),
        (f"{key}_still.image", f"{key}_web.image"),
        (f"{key}_web.image", f"{key}_save.output"),
        (f"{key}_save.media_asset", f"{key}_tell.media_asset"),
    ]:
        workflow.edge(source, target)


# ---- models ---------------------------------------------------------------------------------------


def models(folder):
    """The sample as GLB, and the same with a part gone, one moved, and another colour."""
    before = folder / "before.glb"
    program = [BINARIES / "hartomat", "--data-dir", folder / "models", "cad", "glb", SAMPLE, before]
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    data = before.read_bytes()
    size = int.from_bytes(data[12:16], "little")
    document, rest = json.loads(data[20 : 20 + size]), data[20 + size :]
    parts = [number for number, node in enumerate(document["nodes"]) if "mesh" in node]
    gone, moved = parts[-1], parts[-2]
    for node in [*document["nodes"], *document["scenes"]]:
        for key in ("children", "nodes"):
            if key in node:
                node[key] = [child for child in node[key] if child != gone]
    node = document["nodes"][moved]
    if "matrix" in node:
        node["matrix"][12] += 0.001
    else:
        node["translation"] = [value + shift for value, shift in zip(node.get("translation", [0, 0, 0]), (0.001, 0, 0))]
    document["materials"][-1].setdefault("pbrMetallicRoughness", {})["baseColorFactor"] = [0.7, 0.1, 0.1, 1.0]
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunk = len(text).to_bytes(4, "little") + b"JSON" + text
    (folder / "after.glb").write_bytes(data[:8] + (12 + len(chunk) + len(rest)).to_bytes(4, "little") + chunk + rest)


# ---- videos ---------------------------------------------------------------------------------------


def videos(folder):
    """A turntable of the sample, and the same with a black cage in three of its frames."""
    small = {"width_px": 320, "height_px": 320, "samples": 8, "frames": 16, "fps": 8, "renderer": "embedded"}
    settings = [word for name, value in small.items() for word in ("--set", f"turntable.{name}={value}")]
    made = []
    for overrides in ({"Cage": "brass_polished"}, {"Cage": "rubber_black"}):
        materials = ["--set", f"materials.overrides={json.dumps(overrides)}"]
        program = [BINARIES / "hartomat", "--json", "--data-dir", folder / "videos", "smoke", "turntable"]
        ended = subprocess.run([*program, "--execution-mode", "graph", *settings, *materials], capture_output=True)
        made.append(json.loads(ended.stdout)["data"]["media_assets"][0]["path"])
    for name, frames in (("before.mp4", "lt(n,0)"), ("after.mp4", "between(n,6,8)")):
        inputs = [word for path in made for word in ("-i", path)]
        encoder = ["-c:v", "libx264", "-crf", "12", "-pix_fmt", "yuv420p", "-color_range", "tv"]
        overlay = ["-filter_complex", f"overlay=enable='{frames}'"]
        subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, *overlay, *encoder, folder / name], check=True)


# ---- the studio's side -----------------------------------------------------------------------------

ORDERS = """order,line,product,product_name,cad_file,output_type,customer,requested_by,materials
2026-0412,2026-0412-1,bearing-6204,Ball bearing 6204,{samples}/ball_bearing.step,catalogue_still,Nordlager GmbH,anna,
2026-0412,2026-0412-2,flange-40,Flange bracket 40,{samples}/flange_bracket.step,catalogue_still,Nordlager GmbH,anna,
2026-0413,2026-0413-1,gearbox-2,Gearbox,{samples}/gearbox.step,turntable_for_the_shop,Atelier Weiss,jonas,
"""
LIBRARY = ROOT / "runtime/schema/corpus/legacy"


def studio_data(data, scratch, environment):
    """Output types, orders and shadow runs, as a studio has them after a morning."""

    def hartomat(*arguments, check=True):
        command = [BINARIES / "hartomat", "--data-dir", data, *arguments]
        return subprocess.run(command, check=check, capture_output=True, text=True).stdout

    for name, workflow in [
        ("Catalogue still", "canonical-still"),
        ("Web thumbnail", "canonical-still"),
        ("Turntable for the shop", "turntable"),
    ]:
        hartomat("output-types", "add", name, "--workflow", workflow)
    output_type = json.loads(hartomat("--json", "output-types", "show", "catalogue_still"))["data"]["output_type"]
    small = {"width": 192, "height": 192, "samples": 16}
    output_type["legacy_preset"]["params"].update(small)
    output_type["overrides"] = {"render_still": {"width_px": 192, "height_px": 192, "samples": 16}}
    changed = scratch / "output_type.json"
    changed.write_text(json.dumps(output_type))
    hartomat("output-types", "set", changed)
    orders = scratch / "orders.csv"
    orders.write_text(ORDERS.format(samples=ROOT / "assets/samples"))
    hartomat("orders", "import", orders)
    scope = "output_type:catalogue_still"
    hartomat("rollout", "gate", scope, "--streak", "6", "--min-runs", "6")
    hartomat("rollout", "promote", scope)
    turned = ["--set", "scene.azimuth_deg=40"]
    for line, settings in [("1", []), ("1", []), ("1", turned), ("2", []), ("2", [])]:
        run = ["run", "canonical-still", "--order-line", f"2026-0412-{line}", "--execution-mode", "graph"]
        hartomat(*run, *settings, check=False)
    # The editor starts an agent; what is changed through that is in the audit list.
    preferences(data, "dark", "english", {})
    editor(data, environment, "--picture", scratch / "spare.png")
    agent = ["--server", "agent"]
    hartomat(*agent, "output-types", "set", changed)
    hartomat(*agent, "rollout", "rollback", scope, "--reason", "The printer saw stripes on the bearing")
    hartomat(*agent, "rollout", "promote", scope)
    hartomat(*agent, "orders", "import", orders)
    library = scratch / "library"
    library.mkdir()
    for file in LIBRARY.glob("*.json"):
        (library / file.name).write_bytes(file.read_bytes())


# ---- pictures -------------------------------------------------------------------------------------


def preferences(data, theme, language, layout):
    """What a person would have chosen; recent workflows stay as the editor noted them."""
    path = data / "editor" / "preferences.json"
    values = json.loads(path.read_text()) if path.exists() else {}
    values.update(theme=theme, language=language, layout=layout)
    now = datetime.datetime.now(datetime.timezone.utc)
    for number, recent in enumerate(values.get("recent", [])):
        opened = now - datetime.timedelta(hours=1 + 20 * number, minutes=5)
        recent["opened_at"] = int(1000 * opened.timestamp())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def editor(data, environment, *arguments, patience=PATIENCE):
    command = [BINARIES / "hartomat-editor", "--data-dir", data, "--size", SIZE, *arguments]
    subprocess.run(command, env=environment, cwd=data.parent, check=True, timeout=patience)


def canvas_data(names, data, workflows, environment):
    """What the pictures of the canvas show: recent workflows, a draft, a run, two models."""
    # The agent makes the library, and a change that nobody saves leaves a draft for the start screen.
    spare = workflows.parent / "spare.png"
    preferences(data, "dark", "english", {})
    for name in ["unfinished.json", "product_page.json", "catalogue_still.json"]:
        editor(data, environment, "--picture", spare, workflows / name)
    editor(data, environment, "--picture", spare, "--select", "view_9_tell", "--run", "delete", workflows / "product_page.json")
    if any(NEWEST[1] in PICTURES[name][3] for name in names):
        run = ["--picture", spare, *RUN, workflows / "proof.json"]
        editor(data, environment, *run, patience=PATIENCE_FOR_A_RUN)
    if any("before.glb" in PICTURES[name][3] for name in names):
        models(workflows)
    if any("before.mp4" in PICTURES[name][3] for name in names):
        videos(workflows)


def take(names, workflows, environment):
    data = workflows.parent / "data"
    if not all(name.startswith(STUDIO) for name in names):
        canvas_data(names, data, workflows, environment)
    studio = workflows.parent / "studio"
    if any(name.startswith(STUDIO) for name in names):
        studio_data(studio, workflows, environment)
    for name in names:
        theme, language, panels, arguments = PICTURES[name]
        layout = {f"{panel}_open": panel in panels for panel in ALL}
        is_made_here = lambda word: str(word).endswith((".json", ".glb", ".mp4", "half.step", "library"))
        arguments = [workflows / word if is_made_here(word) else word for word in arguments]
        of = studio if name.startswith(STUDIO) else data
        preferences(of, theme, language, layout)
        picture = FOLDER / f"{name}.png"
        editor(of, environment, "--picture", picture, *arguments)
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1024} KiB", flush=True)


class Screen:
    """An X server without a screen: so large that the pointer, in its middle, is beside the window."""

    def __enter__(self):
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", "3200x2400x24", "-nolisten", "tcp"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.name = f":{self.process.stdout.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def main():
    names = sys.argv[1:] or list(PICTURES)
    unknown = [name for name in names if name not in PICTURES]
    if unknown:
        raise SystemExit(f"no picture is called {unknown[0]}; there are: {', '.join(PICTURES)}")
    with tempfile.TemporaryDirectory() as folder, Screen() as screen:
        folder = pathlib.Path(folder)
        workflows = folder / "workflows"
        workflows.mkdir()
        catalogue_still().write(workflows, "catalogue_still.json")
        proof().write(workflows, "proof.json")
        unfinished().write(workflows, "unfinished.json")
        product_page().write(workflows, "product_page.json")
        whole = (ROOT / "assets/samples/ball_bearing.step").read_bytes()
        (workflows / "half.step").write_bytes(whole[: len(whole) // 2])
        environment = {
            **os.environ,
            "DISPLAY": screen.name,
            "WAYLAND_DISPLAY": "",
            "XDG_RUNTIME_DIR": str(folder),
            "LANG": "en_GB.UTF-8",
            "HARTOMAT_NO_KEYRING": "1",
        }
        try:
            take(names, workflows, environment)
        finally:
            for data in ("data", "studio"):
                stop = [BINARIES / "hartomat", "--data-dir", folder / data, "agent", "stop"]
                subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
