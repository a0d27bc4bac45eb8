//! Pictures of materials as the runtime renders them: asked for when one is looked at, kept for as long
//! as the editor runs. Until one is there, and where there is none, the drawn ball stands for it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{ColorImage, TextureHandle, TextureId, TextureOptions};

use crate::backend::Ask;
use crate::state::State;

/// The most that are asked for side by side, so that a save never waits behind pictures.
const AT_ONCE: usize = 2;

/// The pictures that are there or under way.
#[derive(Default)]
pub struct Swatches {
    pictures: BTreeMap<String, Swatch>,
    /// What panels looked for in this frame and didn't find.
    missed: RefCell<BTreeSet<String>>,
}

enum Swatch {
    UnderWay,
    There(TextureHandle),
    None,
}

impl Swatches {
    /// The picture of a material. Where it isn't there yet, it will be asked for.
    pub(crate) fn look_for(&self, key: &str) -> Option<TextureId> {
        if !self.pictures.contains_key(key) {
            self.missed.borrow_mut().insert(key.to_owned());
        }
        self.picture(key)
    }

    /// The picture of a material, where it is there.
    pub fn picture(&self, key: &str) -> Option<TextureId> {
        match self.pictures.get(key)? {
            Swatch::There(texture) => Some(texture.id()),
            Swatch::UnderWay | Swatch::None => None,
        }
    }

    /// What to ask for now.
    fn next(&mut self) -> Vec<String> {
        let missed = std::mem::take(self.missed.get_mut());
        let under_way = self.pictures.values();
        let under_way = under_way.filter(|swatch| matches!(swatch, Swatch::UnderWay));
        let room = AT_ONCE.saturating_sub(under_way.count());
        let next: Vec<String> = missed.into_iter().take(room).collect();
        for key in &next {
            self.pictures.insert(key.clone(), Swatch::UnderWay);
        }
        next
    }

    /// What wasn't there may be there at the other end of a new link.
    pub(crate) fn forget_failures(&mut self) {
        let is_there = |swatch: &Swatch| matches!(swatch, Swatch::There(_));
        self.pictures.retain(|_, swatch| is_there(swatch));
    }

    /// A picture came, or there is none.
    pub(crate) fn came(
        &mut self,
        key: String,
        picture: Option<Arc<ColorImage>>,
        ctx: &egui::Context,
    ) {
        let swatch = match picture {
            Some(picture) => {
                let name = format!("material {key}");
                Swatch::There(ctx.load_texture(name, picture, TextureOptions::LINEAR))
            }
            None => Swatch::None,
        };
        self.pictures.insert(key, swatch);
    }
}

/// Asks for pictures that somebody looks at.
pub(crate) fn follow(state: &mut State) {
    let shell = &mut state.shell;
    if !shell.connection().is_up() {
        return;
    }
    for key in shell.swatches.next() {
        shell.ask(Ask::Swatch(key));
    }
}
