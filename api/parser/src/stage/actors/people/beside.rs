//! What is told of a person right before and right behind a name.

use super::office::{LEADS, SPEAKS, office};
use super::{Office, Text};
use crate::stage::actors::naming::Side;
use crate::stage::actors::words::Word;
use plenary_domain::gazetteer::Form;

impl Office {
    /// A place beside a name that tells whom somebody serves, and no office: "Amina Hassan of Kenya".
    fn untitled(side: Option<Side>, chair: bool, range: (usize, usize)) -> Office {
        Office {
            text: String::new(),
            heads: Vec::new(),
            side,
            chair,
            private: false,
            range,
        }
    }
}

/// The offices told beside a mention, in the order in which they are read: before it, further before it, behind it.
pub(super) fn offices(text: Text<'_>, from: usize, to: usize) -> impl Iterator<Item = Office> {
    let before = office_before(text, from);
    // "The league's chairman, Kenyan minister Amina Hassan", "Norvia's delegate, Finance Secretary Olaf Tveit": one
    // more phrase before a comma.
    // "The UN envoy, former Norvian minister Olaf Tveit": what he was does not count.
    let sided = before
        .as_ref()
        .is_some_and(|office| office.side.is_some() && !office.private);
    let earlier = before
        .as_ref()
        .map(|office| office.range.0)
        .filter(|at| *at < from && text.words[*at].gap.trim() == ",")
        .and_then(|at| office_before(text, at))
        .filter(|office| office.chair || !sided && office.side.is_some());
    let after = office_after(text, to);
    before.into_iter().chain(earlier).chain(after)
}

/// What is told right before a name: an office, or a side alone.
fn office_before(text: Text<'_>, name: usize) -> Option<Office> {
    let words = text.words;
    // "The foreign minister of Norvia, Mr Olaf Tveit"
    let courtesy = |word: &Word<'_>| matches!(word.fold.as_str(), "mr" | "ms" | "mrs" | "dr");
    let titled =
        name > 0 && matches!(words[name].gap.trim(), "" | ".") && courtesy(&words[name - 1]);
    let name = name - usize::from(titled);
    let from = start(text, name);
    if from == name {
        return None;
    }
    if let Some(office) = office(text, from, name) {
        return Some(office);
    }
    // "Kenya's Amina Hassan": a side alone before the name.
    let owner = text.naming.place(name - 1)?;
    (words[name].follows() && (words[name - 1].possessive || owner.form == Form::Demonym))
        .then(|| Office::untitled(owner.side, false, (owner.from, name)))
}

/// Where the phrase begins that ends at a name.
fn start(text: Text<'_>, name: usize) -> usize {
    let words = text.words;
    let mut from = name;
    let mut unknown = 0;
    while from > 0 && name - from < 16 && words[from].sentence == words[from - 1].sentence {
        let gap = words[from].gap;
        // One comma may stand between an office and the name: "Kenya's envoy, Amina Hassan,".
        let comma = from == name && gap.trim() == ",";
        let parted = gap.contains([',', ';', ':', '"', '“', '”', '(', ')', '—', '–']) && !comma;
        let word = &words[from - 1];
        if parted
            || words[from].opens
            || text.lexicon.names.stops.contains(&word.fold)
            || word.fold == "and"
        {
            break;
        }
        unknown += usize::from(!fits(text, from - 1));
        if unknown > 2 {
            break;
        }
        from -= 1;
    }
    from
}

/// True for a word that belongs to a phrase of an office, or could: sides, nouns, small words, names.
fn fits(text: Text<'_>, at: usize) -> bool {
    let (word, lexicon) = (&text.words[at], text.lexicon);
    text.naming.at[at].is_some()
        || lexicon.is_role(&word.fold)
        || lexicon.roles.modifiers.contains(&word.fold)
        || lexicon.roles.former.contains(&word.fold)
        || lexicon.bodies.organs.contains(&word.fold)
        || matches!(
            word.fold.as_str(),
            "the"
                | "of"
                | "to"
                | "for"
                | "at"
                | "on"
                | "in"
                | "a"
                | "an"
                | "his"
                | "her"
                | "its"
                | "their"
                | "mr"
                | "ms"
                | "mrs"
        )
        || word.capital()
}

