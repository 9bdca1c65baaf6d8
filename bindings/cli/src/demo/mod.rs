//! `assent demo`: a person with five months of history, and one day of agent payments on phone, glasses, watch and car.
//!
//! The store is a temporary folder of the demo's own, and the time is the story's; the engine is the one that everybody gets.

mod card;
mod day;
mod person;

use std::sync::Arc;

use assent::{
    Clock, Context, Decision, Engine, FileVault, Given, Id, Intent, Mandate, Model, Options, Outcome,
    ReplyNeeded, Verdict,
};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::args::DemoLanguage;
use crate::lines::Malformed;
use crate::out::{self, Failure};
use crate::wallet;
use day::{Scene, Then};

/// Tells the story.
pub fn run(language: DemoLanguage) -> Result<Malformed, Failure> {
    let home = tempfile::tempdir().map_err(|error| Failure::new("file", error.to_string()))?;
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    let options = Options { clock: Clock::Intent, zone, model: Some(Arc::new(Model::embedded()?)) };
    let engine = Engine::open(home.path(), &FileVault::new(home.path()), options)?;
    let tell = |english: &str, chinese: &str| {
        eprintln!("{}", if language == DemoLanguage::En { english } else { chinese });
    };

    let learned = engine.import(&person::history()?)?;
    tell(
        &format!(
            "Lin lives in Shanghai. {} payments from five months are on her phone, and nowhere else.",
            learned.added
        ),
        &format!("小林住在上海。手机里有她五个月的 {} 笔付款，别处没有。", learned.added),
    );
    for agent in day::AGENTS {
        engine.add_agent(&Id::new(agent)?)?;
    }
    for mandate in [day::one_coffee_a_day(), day::arcade_card()] {
        engine.add_mandate(&Mandate::from_json(&mandate.to_string())?)?;
    }
    tell(
        "Three agents may ask; what is familiar passes up to 200 yuan a payment and 500 a day (the default mandate), and one coffee a day (her own).\n",
        "三个代理可以提出付款。熟悉的付款，每笔不超过 200 元、每天不超过 500 元就放行（默认授权）；咖啡一天一杯（她自己定的）。\n",
    );

    for scene in day::scenes() {
        play(&engine, &scene, language)?;
    }

    let wallet = engine.wallet()?;
    eprintln!("{}", wallet::table(&wallet));
    let journal = engine.verify_journal()?;
    tell(
        &format!("\nThe journal is whole: {} entries, each chained to the one before.", journal.entries),
        &format!("\n日志完整：{} 条记录，一条扣一条。", journal.entries),
    );
    tell(
        "\nAnd real payments: one purchase card of Birmingham City Council, 2014 to 2017, never trained on. Each payment was judged before it\nwas learned, and beside each one of another card, as if an agent had got hold of this one.",
        "\n再看真实的付款：伯明翰市议会的一张采购卡，2014 至 2017 年，没有用来训练。每笔先判断、后学习；旁边再放一笔别人卡上的付款，当作代理盗用。",
    );
    let (own, strange) = card::judge(Model::embedded()?)?;
    tell(
        &format!(
            "  its own      {:>4} judged: {} approved unasked, {} asked about ({} at payees it had never paid)",
            own.judged,
            own.approved,
            own.judged.saturating_sub(own.approved),
            own.new
        ),
        &format!(
            "  自己的  {:>4} 笔：{} 笔直接放行，{} 笔先问（其中 {} 笔是从没付过的商家）",
            own.judged,
            own.approved,
            own.judged.saturating_sub(own.approved),
            own.new
        ),
    );
    tell(
        &format!(
            "  strangers'   {:>4} judged: {} wrongly approved; of the {} at payees the card had never paid, {}",
            strange.judged, strange.approved, strange.new, strange.new_approved
        ),
        &format!(
            "  别人的  {:>4} 笔：误放 {} 笔；其中 {} 笔是这张卡从没付过的商家，误放 {} 笔",
            strange.judged, strange.approved, strange.new, strange.new_approved
        ),
    );
    Ok(Malformed::default())
}

