//! Resolves what a run is of: a CAD file, an order line, or a sample order line on a CAD file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use hartomat_api::{ApiError, ErrorKind, FileSource, SubjectSource};
use hartomat_legacy::settings_of;
use hartomat_schema::{
    CadFile, Digest, LegacyPreset, NodeType, OrderLine, OrderLineId, OrderLineSubject, Product,
    ProductId, StoredFile, Subject, Workflow, digest_json,
};
use serde_json::{Map, Value};

use crate::Studio;
use crate::error::{from_store, unreadable};
use crate::library::{SamplePreset, sample_output_type};

/// What ids of sample products and order lines begin with.
pub(crate) const SAMPLE: &str = "sample-";
/// The largest CAD file.
pub(crate) const MAX_CAD_BYTES: u64 = 512 << 20;

/// A CAD file's bytes as they were digested.
pub(crate) enum CadBytes {
    /// Read from a file that may change.
    Read(Vec<u8>),
    /// In the artifact store, under their digest.
    Stored,
}

impl Studio {
    /// The subject, and its CAD file's bytes.
    pub(crate) fn resolve_subject(
        &self,
        source: &SubjectSource,
        workflow: &Workflow,
    ) -> Result<(Subject, CadBytes), ApiError> {
        match source {
            SubjectSource::CadFile(file) => {
                let (cad_file, bytes) = self.cad_file(file)?;
                let preset = migrated_thumbnail(workflow).map(Box::new);
                Ok((Subject::CadFile { cad_file, preset }, bytes))
            }
            SubjectSource::OrderLine(id) => self.order_line_subject(id),
            SubjectSource::SampleOrderLine(file) => {
                let id = self.sample_order_line(file, workflow)?;
                self.order_line_subject(&id)
            }
        }
    }

    /// The bytes of a run's CAD file as they were at dispatch, also when the file has changed since.
    pub(crate) fn frozen_cad_bytes(&self, cad_file: &CadFile) -> Result<Vec<u8>, ApiError> {
        let stored = self.artifacts().ok().and_then(|artifacts| {
            let bytes = artifacts.read(&cad_file.digest, MAX_CAD_BYTES);
            bytes.ok()
        });
        if let Some(bytes) = stored {
            return Ok(bytes);
        }
        let (found, bytes) = read_cad_file(Path::new(&cad_file.path))?;
        if found.digest == cad_file.digest {
            return Ok(bytes);
        }
        let message = format!(
            "`{}` has changed since the run was dispatched",
            cad_file.name
        );
        Err(ApiError::new(ErrorKind::Conflict, message)
            .hint("make the run again to run on the file as it is now"))
    }

    pub(crate) fn cad_file(&self, source: &FileSource) -> Result<(CadFile, CadBytes), ApiError> {
        match source {
            FileSource::Path(path) => {
                let (cad_file, bytes) = read_cad_file(Path::new(path))?;
                Ok((cad_file, CadBytes::Read(bytes)))
            }
            FileSource::Stored(file) => {
                let path = self.stored_path(file)?;
                let size_bytes = path
                    .metadata()
                    .map_err(|err| unreadable(&path, &err))?
                    .len();
                if size_bytes > MAX_CAD_BYTES {
                    return Err(too_large(&file.name));
                }
                let cad_file = CadFile {
                    name: file.name.clone(),
                    path: path.to_string_lossy().into_owned(),
                    digest: file.digest,
                    size_bytes,
                };
                Ok((cad_file, CadBytes::Stored))
            }
        }
    }

    pub(crate) fn order_line_subject(
        &self,
        id: &OrderLineId,
    ) -> Result<(Subject, CadBytes), ApiError> {
        let store = |err| from_store(&err);
        let missing =
            |what: String| ApiError::new(ErrorKind::NotFound, format!("there is no {what}"));
        let mut order_line = self
            .legacy
            .order_line_get(id)
            .map_err(store)?
            .ok_or_else(|| missing(format!("order line `{id}`")))?;
        let product = self
            .legacy
            .product_get(&order_line.product)
            .map_err(store)?
            .ok_or_else(|| missing(format!("product `{}`", order_line.product)))?;
        let output_type = self
            .legacy
            .output_type_get(&order_line.output_type)
            .map_err(store)?
            .ok_or_else(|| missing(format!("output type `{}`", order_line.output_type)))?;
        let (cad_file, bytes) = self.cad_file(&product_file(&product))?;
        put_materials_into_overrides(&mut order_line, &output_type.legacy_preset);
        let line = OrderLineSubject {
            order_line,
            product,
            output_type,
            cad_file,
        };
        Ok((Subject::OrderLine(Box::new(line)), bytes))
    }

