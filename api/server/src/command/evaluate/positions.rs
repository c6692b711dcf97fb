//! Scores of positions and meetings against hand-coded ones.
//!
//! Inside an article gold and predicted positions are paired one to one by the overlap of their
//! evidence: the F1 of their words, of at least [`LEAST_OVERLAP`]. Where both pieces of evidence
//! occur exactly once in the article, only words at the same place count. Among the candidates the
//! pairing with the greatest total overlap is taken; the number of agreeing fields breaks ties.
//! Counts are summed over the articles.

use super::assignment;
use super::calibration::{Judged, Trust};
use super::figures::{Prf, head, row, share};
use super::names::{canonical, same_speaker, words};
use super::sets::{GoldArticle, GoldPosition, Guess, GuessedArticle, MeetingEntry};
use chrono::NaiveDate;
use plenary_domain::Act;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Overlap from which two pieces of evidence may be one.
const LEAST_OVERLAP: f64 = 0.4;
/// Days by which the starts of one meeting may differ.
const DAYS_APART: i64 = 1;
/// Overlaps are compared to this fraction.
const STEPS: f64 = 1_000_000.0;

/// The fields of a position, in the order of the tables.
pub(super) const FIELDS: [&str; 7] = [
    "party", "speaker", "meeting", "issue", "stance", "act", "mode",
];
const PARTY: usize = 0;
const MEETING: usize = 2;
const ISSUE: usize = 3;
const STANCE: usize = 4;
const ACT: usize = 5;
/// Fields that a record must have right.
const RECORD: [usize; 4] = [PARTY, MEETING, ISSUE, STANCE];
/// Fields with precision, recall and F1 of their own.
const WITH_F1: usize = 5;

/// The scores of one set.
#[derive(Debug, Serialize)]
pub(super) struct Scores {
    articles: usize,
    articles_missing_in_pred: Vec<String>,
    gold_positions: usize,
    pred_positions: usize,
    found: Prf,
    /// Found and one field right, by `found+<field>`.
    #[serde(flatten)]
    with: BTreeMap<String, Prf>,
    record: Prf,
    accuracy_given_found: BTreeMap<&'static str, Option<f64>>,
    /// Gold stance → predicted stance, or `missed` → number.
    stance_confusion: BTreeMap<String, BTreeMap<String, usize>>,
    act_recall: BTreeMap<&'static str, ActRecall>,
    meetings: Meetings,
    /// How far the confidences can be trusted; nothing where the predictions tell none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trust: Option<Trust>,
}

#[derive(Debug, Default, Serialize)]
struct ActRecall {
    gold: usize,
    found: usize,
    act_right: usize,
    record_right: usize,
}

#[derive(Debug, Serialize)]
struct Meetings {
    #[serde(flatten)]
    figures: Prf,
    gold: usize,
    pred: usize,
}

/// Where the words of an article stand.
struct Locator {
    words: Vec<String>,
    at: HashMap<String, Vec<usize>>,
}

impl Locator {
    fn new(text: &str) -> Locator {
        let words = words(text);
        let mut at: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, word) in words.iter().enumerate() {
            at.entry(word.clone()).or_default().push(index);
        }
        Locator { words, at }
    }

    /// First word and the one after the last, where the words occur exactly once in this order.
    fn place(&self, evidence: &[String]) -> Option<(usize, usize)> {
        let mut hit = None;
        for &from in self.at.get(evidence.first()?)? {
            if self.words[from..].starts_with(evidence)
                && hit.replace((from, from + evidence.len())).is_some()
            {
                return None;
            }
        }
        hit
    }
}

type Placed = (Vec<String>, Option<(usize, usize)>);

/// F1 of two word lists; by place when both places are known.
fn overlap(one: &Placed, other: &Placed) -> f64 {
    let common = match (one.1, other.1) {
        (Some(a), Some(b)) => a.1.min(b.1).saturating_sub(a.0.max(b.0)),
        _ => {
            let mut left: HashMap<&str, usize> = HashMap::new();
            for word in &one.0 {
                *left.entry(word).or_default() += 1;
            }
            let mut common = 0;
            for word in &other.0 {
                if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
                    *count -= 1;
                    common += 1;
                }
            }
            common
        }
    };
    if one.0.is_empty() || other.0.is_empty() {
        return 0.0;
    }
    2.0 * common as f64 / (one.0.len() + other.0.len()) as f64
}

