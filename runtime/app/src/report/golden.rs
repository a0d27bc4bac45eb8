//! Golden cases as one file: a page for people, JSON, or JUnit XML with a test case per aspect.

use std::fmt::Write as _;

use hartomat_api::{GoldenReport, ReportFormat};
use hartomat_schema::{GoldenCase, Verdict, canonical_json};

use super::html::{document_end, document_start};
use super::markup::{TABLE_END, badge, escape, row, table};

/// The report in a format.
pub fn golden_report_file(report: &GoldenReport, format: ReportFormat) -> Vec<u8> {
    match format {
        ReportFormat::Html => page(report).into_bytes(),
        ReportFormat::Xml => suites(report).into_bytes(),
        ReportFormat::Json => {
            let mut json = canonical_json(report);
            json.push(b'\n');
            json
        }
    }
}

fn page(report: &GoldenReport) -> String {
    let title = escape(&format!("Golden cases of {}", report.workflow_name));
    let mut html = document_start(&title);
    // Writing to a string never fails.
    let _ = writeln!(
        html,
        "<header>\n<h1>{title}</h1>\n<p>{}, on definition {}.</p>\n</header>",
        escape(&summary(report)),
        report.definition_hash.short()
    );
    for case in &report.cases {
        let (name, id) = (escape(&case.name), escape(case.id.as_str()));
        let _ = writeln!(html, "<section>\n<h2>{name} <small>{id}</small></h2>");
        match report.result(&case.id) {
            None => html.push_str("<p>It has not run on this definition.</p>\n"),
            Some(result) => {
                table(&mut html, &["", "Aspect", "What was found"]);
                for check in &result.checks {
                    let verdict = if check.passed {
                        Verdict::Pass
                    } else {
                        Verdict::Fail
                    };
                    row(
                        &mut html,
                        &[
                            badge(Some(verdict)),
                            escape(check.aspect.as_str()),
                            escape(&check.sentence),
                        ],
                    );
                }
                html.push_str(TABLE_END);
            }
        }
        html.push_str("</section>\n");
    }
    html.push_str(&document_end(super::PROGRAM));
    html
}

/// How many of the cases pass.
fn summary(report: &GoldenReport) -> String {
    let passed = |case: &&GoldenCase| report.result(&case.id).is_some_and(|it| it.passed());
    format!(
        "{} of {} cases pass",
        report.cases.iter().filter(passed).count(),
        report.cases.len()
    )
}

fn suites(report: &GoldenReport) -> String {
    let checks = || report.results.iter().flat_map(|result| &result.checks);
    let skipped = |case: &&GoldenCase| report.result(&case.id).is_none();
    let skipped = report.cases.iter().filter(skipped).count();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" \
         failures=\"{}\" errors=\"0\" skipped=\"{skipped}\">\n",
        escape(&report.workflow_name),
        checks().count() + skipped,
        checks().filter(|check| !check.passed).count(),
    );
    for case in &report.cases {
        let id = escape(case.id.as_str());
        let result = report.result(&case.id);
        let tests = result.map_or(1, |result| result.checks.len());
        let _ = writeln!(xml, "  <testsuite name=\"{id}\" tests=\"{tests}\">");
        match result {
            None => {
                let _ = writeln!(
                    xml,
                    "    <testcase classname=\"{id}\" name=\"run\"><skipped/></testcase>"
                );
            }
            Some(result) => {
                for check in &result.checks {
                    let (name, found) = (check.aspect.as_str(), escape(&check.sentence));
                    let _ = write!(xml, "    <testcase classname=\"{id}\" name=\"{name}\">");
                    if !check.passed {
                        let _ = write!(xml, "<failure message=\"{found}\"/>");
                    }
                    xml.push_str("</testcase>\n");
                }
            }
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}
