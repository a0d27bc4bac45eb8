//! Reads secrets where their references point. They go into no log and no answer.

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
        SecretReference::Environment(name) => match std::env::var(name) {
            Ok(value) => value.into_bytes(),
            Err(_) => return Err(missing(&"it is not set")),
        },
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
