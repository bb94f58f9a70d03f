//! Facts of all sizes.

use std::collections::BTreeMap;

use argus_audit_log::numbers::{Compliance, Day, Export, Exports, Kept, Source, Sources, Statistics};
use argus_audit_report::facts::{Facts, Subject};
use argus_audit_report::time::Period;
use argus_core::authentication::api_key::moments::{KeyMoment, Moments};

pub const DAY: i64 = 86_400_000_000_000;
/// 2026-01-01T00:00:00Z.
pub const JANUARY: i64 = 1_767_225_600_000_000_000;

/// Nothing happened.
pub fn empty() -> Facts {
    Facts {
        subject: Subject { customer: Some((7, "acme".into(), "Acme".into())), customers: Some(1), name: "Acme".into() },
        period: Period { start: JANUARY, end: JANUARY + 31 * DAY },
        made_at: JANUARY + 31 * DAY + 8 * 3_600_000_000_000,
        made_by: "admin".into(),
        include_stats: true,
        log: Compliance { sources: Some(Sources::default()), ..Compliance::default() },
        keys_created: Moments::default(),
        keys_revoked: Moments::default(),
        keys_expiring: Moments::default(),
    }
}

/// A handful of events in a week.
pub fn small() -> Facts {
    let facts = empty();
    let day =
        |day: i64, events, failed, failed_logins| Day { start: JANUARY + day * DAY, events, failed, failed_logins };
    let days = vec![day(0, 3, 0, 0), day(2, 7, 1, 2), day(6, 1, 1, 0)];
    let statistics = Statistics {
        by_verb: counts(&[("CREATE", 6), ("READ", 4)]),
        by_target_type: counts(&[("CONTRACT", 7), ("USER", 4)]),
        most_active_actors: vec![("alice".into(), 8), ("bob".into(), 3)],
        most_common_actions: vec![("CONTRACT_CREATED", 6), ("USER_VIEW", 4), ("ping", 1)]
            .into_iter()
            .map(owned)
            .collect(),
        ..totals(&days, 2)
    };
    let log = Compliance { statistics, days, sources: Some(sources(1)), exports: exports(1), kept: kept(11) };
    Facts { period: Period { start: JANUARY, end: JANUARY + 7 * DAY }, log, keys_created: keys(2), ..facts }
}

/// A busy month: twelve verbs, a hundred and twenty kinds of objects, long names, texts in many scripts.
pub fn large() -> Facts {
    let day = |day: i64| Day {
        start: JANUARY + day * DAY,
        events: 40_000 + (day * 7_919) % 23_000,
        failed: 300 + (day * 331) % 2_100,
        failed_logins: (day * 53) % 170,
    };
    let days: Vec<Day> = (0..31).map(day).collect();
    let verbs = "CREATE READ UPDATE DELETE EXPORT LOGIN LOGOUT APPROVE REJECT MERGE SPLIT ARCHIVE";
    let verbs = verbs.split(' ').zip(1..).map(|(verb, at): (_, i64)| (verb.to_owned(), 200_000 / (at * at)));
    let kinds = (0..120_i64).map(|kind| {
        let name = match kind {
            3 => "A_KIND_OF_OBJECT_WITH_A_NAME_THAT_IS_MUCH_TOO_LONG_FOR_ANY_COLUMN_AND_GOES_ON_AND_ON_WITHOUT_A_BLANK"
                .into(),
            4 => "Vertrag über Lieferungen und Leistungen zwischen Unternehmen der öffentlichen Hand".into(),
            _ => format!("KIND_{kind:03}"),
        };
        (name, 90_000 / (kind + 1) + 1)
    });
    let actors = ["alice", "Ζωή Παπαδοπούλου", "Юлия Щербакова", "José Ñandú", "svc-\u{6F22}\u{5B57}\u{1F600}"];
    let long =
        "a.very.long.address.of.somebody.whose.organisation.likes.long.names@department.of.everything.example.org";
    let actors = actors.into_iter().chain([long, "=HYPERLINK(\"http://x\")", "\u{202E}txt.exe", "", "last"]);
    let statistics = Statistics {
        by_verb: verbs.collect(),
        by_target_type: kinds.collect(),
        unique_actors: 48_211,
        most_active_actors: actors
            .zip(0..)
            .map(|(actor, at): (&str, i64)| (actor.to_owned(), 99_000 / (at + 1)))
            .collect(),
        most_common_actions: (0..10).map(|at| (format!("SOMETHING_DONE_{at}"), 120_000 / (at + 1))).collect(),
        ..totals(&days, days.iter().map(|day| day.failed_logins).sum())
    };
    let log =
        Compliance { statistics, days, sources: Some(sources(20)), exports: exports(20), kept: kept(1_234_567_890) };
    Facts {
        subject: Subject {
            customer: None,
            customers: Some(6),
            name: "Bundesanstalt für Immobilienaufgaben, Παπαδόπουλος Α.Ε., ООО «Ромашка» and 3 more".into(),
        },
        log,
        keys_created: keys(20),
        keys_revoked: Moments { count: 57, ..keys(20) },
        keys_expiring: keys(3),
        ..empty()
    }
}

