//! Tiles of pictures as textures: those in view, at the size that the screen has room for. Bounded:
//! tiles that nobody has looked at for long make room.

use std::collections::BTreeMap;

use egui::{ColorImage, TextureHandle, TextureOptions};

/// Side of a tile in pixels.
pub const TILE: usize = 256;
/// The most tiles that are kept.
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
}

struct Tile {
    texture: TextureHandle,
    /// Which look it was made for.
    made_for: u64,
    seen: u64,
}

/// Tiles that are there.
#[derive(Default)]
pub struct Tiles {
    tiles: BTreeMap<TileKey, Tile>,
    asked: BTreeMap<TileKey, u64>,
    clock: u64,
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
        self.tiles.get(key).map(|tile| &tile.texture)
    }

    /// Whether a tile is there as it is to look now.
    pub fn is_there(&self, key: &TileKey) -> bool {
        let is_new = |tile: &Tile| tile.made_for == self.look;
        self.tiles.get(key).is_some_and(is_new)
    }

    /// Whether a tile is there or on its way.
    pub fn is_known(&self, key: &TileKey) -> bool {
        self.is_there(key) || self.asked.get(key) == Some(&self.look)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tiles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    pub(super) fn ask(&mut self, key: TileKey) {
        self.asked.insert(key, self.look);
    }

    pub(super) fn came(
        &mut self,
        ctx: &egui::Context,
        key: TileKey,
        made_for: u64,
        picture: ColorImage,
    ) {
        self.clock += 1;
        if self.asked.get(&key) == Some(&made_for) {
            self.asked.remove(&key);
        }
        if made_for < self.look && self.tiles.contains_key(&key) {
            return;
        }
        let options = TextureOptions {
            magnification: egui::TextureFilter::Nearest,
            ..TextureOptions::LINEAR
        };
        let name = format!("tile {key:?}");
        let texture = ctx.load_texture(name, picture, options);
        let seen = self.clock;
        let tile = Tile {
            texture,
            made_for,
            seen,
        };
        self.tiles.insert(key, tile);
        while self.tiles.len() > MOST {
            let oldest = self.tiles.iter().min_by_key(|(_, tile)| tile.seen);
            let Some((oldest, _)) = oldest.map(|(key, tile)| (*key, tile.seen)) else {
                break;
            };
            self.tiles.remove(&oldest);
        }
    }

    /// Nothing more is wanted of what was asked for.
    pub(super) fn forget_asked(&mut self) {
        self.asked.clear();
    }
}
