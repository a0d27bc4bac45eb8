//! Two files in, the comparison as JSON out: what `hartomat compare A B` does, for the benchmark.

use std::error::Error;
use std::io::Write;

use hartomat_compare::{CompareOptions, FlipResolution, compare_images_with_heat};

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    let mut options = CompareOptions::default();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--flip=off" => options.flip = FlipResolution::Off,
            "--flip=half" => options.flip = FlipResolution::Half,
            "--flip=full" => options.flip = FlipResolution::Full,
            _ => files.push(argument),
        }
    }
    let [control, candidate] = files.as_slice() else {
        return Err("usage: compare [--flip=off|half|full] CONTROL CANDIDATE".into());
    };
    let (control, candidate) = (std::fs::read(control)?, std::fs::read(candidate)?);
    let answer = compare_images_with_heat(&control, &candidate, &options);
    let text = serde_json::to_string_pretty(&answer.comparison)?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}
