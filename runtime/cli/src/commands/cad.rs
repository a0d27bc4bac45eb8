//! `hartomat cad`.

use std::fmt::Write as _;

use hartomat_api::{ApiError, CadReport};
use serde_json::json;

use super::request::file_source;
use super::{Session, files};
use crate::args::CadCommand;
use crate::outcome::Outcome;

pub(crate) fn cad(session: &Session, command: &CadCommand) -> Result<Outcome, ApiError> {
    let backend = session.backend()?;
    match command {
        CadCommand::Info {
            file,
            mass_properties,
        } => {
            let report = backend.cad_info(&file_source(file), *mass_properties)?;
            Ok(Outcome::ok(describe(&report), &report))
        }
        CadCommand::Glb { file, output } => {
            let bytes = backend.cad_glb(&file_source(file))?;
            written(output, &bytes)
        }
        CadCommand::Stl { file, output, high } => {
            let bytes = backend.cad_stl(&file_source(file), *high)?;
            written(output, &bytes)
        }
    }
}

fn written(path: &std::path::Path, bytes: &[u8]) -> Result<Outcome, ApiError> {
    files::write(path, bytes)?;
    let text = format!("wrote {} ({} bytes)\n", path.display(), bytes.len());
    Ok(Outcome::ok(
        text,
        &json!({ "file": path, "size_bytes": bytes.len() }),
    ))
}

fn describe(report: &CadReport) -> String {
    let parts = &report.parts;
    let unit = &parts.source.unit;
    let [x, y, z] = report.bbox.size_mm();
    let mut text = format!(
        "schema     {}\nunit       {} ({} mm)\nbox        {x:.3} × {y:.3} × {z:.3} mm{}\n\
         parts      {}, placed {}\ntriangles  {}\n\n",
        parts.source.application_protocol,
        unit.name,
        unit.in_mm,
        if report.bbox.exact {
            ""
        } else {
            " (of the mesh)"
        },
        parts.parts.len(),
        parts.occurrence_count(),
        report.triangles,
    );
    for (index, node) in parts.nodes.iter().enumerate() {
        let depth = parts.path(index).len().saturating_sub(1);
        let part = node.part.and_then(|part| parts.parts.get(part));
        let color = node.color.or(part.and_then(|part| part.color));
        let color = color
            .map(|color| format!("  #{}", hex(color.0)))
            .unwrap_or_default();
        let of = part.filter(|part| part.name != node.name);
        let of = of
            .map(|part| format!("  ({})", part.name))
            .unwrap_or_default();
        let volume = part.and_then(|part| part.volume_mm3);
        let volume = volume
            .map(|volume| format!("  {volume:.1} mm³"))
            .unwrap_or_default();
        let area = part.and_then(|part| part.area_mm2);
        let area = area
            .map(|area| format!("  {area:.1} mm²"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "{}{}{of}{color}{volume}{area}",
            "  ".repeat(depth),
            node.name
        );
    }
    text
}

/// A linear colour as sRGB hexadecimal.
fn hex(linear: [f32; 4]) -> String {
    let encode = |value: f32| {
        let value = value.clamp(0.0, 1.0);
        let srgb = if value <= 0.003_130_8 {
            12.92 * value
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 255"
        )]
        let byte = (srgb * 255.0).round() as u8;
        format!("{byte:02x}")
    };
    linear[..3].iter().map(|value| encode(*value)).collect()
}
