//! The words and the arithmetic of Plenary.
//!
//! What an article, a statement, a party, a meeting and a position *are* stands here, beside the
//! measures that are computed from positions. Nothing in this crate reads a clock, a disk or a
//! network, knows SQL or knows HTTP, so every other crate can depend on it.

// What cannot fail says so where it stands, by a panic that tells which part of the program is broken.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

pub mod article;
pub mod code;
pub mod codebook;
pub mod filter;
pub mod gazetteer;
pub mod measure;
pub mod meeting;
pub mod observed;
pub mod parsed;
pub mod record;
pub mod slug;
pub mod span;

pub use article::NewArticle;
pub use code::{Act, ActorKind, Change, MeetingStatus, Mode, NameKind, PartyKind, Scope, Stance};
pub use codebook::Codebook;
pub use filter::PositionFilter;
pub use gazetteer::Gazetteer;
pub use slug::slugify;
pub use span::Span;
