//! Points in time as people say them.

use anyhow::Context as _;
use hartomat_schema::Timestamp;

/// `2h`, `30m` or `7d` ago; a date, which begins at midnight in UTC; or a full time such as
/// `2026-11-27T18:00:00Z`.
pub(super) fn parse_time(text: &str) -> anyhow::Result<Timestamp> {
    let ago = text.split_at_checked(text.len().saturating_sub(1));
    if let Some((digits, unit)) = ago
        && let Ok(count) = digits.parse::<u32>()
        && let Some(secs) = secs_of(unit)
    {
        let now = jiff::Timestamp::now().as_millisecond();
        return Ok(Timestamp(now - i64::from(count) * secs * 1000));
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && !text.contains('T')
    {
        let midnight = date.to_zoned(jiff::tz::TimeZone::UTC);
        let midnight = midnight.context("that date lies too far away")?;
        return Ok(Timestamp(midnight.timestamp().as_millisecond()));
    }
    let time: jiff::Timestamp = text
        .parse()
        .context("expected `2h`, `7d`, a date, or a time such as 2026-11-27T18:00:00Z")?;
    Ok(Timestamp(time.as_millisecond()))
}

const fn secs_of(unit: &str) -> Option<i64> {
    match unit.as_bytes() {
        b"m" => Some(60),
        b"h" => Some(3_600),
        b"d" => Some(86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_say_them() {
        let at = |text: &str| parse_time(text).unwrap();
        assert_eq!(at("1970-01-02"), Timestamp(86_400_000));
        assert_eq!(at("1970-01-01T00:00:01Z"), Timestamp(1000));
        assert_eq!(at("1970-01-01T01:00:01+01:00"), Timestamp(1000));
        assert_eq!(at("0d").millis_since(at("2h")) / 60_000, 120);
        for text in ["", "h", "2w", "yesterday", "2026-13-01"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
