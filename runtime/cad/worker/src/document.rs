//! A STEP file that was read: the safe side of the binding.

use hartomat_cad::protocol::FailureKind;
use hartomat_cad::{MeshSurface, PartMesh, Stage};
use hartomat_schema::{
    AssemblyNode, BoundingBox, LengthUnit, Part, PartList, Rgba, StepSource, Transform,
};

use crate::binding::ffi;
use crate::lighten::without_tessellated_items;
use crate::service::{Failure, report};

/// Coordinates beyond this many millimetres (1,000 km) are damage, not design.
const MAX_COORDINATE_MM: f64 = 1e9;

/// A document of the kernel with what was measured of it so far.
pub(crate) struct Document {
    inner: cxx::UniquePtr<ffi::Document>,
    records: Vec<ffi::PartRecord>,
    bbox: Option<BoundingBox>,
}

/// What came of meshing.
pub(crate) struct Triangles {
    pub(crate) meshes: Vec<PartMesh>,
    pub(crate) warnings: Vec<String>,
}

fn fail(kind: FailureKind, stage: Stage) -> impl Fn(cxx::Exception) -> Failure {
    move |err| Failure {
        kind,
        stage,
        message: clean(err.what()),
    }
}

fn unreadable(stage: Stage) -> impl Fn(cxx::Exception) -> Failure {
    fail(FailureKind::Unreadable, stage)
}

/// Names and messages on one line: the kernel keeps the line breaks of wrapped text.
fn clean(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    text.trim().to_owned()
}

impl Document {
    /// Reads a file.
    pub(crate) fn read(path: &str, threads: usize) -> Result<Self, Failure> {
        let mut inner =
            ffi::document_open(threads).map_err(fail(FailureKind::Broken, Stage::Start))?;
        report(Stage::Parse);
        lighten(path).map_err(|err| Failure {
            kind: FailureKind::Broken,
            stage: Stage::Parse,
            message: format!("the worker's copy of the file can't be read: {err}"),
        })?;
        inner
            .pin_mut()
            .parse(path)
            .map_err(unreadable(Stage::Parse))?;
        report(Stage::Transfer);
        let transferred = inner.pin_mut().transfer();
        if let (Err(_), Some(files)) = (&transferred, external_files(&inner)) {
            return Err(elsewhere(&files));
        }
        transferred.map_err(unreadable(Stage::Transfer))?;
        report(Stage::Tree);
        inner
            .pin_mut()
            .read_tree()
            .map_err(unreadable(Stage::Tree))?;
        let records = inner.parts();
        if records.iter().all(|part| part.face_count == 0) {
            return Err(match external_files(&inner) {
                Some(files) => elsewhere(&files),
                None => no_geometry("it has no surfaces".to_owned()),
            });
        }
        Ok(Self {
            inner,
            records,
            bbox: None,
        })
    }

    /// Parts and tree. Volumes and areas take another pass.
    pub(crate) fn part_list(
        &self,
        source: StepSource,
        mass_properties: bool,
    ) -> Result<PartList, Failure> {
        if mass_properties {
            report(Stage::Measure);
        }
        let parts = self.records.iter().enumerate().map(|(index, record)| {
            let measured = if mass_properties {
                Some(self.inner.measure_part(index))
            } else {
                None
            };
            let measured = measured
                .transpose()
                .map_err(fail(FailureKind::BadGeometry, Stage::Measure))?;
            let finite = |value: f64| Some(value).filter(|value| value.is_finite());
            Ok(Part {
                name: clean(&record.name),
                color: color(record.color),
                volume_mm3: measured
                    .as_ref()
                    .and_then(|found| finite(found.volume_mm3))
                    .filter(|volume| *volume >= 0.0),
                area_mm2: measured.as_ref().and_then(|found| finite(found.area_mm2)),
            })
        });
        let parts = parts.collect::<Result<_, Failure>>()?;
        let nodes = self.inner.nodes().into_iter().map(|record| AssemblyNode {
            name: clean(&record.name),
            parent: usize::try_from(record.parent).ok(),
            part: usize::try_from(record.part).ok(),
            transform: Transform(record.transform),
            color: color(record.color),
        });
        Ok(PartList {
            source,
            parts,
            nodes: nodes.collect(),
        })
    }

    /// The file's length unit; millimetres where it names none.
    pub(crate) fn unit(&self) -> LengthUnit {
        let record = self.inner.unit();
        let name = clean(&record.name).to_lowercase();
        LengthUnit {
            name: if name.is_empty() {
                "millimetre".to_owned()
            } else {
                name
            },
            in_mm: record.in_mm,
        }
    }

