//! Whether an output is what its kind promises: decodable, of the right size and format.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use hartomat_render::{Ffmpeg, NoObserver, RenderError};
use hartomat_schema::{
    Artifact, ArtifactKind, BoundingBox, Failure, FrameList, MaterialMap, PartList, Scene,
    SceneTemplate,
};
use image::{ImageReader, Limits};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::failure::{broken_contract, from_render};

/// The largest side of a picture that is decoded.
const MAX_SIDE_PX: u32 = 16_384;
/// The most memory that decoding may take.
const MAX_DECODED_BYTES: u64 = 2 << 30;

/// Checks a stored output and gives what was measured, such as `width_px`.
pub(crate) fn check_output(
    settings: &Map<String, Value>,
    artifact: &Artifact,
    file: &Path,
    ffmpeg: &Ffmpeg,
) -> Result<Map<String, Value>, Failure> {
    if artifact.size_bytes == 0 {
        return Err(broken_contract(format!("`{}` is empty", artifact.name)));
    }
    let kind = &artifact.kind;
    if *kind == ArtifactKind::IMAGE {
        return check_image(settings, artifact, file);
    }
    if *kind == ArtifactKind::VIDEO {
        return check_video(settings, artifact, file, ffmpeg);
    }
    if *kind == ArtifactKind::FRAMES {
        return check_frames(settings, artifact, file);
    }
    if *kind == ArtifactKind::GLB {
        return check_glb(artifact, file);
    }
    if *kind == ArtifactKind::STL {
        return check_stl(artifact, file);
    }
    if *kind == ArtifactKind::BLEND {
        return check_blend(artifact, file);
    }
    if *kind == ArtifactKind::PART_LIST {
        let parts: PartList = check_payload(artifact, file)?;
        return Ok(facts(json!({
            "format": "json", "parts": parts.parts.len(), "placed": parts.occurrence_count()
        })));
    }
    if *kind == ArtifactKind::BBOX {
        let bbox: BoundingBox = check_payload(artifact, file)?;
        return Ok(facts(json!({ "format": "json", "exact": bbox.exact })));
    }
    if *kind == ArtifactKind::MATERIAL_MAP {
        let map: MaterialMap = check_payload(artifact, file)?;
        return Ok(facts(
            json!({ "format": "json", "unresolved": map.unresolved.len() }),
        ));
    }
    if *kind == ArtifactKind::SCENE {
        check_payload::<Scene>(artifact, file)?;
    } else if *kind == ArtifactKind::SCENE_TEMPLATE {
        check_payload::<SceneTemplate>(artifact, file)?;
    }
    Ok(Map::new())
}

fn check_image(
    settings: &Map<String, Value>,
    artifact: &Artifact,
    file: &Path,
) -> Result<Map<String, Value>, Failure> {
    let unreadable = |err: &dyn std::fmt::Display| {
        broken_contract(format!(
            "picture `{}` can't be decoded: {err}",
            artifact.name
        ))
    };
    let mut reader = ImageReader::open(file)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|err| unreadable(&err))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let format = reader
        .format()
        .and_then(|format| format.extensions_str().first().copied());
    let picture = reader.decode().map_err(|err| unreadable(&err))?;
    let measured = facts(json!({
        "format": if format == Some("jpg") { Some("jpeg") } else { format },
        "width_px": picture.width(),
        "height_px": picture.height(),
        "has_alpha": picture.color().has_alpha(),
        "bits_per_channel": u32::from(picture.color().bytes_per_pixel()) * 8 / u32::from(picture.color().channel_count()),
    }));
    for side in ["width_px", "height_px"] {
        // What the executor says of this one picture goes before what the node's settings say of all.
        let promised = artifact.facts.get(side);
        let promised = promised
            .or_else(|| settings.get(side))
            .or_else(|| settings.get("size_px"));
        if let (Some(Value::Number(promised)), Some(Value::Number(found))) =
            (promised, measured.get(side))
            && promised.as_u64() != found.as_u64()
            && !settings.contains_key("mode")
        {
            return Err(broken_contract(format!(
                "picture `{}` should have {side} {promised} and has {found}",
                artifact.name
            )));
        }
    }
    Ok(measured)
}

