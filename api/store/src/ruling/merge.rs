//! Two names are said to be one, and that is taken back.

use super::settle::settle;
use super::subject::{group, subject, target, unmerged};
use super::{Ruler, insert, refused, start};
use crate::{Result, Store};
use plenary_domain::record::RulingRecord;
use plenary_domain::{Change, NameKind};

impl Store {
    /// Says that `from` is `into`: everything recorded under `from` goes to `into`, now and later.
    ///
    /// `None` where there is no `from`. [`Error::Refused`] where `into` is unknown or the same, and where
    /// one of the two is merged into another already.
    pub async fn merge_names(
        &self,
        kind: NameKind,
        from: &str,
        into: &str,
        ruler: &Ruler,
    ) -> Result<Option<RulingRecord>> {
        let mut transaction = self.write.begin().await?;
        let revision = start(&mut transaction, Change::Merged, ruler).await?;
        let Some(from) = subject(&mut transaction, kind, from).await? else {
            return Ok(None);
        };
        let into = target(&mut transaction, kind, into, &from).await?;
        unmerged(&mut transaction, kind, &from, "slug").await?;
        let theirs = group(&mut transaction, kind, from.id).await?;
        let ours = group(&mut transaction, kind, into.id).await?;
        // Parts that were split off before and now come back.
        sqlx::query!(
            "update ruling set until_revision = $4
            where kind = $1 and until_revision is null and content_hash is not null
            and ((into_id = any($2) and from_id = any($3)) or (into_id = any($3) and from_id = any($2)))",
            kind.as_str(),
            &theirs,
            &ours,
            revision
        )
        .execute(&mut *transaction)
        .await?;
        insert(&mut transaction, kind, from.id, into.id, None, revision).await?;
        if kind == NameKind::Meeting {
            sqlx::query!(
                "update meeting m set process_id = f.process_id from meeting f
                where m.meeting_id = $2 and m.process_id is null and f.meeting_id = $1",
                from.id,
                into.id
            )
            .execute(&mut *transaction)
            .await?;
        }
        let both = [theirs, ours].concat();
        settle(&mut transaction, kind, &both, revision).await?;
        transaction.commit().await?;
        self.ruling(revision).await
    }

    /// Takes a merge back: what was found as `merged` leaves `from` again.
    ///
    /// `None` where there is no `from`. [`Error::Refused`] where `merged` is not merged into it.
    pub async fn restore_name(
        &self,
        kind: NameKind,
        from: &str,
        merged: &str,
        ruler: &Ruler,
    ) -> Result<Option<RulingRecord>> {
        let mut transaction = self.write.begin().await?;
        let revision = start(&mut transaction, Change::Restored, ruler).await?;
        let Some(from) = subject(&mut transaction, kind, from).await? else {
            return Ok(None);
        };
        let merged = match subject(&mut transaction, kind, merged).await? {
            Some(merged) if merged.merged_into == Some(from.id) => merged,
            _ => {
                return refused(
                    "merged",
                    format!("no {kind} `{merged}` is merged into `{}`", from.slug),
                );
            }
        };
        let all = group(&mut transaction, kind, from.id).await?;
        let ended = sqlx::query_scalar!(
            "update ruling set until_revision = $3
            where kind = $1 and from_id = $2 and content_hash is null and until_revision is null
            returning since_revision",
            kind.as_str(),
            merged.id,
            revision
        )
        .fetch_one(&mut *transaction)
        .await?;
        settle(&mut transaction, kind, &all, revision).await?;
        transaction.commit().await?;
        self.ruling(ended).await
    }
}
