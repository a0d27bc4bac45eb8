//! Turntables end to end: both renderers, both codecs, killed in the middle, and set side by side.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use hartomat_render::{Ffmpeg, FfmpegConfig, NoObserver, VideoCodec, VideoRequest};
use serde_json::Value;

use crate::studio::{Ended, TestStudio, ended, output, spawn};

/// A turntable small enough for a test.
const SMALL: [&str; 10] = [
    "--set",
    "turntable.width_px=64",
    "--set",
    "turntable.height_px=64",
    "--set",
    "turntable.samples=4",
    "--set",
    "turntable.frames=5",
    "--set",
    "turntable.fps=5",
];

fn arguments<'a>(mode: &'a str, further: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["smoke", "turntable", "--execution-mode", mode];
    arguments.extend(SMALL);
    arguments.extend(further);
    arguments
}

fn turntable(studio: &TestStudio, mode: &str, further: &[&str]) -> Ended {
    studio.run(&arguments(mode, further))
}

/// An output of a node of the run.
fn made<'a>(run: &'a Ended, node: &str, port: &str) -> &'a Value {
    let nodes = run
        .at("/data/record/nodes")
        .as_array()
        .expect("a run has nodes");
    let node = nodes
        .iter()
        .find(|it| it["node"] == node)
        .expect("the node is there");
    &node["outputs"][port]
}

/// Where an artifact lies.
fn stored(studio: &TestStudio, digest: &Value) -> PathBuf {
    let hex = digest.as_str().and_then(|it| it.strip_prefix("sha256:"));
    let hex = hex.expect("a digest");
    studio
        .path()
        .join("data/artifacts/cas")
        .join(&hex[..2])
        .join(hex)
}

/// The frames of a run in order.
fn frames(studio: &TestStudio, run: &Ended) -> Vec<PathBuf> {
    let list = stored(studio, &made(run, "turntable", "frames")["digest"]);
    let list: Value = serde_json::from_slice(&std::fs::read(list).expect("it is stored"))
        .expect("the list of frames is JSON");
    let frames = list["frames"].as_array().expect("it lists frames");
    frames
        .iter()
        .map(|frame| stored(studio, &frame["digest"]))
        .collect()
}

#[test]
fn a_turntable_by_blender_is_the_same_from_legacy_and_from_the_graph() {
    let studio = TestStudio::new();
    let run = turntable(&studio, "shadow", &["--renderer", "blender"]);
    let sentence = run.text("/data/record/sentence").to_owned();
    assert_eq!(run.code, 0, "{sentence} {}", run.stderr);
    assert_eq!(run.text("/data/record/verdict"), "pass", "{sentence}");
    let part = "/data/evidence/comparison/parts/0";
    assert_eq!(run.text(&format!("{part}/kind")), "video");
    assert_eq!(run.text(&format!("{part}/lane")), "deterministic");
    for side in ["control", "candidate"] {
        let video = run.at(&format!("{part}/measured/{side}/video"));
        assert_eq!((&video["frames"], &video["fps"]), (&5.into(), &5.0.into()));
        let facts = run.at(&format!("/data/evidence/{side}/facts"));
        assert_eq!(
            (&facts["renderer"], &facts["codec"]),
            (&"blender".into(), &"h264".into())
        );
    }
}

#[test]
fn another_material_fails_frame_by_frame_with_pictures_of_the_worst() {
    let studio = TestStudio::new();
    let material = "materials.overrides={\"*\": \"rubber_black\"}";
    let run = turntable(&studio, "shadow", &["--set", material]);
    let sentence = run.text("/data/record/sentence").to_owned();
    assert_eq!(run.text("/data/record/verdict"), "fail", "{sentence}");
    assert!(sentence.contains("of 5, at"), "{sentence}");
    let numbers = run.at("/data/evidence/comparison/parts/0/measured/video");
    let curve = numbers["frames"].as_array().expect("there is a curve");
    assert_eq!((curve.len(), &numbers["compared"]), (5, &5.into()));
    for picture in ["difference", "side_by_side"] {
        let digest = run.at(&format!("/data/evidence/{picture}/digest"));
        let file = std::fs::read(stored(&studio, digest)).expect("it is stored");
        assert!(file.starts_with(b"\x89PNG"), "{picture}");
    }
}

