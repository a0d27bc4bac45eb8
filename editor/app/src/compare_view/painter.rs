//! A thread that makes tiles: pixels in, colours out.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use egui::{Color32, ColorImage};

use super::{Layer, Look, Pixels, TILE, TileKey};

/// A tile to be made.
pub(super) struct Order {
    pub(super) key: TileKey,
    pub(super) control: Option<Arc<Pixels>>,
    pub(super) candidate: Option<Arc<Pixels>>,
    pub(super) look: Look,
    /// Which look that is.
    pub(super) made_for: u64,
    pub(super) wake: egui::Context,
}

/// A tile that was made.
pub(super) struct Made {
    pub(super) key: TileKey,
    pub(super) made_for: u64,
    pub(super) picture: ColorImage,
}

/// The thread's other end.
#[derive(Debug)]
pub(super) struct Painter {
    orders: Sender<Order>,
    made: Receiver<Made>,
}

impl Painter {
    pub(super) fn start() -> Self {
        let (orders, to_make) = channel::<Order>();
        let (tell, made) = channel();
        std::thread::spawn(move || {
            while let Ok(order) = to_make.recv() {
                let Some(picture) = paint(&order) else {
                    continue;
                };
                let Order {
                    key,
                    made_for,
                    wake,
                    ..
                } = order;
                let tile = Made {
                    key,
                    made_for,
                    picture,
                };
                if tell.send(tile).is_err() {
                    return;
                }
                wake.request_repaint();
            }
        });
        Self { orders, made }
    }

    pub(super) fn order(&self, order: Order) {
        // A thread that is gone makes no tiles; the smaller copy stays on screen.
        let _gone = self.orders.send(order);
    }

    pub(super) fn poll(&self, at_most: usize) -> Vec<Made> {
        self.made.try_iter().take(at_most).collect()
    }
}

fn paint(order: &Order) -> Option<ColorImage> {
    let TileKey { layer, level, x, y } = order.key;
    let sides = (order.control.as_deref(), order.candidate.as_deref());
    let size = match (layer, sides) {
        (Layer::Control, (Some(of), _)) | (Layer::Candidate, (_, Some(of))) => of.level_size(level),
        (Layer::Difference, (Some(control), Some(candidate))) => {
            let (a, b) = (control.level_size(level), candidate.level_size(level));
            [a[0].min(b[0]), a[1].min(b[1])]
        }
        _ => return None,
    };
    let (left, top) = (x * TILE, y * TILE);
    let width = size[0]
        .checked_sub(left)
        .filter(|width| *width > 0)?
        .min(TILE);
    let height = size[1]
        .checked_sub(top)
        .filter(|height| *height > 0)?
        .min(TILE);
    let mut colors = Vec::with_capacity(width * height);
    for row in top..top + height {
        for column in left..left + width {
            colors.push(color(order, level, column, row));
        }
    }
    Some(ColorImage::new([width, height], colors))
}

fn color(order: &Order, level: usize, x: usize, y: usize) -> Color32 {
    let at = |pixels: &Option<Arc<Pixels>>| {
        let pixels = pixels.as_ref()?;
        Some((pixels.at(level, x, y)?, pixels.is_linear()))
    };
    let shown = match order.key.layer {
        Layer::Control => at(&order.control),
        Layer::Candidate => at(&order.candidate),
        Layer::Difference => {
            return match (at(&order.control), at(&order.candidate)) {
                (Some((a, _)), Some((b, _))) => order.look.difference(a, b),
                _ => Color32::TRANSPARENT,
            };
        }
    };
    shown.map_or(Color32::TRANSPARENT, |(pixel, is_linear)| {
        order.look.color(pixel, is_linear)
    })
}
