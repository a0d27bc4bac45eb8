//! A server with a certificate: known roots alone are trusted, and a renewed certificate counts at once.

use std::path::Path;
use std::time::Duration;

use hartomat_api::{AccessToken, ErrorKind, HttpClient, HttpOptions};

use crate::support::Served;

/// Writes a new certificate for the loopback address, with its key, over the old one.
fn certify(folder: &Path) {
    let names = vec!["127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("chain.pem"), made.cert.pem()).unwrap();
}

/// A client that trusts these roots beside the system's.
fn client(served: &Served, token: &str, roots: Option<&Path>) -> HttpClient {
    let mut options = HttpOptions::new(served.url()).token(AccessToken::new(token).unwrap());
    options.retry_budget = Duration::ZERO;
    options.root_certificates = roots.map(Path::to_owned);
    HttpClient::connect(options).unwrap()
}

#[test]
fn a_certificate_is_checked_and_may_be_renewed_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    certify(folder);
    let [chain, key] = ["chain.pem", "key.pem"].map(|name| folder.join(name));
    let served = Served::with_config(&format!(
        "[tls]\ncertificate = '{}'\nkey = '{}'\n",
        chain.display(),
        key.display()
    ));
    let token = served.token("read");
    let health = |roots| client(&served, &token, roots).health();
    assert_eq!(health(Some(&chain)).unwrap().status, "ok");
    let stranger = health(None).unwrap_err();
    assert_eq!(stranger.kind, ErrorKind::Unreachable, "{stranger:?}");

    certify(folder);
    assert_eq!(health(Some(&chain)).unwrap().status, "ok");

    // While the new files are nonsense, the last ones count.
    let kept = folder.join("kept.pem");
    std::fs::copy(&chain, &kept).unwrap();
    std::fs::write(&chain, "nonsense").unwrap();
    assert_eq!(health(Some(&kept)).unwrap().status, "ok");
}
