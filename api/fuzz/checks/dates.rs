//! Date resolution: two bytes choose the day of publication and the day told before, the rest is the text.

use chrono::{Days, NaiveDate};
use plenary_parser::stage::meetings::dates::Dates;
use std::sync::LazyLock;

static DATES: LazyLock<Dates> = LazyLock::new(Dates::builtin);

/// Every time found lies in the text, ends no earlier than it starts, and the times stand in text order.
pub(crate) fn check(bytes: &[u8]) {
    let [today, anchor, text @ ..] = bytes else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    // Zero is no day; the others go round leap years and turns of the year.
    let day = |byte: u8| {
        let first = NaiveDate::from_ymd_opt(2019, 12, 1)?;
        let days = u64::from(byte) * 5;
        first.checked_add_days(Days::new(days)).filter(|_| byte > 0)
    };
    let found = DATES.find(text, day(*today), day(*anchor));
    for mention in &found {
        assert!(
            text.get(mention.bytes.clone())
                .is_some_and(|words| !words.is_empty()),
            "{mention:?}"
        );
        assert!(mention.when.start <= mention.when.end, "{mention:?}");
    }
    assert!(
        found
            .windows(2)
            .all(|pair| pair[0].bytes.end <= pair[1].bytes.start),
        "{found:?}"
    );
}
