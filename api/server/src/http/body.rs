//! Bodies of requests: from bytes to a checked article.

use super::problem::{Kind, Problem};
use crate::form::TextForm;
use crate::state::State;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, dev::Payload, mime::Mime, web};
use chrono::NaiveDate;
use futures_util::StreamExt;
use plenary_domain::NewArticle;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use utoipa::ToSchema;

/// An article to be parsed or stored. What is left out is looked for in the text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(NewArticleBody::example()))]
pub struct NewArticleBody {
    /// The article's body, kept verbatim; every span of every record points into it.
    #[schema(min_length = 1)]
    pub text: String,
    /// The headline.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub title: Option<String>,
    /// Who published it.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub outlet: Option<String>,
    /// The day of publication, from which "Thursday" and "this week" are resolved.
    #[serde(default)]
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub url: Option<String>,
}

impl NewArticleBody {
    /// The article of the documentation's examples.
    pub fn example() -> NewArticleBody {
        NewArticleBody {
            text: "VIENNA, January 13. Russia's permanent representative to the OSCE, Alexander \
                   Lukashevich, called the talks disappointing on Thursday. Moscow would not accept \
                   an expansion of NATO, he said."
                .to_owned(),
            title: Some("Vienna round ends without result".to_owned()),
            outlet: Some("Plenary Sample Desk".to_owned()),
            published: NaiveDate::from_ymd_opt(2022, 1, 14),
            url: None,
        }
    }
}

/// The article in the body of a request: JSON, plain text, Markdown or HTML.
#[derive(Debug)]
pub struct ArticleInput(pub NewArticle);

impl FromRequest for ArticleInput {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<ArticleInput, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = form(request);
        let state = State::of(request).cloned();
        let body = whole(request, payload);
        Box::pin(async move {
            let (form, state) = (form?, state?);
            let body = in_time(state.client_patience, body?).await?;
            let text = utf8(&body)?;
            let article = match form {
                Form::Json => from_json(text)?,
                Form::Text(form) => state.parse.read(form, text.to_owned()).await?,
            };
            check(&article, state.max_article_bytes)?;
            Ok(ArticleInput(article))
        })
    }
}

/// A JSON body of one shape.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<JsonBody<T>, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = match form(request) {
            Ok(Form::Json) => Ok(()),
            Ok(_) | Err(_) => Err(Problem::new(
                Kind::UnsupportedMediaType,
                "The body comes as application/json in UTF-8.",
            )),
        };
        let patience = State::of(request).map(|state| state.client_patience);
        let body = whole(request, payload);
        Box::pin(async move {
            form?;
            let body = in_time(patience?, body?).await?;
            let text = utf8(&body)?;
            without_nul(text)?;
            json(text).map(JsonBody)
        })
    }
}

/// The forms in which an article can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Text(TextForm),
}

fn form(request: &HttpRequest) -> Result<Form, Problem> {
    let refuse = |given: &str| {
        Problem::new(
            Kind::UnsupportedMediaType,
            format!(
                "An article comes as application/json, text/plain, text/markdown or text/html, not as `{given}`."
            ),
        )
    };
    let Some(given) = request.headers().get(CONTENT_TYPE) else {
        return Err(refuse("nothing"));
    };
    let given = given.to_str().unwrap_or_default();
    let media: Mime = given.parse().map_err(|_| refuse(given))?;
    // The text is UTF-8; a client that says otherwise would get wrong characters.
    if let Some(charset) = media.get_param("charset")
        && charset != "utf-8"
    {
        return Err(refuse(given));
    }
    match media.essence_str() {
        "application/json" => Ok(Form::Json),
        "text/plain" => Ok(Form::Text(TextForm::Text)),
        "text/markdown" => Ok(Form::Text(TextForm::Markdown)),
        "text/html" => Ok(Form::Text(TextForm::Html)),
        _ => Err(refuse(given)),
    }
}

/// Bytes of a compressed body that are decoded at a time. They can grow a thousandfold.
const PIECE: usize = 2048;

/// Codings of bodies that are undone.
const CODINGS: [&str; 4] = ["identity", "gzip", "deflate", "br"];

/// A body as it is to be decoded: where it is compressed, in small pieces, so that what one of them
/// expands to is bounded before anything looks at its size.
///
/// # Errors
/// For a coding that is not undone.
pub fn in_pieces(request: &HttpRequest, payload: Payload) -> Result<Payload, Problem> {
    let Some(given) = request.headers().get(CONTENT_ENCODING) else {
        return Ok(payload);
    };
    let given = given.to_str().unwrap_or_default().trim();
    if !CODINGS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(given))
    {
        return Err(Problem::new(
            Kind::UnsupportedMediaType,
            format!("A body comes as it is or as gzip, deflate or br, not as `{given}`."),
        ));
    }
    let pieces = payload.flat_map(|chunk| {
        let pieces = match chunk {
            Ok(chunk) => chunk
                .chunks(PIECE)
                .map(|piece| Ok(chunk.slice_ref(piece)))
                .collect(),
            Err(error) => vec![Err(error)],
        };
        futures_util::stream::iter(pieces)
    });
    Ok(Payload::Stream {
        payload: Box::pin(pieces),
    })
}

