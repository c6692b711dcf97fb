//! What the stages look things up in.

use crate::stage::actors::Lexicon;
use crate::stage::attribute::tagger::Tagger;
use crate::stage::code::coder::{Book, Coder};
use crate::stage::meetings::Finder;
use crate::stage::weigh::Weights;
use crate::stage::{parties, segment};
use plenary_domain::{Codebook, Gazetteer};
use std::collections::HashMap;

/// Everything that is the same for every article: the data that was loaded and whatever the stages
/// prepared from it, once, when the parser was made.
///
/// A stage that needs an index over the gazetteer or the codebook adds a field for it here.
#[derive(Debug)]
pub struct Context {
    /// The issues and their propositions.
    pub codebook: Codebook,
    /// The parties that are known beforehand.
    pub gazetteer: Gazetteer,
    /// The words by which people, offices and bodies are recognised.
    pub lexicon: Lexicon,
    /// Finds who said what.
    pub tagger: &'static Tagger,
    /// Finds issue, stance and act.
    pub coder: &'static Coder,
    /// What the coder has made of the codebook.
    pub book: Book,
    /// How much each fact counts in the choices that are weighed.
    pub weights: Weights,
    /// Finds times, places and rounds of talks.
    pub finder: Finder,
    /// Parties (indices into the gazetteer's) by the names of their leaders; `None` where several have one of that name.
    pub(crate) leaders: HashMap<String, Option<usize>>,
}

impl Context {
    /// Prepares everything.
    ///
    /// # Errors
    /// When a model that is part of the binary cannot be read.
    pub fn new(codebook: Codebook, gazetteer: Gazetteer) -> Result<Context, ParserError> {
        // A program that reads one article waits longer for this than for the article.
        let models = || {
            let (tagger, coder) = rayon::join(Tagger::shipped, Coder::shipped);
            let (tagger, coder) = (tagger?, coder?);
            let book = coder.book(&tagger.tokenizer, &codebook);
            Ok::<_, ParserError>((tagger, coder, book))
        };
        let finder = || {
            segment::prepare();
            Finder::new(&gazetteer)
        };
        let (models, finder) = rayon::join(models, finder);
        let (tagger, coder, book) = models?;
        Ok(Context {
            book,
            weights: Weights::builtin(),
            finder,
            leaders: parties::leaders(&gazetteer),
            codebook,
            gazetteer,
            lexicon: Lexicon::shipped()?,
            tagger,
            coder,
        })
    }
}

/// Why a parser could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ParserError {
    /// A model is broken; the build is at fault, not the user.
    #[error("the {model} model is not readable: {reason}")]
    Model {
        /// Which model, e.g. `attribution`.
        model: &'static str,
        /// What its reader said.
        reason: String,
    },
    /// The same of a network.
    #[error(transparent)]
    Network(#[from] plenary_network::Unreadable),
}