/// What is told right behind a name: a team that is led, an office, a body that is spoken for, or a side alone.
fn office_after(text: Text<'_>, end: usize) -> Option<Office> {
    let words = text.words;
    let first = words.get(end)?;
    if first.sentence != words[end - 1].sentence || words[end - 1].possessive {
        return None;
    }
    let gap = first.gap.trim();
    if gap.is_empty() && LEADS.contains(&first.fold.as_str()) {
        return led(text, end);
    }
    let bare =
        gap.is_empty() && matches!(first.fold.as_str(), "of" | "from" | "is" | "was" | "for");
    let opens = matches!(gap, "," | "(" | "—" | "–" | "-");
    // "Ana Torvald, today concluded talks with the minister of Norvia": a day tells when, not who.
    let day = matches!(
        first.fold.as_str(),
        "today" | "yesterday" | "tonight" | "tomorrow" | "on" | "last" | "this"
    );
    if !bare && (!opens || day || text.lexicon.names.stops.contains(&first.fold)) {
        return None;
    }
    let to = stop(text, end);
    office(text, end, to)
        .or_else(|| voice(text, end, to))
        .or_else(|| origin(text, end, to))
}

/// Where the phrase ends that begins behind a name.
fn stop(text: Text<'_>, end: usize) -> usize {
    let (words, stops) = (text.words, &text.lexicon.names.stops);
    let mut to = end + 1;
    let mut commas = 0;
    while to < words.len() && to - end < 18 && words[to].sentence == words[end].sentence {
        let gap = words[to].gap;
        if gap.contains([';', ':', '"', '“', ')', '—', '–']) {
            break;
        }
        let who = words[to].fold == "who";
        if gap.contains(',') {
            // "Samoa's minister, who chairs the alliance" and "who heads the main party, Serb List," go on; other commas
            // end the phrase.
            let name = text
                .naming
                .place(to)
                .is_some_and(|place| place.form == Form::Name);
            let called = name && text.lexicon.is_organisation(&words[to - 1].fold);
            if !who && !called || commas > 0 {
                break;
            }
            commas += 1;
        }
        if !who && stops.contains(&words[to].fold) && words[to - 1].fold != "who" {
            break;
        }
        to += 1;
    }
    to
}

/// The body for which somebody speaks here: "Mette Holm for the EU", "Mette Holm, speaking for the EU".
fn voice(text: Text<'_>, end: usize, to: usize) -> Option<Office> {
    let (words, naming) = (text.words, text.naming);
    let body = (end..to.min(end + 9)).find_map(|at| {
        let named = naming.place(at).filter(|named| named.from == at)?;
        let before = at - usize::from(at > end && words[at - 1].fold == "the");
        let side = named
            .side
            .filter(|side| naming.is_body(text.gazetteer, *side))?;
        let tail = |n: usize| {
            before
                .checked_sub(n)
                .filter(|i| *i >= end)
                .map_or("", |i| words[i].fold.as_str())
        };
        let speaks = tail(1) == "for" && (before - 1 == end || SPEAKS.contains(&tail(2)))
            || tail(1) == "of" && tail(2) == "behalf";
        speaks.then_some(side)
    })?;
    Some(Office::untitled(Some(body), true, (end, to)))
}

/// The side from which somebody comes: "Amina Hassan of Kenya", "Amina Hassan (Kenya)", "who leads the Kenyan
/// delegation".
fn origin(text: Text<'_>, end: usize, to: usize) -> Option<Office> {
    let first = &text.words[end];
    let named = (end..to.min(end + 8)).find_map(|at| text.naming.place(at))?;
    let near = match first.fold.as_str() {
        "is" | "was" => false,
        "who" => true,
        "of" | "from" | "for" => named.from <= end + 4,
        _ => named.from <= end + 1 && first.gap.trim() == "(",
    };
    (near && named.side.is_some()).then(|| Office::untitled(named.side, false, (end, to)))
}

/// Whom somebody served who "led the delegation of the Republic of Norvia" or "heads the Norvian team", told right
/// behind the name.
fn led(text: Text<'_>, end: usize) -> Option<Office> {
    const REACH: usize = 8;
    let (words, naming) = (text.words, text.naming);
    let to = (end + REACH).min(words.len());
    let same =
        |at: &usize| words[*at].sentence == words[end].sentence && !words[*at].gap.contains(',');
    let team = (end + 1..to).take_while(same).find(|at| {
        matches!(
            words[*at].fold.as_str(),
            "delegation" | "team" | "side" | "mission" | "negotiators"
        )
    })?;
    let of = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| matches!(word.fold.as_str(), "of" | "from"))
    };
    let behind = (team + 2..to)
        .take_while(same)
        .find_map(|at| naming.place(at))
        .filter(|_| of(team + 1));
    let named = naming.place(team - 1).or(behind)?;
    named
        .side
        .map(|side| Office::untitled(Some(side), false, (end, named.to)))
}
