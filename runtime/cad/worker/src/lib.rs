//! The CAD worker: reads STEP files with Open CASCADE in a process of its own.
//!
//! Without the kernel's headers the package builds all the same, and the worker says what is missing.

#[cfg(occt)]
mod binding;
#[cfg(occt)]
mod document;
#[cfg(occt)]
mod kernel;
#[cfg(occt)]
mod lighten;
#[cfg(not(occt))]
mod no_kernel;
#[cfg(occt)]
mod samples;
mod service;

#[cfg(not(occt))]
pub use no_kernel::write_samples;
#[cfg(occt)]
pub use samples::write_samples;
pub use service::serve;