    /// What the file points to outside of itself, as a warning.
    pub(crate) fn warnings(&self) -> Vec<String> {
        external_files(&self.inner)
            .map(|files| format!("other files that it names aren't opened: {files}"))
            .into_iter()
            .collect()
    }

    /// The box of the exact shapes, measured once.
    pub(crate) fn bounds(&mut self) -> Result<BoundingBox, Failure> {
        if let Some(bbox) = self.bbox {
            return Ok(bbox);
        }
        report(Stage::Measure);
        let bounds = self.inner.pin_mut().measure_bounds();
        let [x0, y0, z0, x1, y1, z1] =
            bounds.map_err(fail(FailureKind::BadGeometry, Stage::Measure))?;
        let bbox = BoundingBox {
            min_mm: [x0, y0, z0],
            max_mm: [x1, y1, z1],
            exact: true,
        };
        let is_absurd = |value: &f64| !value.is_finite() || value.abs() > MAX_COORDINATE_MM;
        if let Some(value) = bbox
            .min_mm
            .iter()
            .chain(&bbox.max_mm)
            .find(|value| is_absurd(value))
        {
            return Err(bad_geometry(
                format!("a coordinate is {value:e} mm, more than 1,000 km"),
                Stage::Measure,
            ));
        }
        if bbox.diagonal_mm() <= 0.0 {
            return Err(bad_geometry(
                "all of it lies in one point".to_owned(),
                Stage::Measure,
            ));
        }
        self.bbox = Some(bbox);
        Ok(bbox)
    }

    /// Tessellates all parts.
    pub(crate) fn triangles(
        &mut self,
        deflection_percent: f64,
        angle_deg: f64,
    ) -> Result<Triangles, Failure> {
        let deflection_mm = self.bounds()?.diagonal_mm() * deflection_percent / 100.0;
        report(Stage::Mesh);
        let report = self
            .inner
            .pin_mut()
            .mesh(deflection_mm, angle_deg.to_radians());
        let report = report.map_err(fail(FailureKind::BadGeometry, Stage::Mesh))?;
        let (all, empty) = (report.face_count, report.empty_face_count);
        if 2 * empty > all {
            return Err(bad_geometry(
                format!("{empty} of {all} faces can't be tessellated"),
                Stage::Mesh,
            ));
        }
        let mut warnings = self.warnings();
        if empty > 0 {
            warnings.push(format!(
                "{empty} of {all} faces can't be tessellated and are missing"
            ));
        }
        let meshes = (0..self.records.len())
            .map(|part| self.part_mesh(part))
            .collect();
        Ok(Triangles { meshes, warnings })
    }

    fn part_mesh(&self, part: usize) -> PartMesh {
        let surfaces = (0..self.inner.surface_count(part)).map(|index| {
            let surface = self.inner.surface(part, index);
            MeshSurface {
                color: color(surface.color),
                positions: surface.positions.as_chunks::<3>().0.to_vec(),
                normals: surface.normals.as_chunks::<3>().0.to_vec(),
                indices: surface.indices.to_vec(),
            }
        });
        let surfaces = surfaces
            .filter(|surface| !surface.indices.is_empty())
            .collect();
        PartMesh {
            base_color: color(self.records[part].base_color),
            surfaces,
        }
    }
}

/// Takes out of the worker's copy what this version of the kernel can't use and is slow to skip.
fn lighten(path: &str) -> std::io::Result<()> {
    let version = ffi::kernel_version();
    let mut numbers = version
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or(0));
    if (numbers.next(), numbers.next()) >= (Some(7), Some(7)) {
        return Ok(());
    }
    match without_tessellated_items(&std::fs::read(path)?) {
        Some(lighter) => std::fs::write(path, lighter),
        None => Ok(()),
    }
}

fn color(color: ffi::Color) -> Option<Rgba> {
    color.is_set.then_some(Rgba(color.rgba))
}

fn external_files(inner: &cxx::UniquePtr<ffi::Document>) -> Option<String> {
    let files: Vec<String> = inner
        .external_files()
        .iter()
        .map(|file| format!("`{}`", clean(file)))
        .collect();
    let shown = files.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    match files.len() {
        0 => None,
        1..=5 => Some(shown),
        count => Some(format!("{shown} and {} more", count - 5)),
    }
}

fn elsewhere(files: &str) -> Failure {
    no_geometry(format!(
        "its parts lie in other files ({files}); export one file that holds everything"
    ))
}

fn no_geometry(message: String) -> Failure {
    Failure {
        kind: FailureKind::NoGeometry,
        stage: Stage::Transfer,
        message,
    }
}

fn bad_geometry(message: String, stage: Stage) -> Failure {
    Failure {
        kind: FailureKind::BadGeometry,
        stage,
        message,
    }
}
