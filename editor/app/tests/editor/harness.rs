//! An editor in a test, with a runtime in memory.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use hartomat_editor::backend::{Connector, FixedConnector};

use crate::fixtures::MemoryBackend;
use crate::window::Window;

/// An editor.
pub(crate) struct Editor {
    window: Window,
    pub(crate) backend: Arc<MemoryBackend>,
}

impl Editor {
    /// An editor with an empty data folder, connected.
    pub(crate) fn start() -> Self {
        Self::with(MemoryBackend::new())
    }

    /// An editor of this backend.
    pub(crate) fn with(backend: Arc<MemoryBackend>) -> Self {
        Self::again(backend, Arc::new(tempfile::tempdir().unwrap()))
    }

    /// A window in this data folder; says nothing about the link.
    pub(crate) fn in_folder(backend: Arc<MemoryBackend>, folder: Arc<tempfile::TempDir>) -> Self {
        let connector = Box::new(FixedConnector(backend.clone()));
        Self::of(backend, folder, connector)
    }

    /// A window in this data folder, of whatever runtime the connector finds.
    pub(crate) fn of(
        backend: Arc<MemoryBackend>,
        folder: Arc<tempfile::TempDir>,
        connector: Box<dyn Connector>,
    ) -> Self {
        let window = Window::open_in(connector, folder);
        Self { window, backend }
    }

    /// Another window of the same person.
    pub(crate) fn another_window(&self) -> Self {
        Self::again(self.backend.clone(), self.folder.clone())
    }

    /// A window in this data folder, connected.
    pub(crate) fn again(backend: Arc<MemoryBackend>, folder: Arc<tempfile::TempDir>) -> Self {
        let mut editor = Self::in_folder(backend, folder);
        editor.until_connected();
        editor
    }

    /// The window of this editor goes away as when the process dies.
    pub(crate) fn crash(mut self) -> (Arc<MemoryBackend>, Arc<tempfile::TempDir>) {
        self.until_drafted();
        (self.backend.clone(), self.folder.clone())
    }
}

impl Deref for Editor {
    type Target = Window;

    fn deref(&self) -> &Window {
        &self.window
    }
}

impl DerefMut for Editor {
    fn deref_mut(&mut self) -> &mut Window {
        &mut self.window
    }
}
