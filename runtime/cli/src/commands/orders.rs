//! `hartomat output-types` and `hartomat orders`.

use std::fmt::Write as _;
use std::path::Path;

use hartomat_api::{
    ApiError, CalibrationRequest, DispatchRequest, ErrorKind, ImportFormat, ImportOutcome,
    ImportReport, ImportRequest, OrderDetail, OrderLineDetail, OutputTypeDraft, OutputTypeEntry,
    SubjectSource, WorkflowSource,
};
use hartomat_schema::{
    CalibrationState, OrderLine, OrderLineId, OrderStatus, OutputType, OutputTypeId,
};
use serde_json::{Value, json};

use super::Session;
use super::run::{check_detach, make_run, plain};
use crate::args::{Calibrate, OrderRun, OrdersCommand, OutputTypesCommand};
use crate::exit::Exit;
use crate::interrupt;
use crate::outcome::{Outcome, error_after};
use crate::progress::say;

/// How often a calibration is looked at.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(200);
/// The largest list.
const MAX_LIST_BYTES: u64 = 8 << 20;

pub(crate) fn output_types(
    session: &Session,
    command: OutputTypesCommand,
) -> Result<Outcome, ApiError> {
    match command {
        OutputTypesCommand::List => {
            let entries = session.backend()?.output_type_list()?;
            let mut text: String = entries.iter().map(entry_line).collect();
            if entries.is_empty() {
                text.push_str("no output type yet: `hartomat output-types add` makes one\n");
            }
            Ok(Outcome::ok(text, &entries))
        }
        OutputTypesCommand::Show { id } => {
            let entry = find(session, &id)?;
            let json = serde_json::to_string_pretty(&entry.output_type).unwrap_or_default();
            // Beside the document, which `set` reads again.
            say(&noise_floor(&entry));
            Ok(Outcome::ok(format!("{json}\n"), &entry))
        }
        OutputTypesCommand::Add { name, workflow } => {
            let draft = OutputTypeDraft { name, workflow };
            let entry = session.backend()?.output_type_create(&draft)?;
            Ok(Outcome::ok(entry_line(&entry), &entry))
        }
        OutputTypesCommand::Set { file } => {
            let text = read_text(&file)?;
            let output_type: OutputType = serde_json::from_str(&text).map_err(|err| {
                let message = format!("`{}` is no output type: {err}", file.display());
                ApiError::new(ErrorKind::InvalidInput, message)
                    .hint("`hartomat output-types show ID` prints one")
            })?;
            let entry = session.backend()?.output_type_put(&output_type)?;
            Ok(Outcome::ok(entry_line(&entry), &entry))
        }
    }
}

pub(crate) fn orders(session: &Session, command: OrdersCommand) -> Result<Outcome, ApiError> {
    match command {
        OrdersCommand::List => {
            let entries = session.backend()?.order_list()?;
            let mut text = String::new();
            for entry in &entries {
                let _ = writeln!(
                    text,
                    "{:<12} {} of {} delivered  {}  {}",
                    entry.status.as_str(),
                    entry.delivered,
                    entry.lines,
                    entry.order.id,
                    entry.order.customer
                );
            }
            if entries.is_empty() {
                text.push_str("no orders yet: `hartomat orders import` takes a list in\n");
            }
            Ok(Outcome::ok(text, &entries))
        }
        OrdersCommand::Show { id } => {
            let order = session.backend()?.order_get(&id)?;
            Ok(Outcome::ok(order_text(&order), &order))
        }
        OrdersCommand::Import {
            file,
            dry_run,
            skip_refused,
        } => {
            let is_json = file.extension().is_some_and(|it| it == "json");
            let request = ImportRequest {
                format: if is_json {
                    ImportFormat::Json
                } else {
                    ImportFormat::Csv
                },
                text: read_text(&file)?,
                dry_run,
                skip_refused,
            };
            let report = session.backend()?.import(&request)?;
            let exit = match report.count(ImportOutcome::Refused) {
                0 => Exit::Ok,
                _ => Exit::InvalidInput,
            };
            Ok(Outcome::with(exit, import_text(&report), &report))
        }
        OrdersCommand::Run(command) => run(session, &command),
        OrdersCommand::Notifications => {
            let notifications = session.backend()?.notification_list()?;
            let mut text = String::new();
            for note in &notifications {
                let who = note.recipients.join(", ");
                let (day, channel) = (note.at.date(), &note.channel);
                let _ = writeln!(text, "{day}  {channel:<8} to {who}: {}", note.subject);
            }
            if notifications.is_empty() {
                text.push_str("nobody has been told of anything yet\n");
            }
            Ok(Outcome::ok(text, &notifications))
        }
    }
}

