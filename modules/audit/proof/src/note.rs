//! Checkpoints (C2SP tlog-checkpoint) and the notes they are signed as (C2SP signed-note), with Ed25519 keys.
//!
//! A note is a text of lines, an empty line, and a line for each signature: an em dash, the name of the key, and in base64 four
//! bytes that tell keys of one name apart and the signature. Lines of keys that nobody knows (witnesses') are passed over.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::hash::{Hash, plain_hash};
use crate::path::Head;

/// The kind of signature that an Ed25519 key makes, as notes number them.
const ED25519_KIND: u8 = 1;

/// The most signature lines that are looked at.
const MOST_SIGNATURES: usize = 100;

/// The head of a log, by the log's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Its size and root.
    pub head: Head,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.head.size, STANDARD.encode(self.head.root))
    }

    /// Reads a text that was signed. Lines beyond the third are of extensions, which this log has none of: they are no error, and
    /// mean nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number: u64 = size.parse().ok()?;
        if origin.is_empty() || number.to_string() != size || lines.any(str::is_empty) {
            return None;
        }
        let root: Hash = STANDARD.decode(root).ok()?.try_into().ok()?;
        Some(Self { origin: origin.to_owned(), head: Head { size: number, root } })
    }

    /// The note: the checkpoint and the signature of a key of that name.
    #[must_use]
    pub fn sign(&self, name: &str, key: &Ed25519KeyPair) -> String {
        let text = self.text();
        let public = PublicKey::of(name, key);
        let line = signature_line(&public, key.sign(text.as_bytes()).as_ref());
        format!("{text}\n{line}")
    }
}

fn signature_line(key: &PublicKey, signature: &[u8]) -> String {
    let mut bytes = key.id().to_vec();
    bytes.extend_from_slice(signature);
    format!("\u{2014} {} {}\n", key.name, STANDARD.encode(bytes))
}

/// A public key, as notes name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name: no white space, no plus sign.
    pub name: String,
    /// The key.
    pub key: [u8; 32],
}

impl PublicKey {
    /// That of a key pair.
    #[must_use]
    pub fn of(name: &str, pair: &Ed25519KeyPair) -> Self {
        Self { name: name.to_owned(), key: crate::hash::array(pair.public_key().as_ref()) }
    }

    /// Four bytes that tell keys of one name apart.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let mut bytes = self.name.as_bytes().to_vec();
        bytes.extend([b'\n', ED25519_KIND]);
        bytes.extend(self.key);
        let [a, b, c, d, ..] = plain_hash(&bytes);
        [a, b, c, d]
    }

    /// As people hand it on: `name+id+key`.
    #[must_use]
    pub fn text(&self) -> String {
        let id: String = self.id().iter().map(|byte| format!("{byte:02x}")).collect();
        let key: Vec<u8> = core::iter::once(ED25519_KIND).chain(self.key).collect();
        format!("{}+{id}+{}", self.name, STANDARD.encode(key))
    }

    /// Reads it. Nothing when it is none, or its digits do not fit its key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '+');
        let (name, _, key) = (parts.next()?, parts.next()?, parts.next()?);
        let key = STANDARD.decode(key).ok()?;
        let [ED25519_KIND, key @ ..] = key.as_slice() else { return None };
        let found = Self { name: name.to_owned(), key: key.try_into().ok()? };
        (is_name(name) && found.text() == text).then_some(found)
    }
}

/// Whether a text can be the name of a key.
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|sign: char| sign.is_whitespace() || sign == '+')
}

/// Why a note is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is no note.
    Malformed,
    /// No known key signed it.
    Unsigned,
    /// A signature of a known key is wrong.
    Forged,
}

