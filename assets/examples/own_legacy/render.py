#!/usr/bin/env python3
"""A studio's own legacy pipeline, as small as it can be: one still of a CAD file.

    hartomat legacy set -- /usr/bin/python3 /path/to/render.py {request}

With a Python that has `bpy`, Blender renders the product's hull; with any other, the script draws the product's
points itself. Either is far from what a graph renders, which is what a comparison has to say. The contract is
in docs/own-legacy.md.
"""

import json
import math
import os
import re
import struct
import sys
import zlib

try:
    import bpy
except ImportError:
    bpy = None

NUMBER = rb"[-+]?\d*\.?\d*(?:[eE][-+]?\d+)?"
POINT = re.compile(rb"CARTESIAN_POINT\s*\(\s*'[^']*'\s*,\s*\(\s*(%s)\s*,\s*(%s)\s*,\s*(%s)\s*\)" % ((NUMBER,) * 3))


def progress(share, text):
    print(f"progress {share:.2f} {text}", flush=True)


def read_points(path):
    with open(path, "rb") as file:
        found = POINT.findall(file.read())
    return [tuple(float(value) for value in point) for point in found]


def draw(points, width, height):
    """Rows of RGB: the points from obliquely above, before a grey that grows darker downwards."""
    turn, tilt = math.radians(35), math.radians(25)
    seen = []
    for x, y, z in points:
        right = x * math.cos(turn) - y * math.sin(turn)
        back = x * math.sin(turn) + y * math.cos(turn)
        seen.append((right, z * math.cos(tilt) + back * math.sin(tilt)))
    least = [min(value[axis] for value in seen) for axis in (0, 1)]
    most = [max(value[axis] for value in seen) for axis in (0, 1)]
    span = max(most[0] - least[0], most[1] - least[1], 1e-9) * 1.25
    rows = [bytearray([230 - 60 * row // height] * 3 * width) for row in range(height)]
    radius = max(1, width // 64)
    for right, up in seen:
        column = int(width * (0.5 + (right - (least[0] + most[0]) / 2) / span))
        row = int(height * (0.5 - (up - (least[1] + most[1]) / 2) / span))
        for y in range(max(0, row - radius), min(height, row + radius)):
            for x in range(max(0, column - radius), min(width, column + radius)):
                rows[y][3 * x:3 * x + 3] = bytes((70, 84, 104))
    return rows


def write_png(path, rows, width, height):
    def chunk(kind, content):
        sum_of = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_of)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    light = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    chunks = [(b"IHDR", header), (b"sRGB", b"\0"), (b"IDAT", light), (b"IEND", b"")]
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*entry) for entry in chunks))


def render_in_blender(path, points, width, height, samples):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    middle = [(min(p[axis] for p in points) + max(p[axis] for p in points)) / 2 for axis in range(3)]
    reach = max(max(abs(p[axis] - middle[axis]) for p in points) for axis in range(3)) or 1
    mesh = bpy.data.meshes.new("Product")
    mesh.from_pydata([[(p[axis] - middle[axis]) / reach for axis in range(3)] for p in points], [], [])
    product = bpy.data.objects.new("Product", mesh)
    scene.collection.objects.link(product)
    bpy.context.view_layer.objects.active = product
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.convex_hull()
    bpy.ops.object.mode_set(mode="OBJECT")
    lamp = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    lamp.data.energy, lamp.rotation_euler = 3, (0.6, 0.3, 0)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location, camera.rotation_euler = (3.3, -4.7, 2.6), (math.radians(66), 0, math.radians(35))
    scene.world = bpy.data.worlds.new("World")
    for thing in (lamp, camera):
        scene.collection.objects.link(thing)
    scene.camera = camera
    settings = scene.render
    settings.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.device = samples, "CPU"
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = width, height, 100
    settings.image_settings.file_format = "PNG"
    settings.image_settings.color_mode = "RGB"
    settings.use_file_extension = False
    settings.filepath = path
    bpy.ops.render.render(write_still=True)


def main():
    with open(sys.argv[-1], encoding="utf-8") as file:
        request = json.load(file)
    if request["schema"] != "hartomat.legacy_request/1":
        sys.exit(f"this script knows hartomat.legacy_request/1 and was asked {request['schema']}")
    expected = request["expected"]
    if (expected["kind"], expected["format"]) != ("image", "png"):
        sys.exit(f"this script makes PNG stills and was asked for {expected['kind']}, {expected['format']}")
    width, height = expected["width_px"], expected["height_px"]
    progress(0.1, "reading")
    points = read_points(request["cad_file"]["path"])
    if not points:
        sys.exit(f"{request['cad_file']['name']} has no points")
    print(f"{request['cad_file']['name']}: {len(points)} points")
    progress(0.3, "rendering")
    name = "still.png"
    path = os.path.join(request["output_folder"], name)
    samples = int(request["preset"]["params"].get("samples", 64))
    if bpy:
        render_in_blender(path, points, width, height, samples)
    else:
        write_png(path, draw(points, width, height), width, height)
    result = {
        "schema": "hartomat.legacy_result/1",
        "file": name,
        "renderer": f"Blender {bpy.app.version_string}" if bpy else "render.py",
    }
    with open(os.path.join(request["output_folder"], "result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
    progress(1.0, "done")


main()
