//! What the two publishing nodes share: the intent, and the record that stands for the media asset.

use hartomat_engine::{NewArtifact, NodeContext};
use hartomat_schema::{Artifact, ArtifactKind, Failure, Intent};
use serde_json::json;

use crate::failure::bad_input;
use crate::media::{json_artifact, stem};

/// Records that `artifact` becomes a media asset of the run's target under `name`.
pub(crate) fn intend_to_publish(
    context: &NodeContext,
    artifact: &Artifact,
    name: String,
) -> NewArtifact {
    let target = context.subject.target();
    context.intend(Intent::Publish {
        target: target.clone(),
        kind: artifact.kind.clone(),
        name: name.clone(),
        digest: artifact.digest,
        size_bytes: artifact.size_bytes,
    });
    let record = json!({
        "target": target,
        "kind": artifact.kind,
        "name": name,
        "digest": artifact.digest,
        "size_bytes": artifact.size_bytes,
    });
    json_artifact(ArtifactKind::MEDIA_ASSET, "media_asset.json", &record)
}

/// Fills `{stem}`, `{product}`, `{line}` and `{ext}` into a file name pattern.
pub(crate) fn file_name(
    pattern: &str,
    context: &NodeContext,
    artifact: &Artifact,
) -> Result<String, Failure> {
    let extension = artifact
        .name
        .rsplit_once('.')
        .map_or("bin", |(_, extension)| extension);
    let subject = context.subject.as_ref();
    let (product, line) = match subject {
        hartomat_schema::Subject::OrderLine(line) => (
            stem(line.product.id.as_str()),
            stem(line.order_line.id.as_str()),
        ),
        hartomat_schema::Subject::CadFile { cad_file, .. } => {
            (stem(&cad_file.name), cad_file.digest.short())
        }
    };
    let name = pattern
        .replace("{stem}", &stem(&subject.cad_file().name))
        .replace("{product}", &product)
        .replace("{line}", &line)
        .replace("{ext}", extension);
    let is_plain = !name.is_empty()
        && name.len() <= 200
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':', '{', '}'])
        && !name.chars().any(char::is_control);
    if is_plain {
        Ok(name)
    } else {
        Err(bad_input(
            format!("`{pattern}` gives the file name `{name}`, which is no plain file name"),
            "use letters, digits, {stem}, {product}, {line} and {ext}",
        ))
    }
}
