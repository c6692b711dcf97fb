//! What people ruled about names: which one a found name stands for.

use crate::Result;
use crate::rows::code;
use plenary_domain::NameKind;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Rulings in force on one kind of name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rulings {
    merges: HashMap<Uuid, Uuid>,
    splits: HashMap<(Uuid, Vec<u8>), Uuid>,
}

/// Where rulings put a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Whose forms of name and offices the article tells: what was found, or what a split says.
    pub(crate) owner: Uuid,
    /// Whose records they are, after merges.
    pub(crate) stands_for: Uuid,
}

impl Rulings {
    /// Every ruling on a kind.
    pub(crate) async fn of(connection: &mut PgConnection, kind: NameKind) -> Result<Rulings> {
        let rows = sqlx::query!(
            "select from_id, into_id, content_hash from ruling where until_revision is null and kind = $1",
            kind.as_str()
        )
        .fetch_all(connection)
        .await?;
        let mut rulings = Rulings::default();
        for row in rows {
            rulings.add(row.from_id, row.into_id, row.content_hash);
        }
        Ok(rulings)
    }

    /// The rulings that bear on an article of this content, by kind.
    pub(crate) async fn on_content(
        connection: &mut PgConnection,
        content_hash: &[u8],
    ) -> Result<HashMap<NameKind, Rulings>> {
        let rows = sqlx::query!(
            "select ruling_id, kind, from_id, into_id, content_hash from ruling
            where until_revision is null and (content_hash is null or content_hash = $1)",
            content_hash
        )
        .fetch_all(connection)
        .await?;
        let mut all: HashMap<NameKind, Rulings> = NameKind::ALL
            .iter()
            .map(|kind| (*kind, Rulings::default()))
            .collect();
        for row in rows {
            let kind: NameKind = code("ruling", "kind", row.ruling_id, &row.kind)?;
            all.entry(kind)
                .or_default()
                .add(row.from_id, row.into_id, row.content_hash);
        }
        Ok(all)
    }

    /// Merges alone.
    pub(crate) fn merging(merges: impl Iterator<Item = (Uuid, Uuid)>) -> Rulings {
        Rulings {
            merges: merges.collect(),
            splits: HashMap::new(),
        }
    }

    fn add(&mut self, from: Uuid, into: Uuid, content_hash: Option<Vec<u8>>) {
        match content_hash {
            Some(content) => self.splits.insert((from, content), into),
            None => self.merges.insert(from, into),
        };
    }

    /// What a name found in an article of this content stands for. What is said of one article goes
    /// before what is said of all.
    pub(crate) fn place(&self, found: Uuid, content_hash: &[u8]) -> Placed {
        let mut placed = Placed {
            owner: found,
            stands_for: found,
        };
        if self.merges.is_empty() && self.splits.is_empty() {
            return placed;
        }
        // Rulings are made so that they never lead in a circle; a database changed by hand may.
        let mut seen = HashSet::from([found]);
        loop {
            let at = placed.stands_for;
            let split = self.splits.get(&(at, content_hash.to_vec()));
            let Some(next) = split.or_else(|| self.merges.get(&at)).copied() else {
                return placed;
            };
            if !seen.insert(next) {
                return placed;
            }
            placed.stands_for = next;
            if split.is_some() {
                placed.owner = next;
            }
        }
    }

    /// What a name stands for by merges alone.
    pub(crate) fn merged(&self, id: Uuid) -> Uuid {
        let mut seen = HashSet::from([id]);
        let mut at = id;
        while let Some(next) = self.merges.get(&at).copied() {
            if !seen.insert(next) {
                break;
            }
            at = next;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn merges_are_followed_and_splits_go_first() {
        let mut rulings = Rulings::default();
        rulings.add(id(1), id(2), None);
        rulings.add(id(2), id(3), None);
        rulings.add(id(3), id(4), Some(vec![7]));
        rulings.add(id(1), id(5), Some(vec![8]));
        let place = |found, content| {
            let placed = rulings.place(id(found), &[content]);
            (placed.owner, placed.stands_for)
        };
        assert_eq!(place(1, 0), (id(1), id(3)));
        assert_eq!(place(1, 7), (id(4), id(4)));
        assert_eq!(place(1, 8), (id(5), id(5)));
        assert_eq!(place(9, 7), (id(9), id(9)));
        assert_eq!(rulings.merged(id(1)), id(3));
    }

    #[test]
    fn a_circle_ends() {
        let mut rulings = Rulings::default();
        rulings.add(id(1), id(2), None);
        rulings.add(id(2), id(1), None);
        assert_eq!(rulings.place(id(1), &[]).stands_for, id(2));
        assert_eq!(rulings.merged(id(1)), id(2));
    }
}
