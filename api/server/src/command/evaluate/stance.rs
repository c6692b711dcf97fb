//! Scores of one class a line: polarity, act or another field of a stance set.
//!
//! Accuracy, and macro-F1 over the classes that occur in gold. A class that is only predicted is an
//! error of the prediction, not a class of its own in the mean. Gold lines without the field are left
//! out; a gold line without a prediction counts as an error.

use super::figures::{Prf, head, row, share};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The scores of one field.
#[derive(Debug, Serialize)]
pub(super) struct Scores {
    field: String,
    n: usize,
    accuracy: f64,
    macro_f1: f64,
    macro_recall: f64,
    classes: BTreeMap<String, Prf>,
    /// Gold lines left out because they do not tell the field.
    skipped: usize,
    /// Gold lines without a prediction.
    missing: usize,
}

/// Scores pairs of gold and predicted classes; a line without a prediction has none.
pub(super) fn score(field: &str, pairs: &[(String, Option<String>)], skipped: usize) -> Scores {
    let mut classes: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for (gold, predicted) in pairs {
        let counts = classes.entry(gold.clone()).or_default();
        counts[0] += 1;
        counts[2] += usize::from(Some(gold) == predicted.as_ref());
    }
    for predicted in pairs.iter().filter_map(|pair| pair.1.as_ref()) {
        if let Some(counts) = classes.get_mut(predicted) {
            counts[1] += 1;
        }
    }
    let right = classes.values().map(|counts| counts[2]).sum();
    let classes: BTreeMap<String, Prf> = classes
        .into_iter()
        .map(|(class, [gold, predicted, right])| (class, Prf::new(right, predicted, gold)))
        .collect();
    let mean =
        |of: fn(&Prf) -> f64| classes.values().map(of).sum::<f64>() / classes.len().max(1) as f64;
    Scores {
        field: field.to_owned(),
        n: pairs.len(),
        accuracy: share(right, pairs.len()),
        macro_f1: mean(|figures| figures.f1),
        macro_recall: mean(|figures| figures.recall),
        skipped,
        missing: pairs.iter().filter(|pair| pair.1.is_none()).count(),
        classes,
    }
}

impl Scores {
    /// The scores as a table for people.
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}: {} lines ({} without prediction, {} left out)   accuracy {:.3}   macro-F1 {:.3}",
            self.field, self.n, self.missing, self.skipped, self.accuracy, self.macro_f1
        );
        head(&mut out);
        for (class, figures) in &self.classes {
            row(&mut out, class, figures);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        list.iter()
            .map(|(gold, found)| ((*gold).to_owned(), found.map(str::to_owned)))
            .collect()
    }

    #[test]
    fn means_are_over_the_classes_of_gold() {
        let told = [("-1", "-1"), ("-1", "0"), ("0", "0"), ("1", "-1")];
        let scores = score(
            "polarity",
            &pairs(&told.map(|(gold, found)| (gold, Some(found)))),
            0,
        );
        assert_eq!(scores.accuracy, 0.5);
        assert!((scores.macro_f1 - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
        let foreign = score("act", &pairs(&[("A", Some("A")), ("B", Some("C"))]), 0);
        assert_eq!(foreign.macro_f1, 0.5);
        let missing = score("act", &pairs(&[("A", None), ("A", Some("A"))]), 1);
        assert_eq!(
            (missing.accuracy, missing.missing, missing.skipped),
            (0.5, 1, 1)
        );
    }
}
