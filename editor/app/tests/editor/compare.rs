//! Two files beside each other, as people look at them: pictures that the tests make, models, and
//! files that nothing here reads.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2, vec2};
use hartomat_editor::Command;
use hartomat_editor::compare_view::{
    Channel, CompareCommand, CompareMode, CompareSource, Layer, Look, MaskTool, Measure,
    OpenComparison, SidePanel,
};
use image::{DynamicImage, ImageFormat, Rgb, Rgb32FImage, RgbImage};

use crate::harness::Editor;

/// A picture with a pattern, and a darker square at 40, 30.
fn picture(width: u32, height: u32, square: u8) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let is_square = (40..60).contains(&x) && (30..50).contains(&y);
        let base = if is_square { square } else { 200 };
        Rgb([base, (x % 97) as u8, (y % 89) as u8])
    }))
}

fn write(folder: &Path, name: &str, picture: &DynamicImage, format: ImageFormat) -> PathBuf {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes.into_inner()).unwrap();
    path
}

fn open_files(editor: &mut Editor, files: [PathBuf; 2]) {
    let sources = Box::new(files.map(CompareSource::File));
    editor.push(Command::Compare(CompareCommand::Open(sources)));
}

fn of(editor: &Editor) -> &OpenComparison {
    editor.app().state().compare.open.as_ref().unwrap()
}

/// Two PNGs that differ in the square, read and measured.
fn with_pictures() -> Editor {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let files = [("a.png", 200), ("b.png", 120)].map(|(name, square)| {
        write(
            folder.path(),
            name,
            &picture(200, 120, square),
            ImageFormat::Png,
        )
    });
    open_files(&mut editor, files);
    until_read(&mut editor);
    editor.until("it was measured", |app| {
        app.state()
            .compare
            .open
            .as_ref()
            .unwrap()
            .comparison
            .is_some()
    });
    editor
}

fn until_read(editor: &mut Editor) {
    editor.until("both pictures were read", |app| {
        let open = app.state().compare.open.as_ref().unwrap();
        open.sides().iter().all(|side| side.read().is_some())
    });
}

/// Where a pixel is on screen, of the picture at the left.
fn place(editor: &Editor, x: f32, y: f32) -> Pos2 {
    let open = of(editor);
    let mut stage = editor.rect_of("The two pictures");
    if open.mode == CompareMode::SideBySide {
        stage = stage.split_left_right_at_fraction(0.5).0;
    }
    open.view.unwrap().to_screen(pos2(x, y), stage)
}

fn button(editor: &mut Editor, pos: Pos2, pressed: bool) {
    editor.event(Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    });
}

fn drag(editor: &mut Editor, from: Pos2, to: Pos2) {
    editor.event(Event::PointerMoved(from));
    button(editor, from, true);
    for step in 1..=4 {
        editor.event(Event::PointerMoved(from.lerp(to, step as f32 / 4.0)));
    }
    button(editor, to, false);
    editor.steps(2);
}

fn click_at(editor: &mut Editor, at: Pos2) {
    editor.event(Event::PointerMoved(at));
    button(editor, at, true);
    button(editor, at, false);
    // Two clicks shortly after each other would be a double click.
    editor.steps(30);
}

#[test]
fn two_files_are_measured_and_the_pixel_under_the_pointer_is_told() {
    let mut editor = with_pictures();
    assert!(editor.shows("Fail"), "what was measured is judged");
    assert!(editor.shows_part("This is no verdict of a run"));
    assert!(editor.shows("A: a.png") && editor.shows("B: b.png"));
    let at = place(&editor, 45.5, 40.5);
    editor.event(Event::PointerMoved(at));
    editor.steps(3);
    assert!(editor.shows_part("x    45  y    40"));
    assert!(
        editor.shows_part("200  45  40"),
        "the first picture's value"
    );
    assert!(
        editor.shows_part("120  45  40"),
        "the second picture's value"
    );
    assert!(editor.shows_part("-80   +0   +0"), "second minus first");
    assert!(editor.shows("ΔE 2000"));
    let [a, b] = [[200.0, 45.0, 40.0], [120.0, 45.0, 40.0]];
    let linear = |rgb: [f32; 3]| rgb.map(|value| hartomat_ui::theme::linear(value / 255.0));
    let far = hartomat_editor::compare_view::delta_e_2000(linear(a), linear(b));
    assert!(editor.shows(&format!("{far:.2}")), "{far}");
}

