//! Masks as rectangles of whole pixels: a mask's inside, and all that lies around it.

use hartomat_schema::{Mask, Region};

/// From and to, in pixels of a row; the end is outside.
type Span = (u32, u32);

/// The pixels inside any of the masks, as rectangles that don't overlap, from the top.
pub(super) fn inside(masks: &[Mask], [width, height]: [u32; 2]) -> Vec<Region> {
    let rows = (0..height).map(|y| {
        let spans = masks.iter().flat_map(|mask| spans_of(mask, y));
        joined(
            spans
                .map(|(from, to)| (from.min(width), to.min(width)))
                .collect(),
        )
    });
    stacked(rows)
}

/// The pixels outside of rectangles that came from [`inside`].
pub(super) fn outside(inside: &[Region], [width, height]: [u32; 2]) -> Vec<Region> {
    let rows = (0..height).map(|y| {
        let here = inside
            .iter()
            .filter(|region| (region.y_px..region.y_px + region.height_px).contains(&y));
        let mut taken: Vec<Span> = here
            .map(|region| (region.x_px, region.x_px + region.width_px))
            .collect();
        taken.sort_unstable();
        let mut left = 0;
        let mut free = Vec::new();
        for (from, to) in taken {
            free.push((left, from));
            left = to;
        }
        free.push((left, width));
        free.retain(|(from, to)| from < to);
        free
    });
    stacked(rows)
}

/// What a mask covers of a row.
fn spans_of(mask: &Mask, y: u32) -> Vec<Span> {
    match mask {
        Mask::Rect(region) => {
            let rows = region.y_px..region.y_px.saturating_add(region.height_px);
            let span = (region.x_px, region.x_px.saturating_add(region.width_px));
            rows.contains(&y).then_some(span).into_iter().collect()
        }
        Mask::Polygon { points } => polygon_spans(points, f64::from(y) + 0.5),
    }
}

/// Pixels of a row whose middle lies between an odd and the next even crossing of the outline, or on the
/// former.
fn polygon_spans(points: &[[u32; 2]], middle: f64) -> Vec<Span> {
    let next = points.iter().cycle().skip(1);
    let mut crossings: Vec<f64> = points
        .iter()
        .zip(next)
        .filter_map(|(from, to)| {
            let [[x0, y0], [x1, y1]] = [from, to].map(|point| point.map(f64::from));
            // Corners lie between rows, so no middle ever meets one.
            let crosses = (y0 < middle) != (y1 < middle);
            crosses.then(|| x0 + (middle - y0) / (y1 - y0) * (x1 - x0))
        })
        .collect();
    crossings.sort_by(f64::total_cmp);
    let spans = crossings.chunks_exact(2).map(|pair| {
        let pixel = |x: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "corners are pixels, and what lies between them too"
            )]
            let pixel = (x - 0.5).ceil().max(0.0) as u32;
            pixel
        };
        (pixel(pair[0]), pixel(pair[1]))
    });
    spans.filter(|(from, to)| from < to).collect()
}

/// Spans in order, those that touch made one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Rows of spans as rectangles: equal rows become one.
fn stacked(rows: impl Iterator<Item = Vec<Span>>) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    let mut last: (Vec<Span>, usize) = (Vec::new(), 0);
    for (y, spans) in (0_u32..).zip(rows) {
        if spans == last.0 {
            for region in &mut regions[last.1..] {
                region.height_px += 1;
            }
            continue;
        }
        let first = regions.len();
        regions.extend(spans.iter().map(|(from, to)| Region {
            x_px: *from,
            y_px: y,
            width_px: to - from,
            height_px: 1,
        }));
        last = (spans, first);
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [u32; 2] = [12, 9];

    fn rect(x_px: u32, y_px: u32, width_px: u32, height_px: u32) -> Mask {
        Mask::Rect(Region {
            x_px,
            y_px,
            width_px,
            height_px,
        })
    }

    /// The picture as text, one letter a pixel; each pixel once.
    fn drawn(inside: &[Region], outside: &[Region]) -> String {
        let mut pixels = vec![vec!['?'; SIZE[0] as usize]; SIZE[1] as usize];
        for (regions, letter) in [(inside, '#'), (outside, '.')] {
            for region in regions {
                for row in &mut pixels[region.y_px as usize..][..region.height_px as usize] {
                    for pixel in &mut row[region.x_px as usize..][..region.width_px as usize] {
                        assert_eq!(*pixel, '?', "a pixel is covered twice");
                        *pixel = letter;
                    }
                }
            }
        }
        let rows = pixels
            .into_iter()
            .map(|row| row.into_iter().collect::<String>());
        rows.collect::<Vec<_>>().join("\n")
    }

    fn check(masks: &[Mask], expected: &str) {
        let inside = inside(masks, SIZE);
        let outside = outside(&inside, SIZE);
        assert_eq!(drawn(&inside, &outside), expected.trim().replace(' ', ""));
    }

    #[test]
    fn every_pixel_is_inside_or_outside() {
        check(
            &[rect(1, 1, 4, 3), rect(3, 2, 5, 2), rect(10, 7, 9, 9)],
            "............
             .####.......
             .#######....
             .#######....
             ............
             ............
             ............
             ..........##
             ..........##",
        );
    }

    #[test]
    fn a_polygon_covers_the_pixels_whose_middle_it_surrounds() {
        let diamond = Mask::Polygon {
            points: vec![[6, 0], [10, 4], [6, 8], [2, 4]],
        };
        check(
            &[diamond],
            ".....#......
             ....###.....
             ...#####....
             ..#######...
             ..#######...
             ...#####....
             ....###.....
             .....#......
             ............",
        );
        let bow = Mask::Polygon {
            points: vec![[0, 0], [12, 0], [0, 4], [12, 4]],
        };
        let inside = inside(&[bow], SIZE);
        assert!(
            inside
                .iter()
                .all(|region| region.y_px + region.height_px <= 4)
        );
    }

    #[test]
    fn rectangles_stay_few() {
        let inside = inside(&[rect(2, 1, 3, 7)], SIZE);
        assert_eq!(inside.len(), 1);
        assert_eq!(outside(&inside, SIZE).len(), 4);
    }
}
