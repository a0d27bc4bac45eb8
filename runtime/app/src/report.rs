//! Reports: one comparison, or one run, as a file. Each format is made from the same [`Report`], and
//! from nothing that changes with time or machine, so that the same run gives the same bytes.

mod curve;
mod golden;
mod html;
mod junit;
mod markup;
mod pictures;
mod sections;

use hartomat_api::{
    ApiError, Backend as _, ErrorKind, Report, ReportFormat, ReportedRun, RunDetail,
};
use hartomat_schema::{Comparison, RunId, canonical_json};

use crate::Studio;
use pictures::{Embedded, embed};

pub use golden::golden_report_file;
pub use pictures::ComparedPictures;

/// The largest picture that is looked at for a report.
const MAX_PICTURE_BYTES: u64 = 256 << 20;

/// What a report says of the program that made it.
const PROGRAM: &str = concat!("hartomat ", env!("CARGO_PKG_VERSION"));

/// A report of two files that somebody compared. Pictures are for the page; a side that is none is
/// left out.
pub fn comparison_report(
    comparison: &Comparison,
    pictures: &ComparedPictures,
    format: ReportFormat,
) -> Vec<u8> {
    let report = Report {
        schema: Report::SCHEMA.to_owned(),
        title: match comparison.name.as_str() {
            "" => "Comparison".to_owned(),
            name => name.to_owned(),
        },
        program: PROGRAM.to_owned(),
        comparison: Some(comparison.clone()),
        run: None,
        files: std::collections::BTreeMap::new(),
    };
    written(&report, format, || pictures.embedded())
}

impl Studio {
    pub(crate) fn report_of(&self, run: &RunId, format: ReportFormat) -> Result<Vec<u8>, ApiError> {
        let detail = self.run_get(run)?;
        if !detail.record.state.is_final() {
            let message = format!("run {run} has not ended yet");
            return Err(ApiError::new(ErrorKind::Conflict, message)
                .hint("ask for its report when it has ended"));
        }
        let report = report(detail);
        Ok(written(&report, format, || self.pictures_of(&report)))
    }

    /// The pictures of both sides and their difference, as they go into a page.
    fn pictures_of(&self, report: &Report) -> Vec<Embedded> {
        let Ok(artifacts) = self.artifacts() else {
            return Vec::new();
        };
        let found = pictures::SHOWN.iter().filter_map(|(name, label)| {
            let file = report.files.get(*name)?;
            let bytes = artifacts.read(&file.digest, MAX_PICTURE_BYTES).ok()?;
            embed(label, &bytes)
        });
        found.collect()
    }
}

fn report(detail: RunDetail) -> Report {
    let record = &detail.record;
    Report {
        schema: Report::SCHEMA.to_owned(),
        title: format!("{} · {}", record.workflow_name, record.cad_file),
        program: PROGRAM.to_owned(),
        comparison: detail.evidence.map(|evidence| evidence.comparison),
        files: detail.files,
        run: Some(Box::new(ReportedRun {
            record: detail.record,
            frozen: detail.frozen,
            reviews: detail.reviews,
            media_assets: detail.media_assets,
            notifications: detail.notifications,
        })),
    }
}

fn written(
    report: &Report,
    format: ReportFormat,
    pictures: impl FnOnce() -> Vec<Embedded>,
) -> Vec<u8> {
    match format {
        ReportFormat::Html => html::page(report, &pictures()).into_bytes(),
        ReportFormat::Xml => junit::suites(report).into_bytes(),
        ReportFormat::Json => {
            let mut json = canonical_json(report);
            json.push(b'\n');
            json
        }
    }
}
