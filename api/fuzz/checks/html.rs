//! HTML reduction: any page is an article or out of proportion, and the article is text.

use plenary_parser::intake;

/// What is made of a page holds no more than the page's words.
pub(crate) fn check(bytes: &[u8]) {
    let page = String::from_utf8_lossy(bytes);
    if let Ok(article) = intake::from_html(&page) {
        // An entity of a few letters stands for a few bytes at most.
        assert!(
            article.text.len() <= 4 * page.len() + 64,
            "{} of {}",
            article.text.len(),
            page.len()
        );
    }
    intake::from_markdown(&page);
}
