//! Which of many rectangles lie in a part of the graph: a grid of cells, so that the answer takes
//! time in proportion to what is there, not to what is elsewhere.

use std::collections::BTreeMap;

use egui::Rect;

/// Side of a cell in graph points: a few nodes each.
const CELL: f32 = 640.0;
/// What covers more cells than this is asked every time instead of being listed in each of them.
const MAX_CELLS: i64 = 48;

/// Rectangles by where they are; each is known by its number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    cells: BTreeMap<(i32, i32), Vec<u32>>,
    everywhere: Vec<u32>,
    rects: Vec<Rect>,
}

struct Cells {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Cells {
    fn of(rect: Rect) -> Self {
        let cell = |value: f32| (value / CELL).floor().clamp(-1e9, 1e9) as i32;
        Self {
            left: cell(rect.left()),
            right: cell(rect.right()),
            top: cell(rect.top()),
            bottom: cell(rect.bottom()),
        }
    }

    fn count(&self) -> i64 {
        let span = |low: i32, high: i32| i64::from(high) - i64::from(low) + 1;
        span(self.left, self.right).saturating_mul(span(self.top, self.bottom))
    }
}

impl Grid {
    /// A grid of these rectangles, numbered from 0.
    pub(crate) fn new(rects: impl IntoIterator<Item = Rect>) -> Self {
        let mut grid = Self::default();
        for (number, rect) in (0_u32..).zip(rects) {
            grid.rects.push(rect);
            let cells = Cells::of(rect);
            if cells.count() > MAX_CELLS {
                grid.everywhere.push(number);
                continue;
            }
            for x in cells.left..=cells.right {
                for y in cells.top..=cells.bottom {
                    grid.cells.entry((x, y)).or_default().push(number);
                }
            }
        }
        grid
    }

    /// The numbers of rectangles that touch this one, in order.
    pub(crate) fn within(&self, area: Rect) -> Vec<u32> {
        let cells = Cells::of(area);
        let mut found: Vec<u32> = self.everywhere.clone();
        if cells.count() > self.cells.len() as i64 {
            found = (0..self.rects.len() as u32).collect();
        } else {
            for x in cells.left..=cells.right {
                let column = self.cells.range((x, cells.top)..=(x, cells.bottom));
                found.extend(column.flat_map(|(_, numbers)| numbers));
            }
            found.sort_unstable();
            found.dedup();
        }
        found.retain(|number| self.rects[*number as usize].intersects(area));
        found
    }
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    #[test]
    fn the_answer_is_that_of_asking_each() {
        let rects: Vec<Rect> = (0..400)
            .map(|number| {
                let at = pos2((number % 20) as f32 * 260.0, (number / 20) as f32 * 170.0);
                let size = if number % 97 == 0 { 9000.0 } else { 200.0 };
                Rect::from_min_size(at, vec2(size, size / 2.0))
            })
            .collect();
        let grid = Grid::new(rects.iter().copied());
        for area in [
            Rect::from_min_size(pos2(1000.0, 500.0), vec2(700.0, 400.0)),
            Rect::from_min_size(pos2(-5000.0, -5000.0), vec2(1e6, 1e6)),
            Rect::from_min_size(pos2(-900.0, -900.0), vec2(10.0, 10.0)),
        ] {
            let asked: Vec<u32> = (0_u32..)
                .zip(&rects)
                .filter(|(_, rect)| rect.intersects(area))
                .map(|(number, _)| number)
                .collect();
            assert_eq!(grid.within(area), asked);
        }
    }
}
