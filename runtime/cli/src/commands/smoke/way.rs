//! The whole way of a smoke run, stage by stage, and what would let the graph take over.

use std::fmt::Write as _;

use hartomat_api::{
    ApiError, DispatchRequest, ErrorKind, ImportFormat, ImportOutcome, ImportRequest,
    RolloutStatus, RunDetail, SubjectSource,
};
use hartomat_schema::{
    Diagnostic, ExecutionMode, MessageState, OrderLineId, OrderStatus, RolloutScope, RunId,
    Subject, Verdict,
};
use serde_json::{Value, json};

use crate::commands::Session;
use crate::outcome::Outcome;

/// The order that smoke runs are of.
const ORDER: &str = "smoke";

/// A stage of the way.
struct Stage {
    name: &'static str,
    /// None where it doesn't apply.
    is_well: Option<bool>,
    sentence: String,
}

/// The stages so far.
pub(super) struct Way {
    stages: Vec<Stage>,
}

impl Way {
    /// Makes the product, the output type and a line of the order `smoke`, and checks what the run needs.
    pub(super) fn begin(
        session: &Session,
        request: &mut DispatchRequest,
    ) -> Result<Self, ApiError> {
        let backend = session.backend()?;
        let mut way = Self { stages: Vec::new() };
        let resolved = backend.resolve(request)?;
        if let Subject::OrderLine(sample) = &resolved.subject {
            let key = sample.order_line.id.as_str().trim_start_matches("sample-");
            let line = format!("{ORDER}-{key}");
            let row = json!([{
                "order": ORDER, "line": line, "customer": "Smoke runs", "requested_by": "studio",
                "product": sample.product.id, "product_name": sample.product.name,
                "cad_file": sample.product.cad_file, "output_type": sample.output_type.id,
            }]);
            let report = backend.import(&ImportRequest {
                format: ImportFormat::Json,
                text: row.to_string(),
                dry_run: false,
                skip_refused: false,
            })?;
            if report.count(ImportOutcome::Refused) > 0 {
                let why = report.rows.into_iter().find_map(|row| row.message);
                let message = why.unwrap_or_else(|| "the order line was refused".to_owned());
                return Err(ApiError::new(ErrorKind::InvalidInput, message));
            }
            let id = OrderLineId::new(line.clone());
            let id = id.map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
            request.subject = SubjectSource::OrderLine(id);
            let preset = &sample.output_type.legacy_preset.preset_type;
            way.well(
                "product",
                format!("{} ({})", sample.product.name, sample.product.id),
            );
            way.well(
                "output type",
                format!("{}, legacy {preset}", sample.output_type.name),
            );
            way.well("order", ORDER.to_owned());
            way.well("order line", line);
        }
        let report = backend.preflight(request)?;
        let errors = report.diagnostics.iter().filter(|it| it.is_error());
        let errors: Vec<String> = errors.map(Diagnostic::to_string).collect();
        let remarks = report.diagnostics.len() - errors.len();
        way.stages.push(Stage {
            name: "preflight",
            is_well: Some(errors.is_empty()),
            sentence: match (errors.is_empty(), remarks) {
                (false, _) => errors.join("; "),
                (true, 0) => "nothing is missing".to_owned(),
                (true, 1) => "nothing is missing; 1 remark".to_owned(),
                (true, remarks) => format!("nothing is missing; {remarks} remarks"),
            },
        });
        Ok(way)
    }

    /// Adds what the run came to, and the rule by which the graph may take over. The run is made: what can't
    /// be asked now takes nothing from it.
    pub(super) fn finish(
        &mut self,
        session: &Session,
        mut made: Outcome,
        scope: &RolloutScope,
    ) -> Outcome {
        let run = made.data.pointer("/record/id").and_then(Value::as_str);
        let Some(run) = run.and_then(|run| RunId::new(run).ok()) else {
            // It waits in the outbox.
            return made;
        };
        let asked = session
            .backend()
            .and_then(|backend| Ok((backend.run_get(&run)?, backend)));
        let (detail, backend) = match asked {
            Ok(asked) => asked,
            Err(err) => {
                let _ = writeln!(made.text, "\nthe whole way: nobody knows, {}", err.message);
                return made;
            }
        };
        self.stages_of(&detail);
        if let Some(order) = hartomat_schema::OrderId::new(ORDER).ok()
            && let Ok(order) = backend.order_get(&order)
            && let Some(line) = order
                .lines
                .iter()
                .find(|line| detail.record.target == format!("order_line/{}", line.line.id))
        {
            self.stages.push(Stage {
                name: "order line",
                is_well: Some(line.status == OrderStatus::Delivered),
                sentence: format!("is {}", line.status.as_str().replace('_', " ")),
            });
        }
        let rollout = backend.rollout_get(scope);
        let _ = write!(made.text, "\n{}", self.text());
        match &rollout {
            Ok(status) => made.text.push_str(&rule_text(status)),
            Err(err) => {
                let _ = writeln!(
                    made.text,
                    "the graph may take over: nobody knows, {}",
                    err.message
                );
            }
        }
        if let Value::Object(data) = &mut made.data {
            data.insert("way".to_owned(), self.json());
            let approval = rollout.ok().map(|status| {
                json!({
                    "scope": scope, "mode": status.rollout.mode, "next": status.next,
                    "gate": status.gate, "rule": status.rollout.gate,
                })
            });
            data.insert("approval".to_owned(), json!(approval));
        }
        made
    }

