//! What stands behind the `?` of an address: the filter, the page, and the check that nothing else does.
//!
//! A parameter that is not documented is refused, so that a misspelt filter never reads as "no
//! filter"; so is an empty value where a list, a number or a day is due. What an operation documents
//! is what it accepts: the check asks the same `IntoParams` that writes the OpenAPI document.

use super::problem::{Kind, Problem};
use crate::shape::{ActCode, ModeCode, StanceCode};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use percent_encoding::percent_decode_str;
use plenary_domain::PositionFilter;
use plenary_domain::filter::{Choice, Paging};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::future::{Ready, ready};
use std::str::FromStr;
use utoipa::openapi::schema::{KnownFormat, Object, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, Number};

/// Items on a page where `limit` is not given.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most items on a page.
pub const MAX_LIMIT: u32 = 1000;
/// Most values in one comma list.
pub const MAX_VALUES: usize = 500;

/// The query parts of a request: one struct or several, each documented by `IntoParams` and read
/// as optional strings.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: Parts> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Query<T>, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Query))
    }
}

fn read<T: Parts>(query: &str) -> Result<T, Problem> {
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(Problem::new(Kind::Malformed, "The query is not UTF-8."));
    }
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
        .map_err(|error| Problem::invalid("query", error.to_string()))?
        .into_inner();
    let documented = T::documented();
    let mut values = Map::new();
    for (name, value) in pairs {
        let location = format!("query.{name}");
        let Some(parameter) = documented.iter().find(|known| known.name == name) else {
            let known: Vec<&str> = documented.iter().map(|known| known.name.as_str()).collect();
            let known = known.join(", ");
            let allowed = if known.is_empty() {
                "this operation takes none".to_owned()
            } else {
                format!("use: {known}")
            };
            return Err(Problem::invalid(
                location,
                format!("no such parameter; {allowed}"),
            ));
        };
        if value.contains('\0') {
            return Err(Problem::invalid(location, "holds a NUL character"));
        }
        if value.trim().is_empty() {
            // No words to look for is no condition; no list, number or day is an oversight.
            if parameter.is_text() {
                continue;
            }
            return Err(Problem::invalid(
                location,
                "is empty; leave it out where nothing is chosen",
            ));
        }
        parameter
            .check(&value)
            .map_err(|wrong| Problem::invalid(location, wrong))?;
        // A repeated list is one list.
        match values.get_mut(&name) {
            Some(Value::String(before)) => {
                before.push(',');
                before.push_str(&value);
            }
            _ => {
                values.insert(name, Value::String(value));
            }
        }
    }
    T::read(&values)
}

/// Structs that are read together from one query string.
pub trait Parts: Sized {
    /// Every parameter that they document.
    fn documented() -> Vec<Parameter>;
    /// Reads them.
    fn read(values: &Map<String, Value>) -> Result<Self, Problem>;
}

/// A parameter as the OpenAPI document has it.
pub struct Parameter {
    name: String,
    /// Its schema, where that is a plain value and no list and no closed one.
    plain: Option<Object>,
}

impl Parameter {
    /// True for free text, which says what it wants and cannot be malformed.
    fn is_text(&self) -> bool {
        self.plain.as_ref().is_some_and(|plain| {
            plain.schema_type == SchemaType::Type(Type::String) && plain.format.is_none()
        })
    }

    /// Holds a value to the bounds that the document states.
    fn check(&self, value: &str) -> Result<(), String> {
        let Some(plain) = &self.plain else {
            return Ok(());
        };
        if let Some(longest) = plain.max_length
            && value.chars().count() > longest
        {
            return Err(format!("has more than {longest} characters"));
        }
        if plain.schema_type == SchemaType::Type(Type::Integer) {
            let (low, high) = bounds(plain);
            let fits = |number| (low..=high).contains(&number);
            if !value.parse::<i64>().is_ok_and(fits) {
                return Err(format!("`{value}` is no whole number in {low}..={high}"));
            }
        }
        Ok(())
    }
}

