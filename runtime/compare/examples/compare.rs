//! Two files in, the comparison as JSON out: what `hartomat compare A B` does, for the benchmark.

use std::error::Error;
use std::io::{Cursor, Write};

use hartomat_compare::{
    CompareOptions, DifferenceStyle, FlipResolution, compare_files, side_by_side,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    let mut options = CompareOptions::default();
    let mut decode_only = false;
    let mut picture = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--flip=off" => options.flip = FlipResolution::Off,
            "--flip=half" => options.flip = FlipResolution::Half,
            "--flip=full" => options.flip = FlipResolution::Full,
            "--decode-only" => decode_only = true,
            other => match other.strip_prefix("--picture=") {
                Some(path) => picture = Some(path.to_owned()),
                None => files.push(argument),
            },
        }
    }
    let [control, candidate] = files.as_slice() else {
        return Err(
            "usage: compare [--flip=off|half|full] [--picture=OUT] CONTROL CANDIDATE".into(),
        );
    };
    let (control, candidate) = (std::fs::read(control)?, std::fs::read(candidate)?);
    if decode_only {
        let (a, b) = rayon::join(|| decode(&control).is_ok(), || decode(&candidate).is_ok());
        return if a && b {
            Ok(())
        } else {
            Err("a file isn't a PNG".into())
        };
    }
    let comparison = compare_files(&control, &candidate, &options);
    if let Some(path) = picture {
        std::fs::write(
            path,
            side_by_side(&control, &candidate, &DifferenceStyle::default())?,
        )?;
    }
    let text = serde_json::to_string_pretty(&comparison)?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

/// Decodes a PNG and nothing else: the floor that no comparison of pixels gets below.
fn decode(bytes: &[u8]) -> Result<(), png::DecodingError> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info()?;
    let mut row = vec![0; reader.output_line_size(reader.info().width).unwrap_or(0)];
    while reader.read_row(&mut row)?.is_some() {}
    Ok(())
}
