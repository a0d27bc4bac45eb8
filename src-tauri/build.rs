//! What Tauri makes before the build: permissions for the commands that the shell has, and no others.

/// Each command here may be allowed to a window by a file in `capabilities`; none is by itself.
const COMMANDS: &[&str] = &[
    "autostart_set",
    "data_folder_choose",
    "data_folder_set",
    "editor_open",
    "first_run",
    "first_start_done",
    "home",
    "queue_pause",
    "quit",
    "quit_choose",
    "quit_question",
    "review_open",
    "run_get",
    "tools",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect("tauri.conf.json and capabilities are valid");
}
