//! The people whom a text names: every form of a name, and what is told of their offices.

use super::lexicon::Lexicon;
use super::naming::{Named, Naming, Side, is_name_word, written};
use super::words::Word;
use plenary_domain::gazetteer::Form;
use plenary_domain::{Gazetteer, PartyKind};
use std::collections::{HashMap, HashSet};

/// A person as one article tells of him or her.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Folded words of the fullest name.
    pub(crate) words: Vec<String>,
    /// Forms as written, the fullest first.
    pub(crate) forms: Vec<String>,
    /// Word ranges of the mentions, in text order.
    pub(crate) mentions: Vec<(usize, usize)>,
    /// True: he, false: she, where the text tells it.
    pub(crate) male: Option<bool>,
    /// What is told of the office, in text order.
    pub(crate) offices: Vec<Office>,
}

/// What a phrase beside a name tells of an office.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    /// The phrase as written.
    pub(crate) text: String,
    /// Folded nouns for the office: `minister`.
    pub(crate) heads: Vec<String>,
    /// The side that the phrase names.
    pub(crate) side: Option<Side>,
    /// True for those who preside over an organisation and speak for it.
    pub(crate) chair: bool,
    /// True for those who speak for nobody.
    pub(crate) private: bool,
    /// Word range of the phrase.
    pub(crate) range: (usize, usize),
}

/// The people of a text.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) list: Vec<Person>,
    /// For each word the person whose name covers it.
    pub(crate) at: Vec<Option<usize>>,
}

/// Runs of words that look like names of people. Of short words in capitals only `known` names are taken: "KANE:".
fn runs(
    words: &[Word<'_>],
    naming: &Naming,
    lexicon: &Lexicon,
    lower: &HashSet<&str>,
    known: &HashSet<String>,
) -> Vec<(usize, usize)> {
    // "Michael Carpenter": a trade behind a given name is a surname.
    let trade = |at: usize| {
        at > 0
            && lexicon.roles.private.contains(&words[at].fold)
            && words[at].follows()
            && words[at - 1].capital()
            && (lexicon.given.male.contains(&words[at - 1].fold)
                || lexicon.given.female.contains(&words[at - 1].fold))
    };
    // "Vice Premier He Lifeng", "Liu He": no pronoun stands, written large, beside another name.
    let he = |at: usize| {
        let name = |other: &Word<'_>| other.capital() && !other.shouting();
        let behind = words
            .get(at + 1)
            .is_some_and(|next| next.joined() && name(next) && naming.at[at + 1].is_none());
        let before = at > 0 && !words[at].opens && words[at].joined() && name(&words[at - 1]);
        words[at].text == "He" && (behind || before)
    };
    let usable = |at: usize| {
        let word = &words[at];
        let place = naming.place(at);
        he(at)
            || is_name_word(word, lexicon)
                && place.is_none_or(|place| place.ambiguous && place.to - place.from == 1)
                && (!lexicon.is_role(&word.fold)
                    || trade(at)
                    || lexicon.given.male.contains(&word.fold)
                        && words
                            .get(at + 1)
                            .is_some_and(|next| next.follows() && next.capital()))
                && (!lexicon.is_title(&word.fold) || lexicon.given.male.contains(&word.fold))
                && !lexicon.roles.former.contains(&word.fold)
                && (!lexicon.roles.modifiers.contains(&word.fold)
                    || lexicon.given.male.contains(&word.fold))
                && (!(word.shouting() && word.text.len() <= 4)
                    || known.contains(&word.fold)
                    || word.initial()
                        && words
                            .get(at + 1)
                            .is_some_and(|next| next.joined() && next.capital()))
                && !lexicon.is_organisation(&word.fold)
                && !lexicon.bodies.organs.contains(&word.fold)
                && !(word.opens && lower.contains(word.fold.as_str()))
    };
    // The name behind one particle or more: "von der Leyen".
    let particles = |at: usize| {
        let particle = |at: usize| {
            naming.at[at].is_none() && lexicon.names.particles.contains(&words[at].fold)
        };
        let name = (at..words.len().min(at + 4)).find(|at| !particle(*at))?;
        let joined = (at + 1..=name).all(|at| words[at].joined());
        (name > at && joined && (words[name].capital() || words[name].hyphened())).then_some(name)
    };
    let mut runs = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // Particles begin a name when they are capitalised or hyphened: "Al Jaber", "al-Sadr", "Von der Leyen".
        let particle = (words[at].capital() && !lexicon.names.openers.contains(&words[at].fold)
            || words.get(at + 1).is_some_and(Word::hyphened))
            && particles(at).is_some_and(|name| words[name].capital());
        if words[at].heading || !(usable(at) || particle && naming.at[at].is_none()) {
            at += 1;
            continue;
        }
        let from = at;
        let mut to = at + 1;
        while to < words.len()
            && to - from < 8
            && words[to].joined()
            && words[to].sentence == words[to - 1].sentence
            && !words[to - 1].possessive
        {
            if usable(to)
                || words[to].initial()
                || (words[to].hyphened()
                    && words[to].text.chars().all(char::is_alphabetic)
                    && words[to].text.len() > 1
                    && naming.at[to].is_none())
            {
                // A full stop ends a sentence unless it belongs to an initial.
                if words[to].gap.contains('.') && !words[to - 1].initial() {
                    break;
                }
                to += 1;
            } else if let Some(name) = particles(to) {
                to = name + 1;
            } else {
                break;
            }
        }
        to = to.min(words.len());
        // An ambiguous party alone is the party.
        let only_party = (from..to).all(|i| naming.at[i].is_some());
        let all_given = to - from == 1;
        if !only_party || (to - from >= 2 && !all_given) {
            runs.push((from, to));
        }
        at = to;
    }
    runs
}

