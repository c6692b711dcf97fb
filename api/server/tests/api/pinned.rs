//! The same request pinned to a revision has the same answer, byte for byte, whatever comes later.

use crate::helpers::{TestApp, some_talks, told};
use plenary_domain::Stance;

const ASKED: [&str; 17] = [
    "/v1/comparisons/positions?quotes=3&",
    "/v1/comparisons/positions?by=actor&from=2031-05-10&to=2031-05-12&",
    "/v1/comparisons/positions?processes=none&",
    "/v1/comparisons/positions?syndicated=once&duplicates=week&",
    "/v1/comparisons/shifts?",
    "/v1/comparisons/shifts?by=actor&",
    "/v1/comparisons/contradictions?",
    "/v1/comparisons/agreement?",
    "/v1/comparisons/agreement?network=twomode&per=meeting&",
    "/v1/comparisons/polarisation?per=month&",
    "/v1/comparisons/cohesion?",
    "/v1/comparisons/consistency?",
    "/v1/comparisons/loyalty?",
    "/v1/comparisons/salience?by=actor&",
    "/v1/comparisons/timeline?per=meeting&",
    "/v1/comparisons/timeline?per=week&width=2&",
    "/v1/meetings/geneva-2031-05-10/briefing?",
];

const FORMS: [&str; 5] = [
    "application/json",
    "text/csv",
    "application/x-ndjson",
    "application/graphml+xml",
    "application/gexf+xml",
];

async fn answers(app: &TestApp, revision: &str) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for asked in ASKED {
        for form in FORMS {
            let network = asked.ends_with("agreement?");
            if form.ends_with("xml") && !network {
                continue;
            }
            let path = format!("{asked}{revision}");
            let response = app.get_as(&path, form).await;
            assert!(response.status().is_success(), "{path} as {form}");
            answers.push((format!("{path} as {form}"), response.text().await.unwrap()));
        }
    }
    answers
}

#[tokio::test]
async fn a_pinned_answer_never_changes() {
    let app = TestApp::start().await;
    let [first, _] = some_talks(&app).await;
    let before = answers(&app, "revision=2").await;
    assert_eq!(answers(&app, "").await.len(), before.len());
    assert_eq!(
        answers(&app, "revision=2").await,
        before,
        "asked twice at once"
    );

    // The same towns and people, more days, a third party, a meeting between the two, a copy of what
    // was said; then one of the first articles is taken away.
    let (geneva, vienna) = (
        Some(("Geneva", "2031-05-11")),
        Some(("Vienna", "2031-05-12")),
    );
    app.store(
        "Late Edition",
        "2031-05-20",
        &[
            told(
                "Ann Bell",
                Some("france"),
                geneva,
                "sanctions",
                Stance::Oppose,
                "no more sanctions",
            ),
            told(
                "Omar Reyes",
                Some("chile"),
                vienna,
                "sanctions",
                Stance::Support,
                "sanctions after all",
            ),
            told(
                "Eva Lind",
                Some("sweden"),
                geneva,
                "ceasefire",
                Stance::Support,
                "a truce now",
            ),
        ],
    )
    .await;
    let deleted = app
        .request("DELETE", &format!("/v1/articles/{first}"))
        .send()
        .await
        .unwrap();
    assert!(deleted.status().is_success());

    for ((asked, then), (_, now)) in before.iter().zip(answers(&app, "revision=2").await) {
        assert!(*then == now, "{asked} was\n{then}\nand is\n{now}");
    }
    let unpinned = answers(&app, "").await;
    let changed = before
        .iter()
        .zip(&unpinned)
        .filter(|((_, then), (_, now))| then != now);
    assert!(
        changed.count() > 30,
        "the records have changed, the answers hardly"
    );
}
