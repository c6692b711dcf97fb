//! How statements follow one another: who goes on speaking, or what goes on in a paragraph, seldom changes the
//! meeting.

use super::reader::Reader;
use crate::stage::weigh::Features;

/// How a statement hangs together with the one before it, and with the speaker's last one.
pub(super) struct Chain {
    /// What was chosen for the statement before; `None` for the first.
    before: Option<Option<usize>>,
    /// What was chosen for the last statement of the same speaker; `None` where he did not speak.
    spoke: Option<Option<usize>>,
    same_speaker: bool,
    same_paragraph: bool,
    next_paragraph: bool,
}

impl Chain {
    /// Reads how a statement stands to the one before it.
    pub(super) fn read(
        reader: &Reader<'_>,
        attribution: usize,
        before: Option<Option<usize>>,
        spoke: Option<Option<usize>>,
    ) -> Chain {
        let earlier = attribution.checked_sub(1);
        let speaker = earlier.and_then(|earlier| reader.speaker[earlier]);
        let paragraph = |at: usize| Some(reader.lines[reader.line_of[at]?].paragraph);
        let paragraphs = earlier.and_then(paragraph).zip(paragraph(attribution));
        Chain {
            before,
            spoke,
            same_speaker: speaker.is_some() && speaker == reader.speaker[attribution],
            same_paragraph: paragraphs.is_some_and(|(before, now)| now == before),
            next_paragraph: paragraphs.is_some_and(|(before, now)| now > before),
        }
    }

    /// Adds what speaks for a choice because an earlier statement was placed there.
    pub(super) fn features(&self, features: &mut Features, choice: Option<usize>, main: bool) {
        if self.spoke == Some(choice) {
            features.when("speaker before", choice.is_some() && !main);
            features.when("speaker before, main", main);
            features.when("none, speaker before", choice.is_none());
        }
        if self.before != Some(choice) {
            return;
        }
        features.when("follows", self.same_paragraph && !main);
        features.when("follows, same speaker", self.same_speaker && !main);
        features.when(
            "follows, both",
            self.same_speaker && self.same_paragraph && !main,
        );
        features.when("follows, new paragraph", self.next_paragraph && !main);
        features.when("follows, main", main && self.same_paragraph);
        features.when("follows, main, same speaker", main && self.same_speaker);
    }
}
