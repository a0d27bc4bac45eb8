//! Schedules a plan: each node when its inputs are there and its resource has room.
//!
//! Attempts run on threads of their own and are given up, not waited for, when they ignore a
//! cancellation; a node that hangs costs its run, never the caller.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hartomat_schema::{
    Artifact, CacheEntry, CacheKeyParts, DrillBehaviour, ExecutionKind, Failure, FailureClass,
    FrozenRun, Intent, LogLevel, NodeId, Outputs, PortName, RunEventKind,
};

use crate::cache_key::cache_key;
use crate::contract::{check_ports, unmet_requirements};
use crate::executor::internal;
use crate::preview::{Lookup, gather_inputs, lookup};
use crate::{
    Cancellation, ExecutorSet, HostError, NodeContext, NodeOutputs, Plan, PlannedNode, RunHost,
};

/// How often the coordinator looks for cancel requests and the budget's end.
const POLL: Duration = Duration::from_millis(100);
/// How long a cancelled attempt may take to stop before it is given up.
const GRACE: Duration = Duration::from_secs(5);
/// Attempts of a node whose failure may pass.
const MAX_ATTEMPTS: u32 = 2;

/// How many nodes of each execution kind run at once.
#[derive(Debug, Clone, Copy)]
pub struct ResourceLimits {
    /// Nodes that only read and write records.
    pub inline: usize,
    /// CAD worker processes.
    pub cad_workers: usize,
    /// Renders; one uses all cores.
    pub renders: usize,
}

impl Default for ResourceLimits {
    fn default() -> Self {
        Self {
            inline: 4,
            cad_workers: 2,
            renders: 1,
        }
    }
}

impl ResourceLimits {
    fn of(&self, kind: ExecutionKind) -> usize {
        match kind {
            ExecutionKind::Inline => self.inline,
            ExecutionKind::CadWorker => self.cad_workers,
            ExecutionKind::Render => self.renders,
        }
        .max(1)
    }
}

/// How a graph run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphOutcome {
    /// Every node that was not left out succeeded and the artifact contract is met.
    Succeeded {
        /// Outputs by node.
        outputs: BTreeMap<NodeId, Outputs>,
        /// What the graph would publish and whom it would tell.
        intents: Vec<Intent>,
    },
    /// A node failed for good, or the contract is not met.
    Failed {
        /// The node, where it was one.
        node: Option<NodeId>,
        /// Why.
        failure: Failure,
        /// What had come out by then.
        outputs: BTreeMap<NodeId, Outputs>,
    },
    /// Somebody cancelled it.
    Cancelled,
}

/// Everything that a graph run needs.
pub struct GraphRun {
    /// The frozen run.
    pub frozen: Arc<FrozenRun>,
    /// Its plan.
    pub plan: Plan,
    /// Node implementations.
    pub executors: Arc<dyn ExecutorSet>,
    /// Journal, artifacts and cache.
    pub host: Arc<dyn RunHost>,
    /// How much at once.
    pub limits: ResourceLimits,
    /// Called first on each attempt's thread, for instance to lower its priority.
    pub on_thread_start: fn(),
}

impl GraphRun {
    /// Runs the plan to its end. `Err` means that the journal or the artifact store gave out.
    pub fn execute(&self) -> Result<GraphOutcome, HostError> {
        let (sender, receiver) = channel();
        let budget = Duration::from_secs(self.frozen.budget_secs);
        let mut coordinator = Coordinator {
            run: self,
            sender,
            outputs: BTreeMap::new(),
            intents: BTreeMap::new(),
            running: BTreeMap::new(),
            settled: BTreeSet::new(),
            cancel: Cancellation::new(),
            deadline: Instant::now().checked_add(budget),
        };
        coordinator.run_all(&receiver)
    }
}

struct Attempt {
    node: NodeId,
    number: u32,
    parts: CacheKeyParts,
    result: Result<(Outputs, Vec<Intent>), Failure>,
}

