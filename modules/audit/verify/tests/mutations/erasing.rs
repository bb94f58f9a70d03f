//! Values that are gone.

use crate::fixture::{erase, varied};
use crate::support::{after, sql};

#[test]
fn erasing_needs_an_event() {
    assert_eq!(
        after(|connection| erase(connection, 12, &["description"])),
        ["leaf 12: erased without an erasure event: description"]
    );
    // More than the event names.
    let told = after(|connection| erase(connection, 10, &["description", "metadata", "origin"]));
    assert_eq!(told, ["leaf 10: erased without an erasure event: origin"]);
    // The event comes first.
    assert_eq!(after(|connection| erase(connection, 25, &["origin"])).len(), 1);
    assert_eq!(
        sql("UPDATE event SET description = 'x' WHERE sequence = 10"),
        [
            "leaf 10: description has a value although it was erased",
            "leaf 10: description has a value although leaf 20 says that it was erased"
        ]
    );
    // All of it as it was before.
    let told = after(|connection| {
        let event = varied(10);
        let text = |name| event.values.iter().find(|(column, _)| *column == name).map(|(_, value)| value.clone());
        connection
            .execute(
                "UPDATE event SET flags = 0, description = ?, metadata = ? WHERE sequence = 10",
                [text("description"), text("metadata")],
            )
            .unwrap();
        connection
            .execute("UPDATE event_leaf SET salt = ?, field_salts = NULL WHERE sequence = 10", [event.salt])
            .unwrap();
    });
    assert_eq!(
        told,
        [
            "leaf 10: description has a value although leaf 20 says that it was erased",
            "leaf 10: metadata has a value although leaf 20 says that it was erased"
        ]
    );
    // An event that is not the one that was logged tells nothing.
    let told = sql("UPDATE event SET metadata = '{\"fields\":[\"description\",\"metadata\"]}' WHERE sequence = 20");
    assert!(told.contains(&"leaf 10: erased without an erasure event: description, metadata".to_owned()), "{told:?}");
    assert!(told.contains(&"leaf 20: metadata differs from its commitment".to_owned()), "{told:?}");
    let told = after(|connection| erase(connection, 20, &["metadata"]));
    assert!(told.contains(&"leaf 20: values of an erasure event were erased".to_owned()), "{told:?}");
    let told = sql("UPDATE event SET flags = 0 WHERE sequence = 10");
    assert_eq!(told, ["leaf 10: flags: values were erased, and it is not ERASED"]);
    assert_eq!(
        sql("UPDATE event SET flags = 32 WHERE sequence = 12"),
        ["leaf 12: flags: it is DELETED without an erasure event"]
    );
    assert_eq!(sql("UPDATE event SET flags = 1 WHERE sequence = 12"), Vec::<String>::new());
}
