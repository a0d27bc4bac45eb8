//! Versions of the tools that decide results; part of cache keys and of what a run freezes.

use std::collections::BTreeMap;

use hartomat_nodes::Services;
use hartomat_render::{BLENDER_HINT, FFMPEG_HINT, RenderBackend as _};
use hartomat_schema::{Digest, digest_json};

use crate::own_legacy::OWN_LEGACY;

/// Raised when the CAD worker or its GLB and STL writers give other bytes for the same file.
const CAD_REVISION: u32 = 1;

/// Version by tool. A tool that is missing on this machine says so in its version.
pub(crate) fn tool_versions(services: &Services) -> BTreeMap<String, String> {
    let cad = services
        .cad
        .version()
        .map(|kernel| {
            format!(
                "{kernel}, reader {}.{CAD_REVISION}",
                env!("CARGO_PKG_VERSION")
            )
        })
        .unwrap_or_else(|err| format!("missing: {err}"));
    let materials: Vec<_> = services.materials.iter().collect();
    let scenes: Vec<_> = services.scenes.iter().collect();
    BTreeMap::from([
        ("cad_kernel".to_owned(), cad),
        ("blender".to_owned(), services.blender.fingerprint()),
        (
            "embedded_renderer".to_owned(),
            services.embedded.fingerprint(),
        ),
        ("ffmpeg".to_owned(), services.ffmpeg.fingerprint()),
        (
            "material_library".to_owned(),
            short(digest_json(&materials)),
        ),
        ("studio_scenes".to_owned(), short(digest_json(&scenes))),
    ])
}

/// How the version of a tool that isn't there begins.
const MISSING: &str = "missing: ";

/// Why a tool isn't there, by what stands for its version; none where it is.
pub fn missing_reason(version: &str) -> Option<&str> {
    version.strip_prefix(MISSING)
}

/// How a person gets a tool that is missing.
pub fn how_to_get(tool: &str) -> &'static str {
    match tool {
        "blender" => BLENDER_HINT,
        OWN_LEGACY => {
            "set it again with `hartomat legacy set -- PROGRAM`, or `hartomat legacy unset`"
        }
        "ffmpeg" => FFMPEG_HINT,
        _ => "install it; `./x setup` does so from a checkout",
    }
}

fn short(digest: Digest) -> String {
    digest.short()
}
