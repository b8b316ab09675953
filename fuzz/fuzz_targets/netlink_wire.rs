//! Any bytes as a datagram: what is walked is within it and is written back as it was; a writer leaves whole messages
//! whatever it is asked for and however little room it has.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use softnet_netlink::genl::ctrl::Ctrl;
use softnet_netlink::genl::ethtool::EthtoolMessage;
use softnet_netlink::genl::nl80211::Nl80211Set;
use softnet_netlink::genl::{GenlHeader, View};
use softnet_netlink::set::{List, Typed};
use softnet_netlink::wire::{
    Attr, Attrs, Body, Flags, Header, Messages, WriteError, Writer, align,
};

softnet_netlink::attributes! {
    /// A list that may hold itself.
    Onion: OnionAttr, OnionBuf {
        /// A number.
        Number = 1: u32;
        /// Text.
        Text = 2: softnet_netlink::set::Text;
        /// A list.
        Inner = 3: softnet_netlink::set::Nest<Onion> => softnet_netlink::policy::Rule::NESTED;
        /// Lists.
        Many = 4: softnet_netlink::set::Array<Onion> => softnet_netlink::policy::Rule::NESTED;
        /// A number of four bytes or eight.
        Uint = 5: softnet_netlink::set::Uint;
        /// A struct.
        Fixed = 6: softnet_netlink::set::Fixed<[u32; 4]>;
    }
}

#[derive(Debug, Arbitrary)]
enum Step {
    Message(Vec<Step>),
    Attr(u16, u16),
    Nest(u16, Vec<Step>),
    Text(u16, Vec<u8>),
    Wide(u16, u64),
    Fail,
}

fuzz_target!(|data: &[u8]| {
    read(data);
    let mut bytes = Unstructured::new(data);
    if let Ok((room, pads, steps)) = bytes.arbitrary::<(u16, bool, Vec<Step>)>() {
        write(room, pads, &steps);
    }
});

fn read(data: &[u8]) {
    walk(data, 0);
    lists::<Onion>(data);
    lists::<Ctrl>(data);
    let mut copied = vec![0; data.len() + 4];
    let mut writer = Writer::new(&mut copied);
    let mut messages = Messages::new(data);
    let mut walked = 0;
    for message in messages.by_ref().map_while(Result::ok) {
        let bytes = message.as_bytes();
        assert_eq!(bytes, &data[walked..walked + bytes.len()]);
        walked = (walked + align(bytes.len())).min(data.len());
        writer.copy(bytes).unwrap();
        let _ = (message.done(), message.fixed::<[u32; 4]>());
        if let Some(ack) = message.ack() {
            let _ = (ack.request(), ack.request_payload(), ack.attrs());
        }
        if let Some(view) = View::new(message) {
            for attr in view.attrs(0) {
                let at = message.offset_of(&attr).unwrap();
                assert_eq!(Attr::parse(&bytes[at..]), Ok(attr));
            }
            lists::<Ctrl>(message.attrs_after::<GenlHeader>().rest());
            lists::<Nl80211Set>(message.attrs_after::<GenlHeader>().rest());
            if let Some(ethtool) = EthtoolMessage::decode(&message) {
                let mut buffer = vec![0; bytes.len() + 24];
                let mut writer = Writer::new(&mut buffer);
                ethtool.encode(&mut writer).unwrap();
                assert_eq!(&writer.as_bytes()[..bytes.len()], bytes);
            }
        }
    }
    // Padding apart, the copies are the messages.
    let again = Messages::new(writer.as_bytes()).map_while(Result::ok);
    let first = Messages::new(data).map_while(Result::ok);
    assert!(again.map(|message| message.as_bytes()).eq(first.map(|message| message.as_bytes())));
}

/// Every attribute is where the one before it ends.
fn walk(bytes: &[u8], depth: u32) {
    let mut attrs = Attrs::new(bytes);
    let mut at = 0;
    while let Some(attr) = attrs.next() {
        assert_eq!(attr.value(), &bytes[at + 4..at + attr.len()]);
        at = (at + align(attr.len())).min(bytes.len());
        assert_eq!(attrs.rest(), &bytes[at..]);
        let _ = (attr.u8(), attr.u16(), attr.u32(), attr.u64(), attr.uint(), attr.sint());
        let _ = (attr.c_str(), attr.str(), attr.fixed::<[u8; 24]>());
        if depth < 8 {
            walk(attr.value(), depth + 1);
        }
    }
    assert_eq!(Attrs::new(bytes).check().is_ok(), attrs.rest().is_empty());
}

/// What is read as a list of `S` is written back.
fn lists<S: softnet_netlink::set::Owned>(bytes: &[u8]) {
    let list = List::<S>::read(Attrs::new(bytes));
    let mut buffer = vec![0; bytes.len() + 24];
    let mut writer = Writer::new(&mut buffer);
    writer.message(Header::default(), |body| list.write(body)).unwrap();
    assert_eq!(&writer.as_bytes()[16..][..bytes.len()], bytes);
    let views = Typed::<S>::new(Attrs::new(bytes));
    let mut writer = Writer::new(&mut buffer);
    let written = writer.message(Header::default(), |body| -> Result<(), WriteError> {
        views.clone().try_for_each(|view| S::write(&view, body))
    });
    written.unwrap();
    let again = Attrs::new(&writer.as_bytes()[16..]);
    assert!(again.eq(Attrs::new(bytes)), "views are written as other attributes");
}

fn write(room: u16, pads: bool, steps: &[Step]) {
    let mut buffer = vec![0xa5; usize::from(room)];
    let mut writer = Writer::new(&mut buffer);
    if pads {
        writer = writer.padding_64bit();
    }
    let mut whole = 0;
    for step in steps {
        let Step::Message(steps) = step else { continue };
        let before = writer.as_bytes().to_vec();
        let header = Header::new(16, Flags::REQUEST);
        match writer.message(header, |body| fill(body, steps, 0)) {
            Ok(()) => whole += 1,
            Err(_) => assert_eq!(writer.as_bytes(), before),
        }
    }
    let messages: Vec<_> = Messages::new(writer.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(messages.len(), whole);
    assert!(messages.iter().all(|message| message.attrs(0).check().is_ok()));
}

fn fill(body: &mut Body<'_>, steps: &[Step], depth: u32) -> Result<(), WriteError> {
    for step in steps {
        let before = body.room();
        let written = match step {
            Step::Attr(kind, len) => body.attr(*kind, &vec![1; usize::from(*len)]),
            Step::Nest(kind, steps) if depth < 8 => {
                body.nest(*kind, |inner| fill(inner, steps, depth + 1))
            }
            Step::Text(kind, text) => body.string(*kind, text),
            Step::Wide(kind, value) => body.value_64bit(*kind, value, 99),
            Step::Fail => return Err(WriteError::Full),
            _ => Ok(()),
        };
        // What did not fit left nothing, so that the next may.
        if written.is_err() {
            assert_eq!(body.room(), before);
        }
    }
    Ok(())
}
