//! Which stored actor an article's actor is.
//!
//! A person is the same where the full name is the same in any transliteration, or where the surname
//! is the same, the given names do not part them and both speak for one party. A body is the same where
//! name and party are. Somebody unnamed is the same where description and party are: all that the
//! record then claims is that such a person spoke. Everyone else is new. Actors that people merged are
//! compared as one, with the names and sides of each.

use super::name::Folded;
use super::ruling::Rulings;
use super::{free_slug, slug_of};
use crate::Result;
use crate::rows::code;
use chrono::NaiveDate;
use plenary_domain::parsed::Actor;
use plenary_domain::{ActorKind, NameKind};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// An actor that an article's actor may be, with those that were merged into it.
#[derive(Debug, Clone)]
struct Candidate {
    actor_id: Uuid,
    kind: ActorKind,
    name: String,
    names: Vec<Folded>,
    parties: HashSet<Uuid>,
    /// Those merged into it, with their own names.
    merged: Vec<(Uuid, Vec<Folded>)>,
    /// The article has another actor that is this one.
    taken: bool,
}

impl Candidate {
    /// Which of the merged actors a name is: the one that has it as its own. So a merge can be taken
    /// back for articles, too, that came after it.
    fn found(&self, name: Option<&Folded>) -> Uuid {
        let own = |(_, names): &&(Uuid, Vec<Folded>)| name.is_some_and(|name| names.contains(name));
        self.merged
            .iter()
            .find(own)
            .map_or(self.actor_id, |(id, _)| *id)
    }
}

/// An article's actor, prepared for comparison.
#[derive(Debug)]
struct Wanted {
    kind: ActorKind,
    names: Vec<Folded>,
    party: Option<Uuid>,
}

impl Wanted {
    fn of(actor: &Actor, parties: &[Uuid]) -> Wanted {
        let mut names: Vec<Folded> = std::iter::once(&actor.name)
            .chain(&actor.forms)
            .map(|form| Folded::of(form))
            .filter(|folded| !folded.text().is_empty())
            .collect();
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Wanted {
            kind: actor.kind,
            names,
            party: actor.party.map(|at| parties[at]),
        }
    }

    /// How well a candidate fits; `None`: it is somebody else.
    fn fit(&self, candidate: &Candidate) -> Option<u8> {
        if self.kind != candidate.kind {
            return None;
        }
        let same_party = match self.party {
            Some(party) => candidate.parties.contains(&party),
            None => candidate.parties.is_empty(),
        };
        let first = self.names.first()?;
        match self.kind {
            ActorKind::Person => {
                let full: Vec<&Folded> = candidate.names.iter().filter(|n| n.is_full()).collect();
                // A given name parts two people, unless it is an initial of several.
                let telling: Vec<&&Folded> = full.iter().filter(|n| !n.has_initial()).collect();
                let parted = first.is_full()
                    && match telling.is_empty() {
                        true => !full.is_empty() && !full.iter().any(|n| n.is_compatible(first)),
                        false => !telling.iter().any(|n| n.is_compatible(first)),
                    };
                if parted {
                    return None;
                }
                let equal = |name: &&Folded| candidate.names.contains(name);
                if self
                    .names
                    .iter()
                    .filter(|name| name.is_full())
                    .any(|name| equal(&name))
                {
                    return Some(4 + u8::from(same_party));
                }
                if candidate.taken {
                    return None;
                }
                // A lone surname names many people, so it needs the party to say who is meant.
                if same_party && full.is_empty() && self.names.iter().any(|name| equal(&name)) {
                    return Some(3);
                }
                let either_unknown = self.party.is_none() || candidate.parties.is_empty();
                let both_full = first.is_full() && !full.is_empty();
                (candidate.names.iter().any(|name| name.is_compatible(first))
                    && (same_party || (either_unknown && both_full)))
                    .then_some(1 + u8::from(same_party))
            }
            ActorKind::Collective => {
                let either_unknown = self.party.is_none() || candidate.parties.is_empty();
                (candidate.names.contains(first) && (same_party || either_unknown))
                    .then_some(1 + u8::from(same_party))
            }
            ActorKind::Unnamed => (candidate.names.contains(first) && same_party).then_some(1),
        }
    }
}

/// The best candidate; where several fit equally well the one stored first, except that a lone
/// surname that fits several people is nobody's.
fn choose(wanted: &Wanted, candidates: &[Candidate]) -> Option<usize> {
    let fits: Vec<(usize, u8)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(at, candidate)| Some((at, wanted.fit(candidate)?)))
        .collect();
    let best = fits.iter().map(|(_, fit)| *fit).max()?;
    let mut equal = fits
        .iter()
        .filter(|(_, fit)| *fit == best)
        .map(|(at, _)| *at);
    let chosen = equal.next()?;
    let lone = wanted.kind == ActorKind::Person && wanted.names.iter().all(|name| !name.is_full());
    if lone && best < 3 && equal.next().is_some() {
        return None;
    }
    Some(chosen)
}