#[test]
fn every_way_to_look_has_a_key_and_a_button() {
    let mut editor = with_pictures();
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    let names = ["Side by side", "Swipe", "Onion skin", "Blink", "Difference"];
    for (mode, (key, name)) in CompareMode::ALL
        .into_iter()
        .zip(keys.into_iter().zip(names))
    {
        let other = if mode == CompareMode::Swipe {
            Key::Num1
        } else {
            Key::Num2
        };
        editor.press(key);
        assert_eq!(of(&editor).mode, mode, "{name} by its key");
        editor.press(other);
        editor.click_button(name);
        assert_eq!(of(&editor).mode, mode, "{name} by its button");
    }
    for (key, channel) in [
        (Key::R, Channel::Red),
        (Key::G, Channel::Green),
        (Key::B, Channel::Blue),
        (Key::T, Channel::Alpha),
        (Key::L, Channel::Luminance),
        (Key::C, Channel::Color),
    ] {
        editor.press(key);
        assert_eq!(of(&editor).look.channel, channel);
    }
    editor.press(Key::CloseBracket);
    assert!((of(&editor).look.exposure - 0.5).abs() < 1e-6);
    let before = of(&editor).view.unwrap();
    editor.press(Key::Plus);
    assert!(of(&editor).view.unwrap().zoom > before.zoom);
    editor.press(Key::F);
    assert_eq!(of(&editor).view.unwrap(), before);
    editor.press(Key::Questionmark);
    assert!(editor.dialog_has("Keys of the comparison", "Close"));
    assert!(editor.shows("Raise small differences"));
    editor.press(Key::Escape);
    assert!(
        editor.app().state().compare.open.is_some(),
        "the list alone is closed"
    );
    editor.press(Key::Escape);
    assert!(editor.app().state().compare.open.is_none());
}

#[test]
fn the_difference_is_absolute_or_perceived_and_its_gain_has_keys() {
    let mut editor = with_pictures();
    editor.press(Key::D);
    assert_eq!(of(&editor).mode, CompareMode::Difference);
    editor.until("the heat map is there", |app| {
        app.state().compare.open.as_ref().unwrap().tiles.uploaded() >= 1
    });
    let before = of(&editor).look.full_at;
    editor.press(Key::Period);
    assert!(
        of(&editor).look.full_at < before,
        "small differences are raised"
    );
    editor.press(Key::D);
    assert_eq!(of(&editor).look.measure, Measure::Perceived);
    editor.until("FLIP was measured", |app| {
        let open = app.state().compare.open.as_ref().unwrap();
        matches!(open.perceived, Some(Ok(Some(_))))
    });
    let Some(Ok(Some(perceived))) = &of(&editor).perceived else {
        panic!("measured");
    };
    assert!(perceived.at(0, 50, 40).unwrap() > 0.2, "the square is seen");
    assert!(
        perceived.at(0, 180, 100).unwrap() < 0.01,
        "far from it nothing is"
    );
    let at = editor.rect_of("The two pictures");
    let at = of(&editor).view.unwrap().to_screen(pos2(50.5, 40.5), at);
    editor.event(Event::PointerMoved(at));
    editor.steps(3);
    assert!(editor.shows("FLIP"), "its value is told at the pointer");
}

#[test]
fn values_are_counted_of_both_pictures_and_of_their_difference() {
    let mut editor = with_pictures();
    editor.press(Key::H);
    assert_eq!(of(&editor).panel, SidePanel::Histogram);
    editor.until("values were counted", |app| {
        app.state()
            .compare
            .open
            .as_ref()
            .unwrap()
            .histogram
            .is_some()
    });
    let (counted, _) = of(&editor).histogram.as_ref().unwrap();
    let difference = counted.difference.as_ref().unwrap();
    assert_eq!(difference[80], 400, "20 × 20 pixels differ by 80");
    assert_eq!(difference[0], 200 * 120 - 400);
    assert!(editor.shows("Histogram: Red"));
    assert!(editor.shows_part("1.67 % of the pixels differ, the largest by 80/255"));
}

#[test]
fn masks_are_drawn_moved_deleted_and_taken_back() {
    let mut editor = with_pictures();
    editor.press(Key::M);
    assert_eq!(of(&editor).masks.tool, Some(MaskTool::Rectangle));
    let (from, to) = (place(&editor, 40.0, 30.0), place(&editor, 60.0, 50.0));
    drag(&mut editor, from, to);
    let bounds = |editor: &Editor| of(editor).masks.all[0].bounds();
    assert_eq!(of(&editor).masks.all.len(), 1);
    assert!(
        (bounds(&editor).min - pos2(40.0, 30.0)).length() <= 2.0,
        "{:?}",
        bounds(&editor)
    );
    let before = bounds(&editor);
    let (from, to) = (place(&editor, 50.0, 40.0), place(&editor, 80.0, 60.0));
    drag(&mut editor, from, to);
    let moved = bounds(&editor).min - before.min;
    assert!((moved - vec2(30.0, 20.0)).length() <= 2.0, "{moved:?}");
    editor.press(Key::ArrowRight);
    assert_eq!(bounds(&editor).min.x, before.min.x + moved.x + 1.0);

    editor.click_button("Polygon");
    for (x, y) in [(120.0, 20.0), (160.0, 20.0), (140.0, 60.0)] {
        let at = place(&editor, x, y);
        click_at(&mut editor, at);
    }
    editor.press(Key::Enter);
    assert_eq!(of(&editor).masks.all.len(), 2);
    assert_eq!(of(&editor).masks.all[1].points.len(), 3);
    editor.press(Key::Delete);
    assert_eq!(of(&editor).masks.all.len(), 1);
    editor.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(of(&editor).masks.all.len(), 2);
    editor.press(Key::W);
    assert!(editor.shows_part("2: polygon, 40 × 40 at 120, 20"));
    editor.press(Key::Escape);
    assert_eq!(of(&editor).masks.tool, None, "Escape ends drawing first");
}

