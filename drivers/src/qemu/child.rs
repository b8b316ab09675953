//! Child processes that cannot outlive this one.
//!
//! One of the crate's modules with `unsafe`: what a child does between fork and exec.
//!
//! Linux kills a child "when its parent dies", where the parent is the *thread* that forked it. A
//! keeper thread therefore does the forking and lives exactly as long as the children may.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};

/// The thread that is parent to children; they are killed when it is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    /// `None` only while it is dropped.
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

struct Request {
    command: Command,
    answer: mpsc::Sender<io::Result<Child>>,
}

impl Keeper {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (requests, inbox) = mpsc::channel::<Request>();
        let thread = thread::Builder::new().name("keeper".into()).spawn(move || {
            for Request { mut command, answer } in inbox {
                // Nobody listens any more only if the asker panicked; the child then dies with us.
                let _ = answer.send(command.spawn());
            }
        })?;
        Ok(Self { requests: Some(requests), thread: Some(thread) })
    }

    /// Starts `command` with the descriptors `inherit` open under the numbers they have here.
    pub(super) fn spawn(
        &self,
        mut command: Command,
        inherit: Vec<OwnedFd>,
    ) -> io::Result<BoundChild> {
        die_with_parent(&mut command, inherit);
        let (answer, child) = mpsc::channel();
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let requests = self.requests.as_ref().ok_or_else(gone)?;
        requests.send(Request { command, answer }).map_err(|_| gone())?;
        Ok(BoundChild(child.recv().map_err(|_| gone())??))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn die_with_parent(command: &mut Command, inherit: Vec<OwnedFd>) {
    let parent = getpid();
    let prepare = move || prepare_child(parent, &inherit);
    // SAFETY: between fork and exec only system calls are made: no allocation, no lock, no thread
    // of the parent is needed. `inherit` was moved in, so its descriptors are open.
    unsafe { command.pre_exec(prepare) };
}

fn prepare_child(parent: Pid, inherit: &[OwnedFd]) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The parent may have died before the line above: then no signal will ever come.
    if getppid() != Some(parent) {
        return Err(Errno::SRCH.into());
    }
    for fd in inherit {
        fcntl_setfd(fd, FdFlags::empty())?;
    }
    Ok(())
}

/// A child process, killed and reaped when dropped.
#[derive(Debug)]
pub struct BoundChild(Child);

impl BoundChild {
    /// The process, to read its pipes or to wait for it.
    pub fn get_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for BoundChild {
    fn drop(&mut self) {
        // Both fail only for a child that is dead and reaped already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
