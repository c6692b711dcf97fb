//! The JSON shapes that several resources share, and how each becomes a line of CSV.
//!
//! The domain's records know no serialisation; what clients see is decided here and in the files
//! under `routes/`, so that a change of a record cannot change the API unnoticed.

use chrono::NaiveDate;
use plenary_domain::record;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Declares the enum that shows a closed list of the domain to clients. The match keeps the two in
/// step: a value that is missing here does not compile.
macro_rules! code_schema {
    ($(#[$meta:meta])* $name:ident of $domain:path { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // The domain documents the values.
        pub enum $name { $($variant),+ }

        impl From<$domain> for $name {
            fn from(code: $domain) -> Self {
                match code { $(<$domain>::$variant => $name::$variant),+ }
            }
        }
    };
}

code_schema! {
    /// What a speaker does with the words: `state` assesses or explains, `support` agrees or
    /// welcomes, `commit` promises or announces, `request` asks or demands, `reject` refuses,
    /// `accuse` blames, `deny` denies a charge, `threaten` warns of consequences.
    ActCode of plenary_domain::Act { State, Support, Commit, Request, Reject, Accuse, Deny, Threaten }
}
code_schema! {
    /// How much of the words stands in quotation marks: all (`direct`), a part (`mixed`), none
    /// (`indirect`).
    ModeCode of plenary_domain::Mode { Direct, Mixed, Indirect }
}
code_schema! {
    /// Stance towards the issue's proposition, never sentiment: `oppose` is -1, `neutral` 0,
    /// `support` +1.
    StanceCode of plenary_domain::Stance { Oppose, Neutral, Support }
}
code_schema! {
    /// What kind of side a party is.
    PartyKindCode of plenary_domain::PartyKind { State, Organisation, Bloc, Movement, Faction, Other }
}
code_schema! {
    /// What kind of speaker an actor is: a `person` known by name, a `collective` such as a
    /// ministry, or somebody `unnamed` who is told only by role.
    ActorKindCode of plenary_domain::ActorKind { Person, Collective, Unnamed }
}
code_schema! {
    /// Whether a meeting took place, as the articles tell it.
    MeetingStatusCode of plenary_domain::MeetingStatus { Held, Planned, Cancelled }
}

code_schema! {
    /// What kind of names a ruling is about.
    NameKindCode of plenary_domain::NameKind { Actor, Party, Meeting }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    /// The items in the list's total order.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last page.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
    /// Number of items on all pages together.
    #[schema(minimum = 0)]
    pub total: i64,
}

/// A shape that has a line of CSV. Columns and fields stand in the same order.
pub trait Row: Serialize {
    /// The header line.
    fn columns() -> Vec<&'static str>;
    /// The fields of one line, as many as there are columns.
    fn fields(&self) -> Vec<String>;
}

/// The text of an optional value; empty where there is none.
pub fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

/// The spelling of a code.
pub fn code(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// The slugs of a list, as CSV holds lists.
pub fn slugs(list: &[Named]) -> String {
    list.iter()
        .map(|named| named.slug.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

/// A slug in a path. A control character, which Postgres would refuse, is no slug.
#[derive(Debug, Clone)]
pub struct Slug(String);

impl Slug {
    /// The slug as it stood in the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        if slug.chars().any(char::is_control) {
            return Err(D::Error::custom("a slug holds no control characters"));
        }
        Ok(Slug(slug))
    }
}

/// Something that people name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Named {
    /// What addresses and filters use.
    #[schema(example = "russia")]
    pub slug: String,
    /// What people read.
    #[schema(example = "Russia")]
    pub name: String,
}

impl From<record::Named> for Named {
    fn from(named: record::Named) -> Self {
        Named {
            slug: named.slug,
            name: named.name,
        }
    }
}

impl Named {
    /// A name with its slug.
    pub fn new(slug: &str, name: &str) -> Named {
        Named {
            slug: slug.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// A meeting as other records name it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MeetingRef {
    /// Venue and first day: `vienna-2022-01-13`.
    #[schema(example = "vienna-2022-01-13")]
    pub slug: String,
    /// Name or description.
    #[schema(example = "OSCE-Russia talks in Vienna")]
    pub name: String,
    /// Town.
    #[schema(required = true)]
    pub venue: Option<String>,
    /// First day.
    #[schema(required = true)]
    pub start: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    pub end: Option<NaiveDate>,
}

impl From<record::MeetingRef> for MeetingRef {
    fn from(meeting: record::MeetingRef) -> Self {
        MeetingRef {
            slug: meeting.slug,
            name: meeting.name,
            venue: meeting.venue,
            start: meeting.start,
            end: meeting.end,
        }
    }
}

impl MeetingRef {
    /// The meeting of the documentation's examples.
    pub fn example() -> MeetingRef {
        MeetingRef {
            slug: "vienna-2022-01-13".to_owned(),
            name: "OSCE Permanent Council in Vienna".to_owned(),
            venue: Some("Vienna".to_owned()),
            start: NaiveDate::from_ymd_opt(2022, 1, 13),
            end: NaiveDate::from_ymd_opt(2022, 1, 13),
        }
    }
}

/// The article behind a record.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ArticleRef {
    /// Id, to be read at `/v1/articles/{id}`.
    pub id: Uuid,
    /// Headline.
    #[schema(required = true)]
    pub title: Option<String>,
    /// Outlet.
    #[schema(required = true)]
    pub outlet: Option<String>,
    /// Day of publication.
    #[schema(required = true)]
    pub published: Option<NaiveDate>,
    /// Where it can be read.
    #[schema(required = true)]
    pub url: Option<String>,
}

impl From<record::ArticleRef> for ArticleRef {
    fn from(article: record::ArticleRef) -> Self {
        ArticleRef {
            id: article.article_id,
            title: article.title,
            outlet: article.outlet,
            published: article.published,
            url: article.url,
        }
    }
}

impl ArticleRef {
    /// The article of the documentation's examples.
    pub fn example() -> ArticleRef {
        ArticleRef {
            id: Uuid::from_u128(0x0193_5a4e_7c10_7b3a_9d2e_4f60_8182_83a4),
            title: Some("Vienna round ends with Moscow speaking of a dead end".to_owned()),
            outlet: Some("Plenary Sample Desk".to_owned()),
            published: NaiveDate::from_ymd_opt(2022, 1, 14),
            url: None,
        }
    }
}

/// The issue of a record.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IssueRef {
    /// What addresses and filters use.
    #[schema(example = "alliance-membership")]
    pub slug: String,
    /// What people read.
    #[schema(example = "Alliance membership")]
    pub name: String,
    /// Group of issues.
    #[schema(example = "security")]
    pub domain: String,
}

impl From<record::IssueRef> for IssueRef {
    fn from(issue: record::IssueRef) -> Self {
        IssueRef {
            slug: issue.slug,
            name: issue.name,
            domain: issue.domain,
        }
    }
}

impl IssueRef {
    /// The issue of the documentation's examples.
    pub fn example() -> IssueRef {
        IssueRef {
            slug: "alliance-membership".to_owned(),
            name: "Alliance membership".to_owned(),
            domain: "security".to_owned(),
        }
    }
}

/// Words of the article that a record stands on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Words {
    /// Index of the first code point in the article's text.
    #[schema(minimum = 0, example = 512)]
    pub start: u32,
    /// Index after the last code point.
    #[schema(minimum = 0, example = 561)]
    pub end: u32,
    /// The words there, exactly.
    pub text: String,
}

