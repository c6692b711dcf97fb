//! Which statement belongs to which meeting.
//!
//! Every statement is held against every meeting and against none of them; what speaks for each is
//! weighed ([`super::weigh`]), and the likeliest is chosen, in text order, so that a statement can follow the one
//! before it.

use super::Finder;
use super::course::ANNOUNCED_RULE;
use super::dates::Precision;
use super::find::{Found, announces};
use super::line::{Line, Role, is_saying};
use super::venues::fold;
use crate::document::{Choice, Document};
use crate::stage::weigh::{Features, Weights, shares};
use plenary_domain::Span;
use std::collections::{HashMap, HashSet};

/// Days around a meeting on which words are spoken at it.
const AROUND: i64 = 1;
/// Lines over which a paragraph goes on about a round of old.
const GOES_ON: usize = 8;
/// Lines before one that points back in which the meeting is named.
const POINTS: usize = 2;
/// Lines, the title among them, that tell what the article is about.
const LEAD: usize = 4;

/// What speaks for each choice of a statement: for none first, then for each meeting in their order.
pub(super) type Ballot = Vec<Features>;

/// Where a statement is placed, and why.
pub(super) struct Placed {
    pub(super) choice: Choice<Option<usize>>,
    /// For none and for each meeting how likely it is; they sum to 1.
    pub(super) shares: Vec<f32>,
    pub(super) ballot: Ballot,
}

