//! Furnace tests: in even white light nothing may be brighter than white, and what absorbs nothing
//! must vanish.

use hartomat_render::{MaterialLibrary, NoObserver, RenderBackend, RenderRequest};
use hartomat_schema::Material;

use crate::support::{furnace, material, request, sphere};

/// Mean radiance of a sphere that fills the picture's middle.
fn radiance(material: Material, samples: u32) -> [f32; 3] {
    let glb = crate::support::glb(&[sphere(10.0, 24)], &[(0, "ball", [0.0; 3])]);
    let scene = furnace(&glb, material);
    let request = RenderRequest {
        max_bounces: 64,
        ..request(&scene, &glb, [16, 16], samples)
    };
    let picture = hartomat_render::Embedded::new()
        .render(&request, &NoObserver)
        .expect("it renders");
    let inside: Vec<_> = picture
        .pixels
        .iter()
        .filter(|pixel| pixel[3] > 0.999)
        .collect();
    assert!(inside.len() > 60, "the sphere fills the picture");
    std::array::from_fn(|c| inside.iter().map(|pixel| pixel[c]).sum::<f32>() / inside.len() as f32)
}

#[test]
fn white_metal_vanishes_at_every_roughness() {
    for roughness in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
        let [r, ..] = radiance(material(1.0, 1.0, roughness), 64);
        assert!((0.95..1.015).contains(&r), "roughness {roughness}: {r}");
    }
}

#[test]
fn white_plastic_and_paint_give_back_what_they_get() {
    for roughness in [0.05, 0.3, 0.7] {
        let plain = material(1.0, 0.0, roughness);
        let painted = Material {
            clear_coat: 1.0,
            clear_coat_roughness: 0.1,
            ..plain.clone()
        };
        let brushed = Material {
            anisotropy: 0.8,
            metallic: 1.0,
            ..plain.clone()
        };
        for (name, material) in [("plain", plain), ("painted", painted), ("brushed", brushed)] {
            let [r, ..] = radiance(material, 64);
            assert!(
                (0.93..1.015).contains(&r),
                "{name}, roughness {roughness}: {r}"
            );
        }
    }
}

#[test]
fn no_material_of_the_library_makes_light() {
    for material in MaterialLibrary::builtin()
        .iter()
        .filter(|material| material.transmission == 0.0)
    {
        let brightest = radiance(material.clone(), 16)
            .into_iter()
            .fold(0.0, f32::max);
        assert!(brightest < 1.02, "{}: {brightest}", material.key);
        assert!(brightest > 0.004, "{}: {brightest}", material.key);
    }
}

#[test]
fn clear_glass_neither_makes_nor_eats_light() {
    let glb = crate::support::glb(&[sphere(10.0, 24)], &[(0, "ball", [0.0; 3])]);
    for roughness in [0.0, 0.4] {
        let scene = furnace(
            &glb,
            Material {
                transmission: 1.0,
                ..material(1.0, 0.0, roughness)
            },
        );
        let request = RenderRequest {
            max_bounces: 64,
            ..request(&scene, &glb, [16, 16], 64)
        };
        let picture = hartomat_render::Embedded::new()
            .render(&request, &NoObserver)
            .expect("it renders");
        // What isn't light of the room is sight of the backdrop: both together make white.
        let sum: f32 = picture
            .pixels
            .iter()
            .map(|pixel| pixel[0] + 1.0 - pixel[3])
            .sum::<f32>()
            / 256.0;
        assert!((0.94..1.01).contains(&sum), "roughness {roughness}: {sum}");
    }
}
