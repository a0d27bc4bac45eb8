//! The one table of nodes, in palette order.

use std::path::Path;
use std::sync::Arc;

use hartomat_engine::{Executor, ExecutorSet};
use hartomat_render::Ffmpeg;
use hartomat_schema::{Artifact, Catalogue, Failure, NodeDefinition, NodeType};
use serde_json::{Map, Value};

use crate::{
    Services, auto_populate_materials as materials_auto, compose_scene, export_blend, glb_bbox,
    image_transform, material_map_resolve, notify, occ_glb_export, occ_object_extract,
    order_line_setup, output_check, output_save, render_still, render_thumbnail, render_turntable,
    resolve_step_path, resolve_template, stl_cache_generate, thumbnail_save,
};

type Make = fn(&Services) -> Arc<dyn Executor>;

struct Entry {
    definition: fn() -> NodeDefinition,
    executor: Option<Make>,
}

const fn runs(definition: fn() -> NodeDefinition, executor: Make) -> Entry {
    Entry {
        definition,
        executor: Some(executor),
    }
}

const TABLE: &[Entry] = &[
    runs(resolve_step_path::definition, |_| {
        Arc::new(resolve_step_path::ResolveStepPath)
    }),
    runs(order_line_setup::definition, |_| {
        Arc::new(order_line_setup::OrderLineSetup)
    }),
    runs(occ_object_extract::definition, |services| {
        Arc::new(occ_object_extract::OccObjectExtract(services.cad.clone()))
    }),
    runs(occ_glb_export::definition, |services| {
        Arc::new(occ_glb_export::OccGlbExport(services.cad.clone()))
    }),
    runs(stl_cache_generate::definition, |services| {
        Arc::new(stl_cache_generate::StlCacheGenerate(services.cad.clone()))
    }),
    runs(glb_bbox::definition, |_| Arc::new(glb_bbox::GlbBbox)),
    runs(materials_auto::definition, |services| {
        Arc::new(materials_auto::AutoPopulateMaterials(
            services.materials.clone(),
        ))
    }),
    runs(material_map_resolve::definition, |services| {
        Arc::new(material_map_resolve::MaterialMapResolve(
            services.materials.clone(),
        ))
    }),
    runs(resolve_template::definition, |services| {
        Arc::new(resolve_template::ResolveTemplate(services.clone()))
    }),
    runs(compose_scene::definition, |services| {
        Arc::new(compose_scene::ComposeScene(services.clone()))
    }),
    runs(render_thumbnail::definition, |services| {
        Arc::new(render_thumbnail::RenderThumbnail(services.clone()))
    }),
    runs(render_still::definition, |services| {
        Arc::new(render_still::RenderStill(services.clone()))
    }),
    runs(render_turntable::definition, |services| {
        Arc::new(render_turntable::RenderTurntable(services.clone()))
    }),
    runs(export_blend::definition, |services| {
        Arc::new(export_blend::ExportBlend(services.clone()))
    }),
    runs(image_transform::definition, |_| {
        Arc::new(image_transform::ImageTransform)
    }),
    runs(thumbnail_save::definition, |_| {
        Arc::new(thumbnail_save::ThumbnailSave)
    }),
    runs(output_save::definition, |_| {
        Arc::new(output_save::OutputSave)
    }),
    runs(notify::definition, |_| Arc::new(notify::Notify)),
];

/// Every node definition, in palette order.
pub fn catalogue() -> Catalogue {
    Catalogue::new(TABLE.iter().map(|entry| (entry.definition)()).collect())
}

/// The executors of all nodes that aren't disabled.
pub struct NodeExecutors {
    executors: Vec<(NodeType, Arc<dyn Executor>)>,
    ffmpeg: Arc<Ffmpeg>,
}

impl NodeExecutors {
    /// Executors over these services.
    pub fn new(services: &Services) -> Self {
        let entries = TABLE.iter().filter_map(|entry| {
            let make = entry.executor?;
            Some(((entry.definition)().node_type, make(services)))
        });
        Self {
            executors: entries.collect(),
            ffmpeg: services.ffmpeg.clone(),
        }
    }
}

impl ExecutorSet for NodeExecutors {
    fn get(&self, node_type: &NodeType) -> Option<Arc<dyn Executor>> {
        self.executors
            .iter()
            .find(|(key, _)| key == node_type)
            .map(|(_, executor)| executor.clone())
    }

    fn check_output(
        &self,
        _definition: &NodeDefinition,
        settings: &Map<String, Value>,
        artifact: &Artifact,
        file: &Path,
    ) -> Result<Map<String, Value>, Failure> {
        output_check::check_output(settings, artifact, file, &self.ffmpeg)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hartomat_schema::Coverage;

    use super::*;

    fn coverage_fits(entry: &Entry) -> bool {
        match (entry.definition)().coverage {
            Coverage::Executor => entry.executor.is_some(),
            Coverage::Disabled { reason } => entry.executor.is_none() && !reason.is_empty(),
        }
    }

    #[test]
    fn every_definition_holds_up() {
        let mut seen = BTreeSet::new();
        for entry in TABLE {
            let definition = (entry.definition)();
            let findings = hartomat_schema::check_definition(&definition);
            assert!(
                findings.is_empty(),
                "{}: {findings:#?}",
                definition.node_type
            );
            assert!(
                seen.insert(definition.node_type.clone()),
                "{} twice",
                definition.node_type
            );
            assert!(
                coverage_fits(entry),
                "{}: coverage and table differ",
                definition.node_type
            );
        }
    }

    #[test]
    fn the_catalogue_is_the_one_of_the_design() {
        let keys: Vec<String> = catalogue()
            .nodes
            .iter()
            .map(|node| node.node_type.to_string())
            .collect();
        let design = [
            "resolve_step_path",
            "order_line_setup",
            "occ_object_extract",
            "occ_glb_export",
            "stl_cache_generate",
            "glb_bbox",
            "auto_populate_materials",
            "material_map_resolve",
            "resolve_template",
            "compose_scene",
            "render_thumbnail",
            "render_still",
            "render_turntable",
            "export_blend",
            "image_transform",
            "thumbnail_save",
            "output_save",
            "notify",
        ];
        assert_eq!(keys, design);
    }

    #[test]
    fn the_etag_is_the_same_every_time() {
        assert_eq!(catalogue().etag, catalogue().etag);
    }
}
