//! Attributes that are one thing where a radio is told of, and another elsewhere.

use super::layout::{CoalesceRuleSupport, VendorCmdInfo};
use super::mesh::TidConfigSet;
use super::power::{CoalesceRuleSet, PktpatSet};
use crate::set::{Array, Binary, Fixed, Flag, Indexed, Nest, choice};
use crate::wire::Attrs;

choice! {
    /// `NL80211_ATTR_COALESCE_RULE`.
    pub Coalesce: CoalesceView, CoalesceBuf, by tells_of_radio {
        /// What a radio can.
        Support = true => Fixed<CoalesceRuleSupport>;
        /// Rules.
        Rules = false => Array<CoalesceRuleSet>;
    }
}

choice! {
    /// `NL80211_ATTR_CONTROL_PORT_ETHERTYPE`.
    pub ControlPortEthertype: ControlPortEthertypeView, ControlPortEthertypeBuf, by tells_of_radio {
        /// A radio takes any.
        Any = true => Flag;
        /// The protocol.
        One = false => u16;
    }
}

choice! {
    /// `NL80211_WOWLAN_TRIG_PKT_PATTERN`.
    pub WakePatterns: WakePatternsView, WakePatternsBuf, by is_place {
        /// The place of the pattern that woke the machine.
        Place = true => u32;
        /// Patterns that shall.
        Patterns = false => Array<PktpatSet>;
    }
}

choice! {
    /// `NL80211_ATTR_VENDOR_DATA`.
    pub VendorData: VendorDataView, VendorDataBuf, by tells_of_radio {
        /// A radio's vendor commands.
        Commands = true => Nest<Indexed<Fixed<VendorCmdInfo>>>;
        /// A vendor's data.
        Data = false => Binary;
    }
}

choice! {
    /// `NL80211_ATTR_TID_CONFIG`.
    pub TidConfigs: TidConfigsView, TidConfigsBuf, by tells_of_radio {
        /// What a radio can.
        Support = true => Nest<TidConfigSet>;
        /// Settings.
        Settings = false => Array<TidConfigSet>;
    }
}

/// Whether the attributes are a radio's: those have `NL80211_ATTR_WIPHY_NAME` and `NL80211_ATTR_GENERATION`
/// (`nl80211_send_wiphy`); a request to rename a radio has no generation.
#[expect(clippy::unnecessary_wraps, reason = "what a choice goes by may be missing")]
fn tells_of_radio(among: Attrs<'_>) -> Option<bool> {
    Some(among.find(2).is_some() && among.find(46).is_some())
}

/// Whether `NL80211_WOWLAN_TRIG_PKT_PATTERN` is one number: a pattern takes more.
fn is_place(among: Attrs<'_>) -> Option<bool> {
    Some(among.find(4)?.value().len() == 4)
}
