//! Answers byte by byte, by hand from `netlink_ack` of Linux 6.12, and as measured on a running one.

use alloc::vec::Vec;

use super::{AckOptions, Answer, ExtAck};
use crate::errno::Errno;
use crate::policy::{Policy, Rule, Strictness};
use crate::wire::{Attr, Flags, Header, Message, Messages, Writer};

/// A request of 32 bytes: header, 4 bytes fixed, a number of type 1 and a flag of type 2.
fn request() -> Vec<u8> {
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer
        .message(Header::new(0x13, Flags::REQUEST).seq(7).port(9), |body| {
            body.fixed(&[1_u8, 2, 0, 0])?;
            body.value(1, &5_u32)?;
            body.attr(2, &[])
        })
        .unwrap();
    writer.as_bytes().to_vec()
}

fn written(answer: &Answer<'_>) -> Vec<u8> {
    let mut buffer = [0; 512];
    let mut writer = Writer::new(&mut buffer);
    answer.write(&mut writer).unwrap();
    writer.as_bytes().to_vec()
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks(4).map(|four| u32::from_ne_bytes(four.try_into().unwrap())).collect()
}

#[test]
fn a_failure_repeats_the_request_unless_capped_and_a_success_never_does() {
    let bytes = request();
    let request = Message::parse(&bytes).unwrap();
    let quiet = ExtAck::new();
    let failed = Err(Errno::EINVAL);
    for (result, options, len, flags) in [
        (failed, AckOptions::empty(), 16 + 4 + 32, 0),
        (failed, AckOptions::CAP_ACK, 16 + 4 + 16, 0x100),
        (failed, AckOptions::EXT_ACK, 16 + 4 + 32, 0),
        (Ok(()), AckOptions::empty(), 16 + 4 + 16, 0x100),
    ] {
        let answer = Answer { request, port: 33, result, extack: &quiet, options };
        let written = written(&answer);
        assert_eq!((written.len(), answer.alloc_len()), (len, len));
        let error = if result.is_ok() { 0 } else { -22_i32 as u32 };
        let head = [len as u32, flags << 16 | 2, 7, 33, error];
        assert_eq!(numbers(&written[..20]), head);
        assert_eq!(written[20..], bytes[..len - 20]);
    }
}

#[test]
fn a_request_of_an_odd_length_is_padded_before_what_is_said() {
    let mut bytes = request();
    bytes[0] = 29;
    let request = Message::parse(&bytes).unwrap();
    let mut extack = ExtAck::new();
    extack.say("no");
    let options = AckOptions::EXT_ACK;
    let answer = Answer { request, port: 0, result: Err(Errno::EPERM), extack: &extack, options };
    let written = written(&answer);
    assert_eq!(written.len(), 16 + 4 + 32 + 8);
    assert_eq!(written[52..], [7, 0, 1, 0, b'n', b'o', 0, 0]);
    let ack = Message::parse(&written).unwrap().ack().unwrap();
    assert_eq!(ack.attrs().message, Some(&b"no"[..]));
    assert_eq!(ack.request_payload().len(), 13);
}

#[test]
fn words_and_cookie_go_with_a_success_and_the_place_only_with_a_failure() {
    let bytes = request();
    let request = Message::parse(&bytes).unwrap();
    let number = request.attrs(4).find(1).unwrap();
    let flag = request.attrs(4).find(2).unwrap();
    let mut extack = ExtAck::new();
    extack.say("later");
    extack.say_weakly("not heard");
    extack.point_at(&request, &number);
    extack.miss(12, &request, Some(&flag));
    assert!(extack.cookie(&[1, 2, 3]) && !extack.cookie(&[0; 21]));
    let options = AckOptions::EXT_ACK | AckOptions::CAP_ACK;
    let answer = |result| Answer { request, port: 9, result, extack: &extack, options };

    let said =
        [&[10, 0, 1, 0, b'l', b'a', b't', b'e', b'r', 0, 0, 0][..], &[7, 0, 3, 0, 1, 2, 3, 0]]
            .concat();
    let success = written(&answer(Ok(())));
    assert_eq!(success[36..], said);
    assert_eq!(success[6..8], 0x300_u16.to_ne_bytes());

    let failure = written(&answer(Err(Errno::EBUSY)));
    let place = [[8, 0, 2, 0, 20, 0, 0, 0], [8, 0, 5, 0, 12, 0, 0, 0], [8, 0, 6, 0, 28, 0, 0, 0]];
    assert_eq!(failure[36..], [said, place.concat()].concat());
    assert_eq!(answer(Err(Errno::EBUSY)).alloc_len(), failure.len());
}

