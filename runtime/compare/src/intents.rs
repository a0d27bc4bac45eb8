//! Sets the intents of both sides beside each other: what would be published, and who would be told.
//!
//! Digests and sizes are left to the artifacts' own comparison; order counts for nothing.

use hartomat_schema::{Intent, IntentNumbers, SideIntents};

/// What an intent amounts to, without digest and size, recipients in order.
type Key = (u8, String, String, Vec<String>, String);

fn key(intent: &Intent) -> Key {
    match intent {
        Intent::Publish {
            target, kind, name, ..
        } => (
            0,
            target.clone(),
            kind.as_str().to_owned(),
            Vec::new(),
            name.clone(),
        ),
        Intent::Notify {
            channel,
            recipients,
            subject,
        } => {
            let mut recipients = recipients.clone();
            recipients.sort();
            (
                1,
                channel.clone(),
                String::new(),
                recipients,
                subject.clone(),
            )
        }
    }
}

/// Compares the intents of both sides as sets in which the same intent may stand twice.
pub fn compare_intents(sides: &SideIntents) -> IntentNumbers {
    let keys = |intents: &[Intent]| intents.iter().map(key).collect::<Vec<Key>>();
    let (control, candidate) = (keys(&sides.control), keys(&sides.candidate));
    let missing = only_in(&sides.control, &control, &candidate);
    let added = only_in(&sides.candidate, &candidate, &control);
    let reordered = missing.is_empty() && added.is_empty() && control != candidate;
    IntentNumbers {
        control: sides.control.clone(),
        candidate: sides.candidate.clone(),
        missing,
        added,
        reordered,
    }
}

/// The intents for which the other side has no partner left.
fn only_in(intents: &[Intent], keys: &[Key], other: &[Key]) -> Vec<Intent> {
    let mut unmatched: Vec<Option<&Key>> = other.iter().map(Some).collect();
    let mut alone = Vec::new();
    for (intent, key) in intents.iter().zip(keys) {
        match unmatched.iter_mut().find(|slot| **slot == Some(key)) {
            Some(slot) => *slot = None,
            None => alone.push(intent.clone()),
        }
    }
    alone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notify(recipients: &[&str]) -> Intent {
        Intent::Notify {
            channel: "in_app".to_owned(),
            recipients: recipients.iter().map(|&name| name.to_owned()).collect(),
            subject: "done".to_owned(),
        }
    }

    #[test]
    fn order_counts_for_nothing_and_numbers_count() {
        let sides = SideIntents {
            control: vec![notify(&["a"]), notify(&["b", "c"])],
            candidate: vec![notify(&["c", "b"]), notify(&["a"])],
        };
        let numbers = compare_intents(&sides);
        assert!(numbers.missing.is_empty() && numbers.added.is_empty() && numbers.reordered);
        let twice = SideIntents {
            control: vec![notify(&["a"])],
            candidate: vec![notify(&["a"]), notify(&["a"])],
        };
        assert_eq!(compare_intents(&twice).added, [notify(&["a"])]);
    }
}
