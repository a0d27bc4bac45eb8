//! Tests over whole documents: corpora, the validator, properties, the checked-in JSON Schema.

mod corpus;
mod properties;
mod schema_file;
mod support;
mod validator;
