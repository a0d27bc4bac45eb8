//! Forms of settings, with fields that choose from the library: a material, a material per part.

use egui::{
    Color32, Id, Key, Popup, PopupCloseBehavior, Rect, RichText, ScrollArea, TextEdit, Ui, Vec2,
};
use hartomat_schema::Material;
use hartomat_ui::Icon;
use hartomat_ui::form::{FieldAnswer, FieldView, FieldWidget, FormContext, FormResponse, form_ui};
use hartomat_ui::theme::{Theme, color_of_linear, size, space};
use hartomat_ui::widgets::{
    ButtonKind, IconButton, ListRow, TextButton, name, search_box_ui, swatch_ui,
};
use serde_json::{Map, Value};

use super::chooser_button_ui;
use super::scene::SceneField;
use crate::Context;
use crate::command::{Command, Commands};
use crate::messages::{text, text_with};
use crate::shell::ShellCommand;
use crate::swatches::Swatches;

/// Side of a swatch in a list, in points.
const SWATCH: f32 = 24.0;

/// A form of settings as the catalogue describes them.
pub(crate) fn settings_form_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    schema: &Value,
    value: &Value,
    form: FormContext<'_>,
    commands: &mut Commands,
) -> FormResponse {
    let library = context.shell.library();
    let materials = Materials {
        all: &library.materials,
        swatches: context.shell.swatches(),
    };
    let material = MaterialField(materials);
    let material_map = MaterialMapField(materials);
    let scene = SceneField::new(&library.studio_scenes, &library.blend_templates);
    let form = FormContext {
        widgets: &[
            ("material", &material),
            ("material_map", &material_map),
            ("studio_scene", &scene),
        ],
        ..form
    };
    let response = form_ui(ui, schema, value, &form);
    if scene.is_opened() {
        // Somebody may have added a template since.
        commands.push(Command::Shell(ShellCommand::RefreshLibrary));
    }
    response
}

/// The library's materials with their pictures.
#[derive(Clone, Copy)]
struct Materials<'a> {
    all: &'a [Material],
    swatches: &'a Swatches,
}

impl Materials<'_> {
    fn swatch_ui(&self, ui: &mut Ui, material: &Material) {
        // Rows beyond the edge of a list ask for nothing.
        let place = Rect::from_min_size(ui.cursor().min, Vec2::splat(SWATCH));
        let picture = if ui.is_rect_visible(place) {
            self.swatches.look_for(&material.key)
        } else {
            None
        };
        swatch_ui(ui, ball(material), picture, SWATCH, &material.name);
    }
}

/// Chooses a material of the library.
struct MaterialField<'a>(Materials<'a>);

/// Chooses a material for each pattern of part names.
struct MaterialMapField<'a>(Materials<'a>);

impl FieldWidget for MaterialField<'_> {
    fn field_ui(&self, ui: &mut Ui, field: &FieldView<'_>) -> FieldAnswer {
        let current = field.value.and_then(Value::as_str).unwrap_or_default();
        let shown = if field.is_mixed { None } else { Some(current) };
        let width = ui.available_width();
        let (chosen, response) = material_ui(ui, field.id, self.0, shown, width);
        FieldAnswer {
            edit: chosen.map(|key| (Value::String(key), true)),
            response: Some(response),
        }
    }
}

/// A button with the material's ball and name that opens the library. Gives the chosen key.
fn material_ui(
    ui: &mut Ui,
    id: Id,
    materials: Materials<'_>,
    current: Option<&str>,
    width: f32,
) -> (Option<String>, egui::Response) {
    let known = current.and_then(|key| materials.all.iter().find(|material| material.key == key));
    let label = match (current, known) {
        (None, _) => text("form.mixed").to_owned(),
        (Some(_), Some(material)) => material.name.clone(),
        (Some(""), None) => text("form.choose_material").to_owned(),
        (Some(key), None) => text_with("form.unknown_material", &[("key", key)]),
    };
    let button = ui
        .horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let room = match known {
                Some(material) => {
                    materials.swatch_ui(ui, material);
                    width - SWATCH - space::S
                }
                None => width,
            };
            chooser_button_ui(ui, &label, room)
        })
        .inner;
    let mut chosen = None;
    Popup::menu(&button)
        .id(id.with("materials"))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .width(280.0)
        .show(|ui| {
            chosen = list_ui(ui, id, materials, current, button.clicked());
            if chosen.is_some() {
                ui.close();
            }
        });
    (chosen, button)
}

