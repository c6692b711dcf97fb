//! Web pages, reduced to their article by a library.

mod extent;

pub use extent::Unreadable;

use super::day;
use dom_smoothie::{Article, Config, ParsePolicy, Readability, ReadabilityError, TextMode};
use plenary_domain::NewArticle;

/// An article of a web page: its text without navigation, its title, site and day where the page
/// tells them. A page in which no article can be found gives the text of all of it.
///
/// # Errors
/// [`Unreadable`] for a page whose tree is out of all proportion.
pub fn from_html(html: &str) -> Result<NewArticle, Unreadable> {
    extent::check(html)?;
    Ok(reduced(html))
}

fn reduced(html: &str) -> NewArticle {
    let read = |policy: Option<ParsePolicy>| -> Result<Article, ReadabilityError> {
        let config = Config {
            text_mode: TextMode::Formatted,
            ..Config::default()
        };
        let mut page = Readability::new(html, None, Some(config))?;
        match policy {
            Some(policy) => page.parse_with_policy(policy),
            None => page.parse(),
        }
    };
    match read(None).or_else(|_| read(Some(ParsePolicy::Raw))) {
        Ok(article) => NewArticle {
            text: article.text_content.trim().to_owned(),
            title: told(Some(article.title)),
            outlet: told(article.site_name),
            published: article.published_time.as_deref().and_then(day),
            url: told(article.url),
        },
        Err(_) => {
            let all = Readability::from(html).doc.formatted_text();
            super::from_text(all.trim())
        }
    }
}

/// A text that says something.
fn told(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>Envoys meet in Oslo - Example Wire</title>
<meta property="og:title" content="Envoys meet in Oslo"><meta property="og:site_name" content="Example Wire">
<meta property="article:published_time" content="2024-03-05T10:00:00+01:00"></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article><h1>Envoys meet in Oslo</h1>
<p>The envoys of both river states met in Oslo on Tuesday to speak about water, and their aides said that the first day had gone well.</p>
<p>“We have come to listen,” said the head of the northern delegation, who arrived late in the evening because of snow.</p>
<p>The talks go on until Friday, when the hosts expect a joint paper on the use of the dam and on the payment for its repair.</p>
</article><footer><p>Copyright Example Wire</p></footer><script>track()</script></body></html>"#;

    #[test]
    fn a_page_is_reduced_to_its_article() {
        let article = from_html(PAGE).unwrap();
        assert!(
            article
                .text
                .contains("“We have come to listen,” said the head"),
            "{}",
            article.text
        );
        assert!(
            !article.text.contains("track()") && !article.text.contains("World"),
            "{}",
            article.text
        );
        assert!(
            article.text.contains("well.\n"),
            "paragraphs are kept: {:?}",
            article.text
        );
        assert_eq!(article.title.as_deref(), Some("Envoys meet in Oslo"));
        assert_eq!(article.outlet.as_deref(), Some("Example Wire"));
        assert_eq!(article.published, NaiveDate::from_ymd_opt(2024, 3, 5));
    }

    #[test]
    fn anything_else_is_read_as_well_as_it_can() {
        for html in [
            "",
            "no tags at all",
            "<p>",
            "<<<>>>",
            "<html><body></body></html>",
            "&#0;&bogus;",
        ] {
            from_html(html).unwrap();
        }
        assert_eq!(from_html("no tags at all").unwrap().text, "no tags at all");
    }
}
