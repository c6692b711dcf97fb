//! The sample corpus: articles that are part of the binary, for `plenary demo` and for tests.

/// File name and Markdown of every article, in the order of the file names.
pub const ARTICLES: &[(&str, &str)] = &[
    (
        "european-security-01-geneva.md",
        include_str!("../corpus/european-security-01-geneva.md"),
    ),
    (
        "european-security-02-brussels.md",
        include_str!("../corpus/european-security-02-brussels.md"),
    ),
    (
        "european-security-03-vienna.md",
        include_str!("../corpus/european-security-03-vienna.md"),
    ),
    (
        "european-security-04-geneva.md",
        include_str!("../corpus/european-security-04-geneva.md"),
    ),
    (
        "iran-nuclear-01-geneva.md",
        include_str!("../corpus/iran-nuclear-01-geneva.md"),
    ),
    (
        "iran-nuclear-02-lausanne.md",
        include_str!("../corpus/iran-nuclear-02-lausanne.md"),
    ),
    (
        "iran-nuclear-03-vienna.md",
        include_str!("../corpus/iran-nuclear-03-vienna.md"),
    ),
    (
        "korea-01-singapore.md",
        include_str!("../corpus/korea-01-singapore.md"),
    ),
    (
        "korea-02-hanoi.md",
        include_str!("../corpus/korea-02-hanoi.md"),
    ),
    (
        "korea-03-stockholm.md",
        include_str!("../corpus/korea-03-stockholm.md"),
    ),
    (
        "ukraine-russia-01-gomel.md",
        include_str!("../corpus/ukraine-russia-01-gomel.md"),
    ),
    (
        "ukraine-russia-02-antalya.md",
        include_str!("../corpus/ukraine-russia-02-antalya.md"),
    ),
    (
        "ukraine-russia-03-istanbul.md",
        include_str!("../corpus/ukraine-russia-03-istanbul.md"),
    ),
    (
        "un-climate-01-glasgow.md",
        include_str!("../corpus/un-climate-01-glasgow.md"),
    ),
    (
        "un-climate-02-sharm-el-sheikh.md",
        include_str!("../corpus/un-climate-02-sharm-el-sheikh.md"),
    ),
    (
        "un-climate-03-dubai.md",
        include_str!("../corpus/un-climate-03-dubai.md"),
    ),
    (
        "un-climate-04-baku.md",
        include_str!("../corpus/un-climate-04-baku.md"),
    ),
    (
        "us-china-trade-01-shanghai.md",
        include_str!("../corpus/us-china-trade-01-shanghai.md"),
    ),
    (
        "us-china-trade-02-washington.md",
        include_str!("../corpus/us-china-trade-02-washington.md"),
    ),
    (
        "us-china-trade-03-washington.md",
        include_str!("../corpus/us-china-trade-03-washington.md"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".md") && name != "README.md")
            .collect();
        files.sort();
        let listed: Vec<&str> = ARTICLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, files);
    }

    #[test]
    fn every_article_has_title_outlet_and_day() {
        for (name, text) in ARTICLES {
            let article = crate::form::TextForm::Markdown.article(text).unwrap();
            assert!(article.title.is_some(), "{name} has no title");
            assert!(article.outlet.is_some(), "{name} has no outlet");
            assert!(article.published.is_some(), "{name} has no day");
        }
    }
}
