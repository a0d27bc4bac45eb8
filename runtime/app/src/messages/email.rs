//! A message by e-mail, through the studio's mail server.

use std::time::Duration;

use hartomat_schema::{EmailTarget, MailEncryption, Message};
use lettre::message::{Mailbox, MessageBuilder, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport as _};

use super::{Problem, Unsent, secret};

/// The longest that the server may take to answer.
const LONGEST: Duration = Duration::from_secs(15);
/// Stands for whoever asked for the output.
const REQUESTED_BY: &str = "{requested_by}";

/// Tells the target.
pub(super) fn send(target: &EmailTarget, message: &Message) -> Result<(), Unsent> {
    let mail = letter(target, message)?;
    let transport = transport(target)?;
    match transport.send(&mail) {
        Ok(_) => Ok(()),
        Err(err) if err.is_permanent() => Err(Unsent::for_good(err.to_string())),
        Err(err) => {
            let source = std::error::Error::source(&err).map(|it| format!(": {it}"));
            Err(Unsent::for_now(format!(
                "{err}{}",
                source.unwrap_or_default()
            )))
        }
    }
}

/// What is wrong with a target, before anything is sent.
pub(super) fn check(target: &EmailTarget) -> Result<(), Problem> {
    mailbox(&target.from)?;
    if target.to.is_empty() {
        return Err(Problem::new(
            "it tells nobody: `to` is empty",
            "name somebody in `to`",
        ));
    }
    for address in target.to.iter().filter(|it| *it != REQUESTED_BY) {
        mailbox(address)?;
    }
    match (&target.user, &target.password) {
        (Some(_), None) => Err(Problem::new(
            "`user` needs a `password`",
            "name where it is, as `file:/absolute/path` or `env:NAME`",
        )),
        (None, Some(_)) => Err(Problem::new(
            "`password` needs a `user`",
            "name the user, or take `password` out",
        )),
        (Some(_), Some(_)) if target.encryption == MailEncryption::None => Err(Problem::new(
            "a password isn't sent in the clear: it needs `starttls` or `tls`",
            "choose one of them as `encryption`",
        )),
        _ => Ok(()),
    }
}

fn mailbox(address: &str) -> Result<Mailbox, Problem> {
    address.parse().map_err(|_invalid| {
        let what = format!("`{address}` is no e-mail address");
        Problem::new(what, "write it as `name@example.com`")
    })
}

/// Whom a message goes to. Whoever asked need not be an address: the others hear of it all the same.
fn receivers(target: &EmailTarget, message: &Message) -> Result<Vec<Mailbox>, Unsent> {
    let asked = message.requested_by.iter();
    let asked = asked.filter_map(|who| who.parse::<Mailbox>().ok());
    let mut receivers = Vec::new();
    for address in &target.to {
        match address.as_str() {
            REQUESTED_BY => receivers.extend(asked.clone()),
            address => receivers.push(mailbox(address)?),
        }
    }
    match receivers.is_empty() {
        true => Err(Unsent::for_good(format!(
            "whoever asked (`{}`) has no e-mail address, and `to` names nobody else",
            message.requested_by.join(", ")
        ))),
        false => Ok(receivers),
    }
}

fn letter(target: &EmailTarget, message: &Message) -> Result<lettre::Message, Unsent> {
    let mut letter: MessageBuilder = lettre::Message::builder()
        .from(mailbox(&target.from)?)
        .subject(&message.subject)
        // The same at each attempt, so that receivers can tell a repetition.
        .message_id(Some(format!("<{}@hartomat>", message.id)))
        .header(ContentType::TEXT_PLAIN);
    for receiver in receivers(target, message)? {
        letter = letter.to(receiver);
    }
    let text = format!(
        "{}\n\nRequested by {}\nRun {}\n",
        message.subject,
        message.requested_by.join(", "),
        message.run
    );
    letter
        .body(text)
        .map_err(|err| Unsent::for_good(err.to_string()))
}

fn transport(target: &EmailTarget) -> Result<SmtpTransport, Unsent> {
    // Whoever was first has installed it; all of us use the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let parameters = || {
        TlsParameters::new(target.server.clone()).map_err(|err| Unsent::for_now(err.to_string()))
    };
    let tls = match target.encryption {
        MailEncryption::None => Tls::None,
        MailEncryption::Starttls => Tls::Required(parameters()?),
        MailEncryption::Tls => Tls::Wrapper(parameters()?),
    };
    let mut transport = SmtpTransport::builder_dangerous(&target.server)
        .port(target.port)
        .hello_name(ClientId::Domain("hartomat".to_owned()))
        .timeout(Some(LONGEST))
        .tls(tls);
    if let Some((user, password)) = target.user.as_ref().zip(target.password.as_ref()) {
        let password = secret::read(password)?;
        let password = String::from_utf8_lossy(&password).into_owned();
        transport = transport.credentials(Credentials::new(user.clone(), password));
    }
    Ok(transport.build())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(to: &[&str], requested_by: &[&str]) -> Result<Vec<String>, Unsent> {
        let target =
            json!({ "server": "mail.example.com", "from": "studio@example.com", "to": to });
        let target: EmailTarget = serde_json::from_value(target).unwrap();
        let message = json!({
            "id": "m", "message_key": "m", "target": "people", "channel": "email",
            "notification": "n", "run": "r", "requested_by": requested_by, "subject": "It is ready",
            "media_assets": [], "state": "sending", "attempts": 1, "at": 0, "due_at": 0
        });
        let message: Message = serde_json::from_value(message).unwrap();
        let letter = letter(&target, &message)?;
        let receivers = letter.envelope().to().iter();
        Ok(receivers.map(ToString::to_string).collect())
    }

    #[test]
    fn who_asked_and_is_no_address_keeps_nobody_from_being_told() {
        let both = [REQUESTED_BY, "prepress@example.com"];
        let heard = told(&both, &["studio", "ada@example.com"]).unwrap();
        assert_eq!(heard, ["ada@example.com", "prepress@example.com"]);
        assert_eq!(told(&both, &["studio"]).unwrap(), ["prepress@example.com"]);
        let nobody = told(&[REQUESTED_BY], &["studio"]).unwrap_err();
        assert!(nobody.is_final && nobody.why.contains("(`studio`) has no e-mail address"));
    }
}
