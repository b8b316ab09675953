//! The guest's side: the first process of a user-mode Linux, which plays scripts.

use core::num::NonZeroU32;
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, IoSliceMut, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, PollTimeout};
use nix::sys::prctl;
use nix::sys::reboot::{RebootMode, reboot};
use nix::sys::socket::sockopt::{
    Mark, Priority, RcvBufForce, ReceiveTimestampns, SndBufForce, TxTime,
};
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, LinkAddr, MsgFlags, NetlinkAddr, SockFlag,
    SockProtocol, SockType, bind, recv, recvmsg, sendmsg, setsockopt, socket,
};
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep};
use rustix::net::{Protocol, SocketType};

use crate::netlink::{DONE, ERROR, GETQDISC, GETTCLASS, dump, messages, word};
use crate::{CLOCK_STEP, Command, Event, Script, TIMER_SLACK, What, hex, script};

/// The interface whose disciplines are tried. It has no neighbour: what leaves is gone.
pub const DEVICE: &str = "va";
/// Its number.
pub const IFINDEX: u32 = 100;
/// The other number that an interface of a script's own has if its statistics are to be looked at.
pub const PEER_IFINDEX: u32 = 101;
/// The types of frames whose arrival is heard of: of a type each, for one that hears all types hears them
/// before ingress does.
const HEARD: [u16; 7] = [0x0800, 0x0806, 0x86dd, 0x8847, 0x8100, 0x88a8, 0x1234];

/// What the guest reads.
pub(crate) const SCRIPTS: &str = "scripts";
/// What it writes.
pub(crate) const OUTCOMES: &str = "outcomes";

/// First bytes of a departing packet that are kept.
const HEAD: usize = 128;
/// Room for all that waits, and for departures that nobody fetched yet.
const BUFFER: usize = 64 << 20;
const SECOND: u64 = 1_000_000_000;
/// When the first script begins, in nanoseconds since boot.
const WARM_UP: u64 = 60 * SECOND;
/// From tick to tick (`CONFIG_HZ`).
const TICK: u64 = SECOND / 100;
const ETH_P_ALL: u16 = 3;
/// `PACKET_OUTGOING`.
const OUTGOING: u8 = 4;

/// Plays the scripts in `folder`, which lies on the host, and turns the machine off.
///
/// # Panics
/// If anything goes wrong. The kernel then ends, too, for its first process is gone.
pub fn play(folder: &Path) -> ! {
    set_up(folder);
    prctl::set_timerslack(1).expect("timer slack");
    // Until the first tick, timers have a resolution of one; and a clock near 0 is near to times that
    // nobody set.
    sleep_until(WARM_UP);
    let scripts = fs::read_to_string(folder.join(SCRIPTS)).expect("scripts");
    let outcomes = File::create(folder.join(OUTCOMES)).expect("outcomes");
    let mut player = Player::new(BufWriter::new(outcomes));
    for script in Script::read_all(&scripts) {
        player.play(&script);
    }
    player.out.flush().expect("the host's disk");
    drop(player);
    power_off()
}

/// Mounts what a first process needs: `folder` is where it writes.
pub(crate) fn set_up(folder: &Path) {
    let none = None::<&str>;
    mount(none, "/proc", Some("proc"), MsFlags::empty(), none).expect("/proc");
    mount(none, folder, Some("hostfs"), MsFlags::empty(), Some(folder)).expect("hostfs");
    fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1").expect("no IPv6");
}

pub(crate) fn power_off() -> ! {
    reboot(RebootMode::RB_POWER_OFF).expect("power off");
    unreachable!("the machine is off");
}

struct Player {
    out: BufWriter<File>,
    tc: Tool,
    ip: Tool,
    netlink: OwnedFd,
    /// What hears the departures, and behind it what hears the arrivals.
    taps: Vec<OwnedFd>,
    /// What to add to the monotonic clock to get the real one.
    real: u64,
}

/// A socket that sends by the interface of one script.
struct Port {
    socket: OwnedFd,
    priority: u32,
    mark: u32,
    start: u64,
}

