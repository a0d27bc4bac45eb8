//! Handles requests with the kernel. The last file stays in memory, so that part list, GLB and STL
//! of one file read it once; what a request returns never depends on the requests before.

use std::path::Path;

use hartomat_cad::protocol::{
    FailureKind, INPUT_FILE, OUTPUT_FILE, Reply, Request, Source, Tessellation,
};
use hartomat_cad::{GlbModel, Stage, write_glb, write_stl};
use hartomat_schema::{Digest, PartList, StepSource};

use crate::binding::ffi;
use crate::document::Document;
use crate::service::{Failure, report};

/// The kernel and the file that it read last.
pub(crate) struct Kernel {
    threads: usize,
    last: Option<(Digest, Document)>,
}

/// A writer of triangles.
type Encode = fn(&GlbModel<'_>) -> Vec<u8>;

impl Kernel {
    pub(crate) fn start(threads: usize) -> Self {
        ffi::initialise();
        Self {
            threads,
            last: None,
        }
    }

    /// Frees the last file.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }

    pub(crate) fn handle(&mut self, request: &Request) -> Result<Reply, Failure> {
        match request {
            Request::Version => Ok(Reply::Version {
                kernel: format!("OCCT {}", ffi::kernel_version()),
            }),
            Request::PartList {
                source,
                mass_properties,
            } => {
                let document = self.document(source)?;
                let part_list = part_list(document, source, *mass_properties)?;
                Ok(Reply::PartList {
                    part_list,
                    warnings: document.warnings(),
                })
            }
            Request::Glb {
                source,
                tessellation,
            } => self.write(source, tessellation, write_glb),
            Request::Stl {
                source,
                tessellation,
            } => self.write(source, tessellation, |model| {
                write_stl(model.part_list, model.meshes)
            }),
        }
    }

    /// The document of a file; reads it unless it is the last one.
    fn document(&mut self, source: &Source) -> Result<&mut Document, Failure> {
        let is_known = self
            .last
            .as_ref()
            .is_some_and(|(digest, _document)| *digest == source.digest);
        if !is_known {
            // The old file goes first: two of them would be twice the memory.
            self.last = None;
            let path = Path::new(&source.folder).join(INPUT_FILE);
            let document = Document::read(&path.to_string_lossy(), self.threads)?;
            self.last = Some((source.digest, document));
        }
        let (_digest, document) = self
            .last
            .as_mut()
            .expect("a document was just read, or was there");
        Ok(document)
    }

    fn write(
        &mut self,
        source: &Source,
        tessellation: &Tessellation,
        encode: Encode,
    ) -> Result<Reply, Failure> {
        let document = self.document(source)?;
        let bbox = document.bounds()?;
        let triangles =
            document.triangles(tessellation.deflection_percent, tessellation.angle_deg)?;
        report(Stage::Write);
        let list = part_list(document, source, false)?;
        let bytes = encode(&GlbModel {
            part_list: &list,
            meshes: &triangles.meshes,
            bbox,
        });
        write_output(source, &bytes)?;
        let counts = list
            .nodes
            .iter()
            .filter_map(|node| triangles.meshes.get(node.part?));
        let triangle_count = counts.map(|mesh| mesh.triangle_count() as u64).sum();
        Ok(Reply::File {
            bbox,
            triangle_count,
            warnings: triangles.warnings,
        })
    }
}

fn part_list(
    document: &Document,
    source: &Source,
    mass_properties: bool,
) -> Result<PartList, Failure> {
    let step = StepSource {
        digest: source.digest,
        application_protocol: source.application_protocol.clone(),
        unit: document.unit(),
    };
    document.part_list(step, mass_properties)
}

fn write_output(source: &Source, bytes: &[u8]) -> Result<(), Failure> {
    let path = Path::new(&source.folder).join(OUTPUT_FILE);
    std::fs::write(path, bytes).map_err(|err| Failure {
        kind: if err.kind() == std::io::ErrorKind::FileTooLarge {
            FailureKind::OutputTooLarge
        } else {
            FailureKind::Broken
        },
        stage: Stage::Write,
        message: format!("the result can't be written: {err}"),
    })
}
