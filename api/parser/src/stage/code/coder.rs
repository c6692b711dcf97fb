//! The trained coder: issue, stance and act of a statement under a codebook.
//!
//! One network reads the statement after the article's title and the sentences before it. For the
//! codebook that it was trained with it scores the issues, the stance towards each of them, and the
//! acts; a linear model of words steadies it. For any other codebook its vector of the statement lies
//! near the vectors of fitting propositions. A second, small network reads statement and proposition
//! together: support, opposition, neutrality or no relation. Of its own codebook it reads the likeliest
//! issue where the first is unsure of the stance; of any other one the few likeliest. The statements of one article
//! share what they are about.

use super::input::{EDGE, Input, PROPOSITION, proposition};
use super::lexicon::Lexicon;
use crate::context::ParserError;
use crate::network::{Column, Network, Output};
use crate::stage::meetings::heard::Heard;
use plenary_domain::{Act, Codebook, Stance};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokenizers::Tokenizer;

static READ: &[u8] = include_bytes!("../../../model/coder/coder.onnx");
static PAIR: &[u8] = include_bytes!("../../../model/coder/pair.onnx");
static NUMBERS: &str = include_str!("../../../model/coder/coder.json");
static LEXICON: &str = include_str!("../../../model/coder/lexicon.json");
static TABLE: &[u8] = include_bytes!("../../../model/coder/lexicon.bin");

/// The acts in the order of the network's output.
const ACTS: [Act; 8] = [
    Act::State,
    Act::Support,
    Act::Commit,
    Act::Request,
    Act::Reject,
    Act::Accuse,
    Act::Deny,
    Act::Threaten,
];
/// The stances in the order of the networks' outputs.
const STANCES: [Stance; 3] = [Stance::Support, Stance::Oppose, Stance::Neutral];
/// The outputs of the first network from which a [`View`] is made.
const VIEW: [&str; 7] = ["issue", "act", "left", "right", "polar", "counts", "when"];
/// Probabilities of [`STANCES`] where nothing was read.
const UNTOLD: [f32; 3] = [0.0, 0.0, 1.0];
/// Keeps logarithms of small probabilities finite.
const LEAST: f32 = 1e-3;
/// How much likelier, as a weighted logarithm, the first network must hold one stance than the next for the second not
/// to be asked.
const SURE: f32 = 0.4;
/// Most statements that are coded at once; those of a longer text share what they are about with their
/// neighbours only, so that a megabyte of text does not take gigabytes of memory.
const TOGETHER: usize = 256;

/// The networks and the numbers that mix them.
#[derive(Debug)]
pub struct Coder {
    lower: Network,
    upper: Network,
    pair: Network,
    numbers: Numbers,
    lexicon: Lexicon,
}

#[derive(Debug, Deserialize)]
struct Numbers {
    issues: Vec<String>,
    propositions: HashMap<String, String>,
    scale: f32,
    pairs: usize,
    issue: IssueNumbers,
    any: AnyNumbers,
    article: ArticleNumbers,
    act: ActNumbers,
    stance: StanceNumbers,
    counts: CountsNumbers,
    /// Probabilities of [`STANCES`] for each of [`ACTS`] where a statement bears on no proposition: who
    /// demands or offers something is for it.
    unbound: [[f32; 3]; 8],
}

#[derive(Debug, Deserialize)]
struct IssueNumbers {
    deep: f32,
    words: f32,
    near: f32,
    other: f32,
    heat: f32,
}

#[derive(Debug, Deserialize)]
struct AnyNumbers {
    near: f32,
    other: f32,
    pair: f32,
    heat: f32,
    stance: f32,
}

#[derive(Debug, Deserialize)]
struct ArticleNumbers {
    weight: f32,
    rounds: usize,
    smooth: f32,
    domain: f32,
    smooth_domain: f32,
}

#[derive(Debug, Deserialize)]
struct ActNumbers {
    deep: f32,
    words: f32,
}