#[test]
fn a_mask_can_be_made_and_moved_by_keys_alone() {
    let mut editor = with_pictures();
    editor.press(Key::M);
    editor.press(Key::Insert);
    let before = of(&editor).masks.all[0].bounds();
    editor.press(Key::ArrowDown);
    assert_eq!(
        of(&editor).masks.all[0].bounds(),
        before.translate(vec2(0.0, 1.0))
    );
}

#[test]
fn pixels_are_squares_from_twice_their_size_on() {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let files = [("a.png", 200), ("b.png", 120)].map(|(name, square)| {
        write(
            folder.path(),
            name,
            &picture(900, 700, square),
            ImageFormat::Png,
        )
    });
    open_files(&mut editor, files);
    until_read(&mut editor);
    editor.until("tiles are there", |app| {
        app.state().compare.open.as_ref().unwrap().tiles.len() >= 2
    });
    let has = |editor: &Editor, is_sharp: bool| {
        let key = hartomat_editor::compare_view::TileKey {
            layer: Layer::Control,
            level: 0,
            x: 1,
            y: 1,
            is_sharp,
        };
        of(editor).tiles.is_there(&key)
    };
    let mut look_at = |zoom| {
        let view = hartomat_editor::compare_view::PictureView {
            center: pos2(384.0, 384.0),
            zoom,
        };
        editor.push(Command::Compare(CompareCommand::View(view)));
        let is_sharp = zoom >= 2.0;
        editor.until("the tile in the middle", |app| {
            let open = app.state().compare.open.as_ref().unwrap();
            let key = hartomat_editor::compare_view::TileKey {
                layer: Layer::Control,
                level: 0,
                x: 1,
                y: 1,
                is_sharp,
            };
            open.tiles.is_there(&key)
        });
        (has(&editor, true), has(&editor, false))
    };
    assert_eq!(look_at(1.5), (false, true), "smooth below twice the size");
    assert_eq!(look_at(2.0), (true, true), "squares from there on");
}

#[test]
fn pictures_of_every_format_can_be_dropped_onto_the_window() {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let opaque = picture(64, 48, 10);
    let png = write(folder.path(), "a.png", &opaque, ImageFormat::Png);
    let webp = write(folder.path(), "b.webp", &opaque, ImageFormat::WebP);
    editor.drop_files(&[&png, &webp]);
    editor.until("a comparison is open", |app| {
        app.state().compare.open.is_some()
    });
    until_read(&mut editor);
    assert!(editor.shows("A: a.png") && editor.shows("B: b.webp"));

    // One alone takes the place of the second.
    let jpeg = write(folder.path(), "c.jpg", &opaque, ImageFormat::Jpeg);
    editor.drop_files(&[&jpeg]);
    editor.until_shown("B: c.jpg");
    until_read(&mut editor);

    let light = DynamicImage::ImageRgb32F(Rgb32FImage::from_pixel(64, 48, Rgb([2.0, 0.5, 0.1])));
    let exr = write(folder.path(), "d.exr", &light, ImageFormat::OpenExr);
    editor.drop_files(&[&exr]);
    editor.until_shown("B: d.exr");
    until_read(&mut editor);
    assert!(of(&editor).candidate.read().unwrap().is_linear());
    // Side B is the right half.
    let stage = editor.rect_of("The two pictures");
    let right = stage.split_left_right_at_fraction(0.5).1;
    let at = of(&editor).view.unwrap().to_screen(pos2(10.5, 10.5), right);
    editor.event(Event::PointerMoved(at));
    editor.steps(3);
    assert!(
        editor.shows_part("2.0000 0.5000 0.1000"),
        "light as it is in the file"
    );

    editor.press_with(Modifiers::SHIFT, Key::S);
    editor.until_shown("A: d.exr");
}

