"""A studio's own legacy program that lies, one lie per name: `own_liar.py LIE NOTES REQUEST`."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
import zlib

LIE, NOTES, REQUEST = sys.argv[1:]
with open(REQUEST, encoding="utf-8") as file:
    ASKED = json.load(file)
OUTPUT = ASKED["output_folder"]
SIZE = (ASKED["expected"]["width_px"], ASKED["expected"]["height_px"])


def png(width, height):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    light = zlib.compress((b"\0" + bytes((200, 120, 40)) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", light) + chunk(b"IEND", b"")


def put(name, content):
    with open(os.path.join(OUTPUT, name), "wb") as file:
        file.write(content)


def note(text):
    with open(NOTES, "a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def answer(name="still.png", schema="hartomat.legacy_result/1"):
    put("result.json", json.dumps({"schema": schema, "file": name}).encode())


def leave_somebody():
    note(subprocess.Popen(["sleep", "600"], start_new_session=True, close_fds=True).pid)


note(os.getpid())
good = png(*SIZE)
if LIE == "says-done":
    sys.exit(0)
elif LIE == "no-picture":
    answer()
elif LIE == "no-result":
    put("still.png", good)
elif LIE == "garbage-result":
    put("still.png", good)
    put("result.json", b"{\"schema\": ")
elif LIE == "other-schema":
    put("still.png", good)
    answer(schema="hartomat.legacy_result/9")
elif LIE == "empty":
    put("still.png", b"")
    answer()
elif LIE == "truncated":
    put("still.png", good[: len(good) // 2])
    answer()
elif LIE == "text":
    put("still.png", b"a fine picture" * 100)
    answer()
elif LIE == "wrong-size":
    put("still.png", png(SIZE[0] + 1, SIZE[1]))
    answer()
elif LIE == "old":
    put("still.png", good)
    os.utime(os.path.join(OUTPUT, "still.png"), (1_000_000_000, 1_000_000_000))
    answer()
elif LIE == "link":
    put("real.png", good)
    os.symlink("real.png", os.path.join(OUTPUT, "still.png"))
    answer()
elif LIE == "hard-link":
    put("real.png", good)
    os.link(os.path.join(OUTPUT, "real.png"), os.path.join(OUTPUT, "still.png"))
    answer()
elif LIE == "pipe":
    os.mkfifo(os.path.join(OUTPUT, "still.png"))
    answer()
elif LIE == "outside":
    answer("../input/request.json")
elif LIE == "absolute":
    answer("/etc/hostname")
elif LIE == "folder-link":
    other = OUTPUT + "-other"
    os.rename(OUTPUT, other)
    os.symlink(other, OUTPUT)
    put("still.png", good)
    answer()
elif LIE == "huge":
    with open(os.path.join(OUTPUT, "still.png"), "wb") as file:
        for _block in range(64):
            file.write(b"\0" * (1 << 20))
    answer()
elif LIE == "many":
    for number in range(120):
        with open(os.path.join(OUTPUT, f"part{number}"), "wb") as file:
            file.truncate(1 << 20)
    time.sleep(600)
elif LIE == "hungry":
    kept = [bytearray(os.urandom(1 << 20)) for _block in range(400)]
    time.sleep(600)
elif LIE == "hangs":
    leave_somebody()
    time.sleep(600)
elif LIE == "fails":
    print("Error: the licence server is closed", file=sys.stderr)
    sys.exit(3)
elif LIE == "crashes":
    os.kill(os.getpid(), signal.SIGSEGV)
elif LIE == "leaves-somebody":
    leave_somebody()
    put("still.png", good)
    answer()
elif LIE == "looks-around":
    print("environment", " ".join(sorted(os.environ)))
    def keys(value):
        return {key: keys(inner) for key, inner in value.items()} if isinstance(value, dict) else None

    print("asked", json.dumps(keys(ASKED)))
    print("input", repr(sys.stdin.read()))
    print("secret", os.environ.get("STUDIO_SECRET"), os.environ.get("STUDIO_LICENCE"))
    put("still.png", good)
    answer()
