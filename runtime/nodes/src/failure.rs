//! Failures in a node's words, from the errors of the modules that do the work.

use hartomat_cad::CadError;
use hartomat_render::{BLENDER_HINT, FFMPEG_HINT, RenderError};
use hartomat_schema::{Failure, FailureClass};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// An input or a setting is wrong.
pub(crate) fn bad_input(message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure {
        class: FailureClass::BadInput,
        message: message.into(),
        hint: hint.into(),
    }
}

/// Outputs are not what was promised.
pub(crate) fn broken_contract(message: impl Into<String>) -> Failure {
    Failure {
        class: FailureClass::Contract,
        message: message.into(),
        hint: String::new(),
    }
}

/// A defect of the program.
pub(crate) fn internal(message: impl Into<String>) -> Failure {
    Failure {
        class: FailureClass::Internal,
        message: message.into(),
        hint: String::new(),
    }
}

/// The settings as the node's own type; unknown ones are passed over, as the validator has said.
pub(crate) fn parse_settings<S: DeserializeOwned>(
    settings: &Map<String, Value>,
) -> Result<S, Failure> {
    serde_json::from_value(Value::Object(settings.clone())).map_err(|err| {
        bad_input(
            format!("settings don't fit their schema: {err}"),
            "validate the workflow",
        )
    })
}

/// A payload that an earlier node wrote.
pub(crate) fn parse_payload<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|err| internal(format!("{what} can't be read: {err}")))
}

/// A CAD error as a failure.
pub(crate) fn from_cad(err: &CadError) -> Failure {
    let class = match err {
        CadError::Cancelled => FailureClass::Cancelled,
        CadError::KernelMissing { .. } | CadError::WorkerMissing { .. } => {
            FailureClass::Environment
        }
        err if err.is_invalid_input() => FailureClass::BadInput,
        CadError::BadSetting { .. } => FailureClass::BadInput,
        _ => FailureClass::Transient,
    };
    Failure {
        class,
        message: err.to_string(),
        hint: String::new(),
    }
}

/// A render error as a failure.
pub(crate) fn from_render(err: &RenderError) -> Failure {
    let class = match err {
        RenderError::Cancelled => FailureClass::Cancelled,
        RenderError::BlenderMissing { .. } | RenderError::FfmpegMissing { .. } => {
            FailureClass::Environment
        }
        RenderError::BlenderFailed { .. }
        | RenderError::BlenderBusy { .. }
        | RenderError::FfmpegFailed { .. }
        | RenderError::Frame { .. } => FailureClass::Transient,
        _ => FailureClass::BadInput,
    };
    let hint = match err {
        RenderError::BlenderMissing { .. } => BLENDER_HINT,
        RenderError::FfmpegMissing { .. } => FFMPEG_HINT,
        RenderError::TemplateNeedsBlender { .. } => "set the renderer to Blender",
        _ => "",
    };
    Failure {
        class,
        message: err.to_string(),
        hint: hint.to_owned(),
    }
}
