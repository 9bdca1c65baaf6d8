//! Opening the user's store with the options of the call.

use std::path::PathBuf;

use assent::{Clock, Engine, FileVault, Model, Options};
use etcetera::AppStrategy;
use jiff::tz::TimeZone;

use crate::args::{Cli, ClockArg};
use crate::out::Failure;

/// Opens the store that `--home` names, or the platform's.
pub fn open(cli: &Cli) -> Result<Engine, Failure> {
    let home = home(cli)?;
    std::fs::create_dir_all(&home).map_err(|error| Failure::file(&home, &error))?;
    let options = Options { clock: clock(cli), zone: zone(cli)?, model: model(cli) };
    Ok(Engine::open(&home, &FileVault::new(&home), options)?)
}

/// The time zone in which the user counts days.
pub fn zone(cli: &Cli) -> Result<TimeZone, Failure> {
    match &cli.zone {
        None => Ok(TimeZone::system()),
        Some(name) => TimeZone::get(name).map_err(|_| {
            Failure::new(
                "zone",
                format!("no time zone is called `{name}`; give an IANA name such as `Asia/Shanghai`"),
            )
        }),
    }
}

/// The model of this call; where it is missing or damaged, a warning, and nothing will be approved.
pub fn model(cli: &Cli) -> Option<Model> {
    let loaded = match &cli.model {
        Some(folder) => Model::open(folder),
        None => Model::embedded(),
    };
    loaded.map_err(|error| eprintln!("assent: {error}; without a model nothing is approved")).ok()
}

fn clock(cli: &Cli) -> Clock {
    match cli.clock {
        ClockArg::System => Clock::System,
        ClockArg::Intent => Clock::Intent,
    }
}

fn home(cli: &Cli) -> Result<PathBuf, Failure> {
    if let Some(home) = &cli.home {
        return Ok(home.clone());
    }
    let app = etcetera::app_strategy::AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: "Assent".to_owned(),
        app_name: "assent".to_owned(),
    };
    etcetera::app_strategy::choose_native_strategy(app)
        .map(|strategy| strategy.data_dir())
        .map_err(|_| Failure::new("home", "there is no home folder here; name one with --home DIR"))
}
