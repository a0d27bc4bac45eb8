//! Takes triangle lists of annotations out of a STEP file's text.
//!
//! Kernels before 7.7 make nothing of them but take a second per megabyte to skip them. Their
//! entities stay, with empty arguments, so that no reference breaks; exact shapes aren't touched.

/// Entities whose arguments are long lists, and what they are replaced by.
const HEAVY: &[(&[u8], &[u8])] = &[
    (b"COORDINATES_LIST", b"('',0,())"),
    (b"COMPLEX_TRIANGULATED_SURFACE_SET", b"('')"),
    (b"COMPLEX_TRIANGULATED_FACE", b"('')"),
    (b"TRIANGULATED_SURFACE_SET", b"('')"),
    (b"TRIANGULATED_FACE", b"('')"),
    (b"TESSELLATED_CURVE_SET", b"('',$,())"),
];

/// The text without those lists; none where there are none.
pub(crate) fn without_tessellated_items(text: &[u8]) -> Option<Vec<u8>> {
    let mut lighter: Option<Vec<u8>> = None;
    let mut kept = 0;
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        match byte {
            b'\'' => at = end_of_quotes(text, at)?,
            b'=' => {
                let start = at
                    + 1
                    + text[at + 1..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_whitespace())
                        .count();
                at = start;
                if let Some((arguments, end, empty)) = heavy_arguments(text, start) {
                    let lighter = lighter.get_or_insert_with(|| Vec::with_capacity(text.len()));
                    lighter.extend_from_slice(&text[kept..arguments]);
                    lighter.extend_from_slice(empty);
                    kept = end;
                    at = end;
                }
            }
            _ => at += 1,
        }
    }
    let mut lighter = lighter?;
    lighter.extend_from_slice(&text[kept..]);
    Some(lighter)
}

/// Where the arguments of a heavy entity begin and end, and their replacement.
fn heavy_arguments(text: &[u8], start: usize) -> Option<(usize, usize, &'static [u8])> {
    let rest = &text[start..];
    let (keyword, empty) = HEAVY.iter().find(|(keyword, _empty)| {
        rest.starts_with(keyword)
            && rest
                .get(keyword.len())
                .is_some_and(|byte| matches!(byte, b'(' | b' ' | b'\r' | b'\n'))
    })?;
    let arguments = start
        + keyword.len()
        + text[start + keyword.len()..]
            .iter()
            .position(|byte| *byte == b'(')?;
    let mut depth = 0_usize;
    let mut at = arguments;
    loop {
        match text.get(at)? {
            b'\'' => {
                at = end_of_quotes(text, at)?;
                continue;
            }
            b'(' => depth += 1,
            b')' if depth <= 1 => return Some((arguments, at + 1, empty)),
            b')' => depth -= 1,
            b';' => return None,
            _ => {}
        }
        at += 1;
    }
}

/// The place after the closing quote of a text that opens here.
fn end_of_quotes(text: &[u8], open: usize) -> Option<usize> {
    let length = text[open + 1..].iter().position(|byte| *byte == b'\'')?;
    Some(open + length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lighten(text: &str) -> Option<String> {
        without_tessellated_items(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn only_heavy_entities_lose_their_arguments() {
        let text = "#1=COORDINATES_LIST('it''s (',2,((0.,1.),(2.,3.)));\n#2 = COMPLEX_TRIANGULATED_SURFACE_SET ('',#1,((1,2)));\n#3=A('=COORDINATES_LIST(1);',#1);\n";
        let lighter = "#1=COORDINATES_LIST('',0,());\n#2 = COMPLEX_TRIANGULATED_SURFACE_SET ('');\n#3=A('=COORDINATES_LIST(1);',#1);\n";
        assert_eq!(lighten(text).as_deref(), Some(lighter));
        assert_eq!(lighten("#1=COORDINATES_LISTING(1);#2=A(#1);"), None);
        assert_eq!(lighten("#1=COORDINATES_LIST('',2,((0.;"), None);
    }
}
