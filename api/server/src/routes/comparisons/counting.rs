//! How a request counts positions before they are measured.

use super::RowKind;
use crate::http::problem::Problem;
use crate::http::query::scalar;
use plenary_domain::measure::duplicates::Duplicates;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How positions are counted before they are measured.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CountingQuery {
    /// What is compared: parties or actors.
    #[param(value_type = RowKind, required = false)]
    pub by: Option<String>,
    /// How often the same stance of the same speaker on the same issue counts.
    #[param(value_type = CountingRule, required = false)]
    pub duplicates: Option<String>,
    /// How copies of one article count: all of them, or the first one alone.
    #[param(value_type = Syndicated, required = false)]
    pub syndicated: Option<String>,
    /// Leaves out sides with fewer positions, and cells with fewer.
    #[param(value_type = u32, required = false, minimum = 1)]
    pub min_count: Option<String>,
}

/// How often the same stance of the same speaker on the same issue counts: every time, or once in a
/// document, week, month, year or in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // The values are those of the domain's rule.
pub enum CountingRule {
    Include,
    Document,
    Week,
    Month,
    Year,
    AcrossRange,
}

/// How copies of one article count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Syndicated {
    /// Every copy counts.
    All,
    /// Of the copies of one text only the first counts.
    Once,
}

/// A [`CountingQuery`] that was understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counting {
    pub(super) by: RowKind,
    pub(super) rule: Duplicates,
    pub(super) syndicated: Syndicated,
    /// At least 1.
    pub(super) least: u32,
}

impl CountingQuery {
    pub(super) fn asked(&self) -> Result<Counting, Problem> {
        let syndicated = match self.syndicated.as_deref() {
            None | Some("all") => Syndicated::All,
            Some("once") => Syndicated::Once,
            Some(other) => return Err(unknown("syndicated", other, ["all", "once"].into_iter())),
        };
        let least: u32 = scalar("min_count", &self.min_count)?.unwrap_or(1);
        if least == 0 {
            return Err(Problem::invalid("query.min_count", "must be at least 1"));
        }
        Ok(Counting {
            by: RowKind::of(&self.by)?,
            rule: self.rule()?,
            syndicated,
            least,
        })
    }

    fn rule(&self) -> Result<Duplicates, Problem> {
        let Some(asked) = self.duplicates.as_deref() else {
            return Ok(Duplicates::default());
        };
        let rules = Duplicates::ALL;
        rules
            .iter()
            .find(|(_, name)| *name == asked)
            .map(|(rule, _)| *rule)
            .ok_or_else(|| unknown("duplicates", asked, rules.iter().map(|(_, name)| *name)))
    }
}

impl From<Duplicates> for CountingRule {
    fn from(rule: Duplicates) -> Self {
        match rule {
            Duplicates::Include => CountingRule::Include,
            Duplicates::Document => CountingRule::Document,
            Duplicates::Week => CountingRule::Week,
            Duplicates::Month => CountingRule::Month,
            Duplicates::Year => CountingRule::Year,
            Duplicates::AcrossRange => CountingRule::AcrossRange,
        }
    }
}

/// A value of a closed list that is not in it.
pub(crate) fn unknown<'a>(
    name: &str,
    asked: &str,
    allowed: impl Iterator<Item = &'a str>,
) -> Problem {
    let allowed: Vec<&str> = allowed.collect();
    Problem::invalid(
        format!("query.{name}"),
        format!("`{asked}` is not known; use one of: {}", allowed.join(", ")),
    )
}

/// An answer that would be larger than one may be, as `location` makes it.
pub(super) fn too_large(location: &str, items: &str, most: usize) -> Problem {
    let detail = format!(
        "the answer would hold more than {most} {items}: change this value, narrow the filter, or raise \
         `min_count`"
    );
    Problem::answer_too_large(location, detail)
}

/// How many items an answer shows.
pub(crate) fn most(asked: &Option<String>, default: usize, max: usize) -> Result<usize, Problem> {
    let most = scalar("most", asked)?.unwrap_or(default);
    if !(1..=max).contains(&most) {
        return Err(Problem::invalid(
            "query.most",
            format!("must lie in 1..={max}"),
        ));
    }
    Ok(most)
}
