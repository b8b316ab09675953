//! The air: what passes through it, when, and what its receiver made of it.

use core::time::Duration;
use std::path::Path;

use softnet_examples::capture::{LinkType, Writer};
use softnet_examples::failure::Failure;
use softnet_examples::wifi::Side;
use softnet_mac80211::RxDrop;
use softnet_mac80211::radiotap::{self, Channel, ChannelFlags, Field, Item};
use softnet_sk_buff::Instant;

/// A frame that passed.
pub(crate) struct Passed {
    pub(crate) at: Instant,
    pub(crate) from: Side,
    pub(crate) frame: Vec<u8>,
    /// In words.
    pub(crate) what: String,
    pub(crate) refused: Option<RxDrop>,
}

#[derive(Default)]
pub(crate) struct Air {
    pub(crate) now: Instant,
    pub(crate) passed: Vec<Passed>,
}

/// In 500 kbit/s, as radiotap counts: every frame goes at the lowest rate of OFDM.
const RATE: u8 = 12;
/// Preamble, pause, acknowledgement, pause and back-off, about.
const BETWEEN: Duration = Duration::from_micros(150);
/// Channel 36.
const CHANNEL: Channel =
    Channel { freq: 5180, flags: ChannelFlags::OFDM.union(ChannelFlags::BAND_5GHZ) };

impl Air {
    /// Lets a frame pass: when it is over.
    pub(crate) fn pass(&mut self, frame: &[u8]) -> Instant {
        let micros = frame.len() as u64 * 8 * 2 / u64::from(RATE);
        self.now += BETWEEN + Duration::from_micros(micros);
        self.now
    }

    /// Writes everything to a capture, each frame with its words beside it.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let mut writer = Writer::create(path, "wifi-join", LinkType::IEEE802_11_RADIOTAP)?;
        for Passed { at, frame, what, refused, .. } in &self.passed {
            let fields = [Field::Rate(RATE), Field::Channel(CHANNEL), Field::DbmAntsignal(-40)];
            let mut packet = radiotap::to_vec(fields.map(Item::Field))
                .map_err(|why| Failure::broken("radiotap", why))?;
            packet.extend_from_slice(frame);
            let comment = match refused {
                Some(why) => format!("{what}: {}", why.name()),
                None => what.clone(),
            };
            writer.packet(at.as_nanos(), &packet, &comment)?;
        }
        writer.finish()
    }
}
