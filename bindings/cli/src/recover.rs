//! What to decide when the device is not as it was left, and where days are counted.

use assent::{Engine, ToDecide};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::args::{Cli, RecoverCall};
use crate::lines::Malformed;
use crate::out::{self, Failure};
use crate::store;

/// Shows what has to be decided, or carries a decision out.
pub fn run(cli: &Cli, call: Option<&RecoverCall>) -> Result<Malformed, Failure> {
    match call {
        None => {
            let to_decide = store::look(cli)?.to_decide()?;
            tell(&to_decide);
            out::line(&to_decide)?;
        }
        Some(RecoverCall::Accept { budgets }) => {
            out::line(&store::open(cli)?.recover((*budgets).into())?)?;
        }
        Some(RecoverCall::Clock) => {
            store::open(cli)?.accept_clock()?;
            out::line(&json!({"clock": "accepted"}))?;
        }
    }
    Ok(Malformed::default())
}

fn tell(to_decide: &ToDecide) {
    if to_decide.is_none() {
        return eprintln!("there is nothing to decide");
    }
    if to_decide.store.rolled_back.is_some() {
        eprintln!(
            "the store was put back to an older state: payments made since are missing from it, and their ids could be used again"
        );
    }
    if to_decide.store.key_lost.is_some() {
        eprintln!("the key that opens the store was lost: what was kept under it cannot be read");
    }
    if !to_decide.store.is_sound() {
        eprintln!("nothing is approved until you take it as it stands:");
        eprintln!("  assent recover accept --budgets spent           if agents may have paid meanwhile");
        eprintln!("  assent recover accept --budgets as-they-stand   if you know that nothing is missing");
    }
    if to_decide.clock_unsure {
        eprintln!(
            "the clock was set while the device ran, or went back; put it right, or say that it is right: assent recover clock"
        );
    }
}

/// Shows where days are counted, or counts them elsewhere from now on.
pub fn zone(cli: &Cli, name: Option<&str>) -> Result<Malformed, Failure> {
    let zone = match name {
        None => named(&*store::look(cli)?),
        Some(name) => {
            let to = store::zone_named(name)?;
            let mut engine = store::open(cli)?;
            engine.move_to(&to)?;
            named(&engine)
        }
    };
    out::line(&json!({"zone": zone}))?;
    Ok(Malformed::default())
}

fn named(engine: &Engine) -> String {
    let zone: &TimeZone = engine.zone();
    match (zone.iana_name(), zone.to_fixed_offset()) {
        (Some(name), _) => name.to_owned(),
        (None, Ok(offset)) => offset.to_string(),
        (None, Err(_)) => "local".to_owned(),
    }
}
