//! Which mode a dispatch has: what is asked for, limited by everybody who has a say.

use super::{ModeLimit, ModeResolution, Rollout, RolloutScope};
use crate::{Digest, ExecutionMode, RunId, Timestamp};

/// What a dispatch asks for.
#[derive(Debug, Clone)]
pub struct ModeRequest<'a> {
    /// The mode.
    pub mode: ExecutionMode,
    /// Who asks for it, for people.
    pub by: &'a str,
    /// The workflow's definition as it would run.
    pub definition_hash: Digest,
    /// The run, by which a share of dispatches is drawn; none where nothing is drawn yet.
    pub run: Option<&'a RunId>,
    /// When.
    pub at: Timestamp,
}

/// The mode, with each limit on it in order. The lowest counts, so that rolling any of them back is
/// enough.
pub fn resolve_mode(request: &ModeRequest<'_>, rollouts: &[Rollout]) -> ModeResolution {
    let mut steps = vec![ModeLimit {
        by: request.by.to_owned(),
        mode: request.mode,
        sentence: format!("{} asks for `{}`", request.by, request.mode),
    }];
    for rollout in rollouts {
        steps.extend(limits(rollout, request));
    }
    let lowest = steps.iter().map(|step| step.mode).min();
    let mut mode = lowest.unwrap_or_default();
    if let Some(run) = request.run.filter(|_| mode == ExecutionMode::Shadow) {
        let left_out = rollouts
            .iter()
            .find(|rollout| percentile(run, &rollout.scope) >= rollout.shadow_percent);
        if let Some(rollout) = left_out {
            mode = ExecutionMode::Legacy;
            steps.push(ModeLimit {
                by: format!("sampling of {}", rollout.scope.words()),
                mode,
                sentence: format!(
                    "{} of 100 dispatches run as a shadow, and this one was not drawn",
                    rollout.shadow_percent
                ),
            });
        }
    }
    ModeResolution {
        mode,
        limits: steps,
    }
}

fn limits(rollout: &Rollout, request: &ModeRequest<'_>) -> Vec<ModeLimit> {
    let by = format!("rollout of {}", rollout.scope.words());
    let mut steps = vec![ModeLimit {
        by: by.clone(),
        mode: rollout.mode,
        sentence: format!("{by} allows `{}`", rollout.mode),
    }];
    if rollout.mode != ExecutionMode::Graph {
        return steps;
    }
    let mut hold = |sentence: String| {
        steps.push(ModeLimit {
            by: by.clone(),
            mode: ExecutionMode::Shadow,
            sentence,
        });
    };
    if rollout
        .definition_hash
        .is_some_and(|promoted| promoted != request.definition_hash)
    {
        let sentence =
            "the workflow has changed since it was promoted, and its evidence starts anew";
        hold(sentence.to_owned());
    }
    if let Some(ended) = rollout
        .exception
        .as_ref()
        .filter(|exception| exception.expires_at <= request.at)
    {
        hold(format!(
            "the exception that it was promoted with ended on {}",
            ended.expires_at.date()
        ));
    }
    steps
}

/// A number from 0 to 99 that a run and a scope always have.
fn percentile(run: &RunId, scope: &RolloutScope) -> u8 {
    let digest = Digest::of(format!("{scope} {run}").as_bytes());
    let number = u32::from_str_radix(&digest.hex()[..6], 16).expect("these are hexadecimal digits");
    u8::try_from(number % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{GateConditionName, GateException};
    use super::*;
    use crate::{OutputTypeId, WorkflowId};

    fn digest(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    fn request(mode: ExecutionMode) -> ModeRequest<'static> {
        ModeRequest {
            mode,
            by: "workflow `w`",
            definition_hash: digest("new"),
            run: None,
            at: Timestamp(1000),
        }
    }

    fn of_type(mode: ExecutionMode) -> Rollout {
        let scope = RolloutScope::OutputType(OutputTypeId::literal("t"));
        Rollout::new(scope, mode)
    }

    fn of_workflow(mode: ExecutionMode) -> Rollout {
        Rollout::new(RolloutScope::Workflow(WorkflowId::literal("w")), mode)
    }

    #[test]
    fn the_lowest_limit_counts_and_says_who_sets_it() {
        use ExecutionMode::{Graph, Legacy, Shadow};
        for (asked, of_the_type, of_the_workflow, expected) in [
            (Graph, Graph, Graph, Graph),
            (Graph, Shadow, Graph, Shadow),
            (Graph, Graph, Legacy, Legacy),
            (Legacy, Graph, Graph, Legacy),
        ] {
            let rollouts = [of_type(of_the_type), of_workflow(of_the_workflow)];
            assert_eq!(resolve_mode(&request(asked), &rollouts).mode, expected);
        }
        let resolved = resolve_mode(&request(Graph), &[of_type(Graph), of_workflow(Legacy)]);
        let by = &resolved.deciding().unwrap().by;
        assert_eq!(by, "rollout of workflow `w`");
    }

    #[test]
    fn a_changed_definition_and_an_ended_exception_hold_at_shadow() {
        let promoted = |definition: &str| Rollout {
            definition_hash: Some(digest(definition)),
            ..of_type(ExecutionMode::Graph)
        };
        let mode = |rollout| resolve_mode(&request(ExecutionMode::Graph), &[rollout]).mode;
        assert_eq!(mode(promoted("new")), ExecutionMode::Graph);
        assert_eq!(mode(promoted("old")), ExecutionMode::Shadow);
        let excepted = |expires_at| Rollout {
            exception: Some(GateException {
                conditions: BTreeSet::from([GateConditionName::Streak]),
                reason: "a fair in two days".to_owned(),
                expires_at,
            }),
            ..promoted("new")
        };
        assert_eq!(mode(excepted(Timestamp(1001))), ExecutionMode::Graph);
        assert_eq!(mode(excepted(Timestamp(1000))), ExecutionMode::Shadow);
    }

    #[test]
    fn a_share_of_dispatches_is_drawn_and_the_same_run_always_alike() {
        let rollout = Rollout {
            shadow_percent: 25,
            ..of_type(ExecutionMode::Shadow)
        };
        let drawn = |number: usize| {
            let run = RunId::new(format!("run-{number}")).unwrap();
            let asked = ModeRequest {
                run: Some(&run),
                ..request(ExecutionMode::Graph)
            };
            let first = resolve_mode(&asked, std::slice::from_ref(&rollout));
            assert_eq!(first, resolve_mode(&asked, std::slice::from_ref(&rollout)));
            first.mode == ExecutionMode::Shadow
        };
        let shadows = (0..4000).filter(|number| drawn(*number)).count();
        assert!((850..1150).contains(&shadows), "{shadows} of 4000");
        let asked = resolve_mode(&request(ExecutionMode::Graph), &[rollout]);
        assert_eq!(asked.mode, ExecutionMode::Shadow, "nothing is drawn yet");
    }
}