#[test]
fn a_policys_verdict_points_and_shows_the_rule() {
    static RULES: [Rule; 3] = [Rule::UNSPEC, Rule::U32.max(4), Rule::FLAG];
    let policy = Policy::new(&RULES);
    let bytes = request();
    let request = Message::parse(&bytes).unwrap();
    let mut extack = ExtAck::new();
    let result = extack.validate(&request, 4, &policy, Strictness::STRICT);
    assert_eq!(result, Err(Errno::ERANGE));
    assert_eq!((extack.words(), extack.offset()), (Some(&b"integer out of range"[..]), Some(20)));
    let options = AckOptions::EXT_ACK | AckOptions::CAP_ACK;
    let answer = Answer { request, port: 9, result, extack: &extack, options };
    let written = written(&answer);
    // The words 4 + 21 + 3, the offset 8; the rule 4 + 12 + 12 + 8, for which Linux reserves 48.
    assert_eq!(written.len(), 36 + 28 + 8 + 36);
    assert_eq!(answer.alloc_len(), 36 + 28 + 8 + 48);
    let said = Message::parse(&written).unwrap().ack().unwrap().attrs();
    assert_eq!(said.offset, Some(20));
    assert_eq!(said.policy.unwrap().nested().find(5).unwrap().u64(), Some(4));
    assert!(said.policy.unwrap().is_nested());

    let mut extack = ExtAck::new();
    let parsed = extack.parse::<3>(&request, 4, &Policy::new(&[Rule::UNSPEC]), Strictness::LIBERAL);
    assert!(!parsed.unwrap().has(1), "no rule, no place");
    assert!(extack.words().is_none());
}

#[test]
fn a_message_shorter_than_its_fixed_header_is_said_so() {
    let bytes = request();
    let request = Message::parse(&bytes).unwrap();
    let mut extack = ExtAck::new();
    let refused = extack.validate(&request, 17, &Policy::EMPTY, Strictness::LIBERAL);
    assert_eq!(refused, Err(Errno::EINVAL));
    assert_eq!(extack.words(), Some(&b"Invalid header length"[..]));
    assert!(extack.validate(&request, 16, &Policy::EMPTY, Strictness::STRICT).is_ok());
}

#[test]
fn an_attribute_of_another_message_is_not_pointed_at() {
    let (bytes, other) = (request(), request());
    let (request, other) = (Message::parse(&bytes).unwrap(), Message::parse(&other).unwrap());
    let foreign = other.attrs(4).next().unwrap();
    assert_eq!(request.offset_of(&foreign), None);
    assert_eq!(request.offset_of(&Attr::new(1, &bytes[..4])), None, "in the header");
    assert_eq!(request.offset_of(&request.attrs(4).find(2).unwrap()), Some(28));
}

#[test]
fn formatted_words_are_cut_at_79_bytes() {
    let mut extack = ExtAck::new();
    extack.say_fmt(format_args!("{:>78}{}", "a", "bcd"));
    let words = extack.words().unwrap();
    assert_eq!((words.len(), words.last()), (79, Some(&b'b')));
}

#[test]
fn an_answer_that_does_not_fit_is_not_there() {
    let bytes = request();
    let request = Message::parse(&bytes).unwrap();
    let quiet = ExtAck::new();
    let result = Err(Errno::EINVAL);
    let answer = Answer { request, port: 0, result, extack: &quiet, options: AckOptions::empty() };
    for room in 0..52 {
        let mut buffer = [0; 52];
        let mut writer = Writer::new(&mut buffer[..room]);
        assert!(answer.write(&mut writer).is_err());
        assert_eq!(Messages::new(writer.as_bytes()).count(), 0);
    }
}
