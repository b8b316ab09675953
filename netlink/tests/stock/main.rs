//! Stock programs as clients of our table: their netlink goes by a preload library (`shim.c`) to a server of ours.
//!
//! Each test does the same twice, with the Linux that this runs on, in a namespace of the test's own, and with our
//! table, and compares what the programs print, byte for byte.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod generic;
#[path = "../netns/mod.rs"]
mod netns;
mod server;

use std::env;
use std::process::Command;

use netns::inside;
use server::Server;
use softnet_netlink::client;
use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Call, Creds, Cx, Datagram, DumpControl, DumpWriter, Family, Outcome, Progress,
};
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::Ifinfomsg;
use softnet_netlink::wire::{Attrs, Flags, Header, WriteError};

/// Links as Linux told of them, told again.
pub(crate) struct Told {
    /// Payloads of `RTM_NEWLINK`.
    pub(crate) links: Vec<Vec<u8>>,
}

impl Told {
    const IFNAME: u16 = 3;

    /// All links of this namespace.
    pub(crate) fn here() -> Self {
        let mut socket = client::Socket::open(client::Protocol::ROUTE).unwrap();
        // `IFLA_EXT_MASK`: virtual functions too, as `ip -d` asks.
        let dump = socket.dump(kind::GETLINK, |body| {
            body.fixed(&Ifinfomsg::default())?;
            body.value(29, &1_u32)
        });
        let links = dump.unwrap().messages().map(|link| link.payload().to_vec()).collect();
        Self { links }
    }

    fn name(link: &[u8]) -> Option<&str> {
        Attrs::new(&link[16..]).find(Self::IFNAME)?.str()
    }
}

impl Family<Creds> for Told {
    type Dump = usize;

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        if call.message.kind() != kind::GETLINK {
            // What `ip` asks first, to see whether the kernel checks strictly: a link that there is not.
            return Err(Errno::ENODEV);
        }
        if call.message.flags().contains(Flags::DUMP) {
            return Ok(Outcome::Dump(DumpControl { min_dump_alloc: 0, split_done: true }));
        }
        let index = call.message.fixed::<Ifinfomsg>().index.to_ne_bytes();
        let name = call.message.attrs(16).find(Self::IFNAME).and_then(|name| name.str());
        let asked = |link: &&Vec<u8>| {
            link[4..8] == index || name.is_some_and(|name| Self::name(link) == Some(name))
        };
        let link = self.links.iter().find(asked).ok_or(Errno::ENODEV)?;
        let header = Header::new(kind::NEWLINK, Flags::empty())
            .seq(call.message.header().seq)
            .port(call.from.port.0);
        let answer = Datagram::write(4096, |to| to.message(header, |body| body.raw(link)));
        cx.outbox.unicast(call.from, answer?).map_err(|error| error.errno())?;
        Ok(Outcome::Ack)
    }

    fn start(&mut self, _: &Call<'_, Creds>, _: &mut Cx) -> Result<usize, Errno> {
        Ok(0)
    }

    fn dump(&mut self, next: &mut usize, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        while let Some(link) = self.links.get(*next) {
            to.message(kind::NEWLINK, Flags::empty(), |body| {
                body.raw(link)?;
                Ok::<_, WriteError>(())
            })?;
            *next += 1;
        }
        Ok(Progress::Done)
    }
}

/// Whether a program is there; `SOFTNET_ORACLES` may make it mandatory under the name `oracle`.
pub(crate) fn there(program: &str, oracle: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(there || !listed.split(',').any(|item| item.trim() == oracle), "{oracle} is mandatory");
    if !there {
        eprintln!("skipped: no {program}");
    }
    there
}

/// All that a command says, and how it ended.
pub(crate) fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}{}", text(&output.stdout), text(&output.stderr), output.status)
}

pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

#[test]
fn ip_reads_from_our_table_what_it_reads_from_linux() {
    if !there("ip", "tc") || !inside("ip_reads_from_our_table_what_it_reads_from_linux") {
        return;
    }
    // More than one part of a dump, and kinds with much to say.
    for pair in 0..20 {
        let made =
            output(&mut command(&format!("ip link add va{pair} type veth peer name vb{pair}")));
        assert!(made.ends_with("exit status: 0"), "{made}");
    }
    let told = Told::here();
    assert_eq!(told.links.len(), 41);
    let server = Server::start("told", || told);
    for line in [
        "ip link",
        "ip -s -d link",
        "ip -o -s link",
        "ip -j -d link",
        "ip -d link show dev va7",
        "ip link show type veth",
        "ip link show dev nobody",
    ] {
        let linux = output(&mut command(line));
        assert_eq!(output(server.redirect(&mut command(line))), linux, "{line}");
    }
}

/// Calls of a program that is written in terms of sockets: what it prints is what they gave.
const SOCKETS: &str = r#"
import select, socket, struct, sys
def say(what, call):
    try:
        print(what, call())
    except OSError as error:
        print(what, "failed:", error.errno)
def message(kind, flags, seq, payload):
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, seq, 0) + payload
def there(sock):
    return bool(select.select([sock], [], [], 0)[0])
one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
two = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 0)
say("name before", one.getsockname)
one.bind((0, 1)); two.bind((70000, 0))
say("groups", lambda: one.getsockname()[1])
say("name", two.getsockname)
say("taken", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((70000, 0)))
say("peer", two.getpeername)
say("buffer", lambda: two.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 5000))
say("buffer", lambda: two.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
say("no option", lambda: two.setsockopt(270, 99, 1))
say("no group", lambda: two.setsockopt(270, 1, 0))
say("join", lambda: two.setsockopt(270, 1, 33))
say("list", lambda: two.getsockopt(270, 9, 8).hex())
say("no stream", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_STREAM, 0))
print("quiet", there(two))
say("empty", lambda: two.recv(100, socket.MSG_DONTWAIT))
say("asked", lambda: two.sendto(message(18, 1, 7, struct.pack("=BxHiII", 0, 0, 9999, 0, 0)), (0, 0)))
print("loud", there(two))
say("peeked", lambda: two.recv(10, socket.MSG_PEEK).hex())
say("long", lambda: two.recv(0, socket.MSG_PEEK | socket.MSG_TRUNC))
got, control, flags, sender = two.recvmsg(40, 100)
print("cut", len(got), control, flags, sender, struct.unpack("=i", got[16:20]))
print("quiet again", there(two))
say("to another", lambda: two.sendto(message(99, 0, 1, b"hello"), one.getsockname()))
print("it came", there(one), one.recvfrom(100)[1])
say("to nobody", lambda: two.sendto(b"x" * 16, (70001, 0)))
say("nothing", lambda: two.sendto(b"", (0, 0)))
two.setblocking(False)
say("would wait", lambda: two.recv(1))
two.close()
three = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
say("free again", lambda: three.bind((70000, 0)))
"#;

#[test]
fn a_program_of_its_own_sockets_sees_the_same_calls() {
    if !there("python3", "python3") || !inside("a_program_of_its_own_sockets_sees_the_same_calls") {
        return;
    }
    let server = Server::start("sockets", || Told { links: Vec::new() });
    let program = || {
        let mut program = Command::new("python3");
        program.args(["-c", SOCKETS]);
        program
    };
    let linux = output(&mut program());
    assert!(linux.ends_with("exit status: 0"), "{linux}");
    assert_eq!(output(server.redirect(&mut program())), linux);
}