fn play(engine: &Engine, scene: &Scene, language: DemoLanguage) -> Result<(), Failure> {
    let pick =
        |pair: (&'static str, &'static str)| if language == DemoLanguage::En { pair.0 } else { pair.1 };
    let intent = Intent::from_json(&scene.intent.to_string())?;
    let mut context = json!({
        "channel": scene.channel,
        "language": if language == DemoLanguage::En { "en" } else { "zh" },
        "moving": scene.moving,
    });
    if let (Some(said), Some(fields)) = (scene.said, context.as_object_mut()) {
        fields.insert("said".to_owned(), json!(pick(said)));
    }
    let context = Context::from_json(&context.to_string())?;

    let time = intent.created_at.civil().strftime("%H:%M");
    eprintln!("{time} {:<8} {}", scene.channel, pick(scene.told));
    eprintln!("               {} · {}", intent.service.name.as_str(), intent.price);
    if let Some(said) = scene.said {
        eprintln!("               “{}”", pick(said));
    }
    let started = std::time::Instant::now();
    let verdict = engine.validate(&intent, &context)?;
    tell_verdict(&verdict, started.elapsed(), language);
    if !out::for_a_person() {
        out::line(&verdict)?;
    }
    match scene.then {
        Then::Nothing => {}
        Then::Settles => settle(engine, &intent, &verdict)?,
        Then::Says(english, chinese) => {
            if verdict.decision != Decision::Escalate {
                // The story expected a question; it goes on without the answer.
                return settle(engine, &intent, &verdict);
            }
            let words = pick((english, chinese));
            let whisper = verdict.whisper.as_ref();
            // Where a word was asked for, it is spoken to the device; else Lin's phone recognises her.
            let (words, replied) = match whisper.and_then(|w| Some((w.channel, w.challenge.as_ref()?))) {
                Some((channel, challenge)) => {
                    let words = format!("{words}, {}", challenge.word);
                    let replied = engine.answer(&intent.id, &Given::spoken(&words, channel))?;
                    (words, replied)
                }
                None => (words.to_owned(), engine.reply(&intent.id, words, ReplyNeeded::Biometric)?),
            };
            eprintln!("               “{words}” → {}", named(replied.state));
            if replied.state == assent::State::Confirmed {
                engine.outcome(&intent.id, Outcome::Settled)?;
            }
        }
    }
    eprintln!();
    Ok(())
}

fn settle(engine: &Engine, intent: &Intent, verdict: &Verdict) -> Result<(), Failure> {
    if verdict.decision == Decision::Approve {
        engine.outcome(&intent.id, Outcome::Settled)?;
    }
    Ok(())
}

fn tell_verdict(verdict: &Verdict, took: std::time::Duration, language: DemoLanguage) {
    let english = language == DemoLanguage::En;
    let word = match (verdict.decision, english) {
        (Decision::Approve, true) => "✓ approve",
        (Decision::Escalate, true) => "? escalate",
        (Decision::Decline, true) => "✗ decline",
        (Decision::Approve, false) => "✓ 放行",
        (Decision::Escalate, false) => "? 询问",
        (Decision::Decline, false) => "✗ 拒绝",
    };
    let why: Vec<&str> = verdict.reasons.iter().take(2).map(|reason| reason.text.as_str()).collect();
    let milliseconds = took.as_secs_f64() * 1000.0;
    eprintln!("  {word:<11}  {}   [{:.1} ms, score {:.2}]", why.join("; "), milliseconds, verdict.score);
    if let Some(whisper) = &verdict.whisper {
        let felt = &whisper.haptic.name;
        if english {
            eprintln!("     whisper   shows “{}”, says “{}”, feels {felt}", whisper.show, whisper.speak);
        } else {
            eprintln!("     轻声询问  显示“{}”，说“{}”，震动 {felt}", whisper.show, whisper.speak);
        }
    }
}

fn named(state: assent::State) -> String {
    json!(state).as_str().unwrap_or_default().to_owned()
}