/// Runs what is open, one line after the other; the worst of their exit codes is the order's. A line that
/// can't be run keeps none of the others from it; after one that was cancelled nothing more is begun.
fn run(session: &Session, command: &OrderRun) -> Result<Outcome, ApiError> {
    check_detach(session, &command.options)?;
    let order = session.backend()?.order_get(&command.id)?;
    let mut exits = Vec::new();
    let mut failures = Vec::new();
    let due =
        |line: &&OrderLineDetail| matches!(line.status, OrderStatus::Open | OrderStatus::Failed);
    for OrderLineDetail { line, .. } in order.lines.iter().filter(due) {
        if interrupt::has_happened() {
            exits.push(Exit::Cancelled);
            break;
        }
        let made = run_line(session, command, line);
        let made = made.unwrap_or_else(|err| Outcome::from_error(&err));
        exits.push(made.exit);
        if made.error.is_some() || made.exit == Exit::Unreachable {
            say(&format!(
                "order line {}:\n{}",
                line.id,
                made.text.trim_end()
            ));
            failures.push(json!({ "line": line.id, "error": made.error, "data": made.data }));
        }
        if made.exit == Exit::Cancelled {
            break;
        }
    }
    let is_begun = exits.iter().any(|exit| *exit != Exit::Unreachable);
    let order = session.backend()?.order_get(&command.id);
    let order = order.map_err(|err| match is_begun {
        true => {
            let way_on = format!("`hartomat orders show {}` shows them", command.id);
            error_after("lines of the order were run", way_on, err)
        }
        false => err,
    })?;
    let mut outcome = Outcome::with(worst_of(&exits), order_text(&order), &order);
    if let Value::Object(data) = &mut outcome.data {
        data.insert("failures".to_owned(), json!(failures));
    }
    Ok(outcome)
}

fn run_line(session: &Session, command: &OrderRun, line: &OrderLine) -> Result<Outcome, ApiError> {
    let output_type = find(session, &line.output_type)?.output_type;
    let request = DispatchRequest {
        budget_secs: command.options.budget_secs,
        priority: command.options.priority.map(Into::into).unwrap_or_default(),
        ..DispatchRequest::new(
            WorkflowSource::Saved(output_type.workflow),
            SubjectSource::OrderLine(line.id.clone()),
        )
    };
    let folder = command.output.as_ref();
    let folder = folder.map(|output| output.join(folder_name(&line.id)));
    make_run(session, &request, &command.options, folder.as_deref())
}

/// The worst exit code. `unreachable` promises that nothing was begun, so that it is an order's only where
/// it is each line's.
fn worst_of(exits: &[Exit]) -> Exit {
    let worst = exits.iter().copied().max_by_key(|exit| exit.code());
    match worst.unwrap_or(Exit::Ok) {
        Exit::Unreachable if exits.iter().any(|exit| *exit != Exit::Unreachable) => Exit::Internal,
        worst => worst,
    }
}

/// An id as one plain component of a path, unlike every other id's.
fn folder_name(line: &OrderLineId) -> String {
    if let Ok(name) = plain(line.as_str()) {
        return name.to_owned();
    }
    let bytes = line.as_str().bytes().map(|byte| {
        let is_plain = byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        match is_plain {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        }
    });
    bytes.collect()
}

fn find(session: &Session, id: &OutputTypeId) -> Result<OutputTypeEntry, ApiError> {
    let entries = session.backend()?.output_type_list()?;
    let found = entries
        .into_iter()
        .find(|entry| entry.output_type.id == *id);
    found.ok_or_else(|| {
        let message = format!("there is no output type `{id}`");
        ApiError::new(ErrorKind::NotFound, message).hint("`hartomat output-types list` shows them")
    })
}

