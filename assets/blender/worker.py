"""A Blender that takes jobs: one JSON object per line in, one per line out.

Runs inside `blender -b -P worker.py -- NONCE` and, as `python worker.py NONCE`, in a Python that has the
module `bpy`. Replies go to what was standard output at the start; whatever Blender prints goes to standard
error, where lines that begin with `@NONCE ` tell the progress. When standard input ends, so does the worker,
in the middle of a render too.

Rules: every job starts from Blender's factory state, names all its files, and is refused when its version
isn't ours. Nothing here reads preferences, runs scripts of files, or reaches for the network.
"""

import json
import os
import queue
import re
import sys
import threading
import traceback

PROTOCOL = 1

NONCE = sys.argv[-1]
FOLDER = os.path.dirname(os.path.abspath(__file__))


def take_pipes():
    """The pipe for replies; Blender's own chatter on standard output is sent to standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return replies


REPLIES = take_pipes()
sys.path.insert(0, FOLDER)
sys.dont_write_bytecode = True

import bpy  # noqa: E402

try:
    import numpy  # noqa: E402, F401
except ImportError:
    # Debian only recommends it beside its Blender.
    sys.exit("this Blender's Python lacks numpy; in Debian and Ubuntu the package is python3-numpy")

import hartomat_dump as dump  # noqa: E402
import hartomat_studio as studio  # noqa: E402
import hartomat_template as template  # noqa: E402
import hartomat_video as video  # noqa: E402


class Refused(Exception):
    """The job itself is wrong: another try ends the same way."""


def reply(message):
    REPLIES.write(json.dumps(message) + "\n")
    REPLIES.flush()


def say(message):
    # Blender may have left half a line there, hence the line break in front.
    os.write(2, f"\n@{NONCE} {json.dumps(message)}\n".encode())


def tell(done, total, left_secs):
    say({"done": done, "total": total, "left_secs": left_secs})


def read_requests(requests):
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def clock_secs(text):
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def on_stats(stats, *_more):
    """Blender tells its progress as text: `… | Remaining:00:03.12 | … | Sample 12/64`."""
    if not isinstance(stats, str):
        return
    samples = re.search(r"Sample (\d+)/(\d+)", stats)
    if samples:
        left = re.search(r"Remaining:([\d:.]+)", stats)
        tell(int(samples[1]), int(samples[2]), clock_secs(left[1]) if left else None)


def factory_state():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    sweep()


def sweep():
    """The factory's empty file. Preferences stay: no job changes them, but for the graphics card, which each
    names anew; reading them again takes three times as long."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True, load_ui=False)
    bpy.context.preferences.filepaths.use_scripts_auto_execute = False
    bpy.app.handlers.render_stats.append(on_stats)


def hello(_job):
    build_hash = bpy.app.build_hash
    return {
        "blender": bpy.app.version_string,
        "build_hash": build_hash.decode() if isinstance(build_hash, bytes) else str(build_hash),
        "denoises": studio.use_denoiser(bpy.context.scene.cycles),
        "gpus": studio.gpus(),
        "module": bool(getattr(bpy.app, "module", False)),
    }


def load_scene(job):
    try:
        with open(job["scene"], encoding="utf-8") as file:
            scene = json.load(file)
        with open(job["geometry"], "rb") as file:
            return scene, file.read()
    except (KeyError, OSError, ValueError) as err:
        raise Refused(f"the job can't be read: {err}") from err


def set_stage(job, scene, geometry):
    """Builds the stage; gives what goes round in a turntable, and around which point."""
    own = scene.get("template")
    if own is None:
        studio.build(scene, geometry)
        return studio.places_that_turn(scene)
    try:
        template.open_stage(job["template"], job["trusted"])
        bpy.app.handlers.render_stats.append(on_stats)
        return template.fill(scene, geometry)
    except template.Unfit as err:
        raise Refused(f"the template `{own['name']}` {err}") from err


