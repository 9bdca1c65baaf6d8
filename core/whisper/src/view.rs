//! What each surface of a device shows. A screen reader reads exactly what is shown.

use assent_types::{Action, Assurance, Channel, Does, Look, Surface, View};

use crate::compose::{Demand, Words, title};
use crate::wording;

/// The most reasons that are shown: who reads more reads none.
const MOST_REASONS: usize = 3;

/// The views of the device at hand; none while driving.
pub(crate) fn of(words: &Words<'_>, look: Look, demand: &Demand) -> Vec<View> {
    if words.device.moving {
        return Vec::new();
    }
    let view = |surface| view(words, look, demand, surface);
    match words.device.channel {
        Channel::Phone => vec![view(Surface::Notification), view(Surface::Sheet)],
        Channel::Glasses => vec![view(Surface::Glance)],
        Channel::Cockpit => vec![view(Surface::Panel)],
        Channel::Watch => vec![view(Surface::Face)],
        Channel::Desktop => vec![view(Surface::Window)],
    }
}

fn view(words: &Words<'_>, look: Look, demand: &Demand, surface: Surface) -> View {
    let small = matches!(surface, Surface::Glance | Surface::Face);
    let title = (!small).then(|| title(words, look));
    let mut lines = if small { vec![words.show()] } else { vec![words.payment()] };
    let reasons = match surface {
        Surface::Glance | Surface::Face => 0,
        Surface::Notification => 1,
        Surface::Sheet | Surface::Panel | Surface::Window => MOST_REASONS,
    };
    lines.extend(words.asking.reasons.iter().take(reasons).map(|r| wording::explain(r, words.locale)));
    // Where it can be answered the buttons ask; where it has to wait a line says so.
    if demand.waits_for.is_some() && !small {
        lines.push(words.ask(demand));
    }
    let label = title.iter().chain(&lines).cloned().collect::<Vec<_>>().join("\n");
    View { surface, title, lines, actions: actions(words, look, demand, surface), label }
}

/// The buttons. A notification pays only what is familiar and needs no unlocked phone; what waits cannot be paid yet, but always refused.
fn actions(words: &Words<'_>, look: Look, demand: &Demand, surface: Surface) -> Vec<Action> {
    let button = |does| match does {
        Does::Pay => Action { says: words.button(), does },
        Does::Refuse => Action { says: words.say("refuse", Vec::new()), does },
        Does::Details => Action { says: words.say("details", Vec::new()), does },
    };
    let does: &[Does] = match (surface, demand.waits_for.is_some()) {
        // Nodded or spoken to.
        (Surface::Glance, _) => &[],
        (Surface::Notification, false) if look == Look::Familiar && demand.assurance <= Assurance::Wrist => {
            &[Does::Pay, Does::Refuse]
        }
        (Surface::Notification, _) => &[Does::Details, Does::Refuse],
        (Surface::Face, false) => &[Does::Pay],
        (_, true) => &[Does::Refuse],
        (_, false) => &[Does::Pay, Does::Refuse],
    };
    does.iter().copied().map(button).collect()
}
