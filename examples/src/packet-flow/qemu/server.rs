//! The HTTP server at the other end, and the file that it serves.
//!
//! The server reads the file through a descriptor of this process (`/proc/<pid>/fd`): it sees no
//! other file, any name will do, and a file made up for the occasion needs none that could be left
//! behind.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{self, Command, Stdio};

use softnet_drivers::qemu::BoundChild;
use softnet_drivers::qemu::tap::TapNamespace;

use super::http::Http;
use crate::args::Options;
use crate::content::Content;
use softnet_examples::failure::Failure;

pub(super) const PORT: u16 = 8_000;

/// A file, and the program that serves it.
pub(super) struct Served {
    file: File,
    pub(super) len: u64,
    program: Program,
}

#[derive(Clone, Copy)]
enum Program {
    Python,
    Busybox,
}

impl Served {
    /// Opens the file or makes one up, and finds a server.
    pub(super) fn new(options: &Options) -> Result<Self, Failure> {
        let program = if installed("python3") {
            Program::Python
        } else if installed("busybox") {
            Program::Busybox
        } else {
            let text = "no HTTP server: apt-get install python3, or busybox";
            return Err(Failure::Refused(text.into()));
        };
        let file = match &options.file {
            Some(path) => open(path)?,
            None => made_up(options.size, options.seed)
                .map_err(|why| Failure::Refused(format!("can't make a file to serve: {why}")))?,
        };
        let len = file.metadata().map_err(|why| Failure::Refused(why.to_string()))?.len();
        Ok(Self { file, len, program })
    }

    /// The server's name.
    pub(super) fn program(&self) -> &'static str {
        match self.program {
            Program::Python => "python3 -m http.server",
            Program::Busybox => "busybox httpd",
        }
    }

    /// Starts it in the namespace.
    pub(super) fn start(&self, namespace: &TapNamespace) -> Result<BoundChild, Failure> {
        let folder = format!("/proc/{}/fd", process::id());
        let port = PORT.to_string();
        let mut command;
        match self.program {
            Program::Python => {
                command = Command::new("python3");
                command.args(["-m", "http.server", &port, "--directory", &folder]);
            }
            Program::Busybox => {
                command = Command::new("busybox");
                command.args(["httpd", "-f", "-p", &port, "-h", &folder]);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        namespace.spawn(command).map_err(|why| Failure::Refused(why.to_string()))
    }

    /// The client that fetches it.
    pub(super) fn client(&self) -> Result<Http, Failure> {
        let path = format!("/{}", self.file.as_raw_fd());
        Ok(Http::new(&path, self.copy()?, self.len))
    }

    /// The same file, to read it oneself.
    pub(super) fn copy(&self) -> Result<File, Failure> {
        self.file.try_clone().map_err(|why| Failure::broken("the file", why))
    }
}

fn installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| {
        fs::metadata(folder.join(program))
            .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    })
}

fn open(path: &Path) -> Result<File, Failure> {
    let refused = |why: &dyn core::fmt::Display| {
        Failure::Refused(format!("can't read {}: {why}", path.display()))
    };
    let file = File::open(path).map_err(|why| refused(&why))?;
    match file.metadata() {
        Ok(about) if about.is_file() => Ok(file),
        Ok(_) => Err(refused(&"not a file")),
        Err(why) => Err(refused(&why)),
    }
}

/// A file that has lost its name before anything is in it.
fn made_up(size: u64, seed: u64) -> std::io::Result<File> {
    let path = env::temp_dir().join(format!(".packet-flow.{}", process::id()));
    let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)?;
    let content = Content::new(seed);
    let mut piece = vec![0; 1 << 16];
    let mut at = 0;
    while at < size {
        let len = piece.len().min(usize::try_from(size - at).unwrap_or(usize::MAX));
        content.fill(at, &mut piece[..len]);
        file.write_all(&piece[..len])?;
        at += len as u64;
    }
    Ok(file)
}
