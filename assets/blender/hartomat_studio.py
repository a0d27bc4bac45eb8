"""Builds a composed scene in Blender: product, materials, soft boxes, floor, room and camera.

The meaning of every number is that of the embedded renderer; where Blender means something else by the same
word, it is converted here. Lengths arrive in metres, Z up.
"""

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector

import hartomat_materials as materials

FADE_RADII = (1.6, 6.5)


def build(scene, geometry):
    product = materials.product_materials(scene)
    collections = make_collections(scene)
    place_objects(scene, geometry, product, collections, (Matrix.Identity(4), 1.0))
    stage = bpy.data.collections.new("Studio")
    bpy.context.scene.collection.children.link(stage)
    for light in scene["lights"]:
        add_panel(stage, light)
    if scene["ground"]:
        add_ground(stage, scene)
    set_world(scene["environment"])
    add_camera(stage, scene)


def place_objects(scene, geometry, product, collections, place):
    matrix, scale = place
    meshes = [make_mesh(mesh, geometry, product) for mesh in scene["meshes"]]
    for placed in scene["objects"]:
        thing = bpy.data.objects.new(placed["name"], meshes[placed["mesh"]])
        thing.matrix_world = matrix @ Matrix([placed["matrix"][row * 4:row * 4 + 4] for row in range(4)])
        thing["rounding"] = placed["rounding"] * scale
        collections[placed["collection"]].objects.link(thing)


def make_collections(scene):
    made = []
    for entry in scene["collections"]:
        collection = bpy.data.collections.new(entry["name"])
        parent = bpy.context.scene.collection if entry["parent"] is None else made[entry["parent"]]
        parent.children.link(collection)
        made.append(collection)
    return made


def block(geometry, kind, place, columns):
    start, count = place
    return np.frombuffer(geometry, dtype=kind, count=count * columns, offset=start)