#[test]
fn what_can_t_be_read_or_isn_t_there_is_said() {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let png = write(
        folder.path(),
        "a.png",
        &picture(64, 48, 10),
        ImageFormat::Png,
    );
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, &std::fs::read(&png).unwrap()[..200]).unwrap();
    let gone = folder.path().join("gone.png");
    open_files(&mut editor, [broken.clone(), broken]);
    editor.until_shown("The picture can't be read");
    open_files(&mut editor, [gone.clone(), gone]);
    editor.until_shown("gone.png");
    editor.until_shown("No such file");
}

#[test]
fn files_that_nothing_reads_are_told_apart_by_size_and_hash() {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let files = [("a.blend", "BLENDER 1"), ("b.blend", "BLENDER two")].map(|(name, content)| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    });
    open_files(&mut editor, files.clone());
    editor.until_shown("Two different files");
    assert!(editor.shows("9 bytes") && editor.shows("11 bytes"));
    assert!(editor.shows_part("Nothing here looks inside files of this kind"));
    let [a, _] = files;
    open_files(&mut editor, [a.clone(), a]);
    editor.until_shown("The same file");
}

#[test]
fn eight_times_the_width_costs_no_more_tiles() {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let mut counts = Vec::new();
    for size in [512, 4096] {
        let files = [("a", 200), ("b", 120)].map(|(name, square)| {
            let name = format!("{name}{size}.png");
            write(
                folder.path(),
                &name,
                &picture(size, size, square),
                ImageFormat::Png,
            )
        });
        open_files(&mut editor, files);
        until_read(&mut editor);
        // Close up, so that the same part of the screen is covered.
        let view = hartomat_editor::compare_view::PictureView {
            center: pos2(256.0, 256.0),
            zoom: 2.5,
        };
        editor.push(Command::Compare(CompareCommand::View(view)));
        editor.push(Command::Compare(CompareCommand::Mode(CompareMode::Swipe)));
        editor.until("nothing more is wanted", |app| {
            let tiles = &app.state().compare.open.as_ref().unwrap().tiles;
            tiles.in_view() > 1 && tiles.missing() == 0
        });
        counts.push(of(&editor).tiles.in_view());
    }
    assert!(counts[0] > 0);
    assert!(
        counts[1] <= counts[0] + 2,
        "as many tiles as of the small ones: {counts:?}"
    );
}

#[test]
fn a_look_stays_when_a_side_is_exchanged() {
    let mut editor = with_pictures();
    let other = write(
        editor.folder.clone().path(),
        "c.png",
        &picture(200, 120, 90),
        ImageFormat::Png,
    );
    editor.press(Key::Num5);
    let look = Look {
        channel: Channel::Green,
        ..Look::default()
    };
    editor.push(Command::Compare(CompareCommand::Look(look)));
    let source = Box::new(CompareSource::File(other));
    editor.push(Command::Compare(CompareCommand::Replace(0, source)));
    editor.until_shown("A: c.png");
    assert!(editor.shows("B: b.png"));
    assert_eq!(of(&editor).mode, CompareMode::Difference);
    assert_eq!(of(&editor).look.channel, Channel::Green);
}

/// What is asked for in each frame of the window keeps it and the painting threads busy without end.
#[test]
fn a_window_rests_while_there_is_nothing_to_be_seen() {
    let mut editor = Editor::start();
    let folder = editor.folder.clone();
    let is_measured = |app: &hartomat_editor::App| {
        let open = app.state().compare.open.as_ref().unwrap();
        open.comparison.is_some()
    };
    let whole = picture(64, 48, 10);
    let broken = write(folder.path(), "broken.png", &whole, ImageFormat::Png);
    std::fs::write(&broken, &std::fs::read(&broken).unwrap()[..200]).unwrap();
    open_files(&mut editor, [broken.clone(), broken]);
    editor.until_shown("The picture can't be read");
    editor.until("they were measured", is_measured);
    editor.steps(60);
    assert!(editor.harness.run_ok().is_some(), "without a picture");

    let files = [("a.png", 200), ("b.png", 150)].map(|(name, width)| {
        let picture = picture(width, 120, 10);
        write(folder.path(), name, &picture, ImageFormat::Png)
    });
    open_files(&mut editor, files);
    until_read(&mut editor);
    editor.push(Command::Compare(CompareCommand::Mode(
        CompareMode::Difference,
    )));
    let look = Look {
        measure: Measure::Perceived,
        ..Look::default()
    };
    editor.push(Command::Compare(CompareCommand::Look(look)));
    editor.until("they can't be set against each other", |app| {
        let open = app.state().compare.open.as_ref().unwrap();
        matches!(open.perceived, Some(Ok(None)))
    });
    editor.until("both were measured", is_measured);
    editor.steps(60);
    assert!(editor.harness.run_ok().is_some(), "without a heat map");
}
