//! Whatever clients call things, there is a report, and it is of the standards.

use argus_audit_log::numbers::{Compliance, Statistics};
use argus_audit_report::facts::{Facts, Subject};
use argus_audit_report::pdf;
use proptest::prelude::*;

use crate::samples::small;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_can_be_printed(name in ".{0,60}", actor in any::<String>(), kind in "[\\PC\\pC]{0,300}", count in 0..i64::MAX) {
        let facts = small();
        let statistics = Statistics {
            most_active_actors: vec![(actor.clone(), count), (kind.clone(), 0)],
            by_target_type: [(kind, count / 2), (name.clone(), 1)].into(),
            total: count,
            ..facts.log.statistics
        };
        let subject = Subject { name, ..facts.subject };
        let facts = Facts { subject, made_by: actor, log: Compliance { statistics, ..facts.log }, ..facts };
        let file = pdf::write(&facts).unwrap();
        prop_assert!(file.windows(12).any(|bytes| bytes == b"pdfuaid:part"));
    }
}

#[test]
fn what_must_not_be_printed_is_not_a_failure() {
    for text in [
        "\u{0}",
        "\u{FEFF}",
        "\u{FFFE}",
        "\u{E000}",
        "\u{202E}",
        "\u{10FFFF}",
        "e\u{301}\u{302}",
        "\u{1F468}\u{200D}\u{1F469}",
        "",
    ] {
        let facts = Facts { made_by: text.to_owned(), ..small() };
        let subject = Subject { name: text.to_owned(), ..facts.subject.clone() };
        let file = pdf::write(&Facts { subject, ..facts }).unwrap();
        assert!(file.windows(12).any(|bytes| bytes == b"pdfuaid:part"), "{text:?}");
    }
}
