//! The icon in the tray and its menu. Where the desktop has no tray, all of it is in the main window.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use hartomat_schema::{RunId, RunRecord, RunState};
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager as _, Wry};

use crate::editor::Opens;
use crate::shell::Shell;
use crate::{autostart, windows};

/// What items of runs begin with.
const RUN: &str = "run:";

/// The tray's icon and what changes in its menu.
pub(crate) struct Tray {
    app: AppHandle,
    icon: TrayIcon,
    menu: Menu<Wry>,
    state: MenuItem<Wry>,
    progress: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    recent: Submenu<Wry>,
    shown: Mutex<Shown>,
}

#[derive(PartialEq, Eq, Default)]
struct Shown {
    sentence: String,
    progress: Option<String>,
    is_paused: bool,
}

impl Tray {
    /// Puts the icon into the tray; none where there is no tray.
    pub(crate) fn new(app: &AppHandle) -> Option<Self> {
        // The library that speaks to trays is loaded when it is needed, and its binding panics without.
        let built = catch_unwind(AssertUnwindSafe(|| Self::build(app)));
        match built {
            Ok(Ok(tray)) => Some(tray),
            Ok(Err(err)) => {
                eprintln!("note: no icon in the tray: {err}");
                None
            }
            Err(_) => {
                eprintln!("note: no icon in the tray: libayatana-appindicator3 is missing");
                None
            }
        }
    }

    fn build(app: &AppHandle) -> tauri::Result<Self> {
        let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
        let told = |id: &str, text: &str| MenuItem::with_id(app, id, text, false, None::<&str>);
        let line = || PredefinedMenuItem::separator(app);
        let is_on = autostart::is_on();
        let at_login =
            CheckMenuItem::with_id(app, "login", "Start at login", true, is_on, None::<&str>)?;
        let (state, progress) = (told("state", "Starting")?, told("progress", "")?);
        let pause = item("pause", "Hold waiting runs back")?;
        let nothing = nothing_yet(app)?;
        let recent =
            Submenu::with_id_and_items(app, "recent", "Recent results", true, &[&nothing])?;
        let (home, editor) = (
            item("home", "Home and settings")?,
            item("editor", "Open editor")?,
        );
        let (review, browser) = (
            item("review", "Review page")?,
            item("browser", "Review page in the browser")?,
        );
        let quit = item("quit", "Quit")?;
        let (one, two, three) = (line()?, line()?, line()?);
        let items: [&dyn IsMenuItem<Wry>; 12] = [
            &state, &pause, &one, &editor, &review, &browser, &recent, &two, &home, &at_login,
            &three, &quit,
        ];
        let menu = Menu::with_items(app, &items)?;
        let icon = TrayIconBuilder::with_id("studio")
            .icon(tauri::include_image!("../icons/32.png"))
            .tooltip("HartOMat Studio")
            .menu(&menu)
            .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
            .build(app)?;
        let (app, shown) = (app.clone(), Mutex::default());
        Ok(Self {
            app,
            icon,
            menu,
            state,
            progress,
            pause,
            recent,
            shown,
        })
    }

    /// Shows how the work stands. Nothing crosses the bus where it is shown already.
    pub(crate) fn show(&self, sentence: &str, progress: Option<&str>, is_paused: bool) {
        let now = Shown {
            sentence: sentence.to_owned(),
            progress: progress.map(str::to_owned),
            is_paused,
        };
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        // A tray that has gone shows nothing.
        let _ = self.bring_up_to_date(&shown, &now);
        *shown = now;
    }

    fn bring_up_to_date(&self, was: &Shown, is: &Shown) -> tauri::Result<()> {
        if was.sentence != is.sentence {
            self.state.set_text(&is.sentence)?;
            self.icon
                .set_tooltip(Some(format!("HartOMat Studio: {}", is.sentence)))?;
        }
        if was.is_paused != is.is_paused {
            self.pause.set_text(match is.is_paused {
                true => "Let waiting runs go on",
                false => "Hold waiting runs back",
            })?;
        }
        match (&was.progress, &is.progress) {
            (was, is) if was == is => {}
            (_, Some(progress)) => self.progress.set_text(progress)?,
            _ => {}
        }
        match (was.progress.is_some(), is.progress.is_some()) {
            (false, true) => self.menu.insert(&self.progress, 1)?,
            (true, false) => self.menu.remove(&self.progress)?,
            _ => {}
        }
        Ok(())
    }

    /// Offers these runs as recent results.
    pub(crate) fn offer(&self, runs: &[RunRecord]) {
        let offer = || -> tauri::Result<()> {
            let items = self.recent.items()?.len();
            if runs.is_empty() {
                self.recent.append(&nothing_yet(&self.app)?)?;
            }
            for run in runs {
                let id = format!("{RUN}{}", run.id);
                self.recent.append(&MenuItem::with_id(
                    &self.app,
                    id,
                    label(run),
                    true,
                    None::<&str>,
                )?)?;
            }
            for _ in 0..items {
                self.recent.remove_at(0)?;
            }
            Ok(())
        };
        // A tray that has gone offers nothing.
        let _ = offer();
    }
}

fn nothing_yet(app: &AppHandle) -> tauri::Result<MenuItem<Wry>> {
    MenuItem::with_id(app, "nothing", "Nothing yet", false, None::<&str>)
}

/// Whether the desktop shows icons in a tray: without one a closed window would be gone for good.
pub(crate) fn has_host() -> bool {
    let ask = || -> zbus::Result<bool> {
        let bus = zbus::blocking::Connection::session()?;
        let bus = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        Ok(bus.name_has_owner("org.kde.StatusNotifierWatcher".try_into()?)?)
    };
    ask().unwrap_or_default()
}

fn label(run: &RunRecord) -> String {
    let how = match (run.state, run.verdict) {
        (RunState::Succeeded, Some(verdict)) => verdict.to_string(),
        (state, _) => state.as_str().replace('_', " "),
    };
    let label = format!("{} · {} · {how}", run.workflow_name, run.cad_file);
    // One alone would mark the letter that chooses the item.
    label.replace('&', "&&")
}

fn chosen(app: &AppHandle, item: &str) {
    let shell = app.state::<Arc<Shell>>().inner().clone();
    let item = item.to_owned();
    // The main thread draws; what asks the agent waits elsewhere.
    let work = move || match item.as_str() {
        "home" => shell.told(windows::main(&shell.app)),
        "editor" => shell.told(shell.open_editor(&Opens::Start)),
        "review" => shell.told(windows::review(&shell, "/runs")),
        "browser" => shell.told(windows::review_in_browser(&shell, "/runs")),
        "pause" => {
            let is_paused = shell.work().is_paused;
            shell.told(shell.pause(!is_paused));
        }
        "login" => shell.told(autostart::set(!autostart::is_on())),
        "quit" => shell.ask_quit(),
        run => {
            if let Some(Ok(run)) = run.strip_prefix(RUN).map(RunId::new) {
                shell.told(shell.open_run(&run));
            }
        }
    };
    // Without a thread the machine is in such trouble that nothing else would work.
    let _ = std::thread::Builder::new()
        .name("chosen".to_owned())
        .spawn(work);
}