#[derive(Debug, Deserialize)]
struct StanceNumbers {
    alone: f32,
    pair: f32,
    bias: [f32; 3],
}

#[derive(Debug, Deserialize)]
struct CountsNumbers {
    slope: f32,
    bias: f32,
    least: f32,
}

/// What is computed of a codebook once.
#[derive(Debug)]
pub struct Book {
    /// The group of each issue, and of `other` at the end.
    domains: Vec<usize>,
    right: Vec<Vec<f32>>,
    /// States of each proposition's pieces without `[CLS]`.
    states: Vec<Arc<Vec<f32>>>,
    /// The column of each issue among those that the network was trained with; `None` where an issue
    /// of the codebook is none of them.
    columns: Option<Vec<usize>>,
}

/// What the coder makes of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Index of the issue in the codebook; `None`: none of them.
    pub issue: Option<usize>,
    /// Probability of the issue.
    pub issue_confidence: f32,
    /// Stance towards it; where there is none, towards what the speaker speaks of.
    pub stance: Stance,
    /// Probability of the stance, given the issue.
    pub stance_confidence: f32,
    /// The act.
    pub act: Act,
    /// Probability of the act.
    pub act_confidence: f32,
    /// Probability that the words are a statement at all and not, say, a question or a past event.
    pub counts: f32,
    /// Of which meeting the words tell.
    pub heard: Heard,
}

/// The first network's view of a text.
#[derive(Debug, Default)]
struct View {
    issue: Vec<f32>,
    act: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
    states: Arc<Vec<f32>>,
    polar: Vec<f32>,
    counts: Vec<f32>,
    when: Vec<f32>,
}

