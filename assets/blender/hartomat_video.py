"""Encodes pictures as a video, where nothing else on the machine does: H.264 in MP4, 4:2:0, as players want it."""

import os

import bpy

# Blender names qualities; these are the constant rate factors behind the names.
QUALITIES = {"LOSSLESS": 0, "PERC_LOSSLESS": 17, "HIGH": 20, "MEDIUM": 23, "LOW": 26, "VERYLOW": 29, "LOWEST": 32}


def encode(job):
    scene = bpy.context.scene
    files = job["frames"]
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_image(name="frames", filepath=files[0], channel=1, frame_start=1)
    for file in files[1:]:
        strip.elements.append(os.path.basename(file))
    scene.frame_start, scene.frame_end = 1, len(files)
    # The pictures' own colours: what is encoded for screens goes through as it is.
    scene.view_settings.view_transform = "Standard"
    settings = scene.render
    settings.resolution_x, settings.resolution_y = job["width_px"], job["height_px"]
    settings.resolution_percentage = 100
    settings.fps, settings.fps_base = job["fps"], 1.0
    settings.use_sequencer, settings.use_compositing = True, False
    for name in dir(settings):
        # Dates and names of machines would make each file another one.
        if name.startswith("use_stamp"):
            setattr(settings, name, False)
    if hasattr(settings.image_settings, "media_type"):
        settings.image_settings.media_type = "VIDEO"
    settings.image_settings.file_format = "FFMPEG"
    settings.image_settings.color_mode = "RGB"
    video = settings.ffmpeg
    video.format, video.codec, video.audio_codec = "MPEG4", "H264", "NONE"
    video.constant_rate_factor = min(QUALITIES, key=lambda name: abs(QUALITIES[name] - job["crf"]))
    video.ffmpeg_preset = "GOOD"
    # A key frame every two seconds: players seek to them.
    video.gopsize = 2 * job["fps"]
    settings.use_file_extension = False
    settings.filepath = job["output"]
    bpy.ops.render.render(animation=True)