/// Every frame is decoded: a video is what it says, and as long as was asked for.
fn check_video(
    settings: &Map<String, Value>,
    artifact: &Artifact,
    file: &Path,
    ffmpeg: &Ffmpeg,
) -> Result<Map<String, Value>, Failure> {
    let name = &artifact.name;
    let header = ffmpeg.probe(file, &NoObserver).map_err(|err| match err {
        RenderError::Video { problem } => {
            broken_contract(format!("video `{name}` can't be read: {problem}"))
        }
        other => from_render(&other),
    })?;
    let number = |key: &str| settings.get(key).and_then(Value::as_f64);
    let seconds = number("frames").zip(number("fps"));
    let seconds = seconds.map(|(frames, fps)| frames / fps);
    let found = [
        ("width", number("width_px"), f64::from(header.width_px)),
        ("height", number("height_px"), f64::from(header.height_px)),
        ("frames", number("frames"), header.frames as f64),
        ("frames per second", number("fps"), header.fps),
        ("seconds", seconds, header.duration_secs),
    ];
    for (what, promised, found) in found {
        // Files count time in thousandths.
        let differs = |promised: f64| (promised - found).abs() > 0.0015;
        if let Some(promised) = promised.filter(|promised| differs(*promised)) {
            return Err(broken_contract(format!(
                "video `{name}` should have {promised} {what} and has {found}"
            )));
        }
    }
    let codec = settings.get("codec").and_then(Value::as_str);
    if let Some(codec) = codec.filter(|codec| *codec != header.codec) {
        let found = &header.codec;
        return Err(broken_contract(format!(
            "video `{name}` should be coded as {codec} and is {found}"
        )));
    }
    if header.pixel_format != "yuv420p" {
        let found = &header.pixel_format;
        return Err(broken_contract(format!(
            "video `{name}` has pixels of the format {found}, which many players don't show"
        )));
    }
    Ok(facts(json!(header)))
}

/// The list is whole. Its files were checked when each of them was kept.
fn check_frames(
    settings: &Map<String, Value>,
    artifact: &Artifact,
    file: &Path,
) -> Result<Map<String, Value>, Failure> {
    let list: FrameList = check_payload(artifact, file)?;
    let promised = settings.get("frames").and_then(Value::as_u64);
    let found = list.frames.len() as u64;
    let is_in_order = list
        .frames
        .iter()
        .zip(1..)
        .all(|(it, number)| it.number == number);
    if promised.is_some_and(|promised| promised != found) || !is_in_order {
        return Err(broken_contract(format!(
            "`{}` should list {} frames in order and lists {found}",
            artifact.name,
            promised.unwrap_or(found)
        )));
    }
    Ok(facts(json!({
        "format": "json", "frames": found, "width_px": list.width_px, "height_px": list.height_px
    })))
}

fn check_glb(artifact: &Artifact, file: &Path) -> Result<Map<String, Value>, Failure> {
    let mut header = [0; 12];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut header));
    let length = u64::from(u32::from_le_bytes([
        header[8], header[9], header[10], header[11],
    ]));
    if read.is_err() || &header[..4] != b"glTF" || length != artifact.size_bytes {
        return Err(broken_contract(format!(
            "`{}` is no whole GLB file",
            artifact.name
        )));
    }
    Ok(facts(json!({ "format": "glb" })))
}

fn check_stl(artifact: &Artifact, file: &Path) -> Result<Map<String, Value>, Failure> {
    let mut header = [0; 84];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut header));
    let triangles = u64::from(u32::from_le_bytes([
        header[80], header[81], header[82], header[83],
    ]));
    if read.is_err() || artifact.size_bytes != 84 + 50 * triangles || triangles == 0 {
        return Err(broken_contract(format!(
            "`{}` is no whole binary STL file",
            artifact.name
        )));
    }
    Ok(facts(json!({ "format": "stl", "triangles": triangles })))
}

/// Blender files are plain, or packed with Zstandard or (before 3.0) gzip.
fn check_blend(artifact: &Artifact, file: &Path) -> Result<Map<String, Value>, Failure> {
    let mut header = [0; 7];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut header));
    let is_blend = header.starts_with(b"BLENDER")
        || header.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
        || header.starts_with(&[0x1f, 0x8b]);
    if read.is_err() || !is_blend {
        return Err(broken_contract(format!(
            "`{}` is no Blender file",
            artifact.name
        )));
    }
    Ok(facts(json!({ "format": "blend" })))
}

fn check_payload<T: DeserializeOwned>(artifact: &Artifact, file: &Path) -> Result<T, Failure> {
    let broken = |err: &dyn std::fmt::Display| {
        broken_contract(format!(
            "`{}` is no {}: {err}",
            artifact.name, artifact.kind
        ))
    };
    let file = File::open(file).map_err(|err| broken(&err))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|err| broken(&err))
}

fn facts(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
