//! Where the command keeps the rollback anchor of a store: outside its folder, so that a folder that is put back is noticed.
//!
//! The file's name is made of the store's key and the folder's path. A copy put back at the same path meets the anchor of what it
//! replaced; a new store, or a copy used at another path, meets one of its own.

use std::fs::{self, DirBuilder, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assent::{Anchor, AnchorError, Anchored, FileAnchor, FileVault, Mark};
use etcetera::BaseStrategy;

/// The anchor of the store in one folder.
pub struct HomeAnchor {
    home: PathBuf,
    named: Option<PathBuf>,
    file: OnceLock<FileAnchor>,
}

impl HomeAnchor {
    /// The anchor of the store in `home`; in the file `named` where the user gave one.
    pub fn new(home: &Path, named: Option<PathBuf>) -> Self {
        Self { home: home.to_owned(), named, file: OnceLock::new() }
    }

    /// Found at the first use: only then is there a key to name it by.
    fn file(&self) -> &FileAnchor {
        self.file.get_or_init(|| FileAnchor::new(self.path()))
    }

    fn path(&self) -> PathBuf {
        if let Some(named) = &self.named {
            return named.clone();
        }
        let home = self.home.canonicalize().unwrap_or_else(|_| self.home.clone());
        let name = FileVault::new(&self.home).place(&home).unwrap_or_else(|| "no-key".to_owned());
        state_folder().and_then(|folder| usable(&folder, &name)).unwrap_or_else(|| {
            eprintln!(
                "assent: no folder for the rollback anchor can be written outside the store; a store folder that is put back as a whole \
                 will not be noticed (name a file with --anchor)"
            );
            self.home.join("anchor")
        })
    }
}

/// The platform's folder for state, where it has one.
fn state_folder() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.state_dir().unwrap_or_else(|| base.data_dir()).join("assent").join("anchors"))
}

/// The file of this name in `folder`, where it can be written there.
fn usable(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).ok()?;
    let path = folder.join(name);
    if path.exists() {
        return OpenOptions::new().write(true).open(&path).ok().map(|_| path);
    }
    let trial = folder.join(format!("{name}.trial"));
    fs::write(&trial, []).ok()?;
    fs::remove_file(&trial).ok()?;
    Some(path)
}

impl Anchor for HomeAnchor {
    fn read(&self) -> Result<Option<Anchored>, AnchorError> {
        self.file().read()
    }

    fn pending(&self, next: Mark) -> Result<(), AnchorError> {
        self.file().pending(next)
    }

    fn done(&self, mark: Mark) -> Result<(), AnchorError> {
        self.file().done(mark)
    }
}
