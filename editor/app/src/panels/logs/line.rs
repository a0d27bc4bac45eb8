//! One line of a log: when, which node, what. A click chooses it, one on the node goes there; the menu
//! copies.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, Id, Rect, Sense, Ui, Vec2, pos2};
use hartomat_schema::{LogLevel, Side, Timestamp};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Theme, mono, size};

use super::LINE;
use crate::Context;
use crate::canvas::clipped;
use crate::command::Commands;
use crate::messages::text;
use crate::parts::{known_ui, reveal, run_node_name};
use crate::runs::{LogCommand, LogEntry, RunView, RunsCommand, known_failure};

/// Width of line numbers, times and node names.
const COLUMNS: [f32; 3] = [58.0, 66.0, 110.0];
/// Letters of a line that are laid out; what is longer can be copied whole.
const LETTERS: usize = 600;

/// A line to be drawn.
pub(super) struct ShownLine<'a> {
    /// What is looked at.
    pub(super) context: &'a Context<'a>,
    /// The run.
    pub(super) view: &'a RunView,
    /// Its place among those that are shown.
    pub(super) index: usize,
    /// The line.
    pub(super) line: LogEntry<'a>,
    /// Whether it is the place that was found.
    pub(super) is_found: bool,
    /// Whether it was chosen.
    pub(super) is_current: bool,
    /// The list, which has the keys.
    pub(super) list: Id,
}

impl ShownLine<'_> {
    /// Draws it and says how wide it is.
    pub(super) fn ui(&self, ui: &mut Ui, commands: &mut Commands) -> f32 {
        let palette = Theme::of(ui.ctx()).palette;
        let text_left: f32 = COLUMNS.iter().sum::<f32>() + 14.0;
        let job = job(self.view, self.line, &palette);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let used = text_left + galley.size().x + 8.0;
        let width = used.max(ui.available_width());
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, LINE), Sense::click());
        let spoken = plain_text(&self.line);
        response.widget_info(|| {
            egui::WidgetInfo::selected(
                egui::WidgetType::SelectableLabel,
                true,
                self.is_current,
                spoken.as_str(),
            )
        });
        if let Some(ground) = self.ground(response.hovered(), &palette) {
            ui.painter().rect_filled(rect, 0, ground);
        }
        self.columns(ui, rect, &palette);
        let is_node_clicked = self.node_ui(ui, rect, &palette);
        let at = pos2(
            rect.left() + text_left,
            rect.center().y - galley.size().y / 2.0,
        );
        ui.painter().galley(at, galley, palette.text);
        if response.clicked() {
            ui.memory_mut(|memory| memory.request_focus(self.list));
            commands.runs(RunsCommand::Log(LogCommand::Current(Some(self.index))));
        }
        if let (Some(node), true) = (self.line.node, is_node_clicked || response.double_clicked()) {
            reveal(node, commands);
        }
        response.context_menu(|ui| self.menu_ui(ui, &spoken, commands));
        used
    }

    fn menu_ui(&self, ui: &mut Ui, spoken: &str, commands: &mut Commands) {
        if ui.button(text("log.copy_line")).clicked() {
            commands.runs(RunsCommand::CopyText(spoken.to_owned()));
            ui.close();
        }
        let Some(node) = self.line.node else {
            return;
        };
        if ui.button(text("log.go_to_node")).clicked() {
            reveal(node, commands);
            ui.close();
        }
        let artifact = self.view.artifact_of(node);
        if let Some(artifact) = artifact
            && ui.button(text("log.go_to_artifact")).clicked()
        {
            commands.runs(RunsCommand::ShowArtifact(artifact.digest));
            ui.close();
        }
        if ui.button(text("log.only_this_node")).clicked() {
            let node = Some(node.clone());
            commands.runs(RunsCommand::Log(LogCommand::OfNode(node)));
            ui.close();
        }
    }

    fn ground(&self, is_hovered: bool, palette: &Palette) -> Option<Color32> {
        Some(match self.line.level {
            _ if self.is_found || self.is_current => palette.selection,
            _ if is_hovered => palette.hover,
            LogLevel::Error => palette.severity_soft(Severity::Error),
            LogLevel::Warning => palette.severity_soft(Severity::Warning),
            LogLevel::Info => return None,
        })
    }

    /// Its number and when; a sign where its failure is known.
    fn columns(&self, ui: &Ui, rect: Rect, palette: &Palette) {
        let font = mono(size::SMALL_TEXT);
        let middle = rect.center().y;
        let color = palette.text_faint;
        let right = pos2(rect.left() + COLUMNS[0] - 8.0, middle);
        let count = self.line.number.to_string();
        let painter = ui.painter();
        painter.text(right, Align2::RIGHT_CENTER, count, font.clone(), color);
        let left = pos2(rect.left() + COLUMNS[0], middle);
        let since = since_text(self.line.at, self.view.record.created_at);
        painter.text(left, Align2::LEFT_CENTER, since, font, color);
        let is_grave = self.line.level != LogLevel::Info;
        let known = is_grave.then(|| known_failure(self.line.text)).flatten();
        if let Some(known) = known {
            let left = rect.left() + COLUMNS.iter().sum::<f32>() - 4.0;
            let place = Rect::from_min_size(pos2(left, rect.top()), Vec2::new(16.0, LINE));
            let color = palette.severity(Severity::Warning);
            let (font, glyph) = (Icon::font(13.0), Icon::Idea.glyph());
            painter.text(place.center(), Align2::CENTER_CENTER, glyph, font, color);
            let id = ui.id().with("known");
            let sign = ui.interact(place, id, Sense::hover());
            hartomat_ui::widgets::name(&sign, known.cause());
            sign.on_hover_ui(|ui| {
                ui.set_max_width(380.0);
                known_ui(ui, known);
            });
        }
    }

    fn node_ui(&self, ui: &Ui, rect: Rect, palette: &Palette) -> bool {
        let left = rect.left() + COLUMNS[0] + COLUMNS[1];
        let place = Rect::from_min_size(pos2(left, rect.top()), Vec2::new(COLUMNS[2], LINE));
        let (name, is_link) = match (self.line.node, self.line.side) {
            (Some(id), _) => (run_node_name(self.context, self.view, id), true),
            (None, Side::Control) => (text("runs.legacy").to_owned(), false),
            (None, Side::Candidate) => (text("log.graph").to_owned(), false),
        };
        let id = ui.id().with("log node");
        let response = is_link.then(|| ui.interact(place, id, Sense::click()));
        let is_hovered = response.as_ref().is_some_and(egui::Response::hovered);
        let color = match (is_link, is_hovered) {
            (true, true) => palette.accent_text,
            (true, false) => palette.text_weak,
            _ => palette.text_faint,
        };
        let font = mono(size::SMALL_TEXT);
        let galley = clipped(ui.painter(), &name, font, color, place.width() - 10.0);
        let at = pos2(place.left(), place.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, color);
        response.is_some_and(|response| response.clicked())
    }
}

