//! What no record set can hold is refused before anything is written.

use crate::{Error, Result};
use plenary_domain::NewArticle;
use plenary_domain::parsed::ParsedArticle;

/// [`Error::Invalid`] for a NUL in a text, and for records that name what the article does not have.
pub(super) fn check(article: &NewArticle, parsed: &ParsedArticle) -> Result<()> {
    if texts(article, parsed).any(|text| text.contains('\0')) {
        return Err(Error::Invalid(
            "a NUL character cannot be stored".to_owned(),
        ));
    }
    check_references(parsed)
}

/// The texts of the caller, and the words that were found for names and notes.
fn texts<'a>(article: &'a NewArticle, parsed: &'a ParsedArticle) -> impl Iterator<Item = &'a str> {
    [
        &article.title,
        &article.outlet,
        &article.url,
        &parsed.title,
        &parsed.outlet,
        &parsed.language,
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .chain(std::iter::once(article.text.as_str()))
    .chain(parsed.notes.iter().map(String::as_str))
    .chain(parsed.actors.iter().flat_map(|actor| {
        std::iter::once(actor.name.as_str())
            .chain(actor.forms.iter().map(String::as_str))
            .chain(actor.role.as_deref())
    }))
    .chain(
        parsed
            .parties
            .iter()
            .flat_map(|party| [party.slug.as_str(), party.name.as_str()]),
    )
    .chain(parsed.meetings.iter().flat_map(|meeting| {
        [meeting.slug.as_str(), meeting.name.as_str()]
            .into_iter()
            .chain(meeting.venue.as_deref())
    }))
}

/// Records name actors, parties, meetings and statements by their place in a list of the same article.
fn check_references(parsed: &ParsedArticle) -> Result<()> {
    let refers = |at: usize, list: usize, what: &str| {
        if at < list {
            Ok(())
        } else {
            Err(Error::Invalid(format!(
                "the records name {what} {at} of {list}"
            )))
        }
    };
    for actor in &parsed.actors {
        if let Some(party) = actor.party {
            refers(party, parsed.parties.len(), "party")?;
        }
    }
    for meeting in &parsed.meetings {
        for party in &meeting.parties {
            refers(*party, parsed.parties.len(), "party")?;
        }
    }
    for position in &parsed.positions {
        refers(position.statement, parsed.statements.len(), "statement")?;
        refers(position.actor, parsed.actors.len(), "actor")?;
        if let Some(party) = position.party {
            refers(party, parsed.parties.len(), "party")?;
        }
        if let Some(meeting) = position.meeting {
            refers(meeting, parsed.meetings.len(), "meeting")?;
        }
    }
    Ok(())
}
