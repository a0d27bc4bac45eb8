"""What a .blend file holds, as data that two files can be compared by: no dates, no addresses, no paths."""

import hashlib

import bpy
import numpy as np

import hartomat_file as carried

DIGITS = 6
# How something looks in the editor, and what is told of it elsewhere.
LOOKS_OF_NODES = {
    "rna_type", "name", "label", "type", "location", "location_absolute", "width", "width_hidden", "height", "hide",
    "color", "color_tag", "use_custom_color", "parent", "select",
}
LOOKS_OF_MODIFIERS = {"rna_type", "name", "type", "is_active", "use_pin_to_last", "persistent_uid"}
LOOKS_OF_LIGHTS = {"rna_type", "name", "type", "node_tree", "tag", "use_fake_user", "use_extra_user"}
LOOKS_OF_ITEMS = {"rna_type", "select"}
LOOKS_BEGIN = ("bl_", "active", "open_", "show_")
# Settings that are made of settings, by type, and lists of such, by name; there are others with `_items`.
NESTED = {"ColorRamp", "CurveMapping", "CurveProfile", "ColorMapping", "TexMapping", "ImageUser"}
LISTS = {"elements", "curves", "points"}
PATHS = {"FILE_PATH", "DIR_PATH", "FILE_NAME"}
# Nodes that keep their value in what they put out.
VALUES = ("Value", "RGB", "Normal")


def canonical():
    return {
        "objects": {thing.name: of_object(thing) for thing in bpy.data.objects},
        "collections": {group.name: of_collection(group) for group in bpy.data.collections},
        "meshes": {mesh.name: of_mesh(mesh) for mesh in bpy.data.meshes},
        "materials": {entry.name: of_material(entry) for entry in bpy.data.materials},
        "lights": {light.name: of_light(light) for light in bpy.data.lights},
        "cameras": {camera.name: of_camera(camera) for camera in bpy.data.cameras},
        "worlds": {world.name: of_tree(world.node_tree) for world in bpy.data.worlds},
        "scenes": {scene.name: of_scene(scene) for scene in bpy.data.scenes},
        "node_groups": {tree.name: of_tree(tree) for tree in bpy.data.node_groups},
        "images": {image.name: of_image(image) for image in bpy.data.images if image.source != "VIEWER"},
        "libraries": sorted(library.name for library in bpy.data.libraries),
        "scripts": sorted({text.name for text in bpy.data.texts} - carried.light_profiles()),
        "drivers": sorted((of_driver(name, curve) for name, _, curve in carried.drivers()), key=lambda entry: entry[:3]),
        "actions": {action.name: of_action(action) for action in bpy.data.actions},
        "animated": dict(of_animated()),
    }


def plain(value):
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, float):
        # Plus zero, so that −0 and 0 are one number.
        return round(value, DIGITS) + 0.0
    if isinstance(value, (set, frozenset)):
        return sorted(str(item) for item in value)
    if hasattr(value, "name") and hasattr(value, "bl_rna"):
        return value.name
    if hasattr(value, "__len__"):
        return [plain(item) for item in value]
    return str(value)


def of_settings(thing, looks):
    """What is set otherwise than usual, by name."""
    found = {}
    for prop in thing.bl_rna.properties:
        name = prop.identifier
        if name in looks or (name.startswith(LOOKS_BEGIN) and name != "show_render"):
            continue
        value = of_setting(thing, prop)
        if value is not None:
            found[name] = value
    return found


def of_setting(thing, prop):
    """None where it says nothing."""
    value = getattr(thing, prop.identifier, None)
    if prop.type == "COLLECTION":
        is_told = prop.identifier in LISTS or prop.identifier.endswith("_items")
        return [of_settings(item, LOOKS_OF_ITEMS) for item in value] if is_told else None
    if prop.type == "POINTER":
        kind = prop.fixed_type.identifier
        if value is not None and (kind in NESTED or kind.startswith("Cycles")):
            return of_settings(value, LOOKS_OF_ITEMS) or None
        return value.name if isinstance(value, bpy.types.ID) and not prop.is_readonly else None
    if prop.is_readonly or prop.subtype in PATHS:
        return None
    value = plain(value)
    return None if value == plain(usual(prop)) else value


def usual(prop):
    if getattr(prop, "is_array", False):
        return prop.default_array
    return prop.default_flag if prop.is_enum_flag else prop.default


def of_object(thing):
    return {
        "type": thing.type,
        "data": plain(thing.data),
        "parent": plain(thing.parent),
        "collections": sorted(group.name for group in thing.users_collection),
        "matrix": [plain(value) for row in thing.matrix_world for value in row],
        "is_shadow_catcher": thing.is_shadow_catcher,
        "visible_to_camera": thing.visible_camera,
        "hidden": thing.hide_render,
        "modifiers": [of_modifier(modifier) for modifier in thing.modifiers],
    }


