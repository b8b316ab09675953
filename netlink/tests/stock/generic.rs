//! `genl`, `ethtool` and `iw` as clients of generic netlink on our table.
//!
//! Their families answer with what a kernel said: this one when it is asked (ethtool), or another one when it was
//! recorded (nl80211, `../corpus`). Each answer is read into owned values and written from those, so that a program
//! sees what our codecs make of it. `nlctrl` is ours alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use softnet_netlink::client::{self, Error};
use softnet_netlink::errno::Errno;
use softnet_netlink::genl::ethtool::EthtoolMessage;
use softnet_netlink::genl::nl80211::{self, Nl80211Message};
use softnet_netlink::genl::{Ask, GenlHeader, Handler, Part, Turn, ethtool};
use softnet_netlink::kernel::{Creds, Cx, Progress};
use softnet_netlink::wire::{Attr, Attrs, Flags, Message, Messages, WriteError, Writer};

use crate::netns::inside;
use crate::server::Server;
use crate::{Told, command, output, there};

/// A family that answers as another one did. The answers are whole messages.
pub(crate) enum Another {
    /// The kernel's ethtool, with this id.
    Ethtool(client::Socket, u16),
    /// What was recorded of nl80211, by command, turn and attributes.
    Wifi(BTreeMap<(u8, bool, Vec<u8>), Recorded>),
}

pub(crate) type Recorded = Result<Vec<Vec<u8>>, Errno>;

impl Another {
    /// One that nobody asks.
    pub(crate) fn silent() -> Self {
        Self::Wifi(BTreeMap::new())
    }

    fn answers(&mut self, ask: &Ask<'_, Creds>, cx: &mut Cx) -> Recorded {
        let (cmd, dump) = (ask.info.cmd(), ask.info.turn() == Turn::Dump);
        let attrs = ask.info.attrs().rest();
        match self {
            Self::Ethtool(socket, id) => {
                let fill = |body: &mut softnet_netlink::wire::Body<'_>| {
                    body.fixed(&GenlHeader::new(cmd, 1))?;
                    body.raw(attrs)
                };
                let answered = if dump {
                    let whole = socket.dump(*id, fill);
                    whole.map(|whole| {
                        whole.messages().map(|message| ethtool_again(&message)).collect()
                    })
                } else {
                    let reply = socket.ask(*id, Flags::empty(), fill);
                    reply.map(|reply| {
                        reply.messages().map(|message| ethtool_again(&message.unwrap())).collect()
                    })
                };
                answered.map_err(|error| {
                    let Error::Refused(refusal) = error else { panic!("{error}") };
                    if let Some(words) = refusal.words {
                        cx.extack.say_fmt(format_args!("{words}"));
                    }
                    let request = ask.info.view().message();
                    if let Some(attr) = attribute_at(&request, ask.info.attrs(), refusal.offset) {
                        cx.extack.point_at(&request, &attr);
                    }
                    refusal.errno
                })
            }
            Self::Wifi(recorded) => {
                let asked = (cmd, dump, attrs.to_vec());
                recorded.get(&asked).unwrap_or_else(|| panic!("not recorded: {asked:?}")).clone()
            }
        }
    }
}

/// The attribute of a request that an answer points at.
fn attribute_at<'a>(
    request: &Message<'a>,
    attrs: Attrs<'a>,
    offset: Option<u32>,
) -> Option<Attr<'a>> {
    let offset = offset? as usize;
    let around = attrs.take_while(|attr| request.offset_of(attr).unwrap() <= offset).last()?;
    if request.offset_of(&around)? == offset {
        return Some(around);
    }
    attribute_at(request, around.nested(), u32::try_from(offset).ok())
}

/// What our codec makes of a message, from its own values.
fn again(
    message: &Message<'_>,
    encode: impl FnOnce(&mut Writer<'_>) -> Result<(), WriteError>,
) -> Vec<u8> {
    let mut buffer = vec![0; message.as_bytes().len() + 64];
    let mut writer = Writer::new(&mut buffer);
    encode(&mut writer).unwrap();
    writer.as_bytes().to_vec()
}

fn ethtool_again(message: &Message<'_>) -> Vec<u8> {
    let typed = EthtoolMessage::decode(message).unwrap();
    again(message, |writer| typed.encode(writer))
}

/// The command and what is behind `struct genlmsghdr`.
fn parts(message: &[u8]) -> (u8, &[u8]) {
    (message[16], &message[20..])
}

impl Handler<Creds> for Another {
    type Dump = std::vec::IntoIter<Vec<u8>>;

    fn doit(&mut self, ask: &Ask<'_, Creds>, cx: &mut Cx) -> Result<(), Errno> {
        for answer in self.answers(ask, cx)? {
            let (cmd, attrs) = parts(&answer);
            ask.reply_within(1 << 15, cx, cmd, |body| body.raw(attrs))?;
        }
        Ok(())
    }

    fn start(&mut self, ask: &Ask<'_, Creds>, cx: &mut Cx) -> Result<Self::Dump, Errno> {
        Ok(self.answers(ask, cx)?.into_iter())
    }

    fn dump(&mut self, left: &mut Self::Dump, to: &mut Part<'_, '_>) -> Result<Progress, Errno> {
        while let Some(answer) = left.as_slice().first() {
            let (cmd, attrs) = parts(answer);
            to.message(cmd, |body| body.raw(attrs))?;
            left.next();
        }
        Ok(Progress::Done)
    }
}

/// Reads `corpus/nl80211.bin`: each request, and the last answer that it got.
fn recorded() -> Another {
    let bytes = fs::read(corpus("nl80211.bin")).unwrap();
    let mut all = BTreeMap::new();
    let mut asked = None;
    for message in Messages::new(&bytes).map(Result::unwrap) {
        let whole = message.as_bytes();
        if message.flags().contains(Flags::REQUEST) {
            let (cmd, attrs) = parts(whole);
            let key = (cmd, message.flags().contains(Flags::DUMP), attrs.to_vec());
            all.insert(key.clone(), Ok(Vec::new()));
            asked = Some(key);
            continue;
        }
        let Some(answers) = asked.as_ref().and_then(|asked| all.get_mut(asked)) else { continue };
        let refused = message.ack().and_then(|ack| Errno::from_wire(ack.error()));
        match (refused, answers) {
            (Some(errno), answers) => *answers = Err(errno),
            (None, Ok(answers)) if message.kind() >= 16 && message.header().seq != 0 => {
                let typed = Nl80211Message::read(&message);
                answers.push(again(&message, |writer| typed.write(writer)));
            }
            _ => {}
        }
    }
    Another::Wifi(all)
}

fn corpus(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)
}

