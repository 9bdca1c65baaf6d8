//! Who sent an intent: agents' public keys, and signatures over an intent's own bytes. The format is written down in `docs/signing.md`.
//!
//! The algorithm is a part of the key that the user registered. No message names one, so no message can choose a weaker one.

use std::fmt;
use std::str::FromStr;

use assent_types::{Code, Intent, Malformed};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey, VerificationAlgorithm};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an agent signs begins with these bytes, so that no signature made for another purpose can pass for one of an intent.
pub const DOMAIN: &[u8] = b"assent intent v1\n";

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032); the public key has 32 bytes.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, the signature as `r` and `s` of 32 bytes each (RFC 7518, section 3.4); the public key is the
    /// uncompressed point of 65 bytes.
    Es256,
}

impl Algorithm {
    /// The word before a key's colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Es256 => "es256",
        }
    }

    fn key_bytes(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            Self::Es256 => 65,
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Ed25519 => &ED25519,
            Self::Es256 => &ECDSA_P256_SHA256_FIXED,
        }
    }
}

/// An agent's public key with the one algorithm that it is for: `ed25519:BASE64URL` or `es256:BASE64URL`, without padding.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AgentKey {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

impl AgentKey {
    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// SHA-256 of the key as it is written, in lower-case hexadecimal: a short name for comparing it.
    pub fn thumbprint(&self) -> String {
        digest(&SHA256, self.to_string().as_bytes())
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Whether this key made the signature over the message.
    pub fn made(&self, signature: &Signature, message: &[u8]) -> bool {
        UnparsedPublicKey::new(self.algorithm.verification(), &self.bytes)
            .verify(message, &signature.0)
            .is_ok()
    }
}

impl FromStr for AgentKey {
    type Err = Malformed;

    /// Reads a key; what is not one of the two forms to the byte is refused.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let refuse = |message: &str| Malformed::new(Code::UnknownValue, "key", message);
        let form = "write the agent's public key as `ed25519:…` or `es256:…` in base64url without padding";
        let (name, encoded) = text.split_once(':').ok_or_else(|| refuse(form))?;
        let algorithms = [Algorithm::Ed25519, Algorithm::Es256];
        let algorithm = algorithms
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or_else(|| refuse(form))?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| refuse(form))?;
        if bytes.len() != algorithm.key_bytes() {
            return Err(refuse(
                "the key has another length than its algorithm's keys: 32 bytes for ed25519, 65 for es256",
            ));
        }
        if algorithm == Algorithm::Es256 && bytes.first() != Some(&4) {
            return Err(refuse(
                "an es256 key is the uncompressed point: a byte 4, then x and y of 32 bytes each",
            ));
        }
        Ok(Self { algorithm, bytes })
    }
}

impl fmt::Display for AgentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.as_str(), URL_SAFE_NO_PAD.encode(&self.bytes))
    }
}

impl fmt::Debug for AgentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentKey({}, …)", self.algorithm.as_str())
    }
}

impl Serialize for AgentKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AgentKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|e: Malformed| serde::de::Error::custom(e.message))
    }
}

/// A signature, 64 bytes for either algorithm, written in base64url without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl FromStr for Signature {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| {
            let message = "write the signature's 64 bytes in base64url without padding";
            Malformed::new(Code::UnknownValue, "signature", message)
        })
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(…)")
    }
}

/// What an agent signs: [`DOMAIN`], then the intent's JSON text exactly as it is sent, from its first brace to its last.
pub fn signed_bytes(raw_intent: &str) -> Vec<u8> {
    [DOMAIN, raw_intent.as_bytes()].concat()
}

/// An intent as it came: what was read, the bytes it was read from, and the agent's signature over them.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The intent.
    pub intent: Intent,
    raw: Raw,
    signature: Option<Signature>,
}

/// The intent's own bytes. `Debug` does not show them.
#[derive(Clone)]
struct Raw(String);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raw(…)")
    }
}

impl Presented {
    /// Reads an intent and keeps its bytes.
    pub fn from_json(raw: &str, signature: Option<Signature>) -> Result<Self, Malformed> {
        Ok(Self { intent: Intent::from_json(raw)?, raw: Raw(raw.to_owned()), signature })
    }

