//! Proves migrations in a studio of its own: nothing of the user's changes, and nobody is told.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{ApiError, LibraryDocument};
use hartomat_app::{DataDir, Proof, Studio, StudioOptions};
use hartomat_schema::{MigratedDocument, Migration};
use serde_json::{Value, json};

use crate::commands::{Session, files};
use crate::exit::Exit;
use crate::progress::say;

/// A studio for golden cases, gone when it is dropped.
pub(super) struct Prover {
    studio: Arc<Studio>,
    folder: PathBuf,
}

impl Prover {
    pub(super) fn open(session: &Session) -> Result<Self, ApiError> {
        let name = format!("prove-{}", std::process::id());
        let folder = session.data_dir().join("scratch").join(name);
        let options = StudioOptions::in_process(DataDir::new(&folder));
        let studio = Studio::open(&options)?;
        Ok(Self { studio, folder })
    }

    /// Runs the golden cases of a migrated document, and says so meanwhile; nothing for one that was in
    /// the present form or refused.
    pub(super) fn prove(&self, library: &Path, document: &LibraryDocument) -> Option<Proof> {
        let MigratedDocument {
            workflow: Some(workflow),
            from: Some(from),
            findings,
            ..
        } = document.migrated.clone()
        else {
            return None;
        };
        say(&format!("proving {}", document.file.display()));
        let migration = Migration {
            workflow,
            notes: findings,
            from,
        };
        let file = match library.is_file() {
            true => library.to_owned(),
            false => library.join(&document.file),
        };
        let proof =
            files::read_legacy(&file).and_then(|original| self.studio.prove(&original, &migration));
        Some(proof.unwrap_or_else(|err| Proof::Unproven(err.message)))
    }
}

impl Drop for Prover {
    fn drop(&mut self) {
        // The next start sweeps what can't be removed now.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// How many cases are identical, and how many there are.
fn counts(proof: &Proof) -> (usize, usize) {
    match proof {
        Proof::Unproven(_) => (0, 0),
        Proof::Ran { cases, .. } => {
            let same = cases.iter().filter(|case| case.differs.is_none());
            (same.count(), cases.len())
        }
    }
}

/// What follows a document's name in the report.
pub(super) fn words(proof: &Proof) -> String {
    let (same, all) = counts(proof);
    let (cases, left_out) = match proof {
        Proof::Unproven(why) => return format!("; not proven: {why}"),
        Proof::Ran { cases, left_out } => (cases, left_out),
    };
    let mut text = format!("; {same} of {all} identical");
    for case in cases {
        if let Some((aspect, sentence)) = &case.differs {
            let of = case.output.as_deref();
            let of = of.map(|it| format!(" of `{it}`")).unwrap_or_default();
            let (case, aspect) = (&case.case, aspect.as_str());
            let _ = write!(text, "\n  ✗ {case}{of} {aspect}: {sentence}");
        }
    }
    for what in left_out {
        let _ = write!(text, "\n  left out, {what}");
    }
    text
}

/// The proofs together, in a line.
pub(super) fn total<'a>(proofs: impl Iterator<Item = &'a Proof> + Clone) -> String {
    let (mut same, mut all) = (0, 0);
    for proof in proofs.clone() {
        let (of_it, cases) = counts(proof);
        (same, all) = (same + of_it, all + cases);
    }
    let unproven = proofs.filter(|it| matches!(it, Proof::Unproven(_))).count();
    match unproven {
        0 => format!("{same} of {all} identical\n"),
        1 => format!("{same} of {all} identical; 1 document is not proven\n"),
        count => format!("{same} of {all} identical; {count} documents are not proven\n"),
    }
}

/// A difference is a failure; what isn't proven leaves the question open.
pub(super) fn exit_of<'a>(proofs: impl Iterator<Item = &'a Proof>) -> Exit {
    let mut exit = Exit::Ok;
    for proof in proofs {
        match (proof, counts(proof)) {
            (Proof::Unproven(_), _) if exit == Exit::Ok => exit = Exit::Inconclusive,
            (Proof::Ran { .. }, (same, all)) if same < all => exit = Exit::Fail,
            _ => {}
        }
    }
    exit
}

/// A proof for programs.
pub(super) fn json(proof: &Proof) -> Value {
    match proof {
        Proof::Unproven(why) => json!({ "unproven": why }),
        Proof::Ran { cases, left_out } => {
            let cases = cases.iter();
            let cases = cases.map(|case| {
                let differs = case.differs.as_ref();
                let differs = differs.map(|(aspect, sentence)| {
                    json!({ "aspect": aspect.as_str(), "sentence": sentence })
                });
                json!({ "case": case.case, "output": case.output, "identical": case.differs.is_none(), "differs": differs })
            });
            json!({ "cases": cases.collect::<Vec<_>>(), "left_out": left_out })
        }
    }
}
