//! Public keys: reading what was uploaded, making pairs, checking signatures.

use ring::agreement::{self, ECDH_P256};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};
use spki::SubjectPublicKeyInfoRef;
use spki::der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use spki::der::{Decode, Encode, Reader, SliceReader};

use super::token::Algorithm;
use crate::clock::Ids;
use crate::pem::{pem, unbase64, unpem};

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The smallest and the largest RSA modulus, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=8_192;

/// A public key of a kind that requests can be signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The one algorithm that it is good for.
    pub algorithm: Algorithm,
    /// What ring takes: the point, or the RSAPublicKey of RFC 8017.
    bytes: Vec<u8>,
}

impl PublicKey {
    /// Reads a key from PEM or from base64 of DER, both SubjectPublicKeyInfo; gives the DER to be stored too. Nothing but
    /// EC keys on P-256 and RSA keys of 2048 to 8192 bits.
    #[must_use]
    pub fn read(text: &str, ids: &Ids) -> Option<(Self, Vec<u8>)> {
        let der = unpem("PUBLIC KEY", text).or_else(|| unbase64(text))?;
        Some((Self::from_der(&der).filter(|key| key.is_sound(ids))?, der))
    }

    /// The same of DER that was read before.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let info = SubjectPublicKeyInfoRef::from_der(der).ok()?;
        let bytes = info.subject_public_key.as_bytes()?;
        let algorithm = match (info.algorithm.oid, info.algorithm.parameters) {
            (EC, Some(parameters)) if parameters.decode_as::<ObjectIdentifier>() == Ok(P256) => Algorithm::Es256,
            (RSA, None) => Algorithm::Rs256,
            (RSA, Some(parameters)) if parameters == AnyRef::NULL => Algorithm::Rs256,
            _ => return None,
        };
        Some(Self { algorithm, bytes: bytes.to_vec() })
    }

    /// Whether it is a key at all: a point of the curve, a modulus of a size that is neither weak nor endless.
    fn is_sound(&self, ids: &Ids) -> bool {
        match self.algorithm {
            Algorithm::Es256 => is_point(&self.bytes, ids),
            Algorithm::Rs256 => is_rsa(&self.bytes),
        }
    }

    /// Whether the signature is this key's.
    #[must_use]
    pub fn is_signed(&self, signed: &str, signature: &[u8]) -> bool {
        let algorithm: &dyn VerificationAlgorithm = match self.algorithm {
            Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
            Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.bytes).verify(signed.as_bytes(), signature).is_ok()
    }

    /// A key that nobody has, to be checked against where there is none, so that both take the same time: the base
    /// point of P-256 (SEC 2, 2.4.2).
    #[must_use]
    pub fn of_nobody() -> Self {
        const POINT: [u8; 65] = [
            0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77,
            0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42,
            0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b,
            0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
        ];
        Self { algorithm: Algorithm::Es256, bytes: POINT.to_vec() }
    }
}

/// Whether it is a point of P-256, uncompressed. ring says so only when it makes something of it.
fn is_point(bytes: &[u8], ids: &Ids) -> bool {
    let Ok(private) = agreement::EphemeralPrivateKey::generate(&ECDH_P256, ids.random()) else { return false };
    agreement::agree_ephemeral(private, &agreement::UnparsedPublicKey::new(&ECDH_P256, bytes), |_| ()).is_ok()
}

fn is_rsa(bytes: &[u8]) -> bool {
    let read = || -> spki::der::Result<(usize, bool)> {
        let mut reader = SliceReader::new(bytes)?;
        let sizes = reader.sequence(|inner| {
            let (modulus, exponent) = (UintRef::decode(inner)?, UintRef::decode(inner)?);
            let (modulus, exponent) = (modulus.as_bytes(), exponent.as_bytes());
            let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
            let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
            Ok::<_, spki::der::Error>((bits, odd(modulus) && odd(exponent) && exponent != [1] && exponent.len() <= 5))
        })?;
        reader.finish()?;
        Ok(sizes)
    };
    read().is_ok_and(|(bits, odd)| odd && RSA_BITS.contains(&bits))
}

/// A pair just made. The private half is shown once and kept nowhere.
pub struct NewPair {
    /// PKCS#8, PEM.
    pub private_key: String,
    /// SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
}

/// Makes a pair for ES256.
#[must_use]
pub fn generate(ids: &Ids) -> Option<NewPair> {
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, ids.random()).ok()?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), ids.random()).ok()?;
    let point = spki::der::asn1::BitStringRef::from_bytes(pair.public_key().as_ref()).ok()?;
    let algorithm = spki::AlgorithmIdentifierRef { oid: EC, parameters: Some((&P256).into()) };
    let public_key = spki::SubjectPublicKeyInfo { algorithm, subject_public_key: point }.to_der().ok()?;
    Some(NewPair { private_key: pem("PRIVATE KEY", document.as_ref()), public_key })
}
