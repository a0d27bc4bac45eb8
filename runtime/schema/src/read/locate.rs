//! From JSON pointers and byte offsets to lines and columns. Expects text that the scan let pass.

use std::ops::Range;

use super::lexer::Lexer;
use super::scan::unescape;
use crate::Position;

/// Lines and columns of several byte offsets, in one pass over the text.
pub(super) fn positions(text: &str, offsets: &[usize]) -> Vec<Position> {
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    order.sort_by_key(|index| offsets[*index]);
    let mut found = vec![Position { line: 1, column: 1 }; offsets.len()];
    let (mut at, mut line, mut column) = (0, 1_u32, 1_u32);
    for index in order {
        let offset = offsets[index].min(text.len());
        for character in text.get(at..offset).unwrap_or_default().chars() {
            if character == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        at = at.max(offset);
        found[index] = Position { line, column };
    }
    found
}

/// Line and column of one byte offset.
pub(super) fn position(text: &str, offset: usize) -> Position {
    positions(text, &[offset])[0]
}

/// Where the value at a pointer begins, or the nearest value around it that exists.
pub(super) fn locate(text: &str, within: &Range<usize>, pointer: &str) -> usize {
    let mut range = within.clone();
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        match child(text, &range, &segment) {
            Some(inner) => range = inner,
            None => break,
        }
    }
    range.start
}

/// The range of a member or item.
fn child(text: &str, within: &Range<usize>, segment: &str) -> Option<Range<usize>> {
    let part = &text[within.clone()];
    let is_object = part.starts_with('{');
    let mut lexer = Lexer::new(part);
    lexer.bump();
    let mut index = 0;
    loop {
        lexer.skip_whitespace();
        let mut is_wanted = !is_object && index.to_string() == segment;
        if is_object {
            let key = (lexer.peek() == Some(b'"'))
                .then(|| lexer.string().ok())
                .flatten()?;
            is_wanted = unescape(lexer.text(&key)) == segment;
            lexer.skip_whitespace();
            lexer.bump();
            lexer.skip_whitespace();
        } else if matches!(lexer.peek(), Some(b']') | None) {
            return None;
        }
        let start = lexer.at();
        skip_value(&mut lexer)?;
        if is_wanted {
            return Some(within.start + start..within.start + lexer.at());
        }
        lexer.skip_whitespace();
        if lexer.peek() != Some(b',') {
            return None;
        }
        lexer.bump();
        index += 1;
    }
}

fn skip_value(lexer: &mut Lexer<'_>) -> Option<()> {
    let mut depth = 0_usize;
    loop {
        match lexer.peek()? {
            b'"' => {
                lexer.string().ok()?;
            }
            b'{' | b'[' => {
                depth += 1;
                lexer.bump();
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                lexer.bump();
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => lexer.bump(),
            _ => lexer.scalar().ok()?,
        }
        if depth == 0 {
            return Some(());
        }
    }
}
