//! Text for people: one layout for runs, comparisons and findings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use hartomat_api::RunDetail;
use hartomat_schema::{
    ComparedPart, Comparison, Diagnostic, GeometryFacts, GeometryNumbers, LegacyRunState, NodeRun,
    NodeRunState, PartChange, PartFacts, RunRecord, RunState, Rung, Side, Timestamp, Verdict,
};

/// Milliseconds as people say them.
pub(crate) fn millis(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// Time of day, UTC.
pub(crate) fn clock(at: Timestamp) -> String {
    let secs = at.0.rem_euclid(86_400_000) / 1_000;
    let ms = at.0.rem_euclid(1_000);
    format!(
        "{:02}:{:02}:{:02}.{ms:03}",
        secs / 3_600,
        secs / 60 % 60,
        secs % 60
    )
}

/// Findings, one a line.
pub(crate) fn diagnostics_text(findings: &[Diagnostic]) -> String {
    findings
        .iter()
        .map(|finding| format!("  {finding}\n"))
        .collect()
}

/// A run in one line.
pub(crate) fn run_line(record: &RunRecord) -> String {
    let verdict = record.verdict.map_or("–", Verdict::as_str);
    let took = record
        .finished_at
        .map(|end| millis(end.millis_since(record.created_at)));
    let trial = record
        .is_partial()
        .then(|| format!("  to {}", targets(record)));
    let reviewers: Vec<_> = record
        .reviews
        .iter()
        .map(|it| it.reviewer.as_str())
        .collect();
    let reviewed =
        (!reviewers.is_empty()).then(|| format!("  reviewed by {}", reviewers.join(", ")));
    format!(
        "{}  {:<11} {:<7} {verdict:<13} {:<20} {:<24} {}{}{}",
        record.id,
        record.state.as_str(),
        record.mode,
        record.workflow_name,
        record.cad_file,
        took.unwrap_or_default(),
        trial.unwrap_or_default(),
        reviewed.unwrap_or_default(),
    )
}

/// The nodes that a run on trial went to.
fn targets(record: &RunRecord) -> String {
    let names: Vec<_> = record.targets.iter().map(|node| node.as_str()).collect();
    names.join(", ")
}

/// A point in time in UTC to the second, such as `2026-11-27T18:12:05Z`.
pub(crate) fn when(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.0.div_euclid(1000)).map_or_else(
        |_| "at no time that has a date".to_owned(),
        |at| at.to_string(),
    )
}

/// A run that has ended: what was delivered, the verdict, its numbers, the files.
pub(crate) fn run_summary(detail: &RunDetail, files: &BTreeMap<String, PathBuf>) -> String {
    let record = &detail.record;
    let mut text = format!(
        "run      {}\nof       {} · {} · {}\nmode     {}\nstate    {}\n",
        record.id,
        record.workflow_name,
        record.cad_file,
        record.target,
        record.mode,
        state_text(record),
    );
    if record.is_partial() {
        let nodes = targets(record);
        let _ = writeln!(
            text,
            "trial    ran to {nodes}; nothing was delivered or compared"
        );
    }
    if let Some(fallback) = &record.fallback {
        let _ = writeln!(text, "fallback legacy took the graph's place: {fallback}");
    }
    if let Some(legacy) = detail
        .legacy
        .as_ref()
        .filter(|legacy| legacy.state == LegacyRunState::Succeeded)
        && let Some(end) = legacy.finished_at
    {
        let _ = writeln!(
            text,
            "legacy   took {}",
            millis(end.millis_since(legacy.started_at))
        );
    }
    if detail.ran_graph() {
        text.push_str("nodes\n");
        for node in &record.nodes {
            let _ = writeln!(text, "  {}", node_line(node));
        }
    }
    if let Some(evidence) = &detail.evidence {
        text.push_str(&comparison_text(&evidence.comparison));
    }
    for review in detail
        .reviews
        .iter()
        .filter(|review| review.revoked.is_none())
    {
        let _ = writeln!(text, "review   {}", review.sentence().replace('\n', " "));
    }
    if !files.is_empty() {
        text.push_str("files\n");
        for (name, path) in files {
            let _ = writeln!(text, "  {:<13} {}", label(name), path.display());
        }
    }
    for asset in &detail.media_assets {
        let _ = writeln!(text, "published {} on {}", asset.name, asset.target);
    }
    for told in &detail.notifications {
        let _ = writeln!(
            text,
            "told     {}: {}",
            told.recipients.join(", "),
            told.subject
        );
    }
    for message in &detail.messages {
        let _ = writeln!(text, "message  {}", message.sentence());
    }
    text
}

fn state_text(record: &RunRecord) -> String {
    let by = match record.delivered_by {
        Some(Side::Control) => ", delivered by legacy",
        Some(Side::Candidate) => ", delivered by the graph",
        None => "",
    };
    let reason = record
        .reason
        .as_ref()
        .filter(|_| record.state != RunState::FellBack);
    let reason = reason
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    format!("{}{by}{reason}", record.state.as_str().replace('_', " "))
}

