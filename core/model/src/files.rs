//! The files of a model, read into memory and held against their manifest before anything looks into them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::error::ModelError;

include!("names.rs");

/// No model file is larger than this, in bytes: 64 MiB, ten times what ships. A manifest cannot make us read more.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What the build found under `models/`.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A file as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// What a model says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The model's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its files.
    pub files: BTreeMap<String, FileInfo>,
}

/// Files that are what their manifest says.
pub(crate) struct Files {
    pub manifest: Manifest,
    contents: BTreeMap<String, Cow<'static, [u8]>>,
}

impl Files {
    /// Those in a folder.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        Self::check(|name| {
            let mut content = Vec::new();
            let file = File::open(folder.join(name)).map_err(|_| ModelError::missing(name))?;
            file.take(LARGEST + 1).read_to_end(&mut content).map_err(|_| ModelError::missing(name))?;
            Ok(Cow::Owned(content))
        })
    }

    /// Those inside the binary.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::check(|name| {
            let found = EMBEDDED.iter().find(|(known, _)| *known == name);
            found.map(|(_, content)| Cow::Borrowed(*content)).ok_or_else(|| ModelError::missing(name))
        })
    }

    fn check(read: impl Fn(&str) -> Result<Cow<'static, [u8]>, ModelError>) -> Result<Self, ModelError> {
        let manifest: Manifest = serde_json::from_slice(&read(MANIFEST)?)
            .map_err(|_| ModelError::Manifest("it is not JSON of the documented form"))?;
        let mut contents = BTreeMap::new();
        for (name, info) in &manifest.files {
            if !NAMES.contains(&name.as_str()) {
                return Err(ModelError::Manifest("it lists a file that no model has"));
            }
            let content = read(name)?;
            if content.len() as u64 != info.bytes
                || content.len() as u64 > LARGEST
                || hash(&content) != info.sha256
            {
                return Err(ModelError::damaged(name));
            }
            contents.insert(name.clone(), content);
        }
        Ok(Self { manifest, contents })
    }

    /// The content of a file that has to be there.
    pub fn get(&self, name: &str) -> Result<&[u8], ModelError> {
        self.find(name).ok_or_else(|| ModelError::missing(name))
    }

    /// The content of a file that may be there.
    pub fn find(&self, name: &str) -> Option<&[u8]> {
        self.contents.get(name).map(AsRef::as_ref)
    }

    /// One hash of several files, by the hashes of the manifest, against which they were checked.
    pub fn hash_of<const N: usize>(&self, names: [&str; N]) -> [u8; 32] {
        let hashes =
            names.iter().filter_map(|name| self.manifest.files.get(*name)).map(|file| file.sha256.as_str());
        let mut out = [0; 32];
        let whole = digest(&SHA256, hashes.collect::<String>().as_bytes());
        out.iter_mut().zip(whole.as_ref()).for_each(|(to, from)| *to = *from);
        out
    }

    /// A JSON file that has to be there.
    pub fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, ModelError> {
        serde_json::from_slice(self.get(name)?).map_err(|_| ModelError::damaged(name))
    }
}

/// SHA-256 in lower-case hexadecimal.
fn hash(content: &[u8]) -> String {
    digest(&SHA256, content).as_ref().iter().map(|b| format!("{b:02x}")).collect()
}
