//! Country element.

use super::{Id, List};
use crate::wire::record;

record! {
    /// Three bytes of a country element (`struct ieee80211_country_ie_triplet`). What they say,
    /// [`kind`](Self::kind) tells.
    pub struct CountryTriplet {
        /// First channel, or from 201 on an operating extension.
        pub first: u8,
        /// How many channels, or the operating class.
        pub second: u8,
        /// Most power in dBm, or the coverage class.
        pub third: u8,
    }
}

/// What a triplet says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CountryRule {
    /// Some channels.
    Subband {
        /// First channel number.
        first_channel: u8,
        /// How many channels.
        num_channels: u8,
        /// Most power, in dBm.
        max_power: i8,
    },
    /// The operating class of the channels that follow.
    Operating {
        /// Operating extension identifier, from 201 on.
        extension: u8,
        /// Operating class (annex E).
        class: u8,
        /// Coverage class: air propagation time in 3 µs.
        coverage: u8,
    },
}

impl CountryTriplet {
    /// From here on the first byte is no channel (`IEEE80211_COUNTRY_EXTENSION_ID`).
    pub const EXTENSION_ID: u8 = 201;

    /// What it says.
    #[must_use]
    pub const fn kind(self) -> CountryRule {
        let Self { first, second, third } = self;
        if first >= Self::EXTENSION_ID {
            CountryRule::Operating { extension: first, class: second, coverage: third }
        } else {
            let max_power = third as i8;
            CountryRule::Subband { first_channel: first, num_channels: second, max_power }
        }
    }
}

element! {
    /// Country (9.4.2.8).
    pub struct Country: Id::COUNTRY, "country element" {
        /// Two letters of ISO 3166-1; then `O` outdoor, `I` indoor, a space for both, or the number of a table
        /// of annex E.
        pub string: [u8; 3],
    } then {
        /// What is allowed where. The byte that pads an even length is in the tail.
        pub triplets: List<'a, CountryTriplet>,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}