/// The library to search in and choose from. A list that opens takes the keyboard, and Enter takes what is
/// found first.
fn list_ui(
    ui: &mut Ui,
    id: Id,
    materials: Materials<'_>,
    current: Option<&str>,
    opens: bool,
) -> Option<String> {
    let palette = Theme::of(ui.ctx()).palette;
    let search_id = id.with("material search");
    let mut search: String = ui.data(|data| data.get_temp(search_id)).unwrap_or_default();
    if opens {
        search.clear();
    }
    let response = search_box_ui(
        ui,
        &mut search,
        text("form.search_materials"),
        text("open.clear"),
    );
    ui.data_mut(|data| data.insert_temp(search_id, search.clone()));
    if opens {
        response.request_focus();
    }
    let is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if is_entered && let Some(first) = materials.all.iter().find(|found| matches(found, &search)) {
        return Some(first.key.clone());
    }
    if materials.all.is_empty() {
        ui.label(RichText::new(text("form.no_materials")).color(palette.text_weak));
    }
    let mut chosen = None;
    let mut group = "";
    ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let found = materials.all.iter();
        for material in found.filter(|material| matches(material, &search)) {
            if material.group != group {
                group = &material.group;
                let title = RichText::new(group).size(size::SMALL_TEXT);
                ui.add_space(space::S);
                ui.label(title.color(palette.text_faint));
            }
            let is_current = current == Some(material.key.as_str());
            let row = ListRow::new(&material.name)
                .selected(is_current)
                .show(ui, |ui| {
                    materials.swatch_ui(ui, material);
                    ui.label(&material.name);
                });
            if row.clicked() {
                chosen = Some(material.key.clone());
            }
        }
    });
    chosen
}

/// Whether each word is in the name, the key, the group or an alias.
fn matches(material: &Material, search: &str) -> bool {
    let texts = [&material.name, &material.key, &material.group];
    let all = texts.into_iter().chain(&material.aliases);
    let all: Vec<String> = all.map(|text| text.to_lowercase()).collect();
    let mut words = search.split_whitespace().map(str::to_lowercase);
    words.all(|word| all.iter().any(|text| text.contains(&word)))
}

fn ball(material: &Material) -> hartomat_ui::widgets::Material {
    hartomat_ui::widgets::Material {
        base_color: color(material.base_color),
        roughness: material.roughness,
        metallic: material.metallic,
    }
}

fn color(linear: [f32; 3]) -> Color32 {
    color_of_linear(linear)
}

impl FieldWidget for MaterialMapField<'_> {
    fn is_block(&self) -> bool {
        true
    }

    fn field_ui(&self, ui: &mut Ui, field: &FieldView<'_>) -> FieldAnswer {
        let before = field
            .value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let mut edit = None;
        ui.vertical(|ui| {
            for (index, (pattern, material)) in before.iter().enumerate() {
                ui.push_id(index, |ui| {
                    let key = material.as_str().unwrap_or_default();
                    match self.entry_ui(ui, field.id.with(index), pattern, key) {
                        Some(Entry::Pattern(renamed)) if !before.contains_key(&renamed) => {
                            edit =
                                Some(replaced(&before, index, Some((renamed, material.clone()))));
                        }
                        Some(Entry::Material(key)) => {
                            let entry = (pattern.clone(), Value::String(key));
                            edit = Some(replaced(&before, index, Some(entry)));
                        }
                        Some(Entry::Removed) => edit = Some(replaced(&before, index, None)),
                        Some(Entry::Pattern(_)) | None => {}
                    }
                });
            }
            let add = TextButton::new(ButtonKind::Secondary, text("form.add_material"));
            let first = self.0.all.first();
            if ui
                .add_enabled(first.is_some(), add.icon(Icon::Add))
                .clicked()
            {
                let mut after = before.clone();
                let key = first.map_or_else(String::new, |material| material.key.clone());
                after.insert(free_pattern(&before), Value::String(key));
                edit = Some(after);
            }
        });
        FieldAnswer {
            edit: edit.map(|map| (Value::Object(map), true)),
            response: None,
        }
    }
}

