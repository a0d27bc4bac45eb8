//! The editor in a window without a screen: canvas, menu bar and status bar.

use std::sync::Arc;

use egui::{Pos2, RawInput, pos2};
use hartomat_api::{ApiError, Backend, ErrorKind};
use hartomat_document::{Edit, OpenDocument};
use hartomat_editor::backend::Connector;
use hartomat_editor::files::EditorFolder;
use hartomat_editor::preferences::Layout;
use hartomat_editor::{
    App, CanvasCommand, Command, EditCommand, PreferenceChange, Session, ShellCommand,
    ShellOptions, ShellState, State,
};

use hartomat_schema::NodeId;

use crate::{Subject, graph};

/// No runtime: nothing answers, and nothing has to.
struct Nobody;

impl Connector for Nobody {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        Err(ApiError::new(ErrorKind::Unreachable, "nothing runs here"))
    }
}

/// The editor with an open workflow.
pub(crate) struct Editor {
    ctx: egui::Context,
    app: App,
    edits: Option<i64>,
    _folder: tempfile::TempDir,
}

impl Editor {
    /// The whole graph in view.
    pub(crate) fn whole(count: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let ctx = egui::Context::default();
        let options = ShellOptions {
            folder: EditorFolder::new(folder.path()),
            connector: Box::new(Nobody),
            locale: None,
        };
        let mut state = State::new(ShellState::new(options, &ctx));
        let catalogue = Arc::new(graph::catalogue());
        let workflow = graph::workflow(count, &catalogue);
        state.session = Some(Session::new(OpenDocument::opened(workflow, 1), &catalogue));
        state.catalogue = catalogue;
        let layout = Layout {
            catalog_open: false,
            inspector_open: false,
            bottom_open: false,
            mini_map_open: false,
            ..Layout::default()
        };
        let mut app = App::new(state);
        let change = PreferenceChange::Layout(Box::new(layout));
        app.push(Command::Shell(ShellCommand::Prefer(change)));
        Self {
            ctx,
            app,
            edits: None,
            _folder: folder,
        }
    }

    /// About twenty nodes in view.
    pub(crate) fn near(count: usize) -> Self {
        let mut editor = Self::whole(count);
        for _ in 0..3 {
            editor.frame(crate::input(Vec::new()));
        }
        let view = hartomat_editor::canvas::View {
            center: pos2(1_200.0, 260.0),
            zoom: 1.25,
        };
        editor.app.push(Command::Canvas(CanvasCommand::Look(view)));
        editor
    }
}

impl Subject for Editor {
    fn frame(&mut self, input: RawInput) {
        if let Some(number) = &mut self.edits {
            *number += 1;
            let node = NodeId::literal("node_8");
            let edit = Edit::set_setting(node, "/samples", (*number % 500 + 1).into());
            self.app.push(Command::Edit(EditCommand::Apply(edit)));
        }
        let mut output = self.ctx.run_ui(input, |ui| self.app.frame_ui(ui));
        output.textures_delta.clear();
        let primitives = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(primitives);
    }

    fn edit(&mut self) {
        self.edits = Some(0);
    }

    fn is_dragging(&self) -> bool {
        let session = self.app.state().session.as_ref();
        let gesture = session.and_then(|session| session.canvas.gesture.as_ref());
        gesture.is_some_and(|gesture| gesture.moved().is_some_and(|moved| moved.nodes.len() == 1))
    }

    fn handle(&self) -> Pos2 {
        let session = self
            .app
            .state()
            .session
            .as_ref()
            .expect("a workflow is open");
        let frame = session.canvas.frame().expect("frames were drawn");
        let visible = frame.visible();
        let mut nodes = session.canvas.model.nodes.iter();
        let node = nodes.find(|node| visible.contains_rect(node.rect));
        frame.to_screen(node.expect("a node is in view").rect.center())
    }
}