struct Coordinator<'a> {
    run: &'a GraphRun,
    sender: Sender<Attempt>,
    outputs: BTreeMap<NodeId, Outputs>,
    intents: BTreeMap<NodeId, Vec<Intent>>,
    /// What runs, and which attempt it is.
    running: BTreeMap<NodeId, (ExecutionKind, u32)>,
    settled: BTreeSet<NodeId>,
    cancel: Cancellation,
    deadline: Option<Instant>,
}

/// However the run ends, no attempt goes on unheard.
impl Drop for Coordinator<'_> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Coordinator<'_> {
    fn run_all(&mut self, receiver: &Receiver<Attempt>) -> Result<GraphOutcome, HostError> {
        self.leave_out()?;
        loop {
            self.start_ready(1)?;
            if self.running.is_empty() {
                return Ok(self.conclude());
            }
            match receiver.recv_timeout(POLL) {
                Ok(attempt) => {
                    if let Some((node, failure)) = self.take_in(attempt)? {
                        return self.abort(receiver, Some(node), failure);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("the coordinator holds a sender")
                }
            }
            if self.run.host.is_cancel_requested() {
                let outcome = self.abort(receiver, None, cancelled())?;
                return Ok(match outcome {
                    GraphOutcome::Failed { .. } => GraphOutcome::Cancelled,
                    other => other,
                });
            }
            if self
                .deadline
                .is_some_and(|deadline| Instant::now() >= deadline)
            {
                let node = self.running.keys().next().cloned();
                let failure = self.out_of_budget();
                return self.abort(receiver, node, failure);
            }
        }
    }

    /// Journals what the plan leaves out.
    fn leave_out(&mut self) -> Result<(), HostError> {
        let plan = &self.run.plan;
        let skipped = plan.nodes.iter().filter_map(|planned| {
            let reason = planned.skip.as_ref()?;
            Some((&planned.node.id, reason))
        });
        let unneeded = plan.unneeded.iter().map(|it| (&it.node, &it.reason));
        for (node, reason) in skipped.chain(unneeded) {
            let (node, reason) = (node.clone(), reason.clone());
            self.settled.insert(node.clone());
            let skipped = RunEventKind::NodeSkipped { node, reason };
            self.run.host.append(skipped)?;
        }
        Ok(())
    }

    /// Starts, reuses or leaves waiting: repeats until nothing more can begin.
    fn start_ready(&mut self, attempt: u32) -> Result<(), HostError> {
        loop {
            let ready = self
                .run
                .plan
                .nodes
                .iter()
                .find(|planned| self.is_ready(planned));
            let Some(planned) = ready else { return Ok(()) };
            self.begin(planned, attempt)?;
        }
    }

    fn is_ready(&self, planned: &PlannedNode) -> bool {
        let id = &planned.node.id;
        let kind = planned.definition.contract.execution;
        let busy = self
            .running
            .values()
            .filter(|(running, _)| *running == kind)
            .count();
        !self.settled.contains(id)
            && !self.running.contains_key(id)
            && busy < self.run.limits.of(kind)
            && planned
                .inputs
                .values()
                .all(|from| self.outputs.contains_key(&from.node))
    }

    fn begin(&mut self, planned: &PlannedNode, attempt: u32) -> Result<(), HostError> {
        let inputs = gather_inputs(planned, &self.outputs);
        let node = planned.node.id.clone();
        match lookup(planned, &self.run.frozen, &inputs, self.run.host.as_ref()) {
            Lookup::Hit {
                key,
                outputs,
                reason,
            } if !self.is_drilled(&node) => {
                self.settled.insert(node.clone());
                self.outputs.insert(node.clone(), outputs.clone());
                self.run.host.append(RunEventKind::NodeReused {
                    node,
                    key,
                    outputs,
                    reason,
                })
            }
            Lookup::Hit { .. } => self.launch(
                planned,
                attempt,
                inputs,
                CacheKeyParts::new(),
                "a drill asks for it",
            ),
            Lookup::Miss { parts, reason } => self.launch(planned, attempt, inputs, parts, &reason),
        }
    }

    fn is_drilled(&self, node: &NodeId) -> bool {
        self.run
            .frozen
            .drill
            .as_ref()
            .is_some_and(|drill| drill.node == *node)
    }

    fn launch(
        &mut self,
        planned: &PlannedNode,
        attempt: u32,
        inputs: BTreeMap<PortName, Artifact>,
        parts: CacheKeyParts,
        reason: &str,
    ) -> Result<(), HostError> {
        let node = planned.node.id.clone();
        self.run.host.append(RunEventKind::NodeStarted {
            node: node.clone(),
            attempt,
            reason: reason.to_owned(),
        })?;
        let kind = planned.definition.contract.execution;
        self.running.insert(node.clone(), (kind, attempt));
        let settings = self.run.frozen.settings.get(&node);
        let context = NodeContext {
            node: node.clone(),
            attempt,
            settings: settings
                .map(|settings| settings.values.clone())
                .unwrap_or_default(),
            inputs,
            subject: Arc::new(self.run.frozen.subject.clone()),
            cancel: self.cancel.clone(),
            run: self.run.frozen.id.clone(),
            workflow: self.run.frozen.workflow.id.clone(),
            host: self.run.host.clone(),
            intents: Mutex::default(),
        };
        let work = AttemptWork {
            planned: planned.clone(),
            executors: self.run.executors.clone(),
            drill: self
                .run
                .frozen
                .drill
                .as_ref()
                .filter(|drill| drill.node == node)
                .map(|drill| drill.behaviour),
        };
        let (sender, on_start) = (self.sender.clone(), self.run.on_thread_start);
        let spawned = thread::Builder::new()
            .name(format!("node-{node}"))
            .spawn(move || {
                on_start();
                let result = catch_unwind(AssertUnwindSafe(|| work.perform(&context)))
                    .unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
                // The coordinator may have given this attempt up; then nobody listens.
                let _ = sender.send(Attempt {
                    node: context.node.clone(),
                    number: attempt,
                    parts,
                    result,
                });
            });
        if let Err(err) = spawned {
            let result = Err(internal(&err));
            let parts = CacheKeyParts::new();
            let _ = self.sender.send(Attempt {
                node,
                number: attempt,
                parts,
                result,
            });
        }
        Ok(())
    }

    /// Takes an attempt's end in; gives the failure back when it is final.
    fn take_in(&mut self, attempt: Attempt) -> Result<Option<(NodeId, Failure)>, HostError> {
        let Attempt {
            node,
            number,
            parts,
            result,
        } = attempt;
        self.running.remove(&node);
        match result {
            Ok((outputs, intents)) => {
                self.keep(&node, number, &parts, outputs, intents)?;
                Ok(None)
            }
            Err(failure) => {
                let will_retry = failure.class == FailureClass::Transient && number < MAX_ATTEMPTS;
                self.run.host.append(RunEventKind::NodeFailed {
                    node: node.clone(),
                    attempt: number,
                    failure: failure.clone(),
                    will_retry,
                })?;
                if will_retry {
                    let planned = self
                        .run
                        .plan
                        .nodes
                        .iter()
                        .find(|planned| planned.node.id == node);
                    let planned = planned.expect("attempts are of planned nodes");
                    self.begin(planned, number + 1)?;
                    return Ok(None);
                }
                self.settled.insert(node.clone());
                Ok(Some((node, failure)))
            }
        }
    }

    fn keep(
        &mut self,
        node: &NodeId,
        attempt: u32,
        parts: &CacheKeyParts,
        outputs: Outputs,
        intents: Vec<Intent>,
    ) -> Result<(), HostError> {
        let host = &self.run.host;
        let key = cache_key(parts);
        host.cache_put(&CacheEntry {
            key,
            parts: parts.clone(),
            outputs: outputs.clone(),
            run: self.run.frozen.id.clone(),
            workflow: self.run.frozen.workflow.id.clone(),
            node: node.clone(),
        })?;
        for intent in intents {
            host.append(RunEventKind::IntentRecorded {
                node: node.clone(),
                intent: intent.clone(),
            })?;
            self.intents.entry(node.clone()).or_default().push(intent);
        }
        host.append(RunEventKind::NodeSucceeded {
            node: node.clone(),
            attempt,
            key,
            outputs: outputs.clone(),
        })?;
        self.settled.insert(node.clone());
        self.outputs.insert(node.clone(), outputs);
        Ok(())
    }

    /// Stops what runs, waits for it a little, and journals what is left.
    fn abort(
        &mut self,
        receiver: &Receiver<Attempt>,
        node: Option<NodeId>,
        failure: Failure,
    ) -> Result<GraphOutcome, HostError> {
        self.cancel.cancel();
        let until = Instant::now() + GRACE;
        while !self.running.is_empty() {
            match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(attempt) => {
                    self.running.remove(&attempt.node);
                    self.journal_end(&attempt.node, attempt.number, &node, &failure)?;
                }
                Err(_) => break,
            }
        }
        for (abandoned, (_, attempt)) in std::mem::take(&mut self.running) {
            self.run.host.log(
                &abandoned,
                LogLevel::Warning,
                "did not stop in time and was given up",
            );
            self.journal_end(&abandoned, attempt, &node, &failure)?;
        }
        self.skip_rest(node.as_ref())?;
        let outputs = std::mem::take(&mut self.outputs);
        Ok(GraphOutcome::Failed {
            node,
            failure,
            outputs,
        })
    }