/// The meeting of every attribution, or none.
pub(super) fn place(
    document: &Document<'_>,
    finder: &Finder,
    weights: &Weights,
    lines: &[Line<'_>],
    found: &[Found],
) -> Vec<Placed> {
    let reader = Reader::new(document, finder, lines, found);
    let mut chosen: Vec<Placed> = Vec::new();
    let mut of_speaker: HashMap<usize, Option<usize>> = HashMap::new();
    for attribution in 0..document.attributions.len() {
        let before = chosen.last().map(|placed| placed.choice.value);
        let speaker = reader.speaker(attribution);
        let spoke = speaker.and_then(|speaker| of_speaker.get(&speaker).copied());
        let ballot = reader.ballot(attribution, before, spoke);
        let table = &weights.statement;
        let scores: Vec<f32> = ballot
            .iter()
            .map(|features| table.score(features))
            .collect();
        let shares = shares(&scores);
        let sure = |meeting: usize| found[meeting].sure;
        let (best, confidence) = likeliest(&shares, sure);
        let words = best
            .checked_sub(1)
            .and_then(|meeting| reader.words(attribution, meeting));
        let choice = Choice {
            value: best.checked_sub(1),
            rule: rule(table.strongest(&ballot[best])),
            words,
            confidence,
        };
        if let Some(speaker) = speaker {
            of_speaker.insert(speaker, choice.value);
        }
        chosen.push(Placed {
            choice,
            shares,
            ballot,
        });
    }
    chosen
}

/// The likeliest of none (0) and of all meetings, and how likely it is right. A meeting of which the day is a guess
/// is seldom right, and then none is better.
pub(super) fn likeliest(shares: &[f32], sure: impl Fn(usize) -> f32) -> (usize, f32) {
    let right = shares
        .iter()
        .enumerate()
        .map(|(at, share)| (at, share * at.checked_sub(1).map_or(1.0, &sure)));
    right
        .reduce(|best, other| if other.1 > best.1 { other } else { best })
        .unwrap_or((0, 0.0))
}

/// The rule of a choice, by the feature that speaks most for it.
fn rule(strongest: Option<&'static str>) -> &'static str {
    match strongest {
        Some("named beside" | "named beside, alone") => "meetings/sentence",
        Some("named inside") => "meetings/content",
        Some("named before" | "named in the paragraph" | "named after") => "meetings/paragraph",
        Some("under its heading") => "meetings/heading",
        Some("named last") => "meetings/last-named",
        Some("day beside" | "day inside") => "meetings/day-of-words",
        Some("follows" | "follows, same speaker") => "meetings/follows",
        Some("coming round") => "meetings/coming",
        Some("main" | "main, dateline" | "main, only" | "takes part") => "meetings/main",
        Some("none, elsewhere" | "none, from afar") => "meetings/elsewhere",
        Some("none, other town") => "meetings/other-town",
        Some("none, other day") => "meetings/other-day",
        Some("none, outsider" | "none, private") => "meetings/outsider",
        _ => "meetings/weighed",
    }
}

/// True for a line that is of the meeting told right before: "threatened there to", "at that sitting", "back then".
fn points_back(line: &Line<'_>) -> bool {
    let lower = |at: usize| line.tokens.get(at).map_or("", |token| token.lower.as_str());
    (0..line.tokens.len()).any(|at| {
        let points = match lower(at) {
            "there" => {
                at > 0
                    && line.tokens[at - 1].is_word
                    && !matches!(
                        lower(at - 1),
                        "that"
                            | "and"
                            | "but"
                            | "out"
                            | "over"
                            | "up"
                            | "from"
                            | "said"
                            | "says"
                            | "if"
                            | "because"
                            | "while"
                            | "when"
                    )
                    && !matches!(
                        lower(at + 1),
                        "is" | "are"
                            | "was"
                            | "were"
                            | "will"
                            | "would"
                            | "has"
                            | "had"
                            | "have"
                            | "can"
                            | "could"
                            | "should"
                            | "must"
                            | "may"
                            | "might"
                            | "remains"
                            | "remained"
                            | "be"
                    )
            }
            "that" => {
                matches!(
                    lower(at + 1),
                    "day" | "evening" | "night" | "week" | "month" | "year"
                ) || line.tokens.get(at + 1).is_some_and(|next| next.in_date)
                    || at > 0
                        && lower(at - 1) == "at"
                        && line.nouns.iter().any(|noun| noun.tokens.start == at + 1)
            }
            "back" => lower(at + 1) == "then",
            _ => false,
        };
        // "Ines Moor, who met him there," adds only who she is.
        points && !line.in_content(line.tokens[at].bytes.start) && !is_aside(line, at)
    })
}

/// What is known of all statements before the first is placed.
struct Reader<'d> {
    document: &'d Document<'d>,
    finder: &'d Finder,
    lines: &'d [Line<'d>],
    found: &'d [Found],
    main: Option<usize>,
    /// For each attribution the line that tells who speaks.
    line_of: Vec<Option<usize>>,
    /// For each line the meetings that it names, with whether inside what is said.
    named: Vec<Vec<(usize, bool)>>,
    /// For each line the meeting before to which it points: "there".
    pointed: Vec<Option<usize>>,
    /// For each line the meeting that the heading above it names with its day.
    headed: Vec<Option<usize>>,
    /// For each line the meetings that it names only in what it adds of the speaker.
    aside: Vec<Vec<usize>>,
    /// Folded names of the venues.
    venues: HashSet<String>,
    /// For each attribution how many statements of the article are its party's.
    weight: Vec<usize>,
    /// For each attribution how many statements of the article are its speaker's.
    often: Vec<usize>,
    /// For each attribution what its speaker is.
    standing: Vec<Standing>,
    /// For each meeting the parties that are named in a line with it.
    with: Vec<HashSet<usize>>,
    /// The parties that the title and the first sentences name.
    leading: HashSet<usize>,
}

/// What the words of a source, and the office of the speaker, tell of where he speaks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    /// "The chief negotiator": sits at the table.
    pub(super) table: bool,
    /// "The opposition", "a ministry": comments from home.
    home: bool,
    /// The same, in the words of this source and not only in an office told before.
    home_here: bool,
    /// "A diplomat": nobody who was introduced.
    indefinite: bool,
}