/// A node run in one line: sign, node, time, why.
pub(crate) fn node_line(node: &NodeRun) -> String {
    let sign = match node.state {
        NodeRunState::Waiting => "·",
        NodeRunState::Running => "▸",
        NodeRunState::Succeeded => "✓",
        NodeRunState::Reused => "↺",
        NodeRunState::Failed => "✗",
        NodeRunState::Skipped => "–",
        NodeRunState::Cancelled => "□",
    };
    let took = match (node.state, node.started_at, node.finished_at) {
        (NodeRunState::Reused, _, _) => "from cache".to_owned(),
        (NodeRunState::Skipped, _, _) => String::new(),
        (_, Some(start), Some(end)) => millis(end.millis_since(start)),
        _ => String::new(),
    };
    let failure = node
        .failure
        .as_ref()
        .map(|failure| failure.message.as_str());
    let why = failure.or(node.reason.as_deref()).unwrap_or_default();
    format!("{sign} {:<12} {took:<11} {why}", node.node)
}

fn label(name: &str) -> String {
    match name {
        "control" => "legacy".to_owned(),
        "candidate" => "graph".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A comparison: verdict, sentence, and the numbers of each rung.
pub(crate) fn comparison_text(comparison: &Comparison) -> String {
    let mut text = format!(
        "verdict  {}\n         {}\n",
        comparison.verdict, comparison.sentence
    );
    for part in std::iter::once(comparison).chain(&comparison.parts) {
        let name = if part.name.is_empty() {
            part.kind.to_string()
        } else {
            part.name.clone()
        };
        if !comparison.parts.is_empty() {
            let _ = writeln!(text, "{name}: {}", part.verdict);
        }
        for rung in &part.rungs {
            let _ = writeln!(text, "  {}", rung_line(rung));
        }
        text.push_str(&numbers_text(part));
    }
    text
}

fn rung_line(rung: &Rung) -> String {
    let verdict = rung.verdict.map_or("–", Verdict::as_str);
    format!("{:<11} {verdict:<13} {}", rung.name.as_str(), rung.sentence)
}

/// The measured numbers that are always reported, whichever rung decided.
fn numbers_text(comparison: &Comparison) -> String {
    let mut text = String::new();
    let measured = &comparison.measured;
    if let Some(image) = &measured.image {
        let _ = writeln!(
            text,
            "  numbers     mean delta {:.4}/255, RMS {:.4}, max {:.0}, {:.3} % over 4/255",
            image.mean_delta,
            image.rms,
            image.max_delta,
            image.over_4_share * 100.0
        );
        if let Some(flip) = &image.flip {
            let _ = writeln!(
                text,
                "              FLIP mean {:.5}, p99 {:.4}, worst tile {:.4}",
                flip.mean, flip.p99, flip.worst_tile
            );
        }
    }
    if let Some(geometry) = &measured.geometry {
        text.push_str(&geometry_text(geometry));
    }
    if let Some(header) = &measured.control.image {
        let _ = writeln!(
            text,
            "  picture     {} × {} {}, {} bit",
            header.width_px, header.height_px, header.format, header.depth_bits
        );
    }
    for (side, facts) in [
        ("legacy", &measured.control),
        ("graph", &measured.candidate),
    ] {
        if let Some(file) = &facts.file {
            let _ = writeln!(text, "  {side:<11} {file}, {} bytes", facts.size_bytes);
        }
    }
    text
}

/// Parts that are listed by name.
const SHOWN_PARTS: usize = 40;

/// Parts, triangles and boxes of two models, and the parts that aren't the same.
fn geometry_text(geometry: &GeometryNumbers) -> String {
    let (control, candidate) = (&geometry.control, &geometry.candidate);
    let size = |facts: &GeometryFacts| extent(facts.bbox_min, facts.bbox_max);
    let mut text = format!(
        "  geometry    parts {} → {}, triangles {} → {}\n              box {} → {}\n",
        control.parts,
        candidate.parts,
        control.triangles,
        candidate.triangles,
        size(control),
        size(candidate)
    );
    let differing = geometry.parts.iter();
    let differing: Vec<_> = differing
        .filter(|part| part.change != PartChange::Same)
        .collect();
    for part in differing.iter().take(SHOWN_PARTS) {
        let _ = writeln!(text, "  {}", part_line(part));
    }
    if differing.len() > SHOWN_PARTS {
        let _ = writeln!(text, "  … and {} more parts", differing.len() - SHOWN_PARTS);
    }
    text
}

fn part_line(part: &ComparedPart) -> String {
    let facts = |facts: &PartFacts| {
        let materials = facts.materials.join(", ");
        let size = extent(facts.bbox_min, facts.bbox_max);
        format!("{} triangles, {size}, {materials}", facts.triangles)
    };
    match (&part.control, &part.candidate) {
        (Some(control), Some(candidate)) => {
            format!(
                "~ {:<16} {} → {}",
                part.name,
                facts(control),
                facts(candidate)
            )
        }
        (Some(control), None) => format!("- {:<16} {}", part.name, facts(control)),
        (None, Some(candidate)) => format!("+ {:<16} {}", part.name, facts(candidate)),
        (None, None) => format!("? {}", part.name),
    }
}

/// Width, depth and height of a box.
fn extent(min: [f64; 3], max: [f64; 3]) -> String {
    let [x, y, z]: [f64; 3] = std::array::from_fn(|axis| max[axis] - min[axis]);
    format!("{x:.4} × {y:.4} × {z:.4}")
}
