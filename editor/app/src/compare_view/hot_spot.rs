//! The places that a comparison names, worst first.

use std::collections::BTreeSet;

use hartomat_schema::{Comparison, Region, RungName, Verdict};

/// A place with what was found there.
#[derive(Debug, Clone, PartialEq)]
pub struct HotSpot {
    /// Where.
    pub region: Region,
    /// Which rung.
    pub rung: RungName,
    /// What it amounts to.
    pub verdict: Verdict,
}

/// The places that a comparison of two pictures names, each once.
pub fn hot_spots(comparison: &Comparison) -> Vec<HotSpot> {
    let mut spots: Vec<HotSpot> = Vec::new();
    let mut known = BTreeSet::new();
    for rung in &comparison.rungs {
        let of_rung = rung.place.map(|place| (place, rung.verdict));
        let of_checks = rung
            .checks
            .iter()
            .filter_map(|check| Some((check.place?, Some(check.verdict))));
        for (region, verdict) in of_rung.into_iter().chain(of_checks) {
            let verdict = verdict.unwrap_or(Verdict::Pass);
            let place = [region.x_px, region.y_px, region.width_px, region.height_px];
            if known.insert(place) {
                let rung = rung.name;
                spots.push(HotSpot {
                    region,
                    rung,
                    verdict,
                });
            }
        }
    }
    let weight = |verdict| match verdict {
        Verdict::Fail => 0,
        Verdict::Warn => 1,
        Verdict::Inconclusive => 2,
        Verdict::Pass => 3,
    };
    spots.sort_by_key(|spot| weight(spot.verdict));
    spots
}
