//! The networks that are tried: what hostapd is told, and what a station asks for.

use softnet_examples::wifi::Side;
use softnet_mac80211::element::{
    AcParam, AcParams, AciAifsn, Body, BuildError, Ecw, MobilityDomain, Rate, Rsn, RsnCapabilities,
    Rsnx, Ssid, SupportedRates, WmmInfo, WmmParam, Wpa,
};
use softnet_mac80211::rsn::Selection;
use softnet_mac80211::sae::Method;
use softnet_mac80211::{AkmSuite, CipherSuite};

pub(crate) const SSID: &str = "oracle";
pub(crate) const PASSPHRASE: &str = "correct horse";

/// Where one may roam.
pub(crate) const MDID: u16 = 0xb2a1;

/// A way to protect a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    pub(crate) name: &'static str,
    pub(crate) akm: AkmSuite,
    pub(crate) pairwise: CipherSuite,
    pub(crate) group: CipherSuite,
    pub(crate) group_mgmt: Option<CipherSuite>,
    /// How SAE begins.
    pub(crate) method: Method,
    /// Data frames have QoS control.
    pub(crate) qos: bool,
    /// WPA, as it was before the standard.
    pub(crate) wpa: bool,
}

const WPA2: Network = Network {
    name: "wpa2",
    akm: AkmSuite::PSK,
    pairwise: CipherSuite::CCMP,
    group: CipherSuite::CCMP,
    group_mgmt: None,
    method: Method::HashToElement,
    qos: true,
    wpa: false,
};

const WPA3: Network = Network {
    name: "sae-h2e",
    akm: AkmSuite::SAE,
    group_mgmt: Some(CipherSuite::AES_CMAC),
    ..WPA2
};

pub(crate) const ALL: [Network; 11] = [
    WPA2,
    Network { name: "wpa2-no-qos", qos: false, ..WPA2 },
    Network { name: "tkip-group", group: CipherSuite::TKIP, ..WPA2 },
    Network { name: "tkip", pairwise: CipherSuite::TKIP, group: CipherSuite::TKIP, ..WPA2 },
    Network { name: "psk-sha256", akm: AkmSuite::PSK_SHA256, ..WPA3 },
    WPA3,
    Network {
        name: "sae-loop-gcmp-256",
        method: Method::HuntingAndPecking,
        pairwise: CipherSuite::GCMP_256,
        group: CipherSuite::GCMP_256,
        group_mgmt: Some(CipherSuite::BIP_GMAC_256),
        ..WPA3
    },
    Network {
        name: "owe",
        akm: AkmSuite::OWE,
        pairwise: CipherSuite::GCMP,
        group: CipherSuite::GCMP,
        group_mgmt: Some(CipherSuite::BIP_GMAC_128),
        ..WPA3
    },
    Network {
        name: "wpa",
        wpa: true,
        pairwise: CipherSuite::TKIP,
        group: CipherSuite::TKIP,
        ..WPA2
    },
    Network { name: "ft-psk", akm: AkmSuite::FT_PSK, ..WPA2 },
    Network { name: "ft-sae", akm: AkmSuite::FT_OVER_SAE, ..WPA3 },
];

impl Network {
    /// hostapd's configuration.
    pub(crate) fn hostapd(&self) -> Vec<String> {
        let mut lines: Vec<String> = [
            "interface=wlan0",
            "driver=nl80211",
            "ctrl_interface=/run/hostapd",
            "hw_mode=g",
            "channel=1",
            "wpa_group_rekey=20",
        ]
        .map(String::from)
        .into();
        lines.push(format!("ssid={SSID}"));
        lines.push(format!("wpa={}", if self.wpa { 1 } else { 2 }));
        lines.push(format!("wpa_key_mgmt={}", self.way()));
        lines.push(format!("wpa_pairwise={}", word(self.pairwise)));
        lines.push(format!("group_cipher={}", word(self.group)));
        lines.push(format!("wmm_enabled={}", u8::from(self.qos)));
        if let Some(cipher) = self.group_mgmt {
            lines.push("ieee80211w=2".into());
            lines.push(format!("group_mgmt_cipher={}", word(cipher)));
        }
        if self.has_sae() {
            lines.push(format!("sae_password={PASSPHRASE}"));
            lines.push(format!("sae_pwe={}", u8::from(self.has_h2e())));
        } else if self.akm != AkmSuite::OWE {
            lines.push(format!("wpa_passphrase={PASSPHRASE}"));
        }
        if self.akm.is_ft() {
            lines.extend(
                ["mobility_domain=a1b2", "nas_identifier=ap.oracle", "ft_psk_generate_local=1"]
                    .map(String::from),
            );
        }
        lines
    }

