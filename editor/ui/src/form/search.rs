//! Which settings a search text finds.

use super::schema::{Kind, SchemaView};

/// Whether a setting or anything in it has all words of the search text in its key, title, help or
/// choices.
pub(super) fn finds(search: &str, key: &str, title: &str, schema: SchemaView<'_>) -> bool {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    words.is_empty() || finds_words(&words, key, title, schema, 0)
}

fn finds_words(
    words: &[String],
    key: &str,
    title: &str,
    schema: SchemaView<'_>,
    depth: usize,
) -> bool {
    let help = schema.note_text("description").unwrap_or_default();
    let group = schema.note_text("x-group").unwrap_or_default();
    let (_, inner) = schema.nullable();
    let kind = inner.kind();
    let labels: Vec<&str> = match &kind {
        Kind::Choice(choices) | Kind::Flags(choices) => {
            choices.iter().map(|choice| choice.label.as_str()).collect()
        }
        _ => Vec::new(),
    };
    let text = format!("{key} {title} {help} {group} {}", labels.join(" ")).to_lowercase();
    if words.iter().all(|word| text.contains(word)) {
        return true;
    }
    if depth > 4 {
        return false;
    }
    let is_found = |key: &str, schema: SchemaView<'_>| {
        let title = schema.note_text("title").unwrap_or(key);
        finds_words(words, key, title, schema, depth + 1)
    };
    match kind {
        Kind::Object => {
            let mut properties = inner.properties(None).into_iter();
            properties.any(|(key, schema)| is_found(key, schema))
        }
        Kind::List(item) | Kind::Map(item) => is_found("", item),
        Kind::Variants(variants) => variants.into_iter().any(|variant| is_found("", variant)),
        _ => false,
    }
}
