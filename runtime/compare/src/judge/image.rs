//! Judges the numbers of a pair of stills, lane by lane.

use hartomat_schema::{
    Check, FlipNumbers, ImageNumbers, Lane, NoiseFloor, RungName, Thresholds, Verdict,
};

use super::ladder::{Ladder, at, check, show};

pub(super) const WORST_TILE: &str = "FLIP of the worst tile";
const FLIP_MEAN: &str = "mean FLIP";
const BIAS: &str = "median relative bias";

/// A pair of stills under judgement.
struct Still<'a> {
    numbers: &'a ImageNumbers,
    thresholds: &'a Thresholds,
    floor: Option<&'a NoiseFloor>,
}

pub(crate) fn judge_image(
    numbers: &ImageNumbers,
    lane: Lane,
    thresholds: &Thresholds,
    floor: Option<&NoiseFloor>,
    ladder: &mut Ladder,
) {
    if ladder.is_equal() {
        return skip_all(ladder, "the content is equal");
    }
    let alpha = numbers.alpha.as_ref().map_or(0.0, |alpha| alpha.max);
    if numbers.differing == 0 && alpha == 0.0 && numbers.not_finite_mismatch == 0 {
        let sentence = match (lane, numbers.hidden_rgb) {
            (_, 0) => "no pixel differs".to_owned(),
            (_, hidden) => {
                format!(
                    "nothing visible differs; {hidden} fully transparent pixels hide other colours"
                )
            }
        };
        let hidden_in_exact = lane == Lane::Exact && numbers.hidden_rgb > 0;
        let verdict = if hidden_in_exact {
            Verdict::Warn
        } else {
            Verdict::Pass
        };
        ladder.decide(RungName::Numeric, verdict, sentence);
        for name in [RungName::Perceptual, RungName::Bias] {
            ladder.skip(name, "no visible pixel differs");
        }
        return;
    }
    let still = Still {
        numbers,
        thresholds,
        floor,
    };
    match lane {
        Lane::Exact => still.exact(ladder),
        Lane::Deterministic => still.deterministic(ladder),
        Lane::StochasticRaw => still.stochastic_raw(ladder),
        Lane::StochasticDenoised => still.stochastic_denoised(ladder),
        Lane::Lossy => still.lossy(ladder),
        Lane::Hdr => still.hdr(ladder),
    }
}

fn skip_all(ladder: &mut Ladder, why: &str) {
    for name in [RungName::Numeric, RungName::Perceptual, RungName::Bias] {
        ladder.skip(name, why);
    }
}

