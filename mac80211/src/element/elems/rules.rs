//! Which elements the collector knows, and what it asks of each: `_ieee802_11_parse_elems_full` of Linux 6.12
//! (net/mac80211/parse.c, GPL-2.0-only), facts and numbers only.

use super::ConnMode;
use crate::element::Id;

/// What is asked of an element.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// Where it is kept; 0: nowhere.
    pub(super) slot: u8,
    /// Least and greatest length of its data.
    pub(super) len: (u8, u8),
    /// From which mode on it counts.
    pub(super) mode: ConnMode,
    /// It counts in that mode only.
    pub(super) only: bool,
    /// Only the first well-formed one counts.
    pub(super) unique: bool,
    /// Another length is passed over in silence.
    pub(super) silent: bool,
    /// It is looked at more closely.
    pub(super) special: bool,
}

const NOTHING: Rule = Rule {
    slot: 0,
    len: (0, 255),
    mode: ConnMode::S1g,
    only: false,
    unique: false,
    silent: false,
    special: false,
};

impl Rule {
    const fn least(self, len: u8) -> Self {
        Self { len: (len, 255), ..self }
    }

    const fn exactly(self, len: u8) -> Self {
        Self { len: (len, len), ..self }
    }

    const fn from(self, mode: ConnMode) -> Self {
        Self { mode, ..self }
    }

    const fn s1g_only(self) -> Self {
        Self { only: true, ..self }
    }

    const fn in_silence(self) -> Self {
        Self { silent: true, ..self }
    }

    const fn special(self) -> Self {
        Self { special: true, ..self }
    }
}

/// Of which only the first counts.
const ONE: Rule = Rule { unique: true, ..NOTHING };
/// Of which the last counts.
const LAST: Rule = NOTHING;

/// Elements without an extension. Those that are kept get their slots in this order, from 1.
const PLAIN: &[(Id, Rule)] = &[
    (Id::SSID, ONE),
    (Id::SUPP_RATES, ONE),
    (Id::DS_PARAMS, ONE.least(1)),
    (Id::TIM, ONE.least(4)),
    (Id::RSN, ONE),
    (Id::ERP_INFO, ONE.least(1)),
    (Id::EXT_SUPP_RATES, ONE),
    (Id::HT_CAPABILITY, ONE.least(26).from(ConnMode::Ht)),
    (Id::HT_OPERATION, ONE.least(22).from(ConnMode::Ht)),
    (Id::VHT_CAPABILITY, ONE.least(12).from(ConnMode::Vht)),
    (Id::VHT_OPERATION, ONE.least(5).from(ConnMode::Vht)),
    (Id::OPMODE_NOTIF, LAST.least(1).from(ConnMode::Vht)),
    (Id::MESH_ID, ONE),
    (Id::MESH_CONFIG, ONE.least(7)),
    (Id::PEER_MGMT, ONE),
    (Id::MESH_AWAKE_WINDOW, LAST.least(2).in_silence()),
    (Id::PREQ, ONE),
    (Id::PREP, ONE),
    (Id::PERR, ONE),
    (Id::RANN, ONE.least(21)),
    (Id::CHANNEL_SWITCH, ONE.exactly(3)),
    (Id::EXT_CHANSWITCH_ANN, ONE.exactly(4)),
    (Id::SECONDARY_CHANNEL_OFFSET, ONE.exactly(1).from(ConnMode::Ht)),
    (Id::CHAN_SWITCH_PARAM, ONE.least(6)),
    (Id::WIDE_BW_CHANNEL_SWITCH, ONE.least(3).from(ConnMode::Vht).special()),
    (Id::CHANNEL_SWITCH_WRAPPER, LAST.from(ConnMode::Vht).special()),
    (Id::COUNTRY, ONE),
    (Id::PWR_CONSTRAINT, ONE.exactly(1)),
    (Id::CISCO_VENDOR_SPECIFIC, LAST.least(4).special()),
    (Id::ADDBA_EXT, LAST.least(1)),
    (Id::TIMEOUT_INTERVAL, ONE.least(5)),
    (Id::BSS_MAX_IDLE_PERIOD, ONE.least(3).in_silence()),
    (Id::RSNX, ONE),
    (Id::EXT_CAPABILITY, ONE),
    (Id::LINK_ID, ONE.least(18)),
    (Id::CHAN_SWITCH_TIMING, ONE.least(4)),
    (Id::S1G_CAPABILITIES, ONE.least(15).s1g_only()),
    (Id::S1G_OPERATION, ONE.exactly(6).s1g_only()),
    (Id::S1G_BCN_COMPAT, ONE.exactly(8).s1g_only()),
    (Id::AID_RESPONSE, ONE.exactly(5).s1g_only()),
];