impl<'d> Reader<'d> {
    fn new(
        document: &'d Document<'d>,
        finder: &'d Finder,
        lines: &'d [Line<'d>],
        found: &'d [Found],
    ) -> Reader<'d> {
        let line_of: Vec<Option<usize>> = document
            .attributions
            .iter()
            .map(|attribution| {
                let content = attribution.content.first()?;
                let told: &Span = attribution.cue.first().unwrap_or(content);
                // Lines stand in text order, a headline that came beside the text before them all.
                let end = |line: &Line<'_>| {
                    line.sentence.map_or(0, |sentence| {
                        document.structure.sentences[sentence].span.end
                    })
                };
                let at = lines.partition_point(|line| end(line) <= told.start);
                let sentence = lines.get(at)?.sentence?;
                document.structure.sentences[sentence]
                    .span
                    .overlaps(*told)
                    .then_some(at)
            })
            .collect();
        let mut named: Vec<Vec<(usize, bool)>> = vec![Vec::new(); lines.len()];
        let mut aside: Vec<Vec<usize>> = vec![Vec::new(); lines.len()];
        // For each line a meeting that it names with its day.
        let mut dated: Vec<Option<usize>> = vec![None; lines.len()];
        for (meeting, found) in found.iter().enumerate() {
            for (at, hit) in &found.hits {
                if lines[*at].hits[*hit].date.is_some() {
                    dated[*at].get_or_insert(meeting);
                }
                let token = lines[*at].hits[*hit].tokens.start;
                let inside = lines[*at].in_content(lines[*at].tokens[token].bytes.start);
                if !inside && is_aside(&lines[*at], token) {
                    aside[*at].push(meeting);
                } else {
                    named[*at].push((meeting, inside));
                }
            }
        }
        // "Ms Moor threatened there to tax wine": the meeting of the lines before. So is what goes on in a paragraph
        // that tells of a round of old.
        let pointed = (0..lines.len())
            .map(|at| {
                let near = (at.saturating_sub(GOES_ON)..at).rev();
                let mut before = near.map(|before| (before, named[before].last()));
                let (told, (meeting, inside)) =
                    before.find_map(|(before, last)| Some((before, *last?)))?;
                let meant = &found[meeting];
                let today = lines[at].today;
                let near = !meant.is_ahead(today) && at - told <= POINTS && points_back(&lines[at]);
                let own = lines[at]
                    .dates
                    .iter()
                    .any(|date| date.when.precision <= Precision::Week);
                let goes_on = meant.is_old(today)
                    && !meant.meeting.main
                    && !own
                    && lines[told].paragraph == lines[at].paragraph;
                (named[at].is_empty() && !inside && (near || goes_on)).then_some(meeting)
            })
            .collect();
        let mut heading = None;
        let headed = lines
            .iter()
            .zip(&dated)
            .map(|(line, dated)| {
                if line.heading && line.sentence.is_some() {
                    heading = *dated;
                }
                heading
            })
            .collect();
        let party = |attribution: usize| {
            let sides = document.sides.of.get(attribution)?;
            sides.first()?.value
        };
        let count = document.attributions.len();
        let mut counts: HashMap<Option<usize>, usize> = HashMap::new();
        for attribution in 0..count {
            *counts.entry(party(attribution)).or_default() += 1;
        }
        let weight = (0..count).map(|one| counts[&party(one)]).collect();
        let venues = found
            .iter()
            .filter_map(|found| found.meeting.venue.as_deref().map(fold))
            .collect();
        let speaker = |attribution: usize| Some(document.speakers.of[attribution].first()?.value);
        let mut spoken: HashMap<Option<usize>, usize> = HashMap::new();
        for attribution in 0..count {
            *spoken.entry(speaker(attribution)).or_default() += 1;
        }
        let often = (0..count)
            .map(|one| speaker(one).map_or(1, |speaker| spoken[&Some(speaker)]))
            .collect();
        let standing = (0..count)
            .map(|one| standing(document, finder, one))
            .collect();
        let parties = parties_of(document, finder, lines);
        let with = found
            .iter()
            .enumerate()
            .map(|(meeting, found)| {
                let lines = found.hits.iter().map(|(line, _)| *line);
                let told = lines.filter(|line| !aside[*line].contains(&meeting));
                told.flat_map(|line| &parties[line]).copied().collect()
            })
            .collect();
        let leading = parties.iter().take(LEAD).flatten().copied().collect();
        Reader {
            document,
            finder,
            lines,
            found,
            main: found.iter().position(|found| found.meeting.main),
            line_of,
            named,
            pointed,
            headed,
            aside,
            venues,
            weight,
            often,
            standing,
            with,
            leading,
        }
    }

    /// The first speaker of a statement: index into the actors.
    fn speaker(&self, attribution: usize) -> Option<usize> {
        Some(self.document.speakers.of[attribution].first()?.value)
    }

    /// The party of the first speaker, where there is one.
    fn party(&self, attribution: usize) -> Option<usize> {
        self.document.sides.of.get(attribution)?.first()?.value
    }

    /// The words that name a meeting in the statement's sentence.
    fn words(&self, attribution: usize, meeting: usize) -> Option<Span> {
        let line = self.line_of[attribution]?;
        let at = self.lines[line].sentence?;
        let sentence = self.document.structure.sentences[at].span;
        let mentions = &self.found[meeting].meeting.mentions;
        mentions
            .iter()
            .copied()
            .find(|mention| sentence.contains(*mention))
    }

    fn ballot(
        &self,
        attribution: usize,
        before: Option<Option<usize>>,
        spoke: Option<Option<usize>>,
    ) -> Ballot {
        let Some(at) = self.line_of[attribution] else {
            let mut none = Features::default();
            none.when("none", true);
            let meetings = self.found.iter().map(|found| {
                let mut features = Features::default();
                features.when("main", found.meeting.main);
                features
            });
            return std::iter::once(none).chain(meetings).collect();
        };
        let chain = Chain::read(self, attribution, before, spoke);
        let mut ballot = vec![self.for_none(attribution, at, &chain)];
        ballot.extend((0..self.found.len()).map(|m| self.for_meeting(attribution, at, m, &chain)));
        ballot
    }

    /// True when the line tells a day outside (or inside) what is said that fits the meeting.
    fn day_fits(&self, line: &Line<'_>, meeting: usize, inside: bool) -> bool {
        line.dates.iter().any(|date| {
            date.when.precision == Precision::Day
                && line.in_content(date.bytes.start) == inside
                && (inside || !is_aside(line, line.tokens_of(&date.bytes).start))
                && self.found[meeting].when.is_some_and(|when| {
                    when.precision <= Precision::Week && when.distance(&date.when) <= AROUND
                })
        })
    }

    fn for_meeting(
        &self,
        attribution: usize,
        at: usize,
        meeting: usize,
        chain: &Chain,
    ) -> Features {
        let mut features = Features::default();
        let line = &self.lines[at];
        let found = &self.found[meeting];
        let main = found.meeting.main;
        let today = line.today;
        let ahead = found.is_ahead(today);
        let announced = found.meeting.rule == ANNOUNCED_RULE;
        let old = found.is_old(today);
        let dateline = self.document.structure.dateline.as_ref();
        let home = dateline
            .and_then(|dateline| dateline.place.as_deref())
            .zip(found.meeting.venue.as_deref())
            .is_some_and(|(home, venue)| fold(home) == fold(venue));
        features.when("main", main);
        features.when("main, dateline", main && home);
        features.when("main, only", main && self.found.len() == 1);
        features.when("main, ahead", main && ahead && !announced);
        features.when("main, announced", main && ahead && announced);
        features.when("main, old", main && old);
        features.of(
            "main, sure",
            if main { found.meeting.confidence } else { 0.0 },
        );
        features.when("another, ahead", !main && ahead);
        features.when("another, old", !main && old);
        let here = |inside: bool| self.named[at].contains(&(meeting, inside));
        let alone = self.named[at].iter().all(|(other, _)| *other == meeting);
        let (beside, inside) = (here(false), here(true));
        features.when("named beside", beside);
        let pointed = self.pointed[at] == Some(meeting);
        features.when("named beside, alone", beside && alone && !main || pointed);
        features.when("under its heading", self.headed[at] == Some(meeting));
        features.when("named aside", self.aside[at].contains(&meeting));
        features.when("named inside", inside);
        features.when("named inside, another", inside && !main);
        features.when("day beside", self.day_fits(line, meeting, false));
        features.when("day inside", self.day_fits(line, meeting, true));
        features.when(
            "day inside, another",
            !main && self.day_fits(line, meeting, true),
        );
        // The paragraph so far, and what comes right after.
        let same_paragraph = |other: usize| {
            self.lines[other].sentence.is_some() && self.lines[other].paragraph == line.paragraph
        };
        let names = |other: usize| self.named[other].iter().any(|(named, _)| *named == meeting);
        let previous = at.checked_sub(1).filter(|other| same_paragraph(*other));
        let elsewhere_named = |range: std::ops::Range<usize>| {
            range
                .clone()
                .any(|other| same_paragraph(other) && names(other))
        };
        features.when("named before", !beside && previous.is_some_and(names));
        features.when(
            "named before, another",
            !beside && !main && previous.is_some_and(names),
        );
        features.when(
            "named in the paragraph",
            !beside && at > 1 && elsewhere_named(at.saturating_sub(6)..at - 1),
        );
        features.when(
            "named after",
            at + 1 < self.lines.len() && elsewhere_named(at + 1..at + 2),
        );
        let last = (at.saturating_sub(5)..at).rev().find_map(|other| {
            let named = &self.named[other];
            named.last().map(|(named, _)| *named)
        });
        features.when("named last", !beside && last == Some(meeting));
        features.when(
            "named last, another",
            !beside && !main && last == Some(meeting),
        );
        // What is said looks ahead to a round.
        let words = &self.finder.words;
        let coming = announces(line, words);
        let again = line.tokens.iter().any(|token| {
            line.in_content(token.bytes.start)
                && matches!(
                    token.lower.as_str(),
                    "again" | "resume" | "reconvene" | "return" | "come" | "attend" | "next"
                )
        });
        features.when("coming round", ahead && !main && coming);
        features.when("again", ahead && !main && again);
        let dated = self.day_fits(line, meeting, true) || self.day_fits(line, meeting, false);
        // The line tells place and day of the round itself.
        let told = found
            .hits
            .iter()
            .any(|(line, hit)| *line == at && self.lines[at].hits[*hit].date.is_some());
        features.when(
            "announced here",
            ahead && !main && (coming && dated || told),
        );
        // "At Lindal she had still asked …", "“In Lindal nobody would say the word,” she recalls": it opens with it.
        let opens = |inside: bool| {
            found
                .hits
                .iter()
                .filter(|(line, _)| *line == at)
                .any(|(_, hit)| {
                    let first = line.tokens[line.hits[*hit].tokens.start].bytes.start;
                    line.in_content(first) == inside
                        && is_fronted(line, line.hits[*hit].tokens.start)
                })
        };
        features.when("fronted", !main && opens(false));
        features.when("fronted inside", !main && opens(true));
        features.when("told with its day", !ahead && !main && told && beside);
        // "The forum meets in Lugano in May. She expected a date from it, and would be there."
        let before = at.checked_sub(1).filter(|before| names(*before));
        let points = before.is_some()
            && line
                .tokens
                .iter()
                .any(|token| words.pointing.contains(&token.lower));
        features.when("points back", points && !beside && !main);
        features.when("points back, ahead", points && !beside && !main && ahead);
        if let Some(party) = self.party(attribution) {
            let with = self.with[meeting].contains(&party);
            features.when("party named with it", with && main);
            features.when("party named with another", with && !main);
            features.when("party in the lead", main && self.leading.contains(&party));
        }
        let table = self.standing[attribution].table;
        features.when("at the table", main && table);
        features.when("at the table of another", !main && table);
        features.when("speaks often", main && self.often[attribution] > 2);
        chain.features(&mut features, Some(meeting), main);
        features
    }

    fn for_none(&self, attribution: usize, at: usize, chain: &Chain) -> Features {
        let mut features = Features::default();
        let words = &self.finder.words;
        let line = &self.lines[at];
        let outside = |list: &HashSet<String>| {
            line.tokens
                .iter()
                .any(|token| !line.in_content(token.bytes.start) && list.contains(&token.lower))
        };
        let about = line
            .tokens
            .iter()
            .any(|token| line.in_content(token.bytes.start) && words.about.contains(&token.lower));
        features.when("none", true);
        features.when("none, no main", self.main.is_none());
        features.when("none, about talks", about);
        features.when("none, elsewhere", outside(&words.elsewhere));
        features.when("none, from afar", outside(&words.reactions));
        let town = |line: &Line<'_>| {
            line.hits.iter().any(|hit| {
                let token = &line.tokens[hit.tokens.start];
                matches!(hit.role, Role::At)
                    && !line.in_content(token.bytes.start)
                    && !self.venues.contains(&fold(&hit.name))
            })
        };
        features.when("none, other town", town(line));
        let same = |other: &usize| {
            self.lines[*other].sentence.is_some() && self.lines[*other].paragraph == line.paragraph
        };
        let mut earlier = (at.saturating_sub(6)..at).filter(same);
        features.when(
            "none, other town before",
            !town(line) && earlier.any(|other| town(&self.lines[other])),
        );
        let opens = at.checked_sub(1).is_none_or(|before| !same(&before));
        // "In Warsaw, the minister said": the sentence begins with the place.
        let begins = line
            .tokens
            .first()
            .is_some_and(|token| matches!(token.lower.as_str(), "in" | "from" | "at"));
        features.when("none, other town first", opens && begins && town(line));
        let days = line.dates.iter().enumerate().any(|(index, date)| {
            line.cue_dates[index]
                && date.when.precision == Precision::Day
                && !self.found.iter().any(|found| {
                    found
                        .when
                        .is_some_and(|when| when.distance(&date.when) <= AROUND + 1)
                })
        });
        features.when("none, other day", days);
        let sides = self.document.sides.of.get(attribution);
        let party = sides.and_then(|sides| sides.first()).map(|side| side.value);
        features.when("none, private", party == Some(None));
        features.when("none, nobody", party.is_none());
        let weight = self.weight[attribution];
        features.when("none, outsider", weight == 1 && party.flatten().is_some());
        features.when("none, guest", weight == 2 && party.flatten().is_some());
        let speaker = self.document.speakers.of[attribution].first();
        let actor = speaker.and_then(|speaker| self.document.speakers.actors.get(speaker.value));
        let body = actor.is_some_and(|actor| actor.kind != plenary_domain::ActorKind::Person);
        features.when("none, body", body);
        // "Moscow said": a seat of government speaks from home.
        let source = self.document.attributions[attribution].source.first();
        let seat = source.is_some_and(|source| {
            self.finder
                .venues
                .get(&fold(self.document.text.slice(*source)))
                .is_some_and(|place| place.seat)
        });
        features.when("none, seat", seat);
        let whole = self.lines.len().max(1) as f32;
        features.of("none, late", (at as f32 / whole - 0.5).max(0.0) * 2.0);
        let main = self.main.map(|main| &self.found[main]);
        let ahead = main.is_some_and(|main| main.is_ahead(line.today));
        features.when("none, all ahead", ahead);
        features.of(
            "none, unsure main",
            1.0 - main.map_or(0.0, |main| main.meeting.confidence),
        );
        let standing = self.standing[attribution];
        let home = standing.home && !standing.table;
        features.when("none, at home", home);
        features.when("none, at home here", home && standing.home_here);
        features.when("none, indefinite", standing.indefinite);
        features.when("none, speaks once", self.often[attribution] == 1);
        let named = self.party(attribution);
        features.when(
            "none, not in the lead",
            named.is_some_and(|party| !self.leading.contains(&party)),
        );
        let spoke = line.tokens.iter().any(|token| is_saying(&token.lower));
        features.when("none, no word of saying", !spoke);
        chain.features(&mut features, None, false);
        features
    }
}

