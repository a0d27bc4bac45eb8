//! Reads secrets where their references point. They go into no log and no answer.

use std::env::VarError;
use std::io::Read as _;

use hartomat_schema::SecretReference;

use super::Unsent;

/// The largest secret.
const MAX_BYTES: u64 = 1 << 16;

/// The secret's bytes, or why there are none.
pub(super) fn read(reference: &SecretReference) -> Result<Vec<u8>, Unsent> {
    let missing = |why: &dyn std::fmt::Display| {
        Unsent::for_now(format!("the secret `{reference}` can't be read: {why}"))
    };
    let mut bytes = match reference {
        SecretReference::Environment(name) => std::env::var(name)
            .map_err(|err| missing(&why_unread(&err)))?
            .into_bytes(),
        SecretReference::File(path) => {
            let mut bytes = Vec::new();
            std::fs::File::open(path)
                .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
                .map_err(|err| missing(&err))?;
            bytes
        }
    };
    while bytes.last().is_some_and(|byte| b"\r\n".contains(byte)) {
        bytes.pop();
    }
    match bytes.is_empty() {
        true => Err(missing(&"it is empty")),
        false => Ok(bytes),
    }
}

/// Why a variable can't be read. Its value isn't shown: it may be the secret.
const fn why_unread(err: &VarError) -> &'static str {
    match err {
        VarError::NotPresent => "it is not set",
        VarError::NotUnicode(_) => "it is no UTF-8 text; put it into a file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_no_text_is_not_said_to_be_missing_or_shown() {
        assert_eq!(why_unread(&VarError::NotPresent), "it is not set");
        let why = why_unread(&VarError::NotUnicode("hunter2".into()));
        assert!(why.contains("UTF-8") && !why.contains("hunter2"));
    }
}
