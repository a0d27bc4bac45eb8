//! The look of the editor: theme, icons, widgets, and forms generated from JSON Schema.