/// True for a place with which its clause begins, after "in" or "at": behind nothing, a colon or a quotation mark.
fn is_fronted(line: &Line<'_>, token: usize) -> bool {
    const REACH: usize = 4;
    let word = |at: &usize| {
        matches!(
            line.tokens[*at].lower.as_str(),
            "in" | "at" | "of" | "during"
        )
    };
    let Some(leads) = (token.saturating_sub(REACH)..token).rev().find(word) else {
        return false;
    };
    leads.checked_sub(1).is_none_or(|before| {
        matches!(
            line.tokens[before].text.as_str(),
            "“" | "\"" | "‘" | "'" | "«" | "„" | ":" | ";" | "—" | "–"
        )
    })
}

/// True for a token in what is added of a person: "Moor, who had met them in Lugano on Monday, said …".
fn is_aside(line: &Line<'_>, token: usize) -> bool {
    const LONGEST: usize = 14;
    let ends = |at: &usize| matches!(line.tokens[*at].text.as_str(), "," | ";" | ":" | "—" | "–");
    let from = (token.saturating_sub(LONGEST)..token)
        .rev()
        .take_while(|at| !ends(at))
        .find(|at| matches!(line.tokens[*at].lower.as_str(), "who" | "whose" | "whom"));
    let closed = (token..line.tokens.len()).find(ends);
    from.and_then(|who| who.checked_sub(1))
        .is_some_and(|before| ends(&before))
        && closed.is_some_and(|end| (end + 1..line.tokens.len()).any(|at| line.tokens[at].is_word))
}

