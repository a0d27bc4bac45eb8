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
if kind == "good":
    # As people leave their files: a part of the picture, for two eyes, as a video.
    scene.render.use_border = scene.render.use_crop_to_border = scene.render.use_multiview = True
    scene.render.border_max_x = 0.5
    if hasattr(scene.render.image_settings, "media_type"):
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"
if kind == "outside":
    secret = os.path.join(folder, "secret.txt")
    with open(secret, "w") as file:
        file.write("nobody's business")
    image = bpy.data.images.new("Secret", 1, 1)
    image.source, image.filepath, image.use_fake_user = "FILE", secret, True
    volume = bpy.data.volumes.new("Cloud")
    volume.filepath, volume.use_fake_user = secret, True
    fonts = bpy.utils.system_resource("DATAFILES", path="fonts")
    words = bpy.data.curves.new("Words", "FONT")
    words.body = "words"
    words.font = bpy.data.fonts.load(os.path.join(fonts, sorted(os.listdir(fonts))[0]))
    put("Words", words, (0, 1, 0))
    library = os.path.join(folder, "library.blend")
    there = bpy.data.objects.new("Linked", None)
    there.driver_add("location", 0).driver.expression = f"len(open({folder!r} + '/driver-ran', 'w').name)"
    bpy.data.libraries.write(library, {there})
    bpy.data.objects.remove(there)
    with bpy.data.libraries.load(library, link=True) as (_, taken):
        taken.objects = ["Linked"]
    scene.collection.objects.link(taken.objects[0])
if kind == "evil":
    text = bpy.data.texts.new("evil.py")
    text.write(f"import bpy\nopen({folder!r} + '/script-ran', 'w').close()\n"
               f"bpy.app.handlers.render_pre.append(lambda *_: open({folder!r} + '/handler-ran', 'w').close())\n")
    text.use_module = True
    sky = scene.world.node_tree.nodes["Background"].inputs["Strength"]
    bent = bpy.data.meshes.new("Bent")
    bent.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    thing = put("Bent", bent, (0, 5, 0))
    thing.shape_key_add(name="Basis")
    key = thing.shape_key_add(name="Key")
    eye = bpy.data.objects["HartOMat camera"]
    driven = [(eye, "location", 0), (eye.data, "lens", 50), (lamp.data, "energy", 4), (sky, "default_value", 1),
              (key, "value", 0)]
    for owner, name, value in driven:
        curve = owner.driver_add(name, 0) if name == "location" else owner.driver_add(name)
        curve.driver.expression = f"{value} + 0 * len(open({folder!r} + '/driver-ran', 'w').name)"
    # Nor is how a lamp shines.
    shine = scene.world.node_tree.nodes.new("ShaderNodeTexIES")
    shine.ies = bpy.data.texts.new("lamp.ies")
    shine.ies.write("IESNA:LM-63-1995\n")
    # Plain arithmetic is no script.
    eye.driver_add("rotation_euler", 1).driver.expression = "0.0 * frame"
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