impl Coder {
    /// The coder that is part of the binary. It is read once a process.
    ///
    /// # Errors
    /// When the build put a broken file into the binary.
    pub fn shipped() -> Result<&'static Coder, ParserError> {
        static CODER: OnceLock<Coder> = OnceLock::new();
        if let Some(coder) = CODER.get() {
            return Ok(coder);
        }
        let broken = |reason: String| ParserError::Model {
            model: "coder",
            reason,
        };
        let numbers: Numbers =
            serde_json::from_str(NUMBERS).map_err(|error| broken(error.to_string()))?;
        let lower = Network::load("coder", READ, &["ids", "marks"], &["states"])?;
        let coder = Coder {
            upper: lower.part(&["states", "marks"], &VIEW)?,
            lower,
            pair: Network::load("pair", PAIR, &["states", "marks"], &["stance"])?,
            lexicon: Lexicon::load(LEXICON, TABLE).map_err(broken)?,
            numbers,
        };
        Ok(CODER.get_or_init(|| coder))
    }

    /// Prepares a codebook.
    pub fn book(&'static self, tokenizer: &Tokenizer, codebook: &Codebook) -> Book {
        let inputs: Vec<Input> = codebook
            .issues
            .iter()
            .map(|issue| proposition(tokenizer, &issue.label, &issue.proposition))
            .collect();
        let mut groups: Vec<&str> = Vec::new();
        let mut domains: Vec<usize> = Vec::new();
        for issue in &codebook.issues {
            let at = groups.iter().position(|group| *group == issue.domain);
            domains.push(at.unwrap_or_else(|| {
                groups.push(&issue.domain);
                groups.len() - 1
            }));
        }
        domains.push(groups.len());
        let numbers = &self.numbers;
        let column = |issue: &plenary_domain::codebook::Issue| {
            let known = numbers.propositions.get(&issue.id)?;
            let at = numbers.issues.iter().position(|id| *id == issue.id)?;
            (*known == issue.proposition).then_some(at)
        };
        let (mut right, mut states) = (Vec::new(), Vec::new());
        for view in self.views(&inputs) {
            let width = view.left.len().min(view.states.len());
            right.push(view.right);
            states.push(Arc::new(view.states[width..].to_vec()));
        }
        Book {
            domains,
            right,
            states,
            columns: codebook.issues.iter().map(column).collect(),
        }
    }

    /// Codes the statements of one article.
    pub fn code(&'static self, book: &Book, inputs: &[Input]) -> Vec<Reading> {
        inputs
            .chunks(TOGETHER)
            .flat_map(|inputs| self.code_together(book, inputs))
            .collect()
    }

    fn code_together(&'static self, book: &Book, inputs: &[Input]) -> Vec<Reading> {
        let views = self.views(inputs);
        let lexical: Vec<_> = inputs
            .iter()
            .map(|input| self.lexicon.scores(input))
            .collect();
        let mut scores: Vec<Vec<f32>> = views
            .iter()
            .zip(&lexical)
            .map(|(view, lexical)| self.issue_scores(view, &lexical.0, book))
            .collect();
        self.share(&mut scores, book);
        let top: Vec<Vec<usize>> = views
            .iter()
            .zip(&scores)
            .map(|(view, scores)| match &book.columns {
                Some(columns) => self.unsure(view, scores, columns),
                None => self.likeliest(scores),
            })
            .collect();
        let mut pairs = self.pairs(&views, inputs, book, &top).into_iter();
        views
            .iter()
            .zip(&lexical)
            .zip(&scores)
            .zip(&top)
            .map(|(((view, lexical), scores), top)| {
                let read: Vec<[f32; 4]> = pairs.by_ref().take(top.len()).collect();
                self.decide(view, &lexical.1, scores, top, &read, book)
            })
            .collect()
    }

    /// The first network's view of each text.
    ///
    /// Its lower half does not see the marks (but those of padding, of which there is none): it reads the parts of one
    /// sentence once.
    fn views(&'static self, inputs: &[Input]) -> Vec<View> {
        let mut texts: Vec<&Input> = Vec::new();
        let mut known: HashMap<&[i32], usize> = HashMap::new();
        let text: Vec<usize> = inputs
            .iter()
            .map(|input| {
                *known.entry(&input.ids).or_insert_with(|| {
                    texts.push(input);
                    texts.len() - 1
                })
            })
            .collect();
        let numbers = |numbers: &[i32]| Column::Numbers(numbers.to_vec());
        let rows = texts
            .iter()
            .map(|input| vec![numbers(&input.ids), numbers(&input.marks)]);
        let states: Vec<Arc<Vec<f32>>> = self
            .lower
            .map(rows, |_, outputs| {
                outputs.into_iter().next().map(|output| output.data)
            })
            .into_iter()
            .map(|states| Arc::new(states.flatten().unwrap_or_default()))
            .collect();
        let rows = inputs.iter().zip(&text).map(|(input, text)| {
            let data = states[*text].to_vec();
            let width = data.len() / input.ids.len().max(1);
            vec![Column::States { width, data }, numbers(&input.marks)]
        });
        let found = self.upper.map(rows, |_, outputs| {
            let mut outputs = outputs.into_iter().map(|output: Output| output.data);
            let mut next = || outputs.next().unwrap_or_default();
            View {
                issue: next(),
                act: next(),
                left: next(),
                right: next(),
                states: Arc::default(),
                polar: next(),
                counts: next(),
                when: next(),
            }
        });
        found
            .into_iter()
            .zip(&text)
            .map(|(view, text)| View {
                states: states[*text].clone(),
                ..view.unwrap_or_default()
            })
            .collect()
    }

    /// Scores of the codebook's issues and, at the end, of `other`.
    fn issue_scores(&self, view: &View, words: &[f32], book: &Book) -> Vec<f32> {
        let likeness: Vec<f32> = book
            .right
            .iter()
            .map(|right| self.numbers.scale * dot(right, &view.left))
            .collect();
        let (deep, words) = (log_softmax(&view.issue), log_softmax(words));
        match &book.columns {
            Some(columns) if !deep.is_empty() => {
                let w = &self.numbers.issue;
                let near = log_softmax(&likeness);
                let mix = |column: usize| w.deep * deep[column] + w.words * words[column];
                columns
                    .iter()
                    .zip(&near)
                    .map(|(column, near)| mix(*column) + w.near * near)
                    .chain(std::iter::once(mix(deep.len() - 1) + w.other))
                    .collect()
            }
            _ => {
                let w = &self.numbers.any;
                likeness
                    .iter()
                    .map(|likeness| w.near * likeness)
                    .chain(std::iter::once(w.other))
                    .collect()
            }
        }
    }

    /// Lets the statements of an article tell one another what it is about.
    fn share(&self, scores: &mut [Vec<f32>], book: &Book) {
        let a = &self.numbers.article;
        let count = book.domains.len();
        let groups = book.domains.last().map_or(0, |last| last + 1);
        let mut usual = vec![0.0f32; groups];
        for group in &book.domains {
            usual[*group] += 1.0 / count as f32;
        }
        let mut own = vec![0.0f32; count];
        for _ in 0..a.rounds {
            let mut mass = vec![0.0f32; count];
            for scores in scores.iter() {
                let sum: Vec<f32> = scores.iter().zip(&own).map(|(a, b)| a + b).collect();
                for (mass, p) in mass.iter_mut().zip(softmax(&sum)) {
                    *mass += p;
                }
            }
            let all: f32 = mass.iter().sum();
            let mut of_group = vec![0.0f32; groups];
            for (mass, group) in mass.iter().zip(&book.domains) {
                of_group[*group] += mass;
            }
            for (at, own) in own.iter_mut().enumerate() {
                let share = (mass[at] + a.smooth / count as f32) / (all + a.smooth);
                let group = book.domains[at];
                let of_group =
                    (of_group[group] + a.smooth_domain * usual[group]) / (all + a.smooth_domain);
                *own = a.weight * (share * count as f32).ln()
                    + a.domain * (of_group / usual[group]).ln();
            }
        }
        for scores in scores {
            for (score, own) in scores.iter_mut().zip(&own) {
                *score += own;
            }
        }
    }

    /// The issues that are read together with the statement, likeliest first; of equals the first.
    fn likeliest(&self, scores: &[f32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len() - 1).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        order.truncate(self.numbers.pairs);
        order
    }

    /// The issue of the coder's own codebook that is read together with the statement: the likeliest, unless that is
    /// `other` or the first network is so sure of the stance that the second would not change it.
    fn unsure(&self, view: &View, scores: &[f32], columns: &[usize]) -> Vec<usize> {
        let best = greatest(scores);
        let w = &self.numbers.stance;
        let Some(alone) = columns.get(best).and_then(|column| alone(view, *column)) else {
            return Vec::new();
        };
        let mut told: Vec<f32> = alone.iter().map(|alone| w.alone * alone).collect();
        told.sort_by(|a, b| b.total_cmp(a));
        if told[0] - told[1] > SURE {
            Vec::new()
        } else {
            vec![best]
        }
    }

    /// Reads each statement together with its likeliest propositions.
    fn pairs(
        &'static self,
        views: &[View],
        inputs: &[Input],
        book: &Book,
        top: &[Vec<usize>],
    ) -> Vec<[f32; 4]> {
        let rows = views
            .iter()
            .zip(inputs)
            .zip(top)
            .flat_map(|((view, input), top)| {
                top.iter().map(move |issue| {
                    let width = view.left.len().max(1);
                    let proposition = &book.states[*issue];
                    let length = proposition.len() / width;
                    let mut data = view.states.to_vec();
                    data.extend_from_slice(proposition);
                    let mut marks = input.marks.clone();
                    marks.extend((1..length).map(|_| PROPOSITION));
                    marks.push(EDGE);
                    vec![Column::States { width, data }, Column::Numbers(marks)]
                })
            });
        self.pair
            .map(rows, |_, outputs| {
                <[f32; 4]>::try_from(outputs.first()?.data.as_slice()).ok()
            })
            .into_iter()
            .map(|found| found.flatten().unwrap_or_default())
            .collect()
    }

    fn decide(
        &self,
        view: &View,
        words: &[f32],
        scores: &[f32],
        top: &[usize],
        read: &[[f32; 4]],
        book: &Book,
    ) -> Reading {
        let other = scores.len() - 1;
        let total: Vec<f32> = match book.columns {
            Some(_) => scores.iter().map(|x| self.numbers.issue.heat * x).collect(),
            None => self.with_pairs(scores, top, read),
        };
        let issues = softmax(&total);
        let best = greatest(&issues);
        let acts = self.acts(view, words);
        let act = greatest(&acts);
        let told = best != other;
        let stances = match &book.columns {
            _ if !told => self.unbound_stance(&acts),
            Some(columns) => self.known_stance(view, columns.get(best).copied(), read.first()),
            None => {
                let nth = top.iter().position(|issue| *issue == best).unwrap_or(0);
                self.pair_stance(read.get(nth))
            }
        };
        let stance = greatest(&stances);
        Reading {
            issue: told.then_some(best),
            issue_confidence: issues[best],
            stance: STANCES[stance],
            stance_confidence: stances[stance],
            act: ACTS.get(act).copied().unwrap_or(Act::State),
            act_confidence: acts.get(act).copied().unwrap_or(0.0),
            counts: self.counts(view),
            heard: softmax(&view.when).try_into().unwrap_or_default(),
        }
    }

    /// Probabilities of [`ACTS`].
    fn acts(&self, view: &View, words: &[f32]) -> Vec<f32> {
        let a = &self.numbers.act;
        let mixed: Vec<f32> = log_softmax(&view.act)
            .iter()
            .zip(log_softmax(words))
            .map(|(deep, words)| a.deep * deep + a.words * words)
            .collect();
        softmax(&mixed)
    }

    /// The acts with their probabilities, for words that are read alone.
    pub fn acts_of(&'static self, input: &Input) -> Vec<(Act, f32)> {
        let views = self.views(std::slice::from_ref(input));
        let shares = self.acts(&views[0], &self.lexicon.scores(input).1);
        ACTS.into_iter().zip(shares).collect()
    }

    /// The stances of words that are read alone towards the first proposition of a book, with their probabilities.
    pub fn stances_of(&'static self, book: &Book, input: &Input) -> Vec<(Stance, f32)> {
        let inputs = std::slice::from_ref(input);
        let read = self.pairs(&self.views(inputs), inputs, book, &[vec![0]]);
        let shares = self.pair_stance(read.first());
        STANCES.into_iter().zip(shares).collect()
    }

    /// Probability that the words are a statement; 1 where the network says nothing.
    fn counts(&self, view: &View) -> f32 {
        let w = &self.numbers.counts;
        let logit = |x: &f32| 1.0 / (1.0 + (-(w.slope * x + w.bias)).exp());
        view.counts.first().map_or(1.0, logit)
    }

    /// Whether a reading is sure enough to be a statement.
    pub fn is_statement(&self, reading: &Reading) -> bool {
        reading.counts >= self.numbers.counts.least
    }

    /// Scores of another codebook's issues and of `other` after the likeliest were read with the statement.
    fn with_pairs(&self, scores: &[f32], top: &[usize], read: &[[f32; 4]]) -> Vec<f32> {
        let w = &self.numbers.any;
        let bear: Vec<f32> = read.iter().map(|read| 1.0 - softmax(read)[3]).collect();
        let least = bear.iter().copied().fold(1.0, f32::min);
        let other = scores.len() - 1;
        let bonus = |at: usize| {
            let nth = top.iter().position(|issue| *issue == at);
            let bears = nth.and_then(|nth| bear.get(nth)).copied().unwrap_or(least);
            if at == other {
                0.0
            } else {
                w.pair * (bears + LEAST).ln()
            }
        };
        scores
            .iter()
            .enumerate()
            .map(|(at, score)| w.heat * (score + bonus(at)))
            .collect()
    }

    /// Probabilities of [`STANCES`] towards an issue that the first network was trained with: what it
    /// makes of the statement alone, and what the second makes of it beside the proposition.
    fn known_stance(
        &self,
        view: &View,
        column: Option<usize>,
        read: Option<&[f32; 4]>,
    ) -> Vec<f32> {
        let w = &self.numbers.stance;
        let Some(alone) = column.and_then(|column| alone(view, column)) else {
            return UNTOLD.to_vec();
        };
        // Where the second was not asked, it is taken to say the same.
        let pair = read.map_or_else(|| alone.clone(), |read| log_softmax(&read[..3]));
        let mixed: Vec<f32> = alone
            .iter()
            .zip(pair)
            .zip(w.bias)
            .map(|((alone, pair), bias)| w.alone * alone + w.pair * pair + bias)
            .collect();
        softmax(&mixed)
    }

    /// Probabilities of [`STANCES`] where no proposition is borne on, from those of the acts.
    fn unbound_stance(&self, acts: &[f32]) -> Vec<f32> {
        let table = &self.numbers.unbound;
        (0..STANCES.len())
            .map(|stance| {
                acts.iter()
                    .zip(table)
                    .map(|(act, row)| act * row[stance])
                    .sum()
            })
            .collect()
    }

    /// Probabilities of [`STANCES`] towards a proposition that was read with the statement.
    fn pair_stance(&self, read: Option<&[f32; 4]>) -> Vec<f32> {
        let Some(read) = read else {
            return UNTOLD.to_vec();
        };
        let pair = log_softmax(&read[..3]);
        let heated: Vec<f32> = pair.iter().map(|x| self.numbers.any.stance * x).collect();
        softmax(&heated)
    }
}

