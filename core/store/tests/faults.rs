//! Every file operation and allocation of the store made to fail, one by one, until none is left; a full and a read-only disk; and the loss
//! of power at every file operation, with whatever was not synced dropped or torn sector by sector.
//!
//! A child process does the work with a shim (shim/io.c) between it and the system; this one looks at what the child left. What was
//! acknowledged has to be there, nothing that was never asked for may be, and the store has to open and hold together.
//!
//! Allocations and torn states are sampled; `ASSENT_FAULTS=all` tries each. The names of files count as durable at once: every folder
//! is synced before what is in it is relied upon, which is not tried here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use assent_store::{FileAnchor, FileVault, Store, StoreError, Table};
use tempfile::tempdir;

const STEPS: u64 = 6;

fn main() {
    if let Ok(root) = std::env::var("SHIM_ROOT") {
        return child(Path::new(&root));
    }
    if cfg!(not(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))) {
        println!("faults: the shim is for Linux on x86-64");
        return;
    }
    let shim = build_shim();
    let points = every_point(&shim, "io", libc_errno::EIO, 1);
    println!("{points} file operations failed, one by one: nothing lost");
    every_point(&shim, "io", libc_errno::ENOSPC, 3);
    println!("a disk that is full at every third of them: nothing lost");
    let stride = if wants_all() { 1 } else { 97 };
    let allocations = every_point(&shim, "alloc", 0, stride);
    println!("every {stride}. of {allocations} allocations failed: nothing lost");
    power_loss(&shim);
    read_only();
}

fn wants_all() -> bool {
    std::env::var("ASSENT_FAULTS").is_ok_and(|which| which == "all")
}

mod libc_errno {
    pub const EIO: i32 = 5;
    pub const ENOSPC: i32 = 28;
}

fn open(root: &Path) -> Result<Store, StoreError> {
    let home = root.join("home");
    Store::open_anchored(&home, &FileVault::new(&home), Arc::new(FileAnchor::new(root.join("anchor"))))
}

/// Opens, writes, rotates and erases, trying again what failed, and says what was acknowledged.
fn child(root: &Path) {
    let signal = |name: &str| drop(fs::File::open(root.join(name)));
    signal("shim-on");
    let mut store = None;
    for step in 0..STEPS {
        for _ in 0..3 {
            if store.is_none() {
                store = open(root).ok();
            }
            let Some(open) = &store else { continue };
            if work(open, root, step).is_ok() {
                signal(&format!("shim-ack-{step}"));
                fs::write(root.with_extension(format!("ack-{step}")), []).ok();
                break;
            }
            store = None;
        }
    }
    drop(store);
    signal("shim-off");
}

