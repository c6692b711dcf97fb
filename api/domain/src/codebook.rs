//! The codebook: the issues on which parties take positions.

use serde::Deserialize;
use std::collections::HashSet;

/// The issue of a statement that bears on no proposition of the codebook.
pub const OTHER: &str = "other";

/// A list of issues, each one proposition. Plenary ships one; users load their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codebook {
    /// Slug of the codebook, e.g. `default`.
    pub id: String,
    /// Number of the edition, raised when a proposition changes.
    pub version: u32,
    /// What it covers, for people.
    pub title: String,
    /// The issues in the order of the file.
    #[serde(rename = "issue")]
    pub issues: Vec<Issue>,
}

/// One proposition on which a stance can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Slug, e.g. `alliance-membership`.
    pub id: String,
    /// Short name for people.
    pub label: String,
    /// Group of issues, e.g. `security`.
    pub domain: String,
    /// The sentence that a stance supports or opposes.
    pub proposition: String,
    /// Notes for people who code by hand: what belongs here.
    #[serde(default)]
    pub includes: Option<String>,
    /// Notes for people who code by hand: what does not.
    #[serde(default)]
    pub excludes: Option<String>,
}

/// Why a codebook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CodebookError {
    /// The text is no TOML of the codebook's form.
    #[error("the codebook is not readable: {0}")]
    Form(#[from] toml::de::Error),
    /// The content breaks a rule.
    #[error("the codebook is not usable: {0}")]
    Content(String),
}

impl Codebook {
    /// The codebook that Plenary ships: international negotiations.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub fn builtin() -> Codebook {
        Codebook::from_toml(include_str!("../data/codebook.toml"))
            .unwrap_or_else(|error| panic!("the shipped codebook is broken: {error}"))
    }

    /// Reads a codebook and checks it: slugs well-formed and unique, nothing empty, `other` not taken.
    pub fn from_toml(text: &str) -> Result<Codebook, CodebookError> {
        let codebook: Codebook = toml::from_str(text)?;
        let wrong = |what: String| Err(CodebookError::Content(what));
        if crate::slugify(&codebook.id) != codebook.id || codebook.id.is_empty() {
            return wrong(format!("id `{}` is no slug", codebook.id));
        }
        if codebook.issues.is_empty() {
            return wrong("it has no issue".to_owned());
        }
        let mut seen = HashSet::new();
        for issue in &codebook.issues {
            if crate::slugify(&issue.id) != issue.id || issue.id.is_empty() {
                return wrong(format!("issue id `{}` is no slug", issue.id));
            }
            if issue.id == OTHER {
                return wrong(format!("issue id `{OTHER}` is reserved"));
            }
            if !seen.insert(issue.id.as_str()) {
                return wrong(format!("issue id `{}` stands twice", issue.id));
            }
            if [&issue.label, &issue.domain, &issue.proposition]
                .iter()
                .any(|text| text.trim().is_empty())
            {
                return wrong(format!(
                    "issue `{}` lacks a label, a domain or a proposition",
                    issue.id
                ));
            }
        }
        Ok(codebook)
    }

    /// The issue of that slug.
    pub fn issue(&self, id: &str) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_codebook_is_usable() {
        let codebook = Codebook::builtin();
        assert_eq!(codebook.id, "default");
        assert!(codebook.issue("alliance-membership").is_some());
    }

    #[test]
    fn a_repeated_issue_is_refused() {
        let issue = "[[issue]]\nid='a'\nlabel='A'\ndomain='d'\nproposition='p'\n";
        let text = format!("id='x'\nversion=1\ntitle='X'\n{issue}{issue}");
        let error = Codebook::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains("`a` stands twice"), "{error}");
    }
}
