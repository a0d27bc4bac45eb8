//! Triangles as a multiset: corners snapped to a grid, the smallest corner first, sorted.
//!
//! A corner that lies between two cells may snap either way after harmless rounding. So what doesn't
//! match on the grid is tried again on grids that are shifted by parts of a cell.

use super::parts::Triangle;

/// A triangle on the grid: nine integers.
type Cell = [[i64; 3]; 3];

/// Shifts of the grid in parts of a cell.
const SHIFTS: [f64; 4] = [0.0, 0.5, 0.25, 0.75];

fn snap(triangle: &Triangle, origin: [f64; 3], cell: f64, shift: f64) -> Cell {
    let corners = triangle.map(|corner| -> [i64; 3] {
        std::array::from_fn(|axis| {
            ((f64::from(corner[axis]) - origin[axis]) / cell + shift).floor() as i64
        })
    });
    // The same triangle, wherever its list of corners begins; the side it faces stays.
    let first = (0..3).min_by_key(|&at| corners[at]).unwrap_or(0);
    [
        corners[first],
        corners[(first + 1) % 3],
        corners[(first + 2) % 3],
    ]
}

/// Sorted triangles on the unshifted grid, for hashing.
pub(crate) fn sorted_cells(triangles: &[Triangle], cell: f64) -> Vec<[[i64; 3]; 3]> {
    let mut cells: Vec<Cell> = triangles
        .iter()
        .map(|triangle| snap(triangle, [0.0; 3], cell, 0.0))
        .collect();
    cells.sort_unstable();
    cells
}

/// How many of the control's triangles the candidate also has. Coordinates count from the origins.
pub(crate) fn shared(
    control: (&[Triangle], [f64; 3]),
    candidate: (&[Triangle], [f64; 3]),
    cell: f64,
) -> usize {
    let mut a: Vec<usize> = (0..control.0.len()).collect();
    let mut b: Vec<usize> = (0..candidate.0.len()).collect();
    for shift in SHIFTS {
        let keys = |(triangles, origin): (&[Triangle], [f64; 3]), left: &[usize]| {
            let mut keys: Vec<(Cell, usize)> = left
                .iter()
                .map(|&at| (snap(&triangles[at], origin, cell, shift), at))
                .collect();
            keys.sort_unstable();
            keys
        };
        (a, b) = unmatched(&keys(control, &a), &keys(candidate, &b));
        if a.is_empty() || b.is_empty() {
            break;
        }
    }
    control.0.len() - a.len()
}

/// The entries of two sorted lists that find no partner in the other.
fn unmatched(a: &[(Cell, usize)], b: &[(Cell, usize)]) -> (Vec<usize>, Vec<usize>) {
    let (mut left_a, mut left_b) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => {
                left_a.push(a[i].1);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                left_b.push(b[j].1);
                j += 1;
            }
            std::cmp::Ordering::Equal => {
                i += 1;
                j += 1;
            }
        }
    }
    left_a.extend(a[i..].iter().map(|entry| entry.1));
    left_b.extend(b[j..].iter().map(|entry| entry.1));
    (left_a, left_b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triangle(at: f32) -> Triangle {
        [[at, 0.0, 0.0], [at + 1.0, 0.0, 0.5], [at, 1.0, 0.25]]
    }

    #[test]
    fn order_and_first_corner_count_for_nothing_and_facing_counts() {
        let [a, b, c] = triangle(0.0);
        let origin = [0.0; 3];
        let mixed = [triangle(5.0), [b, c, a]];
        let plain = [triangle(0.0), triangle(5.0)];
        assert_eq!(shared((&plain, origin), (&mixed, origin), 1e-3), 2);
        assert_eq!(
            shared((&[[a, b, c]], origin), (&[[a, c, b]], origin), 1e-3),
            0
        );
    }

    #[test]
    fn rounding_across_a_cell_border_still_matches() {
        let exact = [triangle(0.003)];
        let rounded = [triangle(0.003 - 1e-7)];
        assert_eq!(shared((&exact, [0.0; 3]), (&rounded, [0.0; 3]), 1e-3), 1);
        let moved = [triangle(0.006)];
        assert_eq!(shared((&exact, [0.0; 3]), (&moved, [0.0; 3]), 1e-3), 0);
    }

    #[test]
    fn a_triangle_that_stands_twice_counts_twice() {
        let twice = [triangle(0.0), triangle(0.0)];
        let once = [triangle(0.0)];
        assert_eq!(shared((&twice, [0.0; 3]), (&once, [0.0; 3]), 1e-3), 1);
    }
}
