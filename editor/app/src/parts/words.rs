//! Words for values: families, modes, kinds of artifacts, points in time.

use hartomat_document::{EditLabel, FixLabel};
use hartomat_schema::{ArtifactKind, Category, ExecutionMode, Family, Timestamp};

use crate::canvas::category_key;
use crate::messages::{count, text, text_or};

/// A family for people.
pub(crate) fn family_text(family: Family) -> &'static str {
    match family {
        Family::CadFile => text("family.cad_file"),
        Family::OrderLine => text("family.order_line"),
    }
}

/// A mode for people.
pub(crate) fn mode_text(mode: ExecutionMode) -> &'static str {
    match mode {
        ExecutionMode::Legacy => text("mode.legacy"),
        ExecutionMode::Shadow => text("mode.shadow"),
        ExecutionMode::Graph => text("mode.graph"),
    }
}

/// A kind of artifact for people; its key where a newer catalogue serves one.
pub(crate) fn kind_text(kind: &ArtifactKind) -> &str {
    text_or(&format!("kind.{kind}"), kind.as_str())
}

/// A category for people.
pub(crate) fn category_text(category: Category) -> &'static str {
    let key = category_key(category);
    text_or(&format!("category.{key}"), key)
}

/// A change of the document for people.
pub(crate) fn edit_text(label: &EditLabel) -> String {
    let form = if label.count == 1 { "one" } else { "other" };
    let template = text_or(&format!("did.{}.{form}", label.key), "");
    if template.is_empty() {
        return label.to_string();
    }
    template
        .replace("{n}", &label.count.to_string())
        .replace("{s}", &label.subject)
}

/// What mends a problem, for people.
pub(crate) fn fix_text(label: &FixLabel) -> String {
    let template = text_or(&format!("fix.{}", label.key.trim_start_matches("fix_")), "");
    if template.is_empty() {
        return label.to_string();
    }
    template
        .replace("{d}", &label.detail)
        .replace("{s}", &label.subject)
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long ago something was.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let amount = |unit: u64, millis: u64| usize::try_from(millis / unit).unwrap_or(usize::MAX);
    match now.millis_since(then) {
        millis if millis < MINUTE => text("ago.now").to_owned(),
        millis if millis < HOUR => count("ago.minutes", amount(MINUTE, millis)),
        millis if millis < DAY => count("ago.hours", amount(HOUR, millis)),
        millis => count("ago.days", amount(DAY, millis)),
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::Timestamp;

    use super::ago;

    #[test]
    fn times_are_told_in_the_largest_unit_that_fits() {
        let now = Timestamp(1_000_000_000);
        let before = |millis: i64| ago(Timestamp(now.0 - millis), now);
        assert_eq!(before(5_000), "just now");
        assert_eq!(before(60_000), "1 minute ago");
        assert_eq!(before(3 * 3_600_000), "3 hours ago");
        assert_eq!(before(50 * 3_600_000), "2 days ago");
        assert_eq!(before(-5_000), "just now");
    }
}
