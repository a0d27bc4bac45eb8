//! Text within HTML and XML. Whatever comes from outside goes through [`escape`].

use std::fmt::Write as _;

use hartomat_schema::{Timestamp, Verdict};

/// A text that can stand in an element or in an attribute with double quotes. Control characters that
/// XML forbids become `\u{fffd}`.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for found in text.chars() {
        match found {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(found),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            found if found.is_control() => escaped.push('\u{fffd}'),
            found => escaped.push(found),
        }
    }
    escaped
}

/// Bytes in base64 with padding (RFC 4648, section 4).
pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let is_there = digit <= group.len();
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if is_there {
                char::from(DIGITS[index])
            } else {
                '='
            });
        }
    }
    text
}

/// A number with as many digits as say something.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if value == value.trunc() && size < 1e9 {
        format!("{value:.0}")
    } else if !(1e-4..1e6).contains(&size) {
        format!("{value:.3e}")
    } else {
        let text = format!("{value:.5}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// A point in time, UTC, such as `2026-11-27 18:12:05 UTC`.
pub(super) fn time(at: Timestamp) -> String {
    let secs = at.0.rem_euclid(86_400_000) / 1000;
    let (hours, minutes) = (secs / 3600, secs / 60 % 60);
    format!("{} {hours:02}:{minutes:02}:{:02} UTC", at.date(), secs % 60)
}

/// A badge with a verdict.
pub(super) fn badge(verdict: Option<Verdict>) -> String {
    match verdict {
        Some(verdict) => format!("<span class=\"badge {verdict}\">{verdict}</span>"),
        None => "<span class=\"badge none\">–</span>".to_owned(),
    }
}

/// A row of cells; the markup within them stands as it is.
pub(super) fn row(html: &mut String, cells: &[String]) {
    html.push_str("<tr>");
    for cell in cells {
        // Writing to a string never fails.
        let _ = write!(html, "<td>{cell}</td>");
    }
    html.push_str("</tr>\n");
}

/// A table's head, and where its rows begin.
pub(super) fn table(html: &mut String, columns: &[&str]) {
    html.push_str("<div class=\"table\"><table><thead><tr>");
    for column in columns {
        let _ = write!(html, "<th scope=\"col\">{column}</th>");
    }
    html.push_str("</tr></thead><tbody>\n");
}

/// Where a table ends.
pub(super) const TABLE_END: &str = "</tbody></table></div>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let text = "<script>alert('x')</script> & \"quoted\"\u{0}\u{1b}";
        let expected = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;\u{fffd}\u{fffd}";
        assert_eq!(escape(text), expected);
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn numbers_and_times_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (12.0, "12"),
            (0.245_01, "0.24501"),
            (0.5, "0.5"),
            (-0.000_012_3, "-1.230e-5"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            time(Timestamp(1_795_803_125_000)),
            "2026-11-27 18:12:05 UTC"
        );
    }
}