impl Player {
    fn new(out: BufWriter<File>) -> Self {
        let taps = std::iter::once(ETH_P_ALL).chain(HEARD).map(tap).collect();
        let route = Some(SockProtocol::NetlinkRoute);
        let netlink = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::empty(), route);
        let netlink = netlink.expect("netlink");
        bind(netlink.as_raw_fd(), &NetlinkAddr::new(0, 0)).expect("netlink");
        let real = real_offset();
        Self { out, tc: Tool::new("tc"), ip: Tool::new("ip"), netlink, taps, real }
    }

    fn line(&mut self, line: impl Display) {
        writeln!(self.out, "{line}").expect("the host's disk");
    }

    fn play(&mut self, script: &Script) {
        self.line(format_args!("script {}", script.name));
        let queues = script.queues;
        let add = format!("link add index {IFINDEX} name {DEVICE} numtxqueues {queues} type dummy");
        self.ip.ask(&add);
        if !script.setup.iter().any(|command| matches!(command, Command::Ip(_))) {
            self.ip.ask(&format!("link set {DEVICE} up"));
        }
        self.settle();
        self.do_all(&script.setup);
        let mut port = Port::open();
        // What the set-up made leave is none of the script's.
        self.drain(|_| ());
        port.start = (monotonic() / 1_000_000 + 2) * 1_000_000;
        self.line(format_args!("start {}", port.start));
        for group in script.events.chunk_by(|one, next| one.at == next.at) {
            self.group(&mut port, group);
        }
        sleep_until(port.start + script.end);
        self.log_departures();
        self.probe();
        drop(port);
        self.ip.ask(&format!("link del {DEVICE}"));
        self.settle();
        self.do_all(&script.clear);
        self.line("done");
    }

    /// What happens at one reading of the clock.
    fn group(&mut self, port: &mut Port, events: &[Event]) {
        let Some(first) = events.first() else { return };
        sleep_until(port.start + first.at);
        let mut now = None;
        for event in events {
            match &event.what {
                What::Send(send) => {
                    // Nothing that follows reads the clock, so it stands still until the next send,
                    // and no timer can come between this look at the tap and the packet.
                    let at = *now.get_or_insert_with(|| {
                        let at = monotonic();
                        self.log_departures();
                        at
                    });
                    let errno = port.send(send);
                    self.line(format_args!("sent {at} {} {errno}", send.number));
                    // A system call that fails takes 1 us, that nothing loop for ever on it.
                    if errno != 0 {
                        now = None;
                    }
                }
                What::Probe => {
                    self.check_clock(now.take());
                    self.probe();
                }
                What::Do(command) => {
                    self.check_clock(now.take());
                    let from = monotonic();
                    self.log_departures();
                    self.ask(command);
                    self.settle();
                    let to = monotonic();
                    self.line(format_args!("did {from} {to}"));
                }
            }
        }
        self.check_clock(now);
    }

    /// Whether the clock has stood still since it was `at` and packets were sent.
    fn check_clock(&mut self, at: Option<u64>) {
        let Some(at) = at else { return };
        let after = monotonic();
        // A reading that is interrupted by the kernel's own tick is done again.
        let tick = after / TICK * TICK + TIMER_SLACK > at;
        if after != at + CLOCK_STEP && !(tick && after == at + 2 * CLOCK_STEP) {
            self.line(format_args!("disturbed {at} {after}"));
        }
    }

    /// Does one command after the other; those of one tool that stand together in one go.
    fn do_all(&mut self, commands: &[Command]) {
        let together = |one: &Command, next: &Command| {
            std::mem::discriminant(one) == std::mem::discriminant(next)
        };
        for group in commands.chunk_by(together) {
            group.iter().for_each(|command| self.ask(command));
            self.settle();
        }
    }

    fn ask(&mut self, command: &Command) {
        match command {
            Command::Tc(line) => self.tc.ask(line),
            Command::Ip(line) => self.ip.ask(line),
            Command::Netlink(message) => {
                self.settle();
                let errno = transact(&self.netlink, message, |_, _| ());
                if errno != 0 {
                    self.line(format_args!("error netlink {}", Errno::from_raw(errno)));
                }
            }
        }
    }

    /// Waits until all that was asked for is done.
    fn settle(&mut self) {
        for errors in [self.ip.answers(), self.tc.answers()] {
            self.complain(errors);
        }
    }

    fn complain(&mut self, errors: Vec<String>) {
        errors.into_iter().for_each(|error| self.line(format_args!("error {error}")));
    }

    fn probe(&mut self) {
        let from = monotonic();
        self.log_departures();
        let mut shown = String::new();
        for (what, kind) in [("qdisc", GETQDISC), ("class", GETTCLASS)] {
            transact(&self.netlink, &dump(kind), |_, body| {
                if [IFINDEX, PEER_IFINDEX].map(Some).contains(&word(body, 1)) {
                    shown.push_str(&format!("{what} {}\n", hex::encode(body)));
                }
            });
        }
        let to = monotonic();
        write!(self.out, "probe {from} {to}\n{shown}").expect("the host's disk");
    }

    fn log_departures(&mut self) {
        let mut lines = String::new();
        self.drain(|line| lines.push_str(&line));
        write!(self.out, "{lines}").expect("the host's disk");
    }

    /// Fetches what left and what arrived since the last time.
    fn drain(&self, mut heard: impl FnMut(String)) {
        loop {
            // Asked this way nothing fails, and so no time passes.
            let mut poll: Vec<_> =
                self.taps.iter().map(|tap| PollFd::new(tap.as_fd(), PollFlags::POLLIN)).collect();
            if nix::poll::poll(&mut poll, PollTimeout::ZERO).expect("taps") == 0 {
                return;
            }
            for (index, tap) in self.taps.iter().enumerate() {
                if poll.get(index).and_then(PollFd::any) == Some(true) {
                    self.hear(tap, index > 0).into_iter().for_each(&mut heard);
                }
            }
        }
    }

    /// Fetches one packet; its line, unless it went the other way than `inwards`.
    fn hear(&self, tap: &OwnedFd, inwards: bool) -> Option<String> {
        let mut head = [0; HEAD];
        let mut room = nix::cmsg_space!(TimeSpec);
        let mut slices = [IoSliceMut::new(&mut head)];
        let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_TRUNC;
        let got = recvmsg::<LinkAddr>(tap.as_raw_fd(), &mut slices, Some(&mut room), flags);
        let got = got.expect("tap");
        let from = got.address.expect("an interface");
        if (from.pkttype() == OUTGOING) == inwards {
            return None;
        }
        let stamp = got.cmsgs().expect("room").find_map(|message| match message {
            ControlMessageOwned::ScmTimestampns(stamp) => Some(nanos(stamp)),
            _ => None,
        });
        let at = stamp.expect("a time stamp") - self.real;
        let (what, ifindex) = (if inwards { "came" } else { "left" }, from.ifindex());
        let len = got.bytes;
        let head = hex::encode(&head[..len.min(HEAD)]);
        Some(format!("{what} {at} {ifindex} {len} {head}\n"))
    }
}

