//! What subjects may do.

use sea_orm_migration::prelude::TableCreateStatement;

use super::Columns;

pub(super) fn tables(c: &Columns) -> Vec<TableCreateStatement> {
    vec![
        c.table(
            "membership",
            vec![
                c.uuid(),
                c.number("group_id"),
                c.number("member_id"),
                c.flag("externally_managed"),
                c.number("added_at"),
                c.number_or_null("added_by"),
                c.words_or_null("add_comment"),
                c.number_or_null("removed_at"),
                c.number_or_null("removed_by"),
                c.words_or_null("remove_comment"),
            ],
        ),
        c.table(
            "function",
            vec![
                c.id(),
                c.words("name"),
                c.words("minimum_level"),
                c.words_or_null("least_level"),
                c.flag("read_only"),
                c.flag("role"),
                c.flag("sysadm"),
                c.words("role_type"),
                c.flag("built_in"),
                c.words_or_null("localized_names"),
                c.words_or_null("localized_descriptions"),
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
            "function_child",
            vec![
                c.uuid(),
                c.number("parent_id"),
                c.number("child_id"),
                c.number("created_at"),
                c.number_or_null("created_by"),
                c.number_or_null("deleted_at"),
                c.number_or_null("deleted_by"),
            ],
        ),
        c.table(
            "permission",
            vec![
                c.id(),
                c.number("subject_id"),
                c.number("function_id"),
                c.number("customer_id"),
                c.number("granted_at"),
                c.number_or_null("granted_by"),
                c.words_or_null("grant_comment"),
                c.number_or_null("revoked_at"),
                c.number_or_null("revoked_by"),
                c.words_or_null("revoke_comment"),
            ],
        ),
    ]
}
