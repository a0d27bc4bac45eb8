//! Points in time as they are stored. Shown to people; never used for order or cache keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// The point in time so many days later.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(days as i64 * DAY_MS))
    }

    /// Its date in UTC, such as `2027-02-26`.
    ///
    /// From days to a date of the Gregorian calendar as in Howard Hinnant, "chrono-compatible
    /// low-level date algorithms": eras of 400 years, years that begin in March.
    pub fn date(self) -> String {
        let days = self.0.div_euclid(DAY_MS) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Its time of the day in UTC, such as `18:12:05`.
    pub fn clock(self) -> String {
        let secs = self.0.rem_euclid(DAY_MS) / 1000;
        format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
    }

    /// Milliseconds from `earlier` to here, at least 0.
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (ms, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_399_999, "2000-02-28"),
            (951_782_400_000, "2000-02-29"),
            (951_868_800_000, "2000-03-01"),
            (4_107_542_399_999, "2100-02-28"),
            (4_107_542_400_000, "2100-03-01"),
            (1_795_737_600_000, "2026-11-27"),
        ] {
            assert_eq!(Timestamp(ms).date(), date, "{ms}");
        }
        assert_eq!(Timestamp(-1).clock(), "23:59:59");
        assert_eq!(Timestamp(1_795_803_125_999).clock(), "18:12:05");
        assert_eq!(
            Timestamp(1_795_737_600_000).plus_days(90).date(),
            "2027-02-25"
        );
    }
}
