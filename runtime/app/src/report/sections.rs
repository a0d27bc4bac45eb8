//! What a page says beside the comparison: the run, its nodes, settings, intents, reviews, tools, files.

use std::fmt::Write as _;

use hartomat_api::{Report, ReportedRun};
use hartomat_schema::{
    Comparison, FrozenRun, Intent, Review, ReviewDecision, ReviewScope, RunRecord, SettingOrigin,
    Side,
};

use super::markup::{TABLE_END, escape, row, table, time};

/// What the run is.
pub(super) fn facts(html: &mut String, run: &ReportedRun) {
    let (record, frozen) = (&run.record, &run.frozen);
    let mut facts = vec![
        ("Run", record.id.to_string()),
        ("Subject", record.target.clone()),
        ("Mode", record.mode.to_string()),
        ("State", record.state.as_str().replace('_', " ")),
    ];
    let by = record.delivered_by.map(|side| match side {
        Side::Control => "legacy",
        Side::Candidate => "the graph",
    });
    facts.push(("Delivered by", by.unwrap_or("nobody").to_owned()));
    if let Some(output_type) = &record.output_type {
        facts.push(("Output type", output_type.to_string()));
    }
    if let Some(fallback) = &record.fallback {
        facts.push(("Fell back", fallback.clone()));
    }
    facts.push(("Dispatched", time(record.created_at)));
    if let Some(end) = record.finished_at {
        let ms = end.millis_since(record.created_at);
        facts.push(("Took", format!("{}.{} s", ms / 1000, ms % 1000 / 100)));
    }
    let file = frozen.subject.cad_file();
    facts.push((
        "CAD file",
        format!("{} ({})", file.name, file.digest.short()),
    ));
    facts.push(("Definition", record.definition_hash.short()));
    html.push_str("<dl>\n");
    for (name, value) in facts {
        // Writing to a string never fails.
        let _ = writeln!(
            html,
            "<div><dt>{name}</dt><dd>{}</dd></div>",
            escape(&value)
        );
    }
    html.push_str("</dl>\n");
}

/// Who has said what of the difference.
pub(super) fn reviews(html: &mut String, reviews: &[Review]) {
    if reviews.is_empty() {
        return;
    }
    html.push_str("<section>\n<h2>Reviews</h2>\n");
    table(
        html,
        &["Output", "Decision", "Scope", "Reason", "By", "On", "Until"],
    );
    for review in reviews {
        let decision = match review.decision {
            ReviewDecision::Accept => "accepted",
            ReviewDecision::Reject => "rejected",
        };
        let revoked = review.revoked.as_ref().map(|revoked| {
            let (by, on) = (escape(&revoked.by), revoked.at.date());
            format!(" <small>taken back by {by} on {on}</small>")
        });
        let scope = match &review.scope {
            ReviewScope::Case => "this case".to_owned(),
            ReviewScope::OutputType => "its output type".to_owned(),
            ReviewScope::Region(masks) => format!("{} masks", masks.len()),
        };
        let cells = [
            escape(&review.output),
            format!("{decision}{}", revoked.unwrap_or_default()),
            scope,
            escape(&review.reason),
            escape(&review.reviewer),
            review.at.date(),
            review.expires_at.map(|end| end.date()).unwrap_or_default(),
        ];
        row(html, &cells);
    }
    html.push_str(TABLE_END);
    html.push_str("</section>\n");
}

/// What each side published or would have published, and whom it told.
pub(super) fn intents(html: &mut String, comparison: &Comparison) {
    let Some(intents) = &comparison.measured.intents else {
        return;
    };
    html.push_str("<section>\n<h2>Published and told</h2>\n");
    table(html, &["Side", "What", "Where or whom"]);
    for (side, intents) in [
        ("Legacy", &intents.control),
        ("Graph, only said", &intents.candidate),
    ] {
        for intent in intents {
            let (what, whom) = match intent {
                Intent::Publish { target, name, .. } => {
                    (format!("publishes {name}"), target.clone())
                }
                Intent::Notify {
                    recipients,
                    subject,
                    ..
                } => (format!("tells: {subject}"), recipients.join(", ")),
            };
            row(html, &[side.to_owned(), escape(&what), escape(&whom)]);
        }
    }
    html.push_str(TABLE_END);
    html.push_str("</section>\n");
}

/// What became of each node.
pub(super) fn nodes(html: &mut String, record: &RunRecord) {
    html.push_str("<section>\n<h2>Nodes</h2>\n");
    table(html, &["Node", "Type", "State", "Took", "Why"]);
    for node in &record.nodes {
        let took = match (node.started_at, node.finished_at) {
            (Some(start), Some(end)) => format!("{} ms", end.millis_since(start)),
            _ => String::new(),
        };
        let failure = node
            .failure
            .as_ref()
            .map(|failure| failure.message.as_str());
        let why = failure.or(node.reason.as_deref()).unwrap_or_default();
        let cells = [
            escape(node.node.as_str()),
            escape(node.node_type.as_str()),
            node.state.as_str().to_owned(),
            took,
            escape(why),
        ];
        row(html, &cells);
    }
    html.push_str(TABLE_END);
    html.push_str("</section>\n");
}

/// The settings after overrides, with who set each.
pub(super) fn settings(html: &mut String, run: &ReportedRun) {
    html.push_str("<section>\n<h2>Settings</h2>\n");
    table(html, &["Node", "Setting", "Value", "Set by"]);
    for (node, settings) in &run.frozen.settings {
        for (name, value) in &settings.values {
            let by = match settings.origins.get(name) {
                Some(SettingOrigin::Default) | None => "default",
                Some(SettingOrigin::Workflow) => "<strong>workflow</strong>",
                Some(SettingOrigin::OutputType) => "<strong>output type</strong>",
                Some(SettingOrigin::OrderLine) => "<strong>order line</strong>",
            };
            let value = format!("<code>{}</code>", escape(&value.to_string()));
            let cells = [escape(node.as_str()), escape(name), value, by.to_owned()];
            row(html, &cells);
        }
    }
    html.push_str(TABLE_END);
    html.push_str("</section>\n");
}

/// Versions of what decides the result.
pub(super) fn tools(html: &mut String, frozen: &FrozenRun) {
    html.push_str("<section>\n<h2>Tools</h2>\n");
    table(html, &["Tool", "Version"]);
    for (tool, version) in &frozen.tools {
        row(html, &[escape(tool), escape(version)]);
    }
    html.push_str(TABLE_END);
    html.push_str("</section>\n");
}

/// Every file that the report rests on, by digest.
pub(super) fn files(html: &mut String, report: &Report) {
    let of_run = report.files.iter().map(|(what, file)| {
        let what = format!("{}: {}", what.replace('_', " "), file.name);
        (what, file.size_bytes, file.digest)
    });
    let measured = report.comparison.iter().map(|it| &it.measured);
    let compared = measured.flat_map(|measured| {
        let sides = [
            ("control", &measured.control),
            ("candidate", &measured.candidate),
        ];
        sides.map(|(what, side)| Some((what.to_owned(), side.size_bytes, side.file?)))
    });
    let files: Vec<_> = of_run.chain(compared.flatten()).collect();
    if files.is_empty() {
        return;
    }
    html.push_str("<section>\n<h2>Files</h2>\n");
    table(html, &["File", "Bytes", "Digest"]);
    for (what, bytes, digest) in files {
        let cells = [
            escape(&what),
            bytes.to_string(),
            format!("<code>{digest}</code>"),
        ];
        row(html, &cells);
    }
    html.push_str(TABLE_END);
    html.push_str("</section>\n");
}
