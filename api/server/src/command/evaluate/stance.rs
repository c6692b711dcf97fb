//! Scores of one class a line: polarity, act or another field of a stance set.
//!
//! Accuracy, and macro-F1 over the classes that occur in gold. A class that is only predicted is an
//! error of the prediction, not a class of its own in the mean. Gold lines without the field are left
//! out; a gold line without a prediction counts as an error.

use super::figures::{Prf, head, row, share};
use plenary_domain::{Act, Stance};
use plenary_parser::Context;
use plenary_parser::stage::code::alone;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// PLOVER's classes of acts with those of ours that are the same. Lines of other classes are left out.
const PLOVER: [(&str, &[Act]); 7] = [
    ("AGREE", &[Act::Support, Act::Commit]),
    ("SUPPORT", &[Act::Support]),
    ("COOPERATE", &[Act::Commit]),
    ("REQUEST", &[Act::Request]),
    ("REJECT", &[Act::Reject, Act::Deny]),
    ("ACCUSE", &[Act::Accuse]),
    ("THREATEN", &[Act::Threaten]),
];

/// By the identifier of each line what the parser's own models tell of its sentence, read alone, and the lines without
/// the acts that have no counterpart among ours. `polarity` is the stance towards the `target` where every line names
/// one, else the side that the act takes; only polarities that the set has are told.
pub(super) fn told(
    context: &Context,
    lines: &[Value],
) -> (Vec<Value>, HashMap<String, BTreeMap<&'static str, String>>) {
    let field =
        |line: &Value, name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let has = |polarity: i64| {
        let of = |line: &Value| line.get("polarity").and_then(Value::as_i64);
        lines.iter().any(|line| of(line) == Some(polarity))
    };
    let (against, neither, supports) = (has(-1), has(0), has(1));
    let targeted = lines.iter().all(|line| field(line, "target").is_some());
    let of = |line: &Value| {
        let text = field(line, "text")?;
        let acts = alone::acts(context, &text);
        let polarity = match field(line, "target").filter(|_| targeted) {
            Some(target) => {
                let allowed = |stance: &Stance| match stance {
                    Stance::Support => supports,
                    Stance::Neutral => neither,
                    Stance::Oppose => against,
                };
                let shares = alone::stances(context, &text, &target);
                let shares = shares.into_iter().filter(|(stance, _)| allowed(stance));
                shares
                    .max_by(|a, b| a.1.total_cmp(&b.1))
                    .map(|(stance, _)| match stance {
                        Stance::Support => "1",
                        Stance::Neutral => "0",
                        Stance::Oppose => "-1",
                    })
            }
            None if !friendly(&acts) => Some("-1"),
            None => Some(if supports { "1" } else { "0" }),
        };
        let mut told: BTreeMap<&'static str, String> = BTreeMap::new();
        told.extend(polarity.map(|polarity| ("polarity", polarity.to_owned())));
        let act = acts.iter().max_by(|a, b| a.1.total_cmp(&b.1))?.0;
        let gold = field(line, "act");
        told.extend(gold.map(|gold| ("act", class_of(act, &gold).to_owned())));
        Some((field(line, "id")?, told))
    };
    let found = lines.par_iter().filter_map(of).collect();
    let comparable = lines
        .iter()
        .map(|line| {
            let mut line = line.clone();
            let known =
                field(&line, "act").is_some_and(|act| PLOVER.iter().any(|own| own.0 == act));
            if let Some(fields) = line.as_object_mut().filter(|_| !known) {
                fields.remove("act");
            }
            line
        })
        .collect();
    (comparable, found)
}

/// True where the acts that take a side for somebody outweigh those against; `state` takes either.
fn friendly(acts: &[(Act, f32)]) -> bool {
    let share = |(act, share): &(Act, f32)| match act {
        Act::Support | Act::Commit => *share,
        Act::State => share / 2.0,
        _ => 0.0,
    };
    acts.iter().map(share).sum::<f32>() > 0.5
}

/// PLOVER's class of an act: the one of the gold line where both mean the same, else the first, if it has any.
fn class_of(act: Act, gold: &str) -> &'static str {
    let mut same = PLOVER.iter().filter(|(_, acts)| acts.contains(&act));
    let first = same.clone().next();
    let found = same.find(|(class, _)| *class == gold).or(first);
    found.map_or("none of PLOVER's", |(class, _)| class)
}

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
    fn an_act_is_the_class_of_gold_where_both_mean_the_same() {
        assert_eq!(class_of(Act::Commit, "COOPERATE"), "COOPERATE");
        assert_eq!(class_of(Act::Commit, "REJECT"), "AGREE");
        assert_eq!(class_of(Act::Deny, "REJECT"), "REJECT");
        assert_eq!(class_of(Act::State, "REJECT"), "none of PLOVER's");
        assert!(friendly(&[
            (Act::Support, 0.3),
            (Act::State, 0.5),
            (Act::Reject, 0.2)
        ]));
        assert!(!friendly(&[(Act::State, 0.9), (Act::Accuse, 0.1)]));
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
