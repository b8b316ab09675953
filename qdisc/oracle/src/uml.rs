//! The kernels: where they are, and how to run one.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fmt, fs, thread};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::player::{OUTCOMES, SCRIPTS};
use crate::shell::{self, Ran};
use crate::{Outcome, Script};

/// Where the kernels are, beside the project or above.
const SHARED: &str = "shared/oracle/uml";
/// The variable that lists the oracles which must be there.
const MANDATORY: &str = "SOFTNET_ORACLES";
const NAME: &str = "uml";
/// A guest needs milliseconds for a script. One that hangs spins.
const LIMIT: Duration = Duration::from_secs(60);
const LIMIT_PER_SCRIPT: Duration = Duration::from_millis(500);

/// Which kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// Debian 12's.
    V6_1,
    /// Debian 12's backport: has what 6.1 lacks.
    V6_12,
}

impl Version {
    fn file(self) -> &'static str {
        match self {
            Self::V6_1 => "linux-6.1.192",
            Self::V6_12 => "linux-6.12.117",
        }
    }
}

/// An unpacked kernel.
#[derive(Clone, Debug)]
pub struct Kernel {
    image: PathBuf,
    work: PathBuf,
}

/// Why nothing came back.
#[derive(Debug)]
pub enum Failed {
    /// The kernel could not be run, or its files not be written or read.
    Io(io::Error),
    /// It ended, or was ended, before the scripts did. With what it printed.
    Ended {
        /// What the guest's console showed.
        console: String,
        /// The script that it was at.
        script: String,
    },
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Ended { console, script } => write!(f, "it ended in script {script}:\n{console}"),
        }
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Kernel {
    /// Finds a kernel in `shared/oracle/uml` beside the project's `root` or further up, and unpacks
    /// it, once, into `work`, which is a folder of the test's own below `target`. Without it a line says what is missing, and the test is to skip.
    ///
    /// # Panics
    /// If the kernel is missing though `SOFTNET_ORACLES` lists `uml`.
    #[must_use]
    pub fn find(root: &Path, work: &Path, version: Version) -> Option<Self> {
        let beside = root.ancestors().skip(1).map(|folder| folder.join(SHARED));
        let shared =
            beside.clone().find(|folder| folder.exists()).or_else(|| beside.clone().next());
        let packed = shared.unwrap_or_default().join(version.file()).with_extension_added("xz");
        match Self::unpack(&packed, work, version) {
            Ok(kernel) => Some(kernel),
            Err(error) => {
                let how = format!(
                    "{}: {error}. It is Debian's linux-source-6.1 or -6.12, built with ARCH=um from the \
                     config fragment that lies beside (gcc, bc, flex, bison; 8 minutes), xz -9; \
                     unpacking needs xz",
                    packed.display()
                );
                let listed = env::var(MANDATORY).unwrap_or_default();
                let mandatory = listed.split(',').any(|item| item.trim() == NAME);
                assert!(
                    !mandatory,
                    "{NAME} is missing, but {MANDATORY} says it must be there: {how}"
                );
                eprintln!("skipped: {NAME} is missing: {how}");
                None
            }
        }
    }

    fn unpack(packed: &Path, work: &Path, version: Version) -> io::Result<Self> {
        fs::create_dir_all(work)?;
        let image = work.join(version.file());
        if !image.exists() {
            // Several tests may do this at once; the last one's wins, and all are the same.
            let half = image.with_extension_added(format!("{:?}", thread::current().id()));
            let half = half.with_extension_added(std::process::id().to_string());
            let packed = fs::File::open(packed)?;
            let unpacked = fs::File::create(&half)?;
            let xz = Command::new("xz").arg("-dc").stdin(packed).stdout(unpacked).status()?;
            if !xz.success() {
                return Err(io::Error::other("xz failed"));
            }
            fs::set_permissions(&half, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
            fs::rename(&half, &image)?;
        }
        Ok(Self { image, work: work.to_owned() })
    }

    /// Boots and plays `scripts`; `name` is the run's own among those that go on at the same time.
    ///
    /// `init` are the arguments with which this very executable, as the guest's first process, comes to
    /// [`player::play`](crate::player::play) with the folder that is `SOFTNET_PLAY` in its environment.
    ///
    /// # Errors
    /// See [`Failed`].
    pub fn play(
        &self,
        name: &str,
        init: &[&str],
        scripts: &[Script],
    ) -> Result<Vec<Outcome>, Failed> {
        let folder = self.work.join(name);
        fs::create_dir_all(&folder)?;
        let text: String = scripts.iter().map(Script::to_string).collect();
        fs::write(folder.join(SCRIPTS), text)?;
        fs::write(folder.join(OUTCOMES), "")?;
        let limit = LIMIT + LIMIT_PER_SCRIPT * u32::try_from(scripts.len()).unwrap_or(u32::MAX);
        let console = self.boot(&folder, init, limit)?;
        let text = fs::read_to_string(folder.join(OUTCOMES))?;
        let outcomes: Vec<_> = Outcome::read_all(&text).collect();
        match scripts.get(outcomes.len()) {
            None => Ok(outcomes),
            Some(script) => Err(Failed::Ended { console, script: script.name.clone() }),
        }
    }

    /// Boots and runs commands of a shell, one after the other; all else as [`play`](Self::play), with
    /// [`shell::run`] for [`player::play`](crate::player::play).
    ///
    /// # Errors
    /// See [`Failed`].
    pub fn shell(
        &self,
        name: &str,
        init: &[&str],
        commands: &[String],
    ) -> Result<Vec<Ran>, Failed> {
        let folder = self.work.join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(SCRIPTS), commands.join("\n"))?;
        fs::write(folder.join(OUTCOMES), "")?;
        let limit = LIMIT + LIMIT_PER_SCRIPT * u32::try_from(commands.len()).unwrap_or(u32::MAX);
        let console = self.boot(&folder, init, limit)?;
        let ran = shell::read_all(&fs::read(folder.join(OUTCOMES))?);
        match commands.get(ran.len()) {
            None => Ok(ran),
            Some(command) => Err(Failed::Ended { console, script: command.clone() }),
        }
    }

    fn boot(&self, folder: &Path, init: &[&str], limit: Duration) -> io::Result<String> {
        let exe = env::current_exe()?;
        let log = fs::File::create(folder.join("console"))?;
        let mut child = Command::new(&self.image)
            .args(["time-travel=inf-cpu", "mem=256M", "rootfstype=hostfs", "rootflags=/", "ro"])
            // 6.12 waits there for ever for a clock that moves by itself.
            .arg("initcall_blacklist=jent_mod_init")
            .args(["con=null", "con0=null,fd:1", "quiet", "panic=-1"])
            .arg(format!("init={}", exe.display()))
            .arg("PATH=/usr/sbin:/usr/bin:/sbin:/bin")
            .arg(format!("SOFTNET_PLAY={}", folder.display()))
            .arg("--")
            .args(init)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let deadline = Instant::now() + limit;
        while child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                // It has processes of its own, and all of them spin.
                let group = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
                killpg(group, Signal::SIGKILL)?;
                child.wait()?;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let mut console = Vec::new();
        fs::File::open(folder.join("console"))?.read_to_end(&mut console)?;
        Ok(String::from_utf8_lossy(&console).into_owned())
    }
}

/// `Path::with_added_extension`, which the oldest Rust that this is built with lacks.
trait AddExtension {
    fn with_extension_added(&self, extension: impl AsRef<str>) -> PathBuf;
}

impl AddExtension for Path {
    fn with_extension_added(&self, extension: impl AsRef<str>) -> PathBuf {
        PathBuf::from(format!("{}.{}", self.display(), extension.as_ref()))
    }
}