    /// A sample order line on a CAD file. The same file and size give the same line; another size
    /// gives another, so that no earlier run's line changes.
    fn sample_order_line(
        &self,
        source: &FileSource,
        workflow: &Workflow,
    ) -> Result<OrderLineId, ApiError> {
        let store = |err| from_store(&err);
        let (cad_file, _) = self.cad_file(source)?;
        let output_type = sample_output_type(workflow.id.clone(), sample_preset(workflow));
        let file = match source {
            FileSource::Path(_) => cad_file.path,
            FileSource::Stored(file) => file.digest.to_string(),
        };
        let key = digest_json(&(&file, &cad_file.name, &output_type.id)).short();
        let product = ProductId::new(format!("{SAMPLE}{key}")).map_err(|err| invalid(&err))?;
        let id = OrderLineId::new(format!("{SAMPLE}{key}")).map_err(|err| invalid(&err))?;
        if self.legacy.order_line_get(&id).map_err(store)?.is_some() {
            return Ok(id);
        }
        self.legacy.output_type_put(&output_type).map_err(store)?;
        self.legacy
            .product_put(&Product {
                id: product.clone(),
                name: cad_file.name,
                cad_file: file,
            })
            .map_err(store)?;
        self.legacy
            .order_line_put(&OrderLine {
                id: id.clone(),
                order: None,
                product,
                output_type: output_type.id,
                overrides: BTreeMap::new(),
                materials: BTreeMap::new(),
                requested_by: "studio".to_owned(),
            })
            .map_err(store)?;
        Ok(id)
    }
}

/// A product's CAD file: by path, or by digest where it is stored.
fn product_file(product: &Product) -> FileSource {
    match product.cad_file.parse::<Digest>() {
        Ok(digest) => FileSource::Stored(StoredFile::new(digest, 0, &product.name)),
        // Not a digest, so a path.
        Err(_) => FileSource::Path(product.cad_file.clone()),
    }
}

