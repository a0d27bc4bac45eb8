"""What a .blend file brings along beside its scene: drivers, scripts, and files outside of it."""

import bpy

# Data that lies in files, with what stands in for a file's name: of fonts Blender has one of its own.
IN_FILES = {"images": "", "sounds": "", "volumes": "", "cache_files": "", "movieclips": "", "fonts": "<builtin>"}
# Nodes that name a file.
FILE_NODES = ("ShaderNodeTexIES", "ShaderNodeScript")
# Nodes that read whatever file a socket names, which may have been computed.
IMPORT_NODES = "GeometryNodeImport"


def owners():
    """Whatever can be animated, each with a name: data-blocks, and the node trees inside of them."""
    for kind in bpy.data.bl_rna.properties:
        # Newer ones have a list of all others too.
        if kind.type != "COLLECTION" or kind.identifier == "all_ids":
            continue
        for thing in getattr(bpy.data, kind.identifier):
            name = f"{kind.identifier}/{thing.name}"
            yield name, thing
            tree = getattr(thing, "node_tree", None)
            if tree is not None and tree.is_embedded_data:
                yield f"{name}/nodes", tree


def trees():
    return [owner for _, owner in owners() if isinstance(owner, bpy.types.NodeTree)]


def drivers():
    """All drivers: name of the owner, owner, curve."""
    for name, owner in owners():
        animation = getattr(owner, "animation_data", None)
        for curve in animation.drivers if animation else ():
            yield name, owner, curve


def script_drivers():
    """Those that need Python; plain arithmetic is computed by Blender itself, whatever is trusted."""
    return [
        (owner, curve)
        for _, owner, curve in drivers()
        if curve.driver.type == "SCRIPTED" and not curve.driver.is_simple_expression
    ]


def light_profiles():
    """Names of texts that say how a lamp shines, and are no scripts."""
    nodes = [node for tree in trees() for node in tree.nodes]
    return {node.ies.name for node in nodes if node.bl_idname == "ShaderNodeTexIES" and node.ies}


def forget_scripts():
    """What nobody trusted neither runs nor is handed on."""
    # Texts are styles of lines and shaders too, which run without being asked.
    profiles = light_profiles()
    for text in list(bpy.data.texts):
        if text.name in profiles:
            text.use_module = False
        else:
            bpy.data.texts.remove(text)
    for tree in trees():
        for node in tree.nodes:
            if node.bl_idname == "ShaderNodeScript":
                node.script = None
    for scene in bpy.data.scenes:
        for layer in scene.view_layers:
            for module in layer.freestyle_settings.modules:
                module.script = None
    for owner, curve in script_drivers():
        owner.animation_data.drivers.remove(curve)
    for scene in bpy.data.scenes:
        if hasattr(getattr(scene, "cycles", None), "shading_system"):
            scene.cycles.shading_system = False
    for camera in bpy.data.cameras:
        # Since Blender 5 a camera can be a shader.
        if camera.type == "CUSTOM":
            camera.type = "PERSP"


def is_outside(library):
    if library.packed_file or getattr(library, "is_archive", False):
        return False
    # Since Blender 5 a library may stand for what was packed from it, and for nothing else.
    return not getattr(library, "archive_libraries", ()) or bool(library.users_id)


def libraries():
    """Files that are linked and not packed."""
    return [library for library in bpy.data.libraries if is_outside(library)]


def linked():
    """Their paths."""
    return sorted(library.filepath for library in libraries())


def loose():
    """What names a file that isn't packed: owner, property, and what it names when it names none."""
    for kind, none in IN_FILES.items():
        for thing in getattr(bpy.data, kind):
            if not getattr(thing, "packed_file", None):
                yield thing, "filepath", none
    for tree in trees():
        for node in tree.nodes:
            if node.bl_idname in FILE_NODES:
                yield node, "filepath", ""
    for camera in bpy.data.cameras:
        yield camera, "custom_filepath", ""
    for thing in bpy.data.objects:
        for modifier in thing.modifiers:
            # Of those that compute, an ocean alone can be cached.
            if modifier.type == "MESH_CACHE" or getattr(modifier, "is_cached", False):
                yield modifier, "filepath", ""


def loose_paths():
    """The same where a file is named."""
    return [entry for entry in loose() if getattr(entry[0], entry[1], entry[2]) != entry[2]]


def import_nodes():
    return [(tree, node) for tree in trees() for node in tree.nodes if node.bl_idname.startswith(IMPORT_NODES)]


def outside():
    """What it needs and doesn't bring along, by paths and names of nodes."""
    paths = [getattr(owner, name) for owner, name, _ in loose_paths()]
    nodes = [f"the node {node.name}" for _, node in import_nodes()]
    return linked() + sorted({*paths, *nodes})


def cut_off():
    """Leaves nothing that could be read from outside, nor be packed from there."""
    for name in [library.name for library in libraries()]:
        # One may have gone with another.
        library = bpy.data.libraries.get(name)
        if library is not None:
            bpy.data.libraries.remove(library)
    for owner, name, none in loose_paths():
        setattr(owner, name, none)
    for tree, node in import_nodes():
        tree.nodes.remove(node)
