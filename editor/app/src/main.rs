//! The program `hartomat-editor`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use hartomat_api::{AccessToken, ApiError, Backend, HttpClient, HttpOptions, KnownServers};
use hartomat_editor::ShellOptions;
use hartomat_editor::backend::{AgentConnector, Connector, ServerConnector};
use hartomat_editor::files::EditorFolder;
use hartomat_editor::window::{self, Picture, WindowOptions};
use hartomat_schema::WorkflowId;

/// Variable of the environment with a server's token.
const TOKEN: &str = "HARTOMAT_TOKEN";

/// Build workflows on a node canvas.
#[derive(Debug, Parser)]
#[command(name = "hartomat-editor", version)]
struct Arguments {
    /// A workflow or STEP file to open.
    file: Option<PathBuf>,
    /// A saved workflow to open, by its id.
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    workflow: Option<WorkflowId>,
    /// Two files to set beside each other: pictures, models, anything.
    #[arg(long, num_args = 2, value_names = ["FILE", "FILE"])]
    compare: Option<Vec<PathBuf>>,
    /// Where drafts, preferences and the agent's data lie.
    #[arg(long, env = "HARTOMAT_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A server instead of the agent of this machine: its name or its address. The token is the one
    /// that is kept for it, or HARTOMAT_TOKEN.
    #[arg(long, env = "HARTOMAT_SERVER", value_name = "URL")]
    server: Option<String>,
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
    /// A CAD file that runs are of, before a picture is taken.
    #[arg(long, hide = true, value_name = "STEP")]
    subject: Option<PathBuf>,
    /// How long to watch the run before a picture is taken; to its end where none is said.
    #[arg(long, hide = true, value_name = "SECS")]
    watch: Option<f64>,
    /// Commands to run after that.
    #[arg(long, hide = true, value_name = "COMMAND")]
    then: Vec<String>,
    /// Nodes to bring into view before a picture is taken.
    #[arg(long, hide = true, value_name = "NODE")]
    near: Vec<String>,
    /// A template to open before a picture is taken.
    #[arg(long, hide = true, value_name = "ID")]
    template: Option<String>,
    /// Says when the first frame is on screen, and leaves.
    #[arg(long, hide = true)]
    first_frame: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = match &arguments.data_dir {
        Some(folder) => EditorFolder::new(folder),
        None => EditorFolder::of_this_person(),
    };
    let options = WindowOptions {
        shell: ShellOptions {
            connector: connector(&arguments, folder.clone())?,
            folder,
            locale: locale(),
        },
        picture: picture(&arguments)?,
        open: arguments.file,
        workflow: arguments.workflow,
        compare: arguments
            .compare
            .and_then(|files| <[PathBuf; 2]>::try_from(files).ok()),
        is_only_first_frame: arguments.first_frame,
    };
    window::open(options).map_err(|err| anyhow::anyhow!("the window can't be opened: {err}"))
}

fn connector(arguments: &Arguments, folder: EditorFolder) -> anyhow::Result<Box<dyn Connector>> {
    let Some(server) = arguments
        .server
        .as_ref()
        .filter(|server| !server.is_empty())
    else {
        return Ok(Box::new(AgentConnector::new(folder, client)));
    };
    // In the environment: an argument would show in the list of processes.
    let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
    let token = token.map(|token| AccessToken::new(&token)).transpose()?;
    let servers = KnownServers::new(folder.data_dir());
    Ok(Box::new(ServerConnector::new(servers, server, token)))
}

/// A client of the agent at an address.
fn client(address: &str, token: &str) -> Result<Arc<dyn Backend>, ApiError> {
    let options = HttpOptions::new(address).token(AccessToken::new(token)?);
    Ok(Arc::new(HttpClient::connect(options)?))
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
        near: arguments.near.clone(),
        template: arguments.template.clone(),
        subject: arguments.subject.clone(),
        watch_secs: arguments.watch,
        then: arguments.then.clone(),
    }))
}
