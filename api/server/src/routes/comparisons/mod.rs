//! `/v1/comparisons`: what each side said across meetings, counted and measured; one file an answer.

pub mod agreement;
pub mod basis;
pub mod consistency;
pub mod contradictions;
pub mod counted;
pub mod counting;
mod links;
pub mod loyalty;
pub mod network;
pub mod per_issue;
pub mod polarisation;
pub mod positions;
pub mod quotes;
pub mod rendered;
pub mod shifts;
pub mod timeline;
pub mod windows;

use crate::http::problem::Problem;
use crate::shape::Named;
use plenary_domain::filter::NONE;
use serde::Serialize;
use utoipa::ToSchema;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// Parties.
    Party,
    /// Actors.
    Actor,
}

impl RowKind {
    /// The kind that a request asks for in `by`.
    fn of(by: &Option<String>) -> Result<RowKind, Problem> {
        match by.as_deref() {
            None | Some("party") => Ok(RowKind::Party),
            Some("actor") => Ok(RowKind::Actor),
            Some(other) => Err(counting::unknown(
                "by",
                other,
                ["party", "actor"].into_iter(),
            )),
        }
    }
}

/// Who a row is about. With `by=party` there is `party` alone, with `by=actor` `actor` alone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Side {
    /// The party; null for the row of positions of no party.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Named>, required = false)]
    pub party: Option<Option<Named>>,
    /// The actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Named, required = false)]
    pub actor: Option<Named>,
}

impl Side {
    pub(crate) fn slug(&self) -> &str {
        let party = self.party.as_ref().and_then(Option::as_ref);
        party
            .or(self.actor.as_ref())
            .map_or(NONE, |named| named.slug.as_str())
    }

    pub(crate) fn name(&self) -> &str {
        let party = self.party.as_ref().and_then(Option::as_ref);
        party
            .or(self.actor.as_ref())
            .map_or("", |named| named.name.as_str())
    }

    pub(crate) fn example() -> Side {
        Side {
            party: Some(Some(Named::new("russia", "Russia"))),
            actor: None,
        }
    }

    fn other_example() -> Side {
        Side {
            party: Some(Some(Named::new("united-states", "United States"))),
            actor: None,
        }
    }
}
