//! Bodies that only the title names in full.

use super::kind;
use crate::stage::actors::lexicon::Lexicon;
use crate::stage::actors::naming::{LocalParty, Naming};
use crate::stage::actors::words::fold;
use plenary_domain::PartyKind;
use plenary_domain::gazetteer::Gazetteer;

/// Adds the bodies that the title names, of which the text may only speak as "the Union". A title in which most words
/// are written large tells no names.
pub(in crate::stage::actors) fn add_titled(
    naming: &mut Naming,
    title: &str,
    lexicon: &Lexicon,
    gazetteer: &Gazetteer,
) {
    let words: Vec<&str> = title.split_whitespace().collect();
    let long = || words.iter().filter(|word| word.chars().count() >= 4);
    let small = long().filter(|word| !is_large(word)).count();
    if small < 3 || small * 2 < long().count() {
        return;
    }
    let mut at = 0;
    while at < words.len() {
        let from = at;
        at = end(&words, from).max(from + 1);
        let name: Vec<&str> = words[from..at]
            .iter()
            .map(|word| word.trim_end_matches(|c: char| !c.is_alphabetic()))
            .collect();
        if let Some(head) = body(lexicon, &name) {
            let name = name.join(" ");
            if gazetteer.meaning(&name).is_none() {
                naming.local.push(LocalParty::new(name, head));
            }
        }
    }
}

/// Where the run of words written large ends that begins at a word; a mark behind a word ends it.
fn end(words: &[&str], from: usize) -> usize {
    let plain = |word: &str| word.chars().all(|c| c.is_alphabetic() || c == '-');
    let mut at = from;
    while at < words.len() && is_large(words[at]) && (at == from || plain(words[at - 1])) {
        at += 1;
    }
    at
}

/// The kind of body that a name of several words tells. None for states and for factions.
fn body(lexicon: &Lexicon, name: &[&str]) -> Option<PartyKind> {
    let body = |head: &PartyKind| !matches!(head, PartyKind::State | PartyKind::Faction);
    let head = kind(lexicon, &fold(name.last()?)).filter(body)?;
    let fits = name.len() > 1 && !lexicon.names.openers.contains(&fold(name[0]));
    fits.then_some(head)
}

/// True for a word that begins with a capital.
fn is_large(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}