/// The text of a note that one of these keys signed. A wrong signature of any of them is the end of it.
///
/// # Errors
/// When it is not to be believed.
pub fn open<'n>(note: &'n str, keys: &[PublicKey]) -> Result<&'n str, Doubt> {
    let (place, _) = note.rmatch_indices("\n\n").next().ok_or(Doubt::Malformed)?;
    let (text, rest) = note.split_at_checked(place + 1).ok_or(Doubt::Malformed)?;
    let lines = rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n')).ok_or(Doubt::Malformed)?;
    if text.contains(|sign: char| sign.is_control() && sign != '\n') || lines.split('\n').count() > MOST_SIGNATURES {
        return Err(Doubt::Malformed);
    }
    let mut signed = false;
    for line in lines.split('\n') {
        let line = line.strip_prefix("\u{2014} ").ok_or(Doubt::Malformed)?;
        let (name, bytes) = line.split_once(' ').ok_or(Doubt::Malformed)?;
        let bytes = STANDARD.decode(bytes).map_err(|_| Doubt::Malformed)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(Doubt::Malformed)?;
        let known = keys.iter().find(|key| key.name == name && key.id() == *id);
        if let Some(key) = known {
            let key = UnparsedPublicKey::new(&ED25519, key.key);
            key.verify(text.as_bytes(), signature).map_err(|_| Doubt::Forged)?;
            signed = true;
        }
    }
    if signed { Ok(text) } else { Err(Doubt::Unsigned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn sample() -> Checkpoint {
        Checkpoint { origin: "example.org/log".to_owned(), head: Head { size: 9, root: [3; 32] } }
    }

    /// The key of the specification's own example.
    #[test]
    fn keys_are_written_as_in_the_specification() {
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = PublicKey::parse(text).unwrap();
        assert_eq!((key.name.as_str(), key.id()), ("PeterNeumann", [0xc7, 0x4f, 0x20, 0xa3]));
        assert_eq!(key.text(), text);
        for wrong in
            ["PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a+b", "", "a b+00000000+AQ=="]
        {
            assert_eq!(PublicKey::parse(wrong), None, "{wrong}");
        }
    }

    /// The note of the specification's own example.
    #[test]
    fn a_note_of_another_implementation_is_believed() {
        let key = PublicKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let note = format!(
            "{text}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        assert_eq!(open(&note, &[key]), Ok(text));
    }

    #[test]
    fn what_was_signed_is_believed_and_nothing_else() {
        let (key, other) = (pair(1), pair(2));
        let (public, stranger) = (PublicKey::of("example.org/log", &key), PublicKey::of("example.org/log", &other));
        let note = sample().sign("example.org/log", &key);
        let text = open(&note, core::slice::from_ref(&public)).unwrap();
        assert_eq!(Checkpoint::parse(text), Some(sample()));
        assert_eq!(open(&note, &[stranger]), Err(Doubt::Unsigned));
        assert_eq!(open(&note.replace("\n9\n", "\n8\n"), core::slice::from_ref(&public)), Err(Doubt::Forged));
        // A witness' line beside it.
        let both = format!("{note}\u{2014} witness.example AAAAAAAA\n");
        assert_eq!(open(&both, core::slice::from_ref(&public)), Ok(text));
        for wrong in ["", "text\n", "text\n\n", "text\n\nsignature\n", note.trim_end(), &note.replace("\n\n", "\n")] {
            assert_eq!(open(wrong, core::slice::from_ref(&public)), Err(Doubt::Malformed), "{wrong}");
        }
    }

    #[test]
    fn checkpoints_are_read_in_one_form() {
        let text = sample().text();
        assert_eq!(Checkpoint::parse(&text), Some(sample()));
        assert_eq!(Checkpoint::parse(&format!("{text}extension\n")), Some(sample()));
        for wrong in [
            text.replace("\n9\n", "\n09\n"),
            text.replace("\n9\n", "\n-9\n"),
            text.replace("example.org/log", ""),
            text[..text.len() - 1].to_owned(),
            format!("{text}\n"),
        ] {
            assert_eq!(Checkpoint::parse(&wrong), None, "{wrong}");
        }
    }
}