def make_mesh(entry, geometry, product):
    mesh = bpy.data.meshes.new(entry["name"])
    positions = block(geometry, "<f4", entry["positions"], 3)
    corners = block(geometry, "<u4", entry["triangles"], 3).astype(np.int32)
    triangles = len(corners) // 3
    mesh.vertices.add(len(positions) // 3)
    mesh.vertices.foreach_set("co", positions)
    mesh.loops.add(len(corners))
    mesh.loops.foreach_set("vertex_index", corners)
    mesh.polygons.add(triangles)
    mesh.polygons.foreach_set("loop_start", np.arange(0, 3 * triangles, 3, dtype=np.int32))
    if bpy.app.version < (3, 6, 0):
        mesh.polygons.foreach_set("loop_total", np.full(triangles, 3, dtype=np.int32))
    slots = np.concatenate([np.full(count, slot, np.int32) for slot, (_, count) in enumerate(entry["slots"])])
    for material, _ in entry["slots"]:
        mesh.materials.append(product[material])
    mesh.polygons.foreach_set("material_index", slots)
    mesh.polygons.foreach_set("use_smooth", np.ones(triangles, dtype=bool))
    add_marks(mesh, positions.reshape(-1, 3), entry["making"])
    mesh.update(calc_edges=True)
    normals = block(geometry, "<f4", entry["normals"], 3).reshape(-1, 3)
    if hasattr(mesh, "use_auto_smooth"):
        mesh.use_auto_smooth = True
    mesh.normals_split_custom_set_from_vertices(normals)
    return mesh


def add_marks(mesh, positions, making):
    """The direction in which a tool left its marks: around the axis of turned parts, along it else."""
    axis = np.array(making["axis"], dtype=np.float32)
    marks = np.tile(axis, (len(positions), 1))
    if making["turned"]:
        marks = np.cross(axis, positions - np.array(making["center"], dtype=np.float32))
    attribute = mesh.attributes.new("marks", "FLOAT_VECTOR", "POINT")
    attribute.data.foreach_set("vector", marks.astype(np.float32).ravel())


def facing(position, target):
    """A frame at `position` whose −Z looks at `target`, with Z of the world up."""
    forward = (Vector(target) - Vector(position)).normalized()
    right = forward.cross(Vector((0, 0, 1)))
    right = right.normalized() if right.length > 1e-6 else Vector((1, 0, 0))
    up = right.cross(forward)
    columns = Matrix((right, up, -forward)).transposed().to_4x4()
    return Matrix.Translation(position) @ columns


def add_panel(stage, light):
    """A soft box: an area light, and a black card at its back that keeps other light out."""
    place = facing(light["position"], light["target"])
    width, height = light["size"]
    if max(light["radiance"]) > 0:
        lamp = bpy.data.lights.new(light["name"], "AREA")
        lamp.shape, lamp.size, lamp.size_y = "RECTANGLE", width, height
        # Blender divides the power of a lamp by its area, and by π (here) and 4 (historically).
        lamp.energy = math.pi * width * height
        lamp.color = (1, 1, 1)
        materials.light_nodes(lamp, light)
        thing = bpy.data.objects.new(light["name"], lamp)
        thing.matrix_world = place
        thing.visible_camera = False
        stage.objects.link(thing)
    card = bpy.data.meshes.new(light["name"] + " card")
    x, y, z = width / 2, height / 2, 0.002 * max(width, height)
    card.from_pydata([(-x, -y, z), (x, -y, z), (x, y, z), (-x, y, z)], [], [(0, 3, 2, 1)])
    layer = card.uv_layers.new(name="panel")
    layer.data.foreach_set("uv", [0, 0, 0, 1, 1, 1, 1, 0])
    card.materials.append(materials.card(light))
    thing = bpy.data.objects.new(light["name"] + " card", card)
    thing.matrix_world = place
    thing.visible_camera = False
    stage.objects.link(thing)


def add_ground(stage, scene):
    ground, center, radius = scene["ground"], scene["center"], scene["radius"]
    mesh = bpy.data.meshes.new("Ground")
    far = 400 * radius
    mesh.from_pydata([(-far, -far, 0), (far, -far, 0), (far, far, 0), (-far, far, 0)], [], [(0, 1, 2, 3)])
    reach = [radii * radius for radii in FADE_RADII]
    mesh.materials.append(materials.ground(ground, reach, scene["environment"]["horizon"]))
    thing = bpy.data.objects.new("Ground", mesh)
    thing.location = (center[0], center[1], scene["floor"])
    thing.is_shadow_catcher = ground["shadow_only"]
    stage.objects.link(thing)


def set_world(environment):
    world = bpy.data.worlds.new("Room")
    materials.world_nodes(world, environment)
    bpy.context.scene.world = world
    # Blender looks for suns in a map of its own choice, which takes two seconds of each picture. A gradient has none.
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 64


def add_camera(stage, scene):
    view = scene["camera"]
    camera = bpy.data.cameras.new("Camera")
    camera.sensor_fit = "VERTICAL"
    camera.sensor_height = 24.0
    camera.lens = 12.0 / math.tan(math.radians(view["vertical_fov_deg"]) / 2)
    distance = (Vector(view["position"]) - Vector(scene["center"])).length + scene["radius"]
    camera.clip_start, camera.clip_end = max(distance * 1e-3, 1e-5), distance * 1e3
    thing = bpy.data.objects.new("Camera", camera)
    thing.matrix_world = facing(view["position"], view["target"])
    stage.objects.link(thing)
    bpy.context.scene.camera = thing


def places_that_turn(scene):
    """Camera and lights with where they stand, the product's middle, and which way they go: against the way that
    the product turns. The floor is as round as the room."""
    things = bpy.data.collections["Studio"].objects
    return [(thing, thing.matrix_world.copy()) for thing in things if thing.name != "Ground"], scene["center"], -1


def turn(round_trip, degrees):
    """What goes round is turned so far from where it stood, about the vertical through the middle."""
    places, middle, way = round_trip
    center = Matrix.Translation(middle)
    turned = center @ Matrix.Rotation(way * math.radians(degrees), 4, "Z") @ center.inverted()
    for thing, place in places:
        thing.matrix_world = turned @ place


def set_up_render(scene, shot):
    studio = bpy.context.scene
    studio.unit_settings.length_unit = "MILLIMETERS"
    settings = studio.render
    settings.resolution_x, settings.resolution_y = shot["width_px"], shot["height_px"]
    settings.resolution_percentage = 100
    # A template may be left with a part of the picture, or with a picture for each eye.
    settings.use_border = settings.use_crop_to_border = settings.use_multiview = False
    if scene.get("template") is None:
        settings.film_transparent = True
    settings.use_stamp = False
    settings.use_compositing = settings.use_sequencer = False
    if shot["engine"] == "eevee":
        set_up_eevee(studio, scene, shot)
    else:
        set_up_cycles(studio, scene, shot)
    set_view(studio, scene)


def set_up_cycles(studio, scene, shot):
    studio.render.engine = "CYCLES"
    cycles = studio.cycles
    cycles.device = "GPU" if shot["device"] == "gpu" and use_gpu() else "CPU"
    cycles.samples = shot["samples"]
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.02
    cycles.seed = shot["seed"]
    cycles.film_transparent_glass = True
    cycles.blur_glossy = 1.0
    # As the embedded renderer: light that came round a corner is cut where it would be a firefly.
    cycles.sample_clamp_indirect = 6.0 * 2 ** -scene["exposure_ev"]
    cycles.max_bounces = shot["max_bounces"]
    for kind in ("diffuse_bounces", "glossy_bounces", "transmission_bounces"):
        setattr(cycles, kind, shot["max_bounces"])
    cycles.transparent_max_bounces = 64
    cycles.use_denoising = shot["denoise"] and use_denoiser(cycles)
    # Cleaning the guides first takes longer than a small picture, and shows in none.
    is_small = max(shot["width_px"], shot["height_px"]) <= 512
    cycles.denoising_prefilter = "FAST" if is_small else "ACCURATE"


def set_up_eevee(studio, scene, shot):
    """A rasterizer knows no cards, no catchers of shadows, and no nodes of lamps: their light is set plainly."""
    for name in ("BLENDER_EEVEE", "BLENDER_EEVEE_NEXT"):
        try:
            studio.render.engine = name
            break
        except TypeError:
            continue
    studio.eevee.taa_render_samples = shot["samples"]
    for light in scene["lights"] if scene.get("template") is None else []:
        card = bpy.data.objects.get(light["name"] + " card")
        if card:
            card.hide_render = True
        lamp = bpy.data.lights.get(light["name"])
        most = max(light["radiance"])
        if lamp and most > 0:
            lamp.use_nodes = False
            lamp.color = [channel / most for channel in light["radiance"]]
            lamp.energy *= most
    if scene.get("template") is None and scene["ground"] and scene["ground"]["shadow_only"]:
        bpy.data.objects["Ground"].hide_render = True


def cycles_preferences():
    return bpy.context.preferences.addons["cycles"].preferences


def gpu_kind():
    """The kind of graphics card that Cycles can compute on, and those cards."""
    preferences = cycles_preferences()
    for kind in ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI"):
        try:
            preferences.compute_device_type = kind
        except TypeError:
            continue
        preferences.get_devices()
        cards = [device for device in preferences.devices if device.type == kind]
        if cards:
            return kind, cards
    preferences.compute_device_type = "NONE"
    return None, []


def gpus():
    kind, cards = gpu_kind()
    return [f"{kind}: {card.name}" for card in cards]


def use_gpu():
    kind, _cards = gpu_kind()
    for device in cycles_preferences().devices:
        device.use = device.type == kind
    return kind is not None


def use_denoiser(cycles):
    """Whether this build has the denoiser: others refuse its name."""
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:
        return False
    return True


def show_backdrop(scene):
    """The background's colour where the camera looks past everything: for people who render the file."""
    color = scene["backdrop"]
    if color is None or scene.get("template") is not None:
        return
    world = bpy.context.scene.world
    tree = world.node_tree
    output = next(node for node in tree.nodes if node.bl_idname == "ShaderNodeOutputWorld")
    room = output.inputs["Surface"].links[0].from_socket
    backdrop = tree.nodes.new("ShaderNodeBackground")
    backdrop.name = backdrop.label = "Backdrop"
    backdrop.inputs["Color"].default_value = (*color, 1.0)
    path = tree.nodes.new("ShaderNodeLightPath")
    mix = tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(path.outputs["Is Camera Ray"], mix.inputs[0])
    tree.links.new(room, mix.inputs[1])
    tree.links.new(backdrop.outputs[0], mix.inputs[2])
    tree.links.new(mix.outputs[0], output.inputs["Surface"])
    bpy.context.scene.render.film_transparent = False


def set_view(studio, scene):
    """For people who open the file; rendered files hold linear light."""
    view = studio.view_settings
    known = {"agx": ("AgX", "Filmic"), "filmic": ("Filmic",), "standard": ("Standard",)}
    for name in known[scene["tone_mapping"]]:
        try:
            view.view_transform = name
            break
        except TypeError:
            continue
    view.exposure = scene["exposure_ev"]
