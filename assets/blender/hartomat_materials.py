"""Materials of the product and of the studio as node trees.

The model behind the numbers: clear coat over metal, or over a dielectric with diffuse below (Principled);
glass that tints shadows without bending them; edges that are a little round; the grain of castings.
"""

import bpy


class Nodes:
    """A node tree that is being written."""

    def __init__(self, owner):
        if bpy.app.version < (5, 0, 0):
            owner.use_nodes = True
        self.tree = owner.node_tree
        self.tree.nodes.clear()

    def add(self, kind, *inputs, **settings):
        node = self.tree.nodes.new("ShaderNode" + kind)
        for name, value in settings.items():
            setattr(node, name, value)
        for index, value in enumerate(inputs):
            self.feed(node.inputs[index], value)
        return node

    def feed(self, socket, value):
        if value is None:
            return
        if isinstance(value, (int, float)):
            socket.default_value = value
        elif isinstance(value, (tuple, list)):
            length = len(socket.default_value)
            socket.default_value = (*value, 1.0)[:length]
        else:
            output = value.outputs[0] if hasattr(value, "outputs") else value
            self.tree.links.new(output, socket)

    def math(self, operation, *values):
        return self.add("Math", *values, operation=operation)

    def smoothstep(self, value):
        node = self.add("MapRange", value, interpolation_type="SMOOTHSTEP", clamp=True)
        return node


def named(node, *names):
    """The input that has one of these names, which changed with Blender 4."""
    for name in names:
        if name in node.inputs:
            return node.inputs[name]
    raise KeyError(f"{node.bl_idname} has none of {names}")


def new_material(name):
    material = bpy.data.materials.new(name)
    return material, Nodes(material)


def product_materials(scene):
    return [product_material(entry, scene) for entry in scene["materials"]]


def product_material(entry, scene):
    material, nodes = new_material(entry["name"])
    material["hartomat_key"] = entry["key"]
    color = entry["base_color"]
    principled = nodes.add("BsdfPrincipled")
    put = lambda value, *names: nodes.feed(named(principled, *names), value)
    put(color, "Base Color")
    put(entry["metallic"], "Metallic")
    roughness, aspect = brushed(entry["roughness"], entry["anisotropy"])
    put(roughness, "Roughness")
    put(entry["ior"], "IOR")
    put(0.5, "Specular IOR Level", "Specular")
    put(entry["clear_coat"], "Coat Weight", "Clearcoat")
    put(entry["clear_coat_roughness"], "Coat Roughness", "Clearcoat Roughness")
    put(entry["transmission"], "Transmission Weight", "Transmission")
    if entry["anisotropy"] > 0:
        put(aspect, "Anisotropic")
        # Blender stretches along the tangent, the embedded renderer across the marks.
        put(0.25, "Anisotropic Rotation")
        marks = nodes.add("Attribute", attribute_type="GEOMETRY", attribute_name="marks")
        turned = nodes.add("VectorTransform", marks.outputs["Vector"], vector_type="VECTOR",
                           convert_from="OBJECT", convert_to="WORLD")
        put(turned, "Tangent")
    normal = surface_normal(nodes, entry, scene)
    put(normal, "Normal")
    surface = principled
    if entry["transmission"] > 0:
        tint = [channel ** 0.5 for channel in color]
        # Two boundaries make the base colour; Blender 4 takes the root by itself.
        put(tint if bpy.app.version < (4, 0, 0) else color, "Base Color")
        surface = clear_in_shadows(nodes, principled, tint, entry["transmission"])
    nodes.add("OutputMaterial", surface)
    material.diffuse_color = (*color, 1.0)
    material.metallic, material.roughness = entry["metallic"], entry["roughness"]
    return material


def brushed(roughness, anisotropy):
    """Blender's roughness and anisotropy for GGX widths α·(1 − 0.85·a) along and α·(1 + 0.6·a) across."""
    along, across = 1 - 0.85 * anisotropy, 1 + 0.6 * anisotropy
    # Blender takes α² · √(1 − 0.9·a) and α² / √(1 − 0.9·a), with α the square of the roughness.
    return roughness * (along * across) ** 0.25, (1 - along / across) / 0.9


def surface_normal(nodes, entry, scene):
    """Edges that are a little round, and the grain of castings."""
    if entry["transmission"] > 0:
        return None
    radius = nodes.add("Attribute", attribute_type="OBJECT", attribute_name="rounding")
    normal = nodes.add("Bevel", radius.outputs["Fac"], samples=4)
    if entry["grain"] <= 0:
        return normal
    size = scene["grain"]
    place = nodes.add("TexCoord").outputs["Object"]
    noise = nodes.add("TexNoise")
    nodes.feed(noise.inputs["Vector"], place)
    nodes.feed(noise.inputs["Scale"], 1.0 / size)
    nodes.feed(noise.inputs["Detail"], 2.0)
    bump = nodes.add("Bump")
    nodes.feed(bump.inputs["Strength"], entry["grain"])
    nodes.feed(bump.inputs["Distance"], 0.35 * size)
    nodes.feed(bump.inputs["Height"], noise.outputs[0])
    nodes.feed(bump.inputs["Normal"], normal)
    return bump


