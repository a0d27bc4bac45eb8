//! Distances, sizes and roundings, in points. Everything on screen uses one of these.

/// Distances between things.
pub mod space {
    /// Between an icon and its text in tight places.
    pub const XS: f32 = 2.0;
    /// Between parts of one thing.
    pub const S: f32 = 4.0;
    /// Between things that belong together.
    pub const M: f32 = 8.0;
    /// Inside cards and panels.
    pub const L: f32 = 12.0;
    /// Between groups.
    pub const XL: f32 = 16.0;
    /// Around dialogs and empty states.
    pub const XXL: f32 = 24.0;
}

/// Roundings of corners.
pub mod radius {
    /// Badges and swatches.
    pub const SMALL: u8 = 4;
    /// Buttons and fields.
    pub const MEDIUM: u8 = 5;
    /// Cards, menus and dialogs.
    pub const LARGE: u8 = 8;
}

/// Sizes of things.
pub mod size {
    /// Height of a button or field.
    pub const CONTROL: f32 = 26.0;
    /// Height of a row in a list or tree.
    pub const ROW: f32 = 26.0;
    /// Height of a header of a panel.
    pub const HEADER: f32 = 34.0;
    /// An icon beside text.
    pub const ICON: f32 = 16.0;
    /// Body text.
    pub const TEXT: f32 = 13.0;
    /// Captions, hints and badges.
    pub const SMALL_TEXT: f32 = 11.5;
    /// Titles of dialogs and empty states.
    pub const HEADING: f32 = 17.0;
}