/// A day; of a month alone (`2022-01`) its first day.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    match text.len() {
        7 => format!("{text}-01").parse().ok(),
        10 => text.parse().ok(),
        _ => None,
    }
}

/// Venue and first day of a meeting: from the article's list, else from the key itself.
fn place_of(key: &str, meetings: &[MeetingEntry]) -> Option<(String, NaiveDate)> {
    let listed = meetings
        .iter()
        .find(|meeting| meeting.key == key)
        .and_then(|meeting| {
            let venue = meeting.venue.as_deref().filter(|venue| !venue.is_empty())?;
            Some((words(venue).join(" "), day(meeting.start.as_deref()?)?))
        });
    if listed.is_some() {
        return listed;
    }
    // The earliest `-2022-01` or `-2022-01-13` that ends the key; what stands before it is the venue.
    let (at, _) = key.char_indices().skip(1).find(|(at, c)| {
        *c == '-'
            && matches!(key.len() - at, 8 | 11)
            && key[at + 1..].chars().enumerate().all(|(i, c)| {
                if matches!(i, 4 | 7) {
                    c == '-'
                } else {
                    c.is_ascii_digit()
                }
            })
    })?;
    Some((words(&key[..at]).join(" "), day(&key[at + 1..])?))
}

fn near(one: &(String, NaiveDate), other: &(String, NaiveDate)) -> Option<i64> {
    let apart = (one.1 - other.1).num_days().abs();
    (one.0 == other.0 && apart <= DAYS_APART).then_some(apart)
}

fn same_meeting(
    gold: Option<&str>,
    guess: Option<&str>,
    gold_list: &[MeetingEntry],
    guess_list: &[MeetingEntry],
) -> bool {
    match (gold, guess) {
        (None, None) => true,
        (Some(gold), Some(guess)) => {
            gold == guess
                || place_of(gold, gold_list)
                    .zip(place_of(guess, guess_list))
                    .is_some_and(|(gold, guess)| near(&gold, &guess).is_some())
        }
        _ => false,
    }
}

/// Which fields of a prediction are right, in the order of [`FIELDS`].
fn agreement(
    gold: &GoldPosition,
    guess: &Guess,
    gold_list: &[MeetingEntry],
    guess_list: &[MeetingEntry],
) -> [bool; 7] {
    let accepted = std::iter::once((gold.issue.as_str(), gold.stance))
        .chain(gold.also.iter().map(|also| also.with(gold.stance)))
        .find(|(issue, _)| *issue == guess.issue);
    [
        canonical(gold.party.as_deref()) == canonical(guess.party.as_deref()),
        same_speaker(&gold.speaker, guess.speaker.as_deref()),
        same_meeting(
            gold.meeting.as_deref(),
            guess.meeting.as_deref(),
            gold_list,
            guess_list,
        ),
        accepted.is_some(),
        guess.stance == accepted.map_or(gold.stance, |(_, stance)| stance),
        Some(gold.act.as_str()) == guess.act.as_deref(),
        Some(gold.mode.as_str()) == guess.mode.as_deref(),
    ]
}

/// Pairs of gold and predicted positions of an article, with the fields that are right.
fn pairs(gold: &GoldArticle, guess: &GuessedArticle) -> Vec<(usize, usize, [bool; 7])> {
    let locator = Locator::new(gold.text.as_deref().unwrap_or_default());
    let placed = |evidence: &str| {
        let words = words(evidence);
        let place = locator.place(&words);
        (words, place)
    };
    let golds: Vec<Placed> = gold.positions.iter().map(|p| placed(&p.evidence)).collect();
    let guesses: Vec<Placed> = guess
        .positions
        .iter()
        .map(|p| placed(&p.evidence))
        .collect();
    let mut right = HashMap::new();
    let weight: Vec<Vec<i64>> = golds
        .iter()
        .enumerate()
        .map(|(i, one)| {
            guesses
                .iter()
                .enumerate()
                .map(|(j, other)| {
                    let overlap = overlap(one, other);
                    if overlap + 1e-12 < LEAST_OVERLAP {
                        return 0;
                    }
                    let fields = agreement(
                        &gold.positions[i],
                        &guess.positions[j],
                        &gold.meetings,
                        &guess.meetings,
                    );
                    right.insert((i, j), fields);
                    // Agreeing fields decide ties only.
                    (overlap * STEPS).round_ties_even() as i64 * STEPS as i64
                        + fields.iter().filter(|right| **right).count() as i64
                })
                .collect()
        })
        .collect();
    assignment::best(&weight)
        .into_iter()
        .map(|(i, j)| (i, j, right[&(i, j)]))
        .collect()
}

