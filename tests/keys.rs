//! Agents by their keys: who did not sign, who signed for another, who took another's id, and what happens when a key changes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]

use assent::{
    AgentKey, Context, Decision, Party, Presented, Proof, ReplyNeeded, Signature, Verdict, signed_bytes,
};
use assent_tests::{Desk, codes, id, lunch, lunch_at, with};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

/// An agent's own key.
struct Pen(Ed25519KeyPair);

impl Pen {
    fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn key(&self) -> AgentKey {
        format!("ed25519:{}", base64(self.0.public_key().as_ref())).parse().unwrap()
    }

    fn sign(&self, raw: &str) -> Signature {
        base64(self.0.sign(&signed_bytes(raw)).as_ref()).parse().unwrap()
    }
}

/// Base64url without padding, by hand: a second writer of the format.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            text.push(LETTERS[(word >> (18 - 6 * at)) as usize & 63] as char);
        }
    }
    text
}

fn judge(desk: &Desk, intent: &Value, sign: impl Fn(&str) -> Option<Signature>) -> Verdict {
    let raw = intent.to_string();
    let presented = Presented::from_json(&raw, sign(&raw)).unwrap();
    desk.engine.validate_presented(&presented, &Context::default()).unwrap()
}

fn desk_with_key(pen: &Pen) -> Desk {
    let desk = Desk::with_habits();
    desk.engine.add_agent_with_key(&id("chef"), &pen.key(), false).unwrap();
    desk
}

#[test]
fn what_is_not_signed_by_the_agent_is_declined() {
    let (pen, thief) = (Pen::new(1), Pen::new(2));
    let desk = desk_with_key(&pen);
    let unsigned = judge(&desk, &lunch("a"), |_| None);
    assert_eq!((unsigned.decision, codes(&unsigned)), (Decision::Decline, vec!["agent_unsigned"]));
    let forged = judge(&desk, &lunch("b"), |raw| Some(thief.sign(raw)));
    assert_eq!((forged.decision, codes(&forged)), (Decision::Decline, vec!["agent_signature_bad"]));
    let moved = pen.sign(&lunch("c").to_string());
    let other =
        judge(&desk, &with(&lunch("c"), json!({"price": {"amount": "37.00"}})), |_| Some(moved.clone()));
    assert_eq!(codes(&other), ["agent_signature_bad"], "a signature is for one intent");
    assert_eq!(desk.engine.evidence(&id("b")).unwrap().fault.party, Some(Party::Agent));
    assert_eq!(judge(&desk, &lunch("d"), |raw| Some(pen.sign(raw))).decision, Decision::Approve);
}

#[test]
fn nobody_takes_an_id_from_the_agent_that_signs() {
    let (pen, thief) = (Pen::new(1), Pen::new(2));
    let desk = desk_with_key(&pen);
    let occupied = judge(&desk, &lunch("mine"), |raw| Some(thief.sign(raw)));
    assert_eq!(occupied.decision, Decision::Decline);
    assert_eq!(
        judge(&desk, &lunch("mine"), |raw| Some(thief.sign(raw))),
        occupied,
        "it too is answered once"
    );
    let first = judge(&desk, &lunch("mine"), |raw| Some(pen.sign(raw)));
    assert_eq!(first.decision, Decision::Approve, "the agent's own intent is another");
    for _ in 0..20 {
        judge(&desk, &with(&lunch("mine"), json!({"price": {"amount": "1.00"}})), |_| None);
    }
    assert_eq!(judge(&desk, &lunch("mine"), |raw| Some(pen.sign(raw))), first, "nothing voids it");
    assert_eq!(desk.engine.wallet().unwrap().lines[0].count, 1);
    assert_eq!(desk.engine.evidence(&id("mine")).unwrap().verdict["decision"], "approve");
    assert!(desk.engine.verify_journal().unwrap().entries < 20);
}

#[test]
fn another_agents_use_of_an_id_neither_voids_nor_changes_the_first_answer() {
    let desk = Desk::with_habits();
    desk.engine.add_agent(&id("other")).unwrap();
    let first = desk.judge(&lunch("shared"));
    let second = desk.judge(&with(&lunch("shared"), json!({"agent": "other"})));
    assert_eq!((second.decision, codes(&second)), (Decision::Decline, vec!["id_reused"]));
    assert_eq!(desk.judge(&lunch("shared")), first);
    assert_eq!(
        desk.engine.outcome(&id("shared"), assent::Outcome::Settled).unwrap().state,
        assent::State::Settled
    );
}