def take_picture(output):
    settings = bpy.context.scene.render
    settings.filepath = output
    settings.use_file_extension = False
    # Since Blender 5; a template may have been left set up for videos, which have no such format.
    if hasattr(settings.image_settings, "media_type"):
        settings.image_settings.media_type = "IMAGE"
    settings.image_settings.file_format = "OPEN_EXR"
    settings.image_settings.color_mode = "RGBA"
    settings.image_settings.color_depth = "32"
    settings.image_settings.exr_codec = "ZIP"
    bpy.ops.render.render(write_still=True)
    denoised = settings.engine == "CYCLES" and bpy.context.scene.cycles.use_denoising
    return {"bytes": os.path.getsize(output), "denoised": denoised}


def render(job):
    scene, geometry = load_scene(job)
    set_stage(job, scene, geometry)
    studio.set_up_render(scene, job["shot"])
    return take_picture(job["output"])


def render_turn(job):
    """Builds the scene once; each frame is told of as soon as its file is there."""
    scene, geometry = load_scene(job)
    round_trip = set_stage(job, scene, geometry)
    studio.set_up_render(scene, job["shot"])
    for frame in job["frames"]:
        studio.turn(round_trip, frame["degrees"])
        bpy.context.scene.cycles.seed = frame["seed"]
        # By the pipe of replies: each is there before the reply is.
        reply({"id": job["id"], "more": True, "frame": frame["number"], **take_picture(frame["output"])})
    return {"frames": len(job["frames"])}


def export_blend(job):
    scene, geometry = load_scene(job)
    set_stage(job, scene, geometry)
    studio.set_up_render(scene, job["shot"])
    studio.show_backdrop(scene)
    bpy.context.preferences.filepaths.save_version = 0
    if job["options"]["pack"]:
        bpy.ops.file.pack_all()
    bpy.ops.wm.save_as_mainfile(filepath=job["output"], compress=True, check_existing=False)
    return {"bytes": os.path.getsize(job["output"])}


def encode_video(job):
    video.encode(job)
    return {"bytes": os.path.getsize(job["output"])}


def inspect_template(job):
    try:
        content = template.inspect(job["file"])
    except template.Unfit as err:
        content = {"unfit": str(err)}
    with open(job["output"], "w", encoding="utf-8") as file:
        json.dump(content, file)
    return {"bytes": os.path.getsize(job["output"])}


def dump_blend(job):
    try:
        bpy.ops.wm.open_mainfile(filepath=job["file"], load_ui=False, use_scripts=False)
    except RuntimeError as err:
        raise Refused(f"the file can't be opened: {err}") from err
    with open(job["output"], "w", encoding="utf-8") as file:
        json.dump(dump.canonical(), file, sort_keys=True, separators=(",", ":"))
    return {"bytes": os.path.getsize(job["output"])}


def ran_scripts(job):
    """Whether scripts of a trusted file have run here: what they did may stay in this process."""
    return job.get("trusted") is True


OPERATIONS = {
    "hello": hello,
    "render": render,
    "render_turn": render_turn,
    "export_blend": export_blend,
    "dump_blend": dump_blend,
    "encode_video": encode_video,
    "inspect_template": inspect_template,
}


def answer(line):
    job = json.loads(line)
    number = job.get("id")
    try:
        if job.get("protocol") != PROTOCOL:
            raise Refused(f"protocol {job.get('protocol')} is asked for, this worker speaks {PROTOCOL}")
        if job.get("op") not in OPERATIONS:
            raise Refused(f"unknown operation {job.get('op')!r}")
        result = OPERATIONS[job["op"]](job)
        return {"id": number, "ok": True, "protocol": PROTOCOL, "spent": ran_scripts(job), **result}
    except Refused as err:
        return {"id": number, "ok": False, "refused": True, "message": str(err)}
    except Exception as err:  # whatever a job does wrong is an answer, and this process is given up
        traceback.print_exc()
        return {"id": number, "ok": False, "refused": False, "message": f"{type(err).__name__}: {err}"}
    finally:
        sweep()


def main():
    factory_state()
    requests = queue.Queue()
    threading.Thread(target=read_requests, args=(requests,), daemon=True).start()
    while True:
        reply(answer(requests.get()))


main()
