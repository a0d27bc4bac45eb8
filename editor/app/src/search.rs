//! Fuzzy search: letters in order, beginnings of words first.

/// How well a text answers a query: the more the better; none where it doesn't. An empty query is
/// answered by everything, equally.
pub fn score(query: &str, text: &str) -> Option<i64> {
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let mut total = 0;
    for word in query.split_whitespace() {
        let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        total += word_score(&word, &text)?;
    }
    Some(total * 100 - text.len() as i64)
}

fn word_score(word: &[char], text: &[char]) -> Option<i64> {
    let starts = (0..text.len()).filter(|at| text[*at] == word[0]);
    starts.filter_map(|start| run_score(word, text, start)).max()
}

/// From one beginning on, each letter at its next place.
fn run_score(word: &[char], text: &[char], start: usize) -> Option<i64> {
    let mut score = 0;
    let mut at = start;
    let mut last: Option<usize> = None;
    for letter in word {
        let found = (at..text.len()).find(|index| text[*index] == *letter)?;
        let is_start = found == 0 || !text[found - 1].is_alphanumeric();
        score += if last.is_some_and(|last| last + 1 == found) {
            6
        } else if is_start {
            5
        } else {
            -2
        };
        last = Some(found);
        at = found + 1;
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn beginnings_of_words_come_before_letters_within_words() {
        assert!(score("rs", "Render still") > score("rs", "Parts"));
        assert!(score("still", "Render still") > score("still", "Resolve template illustration"));
        assert_eq!(score("xyz", "Render still"), None);
        assert!(score("glb exp", "Export GLB").is_some());
        assert!(score("", "anything").is_some());
    }
}
