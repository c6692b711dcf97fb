//! An article's records as a table for people.

use super::line::words;
use crate::routes::parse::{actor_name, meeting_slug};
use plenary_domain::NewArticle;
use plenary_domain::parsed::ParsedArticle;
use plenary_parser::stage::segment::Text;
use std::fmt::Write;
use unicode_segmentation::UnicodeSegmentation;

/// Most letters of a column; longer cells end in `…`.
const WIDEST: usize = 60;

/// The article's head, its meetings and its positions.
pub(super) fn table(place: &str, article: &NewArticle, parsed: &ParsedArticle) -> String {
    let text = Text::new(&article.text);
    let mut out = String::new();
    let head = [
        parsed.title.clone(),
        parsed.outlet.clone(),
        parsed.published.map(|day| day.to_string()),
    ];
    let head: Vec<String> = head.into_iter().flatten().collect();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{place}");
    if !head.is_empty() {
        let _ = writeln!(out, "{}", head.join(" · "));
    }
    for note in &parsed.notes {
        let _ = writeln!(out, "note: {note}");
    }
    let _ = writeln!(out, "{} statements", parsed.statements.len());
    let party = |index: usize| parsed.parties.get(index).map(|party| party.name.clone());
    let meetings = parsed
        .meetings
        .iter()
        .map(|meeting| {
            let parties: Vec<_> = meeting.parties.iter().filter_map(|&i| party(i)).collect();
            vec![
                meeting.slug.clone(),
                meeting.status.to_string(),
                meeting.name.clone(),
                parties.join(", "),
            ]
        })
        .collect();
    columns(
        &mut out,
        &["meeting", "status", "name", "parties"],
        meetings,
    );
    let positions = parsed
        .positions
        .iter()
        .map(|position| {
            vec![
                actor_name(parsed, position),
                position
                    .party
                    .and_then(party)
                    .unwrap_or_else(|| "–".to_owned()),
                meeting_slug(parsed, position).unwrap_or_else(|| "–".to_owned()),
                position.issue.clone(),
                position.stance.to_string(),
                position.act.to_string(),
                format!("{:.2}", position.confidence),
                words(&text, &position.evidence),
            ]
        })
        .collect();
    columns(
        &mut out,
        &[
            "speaker", "party", "meeting", "issue", "stance", "act", "sure", "words",
        ],
        positions,
    );
    out
}

/// Rows under their heads, each column as wide as it needs to be; nothing where there are no rows.
fn columns(out: &mut String, heads: &[&str], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heads)
        .chain(rows)
        .map(|row| row.iter().map(|cell| short(cell)).collect())
        .collect();
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| width(&row[column]))
                .max()
                .unwrap_or(0)
        })
        .collect();
    out.push('\n');
    for row in rows {
        let mut line = String::new();
        for (cell, widest) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(widest - width(cell) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn width(cell: &str) -> usize {
    cell.graphemes(true).count()
}

/// The cell on one line and not too long.
fn short(cell: &str) -> String {
    let folded = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = folded.graphemes(true);
    let kept: String = letters.by_ref().take(WIDEST - 1).collect();
    match letters.next() {
        None => kept,
        Some(last) if letters.next().is_none() => kept + last,
        Some(_) => kept + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_between_letters() {
        assert_eq!(short("a\n b"), "a b");
        assert_eq!(short(&"é".repeat(WIDEST)), "é".repeat(WIDEST));
        let cut = short(&"e\u{301}".repeat(WIDEST + 1));
        assert_eq!(width(&cut), WIDEST);
        assert!(cut.ends_with('…'));
    }
}
