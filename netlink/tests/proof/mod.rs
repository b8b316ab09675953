//! What is asked of every message: that typed values, borrowed and owned, give its bytes again, and which of its
//! attributes have no row in their set.

#![allow(dead_code, reason = "not every test looks at every family")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use softnet_netlink::genl::GenlHeader;
use softnet_netlink::genl::ctrl::Ctrl;
use softnet_netlink::genl::ethtool::{EthtoolMessage, EthtoolMessageView};
use softnet_netlink::genl::nl80211::{Nl80211Message, Nl80211MessageView};
use softnet_netlink::rtnl::{RouteMessage, RouteMessageView};
use softnet_netlink::set::{MessageBuf, MessageView};
use softnet_netlink::wire::{Message, Messages, WriteError, Writer};
use softnet_netlink::xfrm::{XfrmMessage, XfrmMessageView};

/// How many messages there were, and the attributes that stayed raw, by the path to them.
#[derive(Debug, Default)]
pub(crate) struct Proof {
    pub(crate) messages: usize,
    pub(crate) raw: BTreeMap<String, usize>,
}

impl Proof {
    /// Looks at the rtnetlink messages in `datagram`; those of netlink itself are left out.
    pub(crate) fn route(&mut self, datagram: &[u8]) -> Vec<RouteMessage> {
        self.each(
            datagram,
            |message, to| RouteMessageView::decode(message).unwrap().encode(to),
            |message| RouteMessage::decode(message).unwrap(),
            RouteMessage::encode,
        )
    }

    /// Looks at the messages of xfrm in `datagram`.
    pub(crate) fn xfrm(&mut self, datagram: &[u8]) -> Vec<XfrmMessage> {
        self.each(
            datagram,
            |message, to| XfrmMessageView::decode(message).unwrap().encode(to),
            |message| XfrmMessage::decode(message).unwrap(),
            XfrmMessage::encode,
        )
    }

    /// Looks at the messages of ethtool in `datagram`.
    pub(crate) fn ethtool(&mut self, datagram: &[u8]) -> Vec<EthtoolMessage> {
        self.each(
            datagram,
            |message, to| EthtoolMessageView::decode(message).unwrap().encode(to),
            |message| EthtoolMessage::decode(message).unwrap(),
            EthtoolMessage::encode,
        )
    }

    /// Looks at the messages of nl80211 in `datagram`.
    pub(crate) fn nl80211(&mut self, datagram: &[u8]) -> Vec<Nl80211Message> {
        self.each(
            datagram,
            |message, to| Nl80211MessageView::new(message).write(to),
            Nl80211Message::read,
            Nl80211Message::write,
        )
    }

    /// Looks at the messages of `nlctrl` in `datagram`.
    pub(crate) fn nlctrl(&mut self, datagram: &[u8]) -> Vec<MessageBuf<GenlHeader, Ctrl>> {
        self.each(
            datagram,
            |message, to| MessageView::<GenlHeader, Ctrl>::new(message).write(to),
            MessageBuf::read,
            MessageBuf::write,
        )
    }

    fn each<T: Debug>(
        &mut self,
        datagram: &[u8],
        view: impl Fn(Message<'_>, &mut Writer<'_>) -> Result<(), WriteError>,
        decode: impl Fn(&Message<'_>) -> T,
        encode: impl Fn(&T, &mut Writer<'_>) -> Result<(), WriteError>,
    ) -> Vec<T> {
        let mut typed = Vec::new();
        for message in families(datagram) {
            let owned = decode(&message);
            if !has_tail(&owned) {
                self.same(&message, |writer| view(message, writer).unwrap());
            }
            self.same(&message, |writer| encode(&owned, writer).unwrap());
            self.look(&owned);
            typed.push(owned);
        }
        typed
    }

    fn same(&self, message: &Message<'_>, write: impl FnOnce(&mut Writer<'_>)) {
        let mut buffer = vec![0xff; message.as_bytes().len() + 64];
        let mut writer = Writer::new(&mut buffer);
        write(&mut writer);
        let mut padded = message.as_bytes().to_vec();
        padded.resize(padded.len().next_multiple_of(4), 0);
        assert_eq!(writer.as_bytes(), padded, "message {}: {message:?}", self.messages);
    }

    fn look(&mut self, owned: &impl Debug) {
        self.messages += 1;
        for path in raw_attributes(&format!("{owned:?}")) {
            *self.raw.entry(path).or_default() += 1;
        }
    }

    /// That no attributes but these stayed raw; each is the end of a path.
    pub(crate) fn assert_raw(&self, known: &[&str]) {
        println!("{} messages; raw: {:?}", self.messages, self.raw);
        let unknown: Vec<_> =
            self.raw.keys().filter(|path| !known.iter().any(|end| path.ends_with(end))).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

/// Whether a list ends in bytes that are kept as they came: iproute2 leaves what it finds in the padding of some
/// requests, which a view does not show.
fn has_tail(owned: &impl Debug) -> bool {
    format!("{owned:?}").replace("tail: []", "").contains("tail: [")
}

fn families(datagram: &[u8]) -> impl Iterator<Item = Message<'_>> {
    Messages::new(datagram).map(Result::unwrap).filter(|message| message.kind() >= 16)
}

/// The paths to the attributes that are `Other` in what `Debug` shows, each with its number at the end.
fn raw_attributes(debug: &str) -> Vec<String> {
    let (mut path, mut word, mut found) = (Vec::<String>::new(), String::new(), Vec::new());
    for (at, byte) in debug.bytes().enumerate() {
        match byte {
            b'(' => {
                if word == "Other" {
                    let number = debug[at..].split("raw_kind: ").nth(1).unwrap();
                    let number = number.split(',').next().unwrap().parse::<u16>().unwrap();
                    let names: Vec<_> =
                        path.iter().filter(|name| !name.is_empty()).cloned().collect();
                    found.push(format!("{}:{}", names.join("."), number & 0x3fff));
                }
                path.push(std::mem::take(&mut word));
            }
            b'{' | b'[' => path.push(String::new()),
            b')' | b'}' | b']' => drop(path.pop()),
            _ if byte.is_ascii_alphanumeric() => word.push(byte as char),
            _ => word.clear(),
        }
    }
    found
}
