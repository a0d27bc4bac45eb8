//! CPU time of this thread.

use std::time::Instant;

/// Milliseconds that this thread has had the processor; of the wall where the system doesn't say.
pub(crate) fn cpu_ms() -> f64 {
    thread_local! {
        static START: Instant = Instant::now();
    }
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(
        || START.with(|start| start.elapsed().as_secs_f64() * 1e3),
        |nanos| nanos / 1e6,
    )
}
