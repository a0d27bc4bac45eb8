//! Collects rungs and finds the one that decides.

use hartomat_schema::{Check, Region, Rung, RungName, Verdict};

use super::Judgement;

/// Rungs under construction.
#[derive(Default)]
pub(crate) struct Ladder {
    rungs: Vec<Rung>,
    equal: bool,
}

impl Ladder {
    pub(crate) fn is_empty(&self) -> bool {
        self.rungs.is_empty()
    }

    /// Whether a rung so far proves a fault, which makes all later ones pointless.
    pub(crate) fn has_failed(&self) -> bool {
        let fails = |rung: &Rung| rung.verdict == Some(Verdict::Fail);
        self.rungs.iter().any(fails)
    }

    /// From here on nothing can differ any more.
    pub(crate) fn content_is_equal(&mut self) {
        self.equal = true;
    }

    pub(crate) fn is_equal(&self) -> bool {
        self.equal
    }

    /// A rung that is decided by something other than a number. The same rung's worst counts.
    pub(crate) fn decide(&mut self, name: RungName, verdict: Verdict, sentence: String) {
        self.push(Rung {
            name,
            verdict: Some(verdict),
            value: None,
            threshold: None,
            sentence,
            place: None,
            checks: Vec::new(),
        });
    }

    /// A rung that decides nothing, with what it has to say.
    pub(crate) fn mention(&mut self, name: RungName, sentence: String) {
        self.push(Rung {
            name,
            verdict: None,
            value: None,
            threshold: None,
            sentence,
            place: None,
            checks: Vec::new(),
        });
    }

    /// A rung that was not needed.
    pub(crate) fn skip(&mut self, name: RungName, why: &str) {
        self.mention(name, format!("skipped: {why}"));
    }

    /// A rung of numbers: the first of its worst checks speaks for it.
    pub(crate) fn check(&mut self, name: RungName, checks: Vec<Check>) -> Verdict {
        let verdict = checks
            .iter()
            .fold(Verdict::Pass, |worst, check| worst.and(check.verdict));
        let Some(deciding) = checks.iter().find(|check| check.verdict == verdict) else {
            return verdict;
        };
        let rung = Rung {
            name,
            verdict: Some(verdict),
            value: Some(deciding.value),
            threshold: exceeded(deciding),
            sentence: check_sentence(deciding),
            place: deciding.place,
            checks,
        };
        self.push(rung);
        verdict
    }

    /// A rung of numbers that decides nothing, with its place.
    pub(crate) fn show(&mut self, name: RungName, sentence: String, place: Option<Region>) {
        self.mention(name, sentence);
        if let Some(rung) = self.rungs.last_mut() {
            rung.place = place;
        }
    }

    /// Adds a rung; of two with one name the worse stays.
    pub(crate) fn push(&mut self, rung: Rung) {
        match self.rungs.iter_mut().find(|other| other.name == rung.name) {
            Some(other) => {
                let weight = |verdict: Option<Verdict>| verdict.unwrap_or(Verdict::Pass);
                let worst = weight(other.verdict).and(weight(rung.verdict));
                if worst != weight(other.verdict) {
                    *other = rung;
                }
            }
            None => self.rungs.push(rung),
        }
    }

    pub(crate) fn finish(self) -> Judgement {
        let verdicts = self.rungs.iter().filter_map(|rung| rung.verdict);
        let verdict = verdicts.fold(Verdict::Pass, Verdict::and);
        let speaks = |rung: &&Rung| rung.verdict == Some(verdict);
        // What passes speaks through its artifacts or else its dearest rung, everything else through
        // its cheapest.
        let rung = if verdict == Verdict::Pass {
            let artifacts = |rung: &&Rung| rung.name == RungName::Artifacts && speaks(rung);
            let mut rungs = self.rungs.iter();
            rungs
                .clone()
                .find(artifacts)
                .or_else(|| rungs.rfind(speaks))
        } else {
            self.rungs.iter().find(speaks)
        };
        let (verdict, sentence) = match rung {
            Some(rung) => (verdict, format!("{}: {}", rung.name, rung.sentence)),
            None => (Verdict::Inconclusive, "no rung could judge".to_owned()),
        };
        Judgement {
            verdict,
            sentence,
            rungs: self.rungs,
        }
    }
}

/// A value held against what passes and what warns. A missing limit is never exceeded.
pub(crate) fn check(measure: &str, value: f64, pass: Option<f64>, warn: Option<f64>) -> Check {
    let over = |limit: Option<f64>| limit.is_some_and(|limit| value.is_nan() || value > limit);
    let verdict = match (over(pass), over(warn)) {
        (_, true) => Verdict::Fail,
        (true, false) => Verdict::Warn,
        (false, false) => Verdict::Pass,
    };
    Check {
        measure: measure.to_owned(),
        value,
        pass,
        warn,
        verdict,
        place: None,
    }
}

/// The same with a place.
pub(crate) fn at(mut check: Check, place: Option<Region>) -> Check {
    check.place = place;
    check
}

/// The limit that speaks: the one that was exceeded, or the one that was kept.
fn exceeded(check: &Check) -> Option<f64> {
    match check.verdict {
        Verdict::Fail => check.warn,
        _ => check.pass.or(check.warn),
    }
}

fn check_sentence(check: &Check) -> String {
    let value = show(&check.measure, check.value);
    let limit = exceeded(check).map(|limit| show(&check.measure, limit));
    let place = check.place.map_or_else(String::new, |place| {
        let [x, y] = place.center();
        let worst = if check.measure.starts_with("share") {
            "worst "
        } else {
            ""
        };
        format!(", {worst}at {x}, {y}")
    });
    match (check.verdict, limit) {
        (Verdict::Pass, Some(limit)) => {
            format!("{} is {value}, within {limit}", check.measure)
        }
        (_, Some(limit)) => format!("{} is {value}, over {limit}{place}", check.measure),
        (_, None) => format!("{} is {value}{place}", check.measure),
    }
}

/// A value as people read it: shares and biases in per cent.
pub(crate) fn show(measure: &str, value: f64) -> String {
    if measure.starts_with("share") || measure.contains("relative") {
        return format!("{} %", digits(value * 100.0));
    }
    if measure.ends_with("delta") {
        return format!("{}/255", digits(value));
    }
    digits(value)
}

/// Three significant digits or so, without trailing zeros.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.001 || size == 0.0 => 4,
        _ => return format!("{value:.1e}"),
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_measure_value_threshold_and_place() {
        let check = at(
            check("FLIP of the worst tile", 0.583, Some(0.1), Some(0.1)),
            Some(Region {
                x_px: 336,
                y_px: 160,
                width_px: 16,
                height_px: 16,
            }),
        );
        assert_eq!(check.verdict, Verdict::Fail);
        let sentence = check_sentence(&check);
        assert_eq!(
            sentence,
            "FLIP of the worst tile is 0.583, over 0.1, at 344, 168"
        );
    }

    #[test]
    fn shares_read_as_per_cent() {
        assert_eq!(show("share of pixels over 4/255", 0.038), "3.8 %");
        assert_eq!(show("largest delta", 11.0), "11/255");
    }

    #[test]
    fn nothing_judged_is_inconclusive() {
        assert_eq!(Ladder::default().finish().verdict, Verdict::Inconclusive);
    }
}
