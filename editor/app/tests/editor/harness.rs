//! An editor in a test, with a runtime in memory.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use egui_kittest::Harness;
use hartomat_editor::backend::{Connector, FixedConnector};
use hartomat_editor::{Action, Command};

use crate::fixtures::MemoryBackend;
use crate::snapshot;
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

    /// An editor that has this workflow of the library open.
    pub(crate) fn opened(id: &str) -> Self {
        let mut editor = Self::start();
        editor.open(id);
        editor.steps(4);
        editor
    }

    /// Runs a command of the table.
    pub(crate) fn run(&mut self, action: Action) {
        self.push(Command::Run(action));
        self.steps(2);
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

    /// A window that can be drawn, connected.
    pub(crate) fn drawn(size: [f32; 2], folder: tempfile::TempDir) -> Self {
        let backend = MemoryBackend::new();
        let connector = Box::new(FixedConnector(backend.clone()));
        let builder = Harness::builder().with_size(size).wgpu();
        let window = Window::built(builder, connector, Arc::new(folder));
        let mut editor = Self { window, backend };
        editor.until_connected();
        editor
    }

    /// Compares the window with the picture of this name.
    pub(crate) fn look(&mut self, name: &str) {
        snapshot::look(&mut self.window.harness, name);
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
