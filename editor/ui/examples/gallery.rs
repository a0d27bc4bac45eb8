//! Everything of the look on one page each: `cargo run -p hartomat-ui --example gallery -- FOLDER`
//! renders the pages, dark and light, as pictures into a folder.

use std::fs::File;
use std::path::PathBuf;

use egui_kittest::Harness;
use hartomat_ui::{Mode, Theme};

#[path = "gallery/page.rs"]
mod page;
#[path = "gallery/form.rs"]
mod sample_form;

/// Name, size in points, and what draws it.
type Page = (&'static str, egui::Vec2, fn(&mut egui::Ui));

fn main() {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "gallery".into())
        .into();
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, mode) in [("dark", Mode::Dark), ("light", Mode::Light)] {
        let pages: [Page; 3] = [
            ("widgets", egui::vec2(1180.0, 860.0), page::widgets_ui),
            ("forms", egui::vec2(1180.0, 900.0), sample_form::forms_ui),
            ("colors", egui::vec2(1180.0, 640.0), page::colors_ui),
        ];
        for (page, size, draw) in pages {
            let mut harness = Harness::builder()
                .with_size(size)
                .with_pixels_per_point(1.5)
                .wgpu()
                .build_ui(move |ui| {
                    if Theme::new(mode).apply(ui.ctx()) {
                        draw(ui);
                    }
                });
            harness.run_steps(4);
            let picture = harness.render().expect("the page renders");
            let path = folder.join(format!("{page}-{name}.png"));
            let file = File::create(&path).expect("the picture can be saved");
            let mut encoder = png::Encoder::new(file, picture.width(), picture.height());
            encoder.set_color(png::ColorType::Rgba);
            let mut writer = encoder.write_header().expect("the picture can be saved");
            let written = writer.write_image_data(picture.as_raw());
            written.expect("the picture can be saved");
        }
    }
}
