//! Who exists.

use sea_orm_migration::prelude::TableCreateStatement;

use super::Columns;

pub(super) fn tables(c: &Columns) -> Vec<TableCreateStatement> {
    vec![
        c.table("domain", vec![c.id(), c.words("name")]),
        c.table(
            "customer",
            vec![
                c.id(),
                c.number("domain_id"),
                c.number_or_null("parent_id"),
                c.words("kind"),
                c.words("short_name"),
                c.words("short_name_key"),
                c.words("name"),
                c.words("language"),
                c.words("time_zone"),
                c.number("flags"),
                c.number("created_at"),
                c.number_or_null("created_by"),
                c.number_or_null("updated_at"),
                c.number_or_null("updated_by"),
                c.number_or_null("deleted_at"),
                c.number_or_null("deleted_by"),
                c.words_or_null("folded"),
            ],
        ),
        c.table(
            "subject",
            vec![
                c.id(),
                c.words("kind"),
                c.number("domain_id"),
                c.number("customer_id"),
                c.words("short_name"),
                c.words("short_name_key"),
                c.words("name"),
                c.words_or_null("email"),
                c.words_or_null("phone_country"),
                c.words_or_null("phone_number"),
                c.words_or_null("description"),
                c.words("language"),
                c.number("flags"),
                c.words_or_null("password_hash"),
                c.number_or_null("password_changed_at"),
                c.words_or_null("ldap_name"),
                c.small("methods"),
                c.flag("blocked"),
                c.number("created_at"),
                c.number_or_null("created_by"),
                c.number_or_null("updated_at"),
                c.number_or_null("updated_by"),
                c.number_or_null("deleted_at"),
                c.number_or_null("deleted_by"),
                c.number_or_null("last_login_at"),
                c.words_or_null("last_login_method"),
                c.words_or_null("last_login_ip"),
                c.number_or_null("last_impersonated_at"),
                c.words_or_null("folded"),
            ],
        ),
    ]
}