/// What a whole number may be: what is stated, else what its format holds.
fn bounds(plain: &Object) -> (i64, i64) {
    let stated = |number: &Option<Number>| match number {
        Some(Number::Int(number)) => i64::try_from(*number).ok(),
        Some(Number::UInt(number)) => i64::try_from(*number).ok(),
        // No bound of a whole number has a fraction.
        Some(Number::Float(number)) => Some(*number as i64),
        None => None,
    };
    let (low, high) = match plain.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::Int32)) => {
            (i64::from(i32::MIN), i64::from(i32::MAX))
        }
        _ => (i64::MIN, i64::MAX),
    };
    (
        stated(&plain.minimum).unwrap_or(low),
        stated(&plain.maximum).unwrap_or(high),
    )
}

fn documented<T: IntoParams>() -> Vec<Parameter> {
    T::into_params(|| None)
        .into_iter()
        .map(|parameter| Parameter {
            name: parameter.name,
            plain: match parameter.schema {
                Some(RefOr::T(Schema::Object(plain))) => Some(plain),
                _ => None,
            },
        })
        .collect()
}

fn part<T: DeserializeOwned>(values: &Map<String, Value>) -> Result<T, Problem> {
    serde_json::from_value(Value::Object(values.clone()))
        .map_err(|error| Problem::invalid("query", error.to_string()))
}

/// No parameters at all.
impl Parts for () {
    fn documented() -> Vec<Parameter> {
        Vec::new()
    }
    fn read(_: &Map<String, Value>) -> Result<Self, Problem> {
        Ok(())
    }
}

impl<A: IntoParams + DeserializeOwned> Parts for (A,) {
    fn documented() -> Vec<Parameter> {
        documented::<A>()
    }
    fn read(values: &Map<String, Value>) -> Result<Self, Problem> {
        Ok((part(values)?,))
    }
}

impl<A, B> Parts for (A, B)
where
    A: IntoParams + DeserializeOwned,
    B: IntoParams + DeserializeOwned,
{
    fn documented() -> Vec<Parameter> {
        let mut all = documented::<A>();
        all.extend(documented::<B>());
        all
    }
    fn read(values: &Map<String, Value>) -> Result<Self, Problem> {
        Ok((part(values)?, part(values)?))
    }
}

impl<A, B, C> Parts for (A, B, C)
where
    A: IntoParams + DeserializeOwned,
    B: IntoParams + DeserializeOwned,
    C: IntoParams + DeserializeOwned,
{
    fn documented() -> Vec<Parameter> {
        let mut all = <(A, B)>::documented();
        all.extend(documented::<C>());
        all
    }
    fn read(values: &Map<String, Value>) -> Result<Self, Problem> {
        Ok((part(values)?, part(values)?, part(values)?))
    }
}

impl<A, B, C, D> Parts for (A, B, C, D)
where
    A: IntoParams + DeserializeOwned,
    B: IntoParams + DeserializeOwned,
    C: IntoParams + DeserializeOwned,
    D: IntoParams + DeserializeOwned,
{
    fn documented() -> Vec<Parameter> {
        let mut all = <(A, B, C)>::documented();
        all.extend(documented::<D>());
        all
    }
    fn read(values: &Map<String, Value>) -> Result<Self, Problem> {
        Ok((part(values)?, part(values)?, part(values)?, part(values)?))
    }
}

