//! How far the confidences can be trusted, and what a least confidence keeps and gives.

use super::figures::share;
use super::positions::FIELDS;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Bins of equal width over which confidences and shares of right ones are compared.
const BINS: usize = 10;
/// Least confidences of the table of reliability.
const LEAST: [f32; 10] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];

/// One predicted position with what came of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged {
    /// Confidence of the whole record, 0..=1.
    pub(super) record: f32,
    /// Confidence of each field in the order of [`FIELDS`], where it has one, 0..=1.
    pub(super) sure: [Option<f32>; 7],
    /// Which fields are right; nothing where no gold position was found by it.
    pub(super) right: Option<[bool; 7]>,
    /// True when the record is right.
    pub(super) whole: bool,
    /// True when it names a party: comparisons of parties count no others.
    pub(super) named: bool,
}

/// Calibration and reliability of a set of positions.
#[derive(Debug, Serialize)]
pub(super) struct Trust {
    /// Expected calibration error of each field over the found positions, and of `record` over all.
    calibration: BTreeMap<&'static str, Calibration>,
    reliability: Vec<Reliability>,
}

/// Expected calibration error (Naeini, Cooper and Hauskrecht 2015) over bins of equal width.
#[derive(Debug, Serialize)]
struct Calibration {
    /// Mean over the cases of the distance between confidence and share of right ones in a bin, 0..=1.
    error: f64,
    /// Mean confidence.
    confidence: f64,
    /// Share of right ones.
    right: f64,
    cases: usize,
}

impl Calibration {
    fn new(cases: &[(f32, bool)]) -> Option<Calibration> {
        if cases.is_empty() {
            return None;
        }
        let mut bins = [(0usize, 0usize, 0f64); BINS];
        for (confidence, right) in cases {
            let bin = ((confidence * BINS as f32) as usize).min(BINS - 1);
            bins[bin].0 += 1;
            bins[bin].1 += usize::from(*right);
            bins[bin].2 += f64::from(*confidence);
        }
        let error: f64 = bins
            .iter()
            .map(|(_, right, sum)| (*right as f64 - sum).abs())
            .sum();
        let sum: f64 = bins.iter().map(|bin| bin.2).sum();
        let right = bins.iter().map(|bin| bin.1).sum();
        Some(Calibration {
            error: error / cases.len() as f64,
            confidence: sum / cases.len() as f64,
            right: share(right, cases.len()),
            cases: cases.len(),
        })
    }
}

/// What is left, and how good it is, when records below a confidence are left out.
#[derive(Debug, Serialize)]
struct Reliability {
    min_confidence: f32,
    kept: usize,
    /// Share of the kept that find a gold position.
    found: f64,
    /// Shares right of the found among the kept.
    party: f64,
    /// The same among those that name a party.
    named: f64,
    speaker: f64,
    meeting: f64,
    issue: f64,
    stance: f64,
    /// Share of the kept whose record is right.
    record: f64,
    /// Share of all gold positions whose record is right and kept.
    recall: f64,
}

impl Trust {
    /// From every predicted position and the number of gold positions.
    pub(super) fn new(judged: &[Judged], gold: usize) -> Trust {
        let mut calibration = BTreeMap::new();
        for (index, field) in FIELDS.iter().enumerate() {
            let cases: Vec<(f32, bool)> = judged
                .iter()
                .filter_map(|one| Some((one.sure[index]?, one.right?[index])))
                .collect();
            calibration.extend(Calibration::new(&cases).map(|found| (*field, found)));
        }
        let records: Vec<(f32, bool)> = judged.iter().map(|one| (one.record, one.whole)).collect();
        calibration.extend(Calibration::new(&records).map(|found| ("record", found)));
        let reliability = LEAST
            .iter()
            .map(|least| {
                let kept: Vec<&Judged> = judged.iter().filter(|one| one.record >= *least).collect();
                let found: Vec<[bool; 7]> = kept.iter().filter_map(|one| one.right).collect();
                let named = kept.iter().filter(|one| one.named);
                let named: Vec<[bool; 7]> = named.filter_map(|one| one.right).collect();
                let right =
                    |field: usize| share(found.iter().filter(|f| f[field]).count(), found.len());
                let whole = kept.iter().filter(|one| one.whole).count();
                Reliability {
                    min_confidence: *least,
                    kept: kept.len(),
                    found: share(found.len(), kept.len()),
                    party: right(0),
                    named: share(named.iter().filter(|f| f[0]).count(), named.len()),
                    speaker: right(1),
                    meeting: right(2),
                    issue: right(3),
                    stance: right(4),
                    record: share(whole, kept.len()),
                    recall: share(whole, gold),
                }
            })
            .collect();
        Trust {
            calibration,
            reliability,
        }
    }

    /// The two tables for people.
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{:<12}{:>18}{:>12}{:>8}{:>7}",
            "calibration", "expected error", "confidence", "right", "cases"
        );
        for field in FIELDS.iter().chain(&["record"]) {
            if let Some(one) = self.calibration.get(field) {
                let _ = writeln!(
                    out,
                    "  {field:<10}{:>18.3}{:>12.3}{:>8.3}{:>7}",
                    one.error, one.confidence, one.right, one.cases
                );
            }
        }
        let _ = writeln!(
            out,
            "{:<14}{:>6}{:>8}{:>8}{:>8}{:>9}{:>9}{:>8}{:>8}{:>8}{:>8}",
            "min_confidence",
            "kept",
            "found",
            "party",
            "named",
            "speaker",
            "meeting",
            "issue",
            "stance",
            "record",
            "recall"
        );
        for one in &self.reliability {
            let _ = writeln!(
                out,
                "{:<14}{:>6}{:>8.3}{:>8.3}{:>8.3}{:>9.3}{:>9.3}{:>8.3}{:>8.3}{:>8.3}{:>8.3}",
                one.min_confidence,
                one.kept,
                one.found,
                one.party,
                one.named,
                one.speaker,
                one.meeting,
                one.issue,
                one.stance,
                one.record,
                one.recall
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_distance_in_each_bin() {
        // Two at 0.9 of which one is right: 0.4 too sure. Two at 0.25, both wrong: 0.25 too sure.
        let cases = [(0.9, true), (0.9, false), (0.25, false), (0.25, false)];
        let found = Calibration::new(&cases).unwrap();
        assert!((found.error - 0.325).abs() < 1e-6, "{found:?}");
        assert!((found.right - 0.25).abs() < 1e-12);
        assert!(Calibration::new(&[]).is_none());
        assert!(Calibration::new(&[(1.0, true)]).unwrap().error < 1e-9);
    }

    #[test]
    fn a_least_confidence_leaves_out_what_is_below_it() {
        let one = |record, right: Option<[bool; 7]>| Judged {
            record,
            sure: [Some(0.5); 7],
            right,
            whole: right.is_some_and(|right| right[0]),
            named: record > 0.5,
        };
        let trust = Trust::new(
            &[
                one(0.9, Some([true; 7])),
                one(0.1, Some([false; 7])),
                one(0.05, None),
            ],
            4,
        );
        let at = |least: f32| {
            let row = trust
                .reliability
                .iter()
                .find(|row| row.min_confidence == least)
                .unwrap();
            (row.kept, row.party, row.named, row.recall)
        };
        assert_eq!(at(0.0), (3, 0.5, 1.0, 0.25));
        assert_eq!(at(0.5), (1, 1.0, 1.0, 0.25));
    }
}
