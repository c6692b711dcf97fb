//! How the phrase of a source is cut and written.

use super::Reading;
use crate::stage::actors::Cast;
use crate::stage::actors::naming::written;
use plenary_domain::gazetteer::Form;

/// Where the noun phrase of a source ends: at a comma or a relative clause.
pub(super) fn phrase_end(cast: &Cast<'_>, from: usize, to: usize) -> usize {
    let ends = |at: &usize| {
        let word = &cast.words[*at];
        word.gap.contains([',', '(', ';', ':', '—', '–'])
            || matches!(
                word.fold.as_str(),
                "who" | "which" | "whose" | "whom" | "speaking" | "including" | "that"
            )
    };
    (from + 1..to).find(ends).unwrap_or(to)
}

/// The phrase without its article, and without what only describes a name: "the opposition Civic Union".
pub(super) fn trimmed(cast: &Cast<'_>, from: usize, end: usize) -> String {
    let words = &cast.words;
    let mut begin = from + usize::from(from + 1 < end && words[from].fold == "the");
    if begin + 1 < end
        && words[begin + 1].capital()
        && words[begin + 1].follows()
        && matches!(
            words[begin].fold.as_str(),
            "opposition" | "ruling" | "governing" | "group" | "organisation" | "organization"
        )
    {
        begin += 1;
    }
    written(words, begin, end)
}

/// Whom unnamed officials serve, by name: the seat of government as written, else the party's usual
/// name.
pub(super) fn whom(reading: Reading<'_>, from: usize, end: usize) -> Option<String> {
    let cast = reading.cast;
    let place = (from..end)
        .filter_map(|at| cast.naming.place(at))
        .find(|place| place.side.is_some())?;
    Some(match place.form {
        Form::Metonym | Form::Body => written(&cast.words, place.from, place.to),
        _ => reading.name(place.side?),
    })
}