/// The id of the kernel's ethtool.
fn ethtool_id(socket: &mut client::Socket) -> u16 {
    let reply = socket.ask(0x10, Flags::empty(), |body| {
        body.fixed(&GenlHeader::new(3, 1))?;
        body.string(2, b"ethtool")
    });
    let reply = reply.unwrap();
    reply.message().unwrap().attrs(4).find(1).unwrap().u16().unwrap()
}

#[test]
fn ethtool_reads_from_our_table_what_it_reads_from_linux() {
    let name = "generic::ethtool_reads_from_our_table_what_it_reads_from_linux";
    if !there("ethtool", "ethtool") || !inside(name) {
        return;
    }
    let made = output(&mut command("ip link add va type veth peer name vb"));
    assert!(made.ends_with("exit status: 0"), "{made}");
    let server = Server::with_families("ethtool", || {
        let mut socket = client::Socket::open(client::Protocol::GENERIC).unwrap();
        let id = ethtool_id(&mut socket);
        (Told::here(), vec![(&ethtool::FAMILY, Another::Ethtool(socket, id))])
    });
    for line in [
        "ethtool -k va",
        "ethtool -k lo",
        "ethtool --json -k va",
        "ethtool -l va",
        "ethtool -T va",
        "ethtool -S va --groups eth-mac",
        "ethtool -a va",
        "ethtool -c va",
        "ethtool -g va",
        "ethtool --show-tunnels va",
        "ethtool -k nobody",
    ] {
        let linux = output(&mut command(line));
        assert_eq!(output(server.redirect(&mut command(line))), linux, "{line}");
    }
}

#[test]
fn genl_lists_our_families_as_it_lists_those_of_linux() {
    if !there("genl", "tc") {
        return;
    }
    let server = Server::with_families("genl", || {
        (Told::nothing(), vec![(&ethtool::FAMILY, recorded()), (&nl80211::FAMILY, recorded())])
    });
    let ours = |line: &str| output(server.redirect(&mut command(line)));
    for line in
        ["genl ctrl get name nlctrl", "genl ctrl get id 0x10", "genl ctrl policy name nlctrl"]
    {
        // Linux from 6.2 on calls a command that can only be a dump 0; 6.12.117 and we don't.
        let linux =
            output(&mut command(line)).replace("op 0 policies: dump", "op 10 policies: dump");
        assert_eq!(ours(line), linux, "{line}");
    }
    let listed = ours("genl ctrl list");
    let names: Vec<_> = listed.lines().filter_map(|line| line.strip_prefix("Name: ")).collect();
    assert_eq!(names, ["nlctrl", "ethtool", "nl80211"]);
    for line in ["genl ctrl get name nobody", "genl ctrl get id 999"] {
        assert_eq!(ours(line), output(&mut command(line)), "{line}");
    }
    // A policy with itself in it ends, too.
    assert!(ours("genl ctrl policy name nl80211").ends_with("exit status: 0"));
}

/// Without what `iw` reckons by the clock of the machine that it runs on.
fn timeless(text: &str) -> Vec<&str> {
    let by_clock = |line: &&str| line.contains("associated at:") || line.contains("current time:");
    text.lines().filter(|line| !by_clock(line)).collect()
}

#[test]
fn iw_prints_of_our_table_what_it_printed_in_a_kernel_with_two_radios() {
    if !there("iw", "iw") {
        return;
    }
    let server =
        Server::with_families("iw", || (Told::nothing(), vec![(&nl80211::FAMILY, recorded())]));
    let text = fs::read_to_string(corpus("iw.txt")).unwrap();
    let mut printed = 0;
    for section in text.split("$ iw ").filter(|section| !section.is_empty()) {
        let (line, expected) = section.split_once('\n').unwrap();
        let mut iw = command(&format!("iw {line}"));
        let iw: &mut Command = iw.env("SOFTNET_LINKS", "wlan0=6 wlan1=7 ");
        let ours = output(server.redirect(iw));
        let (ours, _) = ours.rsplit_once("exit status").unwrap();
        assert_eq!(timeless(ours), timeless(expected), "iw {line}");
        printed += 1;
    }
    assert_eq!(printed, 11);
}
