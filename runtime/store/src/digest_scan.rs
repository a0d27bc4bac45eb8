//! Finds digests in bytes of any form: whatever is spelled like one counts as one.

use std::collections::BTreeSet;

use hartomat_schema::Digest;

/// What a digest's text begins with.
const PREFIX: &[u8] = b"sha256:";
/// Length of a digest's text in bytes.
pub(crate) const LENGTH: usize = PREFIX.len() + 64;

/// Adds every digest that is spelled out in these bytes.
pub(crate) fn collect(bytes: &[u8], found: &mut BTreeSet<Digest>) {
    for text in bytes.windows(LENGTH) {
        if text.starts_with(PREFIX)
            && let Ok(Ok(digest)) = std::str::from_utf8(text).map(str::parse)
        {
            found.insert(digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_found_wherever_they_stand() {
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        let text = format!(
            r#"{{"{one}":["x{two}y"],"no":"sha256:{}"}}"#,
            "g".repeat(64)
        );
        let mut found = BTreeSet::new();
        collect(text.as_bytes(), &mut found);
        assert_eq!(found, BTreeSet::from([one, two]));
        found.clear();
        collect(&one.to_string().as_bytes()[..LENGTH - 1], &mut found);
        assert!(found.is_empty());
    }
}
