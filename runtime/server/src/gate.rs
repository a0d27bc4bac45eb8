//! The outermost check, of every method and address: a request must be meant for this server, and a
//! browser must have been sent by a page of it. A name that was rebound to a loopback address and a
//! page from elsewhere both end here, before a token is looked at.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode, Uri};
use hartomat_api::{ApiError, ErrorKind};

use crate::answer::Refusal;

/// What a server may be called.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    names: Vec<String>,
    scheme: &'static str,
    usual_port: u16,
}

impl Gate {
    /// A gate for these names, each with its port.
    pub(crate) fn new(names: &[String], has_tls: bool) -> Self {
        let (scheme, usual_port) = if has_tls {
            ("https", 443)
        } else {
            ("http", 80)
        };
        Self {
            names: names
                .iter()
                .map(|name| with_port(&name.to_ascii_lowercase(), usual_port))
                .collect(),
            scheme,
            usual_port,
        }
    }

    /// Refuses what is meant for somebody else, or comes from somewhere else.
    pub(crate) fn check(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        local: SocketAddr,
    ) -> Result<(), Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(misdirected("a request names its host once"));
        };
        let host = host.to_str().unwrap_or_default();
        // A full address in the request line would go before the header.
        let is_absolute = uri
            .authority()
            .is_some_and(|authority| authority.as_str() != host);
        if is_absolute || !self.is_ours(host, local) {
            return Err(misdirected("this server has another name"));
        }
        for origin in headers.get_all(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if !self.is_our_page(origin, local) {
                let message = "requests from pages of other servers are refused";
                return Err(ApiError::new(ErrorKind::Forbidden, message).into());
            }
        }
        Ok(())
    }

    fn is_our_page(&self, origin: &str, local: SocketAddr) -> bool {
        let Some((scheme, host)) = origin.split_once("://") else {
            return false;
        };
        // A proxy with TLS may stand before a server without.
        let named = with_port(&host.to_ascii_lowercase(), self.usual_port);
        let is_proxied = scheme == "https" && self.names.contains(&named);
        is_proxied || (scheme == self.scheme && self.is_ours(host, local))
    }

    fn is_ours(&self, host: &str, local: SocketAddr) -> bool {
        let host = with_port(&host.to_ascii_lowercase(), self.usual_port);
        if self.names.contains(&host) {
            return true;
        }
        // An address can't be rebound, a name can: only `localhost` is taken, and only from here.
        match host.parse::<SocketAddr>() {
            Ok(address) => {
                address.port() == local.port() && canonical(address.ip()) == canonical(local.ip())
            }
            Err(_) => {
                local.ip().to_canonical().is_loopback()
                    && host
                        .strip_prefix("localhost:")
                        .is_some_and(|port| port.parse() == Ok(local.port()))
            }
        }
    }
}

/// A host with its port: clients leave the usual one out.
fn with_port(host: &str, usual: u16) -> String {
    let after_address = host.rsplit(']').next().unwrap_or_default();
    match after_address.contains(':') || host.is_empty() {
        true => host.to_owned(),
        false => format!("{host}:{usual}"),
    }
}

/// IPv4 in IPv6 as IPv4; all loopback addresses as one.
fn canonical(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        ip if ip.is_loopback() => IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        ip => ip,
    }
}

fn misdirected(message: &str) -> Refusal {
    let hint = "call it by its address, or let it be called by this name with --allow-host";
    Refusal {
        status: StatusCode::MISDIRECTED_REQUEST,
        error: ApiError::new(ErrorKind::Forbidden, message).hint(hint),
        retry_after_secs: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(host: Option<&str>, origin: Option<&str>) -> bool {
        let gate = Gate::new(&["Render.studio.lan:8787".to_owned()], false);
        let mut headers = HeaderMap::new();
        if let Some(host) = host {
            headers.insert(HOST, host.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        let local = "127.0.0.1:8787".parse().unwrap();
        gate.check(&Uri::from_static("/v1/health"), &headers, local)
            .is_ok()
    }

    #[test]
    fn a_request_is_meant_for_this_server_or_refused() {
        for host in [
            "127.0.0.1:8787",
            "localhost:8787",
            "LOCALHOST:8787",
            "[::1]:8787",
            "render.studio.lan:8787",
        ] {
            assert!(passes(Some(host), None), "{host}");
        }
        for host in [
            "example.com:8787",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost.example.com:8787",
            "localhost:8787.example.com",
            "10.0.0.9:8787",
            "render.studio.lan",
            "",
        ] {
            assert!(!passes(Some(host), None), "{host}");
        }
        assert!(!passes(None, None));
    }

    #[test]
    fn the_usual_port_may_be_left_out() {
        let gate = Gate::new(&["render.studio.lan".to_owned()], true);
        let passes = |host: &'static str, local: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            let local = local.parse().unwrap();
            gate.check(&Uri::from_static("/v1/health"), &headers, local)
                .is_ok()
        };
        for host in [
            "127.0.0.1",
            "127.0.0.1:443",
            "[::1]",
            "localhost",
            "render.studio.lan",
        ] {
            assert!(passes(host, "127.0.0.1:443"), "{host}");
        }
        assert!(!passes("127.0.0.1", "127.0.0.1:8787"));
        assert!(!passes("example.com", "127.0.0.1:443"));
    }

    #[test]
    fn a_page_is_ours_or_refused() {
        let host = Some("127.0.0.1:8787");
        assert!(passes(host, Some("http://127.0.0.1:8787")));
        assert!(passes(host, Some("http://localhost:8787")));
        assert!(passes(
            host,
            Some(concat!("https://", "render.studio.lan:8787"))
        ));
        for origin in [
            "null",
            "http://example.com",
            "http://127.0.0.1:9000",
            "https://127.0.0.1:8787",
            "http://example.com:8787",
            "file://",
            "",
        ] {
            assert!(!passes(host, Some(origin)), "{origin}");
        }
    }

    #[test]
    fn two_hosts_or_another_in_the_request_line_are_refused() {
        let gate = Gate::new(&[], false);
        let local = "127.0.0.1:8787".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.append(HOST, "127.0.0.1:8787".parse().unwrap());
        let absolute = Uri::from_static("http://example.com/v1/health");
        assert!(gate.check(&absolute, &headers, local).is_err());
        headers.append(HOST, "example.com".parse().unwrap());
        let plain = Uri::from_static("/v1/health");
        assert!(gate.check(&plain, &headers, local).is_err());
    }
}
