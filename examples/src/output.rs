//! The files: all of them or none, and never half of one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use crate::failure::Failure;

/// A folder that files will go to.
pub struct Output {
    folder: PathBuf,
}

impl Output {
    /// Makes sure, before anything runs, that files can be written there.
    ///
    /// # Errors
    /// They can't.
    pub fn new(folder: &Path) -> Result<Self, Failure> {
        let output = Self { folder: folder.into() };
        let try_out = output.hidden("probe");
        let written = File::create_new(&try_out).and_then(|_| fs::remove_file(&try_out));
        written.map_err(|why| output.refused(&why))?;
        Ok(output)
    }

    fn refused(&self, why: &io::Error) -> Failure {
        Failure::Refused(format!("can't write to {}: {why}", self.folder.display()))
    }

    fn hidden(&self, name: &str) -> PathBuf {
        self.folder.join(format!(".{name}.{}.part", process::id()))
    }

    /// Writes files under names of passage, then gives them their own. Answers where they are.
    ///
    /// # Errors
    /// One could not be written: none is there.
    pub fn write(&self, files: &[(&str, &[u8])]) -> Result<Vec<PathBuf>, Failure> {
        let result = self.write_all(files);
        for (name, _) in files {
            // What was given its own name is not there any more; after an error it must not stay.
            let _ = fs::remove_file(self.hidden(name));
        }
        result.map_err(|why| self.refused(&why))
    }

    fn write_all(&self, files: &[(&str, &[u8])]) -> io::Result<Vec<PathBuf>> {
        for (name, bytes) in files {
            File::create(self.hidden(name))?.write_all(bytes)?;
        }
        let rename = |(name, _): &(&str, &[u8])| {
            let path = self.folder.join(name);
            fs::rename(self.hidden(name), &path).map(|()| path)
        };
        files.iter().map(rename).collect()
    }
}
