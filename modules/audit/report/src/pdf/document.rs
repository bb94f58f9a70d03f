//! What a report consists of, from the title to how its figures are counted.

mod access;
mod activity;
mod end;
mod head;

use super::Failure;
use super::face::faces;
use super::flow::Flow;
use super::paint::{About, paint};
use crate::facts::Facts;

/// What every report is called.
const NAME: &str = "Compliance summary";

/// The report as a file.
pub fn write(facts: &Facts) -> Result<Vec<u8>, Failure> {
    let faces = faces()?;
    let mut flow = Flow::new(faces);
    head::title(&mut flow, facts);
    head::figures(&mut flow, facts);
    if facts.include_stats {
        activity::over_time(&mut flow, facts);
        activity::by_kind(&mut flow, facts);
        activity::most(&mut flow, facts);
        access::failed_logins(&mut flow, facts);
    }
    access::exports(&mut flow, facts);
    access::keys(&mut flow, facts);
    end::log(&mut flow, facts);
    end::notes(&mut flow, facts);
    let about = About {
        title: format!("{NAME}: {}, {}", facts.subject.name, facts.period.words()),
        author: facts.made_by.clone(),
        made_at: facts.made_at,
        foot: format!("{NAME}  \u{B7}  {}  \u{B7}  {}", facts.period.words(), facts.subject.name),
    };
    paint(faces, &flow.finish(), &about)
}