/// The id of each actor, in the article's order; new ones are stored.
///
/// `party_slugs` are the slugs of `parties`, both in the article's order.
pub(crate) async fn resolve(
    connection: &mut PgConnection,
    actors: &[Actor],
    parties: &[Uuid],
    party_slugs: &[String],
) -> Result<Vec<Uuid>> {
    if actors.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Wanted> = actors
        .iter()
        .map(|actor| Wanted::of(actor, parties))
        .collect();
    let mut candidates = candidates(connection, &wanted).await?;
    // Fuller names first: "Brown" is then the John Brown of the same article or somebody else.
    let mut order: Vec<usize> = (0..actors.len()).collect();
    order.sort_by_key(|at| !wanted[*at].names.first().is_some_and(Folded::is_full));
    let mut taken = taken_slugs(connection, actors, party_slugs).await?;
    let mut ids = vec![Uuid::nil(); actors.len()];
    for at in order {
        let (actor, wanted) = (&actors[at], &wanted[at]);
        if let Some(chosen) = choose(wanted, &candidates) {
            let candidate = &mut candidates[chosen];
            candidate.taken = true;
            ids[at] = candidate.found(wanted.names.first());
            // Whoever merges says which name stays.
            if candidate.merged.is_empty()
                && actor.kind == ActorKind::Person
                && Folded::of(&actor.name).is_full()
                && !Folded::of(&candidate.name).is_full()
            {
                sqlx::query!(
                    "update actor set name = $2 where actor_id = $1",
                    candidate.actor_id,
                    actor.name
                )
                .execute(&mut *connection)
                .await?;
                candidate.name = actor.name.clone();
            }
        } else {
            let actor_id = Uuid::now_v7();
            let own = slug_of(&actor.name, "actor");
            let by_party = actor
                .party
                .map(|party| slug_of(&format!("{} {}", party_slugs[party], actor.name), "actor"));
            // Every side has "the government": bodies of one name are told apart by their party.
            let slug = match by_party {
                Some(by_party) if actor.kind != ActorKind::Person && taken.contains(&own) => {
                    by_party
                }
                _ => own,
            };
            let slug = free_slug(&slug, &mut taken);
            let name = match actor.name.trim() {
                "" => slug.as_str(),
                name => name,
            };
            sqlx::query!(
                "insert into actor (actor_id, slug, name, kind) values ($1, $2::text, $3, $4)",
                actor_id,
                slug,
                name,
                actor.kind.as_str()
            )
            .execute(&mut *connection)
            .await?;
            ids[at] = actor_id;
            candidates.push(Candidate {
                actor_id,
                kind: actor.kind,
                name: name.to_owned(),
                names: wanted.names.clone(),
                parties: wanted.party.into_iter().collect(),
                merged: Vec::new(),
                taken: true,
            });
        }
    }
    Ok(ids)
}

async fn candidates(connection: &mut PgConnection, wanted: &[Wanted]) -> Result<Vec<Candidate>> {
    let all = wanted.iter().flat_map(|wanted| &wanted.names);
    let folded: Vec<String> = all.clone().map(Folded::text).collect();
    let surnames: Vec<String> = all.map(|name| name.surname().to_owned()).collect();
    let rows = sqlx::query!(
        r#"with named as (
            select coalesce(a.merged_into, a.actor_id) as actor_id from actor a
            where a.actor_id in (select actor_id from actor_alias where folded = any($1)
                union select actor_id from actor_alias where surname = any($2))
        )
        select a.actor_id, a.kind, a.name, a.merged_into,
            array(select distinct al.folded from actor_alias al where al.actor_id = a.actor_id) as "names!",
            array(select f.party_id from affiliation f where f.actor_id = a.actor_id and f.party_id is not null)
                as "parties!"
        from actor a
        where a.actor_id in (select actor_id from named) or a.merged_into in (select actor_id from named)
        order by a.merged_into is not null, a.actor_id"#,
        &folded,
        &surnames
    )
    .fetch_all(connection)
    .await?;
    let mut candidates: Vec<Candidate> = Vec::new();
    for row in rows {
        let names: Vec<Folded> = row
            .names
            .iter()
            .map(|folded| Folded::stored(folded))
            .collect();
        let into = row.merged_into.and_then(|into| {
            candidates
                .iter_mut()
                .find(|candidate| candidate.actor_id == into)
        });
        match into {
            Some(into) => {
                into.merged.push((row.actor_id, names.clone()));
                into.names.extend(names);
                into.parties.extend(row.parties);
            }
            None => candidates.push(Candidate {
                actor_id: row.actor_id,
                kind: code("actor", "kind", row.actor_id, &row.kind)?,
                name: row.name,
                names,
                parties: row.parties.into_iter().collect(),
                merged: Vec::new(),
                taken: false,
            }),
        }
    }
    Ok(candidates)
}

