//! The wallet as a table for people and as JSON for programs.

use assent::{Allowance, Line, Period, Room, SessionSum, Wallet};
use comfy_table::{Table, presets};

use crate::args::Cli;
use crate::lines::Malformed;
use crate::out::{self, Failure};
use crate::store;

/// Shows the wallet.
pub fn run(cli: &Cli, json: bool) -> Result<Malformed, Failure> {
    let wallet = store::look(cli)?.wallet()?;
    if !json {
        eprintln!("{}", table(&wallet));
    }
    if json || !out::for_a_person() {
        out::line(&wallet)?;
    }
    Ok(Malformed::default())
}

/// The wallet as text: what was spent, then what is left.
pub fn table(wallet: &Wallet) -> String {
    let mut spent = new_table(&["month", "agent", "payee", "paid", "approved, not yet paid", "payments"]);
    for line in &wallet.lines {
        let Line { agent, payee, payee_name, month, settled, reserved, count } = line;
        spent.add_row([
            month.clone(),
            shown(agent.as_str()),
            format!("{} ({})", shown(payee_name.as_str()), shown(payee.as_str())),
            if settled.minor() == 0 { String::new() } else { settled.to_string() },
            if reserved.minor() == 0 { String::new() } else { reserved.to_string() },
            count.to_string(),
        ]);
    }
    let mut left = new_table(&["mandate", "for", "per", "at most", "spent", "left", "payments left"]);
    for allowance in wallet.allowances.iter().filter(|allowance| is_of_interest(wallet, allowance)) {
        for room in &allowance.rooms {
            let agents = allowance.agents.as_ref().map(|agents| {
                agents.iter().map(|agent| shown(agent.as_str())).collect::<Vec<_>>().join(", ")
            });
            left.add_row(room_row(
                allowance.mandate.as_str(),
                agents.as_deref().unwrap_or("every agent"),
                room,
            ));
        }
    }
    let waiting = match wallet.asked {
        0 => String::new(),
        1 => "\n1 whisper waits for your reply".to_owned(),
        more => format!("\n{more} whispers wait for your reply"),
    };
    for session in &wallet.sessions {
        let SessionSum { agent, payee, payee_name, month, sum, count, .. } = session;
        spent.add_row([
            month.clone(),
            shown(agent.as_str()),
            format!("{} ({})", shown(payee_name.as_str()), shown(payee.as_str())),
            sum.to_string(),
            String::new(),
            count.to_string(),
        ]);
    }
    let nothing = if wallet.lines.is_empty() { "\nno agent has spent anything yet" } else { "" };
    format!(
        "what agents have spent{nothing}\n{spent}\nwhat they may still spend without asking\n{left}{waiting}{}\n{}",
        warnings(wallet),
        attention(wallet)
    )
}

/// What the user should look at.
fn warnings(wallet: &Wallet) -> String {
    let mut lines = Vec::new();
    for prober in &wallet.probing {
        let who = prober
            .agent
            .as_ref()
            .map_or("an agent that you did not register".to_owned(), |agent| shown(agent.as_str()));
        let slowed = match prober.seen.slowed_until {
            Some(until) => format!("; all it asks is put to you until {until}"),
            None => String::new(),
        };
        lines.push(format!(
            "\n{who} has been trying out your limits ({} times noticed){slowed}",
            prober.seen.noticed
        ));
    }
    if !wallet.to_decide.store.is_sound() {
        lines.push(
            "\nyour store is not as it was left, and nothing is approved: see `assent recover`".to_owned(),
        );
    }
    if wallet.to_decide.clock_unsure {
        lines.push(
            "\nthis device's clock does not fit, and nothing is approved: see `assent recover`".to_owned(),
        );
    }
    lines.concat()
}

/// How often the user is asked, how they answer, and what they should know of.
fn attention(wallet: &Wallet) -> String {
    let seen = &wallet.attention;
    let mut lines = vec![format!(
        "asked {} of {} times today, {} of {} this week; {} put off today",
        seen.asked_today, seen.whispers_a_day, seen.asked_this_week, seen.whispers_a_week, seen.put_off_today
    )];
    if let Some(rate) = seen.approval_rate {
        lines.push(format!("you said yes to {:.0} % of the latest questions", rate * 100.0));
    }
    if let Some(median) = seen.median_reply_ms {
        let quick = seen.under_a_second;
        lines.push(format!(
            "half of your replies took less than {:.1} s, {quick} less than one second",
            f64::from(median) / 1000.0
        ));
    }
    if seen.checks.given > 0 {
        lines.push(format!("you read {} of {} checks", seen.checks.read, seen.checks.given));
    }
    if seen.careful {
        lines.push("your replies look like a reflex, so a little more than that is asked for".to_owned());
    }
    if seen.locked {
        lines.push(
            "too many replies failed: only a touch on an unlocked device or a biometric counts now"
                .to_owned(),
        );
    }
    for notice in &seen.notices {
        let (agent, asked) = (shown(notice.agent.as_str()), notice.asked);
        lines.push(match notice.kind.as_str() {
            "agent_suspended" => format!("{agent} asked {asked} times within an hour and is suspended"),
            _ => format!("{agent} asked {asked} times within an hour; not all was passed on"),
        });
    }
    lines.extend(
        wallet
            .proposals
            .iter()
            .map(|proposal| format!("proposed as {}: {}", proposal.id.as_str(), proposal.read_back)),
    );
    lines.join("\n")
}

/// Shipped mandates in currencies that no agent has spent would only fill the table.
fn is_of_interest(wallet: &Wallet, allowance: &Allowance) -> bool {
    let used = |room: &Room| wallet.lines.iter().any(|line| line.settled.currency() == room.spent.currency());
    wallet.lines.is_empty()
        || !allowance.mandate.as_str().starts_with("default-")
        || allowance.rooms.iter().any(used)
}

fn room_row(mandate: &str, agents: &str, room: &Room) -> [String; 7] {
    let money = |amount: Option<assent::Money>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let is_payment = room.budget.period == Period::Payment;
    [
        shown(mandate),
        agents.to_owned(),
        match room.budget.period {
            Period::Payment => "payment".to_owned(),
            Period::Day => format!("day {}", room.budget.start),
            Period::Week => format!("week of {}", room.budget.start),
            Period::Month => format!("month of {}", room.budget.start),
            Period::Total => "in all".to_owned(),
        },
        money(room.cap),
        if is_payment { String::new() } else { room.spent.to_string() },
        if is_payment { String::new() } else { money(room.left) },
        room.count_left.map(|left| left.to_string()).unwrap_or_default(),
    ]
}

fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(header.iter().copied());
    table
}

/// A text from outside, on one short line: a name may not break or flood the table.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}
