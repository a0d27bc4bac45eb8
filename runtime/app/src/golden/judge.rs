//! Sets both sides of a golden run beside each other, aspect by aspect.

use std::collections::BTreeMap;

use hartomat_api::RunDetail;
use hartomat_schema::{
    ArtifactKind, FailureClass, GoldenAspect, GoldenCase, GoldenCheck, GoldenExpectation, Intent,
    LogLine, NodeRunState, Side, Verdict,
};

/// What a line of the log begins with, or ends with, that both sides write.
const CORE_FIELDS: [(&str, Shape); 4] = [
    ("parts", Shape::Contains(" placed")),
    ("materials", Shape::Begins("materials ")),
    ("studio scene", Shape::Begins("studio scene ")),
    ("rendering", Shape::Begins("rendering ")),
];

/// How a core field is recognised in a line.
#[derive(Clone, Copy)]
enum Shape {
    Begins(&'static str),
    Contains(&'static str),
}

/// Each aspect of a run that has ended.
pub(super) fn checks(case: &GoldenCase, run: &RunDetail, logs: &[LogLine]) -> Vec<GoldenCheck> {
    let judged = |aspect| match aspect {
        GoldenAspect::RenderStatus => render_status(case, run),
        GoldenAspect::OutputFile => output_file(case, run),
        GoldenAspect::MediaAsset => media_asset(case, run),
        GoldenAspect::Notifications => notifications(case, run),
        GoldenAspect::LogFields => log_fields(case, logs),
    };
    GoldenAspect::ALL
        .into_iter()
        .map(|aspect| {
            let (passed, sentence) = judged(aspect);
            GoldenCheck {
                aspect,
                passed,
                sentence,
            }
        })
        .collect()
}

/// Why a side failed; none where it didn't.
struct Sides {
    control: Option<(FailureClass, String)>,
    candidate: Option<(FailureClass, String)>,
}

impl Sides {
    fn of(run: &RunDetail) -> Self {
        let control = run.record.control_failure.as_ref();
        let failed = run.record.nodes.iter().find_map(|node| {
            let failure = node.failure.as_ref()?;
            let is_failed = node.state == NodeRunState::Failed;
            is_failed.then(|| (failure.class, format!("{}: {}", node.node, failure.message)))
        });
        let has_ended = |state| matches!(state, NodeRunState::Succeeded | NodeRunState::Reused);
        let unfinished = run.record.nodes.iter().find(|node| !has_ended(node.state));
        Self {
            control: control.map(|failure| (failure.class, failure.message.clone())),
            candidate: failed.or_else(|| {
                let node = unfinished?;
                let reason = format!("{} is {}", node.node, node.state.as_str());
                Some((FailureClass::Internal, reason))
            }),
        }
    }
}

fn render_status(case: &GoldenCase, run: &RunDetail) -> (bool, String) {
    let words = |side: &Option<(FailureClass, String)>| match side {
        None => "delivers".to_owned(),
        Some((class, reason)) => format!("fails, {}: {reason}", class_words(*class)),
    };
    let sides = Sides::of(run);
    let sentence = format!(
        "legacy {}, the graph {}",
        words(&sides.control),
        words(&sides.candidate)
    );
    let passed = match (case.expect, &sides.control, &sides.candidate) {
        (GoldenExpectation::Delivers, None, None) => true,
        (GoldenExpectation::Fails, Some((control, _)), Some((candidate, _))) => {
            control == candidate
        }
        _ => false,
    };
    (passed, sentence)
}

fn output_file(case: &GoldenCase, run: &RunDetail) -> (bool, String) {
    if case.expect == GoldenExpectation::Fails {
        let control = run.record.control_outputs.len();
        let published = published_by_graph(run).len();
        let passed = control == 0 && published == 0;
        return (
            passed,
            format!("legacy left {control} files, the graph {published}"),
        );
    }
    let parts = run.evidence.iter().flat_map(|it| &it.comparison.parts);
    let parts: Vec<_> = parts.collect();
    let different = parts.iter().find(|part| part.verdict != Verdict::Pass);
    match (different, parts.is_empty()) {
        (Some(part), _) => (false, format!("{}: {}", part.name, part.sentence)),
        (None, true) => (false, "nothing was compared".to_owned()),
        (None, false) => (true, format!("{} outputs agree", parts.len())),
    }
}

fn media_asset(case: &GoldenCase, run: &RunDetail) -> (bool, String) {
    type Asset = (String, ArtifactKind, String);
    let control: Vec<Asset> = run
        .media_assets
        .iter()
        .map(|it| (it.target.clone(), it.kind.clone(), it.name.clone()))
        .collect();
    let candidate = published_by_graph(run);
    let expected = match case.expect {
        GoldenExpectation::Delivers => 1,
        GoldenExpectation::Fails => 0,
    };
    let names = |assets: &[Asset]| match assets {
        [] => "nothing".to_owned(),
        assets => {
            let names = assets
                .iter()
                .map(|(_, kind, name)| format!("{kind} {name}"));
            names.collect::<Vec<_>>().join(", ")
        }
    };
    (
        control == candidate && control.len() == expected,
        format!(
            "legacy published {}, the graph would publish {}",
            names(&control),
            names(&candidate)
        ),
    )
}

fn notifications(case: &GoldenCase, run: &RunDetail) -> (bool, String) {
    type Note = (String, Vec<String>, String);
    let control: Vec<Note> = run
        .notifications
        .iter()
        .map(|it| {
            (
                it.channel.clone(),
                it.recipients.clone(),
                it.subject.clone(),
            )
        })
        .collect();
    let candidate: Vec<Note> = intended(run)
        .iter()
        .filter_map(|intent| match intent {
            Intent::Notify {
                channel,
                recipients,
                subject,
            } => Some((channel.clone(), recipients.clone(), subject.clone())),
            Intent::Publish { .. } => None,
        })
        .collect();
    let failed_quietly = case.expect == GoldenExpectation::Delivers || control.is_empty();
    (
        control == candidate && failed_quietly,
        format!(
            "legacy told {} people of {} things, the graph would tell {} of {}",
            control.iter().map(|note| note.1.len()).sum::<usize>(),
            control.len(),
            candidate.iter().map(|note| note.1.len()).sum::<usize>(),
            candidate.len(),
        ),
    )
}

fn log_fields(case: &GoldenCase, logs: &[LogLine]) -> (bool, String) {
    let (control, candidate) = (fields(logs, Side::Control), fields(logs, Side::Candidate));
    if case.expect == GoldenExpectation::Fails {
        let different = differing(&control, &candidate, |name| {
            control.contains_key(name) && candidate.contains_key(name)
        });
        return match different {
            None => (true, "what both sides logged agrees".to_owned()),
            Some(sentence) => (false, sentence),
        };
    }
    if control.is_empty() {
        return (false, "legacy logged no core field".to_owned());
    }
    match differing(&control, &candidate, |_| true) {
        None => (true, format!("{} fields agree", control.len())),
        Some(sentence) => (false, sentence),
    }
}

fn differing(
    control: &BTreeMap<&'static str, String>,
    candidate: &BTreeMap<&'static str, String>,
    counts: impl Fn(&str) -> bool,
) -> Option<String> {
    let shown = |value: Option<&String>| value.map_or("nothing".to_owned(), |it| format!("`{it}`"));
    let mut names = CORE_FIELDS.iter().map(|(name, _)| *name);
    let name = names.find(|name| counts(name) && control.get(name) != candidate.get(name))?;
    Some(format!(
        "{name}: legacy logged {}, the graph {}",
        shown(control.get(name)),
        shown(candidate.get(name))
    ))
}

/// The core fields that a side has logged; what follows a comma after the figures is for people.
fn fields(logs: &[LogLine], side: Side) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    for line in logs.iter().filter(|line| line.side == side) {
        for (name, shape) in CORE_FIELDS {
            let value = match shape {
                Shape::Begins(start) => line.text.strip_prefix(start).map(str::to_owned),
                Shape::Contains(middle) => line
                    .text
                    .find(middle)
                    .map(|at| line.text[..at + middle.len()].to_owned()),
            };
            if let Some(value) = value {
                found.entry(name).or_insert(value);
            }
        }
    }
    found
}

/// What the graph would publish: target, kind and name.
fn published_by_graph(run: &RunDetail) -> Vec<(String, ArtifactKind, String)> {
    intended(run)
        .iter()
        .filter_map(|intent| match intent {
            Intent::Publish {
                target, kind, name, ..
            } => Some((target.clone(), kind.clone(), name.clone())),
            Intent::Notify { .. } => None,
        })
        .collect()
}

/// What the graph would have done, also the same thing twice, which its record names once.
fn intended(run: &RunDetail) -> &[Intent] {
    let compared = run.evidence.as_ref();
    let compared = compared.and_then(|it| it.comparison.measured.intents.as_ref());
    compared.map_or(&run.record.intents, |intents| &intents.candidate)
}

fn class_words(class: FailureClass) -> &'static str {
    match class {
        FailureClass::BadInput => "bad input",
        FailureClass::Environment => "a tool is missing",
        FailureClass::Transient => "a tool broke down",
        FailureClass::Contract => "its output is not as promised",
        FailureClass::TimedOut => "it took too long",
        FailureClass::Cancelled => "cancelled",
        FailureClass::Internal => "a defect",
    }
}
