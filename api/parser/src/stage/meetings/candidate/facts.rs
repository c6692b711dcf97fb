//! What the mentions of a place tell, counted over the whole article, and as features that are weighed.

use super::Candidate;
use super::there::{
    after_it, agreed_there, back_there, held_there, outcome_there, the_talks_there, told_there,
    way_of,
};
use crate::stage::meetings::line::{Hit, Line, Noun, Role, is_saying};
use crate::stage::meetings::venues::fold;
use crate::stage::weigh::Features;

/// Days since a time from which it is far back.
const FAR: i64 = 25;

/// What the mentions of a place tell.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) home: bool,
    pub(super) title_at: bool,
    /// The same after "in" or "at" alone.
    pub(super) title_in: bool,
    title_bare: bool,
    pub(super) title_talks: bool,
    /// Mentions after "in" or "at" outside what is said.
    at: usize,
    at_in_content: usize,
    bare: usize,
    way: usize,
    modifier: usize,
    modifier_unknown: bool,
    heading: bool,
    series: bool,
    seated: usize,
    seated_first: bool,
    here: bool,
    pub(super) tied: f32,
    tied_verb: bool,
    dated_past: bool,
    dated_ahead: bool,
    dated_far: bool,
    ahead: bool,
    said: usize,
    pub(super) lead: bool,
    early: bool,
    list: bool,
    unknown: bool,
    pub(super) seat: bool,
    site: bool,
    dated_alone: bool,
    subject: usize,
    possessive: usize,
    pub(super) first_at: Option<usize>,
    mentions: usize,
    /// Somebody only spoke to the press there.
    pub(super) told_there: bool,
    /// Beside a strong noun of talks in the first two lines of the body.
    pub(super) lead_talks: bool,
    /// "An understanding reached in Lugano", "signed in Lugano".
    pub(super) agreed: bool,
    /// "After Lugano", "came home from Lugano", "left Lugano".
    left: bool,
    /// "A day after the sides failed in Lugano".
    pub(super) after: bool,
    /// "The talks were held in Lugano".
    pub(super) held: bool,
    /// "The talks in Lugano", early in the text.
    the_talks: bool,
    /// "Sides sign deal in Lugano", in the title.
    title_agreed: bool,
    /// The same of going there: "flies to Lugano".
    bound: bool,
}

/// One mention of a place, with what its line tells of it.
struct Mention<'l> {
    line: &'l Line<'l>,
    hit: &'l Hit,
    /// Index of the line.
    at: usize,
    /// How many lines of running text stand before.
    rank: usize,
    /// In the title of the article.
    title: bool,
    /// Inside what somebody said.
    said: bool,
    /// Something was agreed there.
    agreed: bool,
    /// The day told for it is weeks ago.
    far: bool,
}

impl<'l> Mention<'l> {
    fn read(lines: &'l [Line<'l>], ranks: &[usize], at: usize, index: usize) -> Mention<'l> {
        let line = &lines[at];
        let hit = &line.hits[index];
        let rank = ranks[at];
        // A lead in nobody's very words tells what the article is about: "signed in Lugano, envoys said".
        let byte = line.tokens[hit.tokens.start].bytes.start;
        let date = hit.date.map(|date| &line.dates[date]);
        let far = date.zip(line.today);
        Mention {
            line,
            hit,
            at,
            rank,
            title: line.heading && at == 0,
            said: line.in_content(byte) && (rank > 1 || line.in_quotation(byte)),
            agreed: agreed_there(line, hit),
            far: far.is_some_and(|(date, today)| (today - date.when.end).num_days() > FAR),
        }
    }

    /// The noun of talks to which it belongs.
    fn noun(&self) -> Option<&'l Noun> {
        self.hit.noun.map(|noun| &self.line.nouns[noun])
    }

    /// True for a place that acts, as a state or its government does: "Lugano wants", "Lugano said".
    fn is_subject(&self) -> bool {
        let next = self.line.tokens.get(self.hit.tokens.end);
        self.hit.role == Role::Bare
            && next.is_some_and(|next| {
                is_saying(&next.lower)
                    || matches!(
                        next.lower.as_str(),
                        "wants"
                            | "has"
                            | "was"
                            | "is"
                            | "would"
                            | "will"
                            | "had"
                            | "insists"
                            | "hopes"
                    )
            })
    }
}

