//! The nouns of HartOMat Studio and their rules: what is saved, sent or shown is defined here.
//!
//! This crate does no I/O and reads no clock. Every type that reaches a disk or a wire keeps its
//! keys in order, so that equal values have equal bytes.

mod access;
mod artifact;
mod cad;
mod calibration;
mod comparison;
mod compiled_schema;
mod definition;
mod diagnostic;
mod digest;
mod explain;
mod family;
mod feed;
mod frames;
mod golden;
mod id;
mod intent;
mod legacy_command;
mod legacy_params;
mod legacy_preset;
pub mod legacy_value;
mod log_line;
mod material;
mod message;
mod migrate;
mod mode;
mod outbox;
mod priority;
pub mod read;
mod records;
mod review;
mod rollout;
mod run;
mod run_event;
mod scene;
pub mod settings_schema;
mod stored_file;
mod suggest;
mod time;
mod validate;
mod workflow;

pub use access::{AuditEntry, Scope, TokenRecord, UnknownScope};
pub use artifact::{Artifact, ArtifactKind};
pub use cad::{AssemblyNode, BoundingBox, LengthUnit, Part, PartList, Rgba, StepSource, Transform};
pub use calibration::{Calibration, CalibrationState};
pub use comparison::{
    AcceptedDifference, AlphaNumbers, AlphaThresholds, BiasNumbers, Blake3, ChannelNumbers, Check,
    ComparedPart, Comparison, ContractFinding, DataDifference, DataNumbers, DenoisedThresholds,
    DeterministicThresholds, FlipNumbers, FrameNumbers, GeometryDifference, GeometryFacts,
    GeometryNumbers, GeometryThresholds, HdrThresholds, IgnoredRegion, ImageHeader, ImageNumbers,
    IntentNumbers, Lane, LossyThresholds, Measured, MetadataDifference, NoiseFloor, PartChange,
    PartFacts, RawNoiseThresholds, Region, RenderFacts, Rung, RungName, SampleFormat, SideFacts,
    SideIntents, SideProblem, Thresholds, Verdict, VideoHeader, VideoNumbers, VideoThresholds,
};
pub use compiled_schema::CompiledSchema;
pub use definition::{
    Catalogue, Category, Coverage, ExecutionKind, InputPort, LegacyBehaviour, ModuleContract,
    NodeDefinition, OutputPort, Purity,
};
pub use diagnostic::{Diagnostic, Place, Position, Severity};
pub use digest::{Digest, canonical_json, digest_json};
pub use family::Family;
pub use feed::FeedEntry;
pub use frames::{FrameFile, FrameList};
pub use golden::{
    GoldenAspect, GoldenCase, GoldenCheck, GoldenExpectation, GoldenFile, GoldenResult,
};
pub use id::{
    GoldenCaseId, InvalidId, MediaAssetId, MessageId, NodeId, NodeType, NotificationId, OrderId,
    OrderLineId, OutputTypeId, PortName, ProductId, ReviewId, RunId, TargetId, TokenId, WorkflowId,
};
pub use intent::Intent;
pub use legacy_command::{
    ExpectedOutput, InvalidLegacyCommand, LegacyCommand, LegacyLimits, LegacyReply, LegacyRequest,
    OUTPUT_PLACE, OWN_PRESET, REQUEST_PLACE,
};
pub use legacy_preset::LegacyPreset;
pub use log_line::{LogLevel, LogLine};
pub use material::{Material, MaterialAssignment, MaterialMap, MaterialSource};
pub use message::{
    EmailTarget, InvalidSecretReference, MailEncryption, Message, MessageState,
    NotificationSettings, NotificationTarget, SecretReference, TargetChannel, WebhookTarget,
};
pub use migrate::{
    LegacyForm, MigratedDocument, Migration, MigrationOutcome, migrate, migrate_document, restore,
};
pub use mode::ExecutionMode;
pub use outbox::OutboxEntry;
pub use priority::Priority;
pub use read::{ReadWorkflow, read_workflow, workflow_json_schema};
pub use records::{
    CadFile, LegacyRun, LegacyRunState, MediaAsset, Notification, Order, OrderLine,
    OrderLineSubject, OrderStatus, OutputType, ProcessIdentity, Product, SettingOverrides, Subject,
};
pub use review::{
    AcceptedOutput, MAX_ACCEPT_DAYS, Mask, Review, ReviewDecision, ReviewMark, ReviewScope,
    Revocation, USUAL_ACCEPT_DAYS,
};
pub use rollout::{
    DecisionKind, EvidenceRun, Gate, GateChange, GateCondition, GateConditionName, GateException,
    GateReport, GateSimulation, GateTally, GoldenEvidence, InvalidRolloutScope, MAX_EXCEPTION_DAYS,
    ModeLimit, ModeRequest, ModeResolution, OnBreak, Rollout, RolloutAction, RolloutDecision,
    RolloutScope, USUAL_EXCEPTION_DAYS, VerdictMark, resolve_mode,
};
pub use run::{
    CacheEntry, CacheKeyParts, Drill, DrillBehaviour, EffectiveSettings, Evidence, FrozenRun,
    NodeRun, NodeRunState, RunRecord, RunState, SettingOrigin, Side,
};
pub use run_event::{Failure, FailureClass, Outputs, RunEvent, RunEventKind};
pub use scene::{
    Background, BlendTemplate, Camera, EnvironmentLight, Ground, PanelLight, Scene, SceneFraming,
    SceneTemplate, StudioScene, ToneMapping,
};
pub use stored_file::StoredFile;
pub use time::Timestamp;
pub use validate::{
    WorkflowValidator, check_definition, validate, validate_output_type, validate_part,
};
pub use workflow::{
    ArtifactRequirement, Bookmark, Edge, Endpoint, Frame, Node, Note, WORKFLOW_SCHEMA, Workflow,
};