impl From<record::Words> for Words {
    fn from(words: record::Words) -> Self {
        Words {
            start: words.span.start,
            end: words.span.end,
            text: words.text,
        }
    }
}

impl Words {
    /// Words of the documentation's examples; `start` is where they begin.
    pub fn example(start: u32, text: &str) -> Words {
        Words {
            start,
            end: start + text.chars().count() as u32,
            text: text.to_owned(),
        }
    }
}

/// Words as one text, interruptions marked.
pub fn joined(words: &[Words]) -> String {
    words
        .iter()
        .map(|part| part.text.as_str())
        .collect::<Vec<_>>()
        .join(" … ")
}

/// How much is recorded under something that has a slug.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Counts {
    /// Current positions.
    #[schema(minimum = 0)]
    pub positions: i64,
    /// Articles with such positions.
    #[schema(minimum = 0)]
    pub articles: i64,
}

impl From<record::Counts> for Counts {
    fn from(counts: record::Counts) -> Self {
        Counts {
            positions: counts.positions,
            articles: counts.articles,
        }
    }
}

/// Converts a list of records.
pub fn all<A, B: From<A>>(records: Vec<A>) -> Vec<B> {
    records.into_iter().map(B::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenary_domain::{Act, ActorKind, MeetingStatus, Mode, NameKind, PartyKind, Stance};

    /// What clients read is spelled as filters and SQL spell it.
    #[test]
    fn codes_are_spelled_as_the_domain_spells_them() {
        fn same<D: Copy + std::fmt::Display + 'static, C: From<D> + Serialize>(all: &[D]) {
            for &code in all {
                let shown = serde_json::to_value(C::from(code)).unwrap();
                assert_eq!(shown, code.to_string());
            }
        }
        same::<Act, ActCode>(Act::ALL);
        same::<Mode, ModeCode>(Mode::ALL);
        same::<Stance, StanceCode>(Stance::ALL);
        same::<PartyKind, PartyKindCode>(PartyKind::ALL);
        same::<ActorKind, ActorKindCode>(ActorKind::ALL);
        same::<MeetingStatus, MeetingStatusCode>(MeetingStatus::ALL);
        same::<NameKind, NameKindCode>(NameKind::ALL);
    }
}
