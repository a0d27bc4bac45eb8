//! The update channel: asked once a day, and an update is installed when a person says so. Builds with the
//! feature `updates` alone have it; docs/packaging.md says what such a build needs.

use std::time::Duration;

use rfd::{MessageButtons, MessageDialog, MessageDialogResult};
use tauri::AppHandle;
use tauri_plugin_updater::{Builder, Result, UpdaterExt as _};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Asks from now on.
pub(crate) fn start(app: &AppHandle) -> tauri::Result<()> {
    app.plugin(Builder::new().build())?;
    let app = app.clone();
    let ask = move || loop {
        if let Err(err) = tauri::async_runtime::block_on(look(&app)) {
            eprintln!("note: the update channel: {err}");
        }
        std::thread::sleep(DAY);
    };
    // Without a thread nobody asks; all else works.
    let _ = std::thread::Builder::new()
        .name("updates".to_owned())
        .spawn(ask);
    Ok(())
}

/// Installs the update that is there, where a person wants it. Its signature is checked before.
async fn look(app: &AppHandle) -> Result<()> {
    let Some(update) = app.updater()?.check().await? else {
        return Ok(());
    };
    let question = MessageDialog::new()
        .set_title("HartOMat Studio")
        .set_description(format!(
            "Version {} is there. Install it now? Runs are stopped, and go on afterwards.",
            update.version
        ))
        .set_buttons(MessageButtons::YesNo);
    if question.show() == MessageDialogResult::Yes {
        update.download_and_install(|_, _| {}, || {}).await?;
        app.restart();
    }
    Ok(())
}
