"""Writes a template of the kind that is asked for: `template_blend.py FOLDER KIND`."""

import os
import sys

import bpy

folder, kind = sys.argv[1:3]
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
scene.world = bpy.data.worlds.new("Sky")
scene.world.use_nodes = True
scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.05, 0.2, 0.6, 1)


def put(name, data, location, rotation=(0, 0, 0)):
    thing = bpy.data.objects.new(name, data)
    thing.location, thing.rotation_euler = location, rotation
    scene.collection.objects.link(thing)
    return thing


if kind != "placeless":
    place = put("HartOMat product", None, (0, 0, 0.5), (0, 0, 0.5))
    place.empty_display_size = 0.5
    put("HartOMat camera", bpy.data.cameras.new("Camera"), (0, -3.2, 1.2), (1.4, 0, 0))
    lamp = put("Lamp", bpy.data.lights.new("Lamp", "SUN"), (2, -2, 3), (0.7, 0.3, 0))
    lamp.data.energy = 4
own = bpy.data.materials.new("paint_red")
own.use_nodes = True
own.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0, 0.6, 0.05, 1)
own.use_fake_user = True
if kind == "evil":
    text = bpy.data.texts.new("evil.py")
    text.write(f"import bpy\nopen({folder!r} + '/script-ran', 'w').close()\n"
               f"bpy.app.handlers.render_pre.append(lambda *_: open({folder!r} + '/handler-ran', 'w').close())\n")
    text.use_module = True
    driver = scene.camera.driver_add("location", 0).driver if scene.camera else place.driver_add("location", 0).driver
    driver.expression = f"len(open({folder!r} + '/driver-ran', 'w').name) * 0"
path = os.path.join(folder, kind + ".blend")
bpy.ops.wm.save_as_mainfile(filepath=path, compress=False)
if kind == "future":
    with open(path, "r+b") as file:
        head = file.read(12)
        file.seek(0)
        file.write(head[:9] + b"999")
for mark in ("script-ran", "handler-ran", "driver-ran"):
    if os.path.exists(os.path.join(folder, mark)):
        os.remove(os.path.join(folder, mark))
os._exit(0)