/// The line, with what was found in another colour.
fn job(view: &RunView, line: LogEntry<'_>, palette: &Palette) -> LayoutJob {
    let color = match line.level {
        LogLevel::Error => palette.severity(Severity::Error),
        LogLevel::Warning => palette.severity(Severity::Warning),
        LogLevel::Info => palette.text,
    };
    let end = line.text.char_indices().nth(LETTERS).map(|(at, _)| at);
    let shown = &line.text[..end.unwrap_or(line.text.len())];
    let format = |background: Color32, color: Color32| TextFormat {
        font_id: mono(size::SMALL_TEXT),
        color,
        background,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    let mut at = 0;
    for range in view.log.places(shown) {
        let plain = format(Color32::TRANSPARENT, color);
        job.append(&shown[at..range.start], 0.0, plain);
        let light = format(palette.accent, palette.on_accent);
        job.append(&shown[range.clone()], 0.0, light);
        at = range.end;
    }
    job.append(&shown[at..], 0.0, format(Color32::TRANSPARENT, color));
    job
}

/// A line as it is copied and spoken.
pub(super) fn plain_text(line: &LogEntry<'_>) -> String {
    match line.node {
        Some(node) => format!("{node}: {}", line.text),
        None => line.text.to_owned(),
    }
}

/// When, since the run began: `+0:07.3`.
fn since_text(at: Timestamp, begin: Timestamp) -> String {
    let millis = at.millis_since(begin);
    let (minutes, secs) = (millis / 60_000, millis / 1000 % 60);
    format!("+{minutes}:{secs:02}.{}", millis / 100 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_since_the_beginning() {
        let text = since_text(Timestamp(1_067_340), Timestamp(1_000_000));
        assert_eq!(text, "+1:07.3");
    }
}