    /// Journals an attempt that ended because the run stops: the culprit with its failure.
    fn journal_end(
        &mut self,
        ended: &NodeId,
        attempt: u32,
        culprit: &Option<NodeId>,
        failure: &Failure,
    ) -> Result<(), HostError> {
        self.settled.insert(ended.clone());
        let failure = if culprit.as_ref() == Some(ended) {
            failure.clone()
        } else {
            cancelled()
        };
        let node = ended.clone();
        self.run.host.append(RunEventKind::NodeFailed {
            node,
            attempt,
            failure,
            will_retry: false,
        })
    }

    fn skip_rest(&mut self, culprit: Option<&NodeId>) -> Result<(), HostError> {
        for planned in &self.run.plan.nodes {
            if self.settled.insert(planned.node.id.clone()) {
                let reason = culprit.map_or_else(
                    || "the run was cancelled".to_owned(),
                    |culprit| format!("the run ended at `{culprit}`"),
                );
                let node = planned.node.id.clone();
                self.run
                    .host
                    .append(RunEventKind::NodeSkipped { node, reason })?;
            }
        }
        Ok(())
    }

    fn conclude(&mut self) -> GraphOutcome {
        let outputs = std::mem::take(&mut self.outputs);
        if self.run.frozen.is_partial() {
            return self.conclude_part(outputs);
        }
        let mut contract = self.run.frozen.workflow.contract.clone();
        if let hartomat_schema::Subject::OrderLine(line) = &self.run.frozen.subject {
            contract.extend(line.output_type.contract.iter().cloned());
        }
        match unmet_requirements(&contract, &outputs).first() {
            None => GraphOutcome::Succeeded {
                outputs,
                intents: self.intents_in_order(),
            },
            Some(unmet) => GraphOutcome::Failed {
                node: None,
                failure: Failure {
                    class: FailureClass::Contract,
                    message: unmet.message.clone(),
                    hint: "add the node that makes it, or change the contract".to_owned(),
                },
                outputs,
            },
        }
    }

