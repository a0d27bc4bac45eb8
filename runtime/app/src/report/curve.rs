//! The curve of a video's difference: a bar for each frame that differs, as a drawing within a page.

use std::fmt::Write as _;

use hartomat_schema::{FrameNumbers, VideoNumbers};

/// Width and height of the drawing.
const SIZE: [f64; 2] = [900.0, 96.0];

/// How much each frame differs, in the order of time.
pub(super) fn curve(html: &mut String, numbers: &VideoNumbers) {
    if numbers.frames.is_empty() || numbers.compared == 0 {
        return;
    }
    let severities = numbers.frames.iter().map(FrameNumbers::severity);
    let most = severities.fold(f64::MIN_POSITIVE, f64::max);
    let [width, height] = SIZE;
    #[expect(clippy::cast_precision_loss, reason = "frames are few")]
    let (step, at) = (width / numbers.compared as f64, |number: u64| {
        (number - 1) as f64
    });
    // Writing to a string never fails.
    let _ = writeln!(
        html,
        "<p class=\"note\">Difference of each frame; the highest bar is {most:.4}</p>\n\
         <svg viewBox=\"0 0 {width} {height}\" width=\"100%\" role=\"img\" \
         aria-label=\"Difference of each frame\" fill=\"currentColor\">"
    );
    for frame in &numbers.frames {
        let tall = (frame.severity() / most * (height - 4.0)).max(1.0);
        let _ = writeln!(
            html,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{tall:.2}\">\
             <title>frame {}: {:.4}</title></rect>",
            at(frame.number) * step,
            height - tall,
            (step - 1.0).max(0.5),
            frame.number,
            frame.severity(),
        );
    }
    html.push_str("</svg>\n");
}

#[cfg(test)]
mod tests {
    use hartomat_schema::BiasNumbers;

    use super::*;

    #[test]
    fn a_bar_stands_where_its_frame_is() {
        let frame = |number, over_4_share| FrameNumbers {
            number,
            pixels: 4,
            differing: 1,
            mean_delta: 1.0,
            max_delta: 9.0,
            max_at: None,
            over_2_share: over_4_share,
            over_4_share,
            over_16_share: 0.0,
            bias: BiasNumbers::default(),
            flip: None,
        };
        let mut html = String::new();
        let mut numbers = VideoNumbers {
            compared: 10,
            fps: 5.0,
            mean_delta: 0.2,
            frames: vec![frame(3, 0.25), frame(10, 0.5)],
            frames_late: None,
        };
        curve(&mut html, &numbers);
        assert!(html.contains("x=\"180.00\" y=\"50.00\""), "{html}");
        assert!(html.contains("frame 10: 0.5000"), "{html}");
        numbers.frames.clear();
        let mut nothing = String::new();
        curve(&mut nothing, &numbers);
        assert!(nothing.is_empty());
    }
}
