//! Weighted evidence: named features with weights from `weights.toml`.
//!
//! The weights are fitted by logistic regression on coded articles; the recipe is
//! `training/choices`. Every feature is a fact about the words that a reader can check.

use serde::Deserialize;
use std::collections::HashMap;

/// Facts with their sizes, mostly 0 or 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features(pub Vec<(&'static str, f32)>);

impl Features {
    /// Adds a fact where it holds.
    pub(crate) fn when(&mut self, name: &'static str, holds: bool) {
        if holds {
            self.0.push((name, 1.0));
        }
    }

    /// True where a fact is among them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(fact, _)| *fact == name)
    }

    /// Adds a fact with a size.
    pub(crate) fn of(&mut self, name: &'static str, size: f32) {
        if size != 0.0 {
            self.0.push((name, size));
        }
    }
}

/// The weights of the choices that are weighed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Is this place the venue of a meeting?
    pub(crate) venue: Table,
    /// Is what the article is about held at this place?
    pub(crate) main: Table,
    /// Does this statement belong to this meeting, or to none?
    pub(crate) statement: Table,
    /// The same question again, with what the statement's own words tell.
    pub(crate) heard: Table,
    /// Does this speaker, whose office tells no side, speak for this side, or for none?
    pub(crate) side: Table,
    /// How far to trust the share of the side that was chosen.
    pub(crate) trust: Trust,
}

/// From a share to the probability that the choice is right: a line between their log-odds. Shares are too sure of
/// themselves, since the side for which somebody speaks is not always among those that were found.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trust {
    slope: f32,
    offset: f32,
}

impl Trust {
    /// The probability, 0..=1, that what has a share of 0..=1 is right.
    pub(crate) fn of(&self, share: f32) -> f32 {
        let share = share.clamp(1e-4, 1.0 - 1e-4);
        probability(self.slope * (share / (1.0 - share)).ln() + self.offset)
    }
}

/// Weights by feature.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Table(HashMap<String, f32>);

impl Weights {
    /// The weights that Plenary ships.
    ///
    /// # Panics
    /// Never in a released build: a test reads the shipped file.
    pub(crate) fn builtin() -> Weights {
        Weights::from_toml(include_str!("../../data/weights.toml"))
            .unwrap_or_else(|error| panic!("the shipped weights are broken: {error}"))
    }

    /// Reads weights of the form of `weights.toml`.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub fn from_toml(toml: &str) -> Result<Weights, toml::de::Error> {
        toml::from_str(toml)
    }
}

impl Table {
    /// The sum of the weights of the features.
    pub(crate) fn score(&self, features: &Features) -> f32 {
        features
            .0
            .iter()
            .map(|(name, size)| self.0.get(*name).copied().unwrap_or(0.0) * size)
            .sum()
    }

    /// The feature that speaks most for the choice.
    pub(crate) fn strongest(&self, features: &Features) -> Option<&'static str> {
        features
            .0
            .iter()
            .map(|(name, size)| (*name, self.0.get(*name).copied().unwrap_or(0.0) * size))
            .filter(|(_, weight)| *weight > 0.0)
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(name, _)| name)
    }
}

/// The logistic function: a score as a probability, 0..=1.
pub(crate) fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

/// Scores as probabilities that sum to 1.
pub(crate) fn shares(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_usable() {
        let weights = Weights::builtin();
        assert!(weights.venue.0.values().all(|weight| weight.is_finite()));
        assert!(weights.statement.0.contains_key("none"));
    }

    #[test]
    fn shares_sum_to_one() {
        let found = shares(&[1.0, 1.0, -300.0]);
        assert_eq!(found[..2], [0.5, 0.5]);
        assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(probability(0.0), 0.5);
    }
}
