//! The list of decisions and changes: who, when, what, and what came of it.

use hartomat_schema::{AuditEntry, RolloutDecision, Timestamp};

use super::Answer;
use crate::messages::text_or;

/// Lines that are read at once.
pub(crate) const PAGE: u32 = 200;

/// Formats that the list is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFormat {
    /// Comma-separated values with a line of column names first.
    Csv,
    /// A JSON array of objects with the same names.
    Json,
}

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditKind {
    /// A decision on a rollout, by a person or by a gate.
    Rollout,
    /// A word on a difference.
    Review,
    /// A workflow or an output type was changed.
    Authoring,
    /// A run was made, stopped or made again.
    Run,
    /// Orders and CAD files came in.
    Order,
    /// All else.
    Other,
}

impl AuditKind {
    /// All of them in the order shown.
    pub const ALL: [Self; 6] = [
        Self::Rollout,
        Self::Review,
        Self::Authoring,
        Self::Run,
        Self::Order,
        Self::Other,
    ];

    fn of(action: &str) -> Self {
        match action {
            "RolloutDecide" => Self::Rollout,
            "ReviewAdd" | "ReviewRevoke" => Self::Review,
            "OutputTypeCreate" | "OutputTypePut" | "WorkflowPut" | "WorkflowRemove"
            | "GoldenCasePut" => Self::Authoring,
            "Dispatch" | "GoldenDispatch" | "RunCancel" | "RunResume" | "RunRerun" => Self::Run,
            "Import" | "CadFilePut" | "UploadPatch" | "UploadRemove" => Self::Order,
            _ => Self::Other,
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What it is about.
    pub kind: AuditKind,
    /// What was asked for, such as `RolloutDecide`.
    pub action: String,
    /// Of what: an address; empty where the sentence says it all.
    pub target: String,
    /// Why, in a plain sentence; empty where nobody wrote one.
    pub sentence: String,
    /// What came of it; none where the answer was never recorded.
    pub outcome: Option<String>,
}

impl AuditLine {
    fn of_entry(entry: &AuditEntry) -> Self {
        let is_address = entry.target.starts_with('/');
        let (target, sentence) = match entry.target.split_once(": ") {
            Some((target, sentence)) if is_address => (target, sentence),
            _ if is_address => (entry.target.as_str(), ""),
            _ => ("", entry.target.as_str()),
        };
        Self {
            at: entry.at,
            who: entry.actor.clone(),
            kind: AuditKind::of(&entry.action),
            action: entry.action.clone(),
            target: target.to_owned(),
            sentence: sentence.to_owned(),
            outcome: entry.outcome.clone(),
        }
    }

    /// A decision that nobody had to ask for, so that no request stands for it.
    fn of_gate(decision: &RolloutDecision) -> Self {
        Self {
            at: decision.at,
            who: decision.by.clone(),
            kind: AuditKind::Rollout,
            action: "RolloutDecide".to_owned(),
            target: decision.scope.to_string(),
            sentence: decision.sentence.clone(),
            outcome: Some("done".to_owned()),
        }
    }

    /// What people read: the sentence; where nobody wrote one, what was asked for and of what.
    pub fn said(&self) -> String {
        if !self.sentence.is_empty() {
            return crate::shell::sentence(&self.sentence);
        }
        let action = text_or(&format!("audited.{}", self.action), &self.action);
        // `/v1/runs/RUN/cancel` is about the run.
        let of = self.target.split('/').nth(3);
        match of.filter(|part| !part.is_empty()) {
            Some(of) => format!("{action}: `{of}`"),
            None => action.to_owned(),
        }
    }

    /// Whether what was asked for was done.
    pub fn is_done(&self) -> bool {
        let outcome = self.outcome.as_deref().unwrap_or_default();
        outcome == "done" || outcome.starts_with('2')
    }
}

/// Which lines are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Of this kind alone.
    pub kind: Option<AuditKind>,
    /// By this person alone.
    pub who: Option<String>,
    /// With this in them.
    pub text: String,
}

impl AuditFilter {
    /// Whether a line is shown.
    pub fn takes(&self, line: &AuditLine) -> bool {
        let text = self.text.trim().to_lowercase();
        let has_text = || {
            let all = [&line.who, &line.action, &line.target, &line.said()];
            all.iter().any(|part| part.to_lowercase().contains(&text))
        };
        self.kind.is_none_or(|kind| kind == line.kind)
            && self.who.as_ref().is_none_or(|who| *who == line.who)
            && (text.is_empty() || has_text())
    }
}

/// The list as far as it is read.
#[derive(Debug, Default)]
pub struct AuditView {
    /// Lines of the audit list, newest first, and whether there are older ones.
    pub entries: Answer<(Vec<AuditEntry>, bool)>,
    /// Decisions that a gate made by itself.
    pub(super) of_gates: Vec<RolloutDecision>,
    /// Which lines are shown.
    pub filter: AuditFilter,
}

impl AuditView {
    /// All lines that are read, newest first. Of what gates decided, those older than what is read wait.
    pub fn lines(&self) -> Vec<AuditLine> {
        let Some((entries, has_more)) = self.entries.known() else {
            return Vec::new();
        };
        let oldest = entries.last().filter(|_| *has_more).map(|entry| entry.at);
        let gates = self.of_gates.iter();
        let gates = gates.filter(|it| oldest.is_none_or(|oldest| it.at >= oldest));
        let entries = entries.iter().map(AuditLine::of_entry);
        let mut lines: Vec<_> = entries.chain(gates.map(AuditLine::of_gate)).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.at));
        lines
    }

    /// Those that the filter takes.
    pub fn filtered(&self) -> Vec<AuditLine> {
        let mut lines = self.lines();
        lines.retain(|line| self.filter.takes(line));
        lines
    }
}

