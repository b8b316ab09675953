//! Any bytes as messages of rtnetlink and xfrm: owned values are written as the bytes that they were read from, and what
//! a view writes is read as the same once more.

#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_netlink::rtnl::{RouteMessage, RouteMessageView};
use softnet_netlink::wire::{Message, Messages, WriteError, Writer};
use softnet_netlink::xfrm::{XfrmMessage, XfrmMessageView};

fuzz_target!(|data: &[u8]| {
    for message in Messages::new(data).map_while(Result::ok) {
        if let Some(owned) = RouteMessage::decode(&message) {
            same(message, |to| owned.encode(to));
            stable(message, |message, to| RouteMessageView::decode(message).unwrap().encode(to));
        }
        if let Some(owned) = XfrmMessage::decode(&message) {
            same(message, |to| owned.encode(to));
            stable(message, |message, to| XfrmMessageView::decode(message).unwrap().encode(to));
        }
    }
});

fn written(
    message: Message<'_>,
    write: impl FnOnce(&mut Writer<'_>) -> Result<(), WriteError>,
) -> Vec<u8> {
    // Of what padding is missing there is less than a word.
    let mut buffer = vec![0xa5; message.as_bytes().len() + 8];
    let mut writer = Writer::new(&mut buffer);
    write(&mut writer).unwrap();
    writer.as_bytes().to_vec()
}

/// The bytes are the message's, with its padding.
fn same(message: Message<'_>, write: impl FnOnce(&mut Writer<'_>) -> Result<(), WriteError>) {
    let bytes = written(message, write);
    let (whole, padding) = bytes.split_at(message.as_bytes().len());
    assert_eq!(whole, message.as_bytes());
    assert!(padding.len() < 4 && padding.iter().all(|&byte| byte == 0));
}

/// A view may write other padding than it read, but that is all.
fn stable(
    message: Message<'_>,
    write: impl Fn(Message<'_>, &mut Writer<'_>) -> Result<(), WriteError>,
) {
    let once = written(message, |to| write(message, to));
    let again = Messages::new(&once).next().unwrap().unwrap();
    assert_eq!(written(again, |to| write(again, to)), once);
}
