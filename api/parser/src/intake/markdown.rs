//! Markdown with front matter: `title`, `outlet`, `date`, `url` between two lines of dashes.

use super::day;
use plenary_domain::NewArticle;

/// An article of Markdown.
///
/// Front matter is a first line of `---`, lines `key: value` and a line of `---` (or `+++` and
/// `key = value`). Known keys are `title`, `outlet` (or `source`, `publisher`, `site`), `date` (or
/// `published`) and `url` (or `link`); others are passed over. Values may stand in quotation marks.
pub fn from_markdown(text: &str) -> NewArticle {
    let Some((front, body)) = front_matter(text) else {
        return super::from_text(text);
    };
    let mut article = super::from_text(body);
    for line in front.lines() {
        let Some(at) = line.find([':', '=']) else {
            continue;
        };
        let value = line[at + 1..].trim();
        let value = ['"', '\'']
            .into_iter()
            .find_map(|mark| value.strip_prefix(mark)?.strip_suffix(mark))
            .unwrap_or(value)
            .trim();
        if value.is_empty() {
            continue;
        }
        match line[..at].trim().to_lowercase().as_str() {
            "title" => article.title = Some(value.to_owned()),
            "outlet" | "source" | "publisher" | "site" => article.outlet = Some(value.to_owned()),
            "date" | "published" => article.published = day(value),
            "url" | "link" => article.url = Some(value.to_owned()),
            _ => {}
        }
    }
    article
}

/// The front matter and the body after it, without the empty lines between them.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches('\u{feff}');
    let fence = ["---", "+++"].into_iter().find(|fence| {
        text.lines()
            .next()
            .is_some_and(|line| line.trim_end() == *fence)
    })?;
    let after = text.find('\n')? + 1;
    let mut at = after;
    for line in text[after..].split_inclusive('\n') {
        if line.trim_end() == fence {
            let body = text[at + line.len()..].trim_start_matches(['\n', '\r']);
            return Some((&text[after..at], body));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn front_matter_is_read_and_cut_off() {
        let article = from_markdown(
            "---\ntitle: \"Talks: day one\"\noutlet: Example Wire\ndate: 2024-03-05\nurl: https://example.org/a\nmood: grey\n---\n\nThe talks began.\n",
        );
        assert_eq!(article.text, "The talks began.\n");
        assert_eq!(article.title.as_deref(), Some("Talks: day one"));
        assert_eq!(article.outlet.as_deref(), Some("Example Wire"));
        assert_eq!(article.published, NaiveDate::from_ymd_opt(2024, 3, 5));
        assert_eq!(article.url.as_deref(), Some("https://example.org/a"));
    }

    #[test]
    fn a_text_without_front_matter_stays_whole() {
        for text in [
            "---\nnever closed",
            "Some text\n---\nmore",
            "",
            "---",
            "-----\na: b\n---\n",
        ] {
            assert_eq!(from_markdown(text).text, text, "{text:?}");
        }
    }
}
