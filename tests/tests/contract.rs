//! One contract, three ways to it: in this process, over loopback, and a `hartomat serve` over TCP;
//! and what a server owes whoever comes without a right, in pieces, or not at all.

#![allow(clippy::unwrap_used, reason = "test helpers may")]

#[path = "contract/support.rs"]
mod support;

#[path = "contract/agent.rs"]
mod agent;
#[path = "contract/broken_database.rs"]
mod broken_database;
#[path = "contract/kills.rs"]
mod kills;
#[path = "contract/link.rs"]
mod link;
#[path = "contract/outbox.rs"]
mod outbox;
#[path = "contract/pages.rs"]
mod pages;
#[path = "contract/remote.rs"]
mod remote;
#[path = "contract/secrets.rs"]
mod secrets;
#[path = "contract/slow.rs"]
mod slow;
#[path = "contract/strangers.rs"]
mod strangers;
#[path = "contract/suite.rs"]
mod suite;
#[path = "contract/tls.rs"]
mod tls;
#[path = "contract/uploads.rs"]
mod uploads;
