//! Which stored actor an article's actor is.
//!
//! A person is the same where the full name is the same in any transliteration, or where the surname
//! is the same, the given names do not part them and both speak for one party. A body is the same where
//! name and party are. Somebody unnamed is the same where description and party are: all that the
//! record then claims is that such a person spoke. Everyone else is new.

use super::name::Folded;
use super::{free_slug, slug_of};
use crate::{Error, Result};
use plenary_domain::ActorKind;
use plenary_domain::parsed::Actor;
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An actor that an article's actor may be.
#[derive(Debug, Clone)]
struct Candidate {
    actor_id: Uuid,
    kind: ActorKind,
    name: String,
    names: Vec<Folded>,
    parties: HashSet<Uuid>,
    /// The article has another actor that is this one.
    taken: bool,
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

/// The id of each actor, in the article's order; new ones are stored, known ones gain forms of name.
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
            ids[at] = candidate.actor_id;
            if actor.kind == ActorKind::Person
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
                taken: true,
            });
        }
    }
    store_forms(connection, actors, &ids).await?;
    Ok(ids)
}

async fn candidates(connection: &mut PgConnection, wanted: &[Wanted]) -> Result<Vec<Candidate>> {
    let all = wanted.iter().flat_map(|wanted| &wanted.names);
    let folded: Vec<String> = all.clone().map(Folded::text).collect();
    let surnames: Vec<String> = all.map(|name| name.surname().to_owned()).collect();
    let rows = sqlx::query!(
        r#"select a.actor_id, a.kind, a.name,
            array(select distinct al.folded from actor_alias al where al.actor_id = a.actor_id) as "names!",
            array(select f.party_id from affiliation f where f.actor_id = a.actor_id and f.party_id is not null)
                as "parties!"
        from actor a
        where a.actor_id in (select actor_id from actor_alias where folded = any($1)
            union select actor_id from actor_alias where surname = any($2))
        order by a.actor_id"#,
        &folded,
        &surnames
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Candidate {
                actor_id: row.actor_id,
                kind: row.kind.parse().map_err(|_| Error::Corrupt {
                    table: "actor",
                    column: "kind",
                    row: row.actor_id.to_string(),
                    value: row.kind.clone(),
                })?,
                name: row.name,
                names: row
                    .names
                    .iter()
                    .map(|folded| Folded::stored(folded))
                    .collect(),
                parties: row.parties.into_iter().collect(),
                taken: false,
            })
        })
        .collect()
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

async fn store_forms(connection: &mut PgConnection, actors: &[Actor], ids: &[Uuid]) -> Result<()> {
    let mut of = Vec::new();
    let mut forms = Vec::new();
    let mut folded = Vec::new();
    let mut surnames = Vec::new();
    let mut seen: HashMap<Uuid, HashSet<&str>> = HashMap::new();
    for (actor, id) in actors.iter().zip(ids) {
        for form in std::iter::once(&actor.name).chain(&actor.forms) {
            let form = form.trim();
            let fold = Folded::of(form);
            if form.is_empty() || !seen.entry(*id).or_default().insert(form) {
                continue;
            }
            of.push(*id);
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
    .execute(connection)
    .await?;
    Ok(())
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