/// A year, whose days become weeks.
pub fn year() -> Facts {
    let day = |day: i64| Day {
        start: JANUARY - 365 * DAY + day * DAY,
        events: 900 + (day * day * 31) % 2_600,
        failed: (day * 17) % 60,
        failed_logins: (day * 7) % 9,
    };
    let days: Vec<Day> = (0..365).filter(|day| day % 7 < 5).map(day).collect();
    let failed_logins = days.iter().map(|day| day.failed_logins).sum();
    let large = large();
    let statistics = Statistics { unique_actors: 210, ..large.log.statistics.clone() };
    let totals = totals(&days, failed_logins);
    let statistics = Statistics { total: totals.total, failed: totals.failed, failed_logins, ..statistics };
    let period = Period { start: JANUARY - 365 * DAY, end: JANUARY };
    Facts { period, log: Compliance { statistics, days, ..large.log }, subject: small().subject, ..large }
}

fn totals(days: &[Day], failed_logins: i64) -> Statistics {
    let (total, failed) = days.iter().fold((0, 0), |sum, day| (sum.0 + day.events, sum.1 + day.failed));
    Statistics { total, failed, unique_actors: 2, failed_logins, ..Statistics::default() }
}

fn owned((name, count): (&str, i64)) -> (String, i64) {
    (name.to_owned(), count)
}

fn counts(of: &[(&str, i64)]) -> BTreeMap<String, i64> {
    of.iter().copied().map(owned).collect()
}

fn sources(number: i64) -> Sources {
    let source = |at: i64| Source {
        address: (at != 2)
            .then(|| if at % 5 == 4 { format!("2001:db8::{at:x}") } else { format!("192.0.2.{at}") }.parse().unwrap()),
        location: ["Berlin, DE", "São Paulo, BR", "Αθήνα, GR"]
            .get(usize::try_from(at % 4).unwrap())
            .map(|text| (*text).into()),
        count: 900 / (at + 1),
        last: JANUARY + at * DAY + 12_345_000_000_000,
    };
    Sources { count: number * 3 - 2, most: (0..number).map(source).collect() }
}

fn exports(number: i64) -> Exports {
    let export = |at: i64| Export {
        timestamp: JANUARY + (30 - at) * DAY,
        actor: (at != 1).then(|| "auditor@example.org".to_owned()),
        action: Some("audit_v1_export_add".to_owned()),
        target_type: Some("EXPORT".to_owned()),
        target_id: Some(format!("019b7a{at:02}-0000-7000-8000-0123456789ab")),
        outcome: "SUCCESS".to_owned(),
    };
    Exports { count: number, latest: (0..number).map(export).collect() }
}

fn kept(events: i64) -> Kept {
    Kept { events, oldest: Some(JANUARY - 400 * DAY), newest: Some(JANUARY + 31 * DAY - 1) }
}

fn keys(number: i64) -> Moments {
    let key = |at: i64| KeyMoment {
        at: JANUARY + at * DAY,
        prefix: format!("{}/{}", 100 + at, at % 3 + 1),
        description: "Nightly import of contracts from the warehouse, see the runbook of the operations team"
            .to_owned(),
        owner: format!("service-{at}"),
    };
    Moments { count: number, keys: (0..number).map(key).collect() }
}
