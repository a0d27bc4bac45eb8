//! What forms say, from the message files.

use hartomat_ui::form::FormText;

use crate::messages::text;

/// The form's words in the person's language.
pub(crate) fn form_words() -> FormText {
    let text = |key| text(key).to_owned();
    FormText {
        reset: text("form.reset"),
        default_value: text("form.default_value"),
        mixed: text("form.mixed"),
        not_set: text("form.not_set"),
        set: text("form.set"),
        add: text("form.add"),
        remove: text("form.remove"),
        move_up: text("form.move_up"),
        move_down: text("form.move_down"),
        item: text("form.item"),
        empty: text("form.empty"),
        key: text("form.key"),
        key_taken: text("form.key_taken"),
        unknown: text("form.unknown"),
        read_only: text("form.read_only"),
        choose_path: text("form.choose_path"),
        choose_color: text("form.choose_color"),
        shade: text("form.shade"),
        hue: text("form.hue"),
        opacity: text("form.opacity"),
        clamped: text("form.clamped"),
        not_a_number: text("form.not_a_number"),
        range: text("form.range"),
        at_least: text("form.at_least"),
        at_most: text("form.at_most"),
        preset: text("form.preset"),
        custom: text("form.custom"),
        square: text("form.square"),
        swap: text("form.swap"),
        keep_aspect: text("form.keep_aspect"),
        nothing_found: text("form.nothing_found"),
        no_settings: text("form.no_settings"),
        deprecated: text("form.deprecated"),
        changed: text("form.changed"),
        variant: text("form.variant"),
    }
}
