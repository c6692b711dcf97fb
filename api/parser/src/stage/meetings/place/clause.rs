//! Where in its clause a word stands: at its front, where it sets the scene, or in what is only added of a person.

use crate::stage::meetings::line::Line;

/// True for a place with which its clause begins, after "in", "at", "of" or "during": behind nothing, a colon or a quotation mark.
pub(super) fn is_fronted(line: &Line<'_>, token: usize) -> bool {
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
pub(super) fn is_aside(line: &Line<'_>, token: usize) -> bool {
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
