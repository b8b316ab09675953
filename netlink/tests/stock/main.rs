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
    /// Payloads of `RTM_NEWADDR`.
    pub(crate) addresses: Vec<Vec<u8>>,
}

impl Told {
    const IFNAME: u16 = 3;

    /// No links, no addresses.
    pub(crate) const fn nothing() -> Self {
        Self { links: Vec::new(), addresses: Vec::new() }
    }

    /// All links and addresses of this namespace.
    pub(crate) fn here() -> Self {
        let mut socket = client::Socket::open(client::Protocol::ROUTE).unwrap();
        // `IFLA_EXT_MASK`: virtual functions too, as `ip -d` asks.
        let dump = socket.dump(kind::GETLINK, |body| {
            body.fixed(&Ifinfomsg::default())?;
            body.value(29, &1_u32)
        });
        let links = dump.unwrap().messages().map(|link| link.payload().to_vec()).collect();
        let dump = socket.dump(kind::GETADDR, |body| body.raw(&[0; 8])).unwrap();
        let addresses = dump.messages().map(|address| address.payload().to_vec()).collect();
        Self { links, addresses }
    }

    fn name(link: &[u8]) -> Option<&str> {
        Attrs::new(&link[16..]).find(Self::IFNAME)?.str()
    }
}

impl Family<Creds> for Told {
    /// Of links or of addresses, and what comes next.
    type Dump = (u16, usize);

    fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let (asked, dump) = (call.message.kind(), call.message.flags().contains(Flags::DUMP));
        if dump && [kind::GETLINK, kind::GETADDR].contains(&asked) {
            return Ok(Outcome::Dump(DumpControl { min_dump_alloc: 0, split_done: true }));
        }
        if asked != kind::GETLINK {
            // What `ip` asks first, to see whether the kernel checks strictly: a link that there is not.
            return Err(Errno::ENODEV);
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

    fn start(&mut self, call: &Call<'_, Creds>, _: &mut Cx) -> Result<(u16, usize), Errno> {
        Ok((call.message.kind(), 0))
    }

    fn dump(
        &mut self,
        (asked, next): &mut (u16, usize),
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        let (kind, all) = match *asked {
            kind::GETADDR => (kind::NEWADDR, &self.addresses),
            _ => (kind::NEWLINK, &self.links),
        };
        while let Some(payload) = all.get(*next) {
            to.message(kind, Flags::empty(), |body| {
                body.raw(payload)?;
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
    let server = Server::start("sockets", Told::nothing);
    let program = || {
        let mut program = Command::new("python3");
        program.args(["-c", SOCKETS]);
        program
    };
    let linux = output(&mut program());
    assert!(linux.ends_with("exit status: 0"), "{linux}");
    assert_eq!(output(server.redirect(&mut program())), linux);
}

/// What pyroute2 finds: links, addresses, and families of generic netlink with their first commands.
const PYROUTE2: &str = r#"
from pyroute2 import IPRoute
from pyroute2.netlink import CTRL_CMD_GETFAMILY, GENL_ID_CTRL, NLM_F_DUMP, NLM_F_REQUEST, ctrlmsg, genlmsg
from pyroute2.netlink.generic import GenericNetlinkSocket
with IPRoute() as ip:
    for link in ip.get_links():
        print(link)
    for address in ip.get_addr():
        print(address)
    print(ip.link_lookup(ifname="va"))
socket = GenericNetlinkSocket()
socket.bind("ethtool", genlmsg)
ask = ctrlmsg()
ask["cmd"], ask["version"] = CTRL_CMD_GETFAMILY, 1
for family in socket.nlm_request(ask, msg_type=GENL_ID_CTRL, msg_flags=NLM_F_REQUEST | NLM_F_DUMP):
    if family.get_attr("CTRL_ATTR_FAMILY_NAME") in ("nlctrl", "ethtool"):
        for name in ("FAMILY_NAME", "VERSION", "HDRSIZE", "MAXATTR"):
            print(name, family.get_attr("CTRL_ATTR_" + name))
        for command in family.get_attr("CTRL_ATTR_OPS")[:45]:
            print(command)
"#;

/// Without what is of one run: sequence numbers, ports, and ids of whoever asks.
fn lasting(text: &str) -> String {
    let mut rest = text;
    let mut lasting = String::new();
    while let Some(at) = rest.find("'header': {") {
        let (before, from) = rest.split_at(at);
        lasting.push_str(before);
        rest = &from[from.find('}').unwrap()..];
    }
    lasting + rest
}

#[test]
fn pyroute2_finds_on_our_table_what_it_finds_on_linux() {
    let python = || {
        let mut python = Command::new("/usr/bin/python3");
        python.args(["-c", PYROUTE2]);
        python
    };
    let imported = Command::new("/usr/bin/python3").args(["-c", "import pyroute2"]).status();
    let there = imported.is_ok_and(|status| status.success());
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(there || !listed.split(',').any(|item| item.trim() == "pyroute2"), "pyroute2");
    if !there || !inside("pyroute2_finds_on_our_table_what_it_finds_on_linux") {
        eprintln!("pyroute2 is Debian's package python3-pyroute2: {there}");
        return;
    }
    for line in [
        "ip link set lo up",
        "ip link add va type veth peer name vb",
        "ip addr add 192.0.2.1/24 dev va",
    ] {
        assert!(output(&mut command(line)).ends_with("exit status: 0"), "{line}");
    }
    let server = Server::with_families("pyroute2", || {
        (Told::here(), vec![(&softnet_netlink::genl::ethtool::FAMILY, generic::Another::silent())])
    });
    let linux = output(&mut python());
    assert!(linux.ends_with("exit status: 0"), "{linux}");
    assert!(linux.lines().count() > 50, "{linux}");
    assert_eq!(lasting(&output(server.redirect(&mut python()))), lasting(&linux));
}
