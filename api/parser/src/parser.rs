//! The pipeline as a whole.

use crate::assemble::assemble;
use crate::context::{Context, ParserError};
use crate::document::{Attribution, Document};
use crate::stage::segment::Text;
use crate::stage::{actors, attribute, code, meetings, parties, segment};
use crate::{intake, language, legible};
use plenary_domain::parsed::ParsedArticle;
use plenary_domain::{Codebook, Gazetteer, NewArticle};

/// Version of the parser's code and weights; raised whenever a record could come out differently.
pub const VERSION: &str = "19";

/// A parser: models, gazetteer and codebook, ready to run on many threads at once.
#[derive(Debug)]
pub struct Parser {
    context: Context,
}

impl Parser {
    /// A parser for a codebook. Making one loads the models and takes some tenths of a second; keep
    /// it and share it.
    ///
    /// # Errors
    /// When a model that is part of the binary cannot be read.
    pub fn new(codebook: Codebook, gazetteer: Gazetteer) -> Result<Parser, ParserError> {
        let context = Context::new(codebook, gazetteer)?;
        Ok(Parser { context })
    }

    /// The codebook in use.
    pub fn codebook(&self) -> &Codebook {
        &self.context.codebook
    }

    /// The gazetteer in use.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.context.gazetteer
    }

    /// What the stages look things up in.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Runs every stage and returns the filled document, each layer as its stage left it.
    pub fn document<'a>(&self, article: &'a NewArticle) -> Document<'a> {
        let mut document = self.uncoded(article);
        let (codings, heard) = code::run(&document, &self.context);
        document.codings = codings;
        document.heard = meetings::heard::run(&document, &self.context, &heard);
        document
    }

    /// Runs every stage but the last: who spoke for whom at which meeting, not yet on what.
    pub fn uncoded<'a>(&self, article: &'a NewArticle) -> Document<'a> {
        self.read(article, attribute::run)
    }

    /// As [`Parser::uncoded`], with the attributions that `attribute` finds.
    pub fn read<'a>(
        &self,
        article: &'a NewArticle,
        attribute: impl FnOnce(&Document<'_>, &Context) -> Vec<Attribution>,
    ) -> Document<'a> {
        let context = &self.context;
        let text = Text::new(&article.text);
        let published = article
            .published
            .or_else(|| intake::published(&article.text));
        let structure = segment::run(&text, article.title.as_deref(), published);
        let language = language::tell(&text, &structure);
        let particulars = intake::particulars(article, &text, &structure);
        let mut document = Document::new(text, structure);
        document.article = particulars;
        document.language = language.map(|language| language.code);
        if let Some(language) = language.filter(|language| !language.is_read()) {
            document.notes.push(format!(
                "The text is in {}. Only English is read, so it has no records.",
                language.name
            ));
            return document;
        }
        document.attributions = attribute(&document, context);
        document.speakers = actors::run(&document, context);
        document.sides = parties::run(&document, context);
        document.gatherings = meetings::run(&document, context);
        document
    }

    /// Everything found in an article. A damaged text is mended for reading ([`legible`]); the spans point into the
    /// given one.
    pub fn parse(&self, article: &NewArticle) -> ParsedArticle {
        let legible = legible::read_as(article);
        let mut parsed = assemble(self.document(&legible.article), self.codebook());
        legible.restore(&mut parsed);
        parsed
    }

    /// The records of a document that [`Parser::document`] has filled.
    pub fn assemble(&self, document: Document<'_>) -> ParsedArticle {
        assemble(document, self.codebook())
    }
}

// The server shares one parser among all its threads.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Parser>()
};
