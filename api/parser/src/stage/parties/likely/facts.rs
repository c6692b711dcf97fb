//! What speaks for a side: one side of the article, held against one speaker.
//!
//! Every fact has the name under which `weights.toml` holds its weight. They are added in one order, so that the same
//! article gives the same sum.

use super::here::{Here, Serves};
use super::{Likely, Speaker};
use crate::stage::actors::{Named, Side, Word};
use crate::stage::weigh::Features;
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Form;

/// A side held against a speaker.
pub(super) struct Case<'c, 'd> {
    pub(super) likely: &'c Likely<'c, 'd>,
    pub(super) speaker: &'c Speaker<'c>,
    pub(super) here: &'c Here,
    pub(super) side: Side,
    /// Where the side is named.
    pub(super) places: &'c [&'c Named],
}

impl<'c, 'd> Case<'c, 'd> {
    /// All that speaks for the side, and against it.
    pub(super) fn facts(&self) -> Features {
        let mut facts = Features::default();
        self.around(&mut facts);
        self.touches(&mut facts);
        self.leads_by_phrase(&mut facts);
        self.nearest(&mut facts);
        self.opened(&mut facts);
        self.voices(&mut facts);
        match self
            .likely
            .cast
            .naming
            .kind(&self.likely.context.gazetteer, self.side)
        {
            PartyKind::State => self.state(&mut facts),
            PartyKind::Organisation | PartyKind::Bloc => self.body(&mut facts),
            _ => self.movement(&mut facts),
        }
        self.hinted(&mut facts);
        facts.of("often", self.often());
        facts.when("named once", self.named() == 1);
        facts.when("host", self.host());
        facts.when("same office elsewhere", self.elsewhere());
        self.likely.said(self.speaker, self.side, &mut facts);
        facts
    }

