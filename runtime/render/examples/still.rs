//! Renders a GLB in a studio scene: `still file.glb out.png [--scene soft_box] [--size 768]
//! [--samples 64] [--material brass,steel] [--suggest] [--azimuth 30] [--elevation 20] [--raw] [--renderer blender]`; `--scenes` and
//! `--materials` name folders whose files go before the built-in ones.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use hartomat_render::{
    Blender, BlenderConfig, BlenderShot, ComposeRequest, Embedded, EncodeOptions, ImageFormat,
    MaterialLibrary, NoObserver, RenderBackend, RenderRequest, StudioScenes, compose_scene, encode,
    suggest_materials,
};
use hartomat_schema::{Digest, LengthUnit, Part, PartList, Rgba, Scene, StepSource};

fn main() -> Result<()> {
    let (mut files, mut options) = (Vec::new(), BTreeMap::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name @ ("raw" | "suggest")) => {
                drop(options.insert(name.to_owned(), String::new()))
            }
            Some(name) => {
                let value = arguments
                    .next()
                    .with_context(|| format!("--{name} needs a value"))?;
                options.insert(name.to_owned(), value);
            }
            None => files.push(argument),
        }
    }
    let [input, output] = files.as_slice() else {
        bail!("give a glb file and a picture file")
    };
    let number =
        |name: &str, fallback: f32| options.get(name).map_or(Ok(fallback), |text| text.parse());
    let glb = std::fs::read(input).with_context(|| format!("reading {input}"))?;
    let library = match options.get("materials") {
        Some(folder) => MaterialLibrary::with_folder(folder.as_ref())?,
        None => MaterialLibrary::builtin(),
    };
    let studios = match options.get("scenes") {
        Some(folder) => StudioScenes::with_folder(folder.as_ref())?,
        None => StudioScenes::builtin(),
    };
    let (width_px, height_px) = (
        number("width", number("size", 768.0)?)?,
        number("size", 768.0)?,
    );
    let mut scene = compose_scene(&ComposeRequest {
        glb_digest: Digest::of(&glb),
        glb: &glb,
        bbox: None,
        materials: None,
        library: &library,
        studio: studios.get(
            options
                .get("scene")
                .map_or(StudioScenes::DEFAULT, String::as_str),
        )?,
        hidden: &[],
        azimuth_deg: options
            .get("azimuth")
            .map(|text| text.parse())
            .transpose()?,
        elevation_deg: options
            .get("elevation")
            .map(|text| text.parse())
            .transpose()?,
        margin: options.get("margin").map(|text| text.parse()).transpose()?,
        exposure_ev: options
            .get("exposure")
            .map(|text| text.parse())
            .transpose()?,
        aspect: Some(width_px / height_px),
        full_turn: false,
    })?;
    if options.contains_key("suggest") {
        suggest(&glb, &library, &mut scene)?;
    }
    if let Some(names) = options.get("material") {
        let names: Vec<_> = names.split(',').collect();
        for (index, slot) in scene.materials.iter_mut().enumerate() {
            *slot = Some(library.find(names[index % names.len()])?.clone());
        }
    }
    let request = RenderRequest {
        scene: &scene,
        glb: &glb,
        width_px: width_px as u32,
        height_px: height_px as u32,
        samples: number("samples", 64.0)? as u32,
        seed: number("seed", 0.0)? as u64,
        denoise: !options.contains_key("raw"),
        max_bounces: number("bounces", 8.0)? as u32,
        blender: BlenderShot::default(),
    };
    let start = Instant::now();
    let renderer: Box<dyn RenderBackend> = match options.get("renderer").map(String::as_str) {
        Some("blender") => Box::new(Blender::new(BlenderConfig::default())),
        _ => Box::new(Embedded::new()),
    };
    let picture = renderer.render(&request, &NoObserver)?;
    eprintln!("{input}: {:.2} s", start.elapsed().as_secs_f32());
    let extension = output.rsplit('.').next().unwrap_or_default();
    let format =
        ImageFormat::from_key(extension).with_context(|| format!("no format {extension}"))?;
    std::fs::write(output, encode(&picture, format, &EncodeOptions::default())?)?;
    Ok(())
}

/// Materials by the names of meshes, for GLBs without a part list.
fn suggest(glb: &[u8], library: &MaterialLibrary, scene: &mut Scene) -> Result<()> {
    let document = gltf::Gltf::from_slice(glb)?;
    let part = |mesh: gltf::Mesh<'_>| {
        let material = mesh
            .primitives()
            .next()
            .map(|primitive| primitive.material());
        let color = material.filter(|material| material.index().is_some());
        Part {
            name: mesh.name().unwrap_or_default().to_owned(),
            color: color.map(|color| Rgba(color.pbr_metallic_roughness().base_color_factor())),
            volume_mm3: None,
            area_mm2: None,
        }
    };
    let parts = PartList {
        source: StepSource {
            digest: Digest::of(glb),
            application_protocol: String::new(),
            unit: LengthUnit {
                name: "millimetre".to_owned(),
                in_mm: 1.0,
            },
        },
        parts: document.meshes().map(part).collect(),
        nodes: Vec::new(),
    };
    for assignment in suggest_materials(&parts, library).assignments {
        eprintln!(
            "{}: {} ({:?})",
            assignment.part_name, assignment.material, assignment.source
        );
        let mut material = library.find(&assignment.material)?.clone();
        if let Some(color) = assignment.color {
            material.base_color = [color.0[0], color.0[1], color.0[2]];
        }
        scene.materials[assignment.part] = Some(material);
    }
    Ok(())
}
