//! Whom and what an article names: found among what is stored, then placed where rulings put it.

use crate::resolve::ruling::{Placed, Rulings};
use crate::{Result, resolve};
use plenary_domain::NameKind;
use plenary_domain::meeting::Known;
use plenary_domain::parsed::ParsedArticle;
use sqlx::PgConnection;
use uuid::Uuid;

/// A stored name that an article's name was found to be, and what rulings make of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub(super) found: Uuid,
    pub(super) placed: Placed,
}

impl Name {
    /// What it was found to be, where rulings say otherwise.
    pub(super) fn overruled(self) -> Option<Uuid> {
        (self.found != self.placed.stands_for).then_some(self.found)
    }
}

/// Every name of an article, in its order.
pub(super) struct Names {
    pub(super) parties: Vec<Name>,
    pub(super) actors: Vec<Name>,
    pub(super) meetings: Vec<Name>,
    /// What the article tells of each meeting.
    pub(super) told: Vec<Known<Uuid>>,
}

impl Names {
    /// Finds each name among the stored ones, or stores it. Parties go first: actors and meetings are told
    /// apart by them.
    pub(super) async fn resolve(
        connection: &mut PgConnection,
        parsed: &ParsedArticle,
        hash: &[u8],
    ) -> Result<Names> {
        let rulings = Rulings::on_content(connection, hash).await?;
        let named = |kind: NameKind, found: Vec<Uuid>| -> Vec<Name> {
            let place = |found| Name {
                found,
                placed: rulings[&kind].place(found, hash),
            };
            found.into_iter().map(place).collect()
        };
        let found = resolve::party::resolve(connection, &parsed.parties).await?;
        let parties = named(NameKind::Party, found);
        let sides: Vec<Uuid> = parties.iter().map(|name| name.placed.stands_for).collect();
        let slugs: Vec<String> = parsed.parties.iter().map(|p| p.slug.clone()).collect();
        let found = resolve::actor::resolve(connection, &parsed.actors, &sides, &slugs).await?;
        let actors = named(NameKind::Actor, found);
        let told = resolve::meeting::told(connection, parsed, &sides).await?;
        let found = resolve::meeting::resolve(connection, parsed, &told).await?;
        let meetings = named(NameKind::Meeting, found);
        Ok(Names {
            parties,
            actors,
            meetings,
            told,
        })
    }

    /// What an actor stands for.
    pub(super) fn actor(&self, at: usize) -> Uuid {
        self.actors[at].placed.stands_for
    }

    /// What a party stands for, where there is one.
    pub(super) fn party(&self, at: Option<usize>) -> Option<Uuid> {
        at.map(|at| self.parties[at].placed.stands_for)
    }

    /// What a meeting stands for, where there is one.
    pub(super) fn meeting(&self, at: Option<usize>) -> Option<Uuid> {
        at.map(|at| self.meetings[at].placed.stands_for)
    }
}
