//! The page for people: it needs nothing beside itself and runs nothing.

use std::fmt::Write as _;

use hartomat_api::Report;
use hartomat_schema::{Comparison, Region, Rung};

use super::curve::curve;
use super::markup::{TABLE_END, badge, escape, number, row, table};
use super::pictures::Embedded;
use super::sections;

/// How it looks, by light and by dark.
const STYLE: &str = include_str!("report.css");

/// The whole page.
pub(super) fn page(report: &Report, pictures: &[Embedded]) -> String {
    let title = escape(&report.title);
    let mut html = document_start(&title);
    head(&mut html, report, &title);
    figures(&mut html, pictures);
    if let Some(run) = &report.run {
        sections::reviews(&mut html, &run.reviews);
    }
    if let Some(comparison) = &report.comparison {
        for output in std::iter::once(comparison).chain(&comparison.parts) {
            ladder(&mut html, report, output);
        }
        sections::intents(&mut html, comparison);
    }
    if let Some(run) = &report.run {
        sections::nodes(&mut html, &run.record);
        sections::settings(&mut html, run);
        sections::tools(&mut html, &run.frozen);
    }
    sections::files(&mut html, report);
    html.push_str(&document_end(&report.program));
    html
}

/// Everything up to the page's own part. The title is escaped already.
pub(super) fn document_start(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
}

/// Everything after it.
pub(super) fn document_end(program: &str) -> String {
    let program = escape(program);
    format!("</main>\n<footer>{program}</footer>\n</body>\n</html>\n")
}

fn head(html: &mut String, report: &Report, title: &str) {
    let _ = writeln!(html, "<header>\n<h1>{title}</h1>");
    match &report.comparison {
        Some(comparison) => {
            let (badge, sentence) = (
                badge(Some(comparison.verdict)),
                escape(&comparison.sentence),
            );
            let _ = writeln!(
                html,
                "<p class=\"verdict\">{badge} <span>{sentence}</span></p>"
            );
        }
        None => html.push_str("<p class=\"verdict\"><span>Nothing was compared</span></p>\n"),
    }
    html.push_str("</header>\n");
    if let Some(run) = &report.run {
        sections::facts(html, run);
    }
}

fn figures(html: &mut String, pictures: &[Embedded]) {
    if pictures.is_empty() {
        return;
    }
    html.push_str("<section class=\"figures\">\n");
    for picture in pictures {
        let [width, height] = picture.size_px;
        let reduced = if picture.is_reduced {
            ", shown smaller"
        } else {
            ""
        };
        let _ = writeln!(
            html,
            "<figure><img src=\"{}\" alt=\"{label}\"><figcaption>{label} \
             <small>{width} × {height}{reduced}</small></figcaption></figure>",
            picture.address,
            label = picture.label,
        );
    }
    html.push_str("</section>\n");
}

/// The rungs of an output with every number and its thresholds.
fn ladder(html: &mut String, report: &Report, output: &Comparison) {
    if output.rungs.is_empty() {
        return;
    }
    let is_all = report.comparison.as_ref() == Some(output);
    let name = match (output.name.as_str(), output.kind.as_str()) {
        (name, _) if is_all && name == report.title => "Rungs".to_owned(),
        ("", "run") => "The run".to_owned(),
        ("", kind) => escape(kind),
        (name, _) => escape(name),
    };
    let badge = badge(Some(output.verdict));
    let _ = writeln!(html, "<section>\n<h2>{name} {badge}</h2>");
    if !is_all {
        let sentence = escape(&output.sentence);
        let _ = writeln!(html, "<p class=\"note\">{sentence}</p>");
    }
    let columns = [
        "Rung",
        "Verdict",
        "What was measured",
        "Value",
        "Passes up to",
        "Warns up to",
    ];
    table(html, &columns);
    for rung in &output.rungs {
        rung_rows(html, rung);
    }
    html.push_str(TABLE_END);
    curve(html, output);
    numbers(html, output);
    html.push_str("</section>\n");
}

/// A rung, and every value that it held against a threshold.
fn rung_rows(html: &mut String, rung: &Rung) {
    let limit = |limit: Option<f64>| limit.map(number).unwrap_or_default();
    // The sentence of checks says where; other sentences don't.
    let place = rung.place.as_ref().filter(|_| rung.checks.is_empty());
    let place = place.map(place_text).unwrap_or_default();
    let cells = [
        format!("<strong>{}</strong>", rung.name),
        badge(rung.verdict),
        format!("{}{place}", escape(&rung.sentence)),
    ];
    row(html, &[&cells[..], &[const { String::new() }; 3]].concat());
    for check in &rung.checks {
        let place = check.place.as_ref().map(place_text).unwrap_or_default();
        let cells = [
            String::new(),
            badge(Some(check.verdict)),
            format!(
                "<span class=\"check\">{}{place}</span>",
                escape(&check.measure)
            ),
            number(check.value),
            limit(check.pass),
            limit(check.warn),
        ];
        row(html, &cells);
    }
}

fn place_text(region: &Region) -> String {
    let [x, y] = region.center();
    format!(" <small>at {x}, {y}</small>")
}

/// What is always said, whichever rung decided.
fn numbers(html: &mut String, output: &Comparison) {
    let mut said = Vec::new();
    if let Some(image) = &output.measured.image {
        said.push(format!("mean delta {}/255", number(image.mean_delta)));
        said.push(format!("largest {}/255", number(image.max_delta)));
        said.push(format!(
            "{} % over 4/255",
            number((image.over_4_share * 1e5).round() / 1e3)
        ));
        if let Some(flip) = &image.flip {
            let (mean, tile) = (number(flip.mean), number(flip.worst_tile));
            said.push(format!("FLIP mean {mean}, worst tile {tile}"));
        }
    }
    if output.measured.control.file.is_some() {
        said.push(format!("lane {}", escape(&lane(output))));
    }
    said.extend(output.measured.notes.iter().map(|note| escape(note)));
    if !said.is_empty() {
        let _ = writeln!(html, "<p class=\"note\">{}</p>", said.join(" · "));
    }
}

fn lane(output: &Comparison) -> String {
    let json = serde_json::to_value(output.lane).unwrap_or_default();
    json.as_str().unwrap_or_default().replace('_', " ")
}
