//! The trained coder: issue, stance and act of a statement under a codebook.
//!
//! One network reads the statement after the article's title and the sentences before it. For the
//! codebook that it was trained with it scores the issues, the stance towards each of them, and the
//! acts; a linear model of words steadies it. For any other codebook its vector of the statement lies
//! near the vectors of fitting propositions. A second, small network reads statement and proposition
//! together: support, opposition, neutrality or no relation. Of its own codebook it reads the likeliest
//! issue where the first is unsure of the stance; of any other one the few likeliest. The statements of one article
//! share what they are about ([`issues`], [`stances`]). How all of this is mixed was fitted ([`numbers`]).

mod arithmetic;
mod issues;
mod networks;
mod numbers;
mod stances;

use super::input::{EDGE, Input, PROPOSITION, proposition};
use super::lexicon::Lexicon;
use crate::context::ParserError;
use crate::stage::meetings::heard::Heard;
use arithmetic::{greatest, log_softmax, softmax};
use networks::{Lower, Pair, Reader, View};
use numbers::Numbers;
use plenary_domain::{Act, Codebook, Stance};
use plenary_network::map;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokenizers::Tokenizer;

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
/// Most statements that are coded at once; those of a longer text share what they are about with their
/// neighbours only, so that a megabyte of text does not take gigabytes of memory.
const TOGETHER: usize = 256;

/// The networks and the numbers that mix them.
#[derive(Debug)]
pub struct Coder {
    lower: Lower,
    reader: Reader,
    pair: Pair,
    numbers: Numbers,
    lexicon: Lexicon,
}

/// What is computed of a codebook once.
#[derive(Debug)]
pub struct Book {
    /// The group of each issue, and of `other` at the end.
    domains: Vec<usize>,
    right: Vec<Vec<f32>>,
    /// States of each proposition's pieces without `[CLS]`.
    states: Vec<States>,
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

/// States of a text's pieces in the lower half [n, width].
type States = Arc<Vec<f32>>;

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
        let (lower, reader) = networks::reader()?;
        let coder = Coder {
            lower,
            reader,
            pair: Pair::shipped()?,
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
        let rows = inputs.into_iter().map(|input| (input.ids, input.marks));
        let read = map(rows, |(ids, marks)| {
            let mut states = self.lower.read(&ids);
            let right = self.reader.proposition(states.clone(), &marks);
            (right, Arc::new(states.split_off(self.lower.width())))
        });
        let (right, states) = read.into_iter().map(Option::unwrap_or_default).unzip();
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
        let (views, states) = self.views(inputs);
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
        let mut pairs = self.pairs(&states, inputs, book, &top).into_iter();
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

    /// The reader's view of each text, and its states in the lower half.
    ///
    /// The lower half does not see the marks: it reads the parts of one sentence once.
    fn views(&'static self, inputs: &[Input]) -> (Vec<View>, Vec<States>) {
        let mut texts: Vec<Vec<i32>> = Vec::new();
        let mut known: HashMap<&[i32], usize> = HashMap::new();
        let text: Vec<usize> = inputs
            .iter()
            .map(|input| {
                *known.entry(&input.ids).or_insert_with(|| {
                    texts.push(input.ids.clone());
                    texts.len() - 1
                })
            })
            .collect();
        let states: Vec<States> = map(texts, |ids| self.lower.read(&ids))
            .into_iter()
            .map(|states| Arc::new(states.unwrap_or_default()))
            .collect();
        let states: Vec<States> = text.into_iter().map(|text| states[text].clone()).collect();
        let rows = inputs.iter().zip(&states);
        let rows = rows.map(|(input, states)| (states.clone(), input.marks.clone()));
        let views = map(rows, |(states, marks)| {
            self.reader.read(states.to_vec(), &marks)
        });
        let views = views.into_iter().map(Option::unwrap_or_default);
        (views.collect(), states)
    }

    /// Reads each statement together with its likeliest propositions.
    fn pairs(
        &'static self,
        states: &[States],
        inputs: &[Input],
        book: &Book,
        top: &[Vec<usize>],
    ) -> Vec<[f32; 4]> {
        let width = self.lower.width();
        let rows = states
            .iter()
            .zip(inputs)
            .zip(top)
            .flat_map(|((states, input), top)| {
                top.iter().map(move |issue| {
                    let proposition = &book.states[*issue];
                    let length = proposition.len() / width;
                    let mut marks = input.marks.clone();
                    marks.extend((1..length).map(|_| PROPOSITION));
                    marks.push(EDGE);
                    ([&***states, proposition.as_slice()].concat(), marks)
                })
            });
        map(rows, |(states, marks)| self.pair.read(states, &marks))
            .into_iter()
            .map(Option::unwrap_or_default)
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
        let mut best = greatest(&issues);
        if book.columns.is_some() && issues[best] < self.numbers.issue.least {
            best = other;
        }
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
        let (views, _) = self.views(std::slice::from_ref(input));
        let shares = self.acts(&views[0], &self.lexicon.scores(input).1);
        ACTS.into_iter().zip(shares).collect()
    }

    /// The stances of words that are read alone towards the first proposition of a book, with their probabilities.
    pub fn stances_of(&'static self, book: &Book, input: &Input) -> Vec<(Stance, f32)> {
        let inputs = std::slice::from_ref(input);
        let (_, states) = self.views(inputs);
        let read = self.pairs(&states, inputs, book, &[vec![0]]);
        let shares = self.pair_stance(read.first());
        STANCES.into_iter().zip(shares).collect()
    }

    /// Probability that the words are a statement.
    fn counts(&self, view: &View) -> f32 {
        let w = &self.numbers.counts;
        1.0 / (1.0 + (-(w.slope * view.counts + w.bias)).exp())
    }

    /// Whether a reading is sure enough to be a statement.
    pub fn is_statement(&self, reading: &Reading) -> bool {
        reading.counts >= self.numbers.counts.least
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::EVIDENCE;
    use super::*;

    #[test]
    fn parts_of_one_sentence_are_read_as_each_by_itself() {
        let coder = Coder::shipped().unwrap();
        let input = |ids: [i32; 6], evidence: std::ops::Range<usize>| {
            let mark = |at| {
                if evidence.contains(&at) {
                    EVIDENCE
                } else {
                    EDGE
                }
            };
            Input {
                ids: ids.to_vec(),
                marks: (0..ids.len()).map(mark).collect(),
            }
        };
        let (one, other) = (
            [101, 2057, 2097, 2025, 2272, 102],
            [101, 2027, 2097, 2272, 2085, 102],
        );
        let inputs = [input(one, 1..3), input(other, 1..5), input(one, 3..5)];
        let (views, states) = coder.views(&inputs);
        assert_ne!(views[0], views[2]);
        for ((input, view), states) in inputs.iter().zip(views).zip(states) {
            let alone = coder.views(std::slice::from_ref(input));
            assert_eq!((vec![view], vec![states]), alone);
        }
    }
}