/// Number of meetings found: one to one, same venue, starts at most a day apart.
fn meetings_found(gold: &GoldArticle, guess: &GuessedArticle) -> usize {
    let places = |list: &[MeetingEntry]| -> Vec<_> {
        list.iter()
            .map(|meeting| place_of(&meeting.key, list))
            .collect()
    };
    let (golds, guesses) = (places(&gold.meetings), places(&guess.meetings));
    // Every pair counts once; a big base keeps the number of pairs above the closeness of dates.
    let weight: Vec<Vec<i64>> = golds
        .iter()
        .map(|one| {
            guesses
                .iter()
                .map(|other| {
                    one.as_ref()
                        .zip(other.as_ref())
                        .and_then(|(one, other)| near(one, other))
                        .map_or(0, |apart| 1002 - apart)
                })
                .collect()
        })
        .collect();
    assignment::best(&weight).len()
}

/// Scores every article; one that has no prediction counts as predicted empty.
pub(super) fn score(gold: &[GoldArticle], guesses: &HashMap<String, GuessedArticle>) -> Scores {
    let none = GuessedArticle::default();
    let mut right = [0; 7];
    let (mut gold_count, mut guess_count, mut found, mut records) = (0, 0, 0, 0);
    let (mut gold_meetings, mut guess_meetings, mut found_meetings) = (0, 0, 0);
    let stances = ["-1", "0", "1"];
    let mut confusion: BTreeMap<String, BTreeMap<String, usize>> = stances
        .iter()
        .map(|stance| {
            let row = stances
                .iter()
                .chain(&["missed"])
                .map(|s| ((*s).to_owned(), 0));
            ((*stance).to_owned(), row.collect())
        })
        .collect();
    let mut acts: BTreeMap<&str, ActRecall> = BTreeMap::new();
    let mut judged = Vec::new();
    for article in gold {
        let guess = guesses.get(&article.id).unwrap_or(&none);
        let pairs = pairs(article, guess);
        for (index, position) in article.positions.iter().enumerate() {
            let pair = pairs.iter().find(|pair| pair.0 == index);
            let predicted = pair.map_or_else(
                || "missed".to_owned(),
                |pair| guess.positions[pair.1].stance.to_string(),
            );
            *confusion
                .entry(position.stance.to_string())
                .or_default()
                .entry(predicted)
                .or_default() += 1;
            let act: &'static str = position
                .act
                .parse::<Act>()
                .map_or("other", |act| act.as_str());
            let recall = acts.entry(act).or_default();
            recall.gold += 1;
            if let Some((_, _, fields)) = pair {
                let whole = RECORD.iter().all(|field| fields[*field]);
                recall.found += 1;
                recall.act_right += usize::from(fields[ACT]);
                recall.record_right += usize::from(whole);
                records += usize::from(whole);
                for (count, right) in right.iter_mut().zip(fields) {
                    *count += usize::from(*right);
                }
            }
        }
        for (index, position) in guess.positions.iter().enumerate() {
            if let Some(sure) = &position.sure {
                let fields = pairs.iter().find(|pair| pair.1 == index).map(|pair| pair.2);
                judged.push(Judged {
                    record: position.confidence.unwrap_or(0.0),
                    sure: *sure,
                    right: fields,
                    named: position.party.is_some(),
                    whole: fields.is_some_and(|f| RECORD.iter().all(|field| f[*field])),
                });
            }
        }
        gold_count += article.positions.len();
        guess_count += guess.positions.len();
        found += pairs.len();
        gold_meetings += article.meetings.len();
        guess_meetings += guess.meetings.len();
        found_meetings += meetings_found(article, guess);
    }
    Scores {
        articles: gold.len(),
        articles_missing_in_pred: gold
            .iter()
            .filter(|article| !guesses.contains_key(&article.id))
            .map(|article| article.id.clone())
            .collect(),
        gold_positions: gold_count,
        pred_positions: guess_count,
        found: Prf::new(found, guess_count, gold_count),
        with: FIELDS
            .iter()
            .zip(right)
            .take(WITH_F1)
            .map(|(field, right)| {
                (
                    format!("found+{field}"),
                    Prf::new(right, guess_count, gold_count),
                )
            })
            .collect(),
        record: Prf::new(records, guess_count, gold_count),
        accuracy_given_found: FIELDS
            .iter()
            .zip(right)
            .map(|(field, right)| (*field, (found > 0).then(|| share(right, found))))
            .collect(),
        stance_confusion: confusion,
        act_recall: acts,
        meetings: Meetings {
            figures: Prf::new(found_meetings, guess_meetings, gold_meetings),
            gold: gold_meetings,
            pred: guess_meetings,
        },
        trust: (!judged.is_empty()).then(|| Trust::new(&judged, gold_count)),
    }
}