/// Which positions are meant. The same parameters, read the same way, on every list, comparison and
/// export. Lists are joined by commas; the `not_` twin of a list leaves its values out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FilterQuery {
    /// Slugs of parties, e.g. `russia,ukraine`. `none` stands for positions of no party.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parties: Option<String>,
    /// Leaves out what `parties` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_parties: Option<String>,
    /// Slugs of actors, e.g. `alexander-lukashevich`.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actors: Option<String>,
    /// Leaves out what `actors` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_actors: Option<String>,
    /// Slugs of meetings, e.g. `vienna-2022-01-13`. `none` stands for positions of no meeting.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meetings: Option<String>,
    /// Leaves out what `meetings` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_meetings: Option<String>,
    /// Slugs of processes. `none` stands for positions of no process.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<String>,
    /// Leaves out what `processes` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_processes: Option<String>,
    /// Slugs of issues, e.g. `alliance-membership`.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issues: Option<String>,
    /// Leaves out what `issues` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_issues: Option<String>,
    /// Domains of issues, e.g. `security`.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains: Option<String>,
    /// Leaves out what `domains` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_domains: Option<String>,
    /// Stances towards the issue's proposition.
    #[param(value_type = Vec<StanceCode>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stances: Option<String>,
    /// Leaves out what `stances` would admit.
    #[param(value_type = Vec<StanceCode>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_stances: Option<String>,
    /// What speakers do with their words.
    #[param(value_type = Vec<ActCode>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acts: Option<String>,
    /// Leaves out what `acts` would admit.
    #[param(value_type = Vec<ActCode>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_acts: Option<String>,
    /// How much of the words is quoted.
    #[param(value_type = Vec<ModeCode>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modes: Option<String>,
    /// Leaves out what `modes` would admit.
    #[param(value_type = Vec<ModeCode>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_modes: Option<String>,
    /// Ids of articles.
    #[param(value_type = Vec<Uuid>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub articles: Option<String>,
    /// Leaves out what `articles` would admit.
    #[param(value_type = Vec<Uuid>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_articles: Option<String>,
    /// Names of outlets, compared without case. `none` stands for articles of no outlet.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlets: Option<String>,
    /// Leaves out what `outlets` would admit.
    #[param(value_type = Vec<String>, style = Form, explode = false, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_outlets: Option<String>,
    /// Said on this day or later: the first day of the meeting, else the day of publication.
    #[param(value_type = NaiveDate, required = false, example = "2022-01-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Said on this day or earlier.
    #[param(value_type = NaiveDate, required = false, example = "2022-12-31")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Least probability that the record is right.
    #[param(value_type = f32, required = false, minimum = 0, maximum = 1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<String>,
    /// Full-text search over the words that carry the position: `sanctions -oil "red lines"`.
    #[param(value_type = String, required = false, max_length = 500)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Answer as of this revision of the records; without it, as of the newest.
    #[param(value_type = i64, required = false, minimum = 0)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

impl FilterQuery {
    /// The filter in the domain's words; a value that cannot be read is a problem that names it.
    pub fn filter(&self) -> Result<PositionFilter, Problem> {
        let filter = PositionFilter {
            parties: Choice {
                any: list("parties", &self.parties)?,
                none: list("not_parties", &self.not_parties)?,
            },
            actors: Choice {
                any: list("actors", &self.actors)?,
                none: list("not_actors", &self.not_actors)?,
            },
            meetings: Choice {
                any: list("meetings", &self.meetings)?,
                none: list("not_meetings", &self.not_meetings)?,
            },
            processes: Choice {
                any: list("processes", &self.processes)?,
                none: list("not_processes", &self.not_processes)?,
            },
            issues: Choice {
                any: list("issues", &self.issues)?,
                none: list("not_issues", &self.not_issues)?,
            },
            domains: Choice {
                any: list("domains", &self.domains)?,
                none: list("not_domains", &self.not_domains)?,
            },
            stances: Choice {
                any: list("stances", &self.stances)?,
                none: list("not_stances", &self.not_stances)?,
            },
            acts: Choice {
                any: list("acts", &self.acts)?,
                none: list("not_acts", &self.not_acts)?,
            },
            modes: Choice {
                any: list("modes", &self.modes)?,
                none: list("not_modes", &self.not_modes)?,
            },
            articles: Choice {
                any: list("articles", &self.articles)?,
                none: list("not_articles", &self.not_articles)?,
            },
            outlets: Choice {
                any: list("outlets", &self.outlets)?,
                none: list("not_outlets", &self.not_outlets)?,
            },
            from: scalar("from", &self.from)?,
            to: scalar("to", &self.to)?,
            min_confidence: scalar("min_confidence", &self.min_confidence)?,
            q: self.q.clone(),
            revision: scalar("revision", &self.revision)?,
        };
        if let Some(least) = filter.min_confidence
            && !(0.0..=1.0).contains(&least)
        {
            return Err(Problem::invalid(
                "query.min_confidence",
                "must lie in 0..=1",
            ));
        }
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            return Err(Problem::conflict("query.from", "is later than `to`"));
        }
        Ok(filter)
    }

    /// The filter as a query string, commas left readable.
    pub fn query_string(&self) -> String {
        // Every field is a string, which always serialises.
        serde_urlencoded::to_string(self)
            .unwrap_or_default()
            .replace("%2C", ",")
    }
}

