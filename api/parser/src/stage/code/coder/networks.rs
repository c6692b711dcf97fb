//! The coder's networks, on one lower half: a reader of statements, and one of statements beside propositions.
//!
//! The lower half does not see the marks, so that what reads the same words again goes on from its states.

use super::super::input::{EVIDENCE, PROPOSITION};
use plenary_network::{
    Layers, Linear, Names, Norm, Table, Unreadable, Weights, pooled, tanh, unit,
};

static READ: &[u8] = include_bytes!("../../../../model/coder/coder.onnx");
static PAIR: &[u8] = include_bytes!("../../../../model/coder/pair.onnx");

/// Layers of either half.
const LAYERS: usize = 3;
const NAMES: Names = Names {
    query: "query",
    key: "key",
    value: "value",
    mix: "mix",
    attended: "norm1",
    wide: "wide",
    narrow: "narrow",
    transformed: "norm2",
};

/// The lower half.
#[derive(Debug)]
pub(super) struct Lower {
    words: Table,
    places: Table,
    embedded: Norm,
    layers: Layers,
}

impl Lower {
    fn of(weights: &Weights) -> Result<Lower, Unreadable> {
        Ok(Lower {
            words: Table::even(weights, "word")?,
            places: Table::even(weights, "place")?,
            embedded: Norm::read(weights, "norm")?,
            layers: Layers::read(weights, "layers", LAYERS, &NAMES)?,
        })
    }

    /// How many numbers a state has.
    pub(super) fn width(&self) -> usize {
        self.words.width()
    }

    /// States [n, width] of n word pieces.
    pub(super) fn read(&self, ids: &[i32]) -> Vec<f32> {
        let width = self.words.width();
        let mut states = vec![0.0; ids.len() * width];
        for (place, (state, &id)) in states.chunks_exact_mut(width).zip(ids).enumerate() {
            self.words.add(id as usize, state);
            self.places.add(place, state);
        }
        self.embedded.apply(&mut states);
        self.layers.run(&mut states);
        states
    }
}

/// An upper half, up to the states of marked pieces.
#[derive(Debug)]
struct Upper {
    marks: Table,
    layers: Layers,
}

impl Upper {
    fn of(weights: &Weights) -> Result<Upper, Unreadable> {
        Ok(Upper {
            marks: Table::even(weights, "mark.table")?,
            layers: Layers::read(weights, "up", LAYERS, &NAMES)?,
        })
    }

    fn read(&self, mut states: Vec<f32>, marks: &[i32]) -> Vec<f32> {
        let rows = states.chunks_exact_mut(self.marks.width());
        for (state, &mark) in rows.zip(marks) {
            self.marks.add(mark as usize, state);
        }
        self.layers.run(&mut states);
        states
    }
}

/// Pools states by a learned score of each.
#[derive(Debug)]
struct Pool(Linear);

impl Pool {
    fn read(weights: &Weights, name: &str) -> Result<Pool, Unreadable> {
        Ok(Pool(Linear::read(weights, &[&format!("{name}.q")])?))
    }

    /// The pool of those states of which `chosen` holds.
    fn of(&self, states: &[f32], width: usize, chosen: impl Fn(usize) -> bool) -> Vec<f32> {
        let scores = self.0.apply(states).into_iter().enumerate();
        let scores: Vec<_> = scores.map(|(at, x)| chosen(at).then_some(x)).collect();
        pooled(states, width, &scores)
    }
}

/// The reader of statements.
#[derive(Debug)]
pub(super) struct Reader {
    upper: Upper,
    of_issue: Pool,
    issue: Linear,
    left: Linear,
    right: Linear,
    of_act: Pool,
    act: Linear,
    counts: Linear,
    of_stance: Pool,
    polar: Linear,
    of_meeting: Pool,
    when: Linear,
}

/// What the reader says of a text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct View {
    /// Score of each issue that the network was trained with, and of `other`.
    pub(super) issue: Vec<f32>,
    /// Scores of the acts.
    pub(super) act: Vec<f32>,
    /// A vector of length 1, near those of fitting propositions.
    pub(super) left: Vec<f32>,
    /// Scores of the three stances towards each issue.
    pub(super) polar: Vec<f32>,
    /// Score of being a statement.
    pub(super) counts: f32,
    /// Scores of the meetings it may tell of.
    pub(super) when: Vec<f32>,
}

impl Reader {
    /// The mean of those states of which `chosen` holds.
    fn mean(states: &[f32], width: usize, chosen: impl Fn(usize) -> bool) -> Vec<f32> {
        let even = |at| chosen(at).then_some(0.0);
        let scores: Vec<_> = (0..states.len() / width).map(even).collect();
        pooled(states, width, &scores)
    }