/// Slugs in use that a new actor of the article could want, numbered ones included.
async fn taken_slugs(
    connection: &mut PgConnection,
    actors: &[Actor],
    party_slugs: &[String],
) -> Result<HashSet<String>> {
    let bases: Vec<String> = actors
        .iter()
        .flat_map(|actor| {
            let by_party = actor
                .party
                .map(|party| slug_of(&format!("{} {}", party_slugs[party], actor.name), "actor"));
            std::iter::once(slug_of(&actor.name, "actor")).chain(by_party)
        })
        .collect();
    Ok(sqlx::query_scalar!(
        r#"select slug as "slug!" from actor
        where slug = any($1) or regexp_replace(slug, '-[0-9]+$', '') = any($1)"#,
        &bases
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .collect::<HashSet<_>>())
}

/// What an article tells of one of its actors.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Whose names and offices these are.
    pub(crate) actor_id: Uuid,
    pub(crate) name: String,
    pub(crate) forms: Vec<String>,
    pub(crate) role: Option<String>,
    /// The sides for which the actor speaks, rulings applied.
    pub(crate) parties: BTreeSet<Uuid>,
    /// The article's day.
    pub(crate) day: Option<NaiveDate>,
}

/// Adds what is told to the forms of names, and to the offices and sides with the days on which they
/// are attested.
pub(crate) async fn attest(connection: &mut PgConnection, told: &[Told]) -> Result<()> {
    let (mut of, mut forms, mut folded, mut surnames) = (vec![], vec![], vec![], vec![]);
    let mut seen: HashSet<(Uuid, &str)> = HashSet::new();
    for one in told {
        for form in std::iter::once(&one.name).chain(&one.forms) {
            let form = form.trim();
            let fold = Folded::of(form);
            if form.is_empty() || !seen.insert((one.actor_id, form)) {
                continue;
            }
            of.push(one.actor_id);
            forms.push(form.to_owned());
            surnames.push(fold.surname().to_owned());
            folded.push(fold.text());
        }
    }
    sqlx::query!(
        "insert into actor_alias (actor_id, form, folded, surname)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
        on conflict do nothing",
        &of,
        &forms,
        &folded,
        &surnames
    )
    .execute(&mut *connection)
    .await?;

    type Office = (Uuid, Option<Uuid>, Option<String>);
    let mut offices: BTreeMap<Office, (Option<NaiveDate>, Option<NaiveDate>)> = BTreeMap::new();
    for one in told {
        let sides = one.parties.iter().map(|party| Some(*party));
        // Without party and office there is nothing to attest.
        let none = (one.parties.is_empty() && one.role.is_some()).then_some(None);
        for party in sides.chain(none) {
            let (first, last) = offices
                .entry((one.actor_id, party, one.role.clone()))
                .or_default();
            *first = [*first, one.day].into_iter().flatten().min();
            *last = (*last).max(one.day);
        }
    }
    let (mut ids, mut actors, mut parties, mut roles) = (vec![], vec![], vec![], vec![]);
    let (mut firsts, mut lasts) = (vec![], vec![]);
    for ((actor, party, role), (first, last)) in offices {
        ids.push(Uuid::now_v7());
        actors.push(actor);
        parties.push(party);
        roles.push(role);
        firsts.push(first);
        lasts.push(last);
    }
    sqlx::query!(
        "insert into affiliation (affiliation_id, actor_id, party_id, role, first_day, last_day)
        select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::date[])
        on conflict (actor_id, party_id, role) do update
            set first_day = least(affiliation.first_day, excluded.first_day),
                last_day = greatest(affiliation.last_day, excluded.last_day)",
        &ids,
        &actors,
        &parties as &[Option<Uuid>],
        &roles as &[Option<String>],
        &firsts as &[Option<NaiveDate>],
        &lasts as &[Option<NaiveDate>]
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Draws names, offices and sides of actors anew from what articles tell of them now.
///
/// An actor of whom no article tells any more is forgotten, unless an earlier revision has positions of
/// it or a ruling names it. Such a one keeps its name and its sides only, so that the same article
/// stored again finds it.
pub(crate) async fn refresh(connection: &mut PgConnection, actors: &[Uuid]) -> Result<()> {
    let rulings = Rulings::of(connection, NameKind::Party).await?;
    let rows = sqlx::query!(
        "select aa.actor_id, aa.name, aa.forms, aa.role, aa.parties, a.published, a.content_hash
        from article_actor aa join article a on a.article_id = aa.article_id
        where aa.actor_id = any($1)",
        actors
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut told: Vec<Told> = rows
        .into_iter()
        .map(|row| Told {
            actor_id: row.actor_id,
            name: row.name,
            forms: row.forms,
            role: row.role,
            parties: row
                .parties
                .iter()
                .map(|party| rulings.place(*party, &row.content_hash).stands_for)
                .collect(),
            day: row.published,
        })
        .collect();
    let live: HashSet<Uuid> = told.iter().map(|one| one.actor_id).collect();
    let silent: Vec<Uuid> = actors
        .iter()
        .filter(|actor| !live.contains(actor))
        .copied()
        .collect();
    sqlx::query!("delete from actor_alias where actor_id = any($1)", actors)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from affiliation where actor_id = any($1)", actors)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "delete from tally t using actor a
        where t.kind = 'actor' and t.subject_id = a.actor_id and a.actor_id = any($1) and t.articles = 0",
        &silent
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from actor a where a.actor_id = any($1)
        and not exists (select from party_position p where p.actor_id = a.actor_id)
        and not exists (select from actor m where m.merged_into = a.actor_id)
        and not exists (select from ruling r where a.actor_id in (r.from_id, r.into_id))",
        &silent
    )
    .execute(&mut *connection)
    .await?;
    let kept = sqlx::query!(
        r#"select a.actor_id, a.name,
            array(select distinct p.party_id from party_position p
                where p.actor_id = a.actor_id and p.party_id is not null) as "parties!"
        from actor a where a.actor_id = any($1)"#,
        &silent
    )
    .fetch_all(&mut *connection)
    .await?;
    told.extend(kept.into_iter().map(|row| Told {
        actor_id: row.actor_id,
        name: row.name,
        forms: Vec::new(),
        role: None,
        parties: row.parties.into_iter().collect(),
        day: None,
    }));
    attest(connection, &told).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(kind: ActorKind, names: &[&str], parties: &[u128]) -> Candidate {
        Candidate {
            actor_id: Uuid::now_v7(),
            kind,
            name: names[0].to_owned(),
            names: names.iter().map(|name| Folded::of(name)).collect(),
            parties: parties.iter().map(|id| Uuid::from_u128(*id)).collect(),
            merged: Vec::new(),
            taken: false,
        }
    }

    fn wanted(kind: ActorKind, names: &[&str], party: Option<u128>) -> Wanted {
        Wanted {
            kind,
            names: names.iter().map(|name| Folded::of(name)).collect(),
            party: party.map(Uuid::from_u128),
        }
    }

    use ActorKind::{Collective, Person, Unnamed};

    #[test]
    fn a_person_is_found_by_other_spellings_and_offices() {
        let stored = [
            candidate(Person, &["Anna Kovalenko", "Kovalenko"], &[1]),
            candidate(Person, &["Petro Kovalenko", "Kovalenko"], &[1]),
        ];
        let find = |names: &[&str], party| choose(&wanted(Person, names, party), &stored);
        assert_eq!(find(&["Anna Kovalenko"], Some(1)), Some(0));
        // The same full name in another office is the same person.
        assert_eq!(find(&["Anna Kovalenko", "Kovalenko"], Some(2)), Some(0));
        assert_eq!(find(&["P. Kovalenko", "Kovalenko"], Some(1)), Some(1));
        assert_eq!(find(&["Petro Kovalenko"], None), Some(1));
        assert_eq!(find(&["Ivan Kovalenko", "Kovalenko"], Some(1)), None);
        assert_eq!(find(&["Anya Kovalenko"], Some(2)), None);
    }

    #[test]
    fn a_lone_surname_needs_the_party() {
        let stored = [candidate(Person, &["Anna Kovalenko"], &[1])];
        let find = |party| choose(&wanted(Person, &["Kovalenko"], party), &stored);
        assert_eq!(find(Some(1)), Some(0));
        assert_eq!(find(Some(2)), None);
        assert_eq!(find(None), None);
    }

    #[test]
    fn bodies_and_unnamed_people_are_told_apart_by_party() {
        let stored = [
            candidate(Collective, &["government"], &[1]),
            candidate(Unnamed, &["senior official"], &[1]),
        ];
        let find = |kind, name: &str, party| choose(&wanted(kind, &[name], party), &stored);
        assert_eq!(find(Collective, "Government", Some(1)), Some(0));
        assert_eq!(find(Collective, "government", Some(2)), None);
        assert_eq!(find(Unnamed, "senior official", Some(1)), Some(1));
        assert_eq!(find(Unnamed, "senior official", None), None);
        assert_eq!(find(Person, "government", Some(1)), None);
    }
}
