//! The samples, read and checked against the numbers that they were built from.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]
#![allow(
    clippy::needless_range_loop,
    reason = "axes index several arrays at once"
)]

mod common;

use std::collections::BTreeSet;

use common::{SAMPLES, config, glb, part_list, sample, worker};
use hartomat_cad::{
    CadConfig, CadWorker, GlbRequest, Matrix, Stage, StlRequest, bbox_of_glb, glb_facts,
};
use hartomat_process::Cancel;
use hartomat_schema::{BoundingBox, PartList, Rgba};

fn assert_box(found: &BoundingBox, low: [f64; 3], high: [f64; 3]) {
    assert!(found.exact);
    let tolerance = 1e-6 * found.diagonal_mm();
    for axis in 0..3 {
        let off = (found.min_mm[axis] - low[axis])
            .abs()
            .max((found.max_mm[axis] - high[axis]).abs());
        assert!(off <= tolerance, "{found:?} is not {low:?} to {high:?}");
    }
}

fn assert_color(found: Option<Rgba>, srgb: [u8; 3]) {
    let found = found.expect("a colour").0;
    for channel in 0..3 {
        let encoded = f32::from(srgb[channel]) / 255.0;
        let linear = if encoded <= 0.04045 {
            encoded / 12.92
        } else {
            ((encoded + 0.055) / 1.055).powf(2.4)
        };
        assert!(
            (found[channel] - linear).abs() < 1e-3,
            "{found:?} is not {srgb:?}"
        );
    }
    assert!((found[3] - 1.0).abs() < 1e-6);
}

fn names(list: &PartList) -> BTreeSet<&str> {
    list.parts.iter().map(|part| part.name.as_str()).collect()
}

#[test]
fn the_bearing_has_nine_balls_on_its_pitch_circle() {
    let cad = worker();
    let list = part_list(&cad, &sample("ball_bearing.step"))
        .unwrap()
        .part_list;
    assert_eq!(
        names(&list),
        BTreeSet::from(["Inner ring", "Outer ring", "Ball", "Cage", "Seal"])
    );
    assert_eq!((list.nodes.len(), list.occurrence_count()), (14, 13));
    assert_eq!(
        (
            list.source.application_protocol.as_str(),
            list.source.unit.in_mm
        ),
        ("AP214", 1.0)
    );
    assert_eq!(list.nodes[0].name, "Ball bearing 6205");

    let ball = list
        .parts
        .iter()
        .position(|part| part.name == "Ball")
        .unwrap();
    let radius = 7.9375_f64 / 2.0;
    let sphere = 4.0 / 3.0 * std::f64::consts::PI * radius.powi(3);
    assert!((list.parts[ball].volume_mm3.unwrap() / sphere - 1.0).abs() < 1e-6);
    let placed: Vec<_> = list
        .nodes
        .iter()
        .filter(|node| node.part == Some(ball))
        .collect();
    assert_eq!(placed.len(), 9);
    for (index, node) in placed.iter().enumerate() {
        assert_eq!(node.name, format!("Ball {}", index + 1));
        let [x, y, z] = Matrix(node.transform.0).apply([0.0; 3]);
        assert!(
            (x.hypot(y) - 19.25).abs() < 1e-6 && z.abs() < 1e-9,
            "{x} {y} {z}"
        );
    }
    for (name, color) in [
        ("Cage", [201, 162, 78]),
        ("Seal", [28, 30, 33]),
        ("Outer ring", [176, 180, 186]),
    ] {
        assert_color(
            list.parts
                .iter()
                .find(|part| part.name == name)
                .unwrap()
                .color,
            color,
        );
    }
    assert_eq!(
        list.nodes
            .iter()
            .find(|node| node.part == Some(0))
            .unwrap()
            .name,
        "Inner ring"
    );
    assert_box(
        &glb(&cad, &sample("ball_bearing.step")).unwrap().bbox,
        [-26.0, -26.0, -7.5],
        [26.0, 26.0, 7.5],
    );
}

