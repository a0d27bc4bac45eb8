//! The order of the items of each layer: each near the middle of what it is joined to, so that edges
//! cross little.

use super::layers::Layers;

/// Sweeps to the right and back.
const SWEEPS: usize = 6;

/// Orders the layers; of equal items the one that came first stays first.
pub(super) fn untangle(layers: &mut Layers) {
    let mut place = vec![0.0; layers.heights.len()];
    for layer in &layers.layers {
        note(layer, &mut place);
    }
    let depth = layers.layers.len();
    let (mut best, mut least) = (layers.layers.clone(), crossings(layers, &place));
    for _ in 0..SWEEPS {
        for at in (1..depth).chain((0..depth.saturating_sub(1)).rev()) {
            // Half of the walk goes right and looks left.
            sort(layers, at, &mut place);
        }
        let found = crossings(layers, &place);
        if found >= least {
            break;
        }
        (best, least) = (layers.layers.clone(), found);
    }
    layers.layers = best;
}

fn note(layer: &[usize], place: &mut [f64]) {
    for (index, item) in layer.iter().enumerate() {
        place[*item] = f64::from(u32::try_from(index).unwrap_or(u32::MAX));
    }
}

/// Sorts a layer by the middles of all neighbours of its items.
fn sort(layers: &mut Layers, at: usize, place: &mut [f64]) {
    let middle = |item: usize| {
        let near = || layers.before[item].iter().chain(&layers.behind[item]);
        let count = u32::try_from(near().count()).unwrap_or(u32::MAX);
        let sum: f64 = near().map(|near| place[*near]).sum();
        if count == 0 {
            place[item]
        } else {
            sum / f64::from(count)
        }
    };
    let mut layer: Vec<(f64, usize)> = layers.layers[at]
        .iter()
        .map(|item| (middle(*item), *item))
        .collect();
    layer.sort_by(|a, b| a.0.total_cmp(&b.0));
    layers.layers[at] = layer.into_iter().map(|(_, item)| item).collect();
    note(&layers.layers[at], place);
}

/// How many pairs of edges cross.
fn crossings(layers: &Layers, place: &[f64]) -> usize {
    let between = |layer: &Vec<usize>| {
        let mut edges: Vec<(f64, f64)> = layer
            .iter()
            .flat_map(|item| layers.behind[*item].iter().map(|to| (*item, *to)))
            .map(|(from, to)| (place[from], place[to]))
            .collect();
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        inversions(edges.into_iter().map(|(_, to)| to).collect())
    };
    layers.layers.iter().map(between).sum()
}

/// Pairs in the wrong order, counted while merging.
fn inversions(mut values: Vec<f64>) -> usize {
    let count = values.len();
    let mut merged = values.clone();
    let mut found = 0;
    let mut width = 1;
    while width < count {
        for start in (0..count).step_by(2 * width) {
            let (middle, end) = ((start + width).min(count), (start + 2 * width).min(count));
            let (mut left, mut right) = (start, middle);
            for slot in &mut merged[start..end] {
                if left < middle && (right >= end || values[left] <= values[right]) {
                    *slot = values[left];
                    left += 1;
                } else {
                    *slot = values[right];
                    found += middle - left;
                    right += 1;
                }
            }
        }
        std::mem::swap(&mut values, &mut merged);
        width *= 2;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::inversions;

    #[test]
    fn pairs_in_the_wrong_order_are_counted_once() {
        assert_eq!(inversions(vec![]), 0);
        assert_eq!(inversions(vec![1.0, 1.0, 2.0]), 0);
        assert_eq!(inversions(vec![3.0, 2.0, 1.0]), 3);
        assert_eq!(inversions(vec![2.0, 3.0, 1.0, 0.0, 5.0]), 5);
    }
}
