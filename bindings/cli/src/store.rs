//! Opening the user's store with the options of the call.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assent::{Clock, Engine, EngineError, FileVault, Model, Options, StoreError};
use etcetera::AppStrategy;
use jiff::tz::TimeZone;
use tempfile::TempDir;

use crate::anchor::HomeAnchor;
use crate::args::{Cli, ClockArg};
use crate::out::Failure;

/// How long a call waits for another one to be done with the store.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everything that opening a store takes, so that it can be opened again and again.
pub struct Opener {
    home: PathBuf,
    anchor: Option<PathBuf>,
    clock: Clock,
    zone: TimeZone,
    model: Option<Arc<Model>>,
    /// A folder that goes away with this, where there is no store to look at.
    nowhere: Option<TempDir>,
}

impl Opener {
    /// What this call says: the store that `--home` names, or the platform's.
    pub fn of(cli: &Cli) -> Result<Self, Failure> {
        Ok(Self {
            home: home(cli)?,
            anchor: cli.anchor.clone(),
            clock: clock(cli),
            zone: zone(cli)?,
            model: model(cli).map(Arc::new),
            nowhere: None,
        })
    }

    /// The same for a call that only looks: where there is no store, none is made.
    pub fn to_look(cli: &Cli) -> Result<Self, Failure> {
        let opener = Self::of(cli)?;
        let home = &opener.home;
        // A store that lost its data or its key is one too, and a file is none: opening says so.
        if home.is_file() || ["data.mdb", "key"].iter().any(|file| home.join(file).exists()) {
            return Ok(opener);
        }
        let nowhere = TempDir::new().map_err(|error| Failure::file(&std::env::temp_dir(), &error))?;
        Ok(Self { home: nowhere.path().to_owned(), nowhere: Some(nowhere), ..opener })
    }

    /// Opens the store; waits a moment where another call has it.
    pub fn open(&self) -> Result<Engine, Failure> {
        let begun = Instant::now();
        loop {
            let options =
                Options { clock: self.clock.clone(), zone: self.zone.clone(), model: self.model.clone() };
            let vault = FileVault::new(&self.home);
            if self.nowhere.is_some() {
                return Ok(Engine::open(&self.home, &vault, options)?);
            }
            let anchor = Arc::new(HomeAnchor::new(&self.home, self.anchor.clone()));
            match Engine::open_anchored(&self.home, &vault, anchor, options) {
                Err(EngineError::Store(StoreError::InUse)) if begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                opened => {
                    let engine = opened?;
                    if let Some(page) = engine.changed_page() {
                        eprintln!(
                            "assent: page {page} of the store's file was changed outside Assent, where nothing is kept; everything else is whole"
                        );
                    }
                    return Ok(engine);
                }
            }
        }
    }
}

/// Opens the store of this call.
pub fn open(cli: &Cli) -> Result<Engine, Failure> {
    Opener::of(cli)?.open()
}

/// Opens the store of this call to look at it. Where there is none, none is made: what is seen is a new one that is gone afterwards.
pub fn look(cli: &Cli) -> Result<Glance, Failure> {
    let opener = Opener::to_look(cli)?;
    Ok(Glance { engine: opener.open()?, _opener: opener })
}

/// An engine to look through.
pub struct Glance {
    // Dropped in this order: the store is closed before its folder may go away.
    engine: Engine,
    _opener: Opener,
}

impl std::ops::Deref for Glance {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

/// The time zone in which the user counts days.
pub fn zone(cli: &Cli) -> Result<TimeZone, Failure> {
    match &cli.zone {
        None => Ok(TimeZone::system()),
        Some(name) => zone_named(name),
    }
}

/// The time zone of this name.
pub fn zone_named(name: &str) -> Result<TimeZone, Failure> {
    TimeZone::get(name).map_err(|_| {
        let message = format!("no time zone is called `{name}`; give an IANA name such as `Asia/Shanghai`");
        Failure::new("zone", message)
    })
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