/// What the source of a statement and the office of its speaker tell of where he speaks.
pub(super) fn standing(document: &Document<'_>, finder: &Finder, attribution: usize) -> Standing {
    let words = &finder.words;
    let lower = |text: &str| -> Vec<String> {
        finder
            .tokens
            .find_iter(text)
            .map(|token| token.as_str().to_lowercase())
            .collect()
    };
    let source = &document.attributions[attribution].source;
    let source: Vec<String> = source
        .iter()
        .flat_map(|span| lower(document.text.slice(*span)))
        .collect();
    let speaker = document.speakers.of[attribution].first();
    let actor = speaker.and_then(|speaker| document.speakers.actors.get(speaker.value));
    let person = actor.is_some_and(|actor| actor.kind == plenary_domain::ActorKind::Person);
    let told = actor.map_or(Vec::new(), |actor| {
        let name = if person { "" } else { actor.name.as_str() };
        lower(&format!(
            "{} {name}",
            actor.role.as_deref().unwrap_or_default()
        ))
    });
    let is = |list: &HashSet<String>, of: &[String]| of.iter().any(|word| list.contains(word));
    let home_here = is(&words.at_home, &source);
    Standing {
        table: is(&words.at_table, &source) || is(&words.at_table, &told),
        home: home_here || is(&words.at_home, &told),
        home_here,
        indefinite: source
            .first()
            .is_some_and(|word| matches!(word.as_str(), "a" | "an" | "one" | "another")),
    }
}

