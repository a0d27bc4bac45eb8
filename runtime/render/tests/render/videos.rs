//! Videos: what ffprobe says of them, the same bytes twice, and files that are none.

use std::path::{Path, PathBuf};

use hartomat_process::{Cancel, Launch, run};
use hartomat_render::{
    Ffmpeg, FfmpegConfig, NoObserver, RenderError, VideoCodec, VideoRequest, contact_sheet,
};
use image::{Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

const SIZE: [u32; 2] = [48, 32];
const FRAMES: u32 = 7;
const FPS: u32 = 7;

fn ffmpeg() -> Ffmpeg {
    let ffmpeg = Ffmpeg::new(FfmpegConfig::default());
    let found = ffmpeg
        .found()
        .expect("the tests need ffmpeg; `./x setup` brings it");
    assert!(found.writes_h264 && found.writes_vp9, "{found}");
    ffmpeg
}

/// A soft picture whose colours move.
fn frame(number: u32) -> RgbImage {
    let value = |at: u32, step: u32| u8::try_from((at * 3 + step) % 200 + 20).expect("it is small");
    RgbImage::from_fn(SIZE[0], SIZE[1], |x, y| {
        Rgb([value(x, 9 * number), value(y, 5 * number), value(x + y, 0)])
    })
}

fn frames(folder: &Path) -> Vec<PathBuf> {
    let write = |number: u32| {
        let path = folder.join(format!("{number}.png"));
        frame(number).save(&path).expect("a frame can be written");
        path
    };
    (1..=FRAMES).map(write).collect()
}

fn make(codec: VideoCodec, folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let frames = frames(folder);
    let request = VideoRequest {
        frames: &frames,
        width_px: SIZE[0],
        height_px: SIZE[1],
        fps: FPS,
        codec,
        crf: 12,
    };
    let header = ffmpeg()
        .encode(&request, &path, &NoObserver)
        .expect("it encodes");
    assert_eq!((header.frames, header.fps), (7, 7.0));
    path
}

/// What ffprobe says, asked by nobody but this test.
fn probed(path: &Path) -> Value {
    let launch = Launch::new("/usr/bin/env")
        .args(["ffprobe", "-v", "error", "-count_frames", "-of", "json"])
        .args(["-show_streams", "-show_format"])
        .arg(path);
    let mut text = String::new();
    let mut on_line = |line: &hartomat_process::Line| text.push_str(&line.text);
    let outcome = run(&launch, &Cancel::new(), &mut on_line).expect("ffprobe starts");
    assert!(outcome.end.is_success(), "{:?}", outcome.end);
    serde_json::from_str(&text).expect("ffprobe tells JSON")
}

#[test]
fn ffprobe_agrees_with_what_was_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (codec, name, length) in [
        (VideoCodec::H264, "a.mp4", "1.000000"),
        (VideoCodec::Vp9, "a.webm", "1.000000"),
    ] {
        let path = make(codec, folder.path(), name);
        let told = probed(&path);
        let stream = &told["streams"][0];
        assert_eq!(told["format"]["nb_streams"], 1);
        assert_eq!(told["format"]["duration"], length, "{name}");
        assert_eq!(stream["codec_name"], codec.as_str());
        assert_eq!(
            (stream["width"].as_u64(), stream["height"].as_u64()),
            (Some(48), Some(32))
        );
        assert_eq!(stream["pix_fmt"], "yuv420p");
        assert_eq!(stream["color_space"], "bt709");
        assert_eq!(stream["avg_frame_rate"], "7/1");
        assert_eq!(stream["nb_read_frames"], "7");
        assert!(
            told["format"]["tags"]["creation_time"].is_null(),
            "no clock"
        );
        let bytes = std::fs::read(&path).expect("it is there");
        let again = make(codec, folder.path(), &format!("b{name}"));
        let again = std::fs::read(again).expect("it is there");
        assert_eq!(bytes, again, "{name}: equal frames, equal bytes");
        if codec == VideoCodec::H264 {
            let place = |tag: &[u8]| bytes.windows(4).position(|window| window == tag);
            assert!(place(b"moov") < place(b"mdat"), "the index is in front");
        }
    }
}

#[test]
fn frames_come_back_in_order_and_nearly_as_they_were() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let ffmpeg = ffmpeg();
    for (codec, name) in [(VideoCodec::H264, "a.mp4"), (VideoCodec::Vp9, "a.webm")] {
        let path = make(codec, folder.path(), name);
        let header = ffmpeg.probe(&path, &NoObserver).expect("it is a video");
        let decoded = ffmpeg
            .frames(&path, &header, &NoObserver)
            .expect("it opens");
        let decoded: Vec<Vec<u8>> = decoded.collect::<Result<_, _>>().expect("all decode");
        assert_eq!(decoded.len(), 7);
        for (pixels, number) in decoded.iter().zip(1..) {
            let far = mean_delta(pixels, frame(number).as_raw());
            assert!(far < 8.0, "{name}, frame {number}: {far}");
            let other = mean_delta(pixels, frame(number % FRAMES + 1).as_raw());
            assert!(other > far, "{name}, frame {number}: {far} and {other}");
        }
        let one = ffmpeg
            .frame(&path, &header, 4, &NoObserver)
            .expect("it decodes");
        let one = image::load_from_memory(&one)
            .expect("it is a PNG")
            .to_rgb8();
        assert_eq!(one.as_raw(), &decoded[3]);
        let none = ffmpeg.frame(&path, &header, 8, &NoObserver);
        let none = none.expect_err("there is no such frame").to_string();
        assert!(none.contains("1 to 7"), "{none}");
        // Who stops in the middle ends the program, and waits for nothing.
        let mut some = ffmpeg
            .frames(&path, &header, &NoObserver)
            .expect("it opens");
        assert!(some.next().is_some());
        drop(some);
        let payload = |path: &Path| ffmpeg.payload(path, &NoObserver).expect("it has packets");
        assert_eq!(
            payload(&path),
            payload(&make(codec, folder.path(), &format!("b{name}")))
        );
    }
}

