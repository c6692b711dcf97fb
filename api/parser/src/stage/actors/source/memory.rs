//! Who spoke last, for pronouns, for descriptions and for words without a source.
//!
//! A text goes on about whoever has just spoken. What is kept here is all that later attributions may ask of earlier
//! ones.

use super::wording::phrase_end;
use crate::context::Context;
use crate::document::{Choice, Speakers};
use crate::stage::actors::Cast;
use plenary_domain::{ActorKind, Span};

/// How many words back somebody without a name is meant again.
const AGAIN: usize = 300;

/// Who spoke last.
#[derive(Default)]
pub(super) struct Memory {
    /// Actors of the attribution before, and its paragraph.
    pub(super) last: Vec<usize>,
    pub(super) paragraph: usize,
    /// The word at which that attribution stood.
    pub(super) at: usize,
    /// The last body that spoke.
    pub(super) body: Option<usize>,
    /// The last official without a name who spoke.
    pub(super) official: Option<Official>,
    /// Word ranges of what is said by the source that is being read.
    pub(super) said: Vec<(usize, usize)>,
}

/// An official without a name who spoke.
pub(super) struct Official {
    /// The noun for him.
    pub(super) noun: String,
    /// The actor.
    pub(super) actor: usize,
    /// The word at which the attribution stood.
    pub(super) at: usize,
}

impl Memory {
    /// The actor of the attribution before, where it was one alone.
    pub(super) fn only(&self) -> Option<usize> {
        match self.last[..] {
            [last] => Some(last),
            _ => None,
        }
    }

    /// The last official without a name, if he spoke not long before a word.
    pub(super) fn lately(&self, from: usize) -> Option<&Official> {
        let official = self.official.as_ref();
        official.filter(|official| from.saturating_sub(official.at) <= AGAIN)
    }

    /// Keeps who was chosen as the speakers of an attribution that stands at a word of a paragraph.
    pub(super) fn keep(
        &mut self,
        context: &Context,
        cast: &Cast<'_>,
        speakers: &Speakers,
        choices: &[Choice<usize>],
        (at, paragraph): (usize, usize),
    ) {
        self.last = choices.iter().map(|choice| choice.value).collect();
        if let [only] = choices
            && let Some(noun) = only.words.and_then(|told| nameless(context, cast, told))
            && speakers.actors[only.value].kind != ActorKind::Person
        {
            let actor = only.value;
            self.official = Some(Official { noun, actor, at });
        }
        let last = self.said.last().and_then(|said| said.1.checked_sub(1));
        let end = last.and_then(|last| cast.words.get(last));
        self.paragraph = end.map_or(paragraph, |word| word.paragraph.max(paragraph));
        self.at = at;
        let mut spoke = self.last.iter().copied();
        self.body = spoke
            .find(|i| speakers.actors[*i].kind == ActorKind::Collective)
            .or(self.body);
    }
}

/// The noun of one official or expert who is told without a name: "a senior diplomat from Kenya".
fn nameless(context: &Context, cast: &Cast<'_>, told: Span) -> Option<String> {
    let (from, to) = cast.range(told);
    let end = phrase_end(cast, from, to);
    let head = (from..end).find(|at| {
        let role = |at: usize| context.lexicon.is_role(&cast.words[at].fold);
        role(*at) && !cast.words[*at].possessive && !(at + 1 < end && role(at + 1))
    })?;
    let head = &cast.words[head].fold;
    (!head.ends_with('s') || head.ends_with("ss")).then(|| head.clone())
}
