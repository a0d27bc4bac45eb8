//! CPU time of this thread.

/// Milliseconds that this thread has had the processor.
#[cfg(unix)]
pub(crate) fn cpu_ms() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// Milliseconds of the wall, where the system has no clock per thread.
#[cfg(not(unix))]
pub(crate) fn cpu_ms() -> f64 {
    use std::time::Instant;
    thread_local! {
        static START: Instant = Instant::now();
    }
    START.with(|start| start.elapsed().as_secs_f64() * 1e3)
}

/// Memory that this process has in use, in MB; 0 where the system doesn't say.
#[allow(dead_code, reason = "one of the two benchmarks asks")]
pub(crate) fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
