//! Time-based one-time codes (RFC 6238 with SHA-1, 6 digits, 30 seconds: what every authenticator app can do). Their seeds
//! are stored sealed, bound to the generator's row.

use data_encoding::BASE32_NOPAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use sea_orm::prelude::Uuid;
use subtle::ConstantTimeEq;

use super::sealed::Sealing;
use crate::app::Platform;
use crate::clock::{Ids, NANOS_PER_SECOND, Nanos};
use crate::error::ApiError;

/// Digits of a code.
pub const DIGITS: i32 = 6;

/// The algorithm, as the key URI format names it.
pub const ALGORITHM: &str = "SHA1";

/// What seeds are sealed for.
const PURPOSE: &str = "argus totp seed";

/// How long a code is shown, in s.
const PERIOD: i64 = 30;

/// Steps before and after the present one whose codes are good: clocks differ, and people type slowly.
const DRIFT: i64 = 1;

/// The secret that a generator and this server share: 160 random bits, as RFC 4226 section 4 recommends. `Debug` is not
/// implemented, so that it is never shown by accident.
pub struct Seed([u8; 20]);

impl Seed {
    /// A new one.
    #[must_use]
    pub fn new(ids: &Ids) -> Self {
        Self(ids.bytes())
    }

    /// As people type it: base32 without padding.
    #[must_use]
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The `otpauth:` URI that authenticator apps read from a QR code (the key URI format).
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (issuer, account, secret) = (escaped(issuer), escaped(account), self.base32());
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm={ALGORITHM}&digits={DIGITS}\
             &period={PERIOD}"
        )
    }

    /// The time step whose code this is, among those that are good now.
    #[must_use]
    pub fn step_of(&self, code: &str, now: Nanos) -> Option<i64> {
        let present = step(now);
        // All of them are compared, so that the time tells nothing.
        (present - DRIFT..=present + DRIFT).fold(None, |found, step| {
            if bool::from(self.code(step).as_bytes().ct_eq(code.as_bytes())) { Some(step) } else { found }
        })
    }

    /// The code of a step.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0), &step.to_be_bytes());
        // RFC 4226 section 5.3: the last four bits say where the number stands.
        let offset = tag.as_ref().last().map_or(0, |last| usize::from(last & 0x0f));
        let four = tag.as_ref().iter().skip(offset).take(4);
        let number = four.fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// As it is stored with the generator `id`.
    ///
    /// # Errors
    /// Never with the key that follows from the secret.
    pub fn seal(&self, platform: &Platform, id: Uuid) -> Result<Vec<u8>, ApiError> {
        Sealing::of(platform, PURPOSE).seal(id.as_bytes(), &self.0)
    }

    /// The seed that was stored with the generator `id`.
    ///
    /// # Errors
    /// 500 when it was stored under another secret, or with another generator.
    pub fn open(platform: &Platform, id: Uuid, stored: &[u8]) -> Result<Self, ApiError> {
        let opened = Sealing::of(platform, PURPOSE).open(id.as_bytes(), stored)?;
        Ok(Self(opened.try_into().map_err(|_| ApiError::internal("a seed of another length"))?))
    }
}

/// The number of the time step at a moment.
#[must_use]
pub fn step(now: Nanos) -> i64 {
    now.div_euclid(PERIOD * NANOS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: Seed = Seed(*b"12345678901234567890");

    /// RFC 6238 appendix B has eight digits; these are the last six of them.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(RFC.code(step(second * NANOS_PER_SECOND)), code);
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_and_a_step_late() {
        let at = 2_000_000_010 * NANOS_PER_SECOND;
        for (steps, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = RFC.step_of(&RFC.code(step(at) + steps), at);
            assert_eq!(found, good.then(|| step(at) + steps), "{steps} steps away");
        }
        for bad in ["", "27903", "2790370", "abcdef", "０００００0"] {
            assert_eq!(RFC.step_of(bad, at), None, "{bad}");
        }
    }

    #[test]
    fn apps_can_read_the_uri() {
        assert_eq!(
            RFC.uri("Argus", "a b@x"),
            "otpauth://totp/Argus:a%20b%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Argus&algorithm=SHA1\
             &digits=6&period=30"
        );
    }
}