def clear_in_shadows(nodes, glass, tint, share):
    """Light passes glass straight and tinted where nobody looks: caustics would cost more than they give."""
    path = nodes.add("LightPath")
    unseen = nodes.math("MAXIMUM", path.outputs["Is Shadow Ray"], path.outputs["Is Diffuse Ray"])
    fresnel = nodes.add("Fresnel")
    nodes.feed(fresnel.inputs["IOR"], glass.inputs["IOR"].default_value)
    passes = nodes.math("SUBTRACT", 1.0, fresnel)
    share = nodes.math("MULTIPLY", nodes.math("MULTIPLY", unseen, passes), share)
    return nodes.add("MixShader", share, glass, nodes.add("BsdfTransparent", tint))


def soft_profile(nodes, place, softness):
    """1 in the middle of a panel, falling to 0 at its rim; `place` is 0 to 1 along both edges."""
    if softness <= 0:
        return None
    split = nodes.add("SeparateXYZ", place)
    falls = []
    for axis in (0, 1):
        away = nodes.math("ABSOLUTE", nodes.math("MULTIPLY_ADD", split.outputs[axis], 2.0, -1.0))
        inner = nodes.math("DIVIDE", nodes.math("SUBTRACT", 1.0, away), softness)
        falls.append(nodes.smoothstep(inner))
    return nodes.math("MULTIPLY", *falls)


def light_nodes(lamp, light):
    nodes = Nodes(lamp)
    place = nodes.add("NewGeometry").outputs["Parametric"]
    profile = soft_profile(nodes, place, light["softness"])
    emission = nodes.add("Emission", light["radiance"], 1.0 if profile is None else profile)
    nodes.add("OutputLight", emission)


def card(light):
    """Black from its front as far as the panel is opaque, nothing from behind."""
    material, nodes = new_material(light["name"] + " card")
    place = nodes.add("UVMap", uv_map="panel")
    profile = soft_profile(nodes, place, light["softness"])
    front = nodes.math("SUBTRACT", 1.0, nodes.add("NewGeometry").outputs["Backfacing"])
    opacity = front if profile is None else nodes.math("MULTIPLY", front, profile)
    black = nodes.add("BsdfDiffuse", (0, 0, 0))
    nodes.add("OutputMaterial", nodes.add("MixShader", opacity, nodes.add("BsdfTransparent", (1, 1, 1)), black))
    return material


def ground(entry, reach, horizon):
    """A floor that fades: for the camera into the backdrop, for other rays into the horizon."""
    material, nodes = new_material("Ground")
    principled = nodes.add("BsdfPrincipled")
    nodes.feed(named(principled, "Base Color"), entry["base_color"])
    nodes.feed(named(principled, "Roughness"), entry["roughness"])
    nodes.feed(named(principled, "IOR"), 1.5)
    away = nodes.add("VectorMath", nodes.add("TexCoord").outputs["Object"], operation="LENGTH")
    inner = nodes.add("MapRange", away.outputs["Value"], reach[0], reach[1], interpolation_type="SMOOTHSTEP")
    path = nodes.add("LightPath")
    glow = nodes.add("Emission", horizon, 1.0)
    beyond = nodes.add("MixShader", path.outputs["Is Camera Ray"], glow, nodes.add("BsdfTransparent", (1, 1, 1)))
    # Shadow rays end at the floor, faded or not: light doesn't come from below.
    nodes.add("OutputMaterial", nodes.add("MixShader", inner, principled, beyond))
    keep_from_sampling(material)
    return material


def keep_from_sampling(material):
    """The glow of the far floor is found by chance alone; aiming at it would only make noise."""
    if hasattr(material.cycles, "emission_sampling"):
        material.cycles.emission_sampling = "NONE"
    else:
        material.cycles.sample_as_light = False


def world_nodes(world, environment):
    """A vertical gradient: horizon + (end − horizon) · |z| · (2 − |z|)."""
    nodes = Nodes(world)
    split = nodes.add("SeparateXYZ", nodes.add("TexCoord").outputs["Generated"])
    height = nodes.math("ABSOLUTE", split.outputs[2])
    share = nodes.math("MULTIPLY", height, nodes.math("SUBTRACT", 2.0, height))
    above = nodes.math("GREATER_THAN", split.outputs[2], 0.0)
    end = mix_color(nodes, above, environment["bottom"], environment["top"])
    color = mix_color(nodes, share, environment["horizon"], end)
    nodes.add("OutputWorld", nodes.add("Background", color, 1.0))


def mix_color(nodes, share, first, second):
    node = nodes.add("MixRGB")
    for name, value in (("Fac", share), ("Color1", first), ("Color2", second)):
        nodes.feed(node.inputs[name], value)
    return node
