//! Sentences of the runtime in the person's language: patterns with gaps.
//!
//! The runtime speaks English. A pattern such as ``input `{1}` is missing`` names what stands in its
//! gaps; what stands there is looked up as well, so that sentences may hold sentences.

use std::collections::BTreeMap;

/// Deeper than this nobody puts a sentence into a sentence.
const DEPTH: usize = 6;

/// One sentence in two languages.
struct Pattern {
    /// What stands around the gaps; one more than there are gaps.
    around: Vec<String>,
    /// Numbers of the gaps, in the order of the served sentence.
    gaps: Vec<String>,
    translation: String,
}

/// The sentences of a language.
pub(super) struct Sentences {
    whole: BTreeMap<String, String>,
    /// Those that say the most come first, so that a general one takes nothing from them.
    patterns: Vec<Pattern>,
}

impl Sentences {
    /// Sentences with `{1}`, `{2}` … for what differs.
    pub(super) fn new(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let (patterns, whole): (Vec<_>, Vec<_>) = texts
            .into_iter()
            .partition(|(served, _)| served.contains('{'));
        let mut patterns: Vec<Pattern> = patterns.into_iter().map(Pattern::new).collect();
        patterns.sort_by_key(|pattern| {
            std::cmp::Reverse(pattern.around.iter().map(String::len).sum::<usize>())
        });
        Self {
            whole: whole.into_iter().collect(),
            patterns,
        }
    }

    /// The sentence in this language; none where nobody wrote it.
    pub(super) fn find(&self, served: &str) -> Option<String> {
        self.find_within(served, DEPTH)
    }

    fn find_within(&self, served: &str, depth: usize) -> Option<String> {
        if let Some(whole) = self.whole.get(served) {
            return Some(whole.clone());
        }
        let depth = depth.checked_sub(1)?;
        let mut patterns = self.patterns.iter();
        patterns.find_map(|pattern| {
            let parts = pattern.parts(served)?;
            let is_general = pattern.is_general();
            let mut is_known = !is_general;
            let filled: Vec<(&str, String)> = parts
                .into_iter()
                .map(|(gap, part)| match self.find_within(part, depth) {
                    Some(said) => {
                        is_known = true;
                        (gap, said)
                    }
                    None => {
                        is_known |= part.starts_with('`') && part.ends_with('`');
                        (gap, part.to_owned())
                    }
                })
                .collect();
            let values: Vec<(&str, &str)> = filled
                .iter()
                .map(|(gap, said)| (*gap, said.as_str()))
                .collect();
            is_known.then(|| super::fill(&pattern.translation, &values))
        })
    }
}

impl Pattern {
    fn new((served, translation): (String, String)) -> Self {
        let mut around = vec![String::new()];
        let mut gaps = Vec::new();
        let mut rest = served.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (gap, after) = after.split_once('}').unwrap_or((after, ""));
            if let Some(last) = around.last_mut() {
                last.push_str(before);
            }
            gaps.push(gap.to_owned());
            around.push(String::new());
            rest = after;
        }
        if let Some(last) = around.last_mut() {
            last.push_str(rest);
        }
        Self {
            around,
            gaps,
            translation,
        }
    }

    /// It only joins: it says something where what it joins is known, or is a name in backquotes.
    fn is_general(&self) -> bool {
        self.around.iter().all(|text| text.trim().len() <= 3)
    }

    /// What stands in the gaps of a sentence of this form.
    fn parts<'a>(&self, served: &'a str) -> Option<Vec<(&str, &'a str)>> {
        let (first, others) = self.around.split_first()?;
        let mut rest = served.strip_prefix(first.as_str())?;
        let mut parts = Vec::with_capacity(self.gaps.len());
        for (index, (gap, until)) in self.gaps.iter().zip(others).enumerate() {
            let is_last = index + 1 == others.len();
            let part = match (is_last, until.as_str()) {
                (true, "") => std::mem::take(&mut rest),
                (true, until) => std::mem::take(&mut rest).strip_suffix(until)?,
                (false, until) => {
                    let (part, after) = rest.split_once(until)?;
                    rest = after;
                    part
                }
            };
            if part.is_empty() {
                return None;
            }
            parts.push((gap.as_str(), part));
        }
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::Sentences;

    fn sentences(texts: &[(&str, &str)]) -> Sentences {
        let texts = texts.iter();
        Sentences::new(texts.map(|(served, said)| ((*served).to_owned(), (*said).to_owned())))
    }

    #[test]
    fn gaps_are_filled_and_known_sentences_in_them_are_said_as_well() {
        let german = sentences(&[
            ("needs {1}: {2}", "braucht {1}: {2}"),
            ("{1} or {2}", "{1} oder {2}"),
            ("choose {1}", "wählen Sie {1}"),
            ("it is gone", "es ist weg"),
        ]);
        let said = |served| german.find(served);
        assert_eq!(
            said("needs occt: it is gone").as_deref(),
            Some("braucht occt: es ist weg")
        );
        assert_eq!(
            said("choose `a`, `b` or `c`").as_deref(),
            Some("wählen Sie `a`, `b` oder `c`")
        );
        assert_eq!(said("choose "), None, "a gap is never empty");
        assert_eq!(said("something else"), None);
    }

    #[test]
    fn the_more_a_sentence_says_the_sooner_it_is_taken() {
        let german = sentences(&[
            ("{1} is {2}", "{1} ist {2}"),
            ("{1} is {2}, over {3}", "{1} ist {2}, mehr als {3}"),
        ]);
        assert_eq!(
            german.find("x is 3, over 2").as_deref(),
            Some("x ist 3, mehr als 2")
        );
    }

    #[test]
    fn gaps_may_change_places_and_braces_in_them_stay() {
        let german = sentences(&[("write {1} into {2}", "in {2} gehört {1}")]);
        let said = german.find("write {2} into `{1}`");
        assert_eq!(said.as_deref(), Some("in `{1}` gehört {2}"));
    }
}
