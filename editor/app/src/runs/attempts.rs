//! Tries of nodes in the order of time, made of a run's events: what a timeline shows.

use hartomat_schema::{Failure, FailureClass, NodeId, RunEvent, RunEventKind, Timestamp};

/// One try of a node, or of the control.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// The node; none for the control.
    pub node: Option<NodeId>,
    /// From 1; 0 where nothing ran.
    pub number: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it goes on.
    pub finished_at: Option<Timestamp>,
    /// How.
    pub end: AttemptEnd,
    /// Why it ran, was reused or left out.
    pub reason: String,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptEnd {
    /// It goes on.
    Running,
    /// Outputs are there.
    Succeeded,
    /// They were taken from the cache.
    Reused,
    /// It failed.
    Failed,
    /// It was left out.
    Skipped,
    /// Somebody stopped it, or its process ended.
    Cancelled,
}

/// Takes an event in.
pub(super) fn take(attempts: &mut Vec<Attempt>, event: &RunEvent) {
    let begun = |node: Option<NodeId>, number, reason: &str| Attempt {
        node,
        number,
        started_at: event.at,
        finished_at: None,
        end: AttemptEnd::Running,
        reason: reason.to_owned(),
        failure: None,
    };
    match &event.kind {
        RunEventKind::ControlStarted => attempts.push(begun(None, 1, "")),
        RunEventKind::ControlFinished { failure, .. } => {
            let end = end_of(failure.as_ref());
            finish(attempts, None, event.at, end, failure.clone());
        }
        RunEventKind::NodeStarted {
            node,
            attempt,
            reason,
        } => attempts.push(begun(Some(node.clone()), *attempt, reason)),
        RunEventKind::NodeSucceeded { node, .. } => {
            finish(attempts, Some(node), event.at, AttemptEnd::Succeeded, None);
        }
        RunEventKind::NodeFailed { node, failure, .. } => {
            let end = end_of(Some(failure));
            finish(attempts, Some(node), event.at, end, Some(failure.clone()));
        }
        RunEventKind::NodeReused { node, reason, .. } => attempts.push(Attempt {
            finished_at: Some(event.at),
            end: AttemptEnd::Reused,
            ..begun(Some(node.clone()), 0, reason)
        }),
        RunEventKind::NodeSkipped { node, reason } => attempts.push(Attempt {
            finished_at: Some(event.at),
            end: AttemptEnd::Skipped,
            ..begun(Some(node.clone()), 0, reason)
        }),
        RunEventKind::Interrupted { .. } | RunEventKind::Finished { .. } => {
            for attempt in attempts.iter_mut() {
                if attempt.end == AttemptEnd::Running {
                    attempt.end = AttemptEnd::Cancelled;
                    attempt.finished_at = Some(event.at);
                }
            }
        }
        _ => {}
    }
}

/// From when to when a try of a node wrote to the log: until the next one began.
pub(super) fn window(
    attempts: &[Attempt],
    node: &NodeId,
    number: u32,
) -> Option<(Timestamp, Timestamp)> {
    let of_node = |attempt: &&Attempt| attempt.node.as_ref() == Some(node) && attempt.number > 0;
    let of_node = attempts.iter().filter(of_node);
    let mut from = of_node.skip_while(|attempt| attempt.number != number);
    let begin = from.next()?.started_at;
    let end = from
        .next()
        .map_or(Timestamp(i64::MAX), |next| next.started_at);
    Some((begin, end))
}

fn end_of(failure: Option<&Failure>) -> AttemptEnd {
    match failure.map(|failure| failure.class) {
        None => AttemptEnd::Succeeded,
        Some(FailureClass::Cancelled) => AttemptEnd::Cancelled,
        Some(_) => AttemptEnd::Failed,
    }
}

fn finish(
    attempts: &mut [Attempt],
    node: Option<&NodeId>,
    at: Timestamp,
    end: AttemptEnd,
    failure: Option<Failure>,
) {
    let mut open = attempts.iter_mut().rev();
    let found =
        open.find(|attempt| attempt.node.as_ref() == node && attempt.end == AttemptEnd::Running);
    if let Some(attempt) = found {
        attempt.finished_at = Some(at);
        attempt.end = end;
        attempt.failure = failure;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64, at: i64, kind: RunEventKind) -> RunEvent {
        RunEvent {
            seq,
            at: Timestamp(at),
            kind,
        }
    }

    #[test]
    fn each_try_of_a_node_is_its_own_bar() {
        let node = NodeId::literal("still");
        let started = |attempt| RunEventKind::NodeStarted {
            node: node.clone(),
            attempt,
            reason: "no earlier result".to_owned(),
        };
        let failed = RunEventKind::NodeFailed {
            node: node.clone(),
            attempt: 1,
            failure: Failure {
                class: FailureClass::Transient,
                message: "the worker crashed".to_owned(),
                hint: String::new(),
            },
            will_retry: true,
        };
        let mut attempts = Vec::new();
        for event in [
            event(1, 100, started(1)),
            event(2, 150, failed),
            event(3, 200, started(2)),
        ] {
            take(&mut attempts, &event);
        }
        assert_eq!(attempts.len(), 2);
        assert_eq!(attempts[0].end, AttemptEnd::Failed);
        assert_eq!(attempts[0].finished_at, Some(Timestamp(150)));
        assert_eq!(attempts[1].end, AttemptEnd::Running);
        assert_eq!(
            window(&attempts, &node, 1),
            Some((Timestamp(100), Timestamp(200)))
        );
        assert_eq!(
            window(&attempts, &node, 2),
            Some((Timestamp(200), Timestamp(i64::MAX)))
        );
        assert_eq!(window(&attempts, &node, 3), None);
        let end = RunEventKind::Interrupted {
            reason: "gone".to_owned(),
        };
        take(&mut attempts, &event(4, 300, end));
        assert_eq!(attempts[1].end, AttemptEnd::Cancelled);
    }
}