/// Finds the people. Linear in the text's length for a bounded number of people.
pub(crate) fn read(
    words: &[Word<'_>],
    naming: &mut Naming,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
    sources: &HashSet<usize>,
) -> People {
    let lower: HashSet<&str> = words
        .iter()
        .filter(|w| !w.capital())
        .map(|w| w.fold.as_str())
        .collect();
    let first = runs(words, naming, lexicon, &lower, &HashSet::new());
    // Words that are names of people, whatever a possessive behind them says.
    let mut names: HashSet<String> = HashSet::new();
    for &(from, to) in &first {
        let titled = from > 0
            && words[from].follows()
            && words[from - 1].sentence == words[from].sentence
            && (lexicon.is_title(&words[from - 1].fold) || lexicon.is_role(&words[from - 1].fold));
        let given = lexicon.given.male.contains(&words[from].fold)
            || lexicon.given.female.contains(&words[from].fold);
        let role_after = to < words.len()
            && words[to].gap.trim() == ","
            && words[to..(to + 8).min(words.len())]
                .iter()
                .take_while(|w| {
                    w.sentence == words[from].sentence && (w.joined() || w.byte == words[to].byte)
                })
                .any(|w| lexicon.is_role(&w.fold));
        if titled || (role_after && to - from >= 2) || (given && to - from >= 2) {
            names.extend(words[from..to].iter().map(|word| word.fold.clone()));
        } else if to - from >= 2
            && !place_before(words, from)
            && !super::naming::owns_office(words, to - 1, lexicon)
        {
            names.insert(words[to - 1].fold.clone());
        }
    }
    let sounds: Vec<String> = names.iter().map(|name| sound(name)).collect();
    names.extend(sounds);
    super::naming::add_local(naming, words, lexicon, &names, sources);
    super::naming::add_again(naming, words, lexicon, gazetteer);
    super::naming::add_foes(naming, words, gazetteer);
    super::naming::add_last(naming, words, gazetteer);
    let found = runs(words, naming, lexicon, &lower, &names);

    let mut people = People {
        list: Vec::new(),
        at: vec![None; words.len()],
    };
    let mut by_last: HashMap<String, Vec<usize>> = HashMap::new();
    // Full names first, so that a bare surname before them finds its owner.
    for &(from, to) in found.iter().filter(|(from, to)| to - from >= 2) {
        if !names.contains(&words[to - 1].fold) && place_before(words, from) {
            continue;
        }
        let folded: Vec<String> = words[from..to].iter().map(|w| w.fold.clone()).collect();
        let key = sound(&folded[folded.len() - 1]);
        let same = by_last
            .get(&key)
            .into_iter()
            .flatten()
            .copied()
            .find(|&i| compatible(&people.list[i].words, &folded));
        let index = same.unwrap_or_else(|| {
            people.list.push(Person {
                words: folded.clone(),
                forms: Vec::new(),
                mentions: Vec::new(),
                male: None,
                offices: Vec::new(),
            });
            by_last.entry(key).or_default().push(people.list.len() - 1);
            people.list.len() - 1
        });
        if folded.len() > people.list[index].words.len() {
            people.list[index].words = folded;
        }
        note(&mut people, index, from, to);
    }
    let mut by_first: HashMap<String, usize> = HashMap::new();
    for (index, person) in people.list.iter().enumerate() {
        by_first.entry(sound(&person.words[0])).or_insert(index);
    }
    // "Moor" after "Ana Lucía Moor Tveit" or "Carlo Moor Jr.": of two family names the first is used alone.
    let mut by_inner: HashMap<String, Option<usize>> = HashMap::new();
    for (index, person) in people.list.iter().enumerate() {
        let inner = &person.words[1..person.words.len() - 1];
        for word in inner.iter().filter(|word| word.chars().count() > 3) {
            let owner = by_inner.entry(sound(word)).or_insert(Some(index));
            *owner = owner.filter(|owner| *owner == index);
        }
    }
    let mut latest: HashMap<String, usize> = HashMap::new();
    for &(from, to) in &found {
        if to - from >= 2 {
            if let Some(index) = people.at[from] {
                latest.insert(sound(&words[to - 1].fold), index);
            }
            continue;
        }
        let word = &words[from].fold;
        let key = sound(word);
        let titled = from > 0
            && words[from].follows()
            && words[from - 1].sentence == words[from].sentence
            && (lexicon.is_title(&words[from - 1].fold) || lexicon.is_role(&words[from - 1].fold));
        let sex = from
            .checked_sub(1)
            .and_then(|i| sex_of_title(&words[i].fold, lexicon))
            .filter(|_| titled);
        let fits =
            |i: &usize| sex.is_none() || people.list[*i].male.is_none_or(|male| Some(male) == sex);
        let index = latest
            .get(&key)
            .filter(|i| fits(i))
            .or_else(|| {
                by_last
                    .get(&key)
                    .and_then(|list| list.iter().find(|i| fits(i)))
            })
            .or_else(|| {
                // "Kim" after "Kim Jong-un"; two of one first name are told apart by nothing.
                by_first.get(&key).filter(|i| {
                    let first = |person: &Person| sound(&person.words[0]) == key;
                    titled
                        || people.list.iter().filter(|person| first(person)).count() == 1 && fits(i)
                })
            })
            .copied()
            .or_else(|| by_inner.get(&key).copied().flatten().filter(|i| fits(i)));
        let index = match index {
            Some(index) => index,
            None if titled || speaks(words, sources, from) => {
                people.list.push(Person {
                    words: vec![word.clone()],
                    forms: Vec::new(),
                    mentions: Vec::new(),
                    male: sex,
                    offices: Vec::new(),
                });
                by_last
                    .entry(key.clone())
                    .or_default()
                    .push(people.list.len() - 1);
                people.list.len() - 1
            }
            None => continue,
        };
        latest.insert(key, index);
        note(&mut people, index, from, to);
    }
    // Surnames in headings, where no name begins: they only point back.
    for (at, word) in words.iter().enumerate() {
        if people.at[at].is_none()
            && word.heading
            && word.capital()
            && naming.at[at].is_none()
            && let Some(index) = by_last
                .get(&sound(&word.fold))
                .and_then(|list| list.first())
        {
            note(&mut people, *index, at, at + 1);
        }
    }
    for index in 0..people.list.len() {
        people.list[index].mentions.sort_unstable();
        for at in 0..people.list[index].mentions.len() {
            let (from, to) = people.list[index].mentions[at];
            let form = written(words, from, to);
            let person = &mut people.list[index];
            if !person.forms.contains(&form) {
                person.forms.push(form);
            }
            if let Some(sex) = from
                .checked_sub(1)
                .and_then(|i| sex_of_title(&words[i].fold, lexicon))
            {
                person.male.get_or_insert(sex);
            }
            let before = office_before(words, naming, lexicon, gazetteer, from);
            // "The league's chairman, Kenyan minister Amina Hassan", "Norvia's delegate, Finance Secretary Olaf Tveit": one
            // more phrase before a comma.
            // "The UN envoy, former Norvian minister Olaf Tveit": what he was does not count.
            let sided = before
                .as_ref()
                .is_some_and(|office| office.side.is_some() && !office.private);
            let earlier = before
                .as_ref()
                .map(|office| office.range.0)
                .filter(|at| *at < from && words[*at].gap.trim() == ",")
                .and_then(|at| office_before(words, naming, lexicon, gazetteer, at))
                .filter(|office| office.chair || !sided && office.side.is_some());
            let after = office_after(words, naming, lexicon, gazetteer, to);
            person
                .offices
                .extend(before.into_iter().chain(earlier).chain(after));
        }
        let person = &mut people.list[index];
        person
            .forms
            .sort_by_key(|form| std::cmp::Reverse(form.split([' ', '-']).count()));
        if person.male.is_none() && person.words.len() > 1 {
            person.male = person.words.iter().take(2).find_map(|word| {
                (lexicon.given.male.contains(word))
                    .then_some(true)
                    .or(lexicon.given.female.contains(word).then_some(false))
            });
        }
        if person.male.is_none() {
            person.male = person
                .offices
                .iter()
                .flat_map(|o| &o.heads)
                .find_map(|head| {
                    if head.ends_with("woman") || head == "queen" {
                        Some(false)
                    } else if head.ends_with("sman") || head == "king" {
                        Some(true)
                    } else {
                        None
                    }
                });
        }
    }
    people
}

/// True for an unknown name that speaks and is then called he or she: "Hassan: … she said".
fn speaks(words: &[Word<'_>], sources: &HashSet<usize>, from: usize) -> bool {
    if !sources.contains(&from) || place_before(words, from) || words[from].possessive {
        return false;
    }
    words[from + 1..]
        .iter()
        .take(40)
        .take_while(|word| word.paragraph == words[from].paragraph)
        .find_map(|word| match word.fold.as_str() {
            "he" | "she" | "his" | "her" => Some(true),
            "it" | "its" | "they" | "their" => Some(false),
            _ => None,
        })
        .unwrap_or(false)
}

fn note(people: &mut People, index: usize, from: usize, to: usize) {
    people.list[index].mentions.push((from, to));
    for at in &mut people.at[from..to] {
        *at = Some(index);
    }
}

fn place_before(words: &[Word<'_>], from: usize) -> bool {
    from > 0
        && matches!(
            words[from - 1].fold.as_str(),
            "in" | "at"
                | "near"
                | "from"
                | "to"
                | "into"
                | "through"
                | "around"
                | "outside"
                | "the"
                | "on"
        )
}

fn sex_of_title(word: &str, lexicon: &Lexicon) -> Option<bool> {
    if lexicon.titles.male.contains(word) || word.ends_with("sman") || word == "chairman" {
        Some(true)
    } else if lexicon.titles.female.contains(word) || word.ends_with("woman") {
        Some(false)
    } else {
        None
    }
}

/// A key that the usual transliterations of one name share: Zelensky, Zelenskyy, Zelenskiy.
pub(crate) fn sound(word: &str) -> String {
    let mut key = String::new();
    for c in word.chars().filter(|c| c.is_alphanumeric()) {
        let c = match c {
            'y' | 'j' => 'i',
            'w' => 'v',
            c => c,
        };
        if !key.ends_with(c) {
            key.push(c);
        }
    }
    key
}

/// True when two full names with one surname can be one person's.
fn compatible(a: &[String], b: &[String]) -> bool {
    let (x, y) = (&a[0], &b[0]);
    let close = |x: &str, y: &str| {
        sound(x) == sound(y)
            || x.chars().count() == 1 && y.starts_with(x)
            || y.chars().count() == 1 && x.starts_with(y)
            || x.chars().next() == y.chars().next() && strsim::jaro_winkler(x, y) >= 0.86
    };
    close(x, y)
        || a[..a.len() - 1]
            .iter()
            .any(|w| b[..b.len() - 1].contains(w))
}

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

/// What tells behind "who" that somebody is a body's first.
const LEADS: [&str; 4] = ["leads", "heads", "led", "headed"];

/// What tells before "for" that somebody has a body's voice.
const SPEAKS: [&str; 7] = [
    "speaking",
    "speaks",
    "spoke",
    "leads",
    "negotiates",
    "negotiated",
    "coordinates",
];

/// True for the land of those to whom somebody speaks: "with his Norvian colleague", "his Norvian and Sudrian
/// counterparts".
fn of_counterparts(words: &[Word<'_>], named: &Named, end: usize) -> bool {
    const LIST: usize = 5;
    let behind = words[named.to..end.max(named.to)].iter().take(LIST);
    let mut behind = behind.skip_while(|word| word.fold == "and" || word.capital());
    behind.next().is_some_and(|word| {
        matches!(
            word.fold.as_str(),
            "colleague" | "colleagues" | "counterpart" | "counterparts"
        )
    })
}

/// Reads an office out of a phrase: its nouns, and the side that it serves.
pub(crate) fn office(
    words: &[Word<'_>],
    naming: &Naming,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
    from: usize,
    to: usize,
) -> Option<Office> {
    let mut heads = Vec::new();
    let (mut side, mut chair, mut private) = (None, false, false);
    let mut former = false;
    let mut pending: Option<Side> = None;
    let mut owned = false;
    let mut place: Option<Side> = None;
    let mut weak: Option<Side> = None;
    let mut head_at: Option<usize> = None;
    let mut at = from;
    while at < to {
        if let Some(named) = naming.place(at) {
            let ministry_part = named.side;
            let before = if at > from {
                words[at - 1].fold.as_str()
            } else {
                ""
            };
            let before = if before == "the" && at > from + 1 {
                words[at - 2].fold.as_str()
            } else {
                before
            };
            // "Back from six hours with his Norvian colleague"
            // "Her Norvian counterpart, Olaf Tveit" is the land's own.
            let own = from + 1 >= named.from && named.to + 1 == to;
            let other = !own && of_counterparts(words, named, to);
            if let Some(found) = ministry_part.filter(|_| !other) {
                // "A deputy Norvian ambassador"
                let deputy = before == "deputy" && heads.len() == 1;
                if head_at.is_none() || deputy {
                    // The owner stands before the noun; a later one is closer: "Russia's NATO envoy" stays Russia's.
                    // "According to the French envoy" is French, "back in Paris, envoy" need not be.
                    let owns = named.form == Form::Demonym || words[named.to - 1].possessive;
                    if (owns || !matches!(before, "to" | "in" | "with" | "at" | "on"))
                        && (pending.is_none()
                            || !words[named.from.saturating_sub(1)].possessive
                                && named.form != Form::Office)
                    {
                        if named.form == Form::Office {
                            weak.get_or_insert(found);
                        } else if pending.is_none() || owns && !owned {
                            // "Brazil thanked the Kenyan envoy": who merely stands before owns nothing.
                            pending = Some(found);
                            owned = owns;
                        }
                    }
                    if named.form == Form::Office {
                        head_at = Some(named.to - 1);
                        heads.push(words[named.to - 1].fold.clone());
                    }
                } else {
                    let serves = heads.iter().any(|h| {
                        lexicon.roles.mouthpiece.contains(h)
                            || h.starts_with("advis")
                            || h == "aide"
                    });
                    let presides = heads
                        .last()
                        .is_some_and(|h| lexicon.roles.chair.contains(h) || h.starts_with("chair"))
                        // "The Dutch president of the Eurogroup"
                        || before == "of" && heads.last().is_some_and(|h| h == "president");
                    // "of flooded Kenya", "of the right-wing Harbour Party"
                    let adjectives = words[from..at]
                        .iter()
                        .rev()
                        .take(4)
                        .take_while(|word| !word.capital() && word.fold != "of")
                        .count();
                    let of = (at - adjectives).checked_sub(1).filter(|of| *of > from);
                    let before = match of {
                        Some(of) if adjectives > 0 && words[of].fold == "of" => "of",
                        _ => before,
                    };
                    let state = naming.kind(gazetteer, found) == PartyKind::State;
                    match before {
                        // "Who heads the main Kosovo Serb party, Serb List"
                        _ if heads
                            .last()
                            .is_some_and(|head| LEADS.contains(&head.as_str())) =>
                        {
                            place = place.filter(|_| state).or(Some(found));
                        }
                        "of" | "for" | "from" | "at" => {
                            place.get_or_insert(found);
                        }
                        "to" if serves => {
                            place.get_or_insert(found);
                        }
                        // "The UN secretary-general's adviser on Norvia" serves Norvia only where nobody else is told.
                        "on" if serves => {
                            weak.get_or_insert(found);
                        }
                        _ if named.form == Form::Demonym || words[at].possessive => {
                            place.get_or_insert(found);
                        }
                        // "A deputy speaker in Moscow": where somebody serves tells whom, if nothing else does.
                        "in" => {
                            weak.get_or_insert(found);
                        }
                        _ => {}
                    }
                    // "Danish negotiator Mette Holm for the EU", "speaking for the group".
                    let speaks_for = before == "for"
                        && at > from
                        && (from..at)
                            .any(|i| words[i].fold == "speaking" || words[i].fold == "behalf");
                    // "The chairman of Norvia's High Council" speaks for Norvia.
                    let owner = named
                        .from
                        .checked_sub(1)
                        .filter(|at| words[*at].possessive && *at >= from)
                        .and_then(|at| naming.side(at));
                    let speaks_for = speaks_for
                        || before == "for"
                            && (from + 1..at).any(|i| {
                                words[i - 1].fold == "who"
                                    && SPEAKS.contains(&words[i].fold.as_str())
                            });
                    if (presides && !matches!(before, "to") || speaks_for)
                        && naming.is_body(gazetteer, found)
                        && owner.is_none()
                    {
                        chair = true;
                        side = Some(found);
                    }
                }
            }
            at = named.to.max(at + 1);
            continue;
        }
        let word = &words[at].fold;
        if lexicon.roles.former.contains(word) && head_at.is_none() {
            former = true;
        }
        // "Who leads the Civic Bloc"
        let leads = at > from && words[at - 1].fold == "who" && LEADS.contains(&word.as_str());
        if leads || lexicon.is_role(word) || matches!(word.as_str(), "chairs" | "chairing") {
            // "Norvia's observer" is sent by a state; other observers only look on.
            let sent = word == "observer" && pending.is_some();
            private |= lexicon.roles.private.contains(word) && !sent;
            heads.push(word.clone());
            head_at = Some(at);
            if lexicon.roles.chair.contains(word)
                || matches!(word.as_str(), "chairs" | "chairing" | "chaired")
            {
                let owner = pending.filter(|s| naming.is_body(gazetteer, *s));
                // "Dutch minister and OSCE chair": the body may stand right before the noun.
                let near = naming
                    .side(at.saturating_sub(1))
                    .filter(|s| at > from && naming.is_body(gazetteer, *s));
                if let Some(body) = near.or(owner) {
                    chair = true;
                    side = Some(body);
                }
            }
        }
        at += 1;
    }
    if heads.is_empty() {
        return None;
    }
    // "Its ambassador in Lindal" serves whom the words before speak of.
    let referred = matches!(words[from].fold.as_str(), "its" | "his" | "her" | "their");
    let weak = weak.filter(|_| !referred);
    let official = heads.iter().any(|h| {
        matches!(h.as_str(), "leads" | "heads")
            || lexicon.roles.official.contains(h)
            || lexicon.roles.chair.contains(h)
            || lexicon.roles.mouthpiece.contains(h)
    });
    // "A former president who leads the Civic Bloc" is no private person.
    let leads = heads
        .iter()
        .any(|head| matches!(head.as_str(), "leads" | "heads"));
    // "The former commander who has been president since September"
    let now = words[from..to]
        .windows(2)
        .any(|two| two[0].fold == "who" && matches!(two[1].fold.as_str(), "has" | "is" | "became"));
    private = private && !official || former && !leads && !now;
    Some(Office {
        text: written(words, from, to),
        heads,
        side: side.or(pending).or(place).or(weak),
        chair,
        private,
        range: (from, to),
    })
}

fn office_before(
    words: &[Word<'_>],
    naming: &Naming,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
    name: usize,
) -> Option<Office> {
    // "The foreign minister of Norvia, Mr Olaf Tveit"
    let courtesy = |word: &Word<'_>| matches!(word.fold.as_str(), "mr" | "ms" | "mrs" | "dr");
    let titled =
        name > 0 && matches!(words[name].gap.trim(), "" | ".") && courtesy(&words[name - 1]);
    let name = name - usize::from(titled);
    let mut from = name;
    let mut unknown = 0;
    while from > 0 && name - from < 16 && words[from].sentence == words[from - 1].sentence {
        let gap = words[from].gap;
        // One comma may stand between an office and the name: "Kenya's envoy, Amina Hassan,".
        let comma = from == name && gap.trim() == ",";
        if gap.contains([',', ';', ':', '"', '“', '”', '(', ')', '—', '–']) && !comma
            || words[from].opens
        {
            break;
        }
        let word = &words[from - 1];
        if lexicon.names.stops.contains(&word.fold) || word.fold == "and" {
            break;
        }
        let fits = naming.at[from - 1].is_some()
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
            || word.capital();
        if !fits {
            unknown += 1;
            if unknown > 2 {
                break;
            }
        }
        from -= 1;
    }
    if from == name {
        return None;
    }
    if let Some(office) = office(words, naming, lexicon, gazetteer, from, name) {
        return Some(office);
    }
    // "Kenya's Amina Hassan": a side alone before the name.
    let owner = naming.place(name - 1)?;
    (words[name].follows() && (words[name - 1].possessive || owner.form == Form::Demonym))
        .then(|| Office::untitled(owner.side, false, (owner.from, name)))
}

/// Whom somebody served who "led the delegation of the Republic of Norvia" or "heads the Norvian team", told right
/// behind the name.
fn led(words: &[Word<'_>], naming: &Naming, end: usize) -> Option<Office> {
    const REACH: usize = 8;
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

fn office_after(
    words: &[Word<'_>],
    naming: &Naming,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
    end: usize,
) -> Option<Office> {
    let first = words.get(end)?;
    if first.sentence != words[end - 1].sentence || words[end - 1].possessive {
        return None;
    }
    let gap = first.gap.trim();
    let bare =
        gap.is_empty() && matches!(first.fold.as_str(), "of" | "from" | "is" | "was" | "for");
    let opens = matches!(gap, "," | "(" | "—" | "–" | "-");
    if gap.is_empty() && LEADS.contains(&first.fold.as_str()) {
        return led(words, naming, end);
    }
    // "Ana Torvald, today concluded talks with the minister of Norvia": a day tells when, not who.
    let day = matches!(
        first.fold.as_str(),
        "today" | "yesterday" | "tonight" | "tomorrow" | "on" | "last" | "this"
    );
    if !bare && (!opens || day || lexicon.names.stops.contains(&first.fold)) {
        return None;
    }
    let mut to = end + 1;
    let mut joined_lists = 0;
    while to < words.len() && to - end < 18 && words[to].sentence == first.sentence {
        let gap = words[to].gap;
        if gap.contains([';', ':', '"', '“', ')', '—', '–']) {
            break;
        }
        if gap.contains(',') {
            // "Samoa's minister, who chairs the alliance" and "who heads the main party, Serb List," go on; other commas
            // end the phrase.
            let called = lexicon.is_organisation(&words[to - 1].fold)
                && naming
                    .place(to)
                    .is_some_and(|place| place.form == Form::Name);
            if words[to].fold != "who" && !called || joined_lists > 0 {
                break;
            }
            joined_lists += 1;
        }
        if words[to].fold != "who"
            && lexicon.names.stops.contains(&words[to].fold)
            && words[to - 1].fold != "who"
        {
            break;
        }
        to += 1;
    }
    if let Some(found) = office(words, naming, lexicon, gazetteer, end, to) {
        return Some(found);
    }
    // "Mette Holm for the EU", "Mette Holm, speaking for the EU": she speaks for that body here.
    let for_body = (end..to.min(end + 9)).find_map(|at| {
        let named = naming.place(at).filter(|named| named.from == at)?;
        let before = at - usize::from(at > end && words[at - 1].fold == "the");
        let side = named.side.filter(|side| naming.is_body(gazetteer, *side))?;
        let tail = |n: usize| {
            before
                .checked_sub(n)
                .filter(|i| *i >= end)
                .map_or("", |i| words[i].fold.as_str())
        };
        let speaks = tail(1) == "for" && (before - 1 == end || SPEAKS.contains(&tail(2)))
            || tail(1) == "of" && tail(2) == "behalf";
        speaks.then_some(side)
    });
    if let Some(side) = for_body {
        return Some(Office::untitled(Some(side), true, (end, to)));
    }
    // "Amina Hassan of Kenya", "Amina Hassan (Kenya)", "who leads the Kenyan delegation".
    let named = (end..to.min(end + 8)).find_map(|at| naming.place(at))?;
    let near = named.from <= end + 1 && (bare || gap == "(") || first.fold == "who";
    let near =
        near || named.from <= end + 4 && matches!(first.fold.as_str(), "of" | "from" | "for");
    (near && named.side.is_some() && !matches!(first.fold.as_str(), "is" | "was"))
        .then(|| Office::untitled(named.side, false, (end, to)))
}