/// For each line the parties that it names, by a name of up to four words.
fn parties_of(document: &Document<'_>, finder: &Finder, lines: &[Line<'_>]) -> Vec<HashSet<usize>> {
    const LONGEST: usize = 4;
    let parties = &document.sides.parties;
    let by_slug: HashMap<&str, usize> = parties
        .iter()
        .enumerate()
        .map(|(at, party)| (party.slug.as_str(), at))
        .collect();
    let by_name: HashMap<String, usize> = parties
        .iter()
        .enumerate()
        .map(|(at, party)| (fold(&party.name), at))
        .collect();
    let of = |line: &Line<'_>| {
        let words: Vec<String> = line.tokens.iter().map(|token| fold(&token.text)).collect();
        let mut named = HashSet::new();
        for from in (0..words.len()).filter(|at| line.tokens[*at].capital) {
            for to in from + 1..=(from + LONGEST).min(words.len()) {
                let name = words[from..to].join(" ");
                let known = finder.names.get(&name);
                let party = known.and_then(|slug| by_slug.get(slug.as_str()));
                named.extend(party.or_else(|| by_name.get(&name)));
            }
        }
        named
    };
    lines.iter().map(of).collect()
}

/// How a statement hangs together with the one before it, and with the speaker's last one.
struct Chain {
    before: Option<Option<usize>>,
    /// What was chosen for the last statement of the same speaker.
    spoke: Option<Option<usize>>,
    same_speaker: bool,
    same_paragraph: bool,
    next_paragraph: bool,
}

