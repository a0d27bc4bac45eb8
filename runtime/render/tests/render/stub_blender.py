#!/usr/bin/env python3
"""A Blender that lies, one lie per name of this file: what comes after `blender-`."""

import json
import os
import signal
import subprocess
import sys
import time

KEPT = []
HERE = os.path.dirname(os.path.abspath(__file__))
LIE = os.path.basename(__file__).partition("-")[2]


def path(name):
    return os.path.join(HERE, name)


def note(name, text):
    with open(path(name), "a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def say(job, **fields):
    reply = {"id": job["id"], "ok": True, "protocol": 1, **fields}
    print(json.dumps({key: value for key, value in reply.items() if value is not None}), flush=True)


def put(job, content):
    with open(job["output"], "wb") as file:
        file.write(content)
    return len(content)


def light(name="right.exr"):
    with open(path(name), "rb") as file:
        return file.read()


def render(job):
    if LIE == "says-done":
        say(job, bytes=4000)
    elif LIE == "empty":
        say(job, bytes=put(job, b""))
    elif LIE == "truncated":
        say(job, bytes=put(job, light()[: len(light()) // 2]))
    elif LIE == "garbage":
        say(job, bytes=put(job, b"not a picture" * 100))
    elif LIE == "wrong-size":
        say(job, bytes=put(job, light("wrong.exr")))
    elif LIE == "old-size":
        put(job, light())
        say(job, bytes=17)
    elif LIE == "no-size":
        put(job, light())
        say(job)
    elif LIE == "link":
        os.symlink(path("right.exr"), job["output"])
        say(job, bytes=len(light()))
    elif LIE == "folder":
        os.mkdir(job["output"])
        say(job, bytes=4096)
    elif LIE == "other-protocol":
        say(job, bytes=put(job, light()), protocol=2)
    elif LIE == "no-answer":
        say(job, ok=None, bytes=put(job, light()))
    elif LIE == "fails":
        say(job, ok=False, refused=False, message="the card is full")
    elif LIE == "refuses":
        say(job, ok=False, refused=True, message="there is no such mesh")
    elif LIE == "ends":
        put(job, light())
        sys.exit(0)
    elif LIE == "ends-badly":
        print("Error: out of plugs", file=sys.stderr, flush=True)
        sys.exit(9)
    elif LIE == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif LIE == "aborts":
        os.kill(os.getpid(), signal.SIGABRT)
    elif LIE == "is-killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif LIE in ("hangs", "waits"):
        left = subprocess.Popen(["sleep", "600"])
        note("pids", left.pid)
        note("pids", os.getpid())
        time.sleep(600)
    elif LIE in ("grows", "hungry"):
        note("pids", os.getpid())
        KEPT.append(os.urandom(1 << 20) * 300)
        time.sleep(0.6 if LIE == "grows" else 600)
        say(job, bytes=put(job, light()))
    elif LIE == "slow":
        note("pids", os.getpid())
        note("pids", subprocess.Popen(["sleep", "600"], start_new_session=True).pid)
        content = light()
        with open(job["output"], "wb") as file:
            for start in range(0, len(content), 64):
                file.write(content[start:start + 64])
                file.flush()
                time.sleep(0.05)
        say(job, bytes=len(content))
    elif LIE == "honest":
        note("pids", os.getpid())
        print("Fra:1 chatter of a renderer", file=sys.stderr)
        say(job, bytes=put(job, light()))


def tell(job, **fields):
    print(json.dumps({"id": job["id"], "more": True, **fields}), flush=True)


def render_turn(job):
    for frame in job["frames"]:
        number = frame["number"]
        if LIE == "takes-its-time":
            time.sleep(0.8)
        if LIE == "leaves-out":
            break
        if LIE == "crashes-later" and number == 2:
            os.kill(os.getpid(), signal.SIGSEGV)
        size = put(frame, light()[:-40] if LIE == "cuts-off" else light())
        if LIE == "says-frame":
            os.remove(frame["output"])
        tell(job, frame=number + 1 if LIE == "out-of-turn" else number, bytes=size, denoised=True)
    say(job, frames=len(job["frames"]))


os.makedirs(os.path.join(os.environ["TMPDIR"], "blender_leak"), exist_ok=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "hello":
        say(request, blender="4.5.0", build_hash="stub")
    elif request["op"] == "render_turn":
        render_turn(request)
    else:
        render(request)