/// What a person did with an entry.
enum Entry {
    Pattern(String),
    Material(String),
    Removed,
}

impl MaterialMapField<'_> {
    fn entry_ui(&self, ui: &mut Ui, id: Id, pattern: &str, key: &str) -> Option<Entry> {
        let mut answer = None;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let room = ui.available_width() - 24.0 - 2.0 * space::S;
            let typed: Option<String> = ui.data(|data| data.get_temp(id));
            let mut text_of = typed.unwrap_or_else(|| pattern.to_owned());
            let edit = TextEdit::singleline(&mut text_of)
                .margin(egui::Margin::symmetric(8, 5))
                .desired_width(room * 0.34 - 16.0);
            let edit = ui.add(edit.hint_text(text("form.part_pattern")));
            name(&edit, text("form.part_pattern"));
            if edit.lost_focus() {
                ui.data_mut(|data| data.remove::<String>(id));
                if text_of != pattern && !text_of.trim().is_empty() {
                    answer = Some(Entry::Pattern(text_of));
                }
            } else if edit.has_focus() {
                ui.data_mut(|data| data.insert_temp(id, text_of));
            }
            let (chosen, response) = material_ui(
                ui,
                id.with("material"),
                self.0,
                Some(key),
                room * 0.66 - space::S,
            );
            name(
                &response,
                &text_with("form.material_of", &[("pattern", pattern)]),
            );
            answer = chosen.map(Entry::Material).or(answer.take());
            let remove = text_with("form.remove", &[("title", pattern)]);
            if ui
                .add(IconButton::new(Icon::Delete, &remove).small())
                .clicked()
            {
                answer = Some(Entry::Removed);
            }
        });
        answer
    }
}

/// The map with another entry, or none, at a place.
fn replaced(
    before: &Map<String, Value>,
    index: usize,
    entry: Option<(String, Value)>,
) -> Map<String, Value> {
    let mut after = Map::new();
    for (place, (pattern, material)) in before.iter().enumerate() {
        match &entry {
            _ if place != index => {
                after.insert(pattern.clone(), material.clone());
            }
            Some((pattern, material)) => {
                after.insert(pattern.clone(), material.clone());
            }
            None => {}
        }
    }
    after
}

/// A pattern that the map doesn't have.
fn free_pattern(map: &Map<String, Value>) -> String {
    let wish = text("form.new_part");
    let numbered = (2_u32..).map(|number| format!("{wish} {number}"));
    let mut names = std::iter::once(wish.to_owned()).chain(numbered);
    names
        .find(|name| !map.contains_key(name))
        .expect("numbers go on for longer than a map")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{free_pattern, replaced};

    #[test]
    fn a_changed_pattern_keeps_its_place() {
        let map = json!({"Ball*": "brass", "Cage": "rubber", "Ring": "steel"});
        let map = map.as_object().unwrap();
        let after = replaced(map, 1, Some(("Cage 2".to_owned(), json!("rubber"))));
        assert_eq!(
            after.keys().collect::<Vec<_>>(),
            ["Ball*", "Cage 2", "Ring"]
        );
        assert_eq!(
            replaced(map, 0, None).keys().collect::<Vec<_>>(),
            ["Cage", "Ring"]
        );
    }

    #[test]
    fn a_new_entry_has_a_pattern_of_its_own() {
        let mut map = json!({}).as_object().unwrap().clone();
        let first = free_pattern(&map);
        map.insert(first.clone(), json!("steel"));
        assert_ne!(free_pattern(&map), first);
    }
}
