//! The program `hartomat-editor`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use hartomat_api::{ApiError, Backend, ErrorKind};
use hartomat_editor::ShellOptions;
use hartomat_editor::backend::{AgentConnector, Connector, ServerConnector};
use hartomat_editor::files::EditorFolder;
use hartomat_editor::window::{self, Picture, WindowOptions};

/// Build workflows on a node canvas.
#[derive(Debug, Parser)]
#[command(name = "hartomat-editor", version)]
struct Arguments {
    /// A workflow or STEP file to open.
    file: Option<PathBuf>,
    /// Where drafts, preferences and the agent's data lie.
    #[arg(long, env = "HARTOMAT_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A server instead of the agent of this machine.
    #[arg(long, env = "HARTOMAT_SERVER", value_name = "URL")]
    server: Option<String>,
    /// The token for the server.
    #[arg(
        long,
        env = "HARTOMAT_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// Takes a picture of the window, as PNG, and leaves.
    #[arg(long, hide = true, value_name = "PNG")]
    picture: Option<PathBuf>,
    /// Size of the window for a picture, such as `1440x900`.
    #[arg(long, hide = true, default_value = "1440x900")]
    size: String,
    /// Commands to run before a picture is taken, such as `fit_all`.
    #[arg(long = "run", hide = true, value_name = "COMMAND")]
    commands: Vec<String>,
    /// Nodes to select before a picture is taken.
    #[arg(long, hide = true, value_name = "NODE")]
    select: Vec<String>,
    /// A template to open before a picture is taken.
    #[arg(long, hide = true, value_name = "ID")]
    template: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = match &arguments.data_dir {
        Some(folder) => EditorFolder::new(folder),
        None => EditorFolder::of_this_person(),
    };
    let options = WindowOptions {
        shell: ShellOptions {
            connector: connector(&arguments, folder.clone()),
            folder,
            locale: locale(),
        },
        picture: picture(&arguments)?,
        open: arguments.file,
    };
    window::open(options).map_err(|err| anyhow::anyhow!("the window can't be opened: {err}"))
}

fn connector(arguments: &Arguments, folder: EditorFolder) -> Box<dyn Connector> {
    match &arguments.server {
        Some(address) => {
            let token = arguments.token.clone().unwrap_or_default();
            Box::new(ServerConnector::new(address.clone(), token, client))
        }
        None => Box::new(AgentConnector::new(folder, client)),
    }
}

/// A client of a runtime at an address.
fn client(_address: &str, _token: &str) -> Result<Arc<dyn Backend>, ApiError> {
    let message = "this edition of the editor can't talk to a runtime over the network";
    Err(ApiError::new(ErrorKind::EnvironmentMissing, message))
}

fn locale() -> Option<String> {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let mut values = names.iter().filter_map(|name| std::env::var(name).ok());
    values.find(|value| !value.is_empty())
}

fn picture(arguments: &Arguments) -> anyhow::Result<Option<Picture>> {
    let Some(file) = arguments.picture.clone() else {
        return Ok(None);
    };
    let (width, height) = arguments
        .size
        .split_once('x')
        .ok_or_else(|| anyhow::anyhow!("a size is written like 1440x900"))?;
    Ok(Some(Picture {
        file,
        size: [width.parse()?, height.parse()?],
        commands: arguments.commands.clone(),
        select: arguments.select.clone(),
        template: arguments.template.clone(),
    }))
}