impl Port {
    fn open() -> Self {
        // The protocol is 0, so nothing is received, and each frame's own type is taken.
        let address = getifaddrs().expect("interfaces").find_map(|interface| {
            let link = interface.address?.as_link_addr().copied();
            link.filter(|link| link.ifindex() == IFINDEX as usize)
        });
        let socket = socket(AddressFamily::Packet, SockType::Raw, SockFlag::empty(), None);
        let socket = socket.expect("packet socket");
        bind(socket.as_raw_fd(), &address.expect("an interface")).expect("bind");
        setsockopt(&socket, SndBufForce, &BUFFER).expect("buffer");
        Self { socket, priority: 0, mark: 0, start: 0 }
    }

    /// Sends a packet and returns the error number.
    fn send(&mut self, send: &script::Send) -> i32 {
        if send.priority != self.priority {
            self.priority = send.priority;
            setsockopt(&self.socket, Priority, &(send.priority as i32)).expect("SO_PRIORITY");
        }
        if send.mark != self.mark {
            self.mark = send.mark;
            setsockopt(&self.socket, Mark, &send.mark).expect("SO_MARK");
        }
        let frame = send.frame();
        let frame = [std::io::IoSlice::new(&frame)];
        let departure = send.departure.map(|at| self.start + at);
        let departure = departure.as_ref().map(ControlMessage::TxTime);
        if departure.is_some() {
            let monotonic =
                nix::libc::sock_txtime { clockid: nix::libc::CLOCK_MONOTONIC, flags: 0 };
            setsockopt(&self.socket, TxTime, &monotonic).expect("SO_TXTIME");
        }
        let flags = MsgFlags::MSG_DONTWAIT;
        let fd = self.socket.as_raw_fd();
        match sendmsg::<()>(fd, &frame, departure.as_slice(), flags, None) {
            Ok(_) => 0,
            Err(errno) => errno as i32,
        }
    }
}

