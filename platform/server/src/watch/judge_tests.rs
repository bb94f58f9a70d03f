use argus_audit_proof::leaf_hash;
use argus_audit_proof::path::{Head, Plan};
use argus_audit_proof::tree::Edge;
use ring::signature::Ed25519KeyPair;

use super::*;

const NAME: &str = "example.org/log";

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn key(seed: u8) -> PublicKey {
    PublicKey::of(NAME, &pair(seed))
}

/// The tree of so many leaves, of which those from a place on are other ones.
fn tree(leaves: std::ops::Range<u64>, other_from: u64) -> Edge {
    let mut edge = Edge::empty();
    leaves.for_each(|number| {
        let other = u64::from(number >= other_from);
        edge.push(leaf_hash(&(number * 2 + other).to_be_bytes()), |_, _| {});
    });
    edge
}

fn log(size: u64, other_from: u64) -> Checkpoint {
    Checkpoint { origin: NAME.to_owned(), head: Head { size, root: tree(0..size, other_from).root() } }
}

fn proof(from: u64, to: u64, other_from: u64) -> Proof {
    let plan = Plan::consistency(from, to).unwrap();
    let hash = |node: argus_audit_proof::tree::Node| {
        let leaves = node.index << node.level..(node.index + 1) << node.level;
        Ok::<_, std::convert::Infallible>(tree(leaves, other_from).root())
    };
    let Ok(hashes) = plan.proof(hash);
    Proof::Hashes(hashes)
}

/// All leaves are the first ones.
const SAME: u64 = u64::MAX;

fn signed(checkpoint: &Checkpoint, seed: u8) -> String {
    checkpoint.sign(&checkpoint.origin, &pair(seed))
}

fn judged(kept: &Checkpoint, seen: &Checkpoint, proof: Option<&Proof>) -> Verdict {
    look(Some(kept), &signed(seen, 1), &[key(1)], proof)
}

#[test]
fn the_first_one_is_believed_by_its_key_and_name() {
    for size in [0, 1, 9] {
        let seen = log(size, SAME);
        assert_eq!(look(None, &signed(&seen, 1), &[key(2), key(1)], None), Verdict::Holds(seen));
    }
    let seen = log(9, SAME);
    assert_eq!(look(None, &signed(&seen, 1), &[key(2)], None), Verdict::Alarm(Alarm::UnknownKey));
    let elsewhere = PublicKey::of("example.com/log", &pair(1));
    assert_eq!(look(None, &signed(&seen, 1), &[elsewhere], None), Verdict::Alarm(Alarm::OtherLog));
    assert_eq!(look(None, &signed(&seen, 1), &[], None), Verdict::Alarm(Alarm::OtherLog));
}

#[test]
fn a_log_that_only_grew_holds_by_its_proof() {
    for (from, to) in [(1, 2), (3, 7), (4, 7), (6, 7), (8, 300)] {
        let (kept, seen) = (log(from, SAME), log(to, SAME));
        assert_eq!(judged(&kept, &seen, None), Verdict::NeedsProof { from, to });
        assert_eq!(judged(&kept, &seen, Some(&proof(from, to, SAME))), Verdict::Holds(seen));
    }
    // One that did not grow needs none.
    assert_eq!(judged(&log(7, SAME), &log(7, SAME), None), Verdict::Holds(log(7, SAME)));
}

#[test]
fn everything_begins_with_nothing() {
    assert_eq!(judged(&log(0, SAME), &log(7, SAME), None), Verdict::Holds(log(7, SAME)));
    assert_eq!(judged(&log(0, SAME), &log(0, SAME), None), Verdict::Holds(log(0, SAME)));
    assert_eq!(judged(&log(7, SAME), &log(0, SAME), None), Verdict::Alarm(Alarm::RolledBack));
    // Nothing has one root.
    let wrong = Checkpoint { head: Head { size: 0, root: [1; 32] }, ..log(0, SAME) };
    assert_eq!(judged(&wrong, &log(7, SAME), None), Verdict::Alarm(Alarm::Inconsistent));
}

#[test]
fn a_log_that_was_changed_is_alarmed() {
    assert_eq!(judged(&log(7, SAME), &log(6, SAME), None), Verdict::Alarm(Alarm::RolledBack));
    assert_eq!(judged(&log(7, SAME), &log(7, 3), None), Verdict::Alarm(Alarm::Forked));
    // Changed in what was kept, whichever of the two logs the proof is of.
    for of in [3, SAME] {
        let verdict = judged(&log(7, SAME), &log(12, 3), Some(&proof(7, 12, of)));
        assert_eq!(verdict, Verdict::Alarm(Alarm::Inconsistent));
    }
    for proof in [Proof::Hashes(Vec::new()), proof(6, 12, SAME)] {
        let verdict = judged(&log(7, SAME), &log(12, SAME), Some(&proof));
        assert_eq!(verdict, Verdict::Alarm(Alarm::Inconsistent), "{proof:?}");
    }
    let refused = Proof::Refused("412".to_owned());
    let verdict = judged(&log(7, SAME), &log(12, SAME), Some(&refused));
    assert_eq!(verdict, Verdict::Alarm(Alarm::Unproved("412".to_owned())));
}

#[test]
fn what_nobody_known_signed_is_not_believed_whatever_it_says() {
    let (kept, same) = (log(7, SAME), log(7, SAME));
    let verdict = |note: &str, keys: &[PublicKey]| look(Some(&kept), note, keys, None);
    assert_eq!(verdict(&signed(&same, 2), &[key(1)]), Verdict::Alarm(Alarm::UnknownKey));
    // It goes on with the new key, alone too.
    assert_eq!(verdict(&signed(&same, 2), &[key(2)]), Verdict::Holds(same.clone()));
    let forged = signed(&same, 1).replace("\n7\n", "\n8\n");
    assert_eq!(verdict(&forged, &[key(1)]), Verdict::Alarm(Alarm::Forged));
    // By a known key, under another name: of the key, or of the log.
    let other = Checkpoint { origin: "example.com/log".to_owned(), ..same.clone() };
    let others_key = PublicKey::of("example.com/log", &pair(1));
    assert_eq!(verdict(&signed(&other, 1), &[key(1), others_key.clone()]), Verdict::Alarm(Alarm::OtherLog));
    let crossed = other.sign(NAME, &pair(1));
    assert_eq!(look(Some(&other), &crossed, &[key(1), others_key], None), Verdict::Alarm(Alarm::UnknownKey));
    for nothing in ["", "<html>\n\n</html>\n", "example.org/log\n7\n", &signed(&same, 1).replace('\u{2014}', "-")] {
        assert_eq!(verdict(nothing, &[key(1)]), Verdict::NoCheckpoint, "{nothing}");
    }
}
