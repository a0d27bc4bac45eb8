"""A studio's own .blend file as the stage: the product goes where the file says, the rest is the file's.

Places have names, in upper or lower case: an empty or a collection `HartOMat product` is where the product goes,
the camera `HartOMat camera` looks at it (or the scene's own), lights are whatever the file has, and a material
that is named like one of the library takes its place. Scripts run only where a person trusts that very file.
"""

import bpy
from mathutils import Matrix, Vector

import hartomat_file as carried
import hartomat_materials as materials
import hartomat_studio as studio

PRODUCT, CAMERA, LIGHTS = "hartomat product", "hartomat camera", "hartomat lights"


class Unfit(Exception):
    """The file can't be a stage; says why."""


def open_file(path, trusted):
    try:
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=trusted)
    except RuntimeError as err:
        raise Unfit(f"can't be opened: {' '.join(str(err).split())}") from err
    saved, ours = tuple(bpy.data.version)[:2], bpy.app.version[:2]
    if saved > ours:
        raise Unfit(f"was saved by Blender {saved[0]}.{saved[1]}, and this is {ours[0]}.{ours[1]}")


def named(things, name):
    return next((thing for thing in things if thing.name.lower() == name), None)


def place_of_product():
    thing = named(bpy.context.scene.objects, PRODUCT)
    return thing or named(bpy.context.scene.collection.children_recursive, PRODUCT)


def camera_of_file():
    thing = named(bpy.context.scene.objects, CAMERA)
    if thing is not None and thing.type == "CAMERA":
        return thing
    return bpy.context.scene.camera


def has_light():
    if named(bpy.context.scene.collection.children_recursive, LIGHTS):
        return True
    return bpy.context.scene.world is not None or any(thing.type == "LIGHT" for thing in bpy.context.scene.objects)


def missing():
    """What the file has no place for, in words."""
    found = [
        (place_of_product(), "an empty or a collection named `HartOMat product`"),
        (camera_of_file(), "a camera named `HartOMat camera`, or one of the scene"),
        (has_light(), "lights: a lamp, a world, or a collection named `HartOMat lights`"),
    ]
    return [words for thing, words in found if not thing]


def inspect(path):
    open_file(path, False)
    content = {
        "scripts": sorted(text.name for text in bpy.data.texts if text.use_module),
        "drivers": len(carried.script_drivers()),
        "linked": carried.linked(),
        "outside": carried.outside(),
        "saved_by": ".".join(str(number) for number in bpy.data.version),
    }
    cut_off()
    return {"missing": missing(), **content}


def cut_off():
    if bpy.context.scene.library in carried.libraries():
        raise Unfit("links its scene from another file, which it won't have")
    carried.cut_off()


def open_stage(path, trusted):
    """Opens it as a stage, with nothing from outside. Its scripts run only where they are trusted."""
    open_file(path, False)
    if not trusted:
        carried.forget_scripts()
    elif carried.linked():
        # Trust is for the very bytes of one file.
        raise Unfit(f"is trusted and links {', '.join(carried.linked())}, whose scripts nobody has looked at: "
                    "make it local in Blender and add the file again, or take back the trust in it")
    else:
        open_file(path, True)
    cut_off()


def fill(scene, geometry):
    lacking = missing()
    if lacking:
        raise Unfit("lacks " + "; ".join(lacking))
    place = place_of_product()
    # Only those of the file: what is made here has names of the library as well, and other colours.
    own = {material.name: material for material in bpy.data.materials}
    product = [own_material(entry, scene, own) for entry in scene["materials"]]
    collections = studio.make_collections(scene)
    matrix, scale = Matrix.Identity(4), 1.0
    if isinstance(place, bpy.types.Collection):
        for collection, entry in zip(collections, scene["collections"]):
            if entry["parent"] is None:
                bpy.context.scene.collection.children.unlink(collection)
                place.children.link(collection)
    else:
        # The empty's own drawn size is that of the product's longest side.
        scale = 2 * place.empty_display_size / max(scene["extent"]) if place.get("fit", True) else 1.0
        foot = Vector((scene["center"][0], scene["center"][1], scene["foot"]))
        bpy.context.view_layer.update()
        matrix = place.matrix_world @ Matrix.Scale(scale, 4) @ Matrix.Translation(-foot)
        place.hide_render = True
    before = set(bpy.data.objects)
    studio.place_objects(scene, geometry, product, collections, (matrix, scale))
    bpy.context.scene.camera = camera_of_file()
    return product_that_turns([thing for thing in bpy.data.objects if thing not in before])


def product_that_turns(things):
    """The product with where it stands and its middle: the stage of a file stays as it is."""
    bpy.context.view_layer.update()
    corners = [thing.matrix_world @ Vector(corner) for thing in things for corner in thing.bound_box]
    middle = [(min(axis) + max(axis)) / 2 for axis in zip(*corners)]
    return [(thing, thing.matrix_world.copy()) for thing in things if thing.parent is None], middle, 1


def own_material(entry, scene, own):
    """The file's material of that name or key, else the library's."""
    for name in (entry["name"], entry["key"]):
        if name in own:
            return own[name]
    return materials.product_material(entry, scene)
