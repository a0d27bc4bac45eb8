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
