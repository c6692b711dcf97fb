//! The pipeline as a whole.

use crate::document::{Document, Gatherings, Sides, Speakers, Structure};
use crate::stage::segment::Text;
use crate::stage::{actors, attribute, code, meetings, parties, segment};
use plenary_domain::parsed::ParsedArticle;
use plenary_domain::{Codebook, Gazetteer, NewArticle};

/// Version of the parser's code and weights; raised whenever a record could come out differently.
pub const VERSION: &str = "1";

/// A parser: models, gazetteer and codebook, ready to run on many threads at once.
#[derive(Debug)]
pub struct Parser {
    codebook: Codebook,
    gazetteer: Gazetteer,
}

impl Parser {
    /// A parser for a codebook.
    pub fn new(codebook: Codebook, gazetteer: Gazetteer) -> Parser {
        Parser {
            codebook,
            gazetteer,
        }
    }

    /// The codebook in use.
    pub fn codebook(&self) -> &Codebook {
        &self.codebook
    }

    /// The gazetteer in use.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Runs every stage and returns the filled document.
    pub fn document<'a>(&self, article: &'a NewArticle) -> Document<'a> {
        let text = Text::new(&article.text);
        let structure = segment::run(&text, article.title.as_deref());
        let mut document = Document {
            article,
            text,
            structure,
            attributions: Vec::new(),
            speakers: Speakers::default(),
            sides: Sides::default(),
            gatherings: Gatherings::default(),
            codings: Vec::new(),
        };
        document.attributions = attribute::run(&document);
        document.speakers = actors::run(&document);
        document.sides = parties::run(&document);
        document.gatherings = meetings::run(&document);
        document.codings = code::run(&document);
        document
    }

    /// Everything found in an article.
    pub fn parse(&self, article: &NewArticle) -> ParsedArticle {
        let document = self.document(article);
        let _ = Structure::default();
        ParsedArticle {
            parser_version: VERSION.to_owned(),
            codebook: format!("{}@{}", self.codebook.id, self.codebook.version),
            language: None,
            title: document.article.title.clone(),
            outlet: document.article.outlet.clone(),
            published: document.article.published,
            notes: Vec::new(),
            statements: Vec::new(),
            actors: Vec::new(),
            parties: Vec::new(),
            meetings: Vec::new(),
            positions: Vec::new(),
        }
    }
}
