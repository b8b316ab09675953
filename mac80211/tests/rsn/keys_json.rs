//! `shared/captures/wifi/keys.json`: which keys hostapd and `wpa_supplicant` printed.

use std::fs;

use softnet_mac80211::rsn::Secret;

use crate::captures;

/// Bytes of a hexadecimal string.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2));
    let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The keys of one capture.
pub(crate) struct Keys(String);

impl Keys {
    /// Those of a capture, without its suffix; `None` where the captures are not.
    pub(crate) fn of(capture: &str) -> Option<Self> {
        let text = fs::read_to_string(captures::find("wifi/keys.json")?).unwrap();
        // It is indented by one blank a level, so an object ends where a line begins with one brace.
        let start = text.find(&format!("\n \"{capture}\": {{"))? + 1;
        let len = text[start..].find("\n }").unwrap();
        Some(Self(text[start..start + len].to_owned()))
    }

    /// One text, such as the SSID.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let value = self.0.split_once(&format!("\"{name}\": \""))?.1;
        Some(value.split_once('"').unwrap().0)
    }

    /// All keys of a kind: `PMK`, `KCK`, `KEK`, `PTK_TK`, `GTK`, `GTK_hostapd`, `IGTK`.
    pub(crate) fn keys(&self, kind: &str) -> Vec<Secret> {
        let Some((_, list)) = self.0.split_once(&format!("\"{kind}\": [")) else { return vec![] };
        let quoted = list.split_once(']').unwrap().0.split('"').skip(1).step_by(2);
        quoted.map(|digits| Secret::new(&hex(digits)).unwrap()).collect()
    }
}