/// Renders with legacy alone until the noise floor is known.
pub(crate) fn calibrate(session: &Session, command: &Calibrate) -> Result<Outcome, ApiError> {
    let request = CalibrationRequest {
        times: command.times,
        order_line: command.order_line.clone(),
    };
    let mut done = None;
    let mut calibration = session.backend()?.calibrate(&command.id, &request)?;
    let began = calibration.at;
    while calibration.state == CalibrationState::Running {
        if done != Some(calibration.done) {
            say(&calibration.sentence());
        }
        done = Some(calibration.done);
        std::thread::sleep(LOOK_AGAIN);
        let found = find(session, &command.id).map_err(|err| {
            let way_on = format!("`hartomat output-types show {}` shows it", command.id);
            error_after("calibrating was begun", way_on, err)
        })?;
        let found = found.calibration;
        calibration = found.filter(|it| it.at == began).ok_or_else(|| {
            ApiError::new(
                ErrorKind::Conflict,
                "somebody else has begun to calibrate it",
            )
        })?;
    }
    let exit = match calibration.state {
        CalibrationState::Failed => Exit::NothingDelivered,
        _ => Exit::Ok,
    };
    let text = format!(
        "noise floor of `{}`: {}\n",
        command.id,
        calibration.sentence()
    );
    Ok(Outcome::with(exit, text, &calibration))
}

/// What is known of an output type's noise.
fn noise_floor(entry: &OutputTypeEntry) -> String {
    match &entry.calibration {
        None => "noise floor: measured anew for each scene; `hartomat calibrate` measures it once"
            .to_owned(),
        Some(calibration) => {
            let mut stale = entry.findings.iter();
            let stale = stale.any(|found| found.code == "stale_noise_floor");
            let stale = if stale {
                " (no longer used: its preset or the tools have changed)"
            } else {
                ""
            };
            format!("noise floor: {}{stale}", calibration.sentence())
        }
    }
}

fn entry_line(entry: &OutputTypeEntry) -> String {
    let output_type = &entry.output_type;
    let mut text = format!(
        "{:<8} {}  {}  workflow {}, legacy {}, {} order lines, {} runs in flight\n",
        output_type.rollout,
        output_type.id,
        output_type.name,
        output_type.workflow,
        output_type.legacy_preset.preset_type,
        entry.order_lines,
        entry.in_flight,
    );
    for finding in &entry.findings {
        let _ = writeln!(text, "  {finding}");
    }
    text
}

fn order_text(order: &OrderDetail) -> String {
    let mut text = format!("{}: {}\n", order.order.id, order.status.as_str());
    for line in &order.lines {
        let _ = writeln!(
            text,
            "  {:<12} {}  {} as {}",
            line.status.as_str(),
            line.line.id,
            line.line.product,
            line.line.output_type
        );
        for asset in &line.media_assets {
            let _ = writeln!(text, "    {}", asset.path);
        }
    }
    text
}

fn import_text(report: &ImportReport) -> String {
    let mut text = String::new();
    for row in &report.rows {
        if let Some(message) = &row.message {
            let _ = writeln!(text, "row {} {}: {message}", row.row, row.line);
        }
    }
    let count = |outcome| report.count(outcome);
    let _ = writeln!(
        text,
        "{} new, {} replaced, {} unchanged, {} refused; {}",
        count(ImportOutcome::New),
        count(ImportOutcome::Replaced),
        count(ImportOutcome::Unchanged),
        count(ImportOutcome::Refused),
        if report.stored {
            "stored"
        } else {
            "nothing was stored"
        },
    );
    text
}

fn read_text(path: &Path) -> Result<String, ApiError> {
    let refused = |why: String| {
        ApiError::new(
            ErrorKind::InvalidInput,
            format!("can't read `{}`: {why}", path.display()),
        )
    };
    let size = path
        .metadata()
        .map_err(|err| refused(err.to_string()))?
        .len();
    if size > MAX_LIST_BYTES {
        return Err(refused(format!(
            "it is larger than {} MB",
            MAX_LIST_BYTES >> 20
        )));
    }
    std::fs::read_to_string(path).map_err(|err| refused(err.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_unreachable_only_if_nothing_of_it_was_begun() {
        assert_eq!(worst_of(&[]), Exit::Ok);
        assert_eq!(
            worst_of(&[Exit::Fail, Exit::InvalidInput, Exit::Ok]),
            Exit::InvalidInput
        );
        assert_eq!(worst_of(&[Exit::Unreachable; 2]), Exit::Unreachable);
        assert_eq!(worst_of(&[Exit::Ok, Exit::Unreachable]), Exit::Internal);
    }

    #[test]
    fn each_line_has_a_folder_of_its_own() {
        let folder = |id| folder_name(&OrderLineId::literal(id));
        assert_eq!(folder("2026-0412.1"), "2026-0412.1");
        assert_eq!(folder("../a b"), "%2E%2E%2Fa%20b");
        assert_ne!(folder("a/b"), folder("a_b"));
    }
}
