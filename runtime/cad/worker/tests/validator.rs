//! Every sample's GLB through the Khronos validator: no errors, no warnings.
//!
//! The validator comes from npm into `target/tools`, once. Without npm the test says so and passes.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{SAMPLES, glb, sample, worker};
use hartomat_process::{Cancel, Launch, Limits, run};

const PACKAGE: &str = "gltf-validator@2.0.0-dev.3.10";

const SCRIPT: &str = "
const validator = require('gltf-validator');
const bytes = new Uint8Array(require('fs').readFileSync(process.argv[1]));
validator.validateBytes(bytes).then(report => console.log(JSON.stringify(report.issues)));
";

fn tools() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_hartomat-cad-worker"))
        .ancestors()
        .nth(2)
        .unwrap()
        .join("tools/gltf-validator")
}

fn launch(program: &str, folder: &Path) -> Launch {
    let limits = Limits {
        wall: Some(Duration::from_secs(300)),
        ..Limits::default()
    };
    Launch::new(program)
        .cwd(folder)
        .inherit("HOME")
        .inherit("npm_config_registry")
        .limits(limits)
}

/// The folder with the validator.
fn install() -> anyhow::Result<PathBuf> {
    let folder = tools();
    if !folder
        .join("node_modules/gltf-validator/package.json")
        .exists()
    {
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("package.json"), "{}")?;
        let npm = launch("npm", &folder).args(["install", "--no-audit", "--no-fund", PACKAGE]);
        let outcome = run(&npm, &Cancel::new(), &mut |_line| {})?;
        anyhow::ensure!(
            outcome.end.is_success(),
            "npm {}: {}",
            outcome.end,
            outcome.spool.last_lines(3)
        );
    }
    Ok(folder)
}

#[test]
fn the_khronos_validator_finds_nothing() {
    let folder = match install() {
        Ok(folder) => folder,
        Err(reason) => {
            println!("SKIPPED: the glTF validator can't be installed: {reason}");
            return;
        }
    };
    let cad = worker();
    for name in SAMPLES {
        let path = folder.join(name).with_extension("glb");
        std::fs::write(&path, glb(&cad, &sample(name)).unwrap().bytes).unwrap();
        let node = launch("node", &folder).args(["-e", SCRIPT]).arg(&path);
        let outcome = run(&node, &Cancel::new(), &mut |_line| {}).unwrap();
        let report: serde_json::Value = serde_json::from_str(outcome.spool.last_lines(1).trim())
            .unwrap_or_else(|err| panic!("{err}: {}", outcome.spool.text()));
        assert_eq!(
            (&report["numErrors"], &report["numWarnings"]),
            (&0.into(), &0.into()),
            "{name}: {report}"
        );
    }
}
