//! Telephone numbers on the wire.

use argus_identity::entity::subject;
use poem_openapi::Object;

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(rename_all = "camelCase")]
pub struct Phone {
    /// Country code: 1 to 4 digits, with or without a plus sign.
    #[oai(validator(max_length = 5))]
    pub country_code: Option<String>,
    /// The rest: 3 to 15 digits, with or without blanks.
    #[oai(validator(max_length = 30))]
    pub national_number: Option<String>,
}

impl Phone {
    /// That of a user, where it has one.
    #[must_use]
    pub fn of(row: &subject::Model) -> Option<Self> {
        let number = row.phone_number.clone()?;
        Some(Self { country_code: row.phone_country.clone(), national_number: Some(number) })
    }
}
