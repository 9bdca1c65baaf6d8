//! Opening the user's store with the options of the call.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assent::{Clock, Engine, EngineError, FileVault, Model, Options, StoreError};
use etcetera::AppStrategy;
use jiff::tz::TimeZone;

use crate::args::{Cli, ClockArg};
use crate::out::Failure;

/// How long a call waits for another one to be done with the store.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everything that opening a store takes, so that it can be opened again and again.
pub struct Opener {
    home: PathBuf,
    clock: Clock,
    zone: TimeZone,
    model: Option<Arc<Model>>,
}

impl Opener {
    /// What this call says: the store that `--home` names, or the platform's.
    pub fn of(cli: &Cli) -> Result<Self, Failure> {
        Ok(Self { home: home(cli)?, clock: clock(cli), zone: zone(cli)?, model: model(cli).map(Arc::new) })
    }

    /// Opens the store; waits a moment where another call has it.
    pub fn open(&self) -> Result<Engine, Failure> {
        let begun = Instant::now();
        loop {
            let options = Options { clock: self.clock, zone: self.zone.clone(), model: self.model.clone() };
            match Engine::open(&self.home, &FileVault::new(&self.home), options) {
                Err(EngineError::Store(StoreError::InUse)) if begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                opened => return Ok(opened?),
            }
        }
    }
}

/// Opens the store of this call.
pub fn open(cli: &Cli) -> Result<Engine, Failure> {
    Opener::of(cli)?.open()
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