/// What hears frames of a type on all interfaces.
fn tap(protocol: u16) -> OwnedFd {
    let protocol = NonZeroU32::new(protocol.to_be().into()).map(Protocol::from_raw);
    let (family, kind) = (rustix::net::AddressFamily::PACKET, SocketType::RAW);
    let tap = rustix::net::socket(family, kind, protocol).expect("tap");
    setsockopt(&tap, RcvBufForce, &BUFFER).expect("buffer");
    setsockopt(&tap, ReceiveTimestampns, &true).expect("time stamps");
    tap
}

/// A program that reads its commands from a pipe.
struct Tool {
    name: &'static str,
    child: Child,
    errors: BufReader<std::process::ChildStderr>,
    pending: bool,
}

impl Tool {
    /// No command of any tool: it is refused at once, so that its refusal tells that all before is done.
    const SYNC: &str = "synchronise";

    fn new(name: &'static str) -> Self {
        let mut child = Process::new(name)
            .args(["-force", "-batch", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect(name);
        let errors = BufReader::new(child.stderr.take().expect("a pipe"));
        Self { name, child, errors, pending: false }
    }

    fn tell(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        stdin.write_all(format!("{line}\n").as_bytes()).expect(self.name);
    }

    fn ask(&mut self, line: &str) {
        self.tell(line);
        self.pending = true;
    }

    /// Waits for all that was asked; gives the complaints.
    fn answers(&mut self) -> Vec<String> {
        let mut complaints = Vec::new();
        if !std::mem::take(&mut self.pending) {
            return complaints;
        }
        self.tell(Self::SYNC);
        let mut last = false;
        loop {
            let mut line = String::new();
            let got = self.errors.read_line(&mut line).expect(self.name);
            assert!(got > 0, "{} ended: {complaints:?}", self.name);
            if last {
                return complaints; // "Command failed"
            }
            last = line.contains(Self::SYNC);
            if !last {
                complaints.push(format!("{}: {}", self.name, line.trim_end()));
            }
        }
    }
}

/// Sends a request and hands over each message of the answer. Returns the error number, 0 for none.
fn transact(netlink: &OwnedFd, request: &[u8], mut each: impl FnMut(u16, &[u8])) -> i32 {
    let fd = netlink.as_raw_fd();
    nix::sys::socket::send(fd, request, MsgFlags::empty()).expect("netlink");
    let mut buffer = vec![0; 64 << 10];
    loop {
        let len = recv(fd, &mut buffer, MsgFlags::empty()).expect("netlink");
        for (kind, body) in messages(&buffer[..len]) {
            match kind {
                DONE => return 0,
                ERROR => return word(body, 0).map_or(0, |code| -(code as i32)),
                kind => each(kind, body),
            }
        }
    }
}

fn nanos(time: TimeSpec) -> u64 {
    u64::try_from(time.tv_sec()).expect("after 1970") * SECOND + time.tv_nsec() as u64
}

fn monotonic() -> u64 {
    nanos(clock_gettime(ClockId::CLOCK_MONOTONIC).expect("clock"))
}

/// How far the real clock is ahead of the monotonic one: exact, for each reading costs one step.
fn real_offset() -> u64 {
    loop {
        let before = monotonic();
        let real = nanos(clock_gettime(ClockId::CLOCK_REALTIME).expect("clock"));
        if monotonic() == before + 2 * CLOCK_STEP {
            return real - before - CLOCK_STEP;
        }
    }
}

fn sleep_until(at: u64) {
    let until = TimeSpec::new((at / SECOND) as i64, (at % SECOND) as i64);
    let absolute = ClockNanosleepFlags::TIMER_ABSTIME;
    clock_nanosleep(ClockId::CLOCK_MONOTONIC, absolute, &until).expect("sleep");
}