/// Logarithms of the probabilities of [`STANCES`] towards an issue that the first network was trained with.
fn alone(view: &View, column: usize) -> Option<Vec<f32>> {
    Some(log_softmax(view.polar.get(3 * column..3 * column + 3)?))
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The first index of the greatest number; 0 for an empty list.
fn greatest(numbers: &[f32]) -> usize {
    (1..numbers.len()).fold(0, |best, at| {
        if numbers[at] > numbers[best] {
            at
        } else {
            best
        }
    })
}

fn log_softmax(numbers: &[f32]) -> Vec<f32> {
    let most = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum = numbers.iter().map(|x| (x - most).exp()).sum::<f32>().ln() + most;
    numbers.iter().map(|x| x - sum).collect()
}

fn softmax(numbers: &[f32]) -> Vec<f32> {
    log_softmax(numbers).into_iter().map(f32::exp).collect()
}

#[cfg(test)]
mod tests {
    use super::super::input::EVIDENCE;
    use super::*;

    #[test]
    fn parts_of_one_sentence_are_read_as_each_by_itself() {
        let coder = Coder::shipped().unwrap();
        let whole = Network::load("coder", READ, &["ids", "marks"], &VIEW).unwrap();
        let whole: &'static Network = Box::leak(Box::new(whole));
        let input = |ids: [i32; 6], evidence: std::ops::Range<usize>| Input {
            ids: ids.to_vec(),
            marks: (0..ids.len())
                .map(|at| {
                    if evidence.contains(&at) {
                        EVIDENCE
                    } else {
                        EDGE
                    }
                })
                .collect(),
        };
        let (one, other) = (
            [101, 2057, 2097, 2025, 2272, 102],
            [101, 2027, 2097, 2272, 2085, 102],
        );
        let inputs = [input(one, 1..3), input(other, 1..5), input(one, 3..5)];
        for (input, view) in inputs.iter().zip(coder.views(&inputs)) {
            let columns = [&input.ids, &input.marks].map(|row| Column::Numbers(row.clone()));
            let found = whole.map([columns.to_vec()], |_, outputs| outputs);
            let found: Vec<Vec<f32>> = found[0]
                .iter()
                .flatten()
                .map(|output| output.data.clone())
                .collect();
            let View {
                issue,
                act,
                left,
                right,
                states,
                polar,
                counts,
                when,
            } = view;
            assert_eq!(states.len(), input.ids.len() * left.len());
            assert_eq!(found, [issue, act, left, right, polar, counts, when]);
        }
    }
}