#[test]
fn the_bracket_is_one_part_with_a_bright_bore() {
    let cad = worker();
    let list = part_list(&cad, &sample("flange_bracket.step"))
        .unwrap()
        .part_list;
    assert_eq!((list.parts.len(), list.nodes.len()), (1, 1));
    assert_eq!(list.nodes[0].name, "Flange bracket");
    assert_color(list.parts[0].color, [120, 130, 138]);
    let made = glb(&cad, &sample("flange_bracket.step")).unwrap();
    assert_box(&made.bbox, [-50.0, -40.0, 0.0], [50.0, 40.0, 72.0]);
    let json = glb_json(&made.bytes);
    let materials: Vec<&str> = json["materials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(materials, ["#78828a", "#ced1d6"]);
}

#[test]
fn the_gearbox_keeps_names_tree_and_the_one_bolt_that_is_marked() {
    let cad = worker();
    let list = part_list(&cad, &sample("gearbox.step")).unwrap().part_list;
    assert!(list.occurrence_count() > 40, "{}", list.occurrence_count());
    for name in [
        "Gehäuse",
        "Gehäusedeckel",
        "Ölablassschraube",
        "Gear 24T",
        "Gear 54T",
        "Bolt M6",
        "Washer 6",
        "Lagerdeckel",
    ] {
        assert!(
            names(&list).contains(name),
            "{name} is missing in {:?}",
            names(&list)
        );
    }
    let bolt = list
        .parts
        .iter()
        .position(|part| part.name == "Bolt M6")
        .unwrap();
    assert_color(list.parts[bolt].color, [46, 46, 50]);
    let marked: Vec<_> = list
        .nodes
        .iter()
        .filter(|node| node.color.is_some())
        .collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].part, Some(bolt));
    assert_color(marked[0].color, [190, 40, 36]);
    let ball = list
        .nodes
        .iter()
        .position(|node| node.name == "Ball 3")
        .unwrap();
    assert_eq!(
        list.path(ball),
        ["Gearbox", "Bearing input front", "Ball 3"]
    );
    // A gear without a name of its own carries its part's.
    assert!(list.nodes.iter().any(|node| node.name == "Gear 48T"));

    let made = glb(&cad, &sample("gearbox.step")).unwrap();
    assert_box(&made.bbox, [-93.0, -104.0, -80.0], [123.0, 59.0, 68.0]);
    let json = glb_json(&made.bytes);
    let meshes = json["meshes"].as_array().unwrap();
    assert_eq!(
        meshes.len(),
        list.parts.len() + 1,
        "one mesh per part and one for the marked bolt"
    );
    for (index, part) in list.parts.iter().enumerate() {
        assert_eq!(meshes[index]["extras"]["part"], index);
        assert_eq!(meshes[index]["name"], part.name);
    }
    let extra = &meshes[list.parts.len()];
    assert_eq!(extra["extras"]["part"], bolt);
    assert_eq!(
        extra["primitives"][0]["attributes"],
        meshes[bolt]["primitives"][0]["attributes"]
    );
    let material = extra["primitives"][0]["material"].as_u64().unwrap() as usize;
    assert_eq!(json["materials"][material]["name"], "#be2824");
}

#[test]
fn the_fitting_is_read_in_inches() {
    let cad = worker();
    let list = part_list(&cad, &sample("pipe_fitting_inch.step"))
        .unwrap()
        .part_list;
    assert_eq!(list.source.application_protocol, "AP242");
    assert_eq!(
        (list.source.unit.name.as_str(), list.source.unit.in_mm),
        ("inch", 25.4)
    );
    assert_eq!((list.parts.len(), list.occurrence_count()), (3, 7));
    let made = glb(&cad, &sample("pipe_fitting_inch.step")).unwrap();
    // The O-rings reach 1.2 + 0.7 + 0.07 + 0.06 inches along the run, 0.1 less along the branch.
    let (run, branch, ball) = (2.03 * 25.4, 1.93 * 25.4, 0.78 * 25.4);
    assert!(
        (made.bbox.max_mm[0] - run).abs() < 1e-4 && (made.bbox.min_mm[0] + run).abs() < 1e-4,
        "{:?}",
        made.bbox
    );
    assert!(
        (made.bbox.max_mm[2] - branch).abs() < 1e-4 && (made.bbox.max_mm[1] - ball).abs() < 1e-4,
        "{:?}",
        made.bbox
    );
}

#[test]
fn mesh_box_and_exact_box_agree_and_extras_are_read_back() {
    let cad = worker();
    for name in SAMPLES {
        let made = glb(&cad, &sample(name)).unwrap();
        assert_eq!(bbox_of_glb(&made.bytes).unwrap(), made.bbox, "{name}");
        let facts = glb_facts(&made.bytes).unwrap();
        assert_eq!(facts.triangle_count, made.triangle_count, "{name}");
        let stripped = without_extras(&made.bytes);
        let mesh_box = bbox_of_glb(&stripped).unwrap();
        assert!(!mesh_box.exact);
        let tolerance = 0.002 * made.bbox.diagonal_mm();
        for axis in 0..3 {
            assert!(
                (mesh_box.min_mm[axis] - made.bbox.min_mm[axis]).abs() < tolerance,
                "{name}"
            );
            assert!(
                (mesh_box.max_mm[axis] - made.bbox.max_mm[axis]).abs() < tolerance,
                "{name}"
            );
        }
        gltf::Gltf::from_slice(&made.bytes).unwrap();
    }
}

