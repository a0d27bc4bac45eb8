//! Databases that somebody changes from outside while the program has them open.

use std::path::Path;
use std::process::Command;

use crate::output;

/// From now on nobody can write a line into the audit list of this data folder.
///
/// # Panics
/// Where Python can't change the database.
pub fn close_audit_list(data: &Path) {
    let change = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
    let trigger = "CREATE TRIGGER closed BEFORE INSERT ON audit
                   BEGIN SELECT raise(ABORT, 'the audit list is closed'); END;";
    let mut python = Command::new("python3");
    let database = data.join("access.db");
    python.args(["-c", change]).arg(database).arg(trigger);
    let done = output(&mut python);
    assert!(done.status.success(), "{done:?}");
}
