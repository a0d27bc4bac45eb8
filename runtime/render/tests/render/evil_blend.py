"""Writes a Blender file whose scripts leave a mark, in the folder named; opens it trustingly where asked."""

import os
import sys

import bpy

folder = sys.argv[1]
bpy.ops.wm.read_factory_settings(use_empty=True)
text = bpy.data.texts.new("evil.py")
text.write(f"open({folder!r} + '/script-ran', 'w').close()\n")
text.use_module = True
thing = bpy.data.objects.new("Trap", None)
bpy.context.scene.collection.objects.link(thing)
driver = thing.driver_add("location", 0).driver
driver.expression = f"len(open({folder!r} + '/driver-ran', 'w').name)"
path = folder + "/evil.blend"
bpy.ops.wm.save_as_mainfile(filepath=path)
for mark in ("script-ran", "driver-ran"):
    if os.path.exists(f"{folder}/{mark}"):
        os.remove(f"{folder}/{mark}")
if sys.argv[2] == "trust":
    bpy.context.preferences.filepaths.use_scripts_auto_execute = True
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=True)
os._exit(0)
