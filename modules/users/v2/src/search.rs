//! What can be searched. Texts and times that are not shown cannot be searched either.

use std::sync::LazyLock;

use argus_core::search::{Fields, Searchable};
use argus_identity::entity::{function, subject};
use argus_useradmin_store::search::functions::function_fields;
use argus_useradmin_store::search::subjects::{subject_fields, with_type};

/// Users, as the search criteria see them.
pub struct BasicUsers;

/// Groups, as the search criteria see them.
pub struct BasicGroups;

/// Users and groups, as the search criteria see them.
pub struct BasicSubjects;

/// Functions, as the search criteria see them.
pub struct BasicFunctions;

impl Searchable for BasicUsers {
    type Entity = subject::Entity;
    const NAME: &'static str = "BasicUser";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| subject_fields().keyword("email", subject::Column::Email));
        &FIELDS
    }
}

impl Searchable for BasicGroups {
    type Entity = subject::Entity;
    const NAME: &'static str = "BasicGroup";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(subject_fields);
        &FIELDS
    }
}

impl Searchable for BasicSubjects {
    type Entity = subject::Entity;
    const NAME: &'static str = "BasicSubject";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> =
            LazyLock::new(|| with_type(subject_fields()).keyword("email", subject::Column::Email));
        &FIELDS
    }
}

impl Searchable for BasicFunctions {
    type Entity = function::Entity;
    const NAME: &'static str = "BasicFunction";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            function_fields().switch("requirePermission", false, "Only those that you may use on some customer")
        });
        &FIELDS
    }
}
