//! An empty window with the editor's size and renderer, which says when its first frame is on screen and
//! leaves: what `bench/editor_start.py` measures the editor's start against.

use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;

/// Draws nothing.
struct Bare;

impl eframe::App for Bare {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        // The first frame was presented once the second one begins.
        if ui.ctx().cumulative_frame_nr() > 0 {
            eprintln!("first frame");
            std::process::exit(0);
        }
        ui.ctx().request_repaint();
    }
}

fn main() -> eframe::Result {
    let options = NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Bare")
            .with_inner_size([1440.0, 900.0]),
        renderer: Renderer::Wgpu,
        ..NativeOptions::default()
    };
    eframe::run_native("bare", options, Box::new(|_| Ok(Box::new(Bare))))
}
