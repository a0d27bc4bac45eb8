//! Fuzzy matching: the letters of a query, in order, anywhere in a text. The same query and text
//! always give the same score.

/// Letters of a query and of a text that are looked at.
const QUERY: usize = 64;
const TEXT: usize = 256;

/// A matching letter.
const LETTER: i32 = 16;
/// One that opens a word.
const WORD_START: i32 = 10;
/// One right behind the last.
const RUN: i32 = 12;
/// The first letter of the text.
const TEXT_START: i32 = 6;
/// Per letter that is jumped over, and at most.
const GAP: i32 = 1;
const MOST_GAP: i32 = 10;
/// What a letter must be worth beyond its match, on the average.
const SCATTERED: i32 = 4;
/// No match.
const NONE: i32 = i32::MIN / 2;

/// How a text matches a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FuzzyMatch {
    /// Higher is better.
    pub score: u32,
    /// Letters of the text that matched, counted in characters, in order.
    pub positions: Vec<usize>,
}

/// Matches a text with a query of one or several words, each of which must be in it. Case doesn't
/// count. An empty query matches everything with the score 0.
pub fn fuzzy(query: &str, text: &str) -> Option<FuzzyMatch> {
    let letters: Vec<char> = text.chars().take(TEXT).collect();
    let mut found = FuzzyMatch::default();
    for word in query.split_whitespace() {
        let word: Vec<char> = word.chars().take(QUERY).map(fold).collect();
        let (score, positions) = best(&word, &letters)?;
        found.score += score;
        found.positions.extend(positions);
    }
    found.positions.sort_unstable();
    found.positions.dedup();
    Some(found)
}

fn fold(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// What a letter of the text is worth by itself.
fn worth(text: &[char], at: usize) -> i32 {
    let Some(before) = at.checked_sub(1).map(|before| text[before]) else {
        return LETTER + WORD_START + TEXT_START;
    };
    let opens_word = !before.is_alphanumeric()
        || (before.is_lowercase() && text[at].is_uppercase())
        || (before.is_alphabetic() && text[at].is_numeric());
    LETTER + if opens_word { WORD_START } else { 0 }
}

/// The best way to find a word's letters in order.
fn best(word: &[char], text: &[char]) -> Option<(u32, Vec<usize>)> {
    if word.len() > text.len() {
        return None;
    }
    // scores[i][j]: the best score with letter i of the word at letter j of the text.
    let mut scores = vec![vec![NONE; text.len()]; word.len()];
    let mut came_from = vec![vec![0; text.len()]; word.len()];
    for (i, letter) in word.iter().enumerate() {
        for j in i..text.len() {
            if fold(text[j]) != *letter {
                continue;
            }
            let before = match i.checked_sub(1) {
                None => Some((-gap(j), 0)),
                Some(i) => (i..j)
                    .filter(|before| scores[i][*before] > NONE)
                    .map(|before| {
                        let joint = if before + 1 == j {
                            RUN
                        } else {
                            -gap(j - before - 1)
                        };
                        (scores[i][before] + joint, before)
                    })
                    .max_by_key(|(score, before)| (*score, *before)),
            };
            if let Some((score, before)) = before {
                scores[i][j] = score + worth(text, j);
                came_from[i][j] = before;
            }
        }
    }
    let last = word.len() - 1;
    let mut at = (0..text.len())
        .filter(|j| scores[last][*j] > NONE)
        .max_by_key(|j| (scores[last][*j], std::cmp::Reverse(*j)))?;
    let score = scores[last][at];
    // Letters far apart in the midst of words are no match that anybody meant.
    let letters = i32::try_from(word.len()).unwrap_or(i32::MAX);
    if letters > 2 && score < (LETTER + SCATTERED) * letters {
        return None;
    }
    let mut positions = vec![at];
    for i in (1..=last).rev() {
        at = came_from[i][at];
        positions.push(at);
    }
    positions.reverse();
    // Whole words and short texts first.
    let length = i32::try_from(text.len() - word.len()).unwrap_or(TEXT as i32);
    let score = score * 4 - length.min(60);
    Some((u32::try_from(score.max(1)).unwrap_or(1), positions))
}

fn gap(letters: usize) -> i32 {
    i32::try_from(letters).map_or(MOST_GAP, |letters| (letters * GAP).min(MOST_GAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(query: &str, texts: &[&'static str]) -> Vec<&'static str> {
        let mut found: Vec<_> = texts
            .iter()
            .filter_map(|text| Some((fuzzy(query, text)?.score, *text)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn words_come_before_parts_and_parts_before_scattered_letters() {
        let texts = [
            "Render still",
            "Distill",
            "Resolve materials",
            "Still",
            "Save output",
        ];
        assert_eq!(
            ranked("still", &texts),
            ["Still", "Render still", "Distill"]
        );
        assert_eq!(ranked("rs", &texts)[0], "Render still");
        assert_eq!(ranked("mat res", &texts), ["Resolve materials"]);
        assert!(ranked("xyz", &texts).is_empty());
        assert_eq!(ranked("sil", &texts)[0], "Still");
        assert_eq!(
            ranked(
                "samples",
                &["Yes, a team stopped all these", "Least samples"]
            ),
            ["Least samples"]
        );
    }

    #[test]
    fn positions_are_the_letters_that_matched() {
        let found = fuzzy("gb", "GLB bounds").unwrap();
        assert_eq!(found.positions, [0, 4]);
        assert_eq!(fuzzy("lb", "GLB bounds").unwrap().positions, [1, 2]);
        assert_eq!(fuzzy("", "anything").unwrap(), FuzzyMatch::default());
        assert_eq!(fuzzy("ÄÖ", "äöü").unwrap().positions, [0, 1]);
        assert!(fuzzy(&"a".repeat(500), &"a".repeat(500)).is_some());
    }
}
