//! "Did you mean …": the known name nearest to a mistyped one.

/// Longer names are not compared: nobody mistypes them, and hostile ones cost time.
const MAX_LENGTH: usize = 48;

/// The candidates nearest to `name`, best first, at most three; none where nothing is near.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    if name.len() > MAX_LENGTH {
        return Vec::new();
    }
    let wanted = fold(name);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_LENGTH && *candidate != name)
        .filter_map(|candidate| {
            let folded = fold(candidate);
            let distance = distance(&wanted, &folded);
            let longer = wanted.len().max(folded.len());
            let contains = wanted.len() >= 4 && contains(&folded, &wanted)
                || folded.len() >= 4 && contains(&wanted, &folded);
            (distance * 3 <= longer || contains).then_some((distance, candidate))
        })
        .collect();
    near.sort();
    near.dedup();
    near.truncate(3);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// A fix that names the nearest candidates, or else the fallback.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    fallback: impl Into<String>,
) -> String {
    match nearest(name, candidates).as_slice() {
        [] => fallback.into(),
        near => format!("did you mean {}?", quoted(near, "or")),
    }
}

/// Names in backquotes, the last one joined with a word: "`a`, `b` or `c`".
pub(crate) fn quoted<T: AsRef<str>>(names: &[T], word: &str) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", clip(name.as_ref())))
        .collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

/// At most 80 characters of a text from a document, on one line, for a message.
pub(crate) fn clip(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(80)
        .map(|found| if found.is_control() { ' ' } else { found })
        .collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn fold(name: &str) -> Vec<char> {
    name.chars()
        .filter(|found| found.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn contains(text: &[char], part: &[char]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Edits between two words: insertions, deletions, replacements, swapped neighbours (optimal string
/// alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_case_and_parts_are_near_and_strangers_are_not() {
        let known = [
            "samples",
            "width_px",
            "height_px",
            "render_still",
            "render_turntable",
        ];
        assert_eq!(nearest("sampels", known), ["samples"]);
        assert_eq!(nearest("widthPx", known), ["width_px"]);
        assert_eq!(nearest("width", known), ["width_px"]);
        assert_eq!(nearest("render_stil", known), ["render_still"]);
        assert_eq!(nearest("pgn", ["png", "jpeg"]), ["png"]);
        assert_eq!(nearest("imgae", ["image", "frames"]), ["image"]);
        assert!(nearest("colour", known).is_empty());
        assert!(nearest(&"x".repeat(1000), known).is_empty());
    }

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(quoted(&["a"], "or"), "`a`");
        assert_eq!(quoted(&["a", "b", "c"], "or"), "`a`, `b` or `c`");
        assert_eq!(clip("a\nb"), "a b");
    }
}
