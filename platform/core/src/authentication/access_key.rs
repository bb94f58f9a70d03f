//! Access keys of the dialect `spectra`: one a user, in the form of a UUID version 4. Its owner may look at it again and again,
//! so it is not drawn by lot: it follows from the server's secret. What is stored is its hash, to find the user by it.

use ring::digest::{SHA256, digest};
use ring::hmac::{HMAC_SHA256, Key, sign};
use uuid::{Builder, Uuid};

use super::secret::ServerSecret;

/// The access key of a user.
#[must_use]
pub fn of_user(secret: &ServerSecret, user: i64) -> Uuid {
    let key = Key::new(HMAC_SHA256, secret.key("argus access key").as_ref());
    let mut bytes = [0; 16];
    for (byte, signed) in bytes.iter_mut().zip(sign(&key, &user.to_be_bytes()).as_ref()) {
        *byte = *signed;
    }
    Builder::from_random_bytes(bytes).into_uuid()
}

/// What a key is stored under: an access key, or the key of a link that is good once. Both are beyond guessing.
#[must_use]
pub fn hash(key: &str) -> Vec<u8> {
    digest(&SHA256, key.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_each_time_and_nobody_elses() {
        let secret = ServerSecret::new(&[1; 32]);
        let key = of_user(&secret, 7);
        assert_eq!((key, key.get_version_num(), key.to_string().len()), (of_user(&secret, 7), 4, 36));
        assert_eq!(key.get_variant(), uuid::Variant::RFC4122);
        assert!(key != of_user(&secret, 8) && key != of_user(&ServerSecret::new(&[2; 32]), 7));
        assert_ne!(hash(&key.to_string()), hash("x"));
    }
}
