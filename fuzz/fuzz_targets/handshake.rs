//! Supplicant and authenticator with frames on their way between them, which are lost, doubled, delayed,
//! replayed, spoiled and forged while time passes and keys are changed. No key is installed twice, none that
//! the other side does not have, and in the end both have the same or have given up: the cell asserts it.

#![no_main]

#[path = "../../mac80211/tests/cell/mod.rs"]
mod cell;

use cell::{Cell, Network, Op};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&network, mut rest)) = data.split_first() else { return };
    let mut cell = Cell::new(Network::ALL[usize::from(network) % Network::ALL.len()]);
    for _ in 0..256 {
        let Some(op) = next(&mut rest) else { break };
        cell.apply(&op);
    }
    cell.settle();
});

/// Bit 7 of the first byte is the direction, the rest which operation.
fn next(rest: &mut &[u8]) -> Option<Op> {
    let tag = byte(rest)?;
    let to_ap = tag & 0x80 != 0;
    Some(match tag & 0x7f {
        0..=31 => Op::Deliver { to_ap },
        32..=43 => Op::Lose { to_ap },
        44..=55 => Op::Duplicate { to_ap },
        56..=67 => Op::Delay { to_ap },
        68..=79 => Op::Replay { to_ap, which: byte(rest)? },
        80..=89 => {
            let (at, bit) = (u16::from(byte(rest)?), byte(rest)?);
            Op::Corrupt { to_ap, at: at * 2 + u16::from(bit >> 7), bit }
        }
        90..=99 => {
            let len = usize::from(byte(rest)?).min(rest.len());
            let (bytes, behind) = rest.split_at(len);
            *rest = behind;
            Op::Hostile { to_ap, bytes: bytes.to_vec() }
        }
        100..=109 => Op::Wait(u16::from(byte(rest)?) * 8),
        110..=115 => Op::Rekey,
        116..=121 => Op::RekeyGroup,
        tag => Op::Request { pairwise: tag & 1 == 0, michael: tag & 2 == 0 },
    })
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (&first, behind) = rest.split_first()?;
    *rest = behind;
    Some(first)
}