#[test]
fn the_algorithm_is_the_keys_and_no_message_chooses_it() {
    let random = ring::rand::SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let key: AgentKey = format!("es256:{}", base64(pair.public_key().as_ref())).parse().unwrap();
    let desk = Desk::with_habits();
    desk.engine.add_agent_with_key(&id("chef"), &key, false).unwrap();
    let es256 = |raw: &str| base64(pair.sign(&random, &signed_bytes(raw)).unwrap().as_ref()).parse().unwrap();
    assert_eq!(judge(&desk, &lunch("a"), |raw| Some(es256(raw))).decision, Decision::Approve);
    let ed25519 = judge(&desk, &lunch_at("b", "18:00"), |raw| Some(Pen::new(1).sign(raw)));
    assert_eq!(codes(&ed25519), ["agent_signature_bad"]);
    let bytes = desk.engine.evidence(&id("a")).unwrap().agent;
    let raw = bytes["intent_bytes"].as_str().unwrap();
    let presented =
        Presented::from_json(raw, Some(bytes["signature"].as_str().unwrap().parse().unwrap())).unwrap();
    assert_eq!(presented.proof(Some(&key)), Proof::Signed, "the evidence holds without the store");
    for line in [r#"{"alg":"none"}"#, r#"{"id":"a","alg":"ed25519"}"#] {
        assert!(Presented::from_json(line, None).is_err());
    }
}

#[test]
fn a_key_changes_only_where_the_user_says_so_and_then_has_to_earn_its_trust() {
    let (old, new) = (Pen::new(1), Pen::new(2));
    let desk = desk_with_key(&old);
    let refused = desk.engine.add_agent_with_key(&id("chef"), &new.key(), false).unwrap_err();
    assert_eq!(refused.code(), "agent_key_differs");
    assert_eq!(
        desk.engine.add_agent(&id("chef")).unwrap().key,
        Some(old.key()),
        "adding it again keeps its key"
    );
    assert_eq!(judge(&desk, &lunch("a"), |raw| Some(old.sign(raw))).decision, Decision::Approve);

    assert_eq!(desk.engine.add_agent_with_key(&id("chef"), &new.key(), true).unwrap().to_confirm, 3);
    assert_eq!(
        codes(&judge(&desk, &lunch_at("b", "13:00"), |raw| Some(old.sign(raw)))),
        ["agent_signature_bad"]
    );
    for n in 0..3 {
        let name = format!("n{n}");
        for idle in 0..3 {
            let intent = lunch_at(&format!("{name}-{idle}"), &format!("{}:{:02}", 14 + n, 15 * idle));
            let verdict = judge(&desk, &intent, |raw| Some(new.sign(raw)));
            assert!(
                codes(&verdict).contains(&"agent_key_changed"),
                "asking alone earns nothing: {:?}",
                codes(&verdict)
            );
        }
        desk.engine.reply(&id(&format!("{name}-2")), "yes", ReplyNeeded::Biometric).unwrap();
    }
    assert!(
        !codes(&judge(&desk, &lunch_at("z", "19:30"), |raw| Some(new.sign(raw))))
            .contains(&"agent_key_changed")
    );
    let journal = serde_json::to_string(&desk.engine.journal(100).unwrap()).unwrap();
    assert!(journal.contains("former_key") && journal.contains(&old.key().to_string()));
}

#[test]
fn a_revoked_key_signs_in_vain() {
    let pen = Pen::new(1);
    let desk = desk_with_key(&pen);
    desk.engine.revoke_agent(&id("chef")).unwrap();
    let verdict = judge(&desk, &lunch("a"), |raw| Some(pen.sign(raw)));
    assert_eq!((verdict.decision, codes(&verdict)[0]), (Decision::Decline, "agent_revoked"));
    assert_eq!(
        desk.engine.add_agent_with_key(&id("chef"), &pen.key(), true).unwrap_err().code(),
        "agent_revoked"
    );
}

#[test]
fn agents_whose_ids_look_alike_are_called_out() {
    let desk = Desk::with_habits();
    for fake in ["сhef", "Chef", "ch ef", "ｃhef"] {
        assert_eq!(desk.engine.add_agent(&id(fake)).unwrap_err().code(), "agent_look_alike", "{fake}");
        let verdict = desk.judge(&with(&lunch(&format!("by {fake}")), json!({"agent": fake})));
        assert_eq!(
            (verdict.decision, codes(&verdict)[0]),
            (Decision::Escalate, "agent_look_alike"),
            "{fake}"
        );
        assert!(verdict.reasons[0].text.contains("chef"), "{}", verdict.reasons[0].text);
    }
    desk.engine.add_agent(&id("chef-2")).unwrap();
}

#[test]
fn agents_without_a_key_go_on_as_before() {
    let desk = Desk::with_habits();
    let signed = judge(&desk, &lunch("a"), |raw| Some(Pen::new(3).sign(raw)));
    assert_eq!(
        signed.decision,
        Decision::Approve,
        "a signature that nobody can check neither helps nor harms"
    );
}