    /// `wpa_supplicant`'s.
    pub(crate) fn wpa_supplicant(&self) -> Vec<String> {
        let mut lines = vec!["ctrl_interface=/run/wpas".into()];
        lines.push(format!("sae_pwe={}", u8::from(self.has_h2e())));
        lines.extend(["network={".into(), "scan_freq=2412".into()]);
        lines.push(format!("ssid=\"{SSID}\""));
        lines.push(format!("key_mgmt={}", self.way()));
        lines.push(format!("proto={}", if self.wpa { "WPA" } else { "RSN" }));
        lines.push(format!("pairwise={}", word(self.pairwise)));
        lines.push(format!("group={}", word(self.group)));
        if let Some(cipher) = self.group_mgmt {
            lines.push("ieee80211w=2".into());
            lines.push(format!("group_mgmt={}", word(cipher)));
        }
        if self.akm != AkmSuite::OWE {
            lines.push(format!("psk=\"{PASSPHRASE}\""));
        }
        lines.push("}".into());
        lines
    }

    /// As both call the way to the keys.
    fn way(&self) -> &'static str {
        match self.akm {
            AkmSuite::PSK => "WPA-PSK",
            AkmSuite::PSK_SHA256 => "WPA-PSK-SHA256",
            AkmSuite::SAE => "SAE",
            AkmSuite::FT_PSK => "FT-PSK",
            AkmSuite::FT_OVER_SAE => "FT-SAE",
            _ => "OWE",
        }
    }

    pub(crate) fn has_sae(&self) -> bool {
        [AkmSuite::SAE, AkmSuite::FT_OVER_SAE].contains(&self.akm)
    }

    /// SAE by hash to element.
    pub(crate) fn has_h2e(&self) -> bool {
        self.has_sae() && self.method == Method::HashToElement
    }

    pub(crate) fn selection(&self) -> Selection {
        Selection {
            akm: self.akm,
            pairwise: self.pairwise,
            group: self.group,
            group_mgmt: self.group_mgmt,
        }
    }

    /// What a side says of itself, with these elements about security.
    pub(crate) fn elements(&self, side: Side, security: &[u8]) -> Vec<u8> {
        let rates = [2, 4, 11, 22, 12, 24, 48, 72];
        let rates = rates.map(|rate| Rate::default().with_value(rate).with_basic(rate == 2));
        let mut out = Vec::new();
        Ssid { ssid: SSID.as_bytes() }.write_element(&mut out).unwrap();
        SupportedRates { rates: (&rates).into() }.write_element(&mut out).unwrap();
        out.extend_from_slice(security);
        let (version, qos_info, tail) = (1, 0, &[][..]);
        let wmm = match side {
            _ if !self.qos => Ok(()),
            Side::Station => WmmInfo { version, qos_info, tail }.write_element(&mut out),
            Side::Ap => {
                let ac = AcParams { be: ac(0, 3), bk: ac(1, 7), vi: ac(2, 2), vo: ac(3, 2) };
                WmmParam { version, qos_info, reserved: 0, ac, tail }.write_element(&mut out)
            }
        };
        wmm.unwrap();
        out
    }

    /// RSN, RSNX and mobility domain element of a side, or WPA's.
    pub(crate) fn security(&self, pmkid: Option<[u8; 16]>) -> Result<Vec<u8>, BuildError> {
        let mut elements = Vec::new();
        if self.wpa {
            let (pairwise, akms) = ([self.pairwise.to_wpa()], [self.akm.to_wpa()]);
            let (group, pairwise) = (Some(self.group.to_wpa()), Some((&pairwise).into()));
            let wpa = Wpa { group, pairwise, akms: Some((&akms).into()), ..Wpa::default() };
            wpa.write_element(&mut elements)?;
            return Ok(elements);
        }
        let (pairwise, akms) = ([self.pairwise], [self.akm]);
        let pmkids = pmkid.map_or_else(Vec::new, |pmkid| vec![pmkid]);
        let mut rsn = Rsn::new(self.group, &pairwise, &akms);
        if self.group_mgmt.is_some() {
            let capabilities = RsnCapabilities::default();
            rsn.capabilities = Some(capabilities.with_mfp_capable(true).with_mfp_required(true));
            rsn.pmkids = Some(pmkids.as_slice().into());
            rsn.group_mgmt = self.group_mgmt;
        }
        rsn.write_element(&mut elements)?;
        if self.has_h2e() {
            Rsnx { capabilities: &[1 << Rsnx::SAE_H2E] }.write_element(&mut elements)?;
        }
        if self.akm.is_ft() {
            let (mdid, capability_and_policy, tail) = (MDID, 0, &[][..]);
            let domain = MobilityDomain { mdid, capability_and_policy, tail };
            domain.write_element(&mut elements)?;
        }
        Ok(elements)
    }
}

fn ac(aci: u8, aifsn: u8) -> AcParam {
    AcParam {
        aci_aifsn: AciAifsn::default().with_aci(aci).with_aifsn(aifsn),
        ecw: Ecw::default().with_min(4).with_max(10),
        txop_limit: 0,
    }
}

/// As hostapd calls it.
fn word(suite: CipherSuite) -> &'static str {
    match suite {
        CipherSuite::TKIP => "TKIP",
        CipherSuite::CCMP => "CCMP",
        CipherSuite::GCMP => "GCMP",
        CipherSuite::GCMP_256 => "GCMP-256",
        CipherSuite::AES_CMAC => "AES-128-CMAC",
        CipherSuite::BIP_GMAC_128 => "BIP-GMAC-128",
        _ => "BIP-GMAC-256",
    }
}
