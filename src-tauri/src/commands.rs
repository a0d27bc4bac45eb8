//! What the shell's own pages can ask for. `build.rs` lists the same, and `capabilities` say which window
//! may ask for what.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use hartomat_api::{ApiError, Backend as _, ErrorKind, RunQuery};
use hartomat_app::{how_to_get, missing_reason};
use hartomat_schema::{RunId, RunState, WorkflowId};
use serde_json::{Value, json};
use tauri::{Manager as _, State};

use crate::editor::Opens;
use crate::shell::Shell;
use crate::{autostart, samples, settings, windows};

/// Runs that home shows.
const RECENT: u32 = 5;

type Asked<'a> = State<'a, Arc<Shell>>;
type Answer = Result<Value, Value>;

/// Does what may wait on a thread that may.
async fn elsewhere(
    shell: Asked<'_>,
    work: impl FnOnce(&Arc<Shell>) -> Result<Value, ApiError> + Send + 'static,
) -> Answer {
    let shell = shell.inner().clone();
    let done = tauri::async_runtime::spawn_blocking(move || work(&shell)).await;
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(err)) => Err(json!({ "message": err.message, "hint": err.hints.join("; ") })),
        Err(_) => Err(json!({ "message": "the shell could not do that", "hint": "" })),
    }
}

fn run_of(text: String) -> Result<RunId, ApiError> {
    RunId::new(text).map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))
}

/// All that home and the first start show.
#[tauri::command]
pub(crate) async fn home(shell: Asked<'_>) -> Answer {
    elsewhere(shell, |shell| {
        let link = shell.agent.link()?;
        let page = link.client.run_list(&RunQuery {
            states: vec![RunState::Succeeded, RunState::FellBack, RunState::Failed],
            limit: Some(RECENT),
            ..RunQuery::default()
        })?;
        let runs = page.runs.iter().map(|run| link.client.run_get(&run.id));
        let data_dir = shell.agent.data_dir();
        Ok(json!({
            "state": shell.work().json(Instant::now()),
            "version": env!("CARGO_PKG_VERSION"),
            "data_dir": data_dir,
            "is_hosted": link.is_hosted,
            "is_first_start_over": settings::is_first_start_over(&data_dir),
            "starts_at_login": autostart::is_on(),
            "recent": runs.collect::<Result<Vec<_>, _>>()?,
        }))
    })
    .await
}

/// Which tools there are, and how to get those that are missing.
#[tauri::command]
pub(crate) async fn tools(shell: Asked<'_>) -> Answer {
    elsewhere(shell, |shell| {
        let info = shell.agent.link()?.client.info()?;
        let tools = info.tools.iter().map(|(tool, version)| {
            let missing = missing_reason(version);
            let fix = missing.as_ref().map(|_| how_to_get(tool));
            json!({ "tool": tool, "version": version, "missing": missing, "fix": fix })
        });
        Ok(json!({ "tools": tools.collect::<Value>(), "notices": info.notices }))
    })
    .await
}

/// Makes the first picture, or compares both sides on it; gives the run.
#[tauri::command]
pub(crate) async fn first_run(shell: Asked<'_>, compares: bool) -> Answer {
    elsewhere(shell, move |shell| {
        let link = shell.agent.link()?;
        let record = samples::dispatch(&*link.client, &shell.agent.data_dir(), compares)?;
        Ok(json!({ "run": record.id }))
    })
    .await
}

/// A run with all that is known of it.
#[tauri::command]
pub(crate) async fn run_get(shell: Asked<'_>, run: String) -> Answer {
    elsewhere(shell, |shell| {
        Ok(json!(shell.agent.link()?.client.run_get(&run_of(run)?)?))
    })
    .await
}

/// Ends the first start.
#[tauri::command]
pub(crate) async fn first_start_done(shell: Asked<'_>) -> Answer {
    elsewhere(shell, |shell| {
        settings::end_first_start(&shell.agent.data_dir())
            .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        Ok(Value::Null)
    })
    .await
}