/// What these are, more than their ID tells.
const LOOKED_INTO: &[Id] = &[Id::VENDOR_SPECIFIC, Id::new(Id::EXTENSION)];

/// Nobody needs them, but a second one is an error.
const COUNTED_ONLY: &[Id] =
    &[Id::FH_PARAMS, Id::CF_PARAMS, Id::IBSS_PARAMS, Id::CHALLENGE, Id::S1G_SHORT_BCN_INTERVAL];

/// Elements with an extension: lengths are those behind it. Those that are special have to be well-formed, too.
const EXTENDED: &[(Id, Rule)] = &[
    (Id::HE_MU_EDCA, LAST.least(13).from(ConnMode::He)),
    (Id::HE_CAPABILITY, LAST.from(ConnMode::He).special()),
    (Id::HE_OPERATION, LAST.from(ConnMode::He).special()),
    (Id::UORA, LAST.least(1).from(ConnMode::He)),
    (Id::MAX_CHANNEL_SWITCH_TIME, LAST.exactly(3)),
    (Id::MULTIPLE_BSSID_CONFIGURATION, LAST.least(2)),
    (Id::HE_SPR, LAST.from(ConnMode::He).special()),
    (Id::HE_6GHZ_CAPA, LAST.least(2).from(ConnMode::He)),
    (Id::EHT_CAPABILITY, LAST.from(ConnMode::Eht).special()),
    (Id::EHT_OPERATION, LAST.from(ConnMode::Eht).special()),
    (Id::EHT_MULTI_LINK, LAST.from(ConnMode::Eht).special()),
    (Id::BANDWIDTH_INDICATION, LAST.from(ConnMode::Eht).special()),
    (Id::TID_TO_LINK_MAPPING, LAST.from(ConnMode::Eht).special()),
];

/// Slots of what is told by more than an ID.
pub(super) const WMM_INFO: u8 = PLAIN.len() as u8 + EXTENDED.len() as u8 + 1;
pub(super) const WMM_PARAM: u8 = WMM_INFO + 1;
pub(super) const TTLM_SECOND: u8 = WMM_INFO + 2;
pub(super) const ML_RECONF: u8 = WMM_INFO + 3;
pub(super) const ML_EPCS: u8 = WMM_INFO + 4;
/// How many there are; the first is for nothing.
pub(super) const SLOTS: usize = WMM_INFO as usize + 5;

/// By element ID.
pub(super) static BY_ID: [Rule; 256] = by_id();
/// By element ID extension.
pub(super) static BY_EXTENSION: [Rule; 256] = by_extension();

const fn by_id() -> [Rule; 256] {
    let mut table = [NOTHING; 256];
    let mut n = 0;
    while n < PLAIN.len() {
        let (id, rule) = PLAIN[n];
        table[id.id() as usize] = Rule { slot: n as u8 + 1, ..rule };
        n += 1;
    }
    n = 0;
    while n < COUNTED_ONLY.len() {
        table[COUNTED_ONLY[n].id() as usize] = ONE;
        n += 1;
    }
    n = 0;
    while n < LOOKED_INTO.len() {
        table[LOOKED_INTO[n].id() as usize] = LAST.special();
        n += 1;
    }
    table
}

const fn by_extension() -> [Rule; 256] {
    let mut table = [NOTHING; 256];
    let mut n = 0;
    while n < EXTENDED.len() {
        let (id, rule) = EXTENDED[n];
        if let Some(extension) = id.extension() {
            let slot = (PLAIN.len() + n) as u8 + 1;
            table[extension as usize] = Rule { slot, ..rule };
        }
        n += 1;
    }
    table
}

/// The rule for what an element is.
#[inline]
pub(super) fn of(id: Id) -> &'static Rule {
    match id.extension() {
        None => &BY_ID[id.id() as usize],
        Some(extension) => &BY_EXTENSION[extension as usize],
    }
}