fn mean_delta(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: u64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "both are small")]
    let mean = sum as f64 / a.len() as f64;
    mean
}

#[test]
fn what_is_no_whole_video_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = |name: &str| folder.path().join(name);
    let put = |name: &str, bytes: &[u8]| {
        std::fs::write(path(name), bytes).expect("a file can be written");
        path(name)
    };
    let mp4 = std::fs::read(make(VideoCodec::H264, folder.path(), "a.mp4")).expect("it is there");
    let webm = std::fs::read(make(VideoCodec::Vp9, folder.path(), "a.webm")).expect("it is there");
    let playlist = format!("#EXTM3U\n#EXTINF:1,\n{}\n", path("a.mp4").display());
    let cases = [
        (put("empty", b""), "neither MP4 nor WebM"),
        (
            put("text.mp4", b"this is no video at all"),
            "neither MP4 nor WebM",
        ),
        (put("list.mp4", playlist.as_bytes()), "neither MP4 nor WebM"),
        (
            put("concat.mp4", b"ffconcat version 1.0\nfile a.mp4\n"),
            "neither MP4 nor WebM",
        ),
        (put("head.mp4", &mp4[..40]), ""),
        (put("half.mp4", &mp4[..mp4.len() - 400]), ""),
        (put("half.webm", &webm[..webm.len() - 400]), ""),
        (
            put(
                "ftyp.mp4",
                b"\0\0\0\x14ftypisom\xff\xff\xff\xff\xff\xff\xff\xff",
            ),
            "",
        ),
        (path("nowhere.mp4"), "neither MP4 nor WebM"),
        (huge(&folder), "pixels"),
    ];
    let ffmpeg = ffmpeg();
    for (file, reason) in cases {
        let found = ffmpeg.probe(&file, &NoObserver);
        let Err(RenderError::Video { problem }) = found else {
            panic!("{}: {found:?}", file.display());
        };
        assert!(problem.contains(reason), "{}: {problem}", file.display());
        assert!(!problem.is_empty());
    }
}

/// A video that is wider than anything that is read here.
fn huge(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("huge.mkv");
    let launch = Launch::new("/usr/bin/env")
        .args([
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=size=17000x16:rate=1",
        ])
        .args(["-frames:v", "1", "-c:v", "ffv1"])
        .arg(&path);
    let outcome = run(&launch, &Cancel::new(), &mut |_line| {}).expect("ffmpeg starts");
    assert!(outcome.end.is_success(), "{:?}", outcome.end);
    path
}

#[test]
fn odd_sides_are_refused_and_a_missing_program_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let frames = frames(folder.path());
    let request = VideoRequest {
        frames: &frames,
        width_px: 47,
        height_px: 32,
        fps: 1,
        codec: VideoCodec::H264,
        crf: 12,
    };
    let file = folder.path().join("odd.mp4");
    let odd = ffmpeg().encode(&request, &file, &NoObserver);
    let odd = odd.expect_err("it is odd").to_string();
    assert!(odd.contains("46 or 48"), "{odd}");
    let wrong = VideoRequest {
        width_px: 46,
        ..request
    };
    let wrong = ffmpeg().encode(&wrong, &file, &NoObserver);
    let wrong = wrong.expect_err("the frames have another size").to_string();
    assert!(wrong.contains("frame 1"), "{wrong}");
    let nowhere = Ffmpeg::new(FfmpegConfig {
        program: Some("/nowhere/ffmpeg".into()),
        ..FfmpegConfig::default()
    });
    assert!(matches!(
        nowhere.found(),
        Err(RenderError::FfmpegMissing { .. })
    ));
    assert!(nowhere.fingerprint().starts_with("missing: "));
}

#[test]
fn a_contact_sheet_shows_the_frames_in_reading_order() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let files = frames(folder.path());
    let (png, size) = contact_sheet(&files, SIZE).expect("it is drawn");
    let sheet = image::load_from_memory(&png)
        .expect("it is a PNG")
        .to_rgb8();
    assert_eq!([sheet.width(), sheet.height()], size);
    // Small frames aren't enlarged: three beside each other, with space around.
    assert_eq!(size, [3 * 56 + 8, 3 * 40 + 8]);
    let corner = |column: u32, row: u32| *sheet.get_pixel(8 + column * 56, 8 + row * 40);
    assert_eq!(corner(0, 0), *frame(1).get_pixel(0, 0));
    assert_eq!(corner(1, 0), *frame(2).get_pixel(0, 0));
    assert_eq!(corner(0, 2), *frame(7).get_pixel(0, 0));
    assert_eq!(corner(1, 2), Rgb([24, 24, 26]), "nothing is there");
}
