//! Articles as they come in.

use chrono::NaiveDate;

/// An article to be parsed and stored: the text verbatim and what is known about it.
///
/// Whatever is `None` is looked for in the text by the parser; what is given always wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewArticle {
    /// The article's body, kept verbatim. Every span of every record points into it.
    pub text: String,
    /// The headline.
    pub title: Option<String>,
    /// Who published it, e.g. `NV`.
    pub outlet: Option<String>,
    /// The day of publication, from which "Thursday" and "this week" are resolved.
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    pub url: Option<String>,
}