impl Facts {
    /// What all mentions of a candidate tell. `home` is the town of the dateline; `ranks` tells for each line how many
    /// lines of running text stand before it.
    pub(super) fn read(
        lines: &[Line<'_>],
        ranks: &[usize],
        candidate: &Candidate,
        home: Option<&str>,
    ) -> Facts {
        let mut facts = Facts {
            home: home.is_some_and(|home| fold(home) == fold(&candidate.name)),
            unknown: true,
            mentions: candidate.hits.len(),
            ..Facts::default()
        };
        for (at, index) in &candidate.hits {
            facts.add(&Mention::read(lines, ranks, *at, *index));
        }
        facts
    }

    /// Adds what one mention tells.
    fn add(&mut self, mention: &Mention<'_>) {
        self.add_place(mention);
        self.add_told(mention);
        // Where somebody only spoke to the press, or came home to, no talks were.
        let Mention { line, hit, .. } = mention;
        let role = if told_there(line, hit) || back_there(line, hit) {
            self.told_there = true;
            Role::Bare
        } else {
            hit.role
        };
        self.add_role(mention, role);
        if !matches!(role, Role::Bare | Role::Heading | Role::Series) {
            self.add_talks(mention);
        }
    }

    /// What kind of a place it is.
    fn add_place(&mut self, mention: &Mention<'_>) {
        let Mention { line, hit, .. } = mention;
        self.unknown &= !hit.known;
        self.seat |= hit.seat;
        self.site |= hit.site;
        self.list |= hit.list.is_some();
        let last = &line.tokens[hit.tokens.end - 1];
        self.possessive += usize::from(last.possessive);
        self.subject += usize::from(mention.is_subject());
    }

    /// What is told to have happened there.
    fn add_told(&mut self, mention: &Mention<'_>) {
        let Mention {
            line,
            hit,
            rank,
            title,
            agreed,
            ..
        } = *mention;
        self.title_talks |=
            title && hit.role != Role::Bare && line.nouns.iter().any(|noun| noun.strength >= 0.6);
        // A day and no word of talks: where something else happened.
        self.dated_alone |=
            hit.date.is_some() && hit.noun.is_none() && hit.state.is_none() && !hit.site;
        self.agreed |= !title && agreed;
        match way_of(line, hit) {
            Some(true) => self.left = true,
            Some(false) => self.bound = true,
            None => {}
        }
        self.after |= after_it(line, hit);
        let reported = !title && !mention.said && !mention.far;
        self.held |= reported && held_there(line, hit);
        self.the_talks |= reported && rank <= 4 && the_talks_there(line, hit);
        self.title_agreed |= title && outcome_there(line, hit);
    }

    /// How the place is named.
    fn add_role(&mut self, mention: &Mention<'_>, role: Role) {
        let Mention { rank, title, .. } = *mention;
        let lead = rank <= 1 && !title;
        match role {
            Role::At | Role::Here => {
                self.here |= role == Role::Here;
                self.add_inside(mention);
            }
            Role::Modifier => {
                self.title_at |= title;
                self.modifier += 1;
                self.modifier_unknown |= !mention.hit.known;
                self.lead |= lead;
            }
            Role::Heading => self.heading = true,
            Role::Way => {
                self.way += 1;
                self.lead |= lead;
            }
            Role::Series => {
                self.series = true;
                self.lead |= lead;
            }
            Role::Seated => {
                self.seated += 1;
                self.seated_first |= title || rank <= 1;
            }
            Role::Bare => {
                self.title_bare |= title;
                self.bare += 1;
            }
        }
    }

    /// What a mention after "in", "at" or "here" tells.
    fn add_inside(&mut self, mention: &Mention<'_>) {
        let Mention {
            line, rank, said, ..
        } = *mention;
        if mention.title {
            self.title_at = true;
            self.title_in = true;
        } else if said {
            self.at_in_content += 1;
        } else {
            self.at += 1;
            self.first_at.get_or_insert(mention.at);
            self.lead |= rank <= 1;
            self.early |= rank <= 4;
        }
        let says = || line.tokens.iter().any(|token| is_saying(&token.lower));
        if mention.noun().is_none() && !said && !mention.agreed && says() {
            self.said += 1;
        }
    }

    /// The talks and the days that are told beside the place.
    fn add_talks(&mut self, mention: &Mention<'_>) {
        let Mention { line, hit, far, .. } = *mention;
        if let Some(noun) = mention.noun() {
            self.tied = self.tied.max(noun.strength);
            self.lead_talks |= mention.rank <= 1 && noun.strength >= 0.8 && !mention.said;
            self.tied_verb |= noun.verb;
        }
        if let Some(date) = hit.date.map(|date| &line.dates[date]) {
            self.dated_far |= far;
            self.dated_ahead |= date.ahead;
            self.dated_past |= !far && !date.ahead;
        }
        self.ahead |= line.tokens.iter().any(|token| {
            matches!(
                token.lower.as_str(),
                "will" | "would" | "next" | "due" | "scheduled" | "planned"
            )
        });
    }

    /// The facts as features, always in the same order.
    pub(super) fn features(&self) -> Features {
        let mut features = Features::default();
        self.naming(&mut features);
        self.happening(&mut features);
        self.kind(&mut features);
        self.telling(&mut features);
        features
    }

    /// How and where in the article the place is named.
    fn naming(&self, features: &mut Features) {
        features.when("bias", true);
        features.when("dateline", self.home);
        features.when("title", self.title_at);
        features.when("title, with talks", self.title_talks);
        features.when("named in the title", self.title_bare);
        features.when("in or at", self.at > 0);
        features.of("often in or at", few(self.at.saturating_sub(1)));
        features.when("in or at, in what is said", self.at_in_content > 0);
        features.when("lead", self.lead);
        features.when("early", self.early && !self.lead);
        features.when("before talks", self.modifier > 0 && !self.modifier_unknown);
        features.when("unknown, before talks", self.modifier_unknown);
        features.when("often before talks", self.modifier > 1);
        features.when("heading", self.heading);
        features.when("series", self.series);
        features.when("seat of a body", self.seated > 0);
        features.of(
            "often the seat of a body",
            few(self.seated.saturating_sub(1)),
        );
        features.when("seat of a body, lead", self.seated_first);
        features.when(
            "only the seat of a body",
            self.seated > 0 && self.seated == self.mentions,
        );
    }

    /// The talks and days beside it.
    fn happening(&self, features: &mut Features) {
        features.when("here", self.here);
        features.when("beside talks", self.tied >= 0.8);
        features.when("beside faint talks", self.tied > 0.0 && self.tied < 0.8);
        features.when("where they met", self.tied_verb);
        features.when("dated", self.dated_past);
        features.when("dated ahead", self.dated_ahead);
        features.when("dated far back", self.dated_far);
        features.when(
            "beside talks and dated",
            self.tied > 0.0 && (self.dated_past || self.dated_ahead),
        );
        features.when("ahead", self.ahead);
    }

    /// What kind of a place it is, and how often it is named.
    fn kind(&self, features: &mut Features) {
        features.when("said there", self.said > 0);
        features.when("list", self.list);
        features.when("way", self.way > 0);
        features.when("unknown", self.unknown && !self.home);
        features.when("seat", self.seat);
        features.when("site", self.site);
        features.when("unlisted, dated without talks", self.dated_alone);
        features.when("speaks", self.subject > 0);
        features.when("owns", self.possessive > 0);
        features.when(
            "only bare",
            self.bare > 0 && self.at + self.way + self.modifier == 0,
        );
        features.of("mentions", (self.mentions as f32).ln_1p() / 2.0);
    }

    /// What is told to have happened there, and what the dateline adds.
    fn telling(&self, features: &mut Features) {
        features.when("told the press there", self.told_there);
        features.when("agreed there", self.agreed);
        features.when("left", self.left);
        features.when("bound for it", self.bound);
        features.when("told after it", self.after);
        features.when("held there", self.held);
        features.when("the talks there", self.the_talks);
        features.when("title, agreed there", self.title_agreed);
        features.when(
            "dateline alone",
            self.home && self.at + self.modifier + self.way == 0 && !self.here,
        );
        features.when("dateline, beside talks", self.home && self.tied >= 0.8);
        features.when("dateline, here", self.home && self.here);
        features.when("seat in or at", self.seat && self.at > 0);
        features.when("unknown in or at", self.unknown && self.at > 0);
    }
}

/// A count as a size: three and more are 1.
fn few(count: usize) -> f32 {
    count.min(3) as f32 / 3.0
}
