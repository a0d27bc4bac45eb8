//! A signed request to an address of the web.
//!
//! The name is looked up once, and the connection goes to what was found and checked. Redirections are
//! not followed: whoever moves tells the studio.

use std::time::Duration;

use hartomat_schema::{Message, WebhookTarget};
use reqwest::{Client, StatusCode, Url, redirect, retry};
use serde_json::json;

use super::address::resolve;
use super::{Problem, Unsent, secret};
use crate::host::now;

/// The longest that a request may take.
const LONGEST: Duration = Duration::from_secs(15);

/// Tells the target.
pub(super) fn send(target: &WebhookTarget, message: &Message) -> Result<(), Unsent> {
    let url = check(target)?;
    let key = secret::read(&target.secret)?;
    let body = body_of(message);
    let at = (now().0 / 1000).to_string();
    let signature = sign(&key, &at, &body);
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses = resolve(&host, port, target.allow_private)?;
    // Whoever was first has installed it; all of us use the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = Client::builder()
        .user_agent(concat!("hartomat/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        .timeout(LONGEST)
        .resolve_to_addrs(&host, &addresses);
    if url.scheme() != "https" {
        client = client.tls_certs_only([]);
    }
    let request = async {
        let client = client
            .build()
            .map_err(|err| err.without_url().to_string())?;
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("hartomat-message", message.id.as_str())
            .header("hartomat-timestamp", at)
            .header("hartomat-signature", signature)
            .body(body);
        let answer = request.send().await;
        answer
            .map(|answer| answer.status())
            .map_err(|err| chain(&err.without_url()))
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|err| Unsent::for_now(err.to_string()))?;
    let status = runtime.block_on(request).map_err(Unsent::for_now)?;
    judge(status)
}

/// What an answer means. A refusal stays one; what is busy may be asked again.
fn judge(status: StatusCode) -> Result<(), Unsent> {
    let passes = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    match status {
        status if status.is_success() => Ok(()),
        status if status.is_redirection() => Err(Unsent::for_good(format!(
            "it answers {status}; redirections are not followed, name the new address"
        ))),
        status if status.is_client_error() && !passes.contains(&status) => {
            Err(Unsent::for_good(format!("it refuses: {status}")))
        }
        status => Err(Unsent::for_now(format!("it answers {status}"))),
    }
}

/// The target's address, if it may be one.
pub(super) fn check(target: &WebhookTarget) -> Result<Url, Problem> {
    let whole = "write it whole, as `https://example.com/hook`";
    let url: Url = target
        .url
        .parse()
        .map_err(|err| Problem::new(format!("`{}` is no address: {err}", target.url), whole))?;
    match url.scheme() {
        "https" => {}
        "http" if target.allow_private => {}
        "http" => {
            return Err(Problem::new(
                "a webhook outside of private networks needs `https`",
                "begin it with `https`, or set `allow_private` for one inside",
            ));
        }
        other => {
            let what = format!("`{other}` is no address of the web");
            return Err(Problem::new(what, whole));
        }
    }
    if url.host_str().is_none_or(str::is_empty) {
        let what = format!("`{}` names no host", target.url);
        return Err(Problem::new(what, whole));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::new(
            "an address holds no password; the signature says who asks",
            "take the name and the password out",
        ));
    }
    Ok(url)
}

fn body_of(message: &Message) -> String {
    json!({
        "schema": "hartomat.message/1",
        "id": message.id,
        "at": message.at,
        "run": message.run,
        "subject": message.subject,
        "requested_by": message.requested_by,
        "media_assets": message.media_assets,
    })
    .to_string()
}

/// `v1=` and the HMAC-SHA256 of the timestamp, a full stop, and the body, in hexadecimal.
fn sign(key: &[u8], at: &str, body: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key);
    let mut context = ring::hmac::Context::with_key(&key);
    for part in [at, ".", body] {
        context.update(part.as_bytes());
    }
    let tag = context.sign();
    let hex: String = tag
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("v1={hex}")
}

/// What went wrong, down to its cause.
fn chain(err: &dyn std::error::Error) -> String {
    let mut text = err.to_string();
    let mut source = err.source();
    while let Some(err) = source {
        text = format!("{text}: {err}");
        source = err.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use hartomat_schema::SecretReference;

    use super::*;

    #[test]
    fn a_signature_is_of_the_timestamp_and_the_body() {
        // By `printf '1700000000.{}' | openssl dgst -sha256 -hmac key`.
        assert_eq!(
            sign(b"key", "1700000000", "{}"),
            "v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
        );
    }

    #[test]
    fn addresses_are_checked_before_anything_is_sent() {
        let target = |url: &str, allow_private| WebhookTarget {
            url: url.to_owned(),
            secret: SecretReference::Environment("KEY".to_owned()),
            allow_private,
        };
        assert!(check(&target("https://example.com/hook", false)).is_ok());
        assert!(check(&target("http://localhost/hook", true)).is_ok());
        for url in [
            "http://example.com/hook",
            "ftp://example.com/hook",
            "file:///etc/passwd",
            concat!("https://", "me:secret", "@example.com/"),
            "example.com",
        ] {
            assert!(check(&target(url, false)).is_err(), "{url}");
        }
    }
}
