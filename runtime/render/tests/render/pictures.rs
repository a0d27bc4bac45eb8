//! What pictures must show: shadows, glass, hidden parts, framing, and the same bytes every time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hartomat_render::{
    ComposeRequest, Embedded, EncodeOptions, ImageFormat, MaterialLibrary, NoObserver, Picture,
    RenderBackend, RenderError, RenderObserver, RenderRequest, StudioScenes, compose_scene, encode,
    turn_studio,
};
use hartomat_schema::{
    Background, Digest, Material, MaterialAssignment, MaterialMap, MaterialSource, Rgba, Scene,
};

use crate::support::{
    composed, cuboid, furnace, glb, material, pixel, render, request, sphere, studio,
};

fn block() -> Vec<u8> {
    glb(
        &[cuboid([60.0, 30.0, 20.0])],
        &[(0, "block", [500.0, -200.0, 40.0])],
    )
}

#[test]
fn bytes_are_equal_whatever_the_threads_and_differ_with_the_seed() {
    let glb = glb(
        &[sphere(10.0, 16), cuboid([30.0, 30.0, 4.0])],
        &[(0, "ball", [0.0, 0.0, 12.0]), (1, "plate", [0.0; 3])],
    );
    let scene = composed(&glb, &studio("soft_box"), 1.3, false);
    let with = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads start");
        let request = RenderRequest {
            seed,
            denoise: true,
            ..request(&scene, &glb, [52, 40], 20)
        };
        let picture = Embedded::with_pool(Arc::new(pool))
            .render(&request, &NoObserver)
            .expect("it renders");
        encode(&picture, ImageFormat::Exr, &EncodeOptions::default()).expect("it encodes")
    };
    let one = with(1, 5);
    assert!(
        one == with(2, 5) && one == with(5, 5),
        "the number of threads changes the picture"
    );
    assert!(one != with(1, 6), "the seed changes nothing");
}

#[test]
fn every_studio_renders_and_the_catalogue_is_pure_white() {
    let glb = block();
    for studio in StudioScenes::builtin().iter() {
        let scene = composed(&glb, studio, 1.0, false);
        let picture = render(&scene, &glb, [48, 48], 8);
        let shown = picture.developed();
        let middle = shown[24 * 48 + 24];
        assert!(
            middle[..3].iter().any(|&c| c > 0.005),
            "{}: the product is black",
            studio.key
        );
        if studio.key == "bright_catalogue" {
            assert_eq!(shown[0], [1.0; 4], "the corner is white");
        }
    }
}

#[test]
fn a_shadow_catcher_shows_the_shadow_and_nothing_else() {
    let glb = block();
    let picture = render(
        &composed(&glb, &studio("transparent_cutout"), 1.0, false),
        &glb,
        [64, 64],
        32,
    );
    let shadow: Vec<_> = picture
        .pixels
        .iter()
        .filter(|pixel| pixel[0] == 0.0 && pixel[3] > 0.05)
        .collect();
    assert!(
        shadow.len() > 40,
        "there is a shadow, {} pixels",
        shadow.len()
    );
    assert!(
        shadow.iter().any(|pixel| pixel[3] > 0.4),
        "it is deep at the contact"
    );
    assert!(pixel(&picture, 0, 0)[3] < 0.08, "far away there is none");
    assert!(
        (pixel(&picture, 32, 32)[3] - 1.0).abs() < 1e-3,
        "the product is opaque"
    );
}

#[test]
fn glass_lets_the_backdrop_through_and_steel_does_not() {
    let glb = glb(&[sphere(10.0, 24)], &[(0, "ball", [0.0; 3])]);
    let alpha = |material: Material| {
        let scene = furnace(&glb, material);
        pixel(&render(&scene, &glb, [15, 15], 64), 7, 7)[3]
    };
    assert!(
        alpha(Material {
            transmission: 1.0,
            ..material(1.0, 0.0, 0.0)
        }) < 0.2
    );
    assert!((alpha(material(0.6, 1.0, 0.2)) - 1.0).abs() < 1e-3);
    // Before a red backdrop, glass that eats blue and green stays red, and one that eats red is dark.
    let through = |base_color: [f32; 3]| {
        let tinted = Material {
            transmission: 1.0,
            base_color,
            ..material(1.0, 0.0, 0.0)
        };
        let mut scene = furnace(&glb, tinted);
        scene.background = Background::Color {
            rgb: [0.8, 0.0, 0.0],
        };
        scene.environment.top = [0.0; 3];
        scene.environment.horizon = [0.0; 3];
        scene.environment.bottom = [0.0; 3];
        render(&scene, &glb, [15, 15], 64).developed()[7 * 15 + 7]
    };
    assert!(through([0.9, 0.05, 0.05])[0] > 0.5);
    assert!(through([0.05, 0.9, 0.9])[0] < 0.2);
}

