//! Resolves what a run is of: a CAD file, an order line, or a sample order line on a CAD file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use hartomat_api::{ApiError, ErrorKind, SubjectSource};
use hartomat_schema::{
    CadFile, Digest, NodeType, OrderLine, OrderLineId, OrderLineSubject, Product, ProductId,
    Subject, Workflow, digest_json,
};
use hartomat_store::LegacyDb;
use serde_json::Value;

use crate::error::{from_store, unreadable};
use crate::library::sample_output_type;

/// The largest CAD file.
const MAX_CAD_BYTES: u64 = 512 << 20;

/// The subject, and its CAD file's bytes as they were digested.
pub(crate) fn resolve_subject(
    source: &SubjectSource,
    workflow: &Workflow,
    legacy: &LegacyDb,
) -> Result<(Subject, Vec<u8>), ApiError> {
    match source {
        SubjectSource::CadFile(path) => {
            let (cad_file, bytes) = read_cad_file(Path::new(path))?;
            Ok((Subject::CadFile { cad_file }, bytes))
        }
        SubjectSource::OrderLine(id) => order_line_subject(id, legacy),
        SubjectSource::SampleOrderLine(path) => {
            let id = sample_order_line(Path::new(path), workflow, legacy)?;
            order_line_subject(&id, legacy)
        }
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
        let message = format!("`{name}` is larger than {} MB", MAX_CAD_BYTES >> 20);
        return Err(ApiError::new(ErrorKind::InvalidInput, message).hint("export a smaller file"));
    }
    let cad_file = CadFile {
        name: name.chars().filter(|c| !c.is_control()).collect(),
        path: absolute.to_string_lossy().into_owned(),
        digest: Digest::of(&bytes),
        size_bytes: bytes.len() as u64,
    };
    Ok((cad_file, bytes))
}

fn order_line_subject(id: &OrderLineId, legacy: &LegacyDb) -> Result<(Subject, Vec<u8>), ApiError> {
    let store = |err| from_store(&err);
    let missing = |what: String| ApiError::new(ErrorKind::NotFound, format!("there is no {what}"));
    let mut order_line = legacy
        .order_line_get(id)
        .map_err(store)?
        .ok_or_else(|| missing(format!("order line `{id}`")))?;
    let product = legacy
        .product_get(&order_line.product)
        .map_err(store)?
        .ok_or_else(|| missing(format!("product `{}`", order_line.product)))?;
    let output_type = legacy
        .output_type_get(&order_line.output_type)
        .map_err(store)?
        .ok_or_else(|| missing(format!("output type `{}`", order_line.output_type)))?;
    let (cad_file, bytes) = read_cad_file(Path::new(&product.cad_file))?;
    put_materials_into_overrides(&mut order_line);
    let line = OrderLineSubject {
        order_line,
        product,
        output_type,
        cad_file,
    };
    Ok((Subject::OrderLine(Box::new(line)), bytes))
}

/// An order line's materials reach the graph as overrides of the node that resolves materials.
fn put_materials_into_overrides(line: &mut OrderLine) {
    if line.materials.is_empty() {
        return;
    }
    let node = NodeType::literal("material_map_resolve");
    let settings = line.overrides.entry(node).or_default();
    let materials = line.materials.iter();
    let materials = materials.map(|(part, material)| (part.clone(), Value::from(material.clone())));
    settings.insert("overrides".to_owned(), Value::Object(materials.collect()));
}

/// A sample order line on a CAD file. The same file and size give the same line; another size gives
/// another, so that no earlier run's line changes.
fn sample_order_line(
    path: &Path,
    workflow: &Workflow,
    legacy: &LegacyDb,
) -> Result<OrderLineId, ApiError> {
    let store = |err| from_store(&err);
    let (cad_file, _) = read_cad_file(path)?;
    let size = |name: &str, otherwise: u32| still_setting(workflow, name).unwrap_or(otherwise);
    let output_type = sample_output_type(
        workflow.id.clone(),
        [size("width_px", 1024), size("height_px", 1024)],
        size("samples", 64),
    );
    let key = digest_json(&(&cad_file.path, &output_type.id)).short();
    let product = ProductId::new(format!("sample-{key}")).map_err(|err| invalid(&err))?;
    let line = OrderLineId::new(format!("sample-{key}")).map_err(|err| invalid(&err))?;
    legacy.output_type_put(&output_type).map_err(store)?;
    legacy
        .product_put(&Product {
            id: product.clone(),
            name: cad_file.name,
            cad_file: cad_file.path,
        })
        .map_err(store)?;
    legacy
        .order_line_put(&OrderLine {
            id: line.clone(),
            product,
            output_type: output_type.id,
            overrides: BTreeMap::new(),
            materials: BTreeMap::new(),
            requested_by: "studio".to_owned(),
        })
        .map_err(store)?;
    Ok(line)
}

/// The sample preset has the canonical still's size, so that both sides are asked for the same.
fn still_setting(workflow: &Workflow, name: &str) -> Option<u32> {
    let still = workflow
        .nodes
        .iter()
        .find(|node| node.node_type.as_str() == "render_still")?;
    still
        .settings
        .get(name)?
        .as_u64()
        .and_then(|value| u32::try_from(value).ok())
}

fn invalid(err: &hartomat_schema::InvalidId) -> ApiError {
    ApiError::from_source(ErrorKind::InvalidInput, err)
}
