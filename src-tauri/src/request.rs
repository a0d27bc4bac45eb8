//! What a file, a link or another start asks the shell to open.
//!
//! All of it may come from a stranger's web page: a request names something that is there, or it is
//! refused with a sentence and nothing happens.

use std::fmt;
use std::path::{Path, PathBuf};

use hartomat_schema::{RunId, WorkflowId};
use url::{Host, Url};

/// The longest link or path, in bytes.
const LONGEST: usize = 4096;
/// Files that the editor opens.
const ENDINGS: &[&str] = &["hartomat", "json", "step", "stp"];

/// Something to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// A saved workflow, in the editor.
    Workflow(WorkflowId),
    /// A run, on the review page.
    Run(RunId),
    /// A file, in the editor.
    File(PathBuf),
}

/// Why something isn't opened, as a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

impl Request {
    /// What an argument asks for. Paths are taken from `folder` on.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Refused> {
        if text.len() > LONGEST || text.chars().any(char::is_control) {
            return refused("This link is too long or not plain text.");
        }
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("hartomat") => link(text),
            Some("file") => match Url::parse(text)
                .ok()
                .and_then(|url| url.to_file_path().ok())
            {
                Some(path) => file(&path),
                None => refused("This address names no file of this machine."),
            },
            _ if text.contains("://") => {
                refused("HartOMat Studio opens links that begin with hartomat:// alone.")
            }
            _ if text.is_empty() || text.starts_with('-') => {
                refused(format!("“{text}” names no file."))
            }
            _ => file(&folder.join(text)),
        }
    }
}

fn link(text: &str) -> Result<Request, Refused> {
    let unknown = || refused("HartOMat Studio doesn't know this kind of link.");
    let Ok(url) = Url::parse(text) else {
        return unknown();
    };
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && url.fragment().is_none();
    let (Some(Host::Domain(kind)), true) = (url.host(), is_plain) else {
        return unknown();
    };
    let query: Vec<_> = url.query_pairs().collect();
    match (kind, query.as_slice()) {
        ("workflow", []) => match id(&url).and_then(|id| WorkflowId::new(id).ok()) {
            Some(id) => Ok(Request::Workflow(id)),
            None => refused("This link names no workflow."),
        },
        ("run", []) => match id(&url).and_then(|id| RunId::new(id).ok()) {
            Some(id) => Ok(Request::Run(id)),
            None => refused("This link names no run."),
        },
        ("open", [(key, path)]) if key == "path" && matches!(url.path(), "" | "/") => {
            let path = Path::new(path.as_ref());
            match path.is_absolute() {
                true => file(path),
                false => refused("A link names a file by its whole path."),
            }
        }
        _ => unknown(),
    }
}

/// The one part of a link's path: plain letters, digits, `-`, `_` and `.`, as the ids that are made here.
fn id(url: &Url) -> Option<&str> {
    let id = url.path().strip_prefix('/')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.chars().all(is_plain)).then_some(id)
}

fn file(path: &Path) -> Result<Request, Refused> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Ok(path) = path.canonicalize() else {
        return refused(format!("There is no file “{name}”."));
    };
    let ending = path.extension().unwrap_or_default();
    let ending = ending.to_string_lossy().to_ascii_lowercase();
    if !path.is_file() || !ENDINGS.contains(&ending.as_str()) {
        return refused(format!("“{name}” is neither a workflow nor a STEP file."));
    }
    Ok(Request::File(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Request, Refused> {
        Request::parse(text, Path::new("/nowhere"))
    }

    #[test]
    fn links_to_workflows_and_runs_are_taken() {
        let workflow = Request::Workflow(WorkflowId::literal("canonical-still"));
        assert_eq!(parse("hartomat://workflow/canonical-still"), Ok(workflow));
        let run = Request::Run(RunId::literal("0199.a_b"));
        assert_eq!(parse("HARTOMAT://run/0199.a_b"), Ok(run));
    }

    #[test]
    fn hostile_links_are_refused_with_a_sentence() {
        let long = format!("hartomat://run/{}", "a".repeat(129));
        let longer = format!("hartomat://run/{}", "a".repeat(5000));
        for text in [
            "hartomat:",
            "hartomat://",
            "hartomat:run/1",
            "hartomat://run",
            "hartomat://run/",
            "hartomat://run/1/2",
            "hartomat://run/1?x=1",
            "hartomat://run/1#x",
            "hartomat://run/--data-dir",
            "hartomat://run/a%2Fb",
            "hartomat://run/%00",
            "hartomat://run/..",
            "hartomat://user@run/1",
            "hartomat://run:80/1",
            "hartomat://workflow/a b",
            "hartomat://workflow/\n",
            "hartomat://shell/rm",
            "hartomat://open",
            "hartomat://open?path=",
            "hartomat://open?path=relative.step",
            "hartomat://open?path=/etc/passwd",
            "hartomat://open?path=/dev/zero",
            "hartomat://open?path=/a.step&path=/b.step",
            "hartomat://open/x?path=/a.step",
            "https://example.com/a.step",
            "file://example.com/a.step",
            "javascript:alert(1)",
            "--picture",
            "",
            &long,
            &longer,
        ] {
            let refused = parse(text).unwrap_err().to_string();
            assert!(refused.ends_with('.'), "{text}: {refused}");
        }
    }

    #[test]
    fn files_that_the_editor_opens_are_taken_by_path_address_and_link() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let path = folder.join("a flange.STEP");
        std::fs::write(&path, "ISO-10303-21;").unwrap();
        std::fs::write(folder.join("notes.txt"), "").unwrap();
        let expected = Ok(Request::File(path.clone()));
        assert_eq!(Request::parse("a flange.STEP", &folder), expected);
        let address = Url::from_file_path(&path).unwrap();
        assert_eq!(parse(address.as_str()), expected);
        let encoded = address.as_str().trim_start_matches("file://");
        assert_eq!(parse(&format!("hartomat://open?path={encoded}")), expected);
        assert!(Request::parse("notes.txt", &folder).is_err());
        assert!(Request::parse(".", &folder).is_err());
        std::fs::create_dir(folder.join("folder.json")).unwrap();
        assert!(Request::parse("folder.json", &folder).is_err());
    }
}
