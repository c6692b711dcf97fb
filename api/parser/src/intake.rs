//! From a file or a request body to a [`NewArticle`], and what a text tells about itself.
//!
//! What becomes the article's text, to which every span of every record points:
//!
//! | form | text |
//! |---|---|
//! | plain text | all of it |
//! | Markdown | what follows the front matter; without front matter all of it |
//! | HTML | the article that the page is reduced to, paragraphs separated by empty lines |

mod html;
mod markdown;
mod particulars;

pub use html::{Unreadable, from_html};
pub use markdown::from_markdown;
pub(crate) use particulars::published;
pub use particulars::{day, particulars};

use plenary_domain::NewArticle;

/// An article of plain text. Title, outlet and day are looked for when it is parsed.
pub fn from_text(text: &str) -> NewArticle {
    NewArticle {
        text: text.to_owned(),
        ..NewArticle::default()
    }
}