/// Reads a CAD file within its limit.
pub(crate) fn read_cad_file(path: &Path) -> Result<(CadFile, Vec<u8>), ApiError> {
    let absolute = path.canonicalize().map_err(|err| unreadable(path, &err))?;
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    let mut bytes = Vec::new();
    File::open(&absolute)
        .and_then(|file| file.take(MAX_CAD_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|err| unreadable(path, &err))?;
    if bytes.len() as u64 > MAX_CAD_BYTES {
        return Err(too_large(&name));
    }
    let cad_file = CadFile {
        name: name.chars().filter(|c| !c.is_control()).collect(),
        path: absolute.to_string_lossy().into_owned(),
        digest: Digest::of(&bytes),
        size_bytes: bytes.len() as u64,
    };
    Ok((cad_file, bytes))
}

fn too_large(name: &str) -> ApiError {
    let message = format!("`{name}` is larger than {} MB", MAX_CAD_BYTES >> 20);
    ApiError::new(ErrorKind::InvalidInput, message).hint("export a smaller file")
}

/// An order line's materials reach the graph as overrides of the node that resolves materials; where they say
/// nothing of a part, the preset's own count as before.
fn put_materials_into_overrides(line: &mut OrderLine, preset: &LegacyPreset) {
    if line.materials.is_empty() {
        return;
    }
    let of_preset = settings_of(preset).map(|it| it.materials.overrides);
    let mut materials = of_preset.unwrap_or_default();
    materials.extend(line.materials.clone());
    let node = NodeType::literal("material_map_resolve");
    let settings = line.overrides.entry(node).or_default();
    let materials = materials.into_iter();
    let materials = materials.map(|(part, material)| (part, Value::from(material)));
    settings.insert("overrides".to_owned(), Value::Object(materials.collect()));
}

/// What a turntable's settings are called in presets.
const TURN_PARAMS: &[(&str, &str)] = &[
    ("frames", "frames"),
    ("fps", "fps"),
    ("degrees", "degrees"),
    ("start_deg", "start_angle"),
    ("direction", "direction"),
    ("codec", "codec"),
    ("crf", "crf"),
    ("seed", "seed"),
];

/// What a thumbnail's settings are called in presets.
const THUMBNAIL_PARAMS: &[(&str, &str)] = &[
    ("size_px", "resolution"),
    ("samples", "samples"),
    ("seed", "seed"),
    ("format", "format"),
    ("transparent", "transparent_bg"),
    ("renderer", "renderer"),
    ("engine", "engine"),
    ("device", "device"),
    ("exposure_ev", "exposure"),
    ("denoise", "denoise"),
];

/// The sample preset has the canonical workflow's size and renderer, so that both sides are asked for
/// the same.
pub(crate) fn sample_preset(workflow: &Workflow) -> SamplePreset {
    let node = |key: &str| {
        let mut nodes = workflow.nodes.iter();
        nodes.find(|node| node.node_type.as_str() == key)
    };
    let made = [
        ("still", "render_still", 64),
        ("turntable", "render_turntable", 32),
        ("blend", "export_blend", 64),
    ];
    let found = made
        .iter()
        .find_map(|(preset_type, key, samples)| Some((*preset_type, node(key)?, *samples)));
    let (preset_type, node, samples) = match found {
        Some((preset_type, node, samples)) => (preset_type, Some(node), samples),
        None => ("still", None, 64),
    };
    let setting = |name: &str| node.and_then(|node| node.settings.get(name));
    let number = |name: &str, otherwise: u64| {
        let value = setting(name).and_then(Value::as_u64).unwrap_or(otherwise);
        Value::from(u32::try_from(value).unwrap_or(u32::MAX))
    };
    let mut params = Map::new();
    params.insert("width".to_owned(), number("width_px", 1024));
    params.insert("height".to_owned(), number("height_px", 1024));
    params.insert("samples".to_owned(), number("samples", samples));
    if preset_type == "turntable" {
        for (name, param) in TURN_PARAMS {
            if let Some(value) = setting(name) {
                params.insert((*param).to_owned(), value.clone());
            }
        }
    }
    if setting("renderer").and_then(Value::as_str) == Some("blender") {
        params.insert("renderer".to_owned(), Value::from("blender"));
        for key in ["engine", "device"] {
            if let Some(value) = setting(key) {
                params.insert(key.to_owned(), value.clone());
            }
        }
    }
    let mut nodes = workflow.nodes.iter();
    let resolve = nodes.find(|node| node.node_type.as_str() == "resolve_template");
    let scene = resolve.and_then(|node| node.settings.get("scene"));
    if let Some(scene) = scene.filter(|scene| *scene != "auto") {
        params.insert("template".to_owned(), scene.clone());
    }
    SamplePreset {
        preset_type,
        params,
    }
}

/// What legacy is asked for on a CAD file where the workflow was a legacy thumbnail of its own; all others
/// get the usual one.
fn migrated_thumbnail(workflow: &Workflow) -> Option<LegacyPreset> {
    workflow.extra.get("legacy")?;
    sample_thumbnail(workflow)
}

/// The preset that makes a workflow's thumbnail.
pub(crate) fn sample_thumbnail(workflow: &Workflow) -> Option<LegacyPreset> {
    let mut nodes = workflow.nodes.iter();
    let node = nodes.find(|node| node.node_type.as_str() == "render_thumbnail")?;
    let named = THUMBNAIL_PARAMS
        .iter()
        .filter_map(|(name, param)| Some(((*param).to_owned(), node.settings.get(*name)?.clone())));
    Some(LegacyPreset {
        preset_type: "thumbnail".to_owned(),
        params: named.collect(),
        extra: Map::new(),
    })
}

fn invalid(err: &hartomat_schema::InvalidId) -> ApiError {
    ApiError::from_source(ErrorKind::InvalidInput, err)
}