    /// A run to some nodes owes what they put out, and nothing of the contract.
    fn conclude_part(&mut self, outputs: BTreeMap<NodeId, Outputs>) -> GraphOutcome {
        let planned = self.run.plan.nodes.iter();
        let left_out = planned
            .filter(|planned| self.run.frozen.targets.contains(&planned.node.id))
            .find_map(|planned| Some((planned.node.id.clone(), planned.skip.clone()?)));
        match left_out {
            None => GraphOutcome::Succeeded {
                outputs,
                intents: self.intents_in_order(),
            },
            Some((node, why)) => GraphOutcome::Failed {
                failure: Failure {
                    class: FailureClass::BadInput,
                    message: format!("it was left out: {why}"),
                    hint: "unmute what it needs, or run to another node".to_owned(),
                },
                node: Some(node),
                outputs,
            },
        }
    }

    /// In the plan's order, whichever node came first this time.
    fn intents_in_order(&mut self) -> Vec<Intent> {
        let nodes = self.run.plan.nodes.iter();
        let intents = nodes.filter_map(|planned| self.intents.remove(&planned.node.id));
        intents.flatten().collect()
    }

    fn out_of_budget(&self) -> Failure {
        Failure {
            class: FailureClass::TimedOut,
            message: format!(
                "took longer than its budget of {} s",
                self.run.frozen.budget_secs
            ),
            hint: "lower the samples or the size, or raise the budget".to_owned(),
        }
    }
}

