//! The shell's windows. The main window and the question have the shell's own pages and commands; the
//! review window shows the agent's page, has no commands, and stays at the agent's address.

use std::sync::{Arc, Mutex, PoisonError};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_process::start_detached;
use tauri::plugin::TauriPlugin;
use tauri::webview::NewWindowResponse;
use tauri::window::{Color, ProgressBarState, ProgressBarStatus};
use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};
use tauri_plugin_window_state::StateFlags;
use url::{Origin, Url};

use crate::editor::with_environment;
use crate::shell::Shell;

/// First start, then home.
pub(crate) const MAIN: &str = "main";
/// The question before quitting.
pub(crate) const QUIT: &str = "quit";
/// The review page.
const REVIEW: &str = "review";
/// What is there before a page has drawn: the canvas of the dark colours.
const CANVAS: Color = Color(0x13, 0x15, 0x19, 0xff);

/// Where the review window may be: at the agent's address, which is another after a change of folder.
#[derive(Clone, Default)]
pub(crate) struct ReviewPlace(Arc<Mutex<Option<Origin>>>);

impl ReviewPlace {
    fn allow(&self, address: &Url) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(address.origin());
    }

    fn allows(&self, address: &Url) -> bool {
        let allowed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        allowed.as_ref() == Some(&address.origin())
    }
}

/// Remembers where windows stood, and how large; the question is asked where it is seen.
pub(crate) fn remembered() -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .with_denylist(&[QUIT])
        .with_filename("windows.json")
        .build()
}

/// Opens the main window, or brings it to the front.
pub(crate) fn main(app: &AppHandle) -> Result<(), ApiError> {
    if let Some(window) = app.get_webview_window(MAIN) {
        return to_front(&window);
    }
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("HartOMat Studio")
        .inner_size(980.0, 720.0)
        .min_inner_size(560.0, 480.0)
        .background_color(CANVAS)
        .build()
        .map(|_| ())
        .map_err(|err| broken(&err))
}

/// Asks whether to quit.
pub(crate) fn quit(app: &AppHandle) -> Result<(), ApiError> {
    if let Some(window) = app.get_webview_window(QUIT) {
        return to_front(&window);
    }
    WebviewWindowBuilder::new(app, QUIT, WebviewUrl::App("quit.html".into()))
        .title("Quit HartOMat Studio?")
        .inner_size(560.0, 230.0)
        .resizable(false)
        .maximizable(false)
        .center()
        .background_color(CANVAS)
        .build()
        .map(|_| ())
        .map_err(|err| broken(&err))
}

/// Shows an address of the review page, signed in.
pub(crate) fn review(shell: &Shell, path: &str) -> Result<(), ApiError> {
    let address = signed_in(shell, path)?;
    shell.review.allow(&address);
    if let Some(window) = shell.app.get_webview_window(REVIEW) {
        window.navigate(address).map_err(|err| broken(&err))?;
        return to_front(&window);
    }
    let review = shell.review.clone();
    WebviewWindowBuilder::new(&shell.app, REVIEW, WebviewUrl::External(address))
        .title("Review – HartOMat Studio")
        .inner_size(1280.0, 860.0)
        .min_inner_size(360.0, 480.0)
        .background_color(CANVAS)
        // Its session ends with it.
        .incognito(true)
        .on_navigation(move |url| review.allows(url))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
        .map(|_| ())
        .map_err(|err| broken(&err))
}

/// The same in the person's browser.
pub(crate) fn review_in_browser(shell: &Shell, path: &str) -> Result<(), ApiError> {
    let address = signed_in(shell, path)?;
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let launch = with_environment(hartomat_process::Launch::new(opener).arg(address.as_str()));
    let log = shell.agent.data_dir().join("opened.log");
    let started = start_detached(&launch, &log);
    started.map(|_| ()).map_err(|err| {
        ApiError::from_source(ErrorKind::EnvironmentMissing, &err)
            .hint("the review page opens in a window as well")
    })
}

/// An address with a code in place of the token: it signs one browser in, once, within a minute.
fn signed_in(shell: &Shell, path: &str) -> Result<Url, ApiError> {
    let client = shell.agent.link()?.client;
    let code = client.sign_in_code()?;
    let invalid = |err: url::ParseError| ApiError::from_source(ErrorKind::Internal, &err);
    let mut address = Url::parse(client.address())
        .and_then(|url| url.join(&code.address))
        .map_err(invalid)?;
    address.query_pairs_mut().append_pair("back", path);
    Ok(address)
}

/// Shows on the task bar how far the work has come.
pub(crate) fn show_progress(app: &AppHandle, share: Option<f64>, is_paused: bool) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let status = match (share, is_paused) {
        (None, _) => ProgressBarStatus::None,
        (Some(_), true) => ProgressBarStatus::Paused,
        (Some(_), false) => ProgressBarStatus::Normal,
    };
    // Desktops without a task bar that shows it don't.
    let _ = window.set_progress_bar(ProgressBarState {
        status: Some(status),
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 100"
        )]
        progress: share.map(|share| (share * 100.0) as u64),
    });
}

fn to_front(window: &WebviewWindow) -> Result<(), ApiError> {
    let shown = window.show().and_then(|()| window.unminimize());
    shown
        .and_then(|()| window.set_focus())
        .map_err(|err| broken(&err))
}

fn broken(err: &tauri::Error) -> ApiError {
    ApiError::from_source(ErrorKind::EnvironmentMissing, err)
}
