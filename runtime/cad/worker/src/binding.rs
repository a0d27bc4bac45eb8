//! The binding to the CAD kernel: the one place where C++ is called. Lengths in millimetres, Z up.
//!
//! Every C++ function that can fail turns the kernel's own failures into an error; a crash of the
//! kernel ends the process, which is why all this runs in a worker.

#![allow(
    unsafe_code,
    reason = "calls into C++ can't be checked by the compiler"
)]
#![allow(
    unreachable_pub,
    reason = "cxx generates items that are as visible as they can be"
)]
#![allow(missing_docs, reason = "cxx generates items without documentation")]

#[cxx::bridge(namespace = "hartomat")]
pub(crate) mod ffi {
    /// A colour, linear RGB with alpha; all zero with `is_set` false where there is none.
    #[derive(Clone, Copy, PartialEq, Debug)]
    struct Color {
        is_set: bool,
        rgba: [f32; 4],
    }

    /// A distinct part.
    struct PartRecord {
        name: String,
        /// The colour of most of the surface.
        color: Color,
        /// The colour of faces that have none of their own.
        base_color: Color,
        face_count: usize,
    }

    /// A node of the assembly tree; −1 stands for none.
    struct NodeRecord {
        name: String,
        parent: i64,
        part: i64,
        transform: [f64; 16],
        color: Color,
    }

    /// A length unit.
    struct UnitRecord {
        name: String,
        in_mm: f64,
    }

    /// What came of meshing.
    struct MeshReport {
        face_count: usize,
        empty_face_count: usize,
    }

    /// Volume and area; the volume is negative for parts without solids.
    struct Properties {
        volume_mm3: f64,
        area_mm2: f64,
    }

    /// The triangles of one part in one colour.
    struct Surface<'a> {
        color: Color,
        positions: &'a [f32],
        normals: &'a [f32],
        indices: &'a [u32],
    }

    unsafe extern "C++" {
        include!("hartomat-cad-worker/src/occt/document.hxx");
        include!("hartomat-cad-worker/src/occt/samples.hxx");

        type Document;

        fn kernel_version() -> String;
        fn initialise();
        fn document_open(threads: usize) -> Result<UniquePtr<Document>>;

        fn parse(self: Pin<&mut Document>, path: &str) -> Result<()>;
        fn transfer(self: Pin<&mut Document>) -> Result<()>;
        fn read_tree(self: Pin<&mut Document>) -> Result<()>;
        fn unit(self: &Document) -> UnitRecord;
        fn external_files(self: &Document) -> Vec<String>;
        fn parts(self: &Document) -> Vec<PartRecord>;
        fn nodes(self: &Document) -> Vec<NodeRecord>;

        fn measure_bounds(self: Pin<&mut Document>) -> Result<[f64; 6]>;
        fn measure_part(self: &Document, part: usize) -> Result<Properties>;

        fn mesh(self: Pin<&mut Document>, deflection_mm: f64, angle_rad: f64)
        -> Result<MeshReport>;
        fn surface_count(self: &Document, part: usize) -> usize;
        fn surface<'a>(self: &'a Document, part: usize, index: usize) -> Surface<'a>;

        fn sample_names() -> Vec<String>;
        fn write_sample(name: &str, path: &str) -> Result<()>;
    }
}
