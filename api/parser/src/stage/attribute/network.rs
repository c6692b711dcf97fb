//! The tagger's network: from word pieces and their shapes to scores of tags and of pointers.
//!
//! Six layers over the sum of a word's, a place's and a shape's vector. Tags are a linear map of each token's state; a
//! pointer from one token to another is the product of two such maps.

use super::tagger::TAGS;
use plenary_network::{Dense, Layers, Names, Norm, Table, Unreadable, Weights, times};

static FILE: &[u8] = include_bytes!("../../../model/attribution/tagger.onnx");

const LAYERS: usize = 6;
/// What the parts of layer n are called, behind `encoder.layer.n.`.
const NAMES: Names = Names {
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    mix: "attention.output.dense",
    attended: "attention.output.LayerNorm",
    wide: "intermediate.dense",
    narrow: "output.dense",
    transformed: "output.LayerNorm",
};

/// The network with its weights.
#[derive(Debug)]
pub(super) struct TagNetwork {
    words: Table,
    places: Table,
    /// One row for each shape.
    shapes: Vec<f32>,
    embedded: Norm,
    layers: Layers,
    tags: Dense,
    from: Dense,
    to: Dense,
}

/// What the network says of a row of n tokens.
#[derive(Debug)]
pub(super) struct Told {
    /// Scores of the tags [n].
    pub(super) tags: Vec<[f32; TAGS]>,
    /// States of the tokens [n, width], from which pointers are told.
    states: Vec<f32>,
}

impl TagNetwork {
    /// The network that is part of the binary.
    ///
    /// # Errors
    /// When the build put a broken file into the binary.
    pub(super) fn shipped() -> Result<TagNetwork, Unreadable> {
        let weights = Weights::read("attribution", FILE)?;
        Ok(TagNetwork {
            words: Table::by_rows(&weights, "word", "grain")?,
            places: Table::even(&weights, "position")?,
            shapes: weights.floats("shape_rows")?,
            embedded: Norm::read(&weights, "embeddings.LayerNorm")?,
            layers: Layers::read(&weights, "encoder.layer", LAYERS, &NAMES)?,
            tags: Dense::read(&weights, "tag")?,
            from: Dense::read(&weights, "q")?,
            to: Dense::read(&weights, "k")?,
        })
    }

    /// Reads one row of at least two tokens: their numbers in the vocabulary and their shapes.
    pub(super) fn read(&self, ids: &[i32], shapes: &[i32]) -> Told {
        let width = self.words.width();
        let mut states = vec![0.0; ids.len() * width];
        let rows = states.chunks_exact_mut(width).zip(ids.iter().zip(shapes));
        for (place, (state, (&id, &shape))) in rows.enumerate() {
            self.words.add(id as usize, state);
            self.places.add(place, state);
            let shape = self.shapes.chunks_exact(width).nth(shape as usize);
            for (x, shape) in state.iter_mut().zip(shape.unwrap_or_default()) {
                *x += shape;
            }
        }
        self.embedded.apply(&mut states);
        self.layers.run(&mut states);
        Told {
            tags: self.tags.apply(&states).as_chunks().0.to_vec(),
            states,
        }
    }

    /// Scores of pointers [m, m] between m of the tokens, from the row's to the column's.
    pub(super) fn pointers(&self, told: &Told, tokens: &[usize]) -> Vec<f32> {
        let width = self.words.width();
        let state = |token: &usize| &told.states[token * width..][..width];
        let states: Vec<f32> = tokens.iter().flat_map(state).copied().collect();
        let (from, to) = (self.from.apply(&states), self.to.apply(&states));
        times(&from, &to, from.len() / tokens.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::digest;

    /// New weights have another digest, which is written here; another processor has not.
    #[test]
    fn same_bits_on_every_processor() {
        let ids: Vec<i32> = (0..60).map(|nth| 1000 + 131 * nth).collect();
        let shapes: Vec<i32> = (0..60).map(|nth| nth / 13).collect();
        let network = TagNetwork::shipped().unwrap();
        let told = network.read(&ids, &shapes);
        let every: Vec<usize> = (0..60).collect();
        let pointers = network.pointers(&told, &every);
        let found = digest(&[told.tags.as_flattened(), &pointers]);
        assert_eq!(found, "00ffdb232feec4fd");

        let some = [0, 3, 31];
        let among = |from: usize| some.map(|to| pointers[60 * from + to]);
        assert_eq!(network.pointers(&told, &some), some.map(among).concat());
    }
}
