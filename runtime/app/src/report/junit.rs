//! JUnit XML: what build servers read. A suite per compared output, a test case per rung.

use std::fmt::Write as _;

use hartomat_api::Report;
use hartomat_schema::{Comparison, RunState, Rung, RungName, Verdict};

use super::markup::{escape, number};

/// How many cases ended how.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of<'a>(rungs: impl Iterator<Item = &'a Rung>) -> Self {
        let mut counts = Self::default();
        for rung in rungs {
            counts.tests += 1;
            match rung.verdict {
                Some(Verdict::Pass) => {}
                Some(Verdict::Warn | Verdict::Fail) => counts.failures += 1,
                Some(Verdict::Inconclusive) => counts.errors += 1,
                None => counts.skipped += 1,
            }
        }
        counts
    }

    fn attributes(&self) -> String {
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
            self.tests, self.failures, self.errors, self.skipped
        )
    }
}

/// A compared output: its name and its rungs.
struct Suite<'a> {
    name: &'a str,
    rungs: &'a [Rung],
}

/// The document. A run that was not compared is one case: skipped, or an error where it failed.
pub(super) fn suites(report: &Report) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let without = [without_comparison(report)];
    let suites: Vec<Suite<'_>> = match &report.comparison {
        None => vec![Suite {
            name: "run",
            rungs: &without,
        }],
        Some(compared) => std::iter::once(compared)
            .chain(&compared.parts)
            .filter(|output| !output.rungs.is_empty())
            .map(|output| Suite {
                name: name_of(output),
                rungs: &output.rungs,
            })
            .collect(),
    };
    let all = Counts::of(suites.iter().flat_map(|suite| suite.rungs));
    let title = escape(&report.title);
    // Writing to a string never fails.
    let _ = writeln!(xml, "<testsuites name=\"{title}\" {}>", all.attributes());
    for output in &suites {
        suite(&mut xml, &title, output);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn name_of(output: &Comparison) -> &str {
    match output.name.as_str() {
        "" => output.kind.as_str(),
        name => name,
    }
}

fn suite(xml: &mut String, title: &str, output: &Suite<'_>) {
    let (name, counts) = (escape(output.name), Counts::of(output.rungs.iter()));
    let _ = writeln!(xml, "  <testsuite name=\"{name}\" {}>", counts.attributes());
    let class = match name == title {
        true => name.clone(),
        false => format!("{title}.{name}"),
    };
    for rung in output.rungs {
        let _ = write!(
            xml,
            "    <testcase classname=\"{class}\" name=\"{}\">",
            rung.name
        );
        let sentence = escape(&rung.sentence);
        let details = escape(&details(rung));
        let _ = match rung.verdict {
            Some(Verdict::Pass) if details.is_empty() => {
                write!(xml, "<system-out>{sentence}</system-out>")
            }
            Some(Verdict::Pass) => write!(xml, "<system-out>{sentence}\n{details}</system-out>"),
            Some(verdict @ (Verdict::Warn | Verdict::Fail)) => write!(
                xml,
                "<failure type=\"{verdict}\" message=\"{sentence}\">{details}</failure>"
            ),
            Some(verdict @ Verdict::Inconclusive) => write!(
                xml,
                "<error type=\"{verdict}\" message=\"{sentence}\">{details}</error>"
            ),
            None => write!(xml, "<skipped message=\"{sentence}\"/>"),
        };
        xml.push_str("</testcase>\n");
    }
    xml.push_str("  </testsuite>\n");
}

/// Every value that the rung held against a threshold, one a line.
fn details(rung: &Rung) -> String {
    let checks = rung.checks.iter().map(|check| {
        let limit = |limit: Option<f64>| limit.map_or("–".to_owned(), number);
        format!(
            "{}: {}: {} (pass up to {}, warn up to {})",
            check.verdict,
            check.measure,
            number(check.value),
            limit(check.pass),
            limit(check.warn)
        )
    });
    checks.collect::<Vec<_>>().join("\n")
}

/// What stands in a comparison's place where there is none.
fn without_comparison(report: &Report) -> Rung {
    let record = report.run.as_ref().map(|run| &run.record);
    let failed = record.is_some_and(|record| record.state == RunState::Failed);
    let reason = record.and_then(|record| record.reason.clone());
    Rung {
        name: RungName::Artifacts,
        verdict: failed.then_some(Verdict::Inconclusive),
        value: None,
        threshold: None,
        sentence: reason.unwrap_or_else(|| "nothing was compared".to_owned()),
        place: None,
        checks: Vec::new(),
    }
}
