//! The forms in which an article's text can come, over HTTP and in files.

use plenary_domain::NewArticle;
use plenary_parser::intake::{self, Unreadable};

/// A form of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TextForm {
    /// Plain text.
    Text,
    /// Markdown, with or without front matter.
    Markdown,
    /// A web page, reduced to its article.
    Html,
}

impl TextForm {
    /// The article in a text of this form.
    ///
    /// # Errors
    /// For a web page that is out of all proportion.
    pub fn article(self, text: &str) -> Result<NewArticle, Unreadable> {
        match self {
            TextForm::Text => Ok(intake::from_text(text)),
            TextForm::Markdown => Ok(intake::from_markdown(text)),
            TextForm::Html => intake::from_html(text),
        }
    }
}
