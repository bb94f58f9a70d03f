//! What of one's own can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Searchable};
use argus_identity::entity::{customer, function, permission, subject};

/// Functions, as the parameters of a list see them.
pub struct Functions;

/// Groups, as the parameters of a list see them.
pub struct Groups;

/// Customers, as the parameters of a list see them.
pub struct Customers;

/// Permissions, as the parameters of a list see them.
pub struct Permissions;

impl Searchable for Functions {
    type Entity = function::Entity;
    const NAME: &'static str = "CurrentUserFunction";

    fn fields() -> &'static Fields {
        use function::Column;
        static FIELDS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new("id", Column::Id).keyword("name", Column::Name).sort("name", Column::Name));
        &FIELDS
    }
}

impl Searchable for Groups {
    type Entity = subject::Entity;
    const NAME: &'static str = "CurrentUserGroup";

    fn fields() -> &'static Fields {
        use subject::Column;
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields::new("id", Column::Id).sort("name", Column::Name));
        &FIELDS
    }
}

impl Searchable for Customers {
    type Entity = customer::Entity;
    const NAME: &'static str = "CurrentUserCustomer";

    fn fields() -> &'static Fields {
        use customer::Column;
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .keyword("shortName", Column::ShortName)
                .keyword("name", Column::Name)
                .sort("shortName", Column::ShortName)
                .sort("name", Column::Name)
        });
        &FIELDS
    }
}

impl Searchable for Permissions {
    type Entity = permission::Entity;
    const NAME: &'static str = "CurrentUserPermission";

    fn fields() -> &'static Fields {
        use permission::Column;
        static FIELDS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new("id", Column::Id).sort("grantedTimestamp", Column::GrantedAt));
        &FIELDS
    }
}
