//! Panels: each has one public draw function, sees a [`crate::Context`] and pushes commands.
//! A panel never imports another panel and never changes the document.