/// A comma list of values.
pub fn list<T: FromStr>(name: &str, value: &Option<String>) -> Result<Vec<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let parts: Vec<&str> = value.split(',').map(str::trim).collect();
    let location = format!("query.{name}");
    if parts.contains(&"") {
        return Err(Problem::invalid(location, "has no value between commas"));
    }
    if parts.len() > MAX_VALUES {
        return Err(Problem::invalid(
            location,
            format!("has more than {MAX_VALUES} values"),
        ));
    }
    parts
        .into_iter()
        .map(|part| {
            part.parse().map_err(|error: T::Err| {
                Problem::invalid(location.clone(), format!("`{part}`: {error}"))
            })
        })
        .collect()
}

/// One value.
pub fn scalar<T: FromStr>(name: &str, value: &Option<String>) -> Result<Option<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    value
        .as_deref()
        .map(|text| {
            text.parse().map_err(|error: T::Err| {
                Problem::invalid(format!("query.{name}"), format!("`{text}`: {error}"))
            })
        })
        .transpose()
}

/// Which page of a list is meant.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Most items on the page. JSON answers have 50 where it is not given; CSV and NDJSON answers
    /// then hold the whole list.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 1000)]
    pub limit: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    #[param(value_type = String, required = false)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// True when the client asks for one page; CSV and NDJSON are whole lists otherwise.
    pub fn is_given(&self) -> bool {
        self.limit.is_some() || self.cursor.is_some()
    }

    /// The page in the domain's words; `most` items are what this server puts on one.
    pub fn paging(&self, most: u32) -> Result<Paging, Problem> {
        let limit = scalar("limit", &self.limit)?.unwrap_or(DEFAULT_LIMIT.min(most));
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Problem::invalid(
                "query.limit",
                format!("must lie in 1..={MAX_LIMIT}"),
            ));
        }
        if limit > most {
            return Err(Problem::answer_too_large(
                "query.limit",
                format!("this server puts at most {most} items on a page"),
            ));
        }
        Ok(Paging {
            limit,
            cursor: self.cursor.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenary_domain::Stance;

    fn filter(query: &str) -> Result<PositionFilter, Problem> {
        let (filter, _) = read::<(FilterQuery, PageQuery)>(query)?;
        filter.filter()
    }

    #[test]
    fn lists_and_their_twins_are_read() {
        let filter =
            filter("parties=russia,ukraine&not_parties=nato&stances=support&not_acts=accuse")
                .unwrap();
        assert_eq!(filter.parties.any, ["russia", "ukraine"]);
        assert_eq!(filter.parties.none, ["nato"]);
        assert_eq!(filter.stances.any, [Stance::Support]);
        assert_eq!(filter.acts.none.len(), 1);
    }

    #[test]
    fn a_repeated_list_is_one_list_and_no_words_are_no_condition() {
        let filter = filter("issues=a&issues=b&q=").unwrap();
        assert_eq!(filter.issues.any, ["a", "b"]);
        assert_eq!(filter.q, None);
    }

    #[test]
    fn wrong_values_are_named() {
        for (query, location) in [
            ("party=russia", "query.party"),
            ("stances=against", "query.stances"),
            ("from=yesterday", "query.from"),
            ("from=2022-02-01&to=2022-01-01", "query.from"),
            ("min_confidence=2", "query.min_confidence"),
            ("min_confidence=NaN", "query.min_confidence"),
            ("articles=1", "query.articles"),
            ("revision=-1", "query.revision"),
            ("parties=,", "query.parties"),
            ("parties=", "query.parties"),
            ("parties=russia,", "query.parties"),
            ("to=", "query.to"),
            ("limit=0", "query.limit"),
            ("limit=1001", "query.limit"),
            ("limit=%205", "query.limit"),
            ("q=%00", "query.q"),
        ] {
            let problem = filter(query).unwrap_err();
            assert_eq!(problem.errors[0].location, location, "{query}");
        }
    }

    #[test]
    fn a_filter_survives_its_own_address() {
        let (before, _) = read::<(FilterQuery, PageQuery)>(
            "parties=a,b&outlets=K%C3%B6lner+Wire&q=%22red+lines%22&from=2022-01-01",
        )
        .unwrap();
        let (after, _) = read::<(FilterQuery, PageQuery)>(&before.query_string()).unwrap();
        assert_eq!(before, after);
    }
}