/// The list as a file.
pub(super) fn written(lines: &[AuditLine], format: AuditFormat) -> String {
    let fields = |line: &AuditLine| {
        [
            ("at", format!("{}T{}Z", line.at.date(), line.at.clock())),
            ("who", line.who.clone()),
            ("action", line.action.clone()),
            ("target", line.target.clone()),
            ("sentence", line.sentence.clone()),
            ("outcome", line.outcome.clone().unwrap_or_default()),
        ]
    };
    match format {
        AuditFormat::Csv => {
            let mut text = "at,who,action,target,sentence,outcome\n".to_owned();
            for line in lines {
                let cells = fields(line).map(|(_, value)| cell(&value));
                text.push_str(&cells.join(","));
                text.push('\n');
            }
            text
        }
        AuditFormat::Json => {
            let rows = lines.iter().map(|line| {
                let fields = fields(line).into_iter();
                fields
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect::<serde_json::Map<_, _>>()
            });
            let rows: Vec<_> = rows.collect();
            format!("{:#}\n", serde_json::json!(rows))
        }
    }
}

/// A cell of a table: in quotes where it has to be. What a program for tables would take for a formula
/// is made a text.
fn cell(value: &str) -> String {
    let value = match value.starts_with(['=', '+', '-', '@']) {
        true => format!("'{value}"),
        false => value.to_owned(),
    };
    match value.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: u64, actor: &str, action: &str, target: &str) -> AuditEntry {
        AuditEntry {
            seq,
            at: Timestamp(i64::try_from(seq).unwrap() * 1000),
            actor: actor.to_owned(),
            action: action.to_owned(),
            target: target.to_owned(),
            outcome: Some("200".to_owned()),
        }
    }

    fn view() -> AuditView {
        let promoted = "/v1/rollouts/output_type:still: ada promotes it, \"at last\"";
        AuditView {
            entries: Answer::Here((
                vec![
                    entry(2, "ada", "RolloutDecide", promoted),
                    entry(1, "=bob", "Dispatch", "/v1/runs"),
                ],
                false,
            )),
            ..AuditView::default()
        }
    }

    #[test]
    fn lines_are_told_apart_by_kind_person_and_text() {
        let check = |filter: AuditFilter, expected: &[&str]| {
            let view = AuditView { filter, ..view() };
            let found = view.filtered();
            let found: Vec<_> = found.iter().map(|line| line.action.as_str()).collect();
            assert_eq!(found, expected);
        };
        let of = AuditFilter::default;
        check(of(), &["RolloutDecide", "Dispatch"]);
        let kind = Some(AuditKind::Run);
        check(AuditFilter { kind, ..of() }, &["Dispatch"]);
        let who = Some("ada".to_owned());
        check(AuditFilter { who, ..of() }, &["RolloutDecide"]);
        let text = "AT LAST".to_owned();
        check(AuditFilter { text, ..of() }, &["RolloutDecide"]);
    }

    #[test]
    fn a_line_without_a_sentence_names_what_it_is_of() {
        let said = |action, target| AuditLine::of_entry(&entry(1, "ada", action, target)).said();
        assert_eq!(
            said("RunCancel", "/v1/runs/run-7/cancel"),
            "Stopped run: `run-7`"
        );
        assert_eq!(said("Dispatch", "/v1/runs"), "Dispatched a run");
    }

    #[test]
    fn a_table_keeps_quotes_and_runs_no_formula() {
        let text = written(&view().lines(), AuditFormat::Csv);
        assert!(
            text.contains("\"ada promotes it, \"\"at last\"\"\",200\n"),
            "{text}"
        );
        assert!(text.contains(",'=bob,Dispatch,/v1/runs,,200\n"), "{text}");
        let json = written(&view().lines(), AuditFormat::Json);
        let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(rows[0]["sentence"], "ada promotes it, \"at last\"");
    }
}
