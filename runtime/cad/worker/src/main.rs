//! The worker binary: answers requests on standard input until it ends.

use std::process::ExitCode;

/// The kernel allocates in small pieces; this allocator takes a fifth off its time. It replaces
/// `malloc` for the C++ libraries as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    let threads = match (args.next().as_deref(), args.next()) {
        (Some("--threads"), Some(count)) => count.parse()?,
        (None, None) => 0,
        _ => anyhow::bail!(
            "usage: hartomat-cad-worker [--threads COUNT]; requests come on standard input"
        ),
    };
    hartomat_cad_worker::serve(threads)?;
    Ok(ExitCode::SUCCESS)
}
