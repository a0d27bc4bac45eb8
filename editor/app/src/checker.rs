//! Checks large documents beside the window: their problems come some frames later instead of making
//! one frame late.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use hartomat_schema::{Diagnostic, Workflow, WorkflowValidator};

/// Documents with more nodes than this are checked beside the window.
const NODES_IN_A_FRAME: usize = 250;

/// What was found of a revision.
pub(crate) struct Findings {
    /// The document's revision.
    pub(crate) revision: u64,
    /// What is wrong with it.
    pub(crate) problems: Vec<Diagnostic>,
}

struct Question {
    revision: u64,
    workflow: Arc<Workflow>,
    validator: Arc<WorkflowValidator>,
    wake: egui::Context,
}

/// A thread that checks the newest document that it was given.
#[derive(Default)]
pub(crate) struct Checker {
    thread: Option<(Sender<Question>, Receiver<Findings>)>,
}

impl Checker {
    /// Whether checking this would make a frame late.
    pub(crate) fn takes_long(workflow: &Workflow) -> bool {
        workflow.nodes.len() > NODES_IN_A_FRAME
    }

    /// Has a document checked; what comes of it wakes the window.
    pub(crate) fn ask(
        &mut self,
        revision: u64,
        workflow: &Arc<Workflow>,
        validator: &Arc<WorkflowValidator>,
        wake: &egui::Context,
    ) {
        let (sender, _) = self.thread.get_or_insert_with(start);
        let question = Question {
            revision,
            workflow: Arc::clone(workflow),
            validator: Arc::clone(validator),
            wake: wake.clone(),
        };
        // A thread that is gone took its receiver along: nothing will come, and nothing breaks.
        let _gone = sender.send(question);
    }

    /// What was found last.
    pub(crate) fn poll(&self) -> Option<Findings> {
        let (_, receiver) = self.thread.as_ref()?;
        receiver.try_iter().last()
    }
}

fn start() -> (Sender<Question>, Receiver<Findings>) {
    let (ask, questions) = channel::<Question>();
    let (tell, findings) = channel();
    std::thread::spawn(move || {
        while let Ok(first) = questions.recv() {
            let question = questions.try_iter().last().unwrap_or(first);
            let problems = question.validator.validate(&question.workflow);
            let found = Findings {
                revision: question.revision,
                problems,
            };
            if tell.send(found).is_err() {
                return;
            }
            question.wake.request_repaint();
        }
    });
    (ask, findings)
}
