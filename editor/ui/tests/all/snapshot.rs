//! Pictures of what tests have drawn, beside those that are checked in. `UPDATE_SNAPSHOTS=1` writes them
//! anew; a picture that differs is written to the target's folder for temporary files.

use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use egui_kittest::Harness;

/// What a channel may differ by: drivers round differently. A colour of the palette that changes by more
/// is seen.
const TOLERANCE: u8 = 8;
/// Pixels that may differ by more: at edges, and a text cursor.
const DIFFERING: usize = 120;

/// Pixels as they are stored: width, height, RGBA.
#[derive(PartialEq)]
struct Picture {
    size: [u32; 2],
    pixels: Vec<u8>,
}

/// Draws the window and compares it with the picture of this name.
///
/// # Panics
/// Where they differ, where there is no such picture, and without a Vulkan driver.
pub(crate) fn look<State>(harness: &mut Harness<'_, State>, name: &str) {
    let drawn = harness.render().expect("a Vulkan driver draws it");
    let drawn = Picture {
        size: [drawn.width(), drawn.height()],
        pixels: drawn.into_raw(),
    };
    compare(name, &drawn);
}

fn compare(name: &str, drawn: &Picture) {
    let file = format!("{name}.png");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(&file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        write(&path, drawn).expect("pictures can be written");
        return;
    }
    let stored = read(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    let beside = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&file);
    let differing = if stored.size == drawn.size {
        let pairs = stored.pixels.chunks(4).zip(drawn.pixels.chunks(4));
        let differs =
            |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > TOLERANCE);
        pairs.filter(differs).count()
    } else {
        usize::MAX
    };
    if differing > DIFFERING {
        write(&beside, drawn).expect("pictures can be written");
        panic!(
            "{name}: {differing} pixels differ; drawn now: {}",
            beside.display()
        );
    }
}

fn read(path: &Path) -> Result<Picture, Box<dyn Error>> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    Ok(Picture {
        size: [info.width, info.height],
        pixels,
    })
}

fn write(path: &Path, picture: &Picture) -> Result<(), Box<dyn Error>> {
    let [width, height] = picture.size;
    let mut encoder = png::Encoder::new(File::create(path)?, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::High);
    encoder.write_header()?.write_image_data(&picture.pixels)?;
    Ok(())
}