def of_modifier(modifier):
    # What goes into node groups lies beside the settings.
    inputs = {name: plain(modifier[name]) for name in modifier.keys()} if modifier.type == "NODES" else {}
    return {"name": modifier.name, "type": modifier.type, "set": of_settings(modifier, LOOKS_OF_MODIFIERS), "inputs": inputs}


def of_collection(group):
    return {
        "objects": sorted(thing.name for thing in group.objects),
        "children": sorted(child.name for child in group.children),
    }


def of_mesh(mesh):
    positions = np.empty(3 * len(mesh.vertices), dtype=np.float32)
    mesh.vertices.foreach_get("co", positions)
    corners = np.empty(len(mesh.loops), dtype=np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    slots = np.empty(len(mesh.polygons), dtype=np.int32)
    mesh.polygons.foreach_get("material_index", slots)
    digest = hashlib.sha256(positions.tobytes() + corners.tobytes() + slots.tobytes())
    points = positions.reshape(-1, 3)
    return {
        "vertices": len(mesh.vertices),
        "faces": len(mesh.polygons),
        "materials": [plain(entry) for entry in mesh.materials],
        "box": [[plain(float(value)) for value in corner] for corner in (points.min(0), points.max(0))] if len(points) else [],
        "sha256": digest.hexdigest(),
    }


def of_material(entry):
    return {"key": entry.get("hartomat_key"), "nodes": of_tree(entry.node_tree)}


def of_tree(tree):
    if tree is None:
        return None
    nodes = {}
    for node in tree.nodes:
        inputs = [plain(getattr(socket, "default_value", None)) for socket in node.inputs if not socket.is_linked]
        nodes[node.name] = {"type": node.bl_idname, "inputs": inputs, "set": of_settings(node, LOOKS_OF_NODES)}
        if node.bl_idname.endswith(VALUES):
            nodes[node.name]["values"] = [plain(getattr(socket, "default_value", None)) for socket in node.outputs]
    links = [
        [link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier]
        for link in tree.links
    ]
    return {"nodes": nodes, "links": sorted(links)}


def of_light(light):
    sizes = [plain(getattr(light, name)) for name in ("size", "size_y") if hasattr(light, name)]
    return {
        "type": light.type,
        "energy": plain(light.energy),
        "sizes": sizes,
        "set": of_settings(light, LOOKS_OF_LIGHTS),
        "nodes": of_tree(light.node_tree),
    }


def of_image(image):
    packed = [entry.packed_file.data for entry in image.packed_files if entry.packed_file]
    made = ("generated_type", "generated_width", "generated_height", "generated_color")
    return {
        "packed": hashlib.sha256(b"".join(packed)).hexdigest() if packed else None,
        "source": image.source,
        "colors": image.colorspace_settings.name,
        "alpha": image.alpha_mode,
        "made": [plain(getattr(image, name)) for name in made] if image.source == "GENERATED" else None,
    }


def of_driver(name, curve):
    driver = curve.driver
    variables = [
        [variable.name, variable.type, [[plain(target.id), target.data_path] for target in variable.targets]]
        for variable in driver.variables
    ]
    return [name, curve.data_path, curve.array_index, driver.type, driver.expression, variables]


def of_action(action):
    layers = getattr(action, "layers", ())
    bags = [bag for layer in layers for strip in layer.strips for bag in strip.channelbags]
    curves = [(plain(getattr(bag.slot, "identifier", "")), curve) for bag in bags for curve in bag.fcurves]
    if not curves:
        # Before Blender 4.4 an action was one list of curves.
        curves = [("", curve) for curve in getattr(action, "fcurves", ())]
    told = [[slot, curve.data_path, curve.array_index, of_keys(curve)] for slot, curve in curves]
    return sorted(told, key=lambda entry: entry[:3])


def of_keys(curve):
    return [[*plain(key.co), key.interpolation] for key in curve.keyframe_points]


def of_animated():
    """What moves, with the action that moves it."""
    for name, owner in carried.owners():
        animation = getattr(owner, "animation_data", None)
        if animation and animation.action:
            yield name, animation.action.name


def of_camera(camera):
    names = ("type", "lens", "sensor_fit", "sensor_height", "clip_start", "clip_end")
    return {name: plain(getattr(camera, name)) for name in names}


def of_scene(scene):
    render = {
        name: plain(getattr(scene.render, name))
        for name in ("engine", "resolution_x", "resolution_y", "resolution_percentage", "film_transparent", "fps")
    }
    result = {"camera": plain(scene.camera), "world": plain(scene.world), "render": render}
    result["view"] = {name: plain(getattr(scene.view_settings, name)) for name in ("view_transform", "look", "exposure", "gamma")}
    if scene.render.engine == "CYCLES":
        names = ("samples", "seed", "use_denoising", "max_bounces", "use_adaptive_sampling", "adaptive_threshold")
        result["cycles"] = {name: plain(getattr(scene.cycles, name)) for name in names}
    return result
