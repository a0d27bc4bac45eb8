//! GLB and STL: what counts, and what doesn't.

use hartomat_compare::{CompareOptions, compare_files, compare_glb, compare_stl};
use hartomat_schema::{Comparison, PartChange, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

type Triangle = [[f32; 3]; 3];

/// The twelve triangles of a box.
fn cuboid(size: [f32; 3]) -> Vec<Triangle> {
    let corner = |index: usize| -> [f32; 3] {
        std::array::from_fn(|axis| {
            if index >> axis & 1 == 1 {
                size[axis]
            } else {
                0.0
            }
        })
    };
    [
        [0, 2, 1],
        [1, 2, 3],
        [4, 5, 6],
        [5, 7, 6],
        [0, 1, 4],
        [1, 5, 4],
        [2, 6, 3],
        [3, 6, 7],
        [0, 4, 2],
        [2, 4, 6],
        [1, 3, 5],
        [3, 7, 5],
    ]
    .iter()
    .map(|triangle| triangle.map(corner))
    .collect()
}

#[derive(Clone)]
struct Part {
    name: &'static str,
    at: [f32; 3],
    triangles: Vec<Triangle>,
    color: [f32; 4],
}

fn parts() -> Vec<Part> {
    let part = |name, at, size| Part {
        name,
        at,
        triangles: cuboid(size),
        color: [0.6, 0.6, 0.65, 1.0],
    };
    vec![
        part("housing", [0.0; 3], [4.0, 3.0, 1.0]),
        part("ball", [1.0, 1.0, 2.0], [0.5; 3]),
        part("ball", [3.0, 1.0, 2.0], [0.5; 3]),
    ]
}

fn glb(parts: &[Part], generator: &str) -> Vec<u8> {
    let mut binary = Vec::new();
    let (mut nodes, mut meshes, mut views, mut accessors, mut materials) = (
        vec![json!({"name": "root", "children": (1..=parts.len()).collect::<Vec<_>>()})],
        vec![],
        vec![],
        vec![],
        vec![],
    );
    for (index, part) in parts.iter().enumerate() {
        let start = binary.len();
        for value in part.triangles.iter().flatten().flatten() {
            binary.extend_from_slice(&value.to_le_bytes());
        }
        views.push(json!({"buffer": 0, "byteOffset": start, "byteLength": binary.len() - start}));
        accessors.push(json!({"bufferView": index, "componentType": 5126, "type": "VEC3", "count": part.triangles.len() * 3}));
        materials.push(
            json!({"name": "steel", "pbrMetallicRoughness": {"baseColorFactor": part.color}}),
        );
        meshes.push(json!({"name": part.name, "primitives": [{"attributes": {"POSITION": index}, "material": index}]}));
        nodes.push(json!({"name": part.name, "mesh": index, "translation": part.at}));
    }
    let json = json!({
        "asset": {"version": "2.0", "generator": generator}, "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": nodes, "meshes": meshes, "bufferViews": views, "accessors": accessors,
        "materials": materials, "buffers": [{"byteLength": binary.len()}],
    });
    container(&json, &binary)
}

fn container(json: &Value, binary: &[u8]) -> Vec<u8> {
    let mut text = json.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let mut out = b"glTF".to_vec();
    for word in [
        2,
        (28 + text.len() + binary.len()) as u32,
        text.len() as u32,
    ] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(b"JSON");
    out.extend_from_slice(&text);
    out.extend_from_slice(&(binary.len() as u32).to_le_bytes());
    out.extend_from_slice(b"BIN\0");
    out.extend_from_slice(binary);
    out
}

fn stl(triangles: &[Triangle]) -> Vec<u8> {
    let mut out = vec![0; 80];
    out.extend_from_slice(&(triangles.len() as u32).to_le_bytes());
    for triangle in triangles {
        out.extend_from_slice(&[0; 12]);
        for value in triangle.iter().flatten() {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.extend_from_slice(&[0; 2]);
    }
    out
}

fn compare(candidate: &[Part]) -> Comparison {
    compare_glb(
        &glb(&parts(), "one"),
        &glb(candidate, "two"),
        &CompareOptions::default(),
    )
}

#[track_caller]
fn check(comparison: &Comparison, verdict: Verdict, sentence: &str) {
    assert_eq!(comparison.verdict, verdict, "{}", comparison.sentence);
    assert!(
        comparison.sentence.contains(sentence),
        "{}",
        comparison.sentence
    );
}

#[test]
fn what_differs_is_named() {
    check(&compare(&parts()), Verdict::Pass, "equal");
    check(
        &compare(&parts()[..2]),
        Verdict::Fail,
        "part `ball` is missing in the candidate",
    );

    let mut moved = parts();
    moved[2].at[0] += 0.25;
    check(&compare(&moved), Verdict::Fail, "part `ball` moved by 0.25");

    let mut painted = parts();
    painted[0].color[0] = 0.1;
    check(
        &compare(&painted),
        Verdict::Fail,
        "material `steel` of part `housing` changed: base colour",
    );

    let mut renamed = parts();
    renamed[0].name = "case";
    check(&compare(&renamed), Verdict::Fail, "`housing` is missing");

    let mut grown = parts();
    grown[0].triangles = cuboid([4.0, 3.5, 1.0]);
    check(&compare(&grown), Verdict::Fail, "bounding box");
}

#[test]
fn another_tessellation_of_the_same_shape_warns() {
    let mut split = parts();
    let [a, b, c] = split[0].triangles.pop().unwrap();
    let middle: [f32; 3] = std::array::from_fn(|axis| (a[axis] + b[axis]) / 2.0);
    split[0].triangles.extend([[a, middle, c], [middle, b, c]]);
    let comparison = compare(&split);
    check(&comparison, Verdict::Warn, "share of triangles");
    let numbers = comparison.measured.geometry.unwrap();
    assert!(numbers.area_delta < 1e-6 && numbers.volume_delta < 1e-6);
    assert_eq!(
        (numbers.control.triangles, numbers.candidate.triangles),
        (36, 37)
    );
}

#[test]
fn measures_of_a_box_are_right() {
    let comparison = compare_stl(
        &stl(&cuboid([2.0, 3.0, 4.0])),
        &stl(&cuboid([2.0, 3.0, 4.1])),
        &CompareOptions::default(),
    );
    check(&comparison, Verdict::Fail, "bounding box");
    let facts = comparison.measured.geometry.unwrap().control;
    assert!((facts.volume.abs() - 24.0).abs() < 1e-5 && (facts.area - 52.0).abs() < 1e-5);
    assert_eq!(facts.bbox_max, [2.0, 3.0, 4.0]);
}

#[test]
fn text_and_binary_stl_are_the_same_model() {
    let triangles = cuboid([1.0, 2.0, 3.0]);
    let mut text = String::from("solid box\n");
    for triangle in &triangles {
        text.push_str("facet normal 0 0 0\nouter loop\n");
        for [x, y, z] in triangle {
            text.push_str(&format!("vertex {x} {y} {z}\n"));
        }
        text.push_str("endloop\nendfacet\n");
    }
    text.push_str("endsolid box\n");
    check(
        &compare_files(
            &stl(&triangles),
            text.as_bytes(),
            &CompareOptions::default(),
        ),
        Verdict::Pass,
        "",
    );
}

#[test]
fn a_tree_that_goes_round_in_circles_is_refused() {
    let json = json!({"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"children": [0]}]});
    let bytes = container(&json, &[]);
    check(
        &compare_glb(&glb(&parts(), ""), &bytes, &CompareOptions::default()),
        Verdict::Fail,
        "node tree",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn shuffled_triangles_and_parts_are_equal(
        seed in any::<u64>(), turn in 0_usize..3, jitter in -1e-7_f32..1e-7,
    ) {
        let mut shuffled = parts();
        shuffled.swap(0, 2);
        for part in &mut shuffled {
            let count = part.triangles.len();
            for at in 0..count {
                part.triangles.swap(at, (seed as usize).wrapping_mul(31).wrapping_add(at * 7) % count);
                part.triangles[at].rotate_left(turn);
                part.triangles[at][0][0] += jitter;
            }
        }
        let comparison = compare(&shuffled);
        prop_assert_eq!(comparison.verdict, Verdict::Pass, "{}", comparison.sentence);
        let mixed: Vec<Triangle> = shuffled[0].triangles.iter().rev().copied().collect();
        let comparison =
            compare_stl(&stl(&shuffled[0].triangles), &stl(&mixed), &CompareOptions::default());
        prop_assert_eq!(comparison.verdict, Verdict::Pass);
    }
}

#[test]
fn parts_are_set_side_by_side_by_name() {
    let control = parts();
    let mut candidate = parts();
    candidate[0].triangles = cuboid([4.0, 3.0, 1.5]);
    candidate.pop();
    candidate.push(Part {
        name: "seal",
        at: [0.0, 0.0, 5.0],
        triangles: cuboid([1.0; 3]),
        color: [0.1, 0.1, 0.1, 1.0],
    });
    let compared = compare_glb(
        &glb(&control, "a"),
        &glb(&candidate, "b"),
        &CompareOptions::default(),
    );
    let geometry = compared.measured.geometry.expect("both are models");
    let changes: Vec<_> = geometry
        .parts
        .iter()
        .map(|part| (part.name.as_str(), part.change))
        .collect();
    assert_eq!(
        changes,
        [
            ("ball", PartChange::Same),
            ("ball", PartChange::Removed),
            ("housing", PartChange::Changed),
            ("seal", PartChange::Added),
        ]
    );
    assert_eq!(geometry.part_count, 4);
    let housing = &geometry.parts[2];
    let [before, after] = [&housing.control, &housing.candidate].map(|it| it.as_ref().unwrap());
    assert_eq!(
        (before.triangles, before.bbox_max[2], after.bbox_max[2]),
        (12, 1.0, 1.5)
    );
    assert_eq!(before.materials.len(), 1);
    assert!(geometry.parts[3].control.is_none());
}
