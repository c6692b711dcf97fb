//! Where the text names the parties that only it knows.

use super::{Named, Naming, Side, index, put};
use crate::stage::actors::words::{Word, fold};
use plenary_domain::gazetteer::Form;
use std::collections::HashMap;

/// The forms of parties, in words, by their first word; the longest first.
type Forms = HashMap<String, Vec<(Vec<String>, usize)>>;

/// Marks where the local parties from `base` on are named.
pub(super) fn place_local(naming: &mut Naming, words: &[Word<'_>], base: usize) {
    let forms = forms(naming, base);
    let mut at = 0;
    while at < words.len() {
        let Some((form, party)) = longest(naming, words, &forms, at) else {
            at += 1;
            continue;
        };
        let to = at + form.len();
        let form = match form.as_slice() {
            [form] if fold(&naming.local[*party].name) != *form => Form::Demonym,
            _ => Form::Name,
        };
        put(naming, Named::new(at, to, Some(Side::Local(*party)), form));
        at = to;
    }
    index(naming);
}

/// The forms of the local parties from `base` on.
fn forms(naming: &Naming, base: usize) -> Forms {
    let mut by_first = Forms::new();
    for (index, party) in naming.local.iter().enumerate().skip(base) {
        let mut forms: Vec<&String> = party.forms.iter().collect();
        forms.sort();
        for form in forms {
            let form: Vec<String> = form.split(' ').map(str::to_owned).collect();
            let first = form.first().cloned().unwrap_or_default();
            by_first.entry(first).or_default().push((form, index));
        }
    }
    for forms in by_first.values_mut() {
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }
    by_first
}

/// The longest form that stands at a word, with its party, where no place covers it yet.
fn longest<'a>(
    naming: &Naming,
    words: &[Word<'_>],
    forms: &'a Forms,
    at: usize,
) -> Option<&'a (Vec<String>, usize)> {
    let word = &words[at];
    let stands = |form: &[String]| {
        word.capital()
            && at + form.len() <= words.len()
            && (0..form.len()).all(|i| {
                let here = &words[at + i];
                naming.at[at + i].is_none()
                    && (here.fold == form[i] || here.fold.strip_suffix('s') == Some(&form[i]))
                    && (i == 0 || here.joined())
            })
    };
    // The plural of an adjective names the people: "the Norvians".
    [Some(word.fold.as_str()), word.fold.strip_suffix('s')]
        .into_iter()
        .flatten()
        .filter_map(|key| forms.get(key))
        .flatten()
        .find(|(form, _)| stands(form))
}

/// Marks the capitals of the local parties from `base` on, which stand for their country: "the Norvian capital, Hest".
/// `capitals` holds for each town the word that names the country.
pub(super) fn place_capitals(
    naming: &mut Naming,
    words: &[Word<'_>],
    base: usize,
    capitals: &HashMap<String, usize>,
) {
    let local = |side: &Side| matches!(side, Side::Local(party) if *party >= base);
    let towns: HashMap<&str, Side> = capitals
        .iter()
        .filter_map(|(town, at)| Some((town.as_str(), naming.side(*at).filter(local)?)))
        .collect();
    for (at, word) in words.iter().enumerate() {
        if let Some(side) = towns.get(word.fold.as_str())
            && word.capital()
            && naming.at[at].is_none()
        {
            put(naming, Named::new(at, at + 1, Some(*side), Form::Metonym));
        }
    }
}