impl Scores {
    /// The scores as tables for people.
    pub(super) fn table(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{} articles ({} without prediction), {} gold positions, {} predicted",
            self.articles,
            self.articles_missing_in_pred.len(),
            self.gold_positions,
            self.pred_positions
        );
        head(&mut out);
        row(&mut out, "found", &self.found);
        for field in FIELDS.iter().take(WITH_F1) {
            if let Some(figures) = self.with.get(&format!("found+{field}")) {
                row(&mut out, &format!("  and {field}"), figures);
            }
        }
        row(&mut out, "record", &self.record);
        row(&mut out, "meetings", &self.meetings.figures);
        let given: Vec<String> = FIELDS
            .iter()
            .filter_map(|field| {
                let accuracy = self.accuracy_given_found.get(field).copied().flatten()?;
                Some(format!("{field} {accuracy:.3}"))
            })
            .collect();
        let _ = writeln!(out, "right, given found: {}", given.join("  "));
        let _ = writeln!(out, "stance, gold by predicted:");
        for (gold, row) in &self.stance_confusion {
            let cells: Vec<String> = row.iter().map(|(to, n)| format!("{to}: {n}")).collect();
            let _ = writeln!(out, "  {gold:>2}  {}", cells.join("  "));
        }
        let _ = writeln!(
            out,
            "{:<12}{:>6}{:>9}{:>11}{:>9}",
            "gold act", "gold", "found", "act right", "record"
        );
        for (act, recall) in &self.act_recall {
            let part = |n: usize| share(n, recall.gold);
            let _ = writeln!(
                out,
                "{act:<12}{:>6}{:>9.3}{:>11.3}{:>9.3}",
                recall.gold,
                part(recall.found),
                part(recall.act_right),
                part(recall.record_right)
            );
        }
        if let Some(trust) = &self.trust {
            out.push_str(&trust.table());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_venue_and_day() {
        let place = |key: &str| place_of(key, &[]).map(|(venue, day)| (venue, day.to_string()));
        let told = |venue: &str, day: &str| Some((venue.to_owned(), day.to_owned()));
        assert_eq!(
            place("sharm-el-sheikh-2022-11-06"),
            told("sharm el sheikh", "2022-11-06")
        );
        assert_eq!(place("vienna-2022-01"), told("vienna", "2022-01-01"));
        assert_eq!(place("vienna"), None);
        assert_eq!(place("vienna-2022-13"), None);
    }

    #[test]
    fn words_at_another_place_do_not_overlap() {
        let locator = Locator::new("No deal today. There will be no war.");
        let placed = |text: &str| {
            let words = words(text);
            let place = locator.place(&words);
            (words, place)
        };
        assert_eq!(overlap(&placed("no deal"), &placed("be no war")), 0.0);
        assert!((overlap(&placed("no"), &placed("be no war")) - 0.5).abs() < 1e-12);
    }
}
