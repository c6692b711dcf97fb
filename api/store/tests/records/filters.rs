//! The one filter: lists, comparisons and exports count the same records, and the right ones.

use crate::sample::*;
use futures_util::TryStreamExt;
use plenary_domain::filter::{Choice, NONE, Paging};
use plenary_domain::parsed::{Meeting, Party};
use plenary_domain::record::{By, Named, PositionRecord};
use plenary_domain::{Act, Mode, PositionFilter, Span, Stance};
use plenary_store::Store;
use plenary_store::testing::Database;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const ISSUES: [&str; 4] = ["ceasefire", "sanctions", "tariffs", "other"];
const PARTIES: [&str; 3] = ["borland", "vaskia", "ostmark"];
const OUTLETS: [&str; 3] = ["Herald", "Courier", "Évening Post"];
const TEXT: &str = "Sides refused sanctions, wanted a ceasefire, discussed tariffs and much more.";
const SPANS: [(u32, u32); 4] = [(6, 23), (25, 43), (45, 62), (0, 5)];

fn parties() -> Vec<Party> {
    PARTIES.map(party).to_vec()
}

fn meetings() -> Vec<Meeting> {
    let mut nowhere = meeting("Cove", "2031-06-20", &[]);
    nowhere.name = "Informal talks".to_owned();
    vec![
        meeting("Arden", "2031-05-03", &[0, 1]),
        meeting("Bellport", "2031-06-10", &[0, 1]),
        nowhere,
    ]
}

/// Thirty articles of random positions, the same at each run.
async fn fill(store: &Store, runner: &mut TestRunner) {
    let record = (
        (0..4usize, 0..4usize, 0..4usize, 0..4usize),
        (
            select(Stance::ALL),
            select(Act::ALL),
            select(Mode::ALL),
            0..=10u8,
        ),
    );
    let article = (
        proptest::collection::vec(record, 0..12),
        0..4usize,
        0..60u64,
    );
    for n in 0..30 {
        let (records, outlet, day_of) = article.new_tree(runner).unwrap().current();
        let mut new = new_article(&format!("{TEXT} {n}"), "x");
        new.title = Some(format!("Article {n}"));
        new.outlet = OUTLETS.get(outlet).map(|name| (*name).to_owned());
        new.published = (day_of < 50).then(|| day("2031-05-01") + chrono::Days::new(day_of));
        let mut parsed = empty(&new);
        parsed.parties = parties();
        parsed.meetings = meetings();
        parsed.actors = vec![
            person("Mira Oland", Some(0)),
            person("Teo Vask", Some(1)),
            person("Ida Ost", Some(2)),
            person("Expert Nobody", None),
        ];
        for ((actor, party, meeting, issue), (stance, act, mode, confidence)) in records {
            let span = Span::new(SPANS[issue].0, SPANS[issue].1);
            parsed.statements.push(statement(span));
            let mut said = position(parsed.statements.len() - 1, actor, ISSUES[issue], stance);
            said.party = (party < 3).then_some(party);
            said.meeting = (meeting < 3).then_some(meeting);
            said.act = act;
            said.mode = mode;
            said.evidence = vec![span];
            said.confidence = f32::from(confidence) / 10.0;
            parsed.positions.push(said);
        }
        let added = store.add_article(&new, &parsed, "test").await.unwrap();
        if n % 7 == 3 {
            store
                .delete_article(added.article_id, "test")
                .await
                .unwrap();
        }
    }
}

fn choice<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> BoxedStrategy<Choice<T>> {
    let most = values.len();
    let side = subsequence(values, 0..=most.min(3));
    prop_oneof![
        3 => Just(Choice::default()),
        2 => (side.clone(), side).prop_map(|(any, none)| Choice { any, none }),
        1 => Just(Choice::default()),
    ]
    .boxed()
}

fn texts(values: &[&str]) -> BoxedStrategy<Choice<String>> {
    choice(values.iter().map(|value| (*value).to_owned()).collect())
}

fn filters() -> impl Strategy<Value = PositionFilter> {
    let days = || {
        proptest::option::weighted(
            0.2,
            (0..70u64).prop_map(|n| day("2031-05-01") + chrono::Days::new(n)),
        )
    };
    (
        (
            texts(&["borland", "vaskia", "ostmark", NONE, "unknown"]),
            texts(&[
                "mira-oland",
                "teo-vask",
                "ida-ost",
                "expert-nobody",
                "un\0known",
            ]),
            texts(&["arden-2031-05-03", "bellport-2031-06-10", NONE]),
            texts(&["borland-vaskia-talks", NONE]),
            texts(&ISSUES),
            texts(&["security", "trade", "climate", "other"]),
        ),
        (
            choice(Stance::ALL.to_vec()),
            choice(Act::ALL.to_vec()),
            choice(Mode::ALL.to_vec()),
            texts(&["HERALD", "courier", "évening post", NONE]),
        ),
        (days(), days()),
        (
            proptest::option::weighted(0.3, (0..=10u8).prop_map(|n| f32::from(n) / 10.0)),
            proptest::option::weighted(
                0.2,
                select(vec!["ceasefire", "\"refused sanctions\"", "tariff or side"]),
            ),
            proptest::option::weighted(0.3, 0..=30i64),
        ),
    )
        .prop_map(
            |(
                (parties, actors, meetings, processes, issues, domains),
                (stances, acts, modes, outlets),
                (from, to),
                (min_confidence, q, revision),
            )| PositionFilter {
                parties,
                actors,
                meetings,
                processes,
                issues,
                domains,
                stances,
                acts,
                modes,
                articles: Choice::default(),
                outlets,
                from,
                to,
                min_confidence,
                q: q.map(str::to_owned),
                revision,
            },
        )
}

