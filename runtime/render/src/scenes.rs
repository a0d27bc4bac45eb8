//! The library of studio scenes, built in from `assets/scenes` or read from a folder.

use std::collections::BTreeMap;
use std::path::Path;

use hartomat_schema::StudioScene;

use crate::RenderError;
use crate::material_library::read_folder;
use crate::surface::in_range;

/// Files of `assets/scenes`, in the order of pickers.
const BUILTIN: &[(&str, &str)] = &[
    (
        "soft_box.json",
        include_str!("../../../assets/scenes/soft_box.json"),
    ),
    (
        "dark_studio.json",
        include_str!("../../../assets/scenes/dark_studio.json"),
    ),
    (
        "bright_catalogue.json",
        include_str!("../../../assets/scenes/bright_catalogue.json"),
    ),
    (
        "transparent_cutout.json",
        include_str!("../../../assets/scenes/transparent_cutout.json"),
    ),
];

/// Studio scenes by key.
#[derive(Debug, Clone, PartialEq)]
pub struct StudioScenes {
    scenes: Vec<StudioScene>,
}

impl StudioScenes {
    /// The key of the scene that is used when nobody asks for one.
    pub const DEFAULT: &'static str = "soft_box";

    /// The scenes that come with the product.
    pub fn builtin() -> Self {
        let files = BUILTIN
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()));
        Self::from_files(files).expect("a test reads every built-in scene")
    }

    /// The built-in scenes, with those of a folder's `*.json` files added or in their place.
    pub fn with_folder(folder: &Path) -> Result<Self, RenderError> {
        let builtin = BUILTIN
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()));
        Self::from_files(builtin.chain(read_folder(folder)?))
    }

    fn from_files(files: impl Iterator<Item = (String, String)>) -> Result<Self, RenderError> {
        let mut scenes: Vec<StudioScene> = Vec::new();
        for (file, text) in files {
            let scene: StudioScene =
                serde_json::from_str(&text).map_err(|err| RenderError::Library {
                    file: file.clone(),
                    problem: err.to_string(),
                })?;
            check_studio(&scene, &file)?;
            match scenes.iter_mut().find(|known| known.key == scene.key) {
                Some(known) => *known = scene,
                None => scenes.push(scene),
            }
        }
        Ok(Self { scenes })
    }

    /// A scene by key.
    pub fn get(&self, key: &str) -> Result<&StudioScene, RenderError> {
        self.scenes
            .iter()
            .find(|scene| scene.key == key)
            .ok_or_else(|| RenderError::UnknownScene {
                key: key.to_owned(),
                suggestions: self.scenes.iter().map(|scene| scene.key.clone()).collect(),
            })
    }

    /// All scenes in the order of pickers.
    pub fn iter(&self) -> impl Iterator<Item = &StudioScene> {
        self.scenes.iter()
    }

    /// Key to name, for pickers.
    pub fn names(&self) -> BTreeMap<&str, &str> {
        self.scenes
            .iter()
            .map(|scene| (scene.key.as_str(), scene.name.as_str()))
            .collect()
    }
}

fn check_studio(scene: &StudioScene, place: &str) -> Result<(), RenderError> {
    in_range(place, "azimuth_deg", scene.azimuth_deg, -360.0, 360.0)?;
    in_range(place, "elevation_deg", scene.elevation_deg, -89.0, 89.0)?;
    in_range(
        place,
        "vertical_fov_deg",
        scene.vertical_fov_deg,
        1.0,
        120.0,
    )?;
    in_range(place, "margin", scene.margin, 0.0, 0.4)
}
