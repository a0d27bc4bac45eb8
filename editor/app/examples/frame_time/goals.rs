//! Goals and whether they are met. A goal that is missed is printed as missed, never left out.

use serde_json::json;

/// Ratios with the most that they may be.
#[derive(Default)]
pub(crate) struct Goals {
    ratios: Vec<(String, f64, f64)>,
}

impl Goals {
    /// A ratio, and the most that it may be.
    pub(crate) fn add(&mut self, label: String, ratio: f64, most: f64) {
        self.ratios.push((label, ratio, most));
    }

    /// Prints a line for each.
    pub(crate) fn print(&self) {
        println!("\n{:48} {:>6} {:>7}", "goal", "most", "ratio");
        for (label, ratio, most) in &self.ratios {
            let verdict = verdict(*ratio, *most);
            println!("{label:48} {most:>6} {ratio:>7.3}  {verdict}");
        }
    }

    /// The same as a document.
    pub(crate) fn json(&self, frames: usize) -> String {
        let goals = self.ratios.iter().map(|(label, ratio, most)| {
            json!({"goal": label, "most": most, "ratio": ratio, "verdict": verdict(*ratio, *most)})
        });
        let goals: Vec<_> = goals.collect();
        format!("{:#}\n", json!({"frames": frames, "goals": goals}))
    }
}

fn verdict(ratio: f64, most: f64) -> &'static str {
    if ratio <= most { "pass" } else { "MISS" }
}
