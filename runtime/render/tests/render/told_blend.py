"""Writes a Blender file with a little of everything, one thing of it changed: `told_blend.py FILE CHANGE`."""

import os
import sys

import bpy

path, change = sys.argv[1:3]
bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene


def put(data):
    thing = bpy.data.objects.new("Own", data)
    scene.collection.objects.link(thing)
    return thing


mesh = bpy.data.meshes.new("Own")
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
thing = put(mesh)
bevel = thing.modifiers.new("Bevel", "BEVEL")
bevel.width = 0.3 if change == "bevel" else 0.2
lamp = bpy.data.lights.new("Own", "POINT")
lamp.color = (1, 0, 0) if change == "color" else (1, 1, 0)
bpy.data.objects.new("Lamp", lamp).use_fake_user = True
image = bpy.data.images.new("Own", 2, 2)
image.pixels[:] = [1 if change == "image" else 0.5] * 16
image.pack()
image.use_fake_user = True
material = bpy.data.materials.new("Own")
material.use_nodes = True
mesh.materials.append(material)
nodes = material.node_tree.nodes
nodes.new("ShaderNodeMath").operation = "SINE" if change == "operation" else "MULTIPLY"
ramp = nodes.new("ShaderNodeValToRGB")
ramp.name = "Color Ramp"
ramp.color_ramp.elements[0].position = 0.4 if change == "ramp" else 0.2
curves = nodes.new("ShaderNodeRGBCurve")
curves.name = "RGB Curves"
curves.mapping.curves[0].points[1].location = (1, 0.4 if change == "curve" else 0.6)
nodes.new("ShaderNodeValue").outputs[0].default_value = 2 if change == "value" else 1
lamp.driver_add("energy").driver.expression = "2 * frame" if change == "driver" else "frame"
for frame, place in ((1, 0), (10, 3 if change == "keys" else 2)):
    thing.location = (place, 0, 0)
    thing.keyframe_insert("location", frame=frame)
bpy.ops.wm.save_as_mainfile(filepath=path)
os._exit(0)