fn work(store: &Store, root: &Path, step: u64) -> Result<(), StoreError> {
    if step == 2 {
        store.rotate(&FileVault::new(root.join("home")))?;
    }
    store.write(|book| {
        book.put(Table::Budgets, &step.to_string(), &step)?;
        book.put(Table::Texts, &step.to_string(), &vec![step as u8; 3_000])?;
        if step == 4 {
            book.erase(0)?;
        }
        book.append(&format!(r#"{{"step":{step}}}"#)).map(drop)
    })
}

fn build_shim() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let shim = folder.join("assent-shim.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/io.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&shim)
        .arg(source)
        .arg("-ldl")
        .status();
    assert!(built.expect("a C compiler, which LMDB needs too").success());
    shim
}

fn run(shim: &Path, root: &Path, with: &[(&str, String)]) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.env("SHIM_ROOT", root).env("LD_PRELOAD", shim).stderr(std::process::Stdio::null());
    child.envs(with.iter().map(|(key, value)| (key, value))).status().unwrap();
}

fn acknowledged(root: &Path) -> Vec<u64> {
    (0..STEPS).filter(|step| root.with_extension(format!("ack-{step}")).exists()).collect()
}

/// What the store in `root` holds has to be what was acknowledged, and at most one step that was asked for and not acknowledged.
fn check(root: &Path, acknowledged: &[u64], what: &str) {
    let store = open(root).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    store
        .read::<_, StoreError>(|book| {
            assert!(book.condition()?.is_sound(), "{what}: {:?}", book.condition()?);
            book.verify()?;
            for step in 0..STEPS {
                let (budget, text): (Option<u64>, Option<Vec<u8>>) = (
                    book.get(Table::Budgets, &step.to_string())?,
                    book.get(Table::Texts, &step.to_string())?,
                );
                assert_eq!(budget.is_some(), text.is_some(), "{what}: step {step} is there by half");
                assert!(budget.is_some() || !acknowledged.contains(&step), "{what}: step {step} is lost");
                assert!(budget.is_none_or(|budget| budget == step));
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
    store.write::<_, StoreError>(|book| book.append("{}").map(drop)).unwrap();
    store.finish_rotation().unwrap();
}

/// Lets each `stride`th point fail until there are no more; returns how many there are.
fn every_point(shim: &Path, kind: &str, errno: i32, stride: usize) -> usize {
    for at in (1..).step_by(stride) {
        let folder = tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir(&root).unwrap();
        let count = folder.path().join("count");
        let with = [
            ("SHIM_KIND", kind.to_owned()),
            ("SHIM_FAIL_AT", at.to_string()),
            ("SHIM_ERRNO", errno.to_string()),
            ("SHIM_COUNT", count.display().to_string()),
        ];
        run(shim, &root, &with);
        let acknowledged = acknowledged(&root);
        check(&root, &acknowledged, &format!("{kind} {at}"));
        // A child that died of its failed allocation counted no further.
        if let Some(points) = fs::read_to_string(&count).ok().and_then(|count| count.parse::<usize>().ok())
            && points < at
        {
            assert_eq!(acknowledged.len() as u64, STEPS, "nothing failed");
            return points;
        }
    }
    panic!("points without end")
}

enum Event {
    Write(u8, usize, Vec<u8>),
    Cut(u8, usize),
    Sync(u8),
    Unlink(u8),
    Acknowledged(u64),
}

fn events(trace: &[u8]) -> Vec<Event> {
    let (mut rest, mut events) = (trace, Vec::new());
    while !rest.is_empty() {
        let (head, more) = rest.split_at(18);
        let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let (at, length) = (number(2), number(10) as usize);
        let (bytes, more) = more.split_at(if head[0] == b'W' { length } else { 0 });
        rest = more;
        events.push(match head[0] {
            b'W' => Event::Write(head[1], at as usize, bytes.to_vec()),
            b'T' => Event::Cut(head[1], at as usize),
            b'S' => Event::Sync(head[1]),
            b'U' => Event::Unlink(head[1]),
            b'A' => Event::Acknowledged(at),
            other => panic!("no such event: {other}"),
        });
    }
    events
}

/// A file on a disk with a cache: what is safe, and what was written since.
#[derive(Default)]
struct Disk {
    safe: Vec<u8>,
    loose: Vec<(usize, Vec<u8>)>,
}

impl Disk {
    fn put(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
        if bytes.len() < at + new.len() {
            bytes.resize(at + new.len(), 0);
        }
        bytes[at..at + new.len()].copy_from_slice(new);
    }

    fn sync(&mut self) {
        for (at, new) in self.loose.drain(..) {
            Self::put(&mut self.safe, at, &new);
        }
    }

    /// The file after the power went: of each loose write any sectors, or none.
    fn after_loss(&self, chance: &mut impl FnMut() -> bool) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        for (at, new) in &self.loose {
            let mut from = 0;
            while from < new.len() {
                let to = ((at + from) / 512 * 512 + 512 - at).min(new.len());
                if chance() {
                    Self::put(&mut bytes, at + from, &new[from..to]);
                }
                from = to;
            }
        }
        bytes
    }
}

fn power_loss(shim: &Path) {
    let folder = tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let trace = folder.path().join("trace");
    run(shim, &root, &[("SHIM_TRACE", trace.display().to_string())]);
    let events = events(&fs::read(&trace).unwrap());
    let rounds = if wants_all() { 64 } else { 3 };
    let (mut states, mut seed) = (0u32, 0x9E37_79B9_7F4A_7C15u64);
    let mut disks: BTreeMap<u8, Disk> = BTreeMap::new();
    let mut acknowledged = Vec::new();
    let names = [(1, "home/data.mdb"), (2, "anchor"), (3, "home/key"), (4, "home/pages")];
    for (nth, event) in events.iter().enumerate() {
        match event {
            Event::Write(file, at, bytes) => disks.entry(*file).or_default().loose.push((*at, bytes.clone())),
            Event::Cut(file, length) => {
                let disk = disks.entry(*file).or_default();
                disk.sync();
                disk.safe.resize(*length, 0);
            }
            Event::Sync(file) => disks.entry(*file).or_default().sync(),
            Event::Unlink(file) => drop(disks.remove(file)),
            Event::Acknowledged(step) => acknowledged.push(*step),
        }
        for round in 0..rounds {
            let after = tempdir().unwrap();
            let root = after.path().join("root");
            fs::create_dir_all(root.join("home")).unwrap();
            let mut chance = || {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                // Nothing of what is loose, everything, and any part.
                round > 0 && (round == 1 || seed & 1 == 1)
            };
            for (file, name) in names {
                if let Some(disk) = disks.get(&file) {
                    fs::write(root.join(name), disk.after_loss(&mut chance)).unwrap();
                }
            }
            make_private(&root.join("home/key"));
            check(&root, &acknowledged, &format!("power lost after event {nth}, round {round}"));
            states += 1;
        }
    }
    assert_eq!(acknowledged.len() as u64, STEPS);
    println!("power lost at each of {} file operations, {states} states: nothing lost", events.len());
}

fn make_private(path: &Path) {
    #[cfg(unix)]
    if path.exists() {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
}

/// A store that cannot be written answers an error, and is whole when it can be again. The superuser may write everything, so as
/// such there is nothing to see.
fn read_only() {
    let folder = tempdir().unwrap();
    let root = folder.path().join("root");
    let store = open(&root).unwrap();
    work(&store, &root, 0).unwrap();
    drop(store);
    let data = root.join("home/data.mdb");
    let mut permissions = fs::metadata(&data).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&data, permissions).unwrap();
    if fs::OpenOptions::new().write(true).open(&data).is_err() {
        assert!(matches!(open(&root).unwrap_err(), StoreError::Disk(_)));
    }
    make_private(&data);
    check(&root, &[0], "writable again");
    println!("a read-only file: an error, and nothing lost");
}