    fn well(&mut self, name: &'static str, sentence: String) {
        let is_well = Some(true);
        self.stages.push(Stage {
            name,
            is_well,
            sentence,
        });
    }

    fn stages_of(&mut self, detail: &RunDetail) {
        let record = &detail.record;
        let asked = detail.frozen.requested_mode;
        let mut push = |name, is_well, sentence| {
            self.stages.push(Stage {
                name,
                is_well,
                sentence,
            });
        };
        let dispatched = match asked == record.mode {
            true => format!("mode {}", record.mode),
            false => {
                let limit = detail.frozen.mode_limits.last();
                let why = limit.map_or("", |limit| limit.sentence.as_str());
                format!("mode {}, {asked} was asked for: {why}", record.mode)
            }
        };
        push("dispatch", Some(asked == record.mode), dispatched);
        let state = record.state.as_str().replace('_', " ");
        let by = record.delivered_by.map(|side| match side {
            hartomat_schema::Side::Control => ", delivered by legacy",
            hartomat_schema::Side::Candidate => ", delivered by the graph",
        });
        let is_well = record.state == hartomat_schema::RunState::Succeeded;
        push(
            "run",
            Some(is_well),
            format!("{state}{}", by.unwrap_or_default()),
        );
        let assets: Vec<_> = detail
            .media_assets
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        push(
            "media asset",
            Some(assets.len() == 1),
            match assets.as_slice() {
                [] => "none".to_owned(),
                names => names.join(", "),
            },
        );
        let told = detail
            .notifications
            .iter()
            .map(|it| it.recipients.join(", "));
        let told: Vec<_> = told.collect();
        push(
            "notification",
            Some(told.len() == 1),
            match told.as_slice() {
                [] => "nobody was told".to_owned(),
                told => format!("{}, in the studio", told.join(", ")),
            },
        );
        for message in &detail.messages {
            let has_arrived = Some(message.state == MessageState::Sent);
            push("message", has_arrived, message.sentence());
        }
        let (is_well, sentence) = match (record.verdict, record.mode) {
            (Some(verdict), _) => {
                let why = record.sentence.clone().unwrap_or_default();
                (Some(verdict == Verdict::Pass), format!("{verdict}: {why}"))
            }
            (None, ExecutionMode::Shadow) => (Some(false), "there is none".to_owned()),
            (None, mode) => (
                None,
                format!("none in mode {mode}; `--execution-mode shadow` compares both sides"),
            ),
        };
        push("comparison", is_well, sentence);
    }

    fn text(&self) -> String {
        let mut text = "the whole way\n".to_owned();
        for stage in &self.stages {
            let sign = match stage.is_well {
                Some(true) => "✓",
                Some(false) => "✗",
                None => "–",
            };
            let _ = writeln!(text, "  {sign} {:<13} {}", stage.name, stage.sentence);
        }
        text
    }

    fn json(&self) -> Value {
        let stages = self.stages.iter();
        let stages = stages
            .map(|it| json!({ "stage": it.name, "is_well": it.is_well, "sentence": it.sentence }));
        stages.collect()
    }
}

/// What lets the graph take over, and what is missing.
fn rule_text(status: &RolloutStatus) -> String {
    let scope = &status.rollout.scope;
    let mut text = format!(
        "what lets the graph take over: the gate of {}\n",
        scope.words()
    );
    let _ = writeln!(text, "  {}", status.gate.sentence);
    for condition in &status.gate.conditions {
        let sign = if condition.met { "✓" } else { "✗" };
        let _ = writeln!(text, "  {sign} {}", condition.sentence);
    }
    let _ = match status.next {
        Some(next) => writeln!(
            text,
            "  `hartomat rollout promote {scope}` raises it to `{next}`"
        ),
        None => writeln!(
            text,
            "  its output types begin in `legacy` and rise by `hartomat rollout promote`, each through \
             a gate like this"
        ),
    };
    text
}