impl Chain {
    fn read(
        reader: &Reader<'_>,
        attribution: usize,
        before: Option<Option<usize>>,
        spoke: Option<Option<usize>>,
    ) -> Chain {
        let speaker = |at: usize| {
            let speakers = reader.document.speakers.of.get(at)?;
            Some(speakers.first()?.value)
        };
        let paragraph = |at: usize| {
            let line = reader.line_of.get(at).copied().flatten()?;
            Some(reader.lines[line].paragraph)
        };
        let earlier = attribution.checked_sub(1);
        let same = |of: &dyn Fn(usize) -> Option<usize>| {
            earlier.is_some_and(|earlier| of(earlier).is_some() && of(earlier) == of(attribution))
        };
        let next = earlier
            .and_then(paragraph)
            .zip(paragraph(attribution))
            .is_some_and(|(before, now)| now > before);
        Chain {
            before,
            spoke,
            same_speaker: same(&speaker),
            same_paragraph: same(&paragraph),
            next_paragraph: next,
        }
    }

    fn features(&self, features: &mut Features, choice: Option<usize>, main: bool) {
        if self.spoke == Some(choice) {
            features.when("speaker before", choice.is_some() && !main);
            features.when("speaker before, main", main);
            features.when("none, speaker before", choice.is_none());
        }
        if self.before != Some(choice) {
            return;
        }
        let usual = main;
        features.when("follows", self.same_paragraph && !usual);
        features.when("follows, same speaker", self.same_speaker && !usual);
        features.when(
            "follows, both",
            self.same_speaker && self.same_paragraph && !usual,
        );
        features.when("follows, new paragraph", self.next_paragraph && !usual);
        features.when("follows, main", usual && self.same_paragraph);
        features.when("follows, main, same speaker", usual && self.same_speaker);
    }
}
