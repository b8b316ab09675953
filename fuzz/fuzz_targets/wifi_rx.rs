//! The receive chain with keys set: what a model sender seals, what others make of it, in any order.
//!
//! The sender seals under CCMP and GCMP. Frames are copied, changed, held back and mixed with any bytes;
//! what comes out must be what was sealed in this key's life, and come out once.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{Key, Replay};
use softnet_mac80211::frame::IfType;
use softnet_mac80211::rx::{Interface, Received, Receiver};
use softnet_sk_buff::{Instant, MacAddr};

const OURS: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);
const THEIRS: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
const LLC: &[u8] = b"\xaa\xaa\x03\0\0\0";
const SUITES: [(CipherSuite, usize); 8] = [
    (CipherSuite::CCMP, 16),
    (CipherSuite::GCMP, 16),
    (CipherSuite::CCMP_256, 32),
    (CipherSuite::GCMP_256, 32),
    (CipherSuite::TKIP, 32),
    (CipherSuite::WEP40, 5),
    (CipherSuite::WEP104, 13),
    (CipherSuite::AES_CMAC, 16),
];
/// Sealed frames that are on the air.
const MOST: usize = 64;

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn bytes(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

/// Who holds the key that is set.
enum Life {
    /// Nobody.
    None,
    /// Our sender alone: what it sealed, and how often that came out.
    Sealed(Box<Key>, BTreeMap<Vec<u8>, u32>),
    /// Also others, who made the frames of the seeds.
    Foreign,
}

struct Machine {
    receiver: Receiver,
    life: Life,
    air: Vec<Vec<u8>>,
    now: u64,
    sn: u16,
    sent: u32,
}

impl Machine {
    /// A new key, pairwise or a group's; of our own making, or as given.
    fn install(&mut self, input: &mut Input<'_>) -> Option<()> {
        let choice = input.byte()?;
        let (suite, len) = SUITES[usize::from(choice & 7)];
        let (ours, group) = (choice & 8 != 0 && choice & 7 < 4, choice & 16 != 0);
        let mut material = vec![choice; len];
        let given = input.bytes(if ours { 0 } else { len });
        material[..given.len()].copy_from_slice(given);
        if ours {
            // Never the same key twice: its sender would begin again as well.
            self.sent += 1;
            material[..4].copy_from_slice(&self.sent.to_le_bytes());
            let sender = Key::new(suite, 0, &material).unwrap();
            self.receiver.associated();
            self.receiver.install_pairwise(Key::new(suite, 0, &material).unwrap());
            // Without a group's key, groups may be spoken to in the clear.
            material.reverse();
            self.receiver.install_group(Key::new(suite, 1, &material).unwrap());
            self.life = Life::Sealed(Box::new(sender), BTreeMap::new());
        } else {
            let index = if suite == CipherSuite::AES_CMAC { 4 } else { choice >> 5 & 3 };
            let key = Key::new(suite, index, &material).unwrap();
            if group || suite == CipherSuite::AES_CMAC {
                self.receiver.install_group(key);
            } else {
                self.receiver.install_pairwise(key);
            }
            self.life = Life::Foreign;
        }
        self.receiver.authorize(true);
        Some(())
    }

    /// Our sender seals an MSDU or an A-MSDU, in fragments or not.
    fn send(&mut self, input: &mut Input<'_>) -> Option<()> {
        let (shape, len) = (input.byte()?, usize::from(input.byte()?));
        let Life::Sealed(key, sealed) = &mut self.life else { return Some(()) };
        let msdu = |number: u32| {
            let payload = [&number.to_be_bytes()[..], &vec![shape; len]].concat();
            (payload.clone(), [LLC, b"\x08\0", &payload].concat())
        };
        let is_amsdu = shape & 1 != 0;
        let mut body = Vec::new();
        let count = if is_amsdu { 1 + (shape >> 1 & 1) } else { 1 };
        for _ in 0..count {
            self.sent += 1;
            let (payload, msdu) = msdu(self.sent);
            sealed.insert(payload, 0);
            if is_amsdu {
                body.resize(body.len().next_multiple_of(4), 0);
                let len = (msdu.len() as u16).to_be_bytes();
                body.extend([&OURS.0[..], &THEIRS.0, &len, &msdu].concat());
            } else {
                body = msdu;
            }
        }
        if is_amsdu {
            // Its bit is not authenticated: without it the A-MSDU is an 802.3 frame with a length.
            sealed.insert(body.clone(), 0);
        }
        self.sn = (self.sn + 1) & 0xfff;
        let pieces = 1 + usize::from(shape >> 2 & 3);
        let size = body.len().div_ceil(pieces);
        let chunks: Vec<&[u8]> = body.chunks(size).collect();
        for (nth, chunk) in chunks.iter().enumerate() {
            let more = if nth + 1 < chunks.len() { 4 } else { 0 };
            let seq = (self.sn << 4 | nth as u16).to_le_bytes();
            let qos = shape >> 4 & 7 | if is_amsdu { 0x80 } else { 0 };
            let mut frame = vec![0x88, 2 | more, 0, 0];
            frame.extend([&OURS.0[..], &THEIRS.0, &THEIRS.0, &seq, &[qos, 0]].concat());
            frame.extend(vec![0; key.header_len()]);
            frame.extend_from_slice(chunk);
            frame.extend(vec![0; key.mic_len()]);
            key.encrypt(&mut frame).unwrap();
            self.air.push(frame);
        }
        if self.air.len() > MOST {
            self.air.drain(..self.air.len() - MOST);
        }
        Some(())
    }

    /// One of the sealed frames arrives, some of its bytes changed.
    fn deliver(&mut self, input: &mut Input<'_>) -> Option<()> {
        let (which, changes) = (usize::from(input.byte()?), input.byte()?);
        let at = which % self.air.len().max(1);
        let mut frame = self.air.get(at)?.clone();
        for _ in 0..changes & 3 {
            let (at, flip) = (usize::from(input.byte()?), input.byte()?);
            let len = frame.len();
            frame[at % len] ^= flip;
        }
        if changes & 4 != 0 {
            frame.truncate(usize::from(changes >> 3) * 4);
        }
        self.receive(&mut frame);
        Some(())
    }

    fn receive(&mut self, frame: &mut [u8]) {
        let now = Instant::from_millis(self.now);
        let Ok(Received::Msdus(msdus)) = self.receiver.receive(frame, now, Replay::Check) else {
            return;
        };
        for msdu in msdus.flatten().filter(|msdu| msdu.header.proto != Interface::EAPOL) {
            match &mut self.life {
                Life::None => panic!("the port is closed"),
                Life::Foreign => {}
                Life::Sealed(_, sealed) => {
                    let times = sealed.get_mut(msdu.payload).expect("nobody sealed this");
                    *times += 1;
                    assert_eq!(*times, 1, "came out once more");
                    assert_eq!((msdu.header.da, msdu.header.sa), (OURS, THEIRS));
                }
            }
        }
    }

    fn step(&mut self, input: &mut Input<'_>) -> Option<()> {
        match input.byte()? & 7 {
            0 => self.install(input),
            1 | 2 => self.send(input),
            3 | 4 => self.deliver(input),
            5 => {
                let len = u16::from_le_bytes([input.byte()?, input.byte()?]);
                let mut frame = input.bytes(usize::from(len)).to_vec();
                self.receive(&mut frame);
                Some(())
            }
            6 => {
                self.now += u64::from(input.byte()?) * 10;
                Some(())
            }
            _ => {
                self.receiver.associated();
                self.life = Life::None;
                Some(())
            }
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut machine = Machine {
        receiver: Receiver::new(Interface::new(IfType::Station, OURS)),
        life: Life::None,
        air: Vec::new(),
        now: 0,
        sn: 4090,
        sent: 0,
    };
    let mut input = Input(data);
    while machine.step(&mut input).is_some() {}
});