    /// Reads the states of a text of n pieces with their marks.
    pub(super) fn read(&self, states: Vec<f32>, marks: &[i32]) -> View {
        let width = self.upper.marks.width();
        let states = self.upper.read(states, marks);
        let evidence = Reader::mean(&states, width, |at| marks[at] == EVIDENCE);
        let beside = |pool: &Pool| [&*evidence, &pool.of(&states, width, |_| true)].concat();
        let (issue, act) = (beside(&self.of_issue), beside(&self.of_act));
        View {
            issue: self.issue.apply(&issue),
            act: self.act.apply(&act),
            left: unit(self.left.apply(&issue)),
            polar: self.polar.apply(&beside(&self.of_stance)),
            counts: self.counts.apply(&act)[0],
            when: self.when.apply(&beside(&self.of_meeting)),
        }
    }

    /// The vector of a proposition, of length 1, from its states and marks.
    pub(super) fn proposition(&self, states: Vec<f32>, marks: &[i32]) -> Vec<f32> {
        let states = self.upper.read(states, marks);
        let text = Reader::mean(&states, self.upper.marks.width(), |_| true);
        unit(self.right.apply(&text))
    }
}

/// The lower half and the reader of statements that are part of the binary.
///
/// # Errors
/// When the build put a broken file into the binary.
pub(super) fn reader() -> Result<(Lower, Reader), Unreadable> {
    let weights = Weights::read("coder", READ)?;
    let (pool, linear) = (
        |name| Pool::read(&weights, name),
        |name| Linear::read(&weights, &[name]),
    );
    let reader = Reader {
        upper: Upper::of(&weights)?,
        of_issue: pool("pool")?,
        issue: linear("issue")?,
        left: linear("left")?,
        right: linear("right")?,
        of_act: pool("pact")?,
        act: linear("act")?,
        counts: linear("counts")?,
        of_stance: pool("ps")?,
        polar: linear("each")?,
        of_meeting: pool("pw")?,
        when: linear("when")?,
    };
    Ok((Lower::of(&weights)?, reader))
}

/// The reader of a statement beside a proposition.
#[derive(Debug)]
pub(super) struct Pair {
    upper: Upper,
    of_evidence: Pool,
    of_proposition: Pool,
    hidden: Linear,
    stance: Linear,
}

impl Pair {
    /// The reader that is part of the binary.
    ///
    /// # Errors
    /// When the build put a broken file into the binary.
    pub(super) fn shipped() -> Result<Pair, Unreadable> {
        let weights = Weights::read("pair", PAIR)?;
        Ok(Pair {
            upper: Upper::of(&weights)?,
            of_evidence: Pool::read(&weights, "pe")?,
            of_proposition: Pool::read(&weights, "pp")?,
            hidden: Linear::read(&weights, &["hid"])?,
            stance: Linear::read(&weights, &["out"])?,
        })
    }

    /// Scores of support, opposition, neutrality and no relation, from the states of both with their marks.
    pub(super) fn read(&self, states: Vec<f32>, marks: &[i32]) -> [f32; 4] {
        let width = self.upper.marks.width();
        let states = self.upper.read(states, marks);
        let part = |pool: &Pool, mark| pool.of(&states, width, |at| marks[at] == mark);
        let (evidence, proposition) = (
            part(&self.of_evidence, EVIDENCE),
            part(&self.of_proposition, PROPOSITION),
        );
        let seen = [&states[..width], &evidence, &proposition].concat();
        let stance = self.stance.apply(&tanh(self.hidden.apply(&seen)));
        stance.try_into().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest;

    /// New weights have other digests, which are written here; another processor has not.
    #[test]
    fn same_bits_on_every_processor() {
        let (lower, reader) = reader().unwrap();
        let ids: Vec<i32> = (0..60).map(|nth| 1000 + 131 * nth).collect();
        let marks: Vec<i32> = (0..60).map(|nth| nth / 13).collect();
        let states = lower.read(&ids);
        let view = reader.read(states.clone(), &marks);
        let right = reader.proposition(states.clone(), &marks);
        let numbers = [
            &view.issue,
            &view.act,
            &view.left,
            &right,
            &view.polar,
            &view.when,
        ];
        let mut numbers = numbers.map(Vec::as_slice).to_vec();
        let counts = [view.counts];
        numbers.push(&counts);
        let pair = Pair::shipped().unwrap().read(states.clone(), &marks);
        let found = [digest(&[&states]), digest(&numbers), digest(&[&pair])];
        let known = ["46b041d0b8101240", "e82f65099f7641b8", "882faf2101e00433"];
        assert_eq!(found, known);
    }
}