    fn words(&self) -> &'c [Word<'d>] {
        &self.likely.cast.words
    }

    /// The last place before the name.
    fn last_before(&self) -> Option<&'c Named> {
        let mut places = self.places.iter().rev().copied();
        places.find(|place| place.to <= self.here.from)
    }

    /// Where the side is named around the first mention.
    fn around(&self, facts: &mut Features) {
        let here = self.here;
        match here.before.iter().position(|other| *other == self.side) {
            Some(0) => facts.when("nearest before", true),
            Some(1) => facts.when("second before", true),
            _ => {}
        }
        let mut places = self.places.iter();
        let front = places.any(|place| place.from >= here.start && place.to <= here.from);
        let mut places = self.places.iter();
        let behind = places.find(|place| place.from >= here.to && place.to <= here.end);
        facts.when("in the sentence, before", front);
        facts.when("in the sentence, behind", behind.is_some());
        facts.when("alone in the sentence", here.inside == [self.side]);
        if let Some(place) = behind {
            let of = matches!(
                self.words()[place.from - 1].fold.as_str(),
                "of" | "for" | "from" | "the"
            );
            let close = place.from <= here.to + 8;
            facts.when("close behind", close);
            facts.when("close behind of", close && of);
        }
    }

    /// How the side is tied to the name behind it: "Norvia's Olaf Tveit", "Norvian minister Olaf Tveit".
    fn touches(&self, facts: &mut Features) {
        let touches = self.between().is_some_and(|between| between.len() == 1);
        facts.when("touches the name", touches);
        facts.when("leads to the name", self.leads());
    }

    /// The words from the side to the first of the name, where they are few.
    fn between(&self) -> Option<&'c [Word<'d>]> {
        let near = |place: &&Named| place.from >= self.here.start && place.to + 5 > self.here.from;
        let place = self.last_before().filter(near)?;
        Some(&self.words()[place.to..=self.here.from])
    }

    /// True where only small words stand between the side and the name.
    fn leads(&self) -> bool {
        self.between().is_some_and(|between| {
            between.len() > 1
                && between.iter().all(Word::joined)
                && between.iter().rev().skip(1).all(|word| !word.capital())
        })
    }

    /// "The Norvian delegation, led by Olaf Tveit".
    fn leads_by_phrase(&self, facts: &mut Features) {
        let here = self.here;
        let led = self.words()[here.at.saturating_sub(2)..here.at]
            .iter()
            .map(|word| word.fold.as_str());
        if let [how, "by" | "under"] = led.collect::<Vec<_>>()[..]
            && matches!(
                how,
                "led" | "headed" | "chaired" | "represented" | "delegation"
            )
        {
            let phrase = here.at.saturating_sub(10).max(here.start);
            let mut places = self.places.iter();
            facts.when(
                "led by",
                places.any(|place| place.from >= phrase && place.to < here.at),
            );
        }
    }

    /// How far the last place before the name is, and how the side is named there.
    fn nearest(&self, facts: &mut Features) {
        let Some(place) = self.last_before() else {
            facts.when("only behind", true);
            return;
        };
        let words = self.words();
        let (there, here) = (&words[place.from], &words[self.here.at]);
        facts.when("sentence before", there.sentence + 1 == here.sentence);
        facts.when("in the paragraph", there.paragraph == here.paragraph);
        facts.when("paragraph before", there.paragraph + 1 == here.paragraph);
        if there.sentence + 1 < here.sentence {
            return;
        }
        facts.when("near as adjective", place.form == Form::Demonym);
        facts.when("near as place", place.form == Form::Metonym);
        facts.when("near, owning", words[place.to - 1].possessive);
        let before = place.from.checked_sub(1);
        let preposition = before.map_or("", |at| words[at].fold.as_str());
        facts.when(
            "near, behind a preposition",
            matches!(
                preposition,
                "in" | "at" | "to" | "from" | "with" | "against" | "on" | "by"
            ),
        );
        facts.when("near, as agent", preposition == "of");
    }

    /// "In Lindal, the foreign minister said": the capital opens the sentence, or the one before. And what the
    /// sentences before speak of.
    fn opened(&self, facts: &mut Features) {
        let words = self.words();
        let opens = |sentence: usize| {
            let start = words.partition_point(|word| word.sentence < sentence);
            let place = self.places.iter().find(|place| place.from == start + 1);
            words[start].fold == "in" && place.is_some_and(|place| place.form == Form::Metonym)
        };
        let sentence = words[self.here.from].sentence;
        facts.when("its capital opens the sentence", opens(sentence));
        facts.when(
            "its capital opens the sentence before",
            sentence > 0 && opens(sentence - 1),
        );
        let subject = self.here.subject == Some(self.side);
        facts.when("subject", subject);
        facts.when("its", self.here.its && subject);
    }

    /// Who else speaks for it.
    fn voices(&self, facts: &mut Features) {
        let voices = self.likely.voices.get(&self.side);
        let (voices, itself) = voices.copied().unwrap_or_default();
        facts.when("has no voice", voices == 0);
        facts.when("has voices", voices > 1);
        facts.when("speaks itself", itself);
        let previous = self.here.previous == Some(self.side);
        facts.when("of the speaker before", previous);
        facts.when("of the counterpart", self.here.counterpart && previous);
    }

    /// Whether the office is one that states have.
    fn state(&self, facts: &mut Features) {
        let (here, often, host) = (self.here, self.often(), self.host());
        let Serves { state, body, armed } = here.serves;
        facts.when("state", true);
        facts.when("state, owned", here.owned);
        facts.when("state, office of state", state);
        facts.when("state, office of body", body);
        facts.when("state, armed", armed);
        let where_so = |holds: bool| if holds { often } else { 0.0 };
        facts.of("state, often, office of state", where_so(state));
        facts.of("state, often, of the government", where_so(here.government));
        facts.when("state, host, of the government", here.government && host);
        facts.when("state, host, office of state", state && host);
    }

    /// Whether the office is one that organisations and blocs have.
    fn body(&self, facts: &mut Features) {
        let Serves { state, body, armed } = self.here.serves;
        facts.when("body", true);
        facts.when("body, owned", self.here.owned);
        facts.when("body, office of state", state);
        facts.when("body, office of body", body);
        facts.when("body, no such office", !(state || body || armed));
        let last = self.here.last_body == Some(self.side);
        facts.when("body, last", body && last);
    }

    /// Whether the office is one that movements and factions have.
    fn movement(&self, facts: &mut Features) {
        let Serves { state, armed, .. } = self.here.serves;
        facts.when("movement", true);
        facts.when("movement, office of state", state);
        facts.when("movement, armed", armed);
    }

    /// How sure it is that the side is one, and its office this one.
    fn hinted(&self, facts: &mut Features) {
        let here = self.here;
        facts.when("known only here", matches!(self.side, Side::Local(_)));
        let naming = &self.likely.cast.naming;
        let first = self.places.first();
        let hint = first.is_some_and(|place| naming.place(place.from).is_none());
        facts.when("a hint", hint);
        let nearest = here.before.first() == Some(&self.side);
        facts.when("a hint, nearest", hint && nearest);
        facts.when("a hint, leads", hint && self.leads());
        facts.when("owns the office", self.owns_office());
        let inside = here.inside.contains(&self.side);
        facts.when("a hint, in the sentence", hint && inside);
    }

    /// True where the side owns an office that leads to the speaker's name: "Norvia's delegate, Dr Olaf Tveit".
    fn owns_office(&self) -> bool {
        let Some(place) = self.last_before() else {
            return false;
        };
        let words = self.words();
        let between = &words[place.to..self.here.from];
        let lexicon = &self.likely.context.lexicon;
        words[place.to - 1].possessive
            && place.from >= self.here.start
            && between.len() <= 8
            && between.iter().any(|word| lexicon.is_role(&word.fold))
            && !between.iter().any(|word| word.possessive)
    }

    /// How often the article names the side.
    fn named(&self) -> usize {
        self.likely.counts.get(&self.side).copied().unwrap_or(1)
    }

    /// The same as a share of how often it names the side that it names most.
    fn often(&self) -> f32 {
        let share = |n: usize| (1.0 + n as f32).ln();
        share(self.named()) / share(self.likely.most)
    }

    /// True where the article was written at the side's.
    fn host(&self) -> bool {
        let mut places = self.places.iter();
        places.any(|place| self.likely.cast.in_dateline(place))
    }

    /// True where the same kind of office stands behind the side's name somewhere else.
    fn elsewhere(&self) -> bool {
        let words = self.words();
        let lexicon = &self.likely.context.lexicon;
        let mut heads = self.speaker.offices.iter().flat_map(|&(from, to)| {
            words[from..to].iter().filter(|word| {
                lexicon.is_role(&word.fold) || lexicon.bodies.organs.contains(&word.fold)
            })
        });
        heads.any(|head| {
            self.places.iter().any(|place| {
                place.from.abs_diff(self.here.at) > 8
                    && words[place.to..(place.to + 4).min(words.len())]
                        .iter()
                        .any(|word| word.fold == head.fold)
            })
        })
    }
}