/// What the documentation of the filter says, once more, over records in memory.
fn admits(filter: &PositionFilter, latest: i64, p: &PositionRecord) -> bool {
    fn text(choice: &Choice<String>, value: Option<&str>) -> bool {
        let value = value.unwrap_or(NONE).to_lowercase();
        let among = |values: &[String]| values.iter().any(|one| one.to_lowercase() == value);
        (choice.any.is_empty() || among(&choice.any)) && !among(&choice.none)
    }
    fn code<T: PartialEq>(choice: &Choice<T>, value: &T) -> bool {
        (choice.any.is_empty() || choice.any.contains(value)) && !choice.none.contains(value)
    }
    let revision = filter.revision.unwrap_or(latest);
    let evidence = p
        .evidence
        .iter()
        .map(|w| w.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    p.since_revision <= revision
        && p.until_revision.is_none_or(|until| until > revision)
        && text(&filter.parties, p.party.as_ref().map(|n| n.slug.as_str()))
        && text(&filter.actors, Some(&p.actor.slug))
        && text(
            &filter.meetings,
            p.meeting.as_ref().map(|m| m.slug.as_str()),
        )
        && text(
            &filter.processes,
            p.process.as_ref().map(|n| n.slug.as_str()),
        )
        && text(&filter.issues, Some(&p.issue.slug))
        && text(&filter.domains, Some(&p.issue.domain))
        && text(&filter.outlets, p.article.outlet.as_deref())
        && code(&filter.stances, &p.stance)
        && code(&filter.acts, &p.act)
        && code(&filter.modes, &p.mode)
        && filter
            .from
            .is_none_or(|from| p.day.is_some_and(|day| day >= from))
        && filter
            .to
            .is_none_or(|to| p.day.is_some_and(|day| day <= to))
        && filter
            .min_confidence
            .is_none_or(|least| p.confidence >= least)
        && filter.q.as_deref().is_none_or(|q| match q {
            "ceasefire" => evidence.contains("ceasefire"),
            "\"refused sanctions\"" => evidence.contains("refused sanctions"),
            _ => evidence.contains("tariff") || evidence.contains("Sides"),
        })
}

#[tokio::test]
async fn list_export_and_comparison_count_the_same_records() {
    let database = Database::new().await;
    let store = &database.store;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    fill(store, &mut runner).await;
    assert_eq!(store.tally_errors().await.unwrap(), 0);

    // Everything that ever was, by asking each revision.
    let latest = store.latest_revision().await.unwrap();
    let mut records: Vec<PositionRecord> = Vec::new();
    for revision in 1..=latest {
        let filter = PositionFilter {
            revision: Some(revision),
            ..PositionFilter::default()
        };
        let all: Vec<PositionRecord> = store.stream_positions(filter).try_collect().await.unwrap();
        records.extend(all.into_iter().filter(|p| p.since_revision == revision));
    }
    assert!(records.len() > 100, "{}", records.len());

    let mut filled = 0;
    for _ in 0..250 {
        let filter = filters().new_tree(&mut runner).unwrap().current();
        let mut expected: Vec<_> = records
            .iter()
            .filter(|p| admits(&filter, latest, p))
            .map(|p| p.position_id)
            .collect();
        expected.sort();
        filled += usize::from(!expected.is_empty());
        let exported: Vec<_> = store
            .stream_positions(filter.clone())
            .map_ok(|p| p.position_id)
            .try_collect()
            .await
            .unwrap();
        assert_eq!(exported, expected, "{filter:?}");
        let page = Paging {
            limit: 7,
            cursor: None,
        };
        let total = store.positions(&filter, &page).await.unwrap().total;
        assert_eq!(total as usize, expected.len(), "{filter:?}");
        for by in [By::Party, By::Actor] {
            let observed = store.observations(&filter, by, true).await.unwrap();
            let seen: Vec<_> = observed.positions.iter().map(|p| p.position_id).collect();
            assert_eq!(seen, expected, "{filter:?}");
            for position in &observed.positions {
                let record = records
                    .iter()
                    .find(|record| record.position_id == position.position_id)
                    .unwrap();
                let o = &position.observation;
                let slug = |list: &[Named], at: u32| list.get(at as usize).map(|n| n.slug.clone());
                let party = record.party.as_ref().map(|party| party.slug.clone());
                let side = match by {
                    By::Party => party,
                    By::Actor => Some(record.actor.slug.clone()),
                };
                assert_eq!(slug(&observed.sides, o.side), side);
                assert_eq!(slug(&observed.actors, o.actor).unwrap(), record.actor.slug);
                assert_eq!(observed.issues[o.issue as usize].slug, record.issue.slug);
                let meeting = o
                    .meeting
                    .map(|at| observed.meetings[at as usize].meeting.clone());
                assert_eq!(meeting, record.meeting);
                assert_eq!((o.stance, o.day), (record.stance, record.day));
            }
        }
    }
    assert!(filled > 80, "{filled} of the filters admitted anything");
}
