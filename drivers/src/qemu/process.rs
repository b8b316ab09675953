//! The QEMU process and its command line.

use core::time::Duration;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, thread};

use rustix::fs::{MemfdFlags, memfd_create};
use softnet_sk_buff::MacAddr;

use super::child::{BoundChild, Keeper};
use super::config::{ClockMode, Model};
use super::error::QemuError;
use super::ram;

const PROGRAM: &str = "qemu-system-x86_64";

/// QEMU's id of the network backend.
pub(super) const NETDEV: &str = "n0";

/// A BIOS of 64 KiB ends at the top of memory; the CPU starts 16 bytes below.
const BIOS_LEN: usize = 64 << 10;
const RESET_VECTOR: u64 = 0xfff0;
/// Where the CPU writes 1 when it is about to sleep: free memory on any PC.
pub(super) const PARKED: u64 = 0x500;
/// `movb $1, PARKED; cli; hlt; jmp` to the halt: the CPU sleeps for good.
const PARK: [u8; 9] = [0xc6, 0x06, 0x00, 0x05, 0x01, 0xfa, 0xf4, 0xeb, 0xfd];

/// How long a QEMU that hung up is given to end by itself.
const DYING: Duration = Duration::from_secs(2);

/// QEMU's ends of all that joins it to this process.
pub(super) struct Sockets {
    pub(super) qtest: OwnedFd,
    pub(super) qmp: OwnedFd,
    pub(super) memory: OwnedFd,
    pub(super) netdev: OwnedFd,
    pub(super) is_tap: bool,
}

/// Whether the program is in the search path.
pub(super) fn installed() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| {
        fs::metadata(folder.join(PROGRAM))
            .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    })
}

/// A running QEMU; killed and reaped when dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: BoundChild,
    /// What it writes to its standard error: a file in memory, so that nobody has to read along.
    stderr: fs::File,
    _keeper: Keeper,
}

impl Process {
    /// Starts QEMU.
    pub(super) fn start(
        model: Model,
        mac: MacAddr,
        mode: ClockMode,
        sockets: Sockets,
    ) -> Result<Self, QemuError> {
        let bios = park_bios()?;
        let stderr = fs::File::from(
            memfd_create("qemu-stderr", MemfdFlags::CLOEXEC).map_err(io::Error::from)?,
        );
        let mut command = Command::new(PROGRAM);
        command
            .args(["-nodefaults", "-no-user-config", "-display", "none"])
            .args(["-bios", &path_of(&bios)])
            .args(joints(&sockets))
            .args(clock(mode))
            // Without `romfile=` it would want a boot ROM, which is another package.
            .arg("-device")
            .arg(format!("{},id=nic0,netdev={NETDEV},mac={mac},romfile=", model.name()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr.try_clone()?);
        let Sockets { qtest, qmp, memory, netdev, .. } = sockets;
        let keeper = Keeper::start()?;
        let child =
            keeper.spawn(command, vec![bios, qtest, qmp, memory, netdev]).map_err(|error| {
                match error.kind() {
                    io::ErrorKind::NotFound => QemuError::NotInstalled,
                    _ => QemuError::Host(error),
                }
            })?;
        Ok(Self { child, stderr, _keeper: keeper })
    }

    /// Why it died, in its own words: the first line that is no mere warning, else how it ended.
    pub(super) fn last_words(&mut self) -> String {
        let start = Instant::now();
        let status = loop {
            match self.child.get_mut().try_wait() {
                Ok(None) if start.elapsed() < DYING => thread::sleep(Duration::from_millis(1)),
                status => break status.ok().flatten(),
            }
        };
        let mut text = [0; 4096];
        let len = self.stderr.read_at(&mut text, 0).unwrap_or(0);
        let text = String::from_utf8_lossy(text.get(..len).unwrap_or_default());
        let told = text.lines().find(|line| !line.contains(": warning: ") && !line.is_empty());
        told.map_or_else(
            || status.map_or("it closed its socket".into(), |status| status.to_string()),
            String::from,
        )
    }
}

#[cfg(test)]
impl Process {
    pub(super) fn id(&mut self) -> u32 {
        self.child.get_mut().id()
    }

    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.get_mut().kill()
    }
}

fn joints(sockets: &Sockets) -> [String; 14] {
    let Sockets { qtest, qmp, memory, netdev, is_tap } = sockets;
    let netdev = netdev.as_raw_fd();
    let netdev = if *is_tap {
        format!("tap,id={NETDEV},fd={netdev}")
    } else {
        format!("dgram,id={NETDEV},local.type=fd,local.str={netdev}")
    };
    let size = ram::SIZE >> 20;
    let ram = path_of(memory);
    // `-qtest chardev:` would not find its character device; and without a log to nowhere each
    // access is written to standard error.
    [
        "-chardev".into(),
        format!("socket,id=qt,fd={}", qtest.as_raw_fd()),
        "-object".into(),
        "qtest,id=qtest0,chardev=qt,log=/dev/null".into(),
        "-chardev".into(),
        format!("socket,id=qm,fd={}", qmp.as_raw_fd()),
        "-mon".into(),
        "chardev=qm,mode=control".into(),
        "-object".into(),
        format!("memory-backend-file,id=ram,size={size}M,mem-path={ram},share=on"),
        "-m".into(),
        format!("{size}M"),
        "-netdev".into(),
        netdev,
    ]
}

fn clock(mode: ClockMode) -> Vec<&'static str> {
    // The PIT would tick and move virtual time for ever.
    let mut args = vec!["-machine", "pc,pit=off,memory-backend=ram", "-accel", "tcg"];
    if mode == ClockMode::Virtual {
        args.extend(["-icount", "shift=0,sleep=off"]);
    }
    args
}

fn park_bios() -> io::Result<OwnedFd> {
    let file = fs::File::from(memfd_create("park-bios", MemfdFlags::CLOEXEC)?);
    file.set_len(BIOS_LEN as u64)?;
    file.write_all_at(&PARK, RESET_VECTOR)?;
    Ok(file.into())
}

/// The file behind a descriptor that QEMU inherits, as QEMU can name it.
fn path_of(fd: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", fd.as_raw_fd())
}