#[test]
fn hidden_nodes_are_neither_drawn_nor_framed() {
    let glb = glb(
        &[sphere(10.0, 12), cuboid([4.0, 4.0, 4.0])],
        &[(0, "ball", [0.0; 3]), (1, "far", [300.0, 0.0, 0.0])],
    );
    let all = composed(&glb, &studio("soft_box"), 1.0, false);
    let hidden = ["far".to_owned()];
    let studio = studio("transparent_cutout");
    let library = MaterialLibrary::builtin();
    let request = ComposeRequest {
        glb_digest: Digest::of(&glb),
        glb: &glb,
        bbox: None,
        materials: None,
        library: &library,
        studio: &studio,
        hidden: &hidden,
        azimuth_deg: Some(0.0),
        elevation_deg: Some(0.0),
        margin: None,
        exposure_ev: None,
        aspect: Some(1.0),
        full_turn: false,
    };
    let less = compose_scene(&request).expect("the ball is left");
    assert!(less.bbox.diagonal_mm() < 0.2 * all.bbox.diagonal_mm());
    assert!(
        pixel(&render(&less, &glb, [16, 16], 4), 8, 8)[3] > 0.99,
        "the ball fills the middle"
    );
    let nothing = ["product".to_owned()];
    let err = compose_scene(&ComposeRequest {
        hidden: &nothing,
        ..request
    })
    .expect_err("all hidden");
    assert!(
        matches!(err, RenderError::NothingToDraw { hidden: 1 }),
        "{err}"
    );
}

/// Left, top, right and bottom edge of what is opaque, as shares of the picture.
fn silhouette(picture: &Picture) -> [f32; 4] {
    let (mut least, mut most) = ([u32::MAX; 2], [0; 2]);
    for y in 0..picture.height_px {
        for x in 0..picture.width_px {
            if pixel(picture, x, y)[3] > 0.5 {
                least = [least[0].min(x), least[1].min(y)];
                most = [most[0].max(x + 1), most[1].max(y + 1)];
            }
        }
    }
    let share = |at: u32, size: u32| at as f32 / size as f32;
    let (width, height) = (picture.width_px, picture.height_px);
    [
        share(least[0], width),
        share(least[1], height),
        share(most[0], width),
        share(most[1], height),
    ]
}

fn without_ground(mut scene: Scene) -> Scene {
    scene.ground = None;
    scene.background = Background::Transparent;
    scene
}

#[test]
fn the_product_fills_the_frame_up_to_the_margin() {
    let shapes = [
        cuboid([60.0, 30.0, 20.0]),
        sphere(25.0, 16),
        cuboid([3.0, 3.0, 90.0]),
    ];
    let mut studio = studio("soft_box");
    for (shape, margin) in shapes.iter().zip([0.05, 0.1, 0.15]) {
        let glb = glb(
            std::slice::from_ref(shape),
            &[(0, "it", [-80.0, 900.0, 7.0])],
        );
        studio.margin = margin;
        for (size, aspect) in [([60, 120], 0.5), ([100, 100], 1.0), ([160, 90], 16.0 / 9.0)] {
            let scene = without_ground(composed(&glb, &studio, aspect, false));
            let [left, top, right, bottom] = silhouette(&render(&scene, &glb, size, 4));
            let free = [left, top, 1.0 - right, 1.0 - bottom];
            let tolerance = 1.5 / size[0].min(size[1]) as f32;
            let least = free.into_iter().fold(1.0, f32::min);
            assert!(
                (least - margin).abs() < tolerance,
                "aspect {aspect}, margin {margin}: {free:?}"
            );
            assert!(
                (free[0] - free[2]).abs() < 2.0 * tolerance,
                "centred across: {free:?}"
            );
            assert!(
                (free[1] - free[3]).abs() < 2.0 * tolerance,
                "centred upright: {free:?}"
            );
        }
    }
}

