//! Whom a client trusts. The certificates are for these tests alone: `studio.pem` has signed
//! `server.pem`, which is for 127.0.0.1, and `other.pem` has signed nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hartomat_api::{ApiError, Backend, ErrorKind, HttpClient};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::fixtures::options;

fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/client/certificates")
        .join(name)
}

/// A server with a certificate; its port, and how many have called it. It lives as long as the tests.
fn start() -> (u16, Arc<AtomicUsize>) {
    let chain = vec![CertificateDer::from_pem_file(certificate("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate("server-key.pem")).unwrap();
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (config, calls) = (Arc::new(config), Arc::new(AtomicUsize::new(0)));
    let counted = calls.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let session = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(session, stream.unwrap());
            // A client that doesn't trust it hangs up.
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok_and(|read| read > 0) {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                    content-length: 2\r\nconnection: close\r\n\r\n[]";
                stream
                    .write_all(answer)
                    .and_then(|()| stream.flush())
                    .unwrap();
            }
        }
    });
    (port, calls)
}

fn ask(address: &str, root: &str) -> Result<usize, ApiError> {
    let mut options = options(address);
    options.root_certificates = Some(certificate(root));
    Ok(HttpClient::connect(options)?.material_list()?.len())
}

#[test]
fn a_studio_s_own_root_is_trusted_and_no_other() {
    let (port, calls) = start();
    let address = format!("https://127.0.0.1:{port}");
    assert_eq!(ask(&address, "studio.pem"), Ok(0));
    let before = calls.load(Ordering::SeqCst);
    let err = ask(&address, "other.pem").unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert!(err.message.contains("certificate is not trusted"), "{err}");
    assert!(
        err.hints
            .iter()
            .any(|hint| hint.contains("root certificate")),
        "{err:?}"
    );
    assert_eq!(
        calls.load(Ordering::SeqCst),
        before + 1,
        "asking again changes nothing"
    );
}

#[test]
fn a_certificate_for_another_name_is_not_taken() {
    let (port, _calls) = start();
    let err = ask(&format!("https://localhost:{port}"), "studio.pem").unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert!(err.message.contains("certificate"), "{err}");
}
