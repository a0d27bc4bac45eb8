//! Native dialogs for files. They wait for a person, so each has a thread of its own and answers by
//! a channel that is polled once per frame.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use hartomat_api::ReportFormat;
use hartomat_schema::{Artifact, MediaAsset, NodeId, NodeType, OutputTypeId};

use crate::messages::{text, text_with};
use crate::studio_view::AuditFormat;

/// Endings of workflow documents: the one that desktops open by a double click, and what they are.
const WORKFLOW_ENDINGS: &[&str] = &["hartomat", "json"];

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum FileQuestion {
    /// A workflow or a legacy preset to open.
    Open,
    /// A legacy preset, a list of its parts or an export to import.
    Import,
    /// Where to save a workflow; a file name to begin with.
    SaveAs(String),
    /// Where to write a copy; a file name to begin with.
    Export(String),
    /// A CAD file to try the workflow on.
    CadFile,
    /// A file or folder for a setting.
    Setting(SettingPath),
    /// A list of orders to take in.
    Orders,
    /// The first of two files to set beside each other.
    CompareFirst,
    /// The second one, beside this first one.
    CompareSecond(PathBuf),
    /// A file for a side of the comparison, 0 or 1.
    CompareSide(usize),
    /// Where to write the log of the run that is looked at to; a file name to begin with.
    Log(String),
    /// Where to write an artifact to.
    Artifact(Box<Artifact>),
    /// Where to write a media asset to.
    MediaAsset(Box<MediaAsset>),
    /// Where to save a report in this format; a file name to begin with.
    Report(ReportFormat, String),
    /// Where to write the audit list to, in this format.
    Audit(AuditFormat),
    /// A folder with old documents.
    Library,
    /// A folder that what is migrated is written to.
    MigrationOutput,
}

/// A setting whose value is a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingPath {
    /// Whose setting it is; something else may be selected by the time of the answer.
    pub of: SettingOf,
    /// Where it stands in the settings, as a JSON pointer.
    pub pointer: String,
    /// Whether it names a folder.
    pub is_folder: bool,
}

/// Who has a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingOf {
    /// Nodes of the open workflow.
    Nodes(BTreeSet<NodeId>),
    /// An output type, for nodes of this type.
    OutputType(OutputTypeId, NodeType),
}

/// What a person chose; no path where they closed the dialog.
#[derive(Debug, Clone, PartialEq)]
pub struct FileAnswer {
    /// What was asked for.
    pub question: FileQuestion,
    /// The file.
    pub path: Option<PathBuf>,
}

/// Dialogs that are open.
pub struct Dialogs {
    answers: Receiver<FileAnswer>,
    answer: Sender<FileAnswer>,
    wake: egui::Context,
    open: usize,
    /// Puts a dialog before the window; none where there is no window, as in tests.
    parent: Option<Parent>,
}

/// Gives a dialog the window that it stands before. The window's type is the platform's.
pub(crate) type Parent = Box<dyn Fn(rfd::FileDialog) -> rfd::FileDialog>;

impl Dialogs {
    /// No dialog yet. An answer wakes the window of this context.
    pub fn new(wake: egui::Context) -> Self {
        let (answer, answers) = channel();
        Self {
            answers,
            answer,
            wake,
            open: 0,
            parent: None,
        }
    }

    /// Dialogs stand before this window from now on.
    pub(crate) fn set_parent(&mut self, parent: Parent) {
        self.parent = Some(parent);
    }

    /// Opens a dialog, unless one is open already.
    pub fn ask(&mut self, question: FileQuestion) {
        if self.open > 0 {
            return;
        }
        self.open += 1;
        // Built here, since texts belong to the thread that draws.
        let dialog = dialog(&question);
        let dialog = match &self.parent {
            Some(parent) => parent(dialog),
            None => dialog,
        };
        let (answer, wake) = (self.answer.clone(), self.wake.clone());
        std::thread::spawn(move || {
            let path = match &question {
                FileQuestion::SaveAs(_)
                | FileQuestion::Export(_)
                | FileQuestion::Log(_)
                | FileQuestion::Artifact(_)
                | FileQuestion::MediaAsset(_)
                | FileQuestion::Audit(_)
                | FileQuestion::Report(..) => dialog.save_file(),
                FileQuestion::Setting(setting) if setting.is_folder => dialog.pick_folder(),
                FileQuestion::Library | FileQuestion::MigrationOutput => dialog.pick_folder(),
                _ => dialog.pick_file(),
            };
            // The window may be gone by then.
            let _closed = answer.send(FileAnswer { question, path });
            wake.request_repaint();
        });
    }

    /// What people have chosen since the last call.
    pub fn poll(&mut self) -> Vec<FileAnswer> {
        let answers: Vec<_> = self.answers.try_iter().collect();
        self.open -= answers.len().min(self.open);
        answers
    }
}

fn dialog(question: &FileQuestion) -> rfd::FileDialog {
    let dialog = rfd::FileDialog::new();
    match question {
        FileQuestion::Open => dialog
            .set_title(text("files.open_title"))
            .add_filter(text("files.workflows"), WORKFLOW_ENDINGS),
        FileQuestion::Import => dialog
            .set_title(text("files.import_title"))
            .add_filter(text("files.presets"), &["json"]),
        FileQuestion::SaveAs(name) | FileQuestion::Export(name) => dialog
            .set_title(match question {
                FileQuestion::Export(_) => text("files.export_title"),
                _ => text("files.save_title"),
            })
            .add_filter(text("files.workflows"), WORKFLOW_ENDINGS)
            .set_file_name(name),
        FileQuestion::CadFile => dialog
            .set_title(text("files.cad_title"))
            .add_filter(text("files.cad_files"), &["step", "stp", "STEP", "STP"]),
        FileQuestion::Setting(setting) if setting.is_folder => {
            dialog.set_title(text("files.setting_folder_title"))
        }
        FileQuestion::Setting(_) => dialog.set_title(text("files.setting_title")),
        FileQuestion::Report(format, name) => dialog
            .set_title(text("report.save_title"))
            .add_filter(text("report.reports"), &[format.as_str()])
            .set_file_name(name),
        FileQuestion::Orders => dialog
            .set_title(text("studio.orders_file"))
            .add_filter(text("studio.lists"), &["csv", "json"]),
        FileQuestion::CompareFirst => dialog.set_title(text("compare.first_file")),
        FileQuestion::CompareSecond(_) => dialog.set_title(text("compare.second_file")),
        FileQuestion::CompareSide(_) => dialog.set_title(text("compare.side_file")),
        FileQuestion::Log(name) => dialog
            .set_title(text("files.log_title"))
            .add_filter(text("files.texts"), &["txt", "log"])
            .set_file_name(name),
        FileQuestion::Artifact(artifact) => named(dialog, &artifact.name),
        FileQuestion::MediaAsset(asset) => named(dialog, &asset.name),
        FileQuestion::Audit(format) => {
            let ending = match format {
                AuditFormat::Csv => "csv",
                AuditFormat::Json => "json",
            };
            dialog
                .set_title(text("audit.save_title"))
                .add_filter(text("studio.lists"), &[ending])
                .set_file_name(format!("audit.{ending}"))
        }
        FileQuestion::Library => dialog.set_title(text("migration.choose")),
        FileQuestion::MigrationOutput => dialog.set_title(text("migration.choose_output")),
    }
}

fn named(dialog: rfd::FileDialog, name: &str) -> rfd::FileDialog {
    let title = text_with("files.artifact_title", &[("name", name)]);
    dialog.set_title(title).set_file_name(name)
}
