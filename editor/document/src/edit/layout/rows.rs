//! How high each item of a layer stands: as near as it gets to the middle of what it is joined to,
//! with gaps kept.

use super::layers::Layers;

/// Sweeps to the right and back.
const SWEEPS: usize = 4;

/// The upper side of each item.
pub(super) fn tops(layers: &Layers, gap: f64) -> Vec<f64> {
    let mut centers = vec![0.0; layers.heights.len()];
    for layer in &layers.layers {
        let mut top = 0.0;
        for item in layer {
            centers[*item] = top + layers.heights[*item] / 2.0;
            top += layers.heights[*item] + gap;
        }
    }
    let depth = layers.layers.len();
    for _ in 0..SWEEPS {
        for at in 1..depth {
            settle(layers, at, &layers.before, gap, &mut centers);
        }
        for at in (0..depth.saturating_sub(1)).rev() {
            settle(layers, at, &layers.behind, gap, &mut centers);
        }
    }
    for at in 1..depth {
        settle(layers, at, &layers.before, gap, &mut centers);
    }
    centers
        .iter()
        .zip(&layers.heights)
        .map(|(center, height)| center - height / 2.0)
        .collect()
}

/// A run of items that touch each other: how many, and the sum of where they want to be.
struct Block {
    count: u32,
    sum: f64,
}

impl Block {
    fn mean(&self) -> f64 {
        self.sum / f64::from(self.count)
    }
}

/// Places a layer's items with the least squared distance to where they want to be, in their order
/// and with gaps (isotonic regression by pooling neighbours that are in each other's way).
fn settle(layers: &Layers, at: usize, near: &[Vec<usize>], gap: f64, centers: &mut [f64]) {
    let layer = &layers.layers[at];
    let mut offsets = Vec::with_capacity(layer.len());
    let mut blocks: Vec<Block> = Vec::new();
    let mut offset = 0.0;
    for (index, item) in layer.iter().enumerate() {
        if let Some(above) = index.checked_sub(1) {
            offset += (layers.heights[layer[above]] + layers.heights[*item]) / 2.0 + gap;
        }
        offsets.push(offset);
        blocks.push(Block {
            count: 1,
            sum: wish(near, *item, centers) - offset,
        });
        while let [.., above, below] = blocks.as_slice()
            && above.mean() > below.mean()
        {
            let Block { count, sum } = blocks.pop().expect("there are two");
            let above = blocks.last_mut().expect("there was another");
            above.count += count;
            above.sum += sum;
        }
    }
    let places = blocks
        .iter()
        .flat_map(|block| (0..block.count).map(|_| block.mean()));
    for ((item, offset), place) in layer.iter().zip(offsets).zip(places) {
        centers[*item] = place + offset;
    }
}

/// Where an item wants to be: the middle of what it is joined to, or where it is.
fn wish(near: &[Vec<usize>], item: usize, centers: &[f64]) -> f64 {
    let near = &near[item];
    let count = u32::try_from(near.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return centers[item];
    }
    near.iter().map(|near| centers[*near]).sum::<f64>() / f64::from(count)
}
