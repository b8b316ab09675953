//! Two SAE machines, of a station and an access point or of two mesh peers, with frames on their way
//! between them that are lost, doubled, delayed, spoiled and forged while time passes.
//!
//! With two passwords, nobody is ever accepted. With one, a PMKID has one PMK on both sides, whoever
//! accepts, and when the medium is left alone both end with the same or nobody is accepted.

#![no_main]

use std::collections::{HashMap, VecDeque};
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use softnet_mac80211::AkmSuite;
use softnet_mac80211::ecc::{Group, Random};
use softnet_mac80211::frame::management::{Auth, AuthAlgorithm};
use softnet_mac80211::sae::{
    Admission, AntiClogging, Config, Cx, Event, Method, Outcome, Password, Sae, State,
};
use softnet_sk_buff::{Instant, MacAddr};

#[derive(Arbitrary, Debug)]
enum Op {
    Start { first: bool, h2e: bool },
    Deliver,
    Lose,
    Duplicate,
    Delay,
    Corrupt { at: u16, bit: u8 },
    Hostile { to_first: bool, body: Vec<u8> },
    Wait(u16),
    Clog { open: u8 },
}

#[derive(Arbitrary, Debug)]
struct Input {
    mesh: bool,
    ext_key: bool,
    other_password: bool,
    ops: Vec<Op>,
}

const ADDRESSES: [MacAddr; 2] = [MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2])];

static PASSWORDS: LazyLock<[Password; 2]> = LazyLock::new(|| {
    [b"one", b"two"].map(|word| Password::new(b"net", word, None, &[Group::P256]))
});

struct Pair {
    machines: [Sae; 2],
    passwords: [&'static Password; 2],
    air: VecDeque<(usize, Vec<u8>)>,
    guard: AntiClogging,
    drawn: u16,
    now: Instant,
    /// PMK by PMKID, of whoever accepted.
    keys: HashMap<[u8; 16], Vec<u8>>,
    last: [Option<[u8; 16]>; 2],
}

impl Pair {
    fn new(input: &Input) -> Self {
        let akm = if input.ext_key { AkmSuite::SAE_EXT_KEY } else { AkmSuite::SAE };
        let configs = if input.mesh {
            [Config::mesh(akm), Config::mesh(akm)]
        } else {
            [Config::station(akm), Config::access_point(akm)]
        };
        let [a, b] = configs;
        let [one, two] = &*PASSWORDS;
        Self {
            machines: [
                Sae::new(a, ADDRESSES[0], ADDRESSES[1]),
                Sae::new(b, ADDRESSES[1], ADDRESSES[0]),
            ],
            passwords: [one, if input.other_password { two } else { one }],
            air: VecDeque::new(),
            guard: AntiClogging::new(1, [7; 32]),
            drawn: 0,
            now: Instant::ZERO,
            keys: HashMap::new(),
            last: [None; 2],
        }
    }

    fn call(&mut self, who: usize, what: impl FnOnce(&mut Sae, &Cx<'_>) -> Outcome) {
        self.drawn += 1;
        // In range for the group, and never the same twice.
        let mut random = Random([self.drawn as u8 % 127 + 1; Random::LEN]);
        [random.0[1], random.0[2]] = self.drawn.to_be_bytes();
        let cx = Cx { password: self.passwords[who], random, now: self.now };
        let outcome = what(&mut self.machines[who], &cx);
        assert!(outcome.send.len() <= 2);
        for frame in outcome.send {
            assert_eq!(Auth::parse(&frame).unwrap().algorithm, AuthAlgorithm::SAE);
            if self.air.len() < 64 {
                self.air.push_back((who, frame));
            }
        }
        if let Some(Event::Accepted(pmksa)) = outcome.event {
            assert!(std::ptr::eq(self.passwords[0], self.passwords[1]), "another password");
            self.last[who] = Some(pmksa.pmkid);
            let known = self.keys.entry(pmksa.pmkid).or_insert_with(|| pmksa.pmk.as_bytes().into());
            assert_eq!(*known, pmksa.pmk.as_bytes());
        }
    }

    fn receive(&mut self, who: usize, body: &[u8]) {
        self.call(who, |sae, cx| sae.receive(body, cx).unwrap());
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Start { first, h2e } => {
                let method = if h2e { Method::HashToElement } else { Method::HuntingAndPecking };
                self.call(usize::from(!first), |sae, cx| sae.start(method, cx).unwrap());
            }
            Op::Deliver => {
                if let Some((from, frame)) = self.air.pop_front() {
                    self.receive(1 - from, &frame);
                }
            }
            Op::Lose => drop(self.air.pop_front()),
            Op::Duplicate => self.air.extend(self.air.front().cloned()),
            Op::Delay => {
                let front = self.air.pop_front();
                self.air.extend(front);
            }
            Op::Corrupt { at, bit } => {
                if let Some((_, frame)) = self.air.front_mut() {
                    let at = usize::from(at) % frame.len();
                    frame[at] ^= 1 << (bit % 8);
                }
            }
            Op::Hostile { to_first, body } => self.receive(usize::from(!to_first), &body),
            Op::Wait(ms) => {
                self.now += core::time::Duration::from_millis(ms.into());
                let now = self.now;
                (0..2).for_each(|who| self.call(who, |sae, _| sae.poll(now)));
            }
            Op::Clog { open } => {
                let Some((from, frame)) = self.air.front() else { return };
                let admission = self.guard.admit(ADDRESSES[*from], frame, open.into());
                if let Admission::AskForToken(body) = admission {
                    let from = *from;
                    self.air.pop_front();
                    self.receive(from, &body);
                }
            }
        }
    }
}

fuzz_target!(|input: Input| {
    let mut pair = Pair::new(&input);
    input.ops.into_iter().take(64).for_each(|op| pair.apply(op));
    // A new beginning on a good medium, once who still waits for something has given up.
    for _ in 0..8 {
        pair.apply(Op::Wait(2000));
    }
    pair.air.clear();
    pair.now += Config::DISABLED;
    pair.apply(Op::Start { first: true, h2e: true });
    for _ in 0..64 {
        pair.apply(Op::Deliver);
    }
    assert!(pair.air.is_empty(), "they never stop");
    if !input.other_password {
        assert_eq!(pair.machines.each_ref().map(Sae::state), [State::Accepted; 2]);
        assert_eq!(pair.last[0], pair.last[1]);
    }
});
