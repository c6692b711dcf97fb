//! The forms in which an article can come, over HTTP and in files.

use chrono::NaiveDate;
use plenary_domain::NewArticle;
use plenary_parser::intake::{self, Unreadable};
use serde::Deserialize;
use serde_json::Value;

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

/// A line of NDJSON that holds no article.
#[derive(Debug, PartialEq, Eq)]
pub struct LineError {
    /// The sender's own name for the article, where the line has one.
    pub id: Option<String>,
    /// True where the line is no JSON at all.
    pub malformed: bool,
    /// What is wrong.
    pub why: String,
}

/// What a line of NDJSON holds. Other fields are passed over, so that exports of other programs and
/// files of coded articles can be read as they are.
#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    outlet: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

/// The article of a line of NDJSON, with the sender's own name for it (`id`); blank fields read as left out.
///
/// # Errors
/// When the line is no JSON object, has no text or a day of publication that is none.
pub fn line(line: &[u8]) -> Result<(Option<String>, NewArticle), LineError> {
    let value: Value = serde_json::from_slice(line).map_err(|error| LineError {
        id: None,
        malformed: true,
        why: format!("is not well-formed JSON: {error}"),
    })?;
    let id = match value.get("id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let wrong = |why: String| LineError {
        id: id.clone(),
        malformed: false,
        why,
    };
    if !value.is_object() {
        return Err(wrong("is no JSON object".to_owned()));
    }
    let line: Line = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    let filled = |field: Option<String>| field.filter(|text| !text.trim().is_empty());
    let published = filled(line.published)
        .map(|day| {
            // A time of day may follow; only the day matters.
            let day_part = day.trim().get(..10).unwrap_or(&day);
            day_part
                .parse::<NaiveDate>()
                .map_err(|_| wrong(format!("`published` is no day like 2022-01-31: `{day}`")))
        })
        .transpose()?;
    let article = NewArticle {
        text: line.text,
        title: filled(line.title),
        outlet: filled(line.outlet),
        published,
        url: filled(line.url),
    };
    Ok((id, article))
}
