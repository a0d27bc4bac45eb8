"""What a .blend file holds, as data that two files can be compared by: no dates, no addresses, no paths."""

import hashlib

import bpy
import numpy as np

DIGITS = 6


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
        "images": {image.name: bool(image.packed_file) for image in bpy.data.images if image.source == "FILE"},
        "libraries": sorted(library.name for library in bpy.data.libraries),
        "scripts": sorted(text.name for text in bpy.data.texts),
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
    }


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
        nodes[node.name] = {"type": node.bl_idname, "inputs": inputs}
    links = [
        [link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier]
        for link in tree.links
    ]
    return {"nodes": nodes, "links": sorted(links)}


def of_light(light):
    sizes = [plain(getattr(light, name)) for name in ("size", "size_y") if hasattr(light, name)]
    return {"type": light.type, "energy": plain(light.energy), "sizes": sizes, "nodes": of_tree(light.node_tree)}


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