/// Asks the person for a folder; none where they changed their mind.
#[tauri::command]
pub(crate) async fn data_folder_choose(shell: Asked<'_>) -> Answer {
    let dialog = rfd::AsyncFileDialog::new()
        .set_title("Where HartOMat Studio keeps its data")
        .set_directory(shell.agent.data_dir());
    let dialog = match shell.app.get_webview_window(windows::MAIN) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    };
    let chosen = dialog.pick_folder().await;
    Ok(json!(chosen.map(|folder| folder.path().to_owned())))
}

/// Goes on in another data folder, now and at the next start.
#[tauri::command]
pub(crate) async fn data_folder_set(shell: Asked<'_>, folder: PathBuf) -> Answer {
    elsewhere(shell, move |shell| {
        let refused = |message: &str| Err(ApiError::new(ErrorKind::InvalidInput, message));
        if !folder.is_absolute() {
            return refused("name the folder by its whole path");
        }
        if shell.work().counts() != (0, 0) {
            return refused("runs are under way: change the folder when they are done");
        }
        let before = shell.agent.data_dir();
        shell.agent.move_to(folder.clone())?;
        settings::choose_data_dir(&folder).map_err(|err| {
            // Where it can't be remembered, the next start would go back. Who asks next hears why, if so.
            let _ = shell.agent.move_to(before);
            ApiError::from_source(ErrorKind::Internal, &err)
        })?;
        Ok(json!({ "data_dir": folder }))
    })
    .await
}

/// Opens a window of the editor: on a workflow, or on the start screen.
#[tauri::command]
pub(crate) async fn editor_open(shell: Asked<'_>, workflow: Option<String>) -> Answer {
    elsewhere(shell, move |shell| {
        let workflow = workflow.map(WorkflowId::new).transpose();
        let workflow =
            workflow.map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
        shell.open_editor(&workflow.map_or(Opens::Start, Opens::Workflow))?;
        Ok(Value::Null)
    })
    .await
}

/// Shows the review page, or a run on it.
#[tauri::command]
pub(crate) async fn review_open(shell: Asked<'_>, run: Option<String>, in_browser: bool) -> Answer {
    elsewhere(shell, move |shell| {
        match (run, in_browser) {
            (Some(run), _) => shell.open_run(&run_of(run)?)?,
            (None, true) => windows::review_in_browser(shell, "/runs")?,
            (None, false) => windows::review(shell, "/runs")?,
        }
        Ok(Value::Null)
    })
    .await
}

/// Switches starting at login on or off.
#[tauri::command]
pub(crate) async fn autostart_set(shell: Asked<'_>, is_on: bool) -> Answer {
    elsewhere(shell, move |_| {
        autostart::set(is_on)?;
        Ok(json!(autostart::is_on()))
    })
    .await
}

/// Holds waiting runs back, or lets them go.
#[tauri::command]
pub(crate) async fn queue_pause(shell: Asked<'_>, is_paused: bool) -> Answer {
    elsewhere(shell, move |shell| {
        shell.pause(is_paused).map(|()| Value::Null)
    })
    .await
}

/// Quits, after asking where runs would be stopped by it.
#[tauri::command]
pub(crate) async fn quit(shell: Asked<'_>) -> Answer {
    elsewhere(shell, |shell| {
        shell.ask_quit();
        Ok(Value::Null)
    })
    .await
}

/// What quitting would stop.
#[tauri::command]
pub(crate) async fn quit_question(shell: Asked<'_>) -> Answer {
    Ok(shell.work().json(Instant::now()))
}

/// The answer to that: `now`, `afterwards`, or anything else to stay.
#[tauri::command]
pub(crate) async fn quit_choose(shell: Asked<'_>, choice: String) -> Answer {
    match choice.as_str() {
        "now" => shell.app.exit(0),
        choice => {
            if let Some(window) = shell.app.get_webview_window(windows::QUIT) {
                // One that has gone needs no closing.
                let _ = window.destroy();
            }
            shell.quit_when_idle(choice == "afterwards");
        }
    }
    Ok(Value::Null)
}