struct AttemptWork {
    planned: PlannedNode,
    executors: Arc<dyn ExecutorSet>,
    drill: Option<DrillBehaviour>,
}

impl AttemptWork {
    fn perform(&self, context: &NodeContext) -> Result<(Outputs, Vec<Intent>), Failure> {
        self.rehearse(&context.cancel)?;
        let definition = &self.planned.definition;
        let executor = self
            .executors
            .get(&definition.node_type)
            .ok_or_else(|| Failure {
                class: FailureClass::Environment,
                message: format!("`{}` has no executor in this edition", definition.node_type),
                hint: "mute the node or remove it".to_owned(),
            })?;
        let produced = executor.execute(context)?;
        if context.cancel.is_cancelled() {
            return Err(cancelled());
        }
        check_ports(definition, &produced)?;
        let outputs = self.store(context, &produced)?;
        let intents = context
            .intents
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok((outputs, intents.clone()))
    }

    /// File before record: every output is safe in the store before the journal hears of it.
    fn store(&self, context: &NodeContext, produced: &NodeOutputs) -> Result<Outputs, Failure> {
        let mut outputs = Outputs::new();
        for (port, new) in produced {
            let mut artifact = context
                .host
                .artifact_put(new)
                .map_err(|err| internal(&err))?;
            let file = context
                .host
                .artifact_path(&artifact.digest)
                .map_err(|err| internal(&err))?;
            let measured = self.executors.check_output(
                &self.planned.definition,
                &context.settings,
                &artifact,
                &file,
            )?;
            artifact.facts.extend(measured);
            outputs.insert(port.clone(), artifact);
        }
        Ok(outputs)
    }

    fn rehearse(&self, cancel: &Cancellation) -> Result<(), Failure> {
        match self.drill {
            None => Ok(()),
            Some(DrillBehaviour::Fail) => Err(Failure {
                class: FailureClass::Internal,
                message: "failed on purpose: a drill".to_owned(),
                hint: String::new(),
            }),
            Some(DrillBehaviour::Panic) => panic!("panicked on purpose: a drill"),
            Some(DrillBehaviour::Hang) => {
                while !cancel.is_cancelled() {
                    thread::sleep(POLL);
                }
                // Until its run has given it up, and no longer: a thread holds its run's memory.
                thread::sleep(GRACE + Duration::from_secs(1));
                Err(cancelled())
            }
        }
    }
}

fn cancelled() -> Failure {
    Failure {
        class: FailureClass::Cancelled,
        message: "cancelled".to_owned(),
        hint: String::new(),
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Failure {
        class: FailureClass::Internal,
        message: format!(
            "the node panicked: {}",
            text.as_deref().unwrap_or("no message")
        ),
        hint: "this is a defect of the program; the log has more".to_owned(),
    }
}