    /// An intent that was read elsewhere and carries no signature; its canonical form stands in for its bytes.
    pub fn unsigned(intent: Intent) -> Self {
        let raw = Raw(intent.to_canonical_json());
        Self { intent, raw, signature: None }
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &str {
        &self.raw.0
    }

    /// The agent's signature, where there is one.
    pub fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// Holds the signature against the key that the user registered for the agent.
    pub fn proof(&self, key: Option<&AgentKey>) -> Proof {
        match (key, &self.signature) {
            (None, _) => Proof::NoKey,
            (Some(_), None) => Proof::Unsigned,
            (Some(key), Some(signature)) if key.made(signature, &signed_bytes(&self.raw.0)) => Proof::Signed,
            (Some(_), Some(_)) => Proof::Bad,
        }
    }
}

/// What an intent's signature proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The agent was registered without a key: its id is all there is.
    NoKey,
    /// The agent has a key and signed this.
    Signed,
    /// The agent has a key and there is no signature.
    Unsigned,
    /// The signature is not the agent's.
    Bad,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};

    use super::*;

    const INTENT: &str = r#"{"id":"i-1","agent":"chef","service":{"id":"noodle-1","name":"Noodle House"},"price":{"amount":"38.00","currency":"CNY"},"created_at":"2026-05-04T12:01:00+08:00"}"#;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    fn key(algorithm: &str, bytes: &[u8]) -> AgentKey {
        format!("{algorithm}:{}", URL_SAFE_NO_PAD.encode(bytes)).parse().unwrap()
    }

    fn signature(bytes: &[u8]) -> Signature {
        URL_SAFE_NO_PAD.encode(bytes).parse().unwrap()
    }

    fn ed25519() -> (Ed25519KeyPair, AgentKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = key("ed25519", pair.public_key().as_ref());
        (pair, public)
    }

    #[test]
    fn the_test_vectors_of_the_standards_verify() {
        // RFC 8032, section 7.1, test 3.
        let public =
            key("ed25519", &bytes("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"));
        let made = signature(&bytes(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ));
        assert!(public.made(&made, &bytes("af82")) && !public.made(&made, &bytes("af83")));
        // RFC 6979, appendix A.2.5, SHA-256, message "sample".
        let public = key(
            "es256",
            &bytes(
                "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
            ),
        );
        let made = signature(&bytes(
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ));
        assert!(public.made(&made, b"sample") && !public.made(&made, b"Sample"));
    }

    #[test]
    fn either_kind_of_key_signs_an_intents_own_bytes() {
        let (pair, public) = ed25519();
        let sign = |raw: &str| signature(pair.sign(&signed_bytes(raw)).as_ref());
        let presented = Presented::from_json(INTENT, Some(sign(INTENT))).unwrap();
        assert_eq!(presented.proof(Some(&public)), Proof::Signed);
        assert_eq!(presented.proof(None), Proof::NoKey);
        assert_eq!(Presented::from_json(INTENT, None).unwrap().proof(Some(&public)), Proof::Unsigned);
        let spaced = INTENT.replace(",\"price\"", ", \"price\"");
        let moved = Presented::from_json(&spaced, Some(sign(INTENT))).unwrap();
        assert_eq!(moved.proof(Some(&public)), Proof::Bad, "the bytes are signed, not the meaning");

        let random = ring::rand::SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let es256 = key("es256", pair.public_key().as_ref());
        let made = signature(pair.sign(&random, &signed_bytes(INTENT)).unwrap().as_ref());
        let presented = Presented::from_json(INTENT, Some(made)).unwrap();
        assert_eq!(
            (presented.proof(Some(&es256)), presented.proof(Some(&public))),
            (Proof::Signed, Proof::Bad)
        );
    }

    #[test]
    fn a_signature_for_another_purpose_is_none() {
        let (pair, public) = ed25519();
        let bare = signature(pair.sign(INTENT.as_bytes()).as_ref());
        assert_eq!(Presented::from_json(INTENT, Some(bare)).unwrap().proof(Some(&public)), Proof::Bad);
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let good = ed25519().1.to_string();
        assert_eq!(good.parse::<AgentKey>().unwrap().to_string(), good);
        let point = URL_SAFE_NO_PAD.encode([2; 65]);
        for bad in [
            "",
            "ed25519",
            "ed25519:",
            "rsa:AAAA",
            &good.to_uppercase(),
            &good.replace("ed25519", "es256"),
            &format!("{good}="),
            &format!(" {good}"),
            good.strip_suffix('o').unwrap_or(""),
            &format!("es256:{point}"),
            "none:",
        ] {
            assert_eq!(bad.parse::<AgentKey>().unwrap_err().code, Code::UnknownValue, "{bad}");
        }
        assert!(!format!("{:?}", ed25519().1).contains(good.strip_prefix("ed25519:").unwrap()));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_key_or_a_signature_panic(text in "\\PC{0,120}", tail in "[A-Za-z0-9_-]{0,100}") {
            for text in [text, format!("ed25519:{tail}"), format!("es256:{tail}"), tail] {
                let _ = text.parse::<AgentKey>();
                let _ = text.parse::<Signature>();
            }
        }

        /// No bit of an intent or of its signature can be changed.
        #[test]
        fn a_changed_bit_is_noticed(at in 0usize..64, bit in 0u8..8) {
            let (pair, public) = ed25519();
            let mut made: [u8; 64] = pair.sign(&signed_bytes(INTENT)).as_ref().try_into().unwrap();
            made[at] ^= 1 << bit;
            prop_assert!(!public.made(&Signature(made), &signed_bytes(INTENT)));
        }
    }
}
