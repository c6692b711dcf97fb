//! Parses NDJSON articles and prints them in the scorers' shape; for measuring only.
use plenary_domain::{Codebook, Gazetteer, NewArticle};
use plenary_parser::Parser;
use rayon::prelude::*;
use serde_json::{Value, json};

fn main() {
    let began = std::time::Instant::now();
    let parser = Parser::new(Codebook::builtin(), Gazetteer::builtin()).unwrap();
    eprintln!("loaded in {:?}", began.elapsed());
    let input = std::io::read_to_string(std::io::stdin()).unwrap();
    let lines: Vec<Value> = input
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let began = std::time::Instant::now();
    let serial = std::env::var("SERIAL").is_ok();
    let one = |v: &Value| {
        let s = |k: &str| v[k].as_str().map(str::to_owned);
        let article = NewArticle {
            text: s("text").unwrap(),
            title: s("title"),
            outlet: s("outlet"),
            published: v["published"].as_str().and_then(|d| d.parse().ok()),
            url: None,
        };
        let bare = std::env::var("BARE").is_ok();
        let document = parser.document(&article);
        let codings = document.codings.clone();
        let p = parser.assemble(document);
        let spans = |x: &[plenary_domain::Span]| {
            x.iter()
                .map(|s| json!([s.start, s.end]))
                .collect::<Vec<_>>()
        };
        let chars: Vec<char> = article.text.chars().collect();
        let words = |x: &[plenary_domain::Span]| {
            x.iter()
                .map(|s| {
                    chars[s.start as usize..s.end as usize]
                        .iter()
                        .collect::<String>()
                })
                .collect::<Vec<_>>()
                .join(" … ")
        };
        let name = |i: usize| p.parties[i].name.clone();
        json!({"id": v["id"],
          "attributions": p.statements.iter().map(|s| json!({"source": spans(&s.source), "cue": spans(&s.cue), "content": spans(&s.content), "confidence": s.confidence, "mode": s.mode.as_str(), "rule": s.rule})).collect::<Vec<_>>(),
          "meetings": p.meetings.iter().map(|m| json!({"key": m.slug, "name": m.name, "venue": m.venue, "start": m.start.map(|d| d.to_string()), "end": m.end.map(|d| d.to_string()), "parties": m.parties.iter().map(|i| name(*i)).collect::<Vec<_>>()})).collect::<Vec<_>>(),
          "positions": if bare { codings.iter().map(|c| json!({"speaker": "?", "party": null, "meeting": null, "issue": c.issue, "stance": c.stance.value(), "act": c.act.as_str(), "mode": p.statements[c.attribution].mode.as_str(), "evidence": words(&c.evidence), "confidence": [p.statements[c.attribution].confidence, c.issue_confidence, c.stance_confidence, c.act_confidence]})).collect::<Vec<_>>() } else { p.positions.iter().map(|x| json!({"speaker": p.actors[x.actor].name, "party": x.party.map(name), "meeting": x.meeting.map(|m| p.meetings[m].slug.clone()), "issue": x.issue, "stance": x.stance.value(), "act": x.act.as_str(), "mode": x.mode.as_str(), "evidence": words(&x.evidence), "confidence": x.confidence})).collect::<Vec<_>>() },
          "notes": p.notes, "title": p.title, "outlet": p.outlet, "published": p.published.map(|d| d.to_string()),
        }).to_string()
    };
    let out: Vec<String> = if serial {
        lines.iter().map(one).collect()
    } else {
        lines.par_iter().map(one).collect()
    };
    let t = began.elapsed();
    eprintln!(
        "{} articles, {} chars in {t:?}: {:.1} articles/s, {:.0} kB/s",
        lines.len(),
        input.len(),
        lines.len() as f64 / t.as_secs_f64(),
        input.len() as f64 / 1e3 / t.as_secs_f64()
    );
    println!("{}", out.join("\n"));
}
