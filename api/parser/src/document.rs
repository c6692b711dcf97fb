//! The document that the stages fill, layer by layer.
//!
//! | stage | reads | adds |
//! |---|---|---|
//! | segment | text | [`Structure`] |
//! | attribute | text, structure | [`Attribution`]s |
//! | actors | the above | [`Speakers`] |
//! | parties | the above | [`Sides`] |
//! | meetings | the above | [`Gatherings`] |
//! | code | the above | [`Coding`]s |

use crate::stage::segment::Text;
use chrono::NaiveDate;
use plenary_domain::parsed::{Actor, Meeting, Party};
use plenary_domain::{Act, Mode, Span, Stance};

/// An article with the layers that the stages have added so far.
#[derive(Debug)]
pub struct Document<'a> {
    /// What is known about the article: as given, else as its text tells.
    pub article: Particulars,
    /// ISO 639-1 code of the text's language, where it could be told.
    pub language: Option<&'static str>,
    /// What readers of the records should know.
    pub notes: Vec<String>,
    /// The text with an index from code points to bytes.
    pub text: Text<'a>,
    /// Paragraphs, sentences, quotations. Added by `segment`.
    pub structure: Structure,
    /// Who said what, in spans. Added by `attribute`.
    pub attributions: Vec<Attribution>,
    /// Who the sources are. Added by `actors`.
    pub speakers: Speakers,
    /// For whom they speak. Added by `parties`.
    pub sides: Sides,
    /// The rounds of talks, and which statement belongs to which. Added by `meetings`.
    pub gatherings: Gatherings,
    /// Issues, stances and acts. Added by `code`.
    pub codings: Vec<Coding>,
    /// For each attribution its meeting (index into those of `gatherings`), or `None`, once its words were heard. Added
    /// by `meetings::heard`.
    pub heard: Vec<Choice<Option<usize>>>,
}

impl<'a> Document<'a> {
    /// A text with its parts and none of the later layers.
    pub fn new(text: Text<'a>, structure: Structure) -> Document<'a> {
        Document {
            article: Particulars::default(),
            language: None,
            notes: Vec::new(),
            text,
            structure,
            attributions: Vec::new(),
            speakers: Speakers::default(),
            sides: Sides::default(),
            gatherings: Gatherings::default(),
            codings: Vec::new(),
            heard: Vec::new(),
        }
    }
}

/// What is known about an article besides its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    /// Headline.
    pub title: Option<String>,
    /// Outlet, e.g. `NV`.
    pub outlet: Option<String>,
    /// Day of publication, from which "Thursday" and "this week" are resolved.
    pub published: Option<NaiveDate>,
}

/// The parts of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Structure {
    /// Paragraphs in text order; they do not overlap and hold no surrounding white space.
    pub paragraphs: Vec<Paragraph>,
    /// Sentences in text order, each inside one paragraph.
    pub sentences: Vec<Sentence>,
    /// Quotations in text order, marks included; outermost ones only.
    pub quotations: Vec<Span>,
    /// Place and day at the head of the body, e.g. `VIENNA, January 13.`
    pub dateline: Option<Dateline>,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Its words.
    pub span: Span,
    /// What it is.
    pub kind: ParagraphKind,
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParagraphKind {
    /// The article's headline.
    Headline,
    /// A heading between paragraphs, a time stamp of a live blog.
    Heading,
    /// Running text.
    Body,
    /// Site furniture: newsletter sign-ups, "Follow us on …". It yields no statements.
    Furniture,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its words.
    pub span: Span,
    /// Index of its paragraph.
    pub paragraph: usize,
}

/// Place and day at the head of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dateline {
    /// Its words.
    pub span: Span,
    /// The town, as written but in usual capitals: `Vienna`.
    pub place: Option<String>,
    /// The day, where it is told.
    pub day: Option<NaiveDate>,
}

/// One attribution. The spans of all attributions are disjoint except for shared sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// Words that name the source; empty where none is named.
    pub source: Vec<Span>,
    /// Words that tie source and content; empty for a bare quotation.
    pub cue: Vec<Span>,
    /// Words of the content in text order, never empty.
    pub content: Vec<Span>,
    /// How much of the content is quoted.
    pub mode: Mode,
    /// The rule that produced it, e.g. `attribute/tagger`.
    pub rule: &'static str,
    /// Probability that it is right, 0..=1.
    pub confidence: f32,
}

/// A choice that a stage made, with the rule behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice<T> {
    /// What was chosen.
    pub value: T,
    /// The rule, e.g. `actors/surname`.
    pub rule: &'static str,
    /// The words on which the rule rests, where there are any.
    pub words: Option<Span>,
    /// Probability that it is right, 0..=1.
    pub confidence: f32,
}

/// The speakers of the article.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Speakers {
    /// Everyone who speaks or is named as a person or body; `party` is filled by the next stage.
    pub actors: Vec<Actor>,
    /// For each attribution its speakers (indices into `actors`): none where nobody can be told,
    /// two to four for a joint statement of so many parties; a joint statement of more has the group
    /// as its one speaker.
    pub of: Vec<Vec<Choice<usize>>>,
}

/// The sides for which the speakers speak.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sides {
    /// The parties of the article.
    pub parties: Vec<Party>,
    /// For each actor its usual party (index into `parties`).
    pub of_actor: Vec<Option<usize>>,
    /// For each attribution and each of its speakers the party; the value is `None` for experts,
    /// journalists and private persons.
    pub of: Vec<Vec<Choice<Option<usize>>>>,
}

/// The meetings of the article.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gatherings {
    /// The meetings in time order.
    pub meetings: Vec<Meeting>,
    /// For each attribution its meeting (index into `meetings`), or `None`.
    pub of: Vec<Choice<Option<usize>>>,
    /// For each attribution how likely it belongs to none of them, then to each of them, by all but its own words.
    pub shares: Vec<Vec<f32>>,
    /// For each meeting how surely it is the one that it seems, 0..=1.
    pub sure: Vec<f32>,
}

/// One stance in one attribution. An attribution has none, one or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Coding {
    /// Index of the attribution.
    pub attribution: usize,
    /// The part of its content that carries the stance, in text order.
    pub evidence: Vec<Span>,
    /// Issue's slug, or `other`.
    pub issue: String,
    /// Stance towards its proposition.
    pub stance: Stance,
    /// What the speaker does with the words.
    pub act: Act,
    /// Probability that the issue is right, 0..=1.
    pub issue_confidence: f32,
    /// Probability that the stance is right, given the issue, 0..=1.
    pub stance_confidence: f32,
    /// Probability that the act is right, 0..=1.
    pub act_confidence: f32,
    /// The rule, e.g. `code/model`.
    pub rule: &'static str,
}
