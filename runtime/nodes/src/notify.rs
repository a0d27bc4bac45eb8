//! `notify`: tells the people who asked. Armed only in authoritative runs, after the asset is saved.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Intent, NodeDefinition, PortName,
    Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::{parse_payload, parse_settings};
use crate::media::json_artifact;

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Channel {
    InApp,
    Email,
    Webhook,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// How people are told. In the studio tells all of its targets as well; another channel only its own.
    #[schemars(title = "Channel", extend("x-labels" = {"in_app": "In the studio", "email": "E-mail", "webhook": "Webhook"}, "x-group" = "Notification"))]
    channel: Channel,
    /// Who is told; nobody listed means the person who asked.
    #[schemars(title = "Recipients", length(max = 100), extend("x-group" = "Notification"))]
    recipients: Vec<String>,
    /// What they read; {name} is the media asset's file name.
    #[schemars(title = "Message", length(min = 1, max = 500), extend("x-group" = "Notification"))]
    message: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            channel: Channel::InApp,
            recipients: Vec::new(),
            message: "{name} is ready".to_owned(),
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "notify",
        label: "Notify",
        help: "Tells the people who asked that the output is ready. A shadow run only records whom it would tell.",
        category: Category::Output,
        families: BOTH,
        module: "notify.send",
        execution: ExecutionKind::Inline,
        purity: Purity::External,
        inputs: vec![required("media_asset", &[ArtifactKind::MEDIA_ASSET], "What is ready.")],
        outputs: vec![output("notification", ArtifactKind::NOTIFICATION, "The message.")],
        context: &["notifier"],
        tools: &[],
        legacy: mirrors("notify", "Tells the person who asked, in the studio's inbox."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct Notify;

impl Executor for Notify {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let channel = match settings.channel {
            Channel::InApp => "in_app",
            Channel::Email => "email",
            Channel::Webhook => "webhook",
        };
        let bytes = context.read(context.input("media_asset")?)?;
        let asset: Value = parse_payload("the media asset", &bytes)?;
        let name = asset
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or("the output");
        let recipients = if settings.recipients.is_empty() {
            vec![context.subject.requested_by().to_owned()]
        } else {
            settings.recipients
        };
        let subject = settings.message.replace("{name}", name);
        let record = json!({ "channel": channel, "recipients": recipients, "subject": subject });
        context.intend(Intent::Notify {
            channel: channel.to_owned(),
            recipients,
            subject,
        });
        let artifact = json_artifact(ArtifactKind::NOTIFICATION, "notification.json", &record);
        Ok(NodeOutputs::from([(
            PortName::literal("notification"),
            artifact,
        )]))
    }
}