/// The whole body of a request, decoded.
fn whole(
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<impl Future<Output = Result<web::Bytes, actix_web::Error>> + use<>, Problem> {
    let mut pieces = in_pieces(request, payload.take())?;
    Ok(web::Bytes::from_request(request, &mut pieces))
}

/// A whole body, which has so long to arrive.
async fn in_time(
    patience: Duration,
    body: impl Future<Output = Result<web::Bytes, actix_web::Error>>,
) -> Result<web::Bytes, Problem> {
    match tokio::time::timeout(patience, body).await {
        Ok(body) => body.map_err(|error| unreadable(&error)),
        Err(_) => Err(too_slow(patience)),
    }
}

/// A body, or a piece of a batch, did not arrive in time.
pub fn too_slow(patience: Duration) -> Problem {
    Problem::new(
        Kind::RequestTimeout,
        format!(
            "The body did not go on arriving within {} s.",
            patience.as_secs()
        ),
    )
}

fn unreadable(error: &actix_web::Error) -> Problem {
    let kind = Kind::of_status(error.as_response_error().status_code());
    let detail = match kind {
        Kind::TooLarge => "The body has more bytes than this server takes.",
        _ => "The body breaks off or is not in the coding that its head tells.",
    };
    Problem::new(kind, detail)
}

fn utf8(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body)
        .map_err(|error| Problem::new(Kind::Malformed, format!("The body is not UTF-8: {error}.")))
}

/// JSON that is broken is told apart from JSON of another shape.
fn json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let read = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::invalid("body", error.to_string()),
        _ => Problem::new(
            Kind::Malformed,
            format!("The body is not well-formed JSON: {error}."),
        ),
    })?;
    // The library also reads an array as the fields of an object, in their order.
    if text.trim_start().starts_with('[') {
        return Err(Problem::invalid("body", "is an array and no object"));
    }
    Ok(read)
}

/// Refuses JSON that holds a NUL in any of its strings, where it can only stand escaped.
fn without_nul(text: &str) -> Result<(), Problem> {
    fn has_nul(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(items) => items.iter().any(has_nul),
            Value::Object(fields) => fields
                .iter()
                .any(|(name, value)| name.contains('\0') || has_nul(value)),
            _ => false,
        }
    }
    if text.contains("\\u0000") && serde_json::from_str(text).is_ok_and(|value| has_nul(&value)) {
        return Err(Problem::invalid("body", "holds a NUL character"));
    }
    Ok(())
}

/// An article from one JSON object; blank fields read as left out.
pub fn from_json(text: &str) -> Result<NewArticle, Problem> {
    let body: NewArticleBody = json(text)?;
    let filled = |field: Option<String>| field.filter(|text| !text.trim().is_empty());
    Ok(NewArticle {
        text: body.text,
        title: filled(body.title),
        outlet: filled(body.outlet),
        published: body.published,
        url: filled(body.url),
    })
}

/// What every article must hold to before it is parsed, wherever it comes from.
///
/// # Errors
/// A problem that names the field: no text, text longer than `max_text` bytes, NUL characters, or
/// a field that is longer than it may be.
pub fn check(article: &NewArticle, max_text: usize) -> Result<(), Problem> {
    if article.text.trim().is_empty() {
        return Err(Problem::invalid("body.text", "is empty"));
    }
    if article.text.len() > max_text {
        return Err(Problem::new(
            Kind::ArticleTooLong,
            format!(
                "The article has {} bytes of text; this server takes {max_text}.",
                article.text.len()
            ),
        ));
    }
    let fields = [
        ("body.text", Some(&article.text), usize::MAX),
        ("body.title", article.title.as_ref(), 1000),
        ("body.outlet", article.outlet.as_ref(), 200),
        ("body.url", article.url.as_ref(), 2000),
    ];
    for (location, value, longest) in fields {
        let Some(value) = value else { continue };
        if value.contains('\0') {
            return Err(Problem::invalid(location, "holds a NUL character"));
        }
        if value.chars().count() > longest {
            return Err(Problem::invalid(
                location,
                format!("has more than {longest} characters"),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_json_and_unusable_json_are_told_apart() {
        assert_eq!(from_json("{").unwrap_err().kind(), Kind::Malformed);
        assert_eq!(
            from_json(r#"{"text":"\ud800"}"#).unwrap_err().kind(),
            Kind::Malformed
        );
        assert_eq!(
            from_json(r#"["words"]"#).unwrap_err().kind(),
            Kind::Validation
        );
        assert_eq!(
            from_json(r#"{"title":"a"}"#).unwrap_err().kind(),
            Kind::Validation
        );
        assert_eq!(
            from_json(r#"{"text":"a","author":"b"}"#)
                .unwrap_err()
                .kind(),
            Kind::Validation
        );
    }

    #[test]
    fn unusable_articles_are_refused_with_the_field() {
        let article = |text: &str| NewArticle {
            text: text.to_owned(),
            ..NewArticle::default()
        };
        assert!(check(&article("words"), 5).is_ok());
        assert_eq!(
            check(&article("words"), 4).unwrap_err().kind(),
            Kind::ArticleTooLong
        );
        for text in ["", " \n", "a\0b"] {
            let problem = check(&article(text), 100).unwrap_err();
            assert_eq!(problem.errors[0].location, "body.text");
        }
        let long = NewArticle {
            title: Some("x".repeat(1001)),
            ..article("words")
        };
        assert_eq!(
            check(&long, 100).unwrap_err().errors[0].location,
            "body.title"
        );
    }
}