impl Still<'_> {
    fn exact(&self, ladder: &mut Ladder) {
        let sentence = format!(
            "{} pixels differ, and none may",
            self.numbers.differing.max(1)
        );
        ladder.decide(RungName::Numeric, Verdict::Fail, sentence);
        self.show_perceptual(ladder);
        self.show_bias(ladder);
    }

    fn deterministic(&self, ladder: &mut Ladder) {
        let limits = &self.thresholds.deterministic;
        let numbers = self.numbers;
        let mut checks = vec![
            at(
                check(
                    "share of pixels over 4/255",
                    numbers.over_4_share,
                    Some(0.0),
                    Some(limits.warn_over_4_share),
                ),
                numbers.max_at,
            ),
            at(
                check(
                    "share of pixels over 2/255",
                    numbers.over_2_share,
                    Some(limits.pass_over_2_share),
                    None,
                ),
                numbers.max_at,
            ),
            at(
                check(
                    "largest delta",
                    numbers.max_delta,
                    Some(limits.pass_max_delta),
                    None,
                ),
                numbers.max_at,
            ),
        ];
        checks.extend(self.strict_alpha());
        checks.extend(self.not_finite());
        let verdict = ladder.check(RungName::Numeric, checks);
        match verdict {
            Verdict::Pass => {
                ladder.skip(RungName::Perceptual, "the deltas alone pass");
                ladder.skip(RungName::Bias, "the deltas alone pass");
                return;
            }
            Verdict::Warn => match &numbers.flip {
                Some(flip) => {
                    let (mean, tile) = (limits.warn_flip_mean, limits.warn_flip_worst_tile);
                    ladder.check(RungName::Perceptual, flip_checks(flip, [mean, tile], 1.0));
                }
                None => not_measured(ladder),
            },
            _ => self.show_perceptual(ladder),
        }
        self.show_bias(ladder);
    }

    fn stochastic_raw(&self, ladder: &mut Ladder) {
        let limits = &self.thresholds.stochastic_raw;
        self.noise_numeric(ladder);
        match (&self.numbers.flip, self.floor) {
            (None, _) => not_measured(ladder),
            (Some(_), None) => self.uncalibrated(ladder),
            (Some(flip), Some(floor)) => {
                let tile = ratio(
                    WORST_TILE,
                    flip.worst_tile,
                    floor.flip_worst_tile,
                    [limits.pass_floor_ratio, limits.warn_floor_ratio],
                );
                ladder.check(RungName::Perceptual, vec![at(tile, flip.worst_tile_at)]);
            }
        }
        let bias = &self.numbers.bias;
        let checks = vec![
            at(
                check(
                    "root mean square of the tiles' z",
                    bias.z_rms,
                    Some(limits.pass_z_rms),
                    Some(limits.warn_z_rms),
                ),
                bias.worst_at,
            ),
            at(
                check(
                    "share of tiles beyond 4 sigma",
                    bias.beyond_4_share,
                    Some(limits.pass_beyond_4_share),
                    Some(limits.warn_beyond_4_share),
                ),
                bias.worst_at,
            ),
            check(
                BIAS,
                bias.median_relative_bias.abs(),
                Some(limits.pass_bias),
                Some(limits.warn_bias),
            ),
        ];
        ladder.check(RungName::Bias, checks);
    }

    fn stochastic_denoised(&self, ladder: &mut Ladder) {
        let limits = &self.thresholds.stochastic_denoised;
        let ratios = [limits.pass_floor_ratio, limits.warn_floor_ratio];
        self.noise_numeric(ladder);
        match (&self.numbers.flip, self.floor) {
            (None, _) => not_measured(ladder),
            (Some(_), None) => self.uncalibrated(ladder),
            (Some(flip), Some(floor)) => {
                let tile = ratio(WORST_TILE, flip.worst_tile, floor.flip_worst_tile, ratios);
                let checks = vec![
                    at(tile, flip.worst_tile_at),
                    ratio(FLIP_MEAN, flip.mean, floor.flip_mean, ratios),
                    ratio("99th percentile of FLIP", flip.p99, floor.flip_p99, ratios),
                    ratio(
                        "mean delta",
                        self.numbers.mean_delta,
                        floor.mean_delta,
                        ratios,
                    ),
                ];
                ladder.check(RungName::Perceptual, checks);
            }
        }
        let bias = self.numbers.bias.median_relative_bias.abs();
        let checks = vec![check(
            BIAS,
            bias,
            Some(limits.pass_bias),
            Some(limits.warn_bias),
        )];
        ladder.check(RungName::Bias, checks);
    }

    fn lossy(&self, ladder: &mut Ladder) {
        let limits = &self.thresholds.lossy;
        let checks: Vec<Check> = self.strict_alpha();
        if checks.is_empty() {
            ladder.mention(RungName::Numeric, self.delta_sentence());
        } else {
            ladder.check(RungName::Numeric, checks);
        }
        match &self.numbers.flip {
            Some(flip) => {
                let (mean, tile) = (limits.pass_flip_mean, limits.pass_flip_worst_tile);
                let checks = flip_checks(flip, [mean, tile], limits.warn_factor);
                ladder.check(RungName::Perceptual, checks);
            }
            None => not_measured(ladder),
        }
        self.show_bias(ladder);
    }

    fn hdr(&self, ladder: &mut Ladder) {
        let limits = &self.thresholds.hdr;
        let beyond = self
            .numbers
            .beyond_relative_share
            .unwrap_or(self.numbers.over_1_share);
        let mut checks = vec![at(
            check(
                "share of pixels beyond the relative tolerance",
                beyond,
                Some(limits.pass_beyond_share),
                None,
            ),
            self.numbers.max_at,
        )];
        checks.extend(self.loose_alpha());
        checks.extend(self.not_finite());
        let verdict = ladder.check(RungName::Numeric, checks);
        match (verdict, &self.numbers.flip, self.floor) {
            (Verdict::Pass, ..) => ladder.skip(RungName::Perceptual, "the deltas alone pass"),
            (Verdict::Warn, Some(flip), Some(floor)) => {
                let ratios = [limits.warn_floor_ratio; 2];
                let tile = ratio(WORST_TILE, flip.worst_tile, floor.flip_worst_tile, ratios);
                let mean = ratio(FLIP_MEAN, flip.mean, floor.flip_mean, ratios);
                ladder.check(
                    RungName::Perceptual,
                    vec![at(tile, flip.worst_tile_at), mean],
                );
            }
            (Verdict::Warn, Some(flip), None) => {
                let (mean, tile) = (limits.warn_flip_mean, limits.warn_flip_worst_tile);
                ladder.check(RungName::Perceptual, flip_checks(flip, [mean, tile], 1.0));
            }
            (Verdict::Warn, None, _) => not_measured(ladder),
            _ => self.show_perceptual(ladder),
        }
        self.show_bias(ladder);
    }

    /// Deltas in a noisy lane: shown, and only alpha judged.
    fn noise_numeric(&self, ladder: &mut Ladder) {
        let mut checks = self.loose_alpha();
        checks.extend(self.not_finite());
        if checks.iter().any(|check| check.verdict != Verdict::Pass) {
            ladder.check(RungName::Numeric, checks);
        } else {
            let sentence = format!("{}; noise, so it decides nothing", self.delta_sentence());
            ladder.show(RungName::Numeric, sentence, self.numbers.max_at);
        }
    }

    fn uncalibrated(&self, ladder: &mut Ladder) {
        let sentence = "uncalibrated: without the control's noise twin nothing says how much noise \
                        is normal here";
        ladder.decide(RungName::Perceptual, Verdict::Warn, sentence.to_owned());
    }

    fn strict_alpha(&self) -> Vec<Check> {
        let limits = &self.thresholds.alpha;
        self.numbers.alpha.as_ref().map_or_else(Vec::new, |alpha| {
            let tile = Some(limits.tile_mean);
            vec![
                at(
                    check(
                        "alpha of the worst tile, mean delta",
                        alpha.worst_tile,
                        tile,
                        tile,
                    ),
                    alpha.worst_tile_at,
                ),
                at(
                    check(
                        "alpha, largest delta",
                        alpha.max,
                        Some(limits.pass_max),
                        None,
                    ),
                    alpha.max_at,
                ),
            ]
        })
    }

    fn loose_alpha(&self) -> Vec<Check> {
        let limits = &self.thresholds.alpha;
        let floor = self.floor.map_or(0.0, |floor| floor.alpha_worst_tile);
        self.numbers.alpha.as_ref().map_or_else(Vec::new, |alpha| {
            let (pass, warn) = (limits.tile_mean + floor, limits.warn_tile_mean + floor);
            let tile = check(
                "alpha of the worst tile, mean delta",
                alpha.worst_tile,
                Some(pass),
                Some(warn),
            );
            vec![at(tile, alpha.worst_tile_at)]
        })
    }

    fn not_finite(&self) -> Option<Check> {
        let numbers = self.numbers;
        let any = numbers.control_not_finite + numbers.candidate_not_finite > 0;
        let mismatch = numbers.not_finite_mismatch as f64;
        any.then(|| {
            check(
                "samples that are no number on one side alone",
                mismatch,
                Some(0.0),
                Some(0.0),
            )
        })
    }

    fn delta_sentence(&self) -> String {
        let numbers = self.numbers;
        format!(
            "mean delta is {}, largest {}",
            show("delta", numbers.mean_delta),
            show("delta", numbers.max_delta)
        )
    }

    fn show_perceptual(&self, ladder: &mut Ladder) {
        match &self.numbers.flip {
            Some(flip) => {
                let sentence = format!(
                    "{FLIP_MEAN} is {}, {WORST_TILE} {}; the deltas decided",
                    show(FLIP_MEAN, flip.mean),
                    show(WORST_TILE, flip.worst_tile)
                );
                ladder.show(RungName::Perceptual, sentence, flip.worst_tile_at);
            }
            None => ladder.skip(RungName::Perceptual, "the deltas decided"),
        }
    }

    fn show_bias(&self, ladder: &mut Ladder) {
        let bias = &self.numbers.bias;
        let sentence = format!("{BIAS} is {}", show(BIAS, bias.median_relative_bias));
        ladder.show(
            RungName::Bias,
            format!("{sentence}; decides nothing in this lane"),
            bias.worst_at,
        );
    }
}

fn not_measured(ladder: &mut Ladder) {
    let sentence = "FLIP would decide and wasn't measured";
    ladder.decide(
        RungName::Perceptual,
        Verdict::Inconclusive,
        sentence.to_owned(),
    );
}

/// Worst tile and mean, passing up to the limits and warning up to `factor` times them.
fn flip_checks(flip: &FlipNumbers, [mean, tile]: [f64; 2], factor: f64) -> Vec<Check> {
    vec![
        at(
            check(WORST_TILE, flip.worst_tile, Some(tile), Some(tile * factor)),
            flip.worst_tile_at,
        ),
        check(FLIP_MEAN, flip.mean, Some(mean), Some(mean * factor)),
    ]
}

/// Smallest floor that a value is held against.
const SMALLEST_FLOOR: f64 = 1e-6;

fn ratio(measure: &str, value: f64, floor: f64, [pass, warn]: [f64; 2]) -> Check {
    let floor = floor.max(SMALLEST_FLOOR);
    check(measure, value, Some(pass * floor), Some(warn * floor))
}
