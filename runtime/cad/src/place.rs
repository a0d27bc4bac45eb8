//! Placements: products of transforms, and their form as translation, rotation and scale.

use hartomat_schema::{PartList, Transform};

/// An affine transform, column-major 4 × 4.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 16]);

impl Matrix {
    /// No change.
    pub const IDENTITY: Self = Self(Transform::IDENTITY.0);

    /// First `other`, then `self`.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let (a, b) = (&self.0, &other.0);
        Self(std::array::from_fn(|index| {
            let (column, row) = (index / 4, index % 4);
            (0..4)
                .map(|inner| a[4 * inner + row] * b[4 * column + inner])
                .sum()
        }))
    }

    /// Moves a point.
    pub fn apply(&self, point: [f64; 3]) -> [f64; 3] {
        let m = &self.0;
        std::array::from_fn(|row| {
            m[row] * point[0] + m[4 + row] * point[1] + m[8 + row] * point[2] + m[12 + row]
        })
    }

    /// Whether it turns right hands into left hands.
    pub fn is_mirrored(&self) -> bool {
        self.determinant() < 0.0
    }

    fn determinant(&self) -> f64 {
        let m = &self.0;
        m[0] * (m[5] * m[10] - m[9] * m[6]) - m[4] * (m[1] * m[10] - m[9] * m[2])
            + m[8] * (m[1] * m[6] - m[5] * m[2])
    }

    /// Rotation as a unit quaternion (x, y, z, w), when it is a rotation and a translation only.
    pub(crate) fn rotation(&self) -> Option<[f64; 4]> {
        let m = &self.0;
        let columns = [[m[0], m[1], m[2]], [m[4], m[5], m[6]], [m[8], m[9], m[10]]];
        let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let is_orthonormal = (0..3).all(|i| {
            (dot(columns[i], columns[i]) - 1.0).abs() < 1e-6
                && dot(columns[i], columns[(i + 1) % 3]).abs() < 1e-6
        });
        (is_orthonormal && self.determinant() > 0.0).then(|| quaternion(m))
    }
}

/// Shepperd's method: the largest of the four components is computed first.
fn quaternion(m: &[f64; 16]) -> [f64; 4] {
    let trace = m[0] + m[5] + m[10];
    let raw = if trace > 0.0 {
        [m[6] - m[9], m[8] - m[2], m[1] - m[4], 1.0 + trace]
    } else if m[0] >= m[5] && m[0] >= m[10] {
        [
            1.0 + m[0] - m[5] - m[10],
            m[1] + m[4],
            m[8] + m[2],
            m[6] - m[9],
        ]
    } else if m[5] >= m[10] {
        [
            m[1] + m[4],
            1.0 + m[5] - m[0] - m[10],
            m[6] + m[9],
            m[8] - m[2],
        ]
    } else {
        [
            m[8] + m[2],
            m[6] + m[9],
            1.0 + m[10] - m[0] - m[5],
            m[1] - m[4],
        ]
    };
    let length = raw.iter().map(|value| value * value).sum::<f64>().sqrt();
    let sign = if raw[3] < 0.0 { -1.0 } else { 1.0 };
    raw.map(|value| sign * value / length)
}

/// Placement of every assembly node in the model's coordinates.
pub(crate) fn global_placements(list: &PartList) -> Vec<Matrix> {
    let mut placements: Vec<Matrix> = Vec::with_capacity(list.nodes.len());
    for node in &list.nodes {
        let local = Matrix(node.transform.0);
        let parent = node.parent.and_then(|parent| placements.get(parent));
        placements.push(parent.map_or(local, |parent| parent.times(&local)));
    }
    placements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_become_quaternions_and_mirrors_do_not() {
        let half = std::f64::consts::FRAC_1_SQRT_2;
        // A quarter turn around X takes Y to Z.
        let turn = Matrix([
            1., 0., 0., 0., 0., 0., 1., 0., 0., -1., 0., 0., 5., 6., 7., 1.,
        ]);
        assert_eq!(turn.apply([0.0, 1.0, 0.0]), [5.0, 6.0, 8.0]);
        let rotation = turn.rotation().unwrap();
        for (value, expected) in rotation.iter().zip([half, 0.0, 0.0, half]) {
            assert!((value - expected).abs() < 1e-12, "{rotation:?}");
        }
        let mut mirror = Matrix::IDENTITY;
        mirror.0[0] = -1.0;
        assert!(mirror.is_mirrored() && mirror.rotation().is_none());
        // Half turns have no positive trace.
        let half_turn = Matrix([
            -1., 0., 0., 0., 0., -1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 1.,
        ]);
        assert_eq!(half_turn.rotation().unwrap(), [0.0, 0.0, 1.0, 0.0]);
        assert_eq!(half_turn.times(&half_turn), Matrix::IDENTITY);
    }
}