#[test]
fn a_webm_is_published_as_what_ffprobe_says_it_is() {
    let studio = TestStudio::new();
    let run = turntable(&studio, "graph", &["--set", "turntable.codec=vp9"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.text("/data/record/state"),
        "succeeded",
        "{}",
        run.stderr
    );
    let asset = run.at("/data/media_assets/0");
    assert_eq!(
        (&asset["kind"], &asset["name"]),
        (&"video".into(), &"ball_bearing.webm".into())
    );
    let path = asset["path"].as_str().expect("it lies somewhere");
    let ffmpeg = Ffmpeg::new(FfmpegConfig::default());
    let header = ffmpeg
        .probe(Path::new(path), &NoObserver)
        .expect("it is a video");
    assert_eq!((header.frames, header.fps, header.width_px), (5, 5.0, 64));
    assert_eq!(
        (header.codec.as_str(), header.pixel_format.as_str()),
        ("vp9", "yuv420p")
    );
    let facts = &made(&run, "turntable", "video")["facts"];
    assert_eq!(
        (&facts["format"], &facts["frames"]),
        (&"webm".into(), &5.into())
    );
    let poster = &made(&run, "turntable", "poster")["digest"];
    assert_eq!(stored(&studio, poster), frames(&studio, &run)[0]);
    let sheet = stored(&studio, &made(&run, "turntable", "contact_sheet")["digest"]);
    assert!(
        std::fs::read(sheet)
            .expect("it is stored")
            .starts_with(b"\x89PNG")
    );
}

/// Starts a turntable, and kills it when it begins a frame.
fn kill_at(studio: &TestStudio, mode: &str, frame: &str) {
    let mut command = studio.command(&arguments(mode, SLOWER));
    let mut child = spawn(command.stdout(Stdio::null()).stderr(Stdio::piped()));
    let lines = BufReader::new(child.stderr.take().expect("it is piped"));
    let begins = format!("rendering frame {frame} of 5");
    let begun = lines.split(b'\n').any(|line| {
        let line = line.expect("it can be read");
        String::from_utf8_lossy(&line).contains(&begins)
    });
    assert!(begun, "{begins} was never said");
    child.kill().expect("it can be killed");
    child.wait().expect("it has ended");
}

/// Slow enough that the end of a frame isn't missed.
const SLOWER: &[&str] = &["--set", "turntable.samples=24"];

fn goes_on_after_a_kill(mode: &str, side: &str, expected: &str) {
    let undisturbed = TestStudio::new();
    let whole = turntable(&undisturbed, mode, SLOWER);
    assert_eq!(whole.code, 0, "{}", whole.stderr);
    let studio = TestStudio::new();
    kill_at(&studio, mode, "4");
    let runs = studio.run(&["runs", "list", "--limit", "1"]);
    let run = runs.text("/data/0/id");
    let resumed = studio.run(&["runs", "resume", run]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    let logs = studio.run(&["runs", "logs", run]);
    let taken: Vec<&Value> = logs
        .at("/data")
        .as_array()
        .expect("there is a log")
        .iter()
        .filter(|line| line["text"] == expected)
        .collect();
    assert_eq!(taken.len(), 1, "{}", logs.at("/data"));
    assert_eq!(taken[0]["side"], side);
    let digest = "/data/media_assets/0/digest";
    assert!(!whole.text(digest).is_empty());
    assert_eq!(
        resumed.text(digest),
        whole.text(digest),
        "byte for byte the same video"
    );
    let media = studio.path().join("data/media").join(run).join("frames");
    assert!(!media.exists(), "nothing is left lying");
}

#[test]
fn a_killed_turntable_goes_on_at_the_next_frame() {
    goes_on_after_a_kill("graph", "candidate", "frames 1–3 taken from the run before");
}

#[test]
fn a_killed_turntable_of_legacy_goes_on_at_the_next_frame() {
    goes_on_after_a_kill("legacy", "control", "frames 1–3 taken from the run before");
}

/// A video of these frames.
fn encode(folder: &Path, name: &str, frames: &[PathBuf]) -> String {
    let path = folder.join(name);
    let request = VideoRequest {
        frames,
        width_px: 64,
        height_px: 64,
        fps: 5,
        codec: VideoCodec::H264,
        crf: 6,
    };
    let ffmpeg = Ffmpeg::new(FfmpegConfig::default());
    ffmpeg
        .encode(&request, &path, &NoObserver)
        .expect("it encodes");
    path.to_string_lossy().into_owned()
}

#[test]
fn one_frame_that_is_off_fails_and_is_named() {
    let studio = TestStudio::new();
    let right = turntable(&studio, "graph", &[]);
    let off = turntable(&studio, "graph", &["--set", "turntable.start_deg=2.0"]);
    let material = "materials.overrides={\"*\": \"brass\"}";
    let other = turntable(&studio, "graph", &["--set", material]);
    let [right, off, other] = [right, off, other].map(|run| frames(&studio, &run));
    let folder = studio.path();
    let control = encode(folder, "control.mp4", &right);
    let replaced = |number: usize, by: &[PathBuf]| {
        let mut frames = right.clone();
        frames[number - 1].clone_from(&by[number - 1]);
        frames
    };
    for (name, frames, named) in [
        ("camera.mp4", replaced(3, &off), "frame 3 of 5, at 0.4 s"),
        (
            "material.mp4",
            replaced(5, &other),
            "frame 5 of 5, at 0.8 s",
        ),
        (
            "short.mp4",
            right[..4].to_vec(),
            "frame counts differ: the control has 5, the candidate 4",
        ),
        (
            "late.mp4",
            [&right[..1], &right[..4]].concat(),
            "frame late",
        ),
    ] {
        let candidate = encode(folder, name, &frames);
        let compared = studio.run(&["compare", &control, &candidate]);
        let comparison = "/data/comparison";
        let sentence = compared.text(&format!("{comparison}/sentence"));
        assert_eq!(
            compared.text(&format!("{comparison}/verdict")),
            "fail",
            "{name}: {sentence}"
        );
        assert!(sentence.contains(named), "{name}: {sentence}");
    }
    let same = studio.run(&["compare", &control, &control]);
    assert_eq!(same.code, 0, "{}", same.stderr);
}

#[test]
fn without_ffmpeg_blender_encodes_and_that_is_said_before() {
    let studio = TestStudio::new();
    let without = |arguments: &[&str]| {
        let mut command = studio.command(arguments);
        ended(output(command.env("HARTOMAT_FFMPEG", "/nowhere/ffmpeg")))
    };
    let cad = hartomat_tests::sample("ball_bearing.step");
    let cad = cad.to_str().expect("the path is text");
    let preflight = |further: &[&str]| {
        let arguments = [&["preflight", "turntable", "--cad", cad], further].concat();
        without(&arguments).at("/data/diagnostics").to_string()
    };
    let findings = preflight(&[]);
    assert!(findings.contains("Blender encodes the video"), "{findings}");
    assert!(!findings.contains("tool_missing"), "{findings}");
    let findings = preflight(&["--set", "turntable.codec=vp9"]);
    assert!(findings.contains("Blender writes no VP9"), "{findings}");
    let run = without(&arguments("legacy", &[]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let path = run.text("/data/media_assets/0/path").to_owned();
    let ffmpeg = Ffmpeg::new(FfmpegConfig::default());
    let header = ffmpeg
        .probe(Path::new(&path), &NoObserver)
        .expect("every frame decodes");
    assert_eq!((header.frames, header.fps, header.width_px), (5, 5.0, 64));
    assert_eq!(
        (header.codec.as_str(), header.color.as_str()),
        ("h264", "bt709, tv")
    );
    assert_eq!(header.pixel_format, "yuv420p");
    let file = std::fs::read(&path).expect("it is there");
    let place = |kind: &[u8]| file.windows(4).position(|it| it == kind);
    assert!(place(b"moov") < place(b"mdat"), "it plays while it loads");
}

#[test]
fn a_machine_without_ffmpeg_says_so_before_it_renders() {
    let studio = TestStudio::new();
    let without = |arguments: &[&str]| {
        let mut command = studio.command(arguments);
        let command = command.env("HARTOMAT_FFMPEG", "/nowhere/ffmpeg");
        ended(output(command.env("HARTOMAT_BLENDER", "/nowhere/blender")))
    };
    let doctor = without(&["doctor"]);
    let tools = doctor
        .at("/data/tools")
        .as_array()
        .expect("tools are listed");
    let tool = tools
        .iter()
        .find(|tool| tool["tool"] == "ffmpeg")
        .expect("it is listed");
    assert_eq!(tool["found"], false);
    assert!(
        tool["fix"].to_string().contains("apt install ffmpeg"),
        "{tool}"
    );
    let cad = hartomat_tests::sample("ball_bearing.step");
    let cad = cad.to_str().expect("the path is text");
    let preflight = without(&["preflight", "turntable", "--cad", cad]);
    let findings = preflight.at("/data/diagnostics").to_string();
    assert!(
        findings.contains("tool_missing") && findings.contains("\"turntable\""),
        "{findings}"
    );
    let run = without(&arguments("legacy", &[]));
    assert_ne!(run.code, 0);
    assert!(
        run.json.to_string().contains("there is no ffmpeg here"),
        "{}",
        run.stderr
    );
    let odd = studio.run(&[
        "preflight",
        "turntable",
        "--cad",
        cad,
        "--set",
        "turntable.width_px=1025",
    ]);
    let findings = odd.json.to_string();
    assert!(
        findings.contains("must be even") && findings.contains("use 1024 or 1026"),
        "{findings}"
    );
}
