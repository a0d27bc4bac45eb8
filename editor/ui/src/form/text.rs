//! The words that forms bring along, for the app to translate.

/// Words of forms. `{…}` stands for what is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormText {
    /// Name of the button that resets a field. `{title}`.
    pub reset: String,
    /// The default of a field, in its tooltip. `{value}`.
    pub default_value: String,
    /// Shown where several nodes differ.
    pub mixed: String,
    /// Shown where a setting has no value.
    pub not_set: String,
    /// Name of the switch that gives a setting a value. `{title}`.
    pub set: String,
    /// Button that adds to a list or map.
    pub add: String,
    /// Name of the button that removes. `{title}`.
    pub remove: String,
    /// Name of the button that moves up. `{title}`.
    pub move_up: String,
    /// Name of the button that moves down. `{title}`.
    pub move_down: String,
    /// Name of an item of a list. `{number}`.
    pub item: String,
    /// An empty list or map.
    pub empty: String,
    /// Name of the field with an entry's key.
    pub key: String,
    /// Said when a map has the key already. `{key}`.
    pub key_taken: String,
    /// Title of the settings that the schema doesn't know.
    pub unknown: String,
    /// Said beside what this version can't edit.
    pub read_only: String,
    /// Name of the button that opens a dialog for a path. `{title}`.
    pub choose_path: String,
    /// Name of the button that opens a colour picker. `{title}`.
    pub choose_color: String,
    /// Name of the square of a colour picker.
    pub shade: String,
    /// Name of its bar of hues.
    pub hue: String,
    /// Name of its bar of opacity.
    pub opacity: String,
    /// Said when a number was typed outside its range. `{range}`.
    pub clamped: String,
    /// Said when what was typed is no number. `{input}`.
    pub not_a_number: String,
    /// A range of numbers. `{least}`, `{most}`.
    pub range: String,
    /// A range without an upper end. `{least}`.
    pub at_least: String,
    /// A range without a lower end. `{most}`.
    pub at_most: String,
    /// Label of the menu with sizes of pictures.
    pub preset: String,
    /// The size in that menu where no entry fits.
    pub custom: String,
    /// A square size. `{size}`.
    pub square: String,
    /// Name of the button that swaps width and height.
    pub swap: String,
    /// Name of the button that keeps the aspect.
    pub keep_aspect: String,
    /// Said when the search finds no setting. `{search}`.
    pub nothing_found: String,
    /// Said where a schema has no settings.
    pub no_settings: String,
    /// Marks what will go away.
    pub deprecated: String,
    /// How many settings of a group differ from their defaults. `{count}`.
    pub changed: String,
    /// Name of the choice of a variant. `{title}`.
    pub variant: String,
}

impl FormText {
    /// The words in English.
    pub fn english() -> Self {
        let text = str::to_owned;
        Self {
            reset: text("Reset {title} to default"),
            default_value: text("Default: {value}"),
            mixed: text("mixed"),
            not_set: text("not set"),
            set: text("Set {title}"),
            add: text("Add"),
            remove: text("Remove {title}"),
            move_up: text("Move {title} up"),
            move_down: text("Move {title} down"),
            item: text("Item {number}"),
            empty: text("Nothing yet"),
            key: text("Name"),
            key_taken: text("“{key}” is there already"),
            unknown: text("Kept, not used by this version"),
            read_only: text("can't be edited here"),
            choose_path: text("Choose {title}…"),
            choose_color: text("Choose {title}"),
            shade: text("Saturation and brightness"),
            hue: text("Hue"),
            opacity: text("Opacity"),
            clamped: text("Kept within {range}"),
            not_a_number: text("“{input}” isn't a number"),
            range: text("{least} to {most}"),
            at_least: text("{least} or more"),
            at_most: text("{most} or less"),
            preset: text("Preset"),
            custom: text("Custom"),
            square: text("Square {size}"),
            swap: text("Swap width and height"),
            keep_aspect: text("Keep the aspect"),
            nothing_found: text("No setting matches “{search}”"),
            no_settings: text("Nothing to set"),
            deprecated: text("deprecated"),
            changed: text("{count} changed"),
            variant: text("{title}: kind"),
        }
    }
}

impl Default for FormText {
    fn default() -> Self {
        Self::english()
    }
}

/// The text with one name filled in.
pub(super) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}
