//! The routes, one file a resource: query, answer, documentation and handler in reading order. Where that is long, it
//! has a room for each subject.

pub mod actors;
pub mod articles;
pub mod audit;
pub mod briefing;
pub mod comparisons;
pub mod issues;
pub mod meetings;
pub mod metrics;
pub mod operations;
pub mod parse;
pub mod parties;
pub mod positions;
pub mod processes;
pub mod rulings;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers every route, and with it its documentation. The order is that of the document.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(articles::send::create_article)
        .service(articles::batch::create_articles)
        .service(articles::list::list_articles)
        .service(articles::one::get_article)
        .service(articles::one::delete_article)
        .service(articles::one::list_article_positions)
        .service(parse::parse_article)
        .service(positions::list_positions)
        .service(positions::get_position)
        .service(comparisons::positions::compare_positions)
        .service(comparisons::shifts::compare_shifts)
        .service(comparisons::contradictions::compare_contradictions)
        .service(comparisons::agreement::compare_agreement)
        .service(comparisons::polarisation::compare_polarisation)
        .service(comparisons::per_issue::compare_cohesion)
        .service(comparisons::consistency::compare_consistency)
        .service(comparisons::loyalty::compare_loyalty)
        .service(comparisons::per_issue::compare_salience)
        .service(comparisons::timeline::compare_timeline)
        .service(parties::list_parties)
        .service(parties::get_party)
        .service(actors::list_actors)
        .service(actors::get_actor)
        .service(meetings::list_meetings)
        .service(meetings::get_meeting)
        .service(briefing::get_briefing)
        .service(processes::list_processes)
        .service(processes::get_process)
        .service(issues::list_issues)
        .service(issues::get_issue)
        .service(rulings::merge::merge_actor)
        .service(rulings::split::split_actor)
        .service(rulings::merge::merge_party)
        .service(rulings::split::split_party)
        .service(rulings::merge::merge_meeting)
        .service(rulings::split::split_meeting)
        .service(rulings::list::list_rulings)
        .service(rulings::list::get_ruling)
        .service(audit::list_audit)
        .service(operations::get_health)
        .service(operations::get_readiness)
        .service(metrics::get_metrics)
        .service(operations::list_problems)
        .service(operations::get_problem);
}
