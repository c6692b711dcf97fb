//! What the words of a statement tell of its meeting.
//!
//! The coder's reader was trained to tell whether a statement was made at or about the talks of these days, later
//! or earlier ones, or none. Where a statement stands tells more, but not that a capital which only reacts
//! speaks of no meeting. Which meetings the article has is not asked again.

use super::place::likeliest;
use crate::context::Context;
use crate::document::{Choice, Document};
use crate::stage::weigh::{Features, shares};
use chrono::NaiveDate;
use plenary_domain::parsed::Meeting;

/// Probabilities that a statement belongs to a meeting of these days, to none, to a later or to an earlier one.
pub type Heard = [f32; 4];

/// The places in [`Heard`].
const CURRENT: usize = 0;
const NONE: usize = 1;
const LATER: usize = 2;
const EARLIER: usize = 3;

/// Days after a meeting during which it is one of these days.
const RECENT: i64 = 7;
/// Keeps logarithms of small probabilities finite.
const LEAST: f32 = 1e-3;

/// Chooses the meeting of each attribution anew where its words were heard.
pub fn run(
    document: &Document<'_>,
    context: &Context,
    heard: &[Option<Heard>],
) -> Vec<Choice<Option<usize>>> {
    let gatherings = &document.gatherings;
    let told = gatherings.of.iter().zip(&gatherings.shares);
    told.zip(heard)
        .map(|((choice, own), heard)| match heard {
            Some(heard) => choose(document, context, choice, own, heard),
            None => choice.clone(),
        })
        .collect()
}

fn choose(
    document: &Document<'_>,
    context: &Context,
    told: &Choice<Option<usize>>,
    own: &[f32],
    heard: &Heard,
) -> Choice<Option<usize>> {
    let gatherings = &document.gatherings;
    let ballot = ballot(heard, &gatherings.meetings, document.article.published);
    let scores: Vec<f32> = ballot
        .iter()
        .zip(own)
        .map(|(features, share)| context.weights.heard.score(features) + share.max(LEAST).ln())
        .collect();
    let (best, confidence) = likeliest(&shares(&scores), |meeting| gatherings.sure[meeting]);
    let value = best.checked_sub(1);
    if told.value == value {
        return Choice {
            confidence,
            ..told.clone()
        };
    }
    Choice {
        value,
        rule: "meetings/heard",
        words: None,
        confidence,
    }
}

/// What the words tell for none and for each meeting.
pub fn ballot(heard: &Heard, meetings: &[Meeting], published: Option<NaiveDate>) -> Vec<Features> {
    let told = |share: f32| {
        let mut features = Features::default();
        features.of("heard", share.max(LEAST).ln());
        features
    };
    let at = meetings.iter().map(|meeting| {
        let share = match kind(meeting, published) {
            Some(kind) => heard[kind],
            None => heard[CURRENT].max(heard[LATER]).max(heard[EARLIER]),
        };
        told(share)
    });
    std::iter::once(told(heard[NONE])).chain(at).collect()
}

/// When a meeting was, seen from the day of publication; `None` where a day is unknown.
fn kind(meeting: &Meeting, published: Option<NaiveDate>) -> Option<usize> {
    let (start, published) = (meeting.start?, published?);
    let end = meeting.end.unwrap_or(start);
    Some(if start > published {
        LATER
    } else if (published - end).num_days() <= RECENT {
        CURRENT
    } else {
        EARLIER
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Gatherings, Structure};
    use crate::stage::segment::{self, Text};
    use plenary_domain::{Codebook, Gazetteer, MeetingStatus};

    fn meeting(start: &str) -> Meeting {
        Meeting {
            slug: format!("lindal-{start}"),
            name: "Lindal talks".to_owned(),
            venue: Some("Lindal".to_owned()),
            start: start.parse().ok(),
            end: None,
            status: MeetingStatus::Held,
            parties: Vec::new(),
            mentions: Vec::new(),
            main: false,
            rule: String::new(),
            confidence: 1.0,
        }
    }

    fn chosen(heard: Heard, shares: [f32; 3]) -> (Option<usize>, &'static str) {
        let context = Context::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
        let text = Text::new("Norvia would wait.");
        let structure: Structure = segment::run(&text, None, None);
        let mut document = Document::new(text, structure);
        document.article.published = "2024-03-06".parse().ok();
        document.gatherings = Gatherings {
            meetings: vec![meeting("2024-03-05"), meeting("2024-05-01")],
            of: vec![Choice {
                value: Some(0),
                rule: "meetings/main",
                words: None,
                confidence: 0.6,
            }],
            shares: vec![shares.to_vec()],
            sure: vec![1.0, 1.0],
        };
        let choices = run(&document, &context, &[Some(heard)]);
        (choices[0].value, choices[0].rule)
    }

    #[test]
    fn words_move_a_statement_where_its_place_tells_little() {
        let even = [0.3, 0.4, 0.3];
        assert_eq!(
            chosen([0.05, 0.9, 0.03, 0.02], even),
            (None, "meetings/heard")
        );
        assert_eq!(
            chosen([0.05, 0.03, 0.9, 0.02], even),
            (Some(1), "meetings/heard")
        );
        assert_eq!(
            chosen([0.9, 0.05, 0.03, 0.02], even),
            (Some(0), "meetings/main")
        );
        // Where it stands tells more than its words do.
        assert_eq!(
            chosen([0.3, 0.6, 0.05, 0.05], [0.03, 0.95, 0.02]).0,
            Some(0)
        );
    }
}