#[test]
fn bytes_depend_neither_on_threads_nor_on_earlier_requests() {
    let single = CadWorker::open(CadConfig {
        threads: 1,
        ..config()
    })
    .unwrap();
    let double = CadWorker::open(CadConfig {
        threads: 2,
        ..config()
    })
    .unwrap();
    let coarse = GlbRequest {
        deflection_percent: 2.0,
        angle_deg: 40.0,
    };
    for name in SAMPLES {
        let input = sample(name);
        let fresh = glb(&single, &input).unwrap();
        double
            .glb(&input, &coarse, &Cancel::new(), &|_stage| {})
            .unwrap();
        double
            .stl(&input, &StlRequest::default(), &Cancel::new(), &|_stage| {})
            .unwrap();
        let later = glb(&double, &input).unwrap();
        assert!(fresh.bytes == later.bytes, "{name}");
    }
}

#[test]
fn an_stl_holds_every_occurrence_and_is_closed() {
    let cad = worker();
    let input = sample("ball_bearing.step");
    let made = cad
        .stl(&input, &StlRequest::default(), &Cancel::new(), &|_stage| {})
        .unwrap();
    assert_eq!(made.bytes.len() as u64, 84 + 50 * made.triangle_count);
    let float = |at: usize| {
        f64::from(f32::from_le_bytes(
            made.bytes[at..at + 4].try_into().unwrap(),
        ))
    };
    let corner = |at: usize| [float(at), float(at + 4), float(at + 8)];
    let mut six_volumes = 0.0;
    for triangle in 0..made.triangle_count as usize {
        let at = 84 + 50 * triangle + 12;
        let [a, b, c] = [corner(at), corner(at + 12), corner(at + 24)];
        six_volumes += a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0]);
    }
    let list = part_list(&cad, &input).unwrap().part_list;
    let exact: f64 = list
        .nodes
        .iter()
        .filter_map(|node| list.parts[node.part?].volume_mm3)
        .sum();
    assert!(
        (six_volumes / 6.0 / exact - 1.0).abs() < 0.02,
        "{} is not {exact}",
        six_volumes / 6.0
    );
}

#[test]
fn stages_are_reported_in_order_and_a_known_file_is_not_read_again() {
    let cad = worker();
    let input = sample("flange_bracket.step");
    let stages = std::cell::RefCell::new(Vec::new());
    let note = |stage| stages.borrow_mut().push(stage);
    cad.glb(&input, &GlbRequest::default(), &Cancel::new(), &note)
        .unwrap();
    let first = stages.take();
    assert!(
        first.is_sorted() && first.contains(&Stage::Transfer) && first.contains(&Stage::Mesh),
        "{first:?}"
    );
    cad.glb(&input, &GlbRequest::default(), &Cancel::new(), &note)
        .unwrap();
    assert!(!stages.take().contains(&Stage::Transfer));
    assert!(cad.version().unwrap().starts_with("OCCT "));
}

#[test]
fn the_samples_in_the_repository_are_what_the_program_writes() {
    let folder = tempfile::tempdir().unwrap();
    let cad = worker();
    let written = hartomat_cad_worker::write_samples(folder.path()).unwrap();
    assert_eq!(written.len(), SAMPLES.len());
    for path in written {
        let again = hartomat_cad::StepInput::new(&path);
        let kept = sample(path.file_name().unwrap().to_str().unwrap());
        assert!(
            std::fs::metadata(&kept.path).unwrap().len() < 1_500_000,
            "{path:?}"
        );
        let (mut new, mut old) = (
            part_list(&cad, &again).unwrap().part_list,
            part_list(&cad, &kept).unwrap().part_list,
        );
        for list in [&mut new, &mut old] {
            // The kernel numbers entities by address, so the bytes differ and the content doesn't.
            list.source.digest = hartomat_schema::Digest::of(b"");
        }
        assert_eq!(
            new, old,
            "{path:?}; run `cargo run -p hartomat-cad-worker --bin make-samples`"
        );
        assert_eq!(
            glb(&cad, &again).unwrap().bbox,
            glb(&cad, &kept).unwrap().bbox,
            "{path:?}"
        );
    }
}

fn glb_json(bytes: &[u8]) -> serde_json::Value {
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    serde_json::from_slice(&bytes[20..20 + length]).unwrap()
}

fn without_extras(bytes: &[u8]) -> Vec<u8> {
    let at = bytes
        .windows(8)
        .position(|window| window == b"\"extras\"")
        .unwrap();
    let mut bytes = bytes.to_vec();
    let needle = b"\"hartomat\"";
    let at = at
        + bytes[at..]
            .windows(needle.len())
            .position(|window| window == needle)
            .unwrap_or(0);
    if bytes[at..].starts_with(needle) {
        bytes[at..at + needle.len()].copy_from_slice(b"\"somebody\"");
    }
    bytes
}
