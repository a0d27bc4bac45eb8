//! TLS from a certificate chain and its key in PEM files. A renewed certificate counts from the next
//! connection on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::{ServerError, TlsFiles};

/// A certificate that follows its files.
pub(crate) struct Tls {
    files: TlsFiles,
    current: Mutex<Current>,
}

struct Current {
    written_at: WrittenAt,
    acceptor: TlsAcceptor,
}

/// When certificate and key were written.
type WrittenAt = [Option<SystemTime>; 2];

impl Tls {
    pub(crate) fn open(files: TlsFiles) -> Result<Self, ServerError> {
        let current = Mutex::new(Current {
            written_at: written_at(&files),
            acceptor: read(&files)?,
        });
        Ok(Self { files, current })
    }

    /// What answers a client's handshake. Reads the files again when they have changed; while the new
    /// ones can't be used, as when only one of them is there yet, the old ones count.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let written_at = written_at(&self.files);
        if current.written_at != written_at
            && let Ok(acceptor) = read(&self.files)
        {
            *current = Current {
                written_at,
                acceptor,
            };
        }
        current.acceptor.clone()
    }
}

fn written_at(files: &TlsFiles) -> WrittenAt {
    [&files.certificate, &files.key].map(|path| path.metadata().ok()?.modified().ok())
}

fn read(files: &TlsFiles) -> Result<TlsAcceptor, ServerError> {
    let unusable = |reason: String| ServerError::Certificate {
        path: files.certificate.clone(),
        reason,
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|err| unusable(err.to_string()))?;
    if chain.is_empty() {
        return Err(unusable("it holds no certificate".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|err| unusable(format!("the key `{}`: {err}", files.key.display())))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|err| unusable(err.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|err| unusable(err.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