#[test]
fn a_turntable_stays_inside_and_comes_back() {
    let glb = block();
    let scene = without_ground(composed(&glb, &studio("soft_box"), 1.0, true));
    let renderer = Embedded::new();
    for degrees in [0.0, 40.0, 90.0, 215.0] {
        let turned = turn_studio(&scene, degrees);
        let picture = renderer
            .render(&request(&turned, &glb, [64, 64], 2), &NoObserver)
            .expect("it renders");
        let [left, top, right, bottom] = silhouette(&picture);
        assert!(
            left > 0.05 && top > 0.05 && right < 0.95 && bottom < 0.95,
            "{degrees}°"
        );
    }
    let back = turn_studio(&scene, 360.0);
    for (a, b) in scene.camera.position.iter().zip(back.camera.position) {
        assert!((a - b).abs() < 1e-2, "{a} and {b}");
    }
}

#[test]
fn materials_go_by_the_part_that_a_mesh_names() {
    // Mesh 0 is part 1, and the other way round.
    let glb = glb(
        &[sphere(10.0, 8), sphere(5.0, 8)],
        &[(0, "a", [0.0; 3]), (1, "b", [20.0, 0.0, 0.0])],
    );
    let entry = |part: usize, material: &str, color: Option<Rgba>| MaterialAssignment {
        part,
        part_name: String::new(),
        material: material.to_owned(),
        source: MaterialSource::Assigned,
        color,
    };
    let blue = Rgba([0.0, 0.1, 0.9, 1.0]);
    let map = MaterialMap {
        assignments: vec![entry(0, "Messing", None), entry(1, "paint_cad", Some(blue))],
        unresolved: Vec::new(),
    };
    let (library, studio) = (MaterialLibrary::builtin(), studio("dark_studio"));
    let request = ComposeRequest {
        glb_digest: Digest::of(&glb),
        glb: &glb,
        bbox: None,
        materials: Some(&map),
        library: &library,
        studio: &studio,
        hidden: &[],
        azimuth_deg: None,
        elevation_deg: None,
        margin: None,
        exposure_ev: None,
        aspect: Some(1.0),
        full_turn: false,
    };
    let scene = compose_scene(&request).expect("it composes");
    let found: Vec<_> = scene
        .materials
        .iter()
        .flatten()
        .map(|m| (m.key.as_str(), m.base_color[2]))
        .collect();
    assert_eq!(found[0], ("paint_cad", 0.9));
    assert_eq!(found[1].0, "brass");
    let wrong = MaterialMap {
        assignments: vec![entry(0, "brss", None)],
        ..map.clone()
    };
    let err = compose_scene(&ComposeRequest {
        materials: Some(&wrong),
        ..request
    })
    .expect_err("misspelt");
    assert!(err.to_string().contains("`brass`"), "{err}");
}

struct Watcher {
    last: AtomicU64,
    stop_at: u64,
}

impl RenderObserver for Watcher {
    fn progress(&self, done: u64, total: u64) {
        assert!(done <= total);
        self.last.fetch_max(done, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.last.load(Ordering::Relaxed) >= self.stop_at
    }
}

#[test]
fn a_cancelled_render_stops_and_says_so() {
    let glb = block();
    let scene = composed(&glb, &studio("soft_box"), 1.0, false);
    let request = request(&scene, &glb, [256, 256], 16);
    let watcher = Watcher {
        last: AtomicU64::new(0),
        stop_at: 3,
    };
    let err = Embedded::new()
        .render(&request, &watcher)
        .expect_err("cancelled");
    assert!(matches!(err, RenderError::Cancelled), "{err}");
    assert!(
        watcher.last.load(Ordering::Relaxed) < 200,
        "it stopped early"
    );
}

#[test]
fn the_denoiser_brings_the_picture_nearer_to_the_truth() {
    let glb = glb(
        &[cuboid([30.0, 30.0, 6.0]), sphere(9.0, 24)],
        &[(0, "plate", [0.0; 3]), (1, "ball", [0.0, 0.0, 12.0])],
    );
    let scene = composed(&glb, &studio("soft_box"), 1.0, false);
    let truth = render(&scene, &glb, [72, 72], 768).developed();
    let error = |denoise: bool| {
        let request = RenderRequest {
            denoise,
            ..request(&scene, &glb, [72, 72], 16)
        };
        let shown = Embedded::new()
            .render(&request, &NoObserver)
            .expect("it renders")
            .developed();
        let squares = shown
            .iter()
            .zip(&truth)
            .map(|(a, b)| (a[0] - b[0]).powi(2) + (a[2] - b[2]).powi(2));
        (squares.sum::<f32>() / (2.0 * truth.len() as f32)).sqrt()
    };
    let (noisy, clean) = (error(false), error(true));
    assert!(clean < 0.8 * noisy, "from {noisy} to {clean}");
}
