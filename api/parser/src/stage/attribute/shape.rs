//! What the uncased vocabulary throws away: case, spacing and quotation of a token as one small number.
//!
//! code = 1 + 25 * case + 5 * space + quote, 1 to 125, each part read at the token's first character;
//! 0 is the code of the marks around a window. `training/attribution/features.py` says the same for
//! plain lines; here paragraphs and quotations are those of the segmentation, so that wrapped lines and
//! single marks count as what they are.

use crate::document::Structure;
use crate::stage::segment::Text;
use plenary_domain::Span;

/// Case, spacing and quotation of each token of a text, asked for in text order.
#[derive(Debug)]
pub(super) struct Shapes<'a> {
    text: &'a Text<'a>,
    structure: &'a Structure,
    /// First quotation that does not end before the token.
    quotation: usize,
    /// The run of letters and digits that was read last, and its case.
    run: (Span, i32),
    /// End and paragraph of the token before.
    before: Option<(u32, usize)>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(text: &'a Text<'a>, structure: &'a Structure) -> Shapes<'a> {
        Shapes {
            text,
            structure,
            quotation: 0,
            run: (Span::new(0, 0), 0),
            before: None,
        }
    }

    /// The code of the next token.
    pub(super) fn next(&mut self, span: Span, paragraph: usize) -> i32 {
        let case = self.case(span.start);
        let space = self.space(span.start, paragraph);
        let quote = self.quote(span.start);
        self.before = Some((span.end, paragraph));
        1 + 25 * case + 5 * space + quote
    }

    /// 0 no letter or digit; else of the whole run of them: 4 begins with a digit, 3 two capitals or more
    /// and no small letter, 2 begins with a capital, 1 anything else.
    fn case(&mut self, at: u32) -> i32 {
        let is = |at: u32| self.text.at(at).is_some_and(char::is_alphanumeric);
        if !is(at) {
            return 0;
        }
        let (run, case) = self.run;
        if run.start <= at && at < run.end {
            return case;
        }
        // Runs are read from left to right; the one before ends at or before this one's first character.
        let mut start = at;
        while start > run.end && is(start - 1) {
            start -= 1;
        }
        let mut end = at + 1;
        while is(end) {
            end += 1;
        }
        let run = Span::new(start, end);
        self.run = (run, case_of(self.text.slice(run)));
        self.run.1
    }

    /// 4 at the first token; 0 nothing between this token and the one before, 1 white space, 2 a new
    /// paragraph, 3 a new paragraph after an empty line.
    fn space(&self, start: u32, paragraph: usize) -> i32 {
        let Some((end, before)) = self.before else {
            return 4;
        };
        if start <= end {
            return 0;
        }
        if paragraph == before {
            return 1;
        }
        let gap = self.text.slice(Span::new(end, start));
        1 + gap.matches('\n').count().min(2) as i32
    }

    /// 0 outside quotations, 1 the opening mark, 2 inside, 3 the closing mark, 4 inside a quotation that its
    /// paragraph does not close.
    fn quote(&mut self, at: u32) -> i32 {
        let quotations = &self.structure.quotations;
        while quotations.get(self.quotation).is_some_and(|q| q.end <= at) {
            self.quotation += 1;
        }
        let Some(quotation) = quotations.get(self.quotation).filter(|q| q.start <= at) else {
            return 0;
        };
        if at == quotation.start {
            1
        } else if !is_closed(self.text, *quotation) {
            4
        } else if at + 1 == quotation.end {
            3
        } else {
            2
        }
    }
}

/// True where the quotation's last character is the mark that closes it.
pub(super) fn is_closed(text: &Text<'_>, quotation: Span) -> bool {
    quotation.len() > 1
        && text.at(quotation.end - 1).is_some_and(|c| {
            matches!(
                c,
                '”' | '"' | '»' | '«' | '’' | '\'' | '‘' | '“' | '＂' | '」'
            )
        })
}

fn case_of(run: &str) -> i32 {
    let first = run.chars().next().unwrap_or(' ');
    if first.is_numeric() {
        return 4;
    }
    let capitals = run.chars().filter(|c| c.is_uppercase()).count();
    if capitals >= 2 && !run.chars().any(char::is_lowercase) {
        3
    } else if first.is_uppercase() {
        2
    } else {
        1
    }
}
