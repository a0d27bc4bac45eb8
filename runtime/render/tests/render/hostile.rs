//! GLBs from strangers: every one is drawn or refused with a reason, and none brings us down.

use hartomat_render::{RenderError, glb_bounds};
use serde_json::{Value, json};

use crate::support::{cuboid, glb, glb_parts, pack, sphere};

fn parts() -> (Value, Vec<u8>) {
    glb_parts(&[cuboid([10.0, 10.0, 10.0])], &[(0, "cube", [0.0; 3])])
}

/// The message for a cube whose document or data was changed.
fn refused(change: impl FnOnce(&mut Value, &mut Vec<u8>)) -> String {
    let (mut document, mut binary) = parts();
    change(&mut document, &mut binary);
    glb_bounds(&pack(&document, &binary), &[])
        .expect_err("it must be refused")
        .to_string()
}

#[test]
fn a_sound_cube_is_read_in_millimetres_with_z_up() {
    let (document, binary) = glb_parts(
        &[cuboid([10.0, 20.0, 40.0])],
        &[(0, "cube", [0.0, 0.0, 5.0])],
    );
    let bounds = glb_bounds(&pack(&document, &binary), &[]).expect("a cube");
    for (found, wanted) in bounds.bbox.min_mm.iter().zip([-5.0, -10.0, -15.0]) {
        assert!((found - wanted).abs() < 1e-4, "{:?}", bounds.bbox);
    }
    assert_eq!(bounds.parts, [Some(0)]);
}

#[test]
fn what_is_wrong_is_named() {
    let nan =
        |_: &mut Value, binary: &mut Vec<u8>| binary[4..8].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(
        refused(nan).contains("mesh 0 `part0`, primitive 0: position 0 is not a usable number")
    );
    let index = |_: &mut Value, binary: &mut Vec<u8>| {
        let end = binary.len();
        binary[end - 4..].copy_from_slice(&77_u32.to_le_bytes());
    };
    assert!(refused(index).contains("index 77 is out of range: there are 24 vertices"));
    let outside = |document: &mut Value, _: &mut Vec<u8>| {
        document["buffers"][0]["uri"] = json!("file:///etc/passwd");
    };
    assert!(refused(outside).contains("outside the glb"));
    let count = |document: &mut Value, _: &mut Vec<u8>| {
        document["accessors"][0]["count"] = json!(4_000_000_000_u64)
    };
    assert!(refused(count).contains("reaches beyond its buffer"));
    let empty =
        |document: &mut Value, _: &mut Vec<u8>| document["accessors"][2]["count"] = json!(0);
    assert!(refused(empty).contains("empty"));
    let uneven =
        |document: &mut Value, _: &mut Vec<u8>| document["accessors"][2]["count"] = json!(35);
    assert!(refused(uneven).contains("no whole number of triangles"));
    let place = |document: &mut Value, _: &mut Vec<u8>| {
        document["nodes"][1]["translation"] = json!([1e30, 0.0, 0.0]);
    };
    assert!(refused(place).contains("node 1 `cube`: its transform"));
    let short = |_: &mut Value, binary: &mut Vec<u8>| binary.truncate(100);
    assert!(refused(short).contains("reaches beyond its buffer"));
    let circle =
        |document: &mut Value, _: &mut Vec<u8>| document["nodes"][1]["children"] = json!([0]);
    assert!(refused(circle).contains("nested"));
    let view = |document: &mut Value, _: &mut Vec<u8>| {
        document["bufferViews"][0]["byteOffset"] = json!(u64::MAX);
    };
    assert!(!refused(view).is_empty());
}

#[test]
fn a_few_bytes_may_not_ask_for_billions_of_triangles() {
    // Eight levels of eight children each: 16 million cubes out of some kilobytes.
    let (mut document, binary) = parts();
    let nodes = document["nodes"].as_array_mut().expect("nodes");
    nodes.clear();
    for level in 0..8 {
        nodes.push(json!({"children": vec![level + 1; 8]}));
    }
    nodes.push(json!({"mesh": 0}));
    let err = glb_bounds(&pack(&document, &binary), &[]).expect_err("too large");
    assert!(
        matches!(
            err,
            RenderError::GlbTooLarge { .. } | RenderError::GlbSyntax { .. }
        ),
        "{err}"
    );
}

#[test]
fn truncated_and_mutated_files_never_panic() {
    let sound = glb(&[sphere(10.0, 6)], &[(0, "ball", [0.0; 3])]);
    for length in (0..sound.len()).step_by(97) {
        assert!(glb_bounds(&sound[..length], &[]).is_err(), "{length} bytes");
    }
    let mut state = 42_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for _ in 0..600 {
        let mut mutant = sound.clone();
        for _ in 0..=next(6) {
            let at = next(mutant.len());
            mutant[at] = next(256) as u8;
        }
        // Either answer is right; returning at all is the test.
        let _answer = glb_bounds(&mutant, &[]);
    }
}
