//! A message by e-mail, through the studio's mail server.

use std::time::Duration;

use hartomat_schema::{EmailTarget, MailEncryption, Message};
use lettre::message::{Mailbox, MessageBuilder, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport as _};

use super::{Unsent, secret};

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
pub(super) fn check(target: &EmailTarget) -> Result<(), Unsent> {
    mailbox(&target.from)?;
    if target.to.is_empty() {
        return Err(Unsent::for_good("it tells nobody: `to` is empty"));
    }
    for address in target.to.iter().filter(|it| *it != REQUESTED_BY) {
        mailbox(address)?;
    }
    match (&target.user, &target.password) {
        (Some(_), None) => Err(Unsent::for_good("`user` needs a `password`")),
        (None, Some(_)) => Err(Unsent::for_good("`password` needs a `user`")),
        (Some(_), Some(_)) if target.encryption == MailEncryption::None => Err(Unsent::for_good(
            "a password isn't sent in the clear: choose `starttls` or `tls`",
        )),
        _ => Ok(()),
    }
}

fn mailbox(address: &str) -> Result<Mailbox, Unsent> {
    address
        .parse()
        .map_err(|_invalid| Unsent::for_good(format!("`{address}` is no e-mail address")))
}

fn letter(target: &EmailTarget, message: &Message) -> Result<lettre::Message, Unsent> {
    let (own, asked): (Vec<_>, Vec<_>) = target.to.iter().partition(|it| *it != REQUESTED_BY);
    let requested_by = asked.iter().flat_map(|_| &message.requested_by);
    let mut letter: MessageBuilder = lettre::Message::builder()
        .from(mailbox(&target.from)?)
        .subject(&message.subject)
        // The same at each attempt, so that receivers can tell a repetition.
        .message_id(Some(format!("<{}@hartomat>", message.id)))
        .header(ContentType::TEXT_PLAIN);
    for address in own.into_iter().chain(requested_by) {
        letter = letter.to(mailbox(address)?);
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
