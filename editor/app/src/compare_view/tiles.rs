//! Tiles of pictures as textures: those in view, at the size that the screen has room for. Bounded:
//! tiles that nobody has looked at for long make room.

use std::cell::Cell;
use std::collections::BTreeMap;

use egui::{ColorImage, TextureFilter, TextureHandle, TextureOptions};

/// Side of a tile in pixels.
pub const TILE: usize = 256;
/// The most tiles that are kept, unless more are in view at once.
const MOST: usize = 600;

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The control.
    Control,
    /// The candidate.
    Candidate,
    /// Where they differ.
    Difference,
}

/// A tile by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TileKey {
    /// What it shows.
    pub layer: Layer,
    /// Which copy: each is half as wide as the one before.
    pub level: usize,
    /// Column.
    pub x: usize,
    /// Row.
    pub y: usize,
    /// Whether its pixels are seen as squares, rather than as a smooth picture.
    pub is_sharp: bool,
}

struct Tile {
    texture: TextureHandle,
    /// Which look it was made for.
    made_for: u64,
    seen: Cell<u64>,
}

/// Tiles that are there.
#[derive(Default)]
pub struct Tiles {
    tiles: BTreeMap<TileKey, Tile>,
    clock: Cell<u64>,
    uploaded: u64,
    in_view: Cell<usize>,
    laid_out: Cell<usize>,
    missing: Cell<usize>,
    /// Changes with the look.
    pub(super) look: u64,
}

impl std::fmt::Debug for Tiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tiles", self.tiles.len())
    }
}

impl Tiles {
    /// A tile's texture: of an earlier look while the new one is being made.
    pub fn get(&self, key: &TileKey) -> Option<&TextureHandle> {
        let tile = self.tiles.get(key)?;
        self.clock.set(self.clock.get() + 1);
        tile.seen.set(self.clock.get());
        self.in_view.set(self.in_view.get() + 1);
        Some(&tile.texture)
    }

    /// A frame begins: nothing was laid out in it yet.
    pub(crate) fn begin_frame(&self) {
        self.in_view.set(0);
        self.laid_out.set(0);
        self.missing.set(0);
    }

    /// This tile is to be there in this frame, also where another one covers it: it isn't one that nobody
    /// looks at.
    pub(crate) fn note_laid_out(&self, key: &TileKey) {
        self.laid_out.set(self.laid_out.get() + 1);
        if let Some(tile) = self.tiles.get(key) {
            self.clock.set(self.clock.get() + 1);
            tile.seen.set(self.clock.get());
        }
    }

    /// So many tiles of this frame aren't there yet.
    pub(crate) fn note_missing(&self, count: usize) {
        self.missing.set(count);
    }

    /// How many the last frame laid out.
    pub fn in_view(&self) -> usize {
        self.in_view.get()
    }

    /// How many of the last frame weren't there yet.
    pub fn missing(&self) -> usize {
        self.missing.get()
    }

    /// Whether a tile is there, also of an earlier look.
    pub(crate) fn has(&self, key: &TileKey) -> bool {
        self.tiles.contains_key(key)
    }

    /// Whether a tile is there as it is to look now.
    pub fn is_there(&self, key: &TileKey) -> bool {
        let is_new = |tile: &Tile| tile.made_for == self.look;
        self.tiles.get(key).is_some_and(is_new)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tiles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// How many became textures since the comparison was opened.
    pub fn uploaded(&self) -> u64 {
        self.uploaded
    }

    pub(super) fn came(
        &mut self,
        ctx: &egui::Context,
        key: TileKey,
        made_for: u64,
        picture: ColorImage,
    ) {
        if self
            .tiles
            .get(&key)
            .is_some_and(|tile| tile.made_for > made_for)
        {
            return;
        }
        let options = TextureOptions {
            magnification: if key.is_sharp {
                TextureFilter::Nearest
            } else {
                TextureFilter::Linear
            },
            ..TextureOptions::LINEAR
        };
        let texture = ctx.load_texture(format!("tile {key:?}"), picture, options);
        self.uploaded += 1;
        self.clock.set(self.clock.get() + 1);
        let tile = Tile {
            texture,
            made_for,
            seen: Cell::new(self.clock.get()),
        };
        self.tiles.insert(key, tile);
        // Fewer than are in view would push out each other without end.
        while self.tiles.len() > MOST.max(self.laid_out.get()) {
            let oldest = self.tiles.iter().min_by_key(|(_, tile)| tile.seen.get());
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                break;
            };
            self.tiles.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both sides of a large screen, of which one is seen at a time.
    #[test]
    fn all_that_is_in_view_is_kept_and_what_has_left_it_makes_room() {
        let ctx = egui::Context::default();
        let mut tiles = Tiles::default();
        let key = |x| TileKey {
            layer: Layer::Control,
            level: 0,
            x,
            y: 0,
            is_sharp: false,
        };
        let picture = || ColorImage::filled([1, 1], egui::Color32::WHITE);
        let look = |tiles: &Tiles, count: usize| {
            tiles.begin_frame();
            (0..count).for_each(|x| tiles.note_laid_out(&key(x)));
        };
        look(&tiles, MOST + 100);
        for x in 0..MOST + 100 {
            tiles.came(&ctx, key(x), 0, picture());
        }
        assert_eq!(tiles.len(), MOST + 100);
        look(&tiles, 10);
        tiles.came(&ctx, key(MOST + 100), 0, picture());
        assert_eq!(tiles.len(), MOST);
        assert!((0..10).all(|x| tiles.is_there(&key(x))));
    }
}
