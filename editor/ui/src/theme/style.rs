//! The theme in egui's own terms.

use std::collections::BTreeMap;

use egui::style::{
    NumericColorSpace, ScrollStyle, Selection, Spacing, TextCursorStyle, WidgetVisuals, Widgets,
};
use egui::{
    Color32, CornerRadius, FontId, Margin, Shadow, Stroke, Style, TextStyle, Vec2, Visuals,
};

use super::{Mode, Palette, Theme, fonts, radius, size, space};

pub(super) fn style(theme: &Theme) -> Style {
    let mut style = Style {
        text_styles: text_styles(),
        drag_value_text_style: TextStyle::Body,
        spacing: spacing(),
        visuals: visuals(theme.mode, &theme.palette),
        animation_time: 0.1,
        ..Style::default()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.url_in_tooltip = true;
    style
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    [
        (TextStyle::Small, fonts::regular(size::SMALL_TEXT)),
        (TextStyle::Body, fonts::regular(size::TEXT)),
        (TextStyle::Button, fonts::regular(size::TEXT)),
        (TextStyle::Monospace, fonts::mono(size::TEXT - 1.0)),
        (TextStyle::Heading, fonts::semibold(size::HEADING)),
        (
            TextStyle::Name(fonts::MEDIUM.into()),
            fonts::medium(size::TEXT),
        ),
        (
            TextStyle::Name(fonts::SEMIBOLD.into()),
            fonts::semibold(size::TEXT),
        ),
    ]
    .into()
}

fn spacing() -> Spacing {
    Spacing {
        item_spacing: Vec2::new(space::M, space::S),
        window_margin: Margin::same(space::L as i8),
        menu_margin: Margin::same(5),
        button_padding: Vec2::new(9.0, 4.0),
        indent: 14.0,
        interact_size: Vec2::new(32.0, size::CONTROL),
        combo_width: 80.0,
        icon_width: 16.0,
        icon_width_inner: 9.0,
        icon_spacing: 6.0,
        menu_spacing: 4.0,
        tooltip_width: 320.0,
        scroll: ScrollStyle {
            bar_width: 8.0,
            floating_allocated_width: 0.0,
            dormant_handle_opacity: 0.35,
            dormant_background_opacity: 0.0,
            ..ScrollStyle::floating()
        },
        ..Spacing::default()
    }
}

fn visuals(mode: Mode, palette: &Palette) -> Visuals {
    let base = match mode {
        Mode::Dark => Visuals::dark(),
        Mode::Light => Visuals::light(),
    };
    let large = CornerRadius::same(radius::LARGE);
    Visuals {
        weak_text_color: Some(palette.text_weak),
        widgets: widgets(palette),
        selection: Selection {
            bg_fill: palette.selection,
            stroke: Stroke::new(1.5, palette.accent_text),
        },
        hyperlink_color: palette.accent_text,
        faint_bg_color: palette.panel.lerp_to_gamma(palette.control, 0.35),
        extreme_bg_color: palette.field,
        text_edit_bg_color: Some(palette.field),
        code_bg_color: palette.field,
        warn_fg_color: palette.severity(super::Severity::Warning),
        error_fg_color: palette.severity(super::Severity::Error),
        window_corner_radius: large,
        menu_corner_radius: large,
        window_fill: palette.raised,
        window_stroke: Stroke::new(1.0, palette.border_strong),
        panel_fill: palette.panel,
        window_shadow: shadow(palette, [0, 12], 32),
        popup_shadow: shadow(palette, [0, 6], 18),
        text_cursor: TextCursorStyle {
            stroke: Stroke::new(1.5, palette.accent_text),
            ..base.text_cursor.clone()
        },
        slider_trailing_fill: true,
        indent_has_left_vline: false,
        numeric_color_space: NumericColorSpace::GammaByte,
        interact_cursor: None,
        disabled_alpha: 0.5,
        ..base
    }
}

fn shadow(palette: &Palette, offset: [i8; 2], blur: u8) -> Shadow {
    Shadow {
        offset,
        blur,
        spread: 0,
        color: palette.shadow,
    }
}

fn widgets(palette: &Palette) -> Widgets {
    let state = |fill: Color32, outline: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: CornerRadius::same(radius::MEDIUM),
        fg_stroke: Stroke::new(1.25, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(palette.panel, palette.border, palette.text),
        inactive: state(palette.control, palette.border, palette.text),
        hovered: state(palette.hover, palette.border_strong, palette.text_strong),
        active: state(palette.pressed, palette.accent_text, palette.text_strong),
        open: state(palette.hover, palette.border_strong, palette.text_strong),
    }
}
