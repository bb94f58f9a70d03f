//! What proves who somebody is.

use sea_orm_migration::prelude::TableCreateStatement;

use super::Columns;

pub(super) fn tables(c: &Columns) -> Vec<TableCreateStatement> {
    vec![
        c.table(
            "session",
            vec![
                c.uuid(),
                c.binary("token_hash"),
                c.number("user_id"),
                c.words("method"),
                c.words("level"),
                c.flag("read_only"),
                c.words_or_null("functions"),
                c.words_or_null("customers"),
                c.number_or_null("impersonator_id"),
                c.binary_or_null("parent_hash"),
                c.words_or_null("parent_key"),
                c.words("client_ip"),
                c.number("created_at"),
                c.number("last_seen_at"),
                c.number("valid_until"),
                c.number_or_null("ended_at"),
            ],
        ),
        c.table(
            "api_key",
            vec![
                c.id(),
                c.number("user_id"),
                c.number("idx"),
                c.words("prefix"),
                c.binary("secret_hash"),
                c.binary_or_null("previous_hash"),
                c.number_or_null("previous_until"),
                c.number_or_null("rotated_at"),
                c.words("description"),
                c.number("created_at"),
                c.number("created_by"),
                c.number_or_null("valid_until"),
                c.words_or_null("sources"),
                c.words_or_null("functions"),
                c.words_or_null("customers"),
                c.flag("read_only"),
                c.number_or_null("revoked_at"),
                c.number_or_null("last_used_at"),
                c.words_or_null("last_used_ip"),
                c.words_or_null("folded"),
            ],
        ),
        c.table(
            "public_key",
            vec![
                c.id(),
                c.number("user_id"),
                c.number("idx"),
                c.words("kind"),
                c.words("algorithm"),
                c.binary("public_key"),
                c.words("description"),
                c.number("created_at"),
                c.number("created_by"),
                c.number_or_null("valid_until"),
                c.words_or_null("sources"),
                c.words_or_null("functions"),
                c.words_or_null("customers"),
                c.flag("read_only"),
                c.number_or_null("revoked_at"),
                c.number_or_null("last_used_at"),
                c.words_or_null("last_used_ip"),
            ],
        ),
        c.keyed(
            "signature_pin",
            &["key_id"],
            vec![c.number("key_id"), c.number_or_null("skew"), c.number("moved_at"), c.number("evicted_at")],
        ),
        c.keyed(
            "signature_nonce",
            &["key_id", "stamp", "digest"],
            vec![c.number("key_id"), c.number("stamp"), c.words("digest"), c.number("accepted_at")],
        ),
        c.table(
            "totp",
            vec![
                c.uuid(),
                c.number("user_id"),
                c.binary("seed"),
                c.binary_or_null("cookie_hash"),
                c.number("created_at"),
                c.number("last_step"),
                c.words_or_null("verified_in"),
                c.number("window_began"),
                c.small("window_failed"),
                c.small("failed"),
            ],
        ),
        c.table(
            "password_history",
            vec![c.uuid(), c.number("user_id"), c.words("password_hash"), c.number("replaced_at")],
        ),
        c.keyed(
            "openid_link",
            &["user_id"],
            vec![
                c.number("user_id"),
                c.words("provider"),
                c.words("name"),
                c.number("created_at"),
                c.number("created_by"),
            ],
        ),
        c.table("used_authorization", vec![c.uuid(), c.number("until")]),
    ]
}
