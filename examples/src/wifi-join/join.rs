//! From the first beacon to the handshake.

use softnet_examples::failure::Failure;
use softnet_examples::wifi::{Side, malformed};
use softnet_mac80211::ecc::{Group, Pmksa, Random};
use softnet_mac80211::element::{
    Body, BuildError, Elements, OweDhParam, Pmkid, Rate, Rsn, RsnCapabilities, Rsnx, Ssid,
    SupportedRates,
};
use softnet_mac80211::frame::management::{AssocReq, AssocResp, Beacon, Deauth, Management};
use softnet_mac80211::frame::{CapabilityInfo, ReasonCode, StatusCode};
use softnet_mac80211::owe::{BadPublic, Owe};
use softnet_mac80211::rsn::{Secret, psk};
use softnet_mac80211::{AkmSuite, CipherSuite};
use softnet_sk_buff::MacAddr;

use crate::args::Security;
use crate::world::{AP, STATION, World};

/// Where each side has its PMK from.
enum Root {
    /// From before the association; the station says so by the key's name, if it has one.
    Known(Secret, Option<Pmkid>),
    /// From the association: the station's key pair, and the access point's.
    Owe(Box<Owe>, Box<Owe>),
}

impl World<'_> {
    /// Gives the PMK of the station that has joined.
    pub(crate) fn join(&mut self) -> Result<Secret, Failure> {
        let offer = self.beacon()?;
        let root = self.authenticate()?;
        let request = self.request(&root)?;
        let response = self.response(&root)?;
        let (at_station, at_ap) = match root {
            Root::Known(pmk, _) => (pmk.clone(), pmk),
            Root::Owe(station, ap) => {
                let at_station = owe_pmk(&response, |theirs| station.station(theirs))?;
                (at_station, owe_pmk(&request, |theirs| ap.access_point(theirs))?)
            }
        };
        self.agree([&request, &offer], at_station.clone(), at_ap)?;
        Ok(at_station)
    }

    /// A beacon: its elements, as they came.
    fn beacon(&mut self) -> Result<Vec<u8>, Failure> {
        let elements = self.elements(None).map_err(unbuilt)?;
        let beacon = Beacon {
            timestamp: 0,
            beacon_interval: 100,
            capability: CapabilityInfo::default().with_ess(true).with_privacy(true),
            elements: &elements,
        };
        let to = MacAddr([0xff; 6]);
        let frame = self.ap.management(to, &Management::Beacon(beacon));
        let what = format!("Beacon: {}", self.options.ssid);
        let body = self.send_management(Side::Ap, &frame, what)?;
        Beacon::parse(&body).map(|beacon| beacon.elements.to_vec()).map_err(|why| malformed(&why))
    }

    fn authenticate(&mut self) -> Result<Root, Failure> {
        if self.options.security == Security::Wpa3 {
            let Pmksa { pmk, pmkid, .. } = self.sae()?;
            return Ok(Root::Known(pmk, Some(pmkid)));
        }
        self.open_system()?;
        if self.options.security == Security::Wpa2 {
            let (words, ssid) = (self.options.passphrase.as_bytes(), self.options.ssid.as_bytes());
            let pmk = psk(words, ssid).map_err(|why| Failure::broken("PSK", why))?;
            return Ok(Root::Known(pmk, None));
        }
        let mut pair = || Owe::new(Group::P256, &Random(self.lots.bytes())).map(Box::new);
        match (pair(), pair()) {
            (Ok(station), Ok(ap)) => Ok(Root::Owe(station, ap)),
            _ => Err(Failure::Broken("OWE: no key in what was drawn; try another --seed".into())),
        }
    }

    /// The association request: its elements, as the access point has them.
    fn request(&mut self, root: &Root) -> Result<Vec<u8>, Failure> {
        let pmkid = if let Root::Known(_, pmkid) = root { *pmkid } else { None };
        let mut elements = self.elements(pmkid).map_err(unbuilt)?;
        if let Root::Owe(station, _) = root {
            station.element().write_element(&mut elements).map_err(unbuilt)?;
        }
        let capability = CapabilityInfo::default().with_ess(true).with_privacy(true);
        let request = AssocReq { capability, listen_interval: 10, elements: &elements };
        let frame = self.station.management(AP, &Management::AssocReq(request));
        let body = self.send_management(Side::Station, &frame, "Association request")?;
        AssocReq::parse(&body).map(|it| it.elements.to_vec()).map_err(|why| malformed(&why))
    }

    /// The association response: its elements, as the station has them.
    fn response(&mut self, root: &Root) -> Result<Vec<u8>, Failure> {
        let mut elements = rates().map_err(unbuilt)?;
        if let Root::Owe(_, ap) = root {
            ap.element().write_element(&mut elements).map_err(unbuilt)?;
        }
        let response = AssocResp {
            capability: CapabilityInfo::default().with_ess(true).with_privacy(true),
            status: StatusCode::SUCCESS,
            raw_aid: 1 | 0xc000,
            elements: &elements,
        };
        let frame = self.ap.management(STATION, &Management::AssocResp(response));
        let body = self.send_management(Side::Ap, &frame, "Association response: welcome")?;
        AssocResp::parse(&body).map(|it| it.elements.to_vec()).map_err(|why| malformed(&why))
    }

    /// What both sides say of themselves.
    fn elements(&self, pmkid: Option<Pmkid>) -> Result<Vec<u8>, BuildError> {
        let security = self.options.security;
        let (akms, pairwise) = ([akm(security)], [CipherSuite::CCMP]);
        let pmkids = pmkid.map_or_else(Vec::new, |pmkid| vec![pmkid]);
        let mut rsn = Rsn::new(CipherSuite::CCMP, &pairwise, &akms);
        if security.has_mfp() {
            let capabilities = RsnCapabilities::default();
            let capabilities = capabilities.with_mfp_capable(true).with_mfp_required(true);
            rsn.capabilities = Some(capabilities);
            rsn.pmkids = Some(pmkids.as_slice().into());
            rsn.group_mgmt = Some(CipherSuite::AES_CMAC);
        }
        let mut elements = Vec::new();
        Ssid { ssid: self.options.ssid.as_bytes() }.write_element(&mut elements)?;
        elements.extend(rates()?);
        rsn.write_element(&mut elements)?;
        if security == Security::Wpa3 {
            Rsnx { capabilities: &[1 << Rsnx::SAE_H2E] }.write_element(&mut elements)?;
        }
        Ok(elements)
    }

    /// The access point sends the station away, as one may who has the key.
    pub(crate) fn leave(&mut self) -> Result<(), Failure> {
        let reason = ReasonCode::DISASSOC_STA_HAS_LEFT;
        let body = Management::Deauth(Deauth { reason, elements: &[] });
        let frame = if self.options.security.has_mfp() {
            self.ap.protected(&body)?
        } else {
            self.ap.management(STATION, &body)
        };
        self.send(Side::Ap, &frame, "Deauthentication by the access point itself").map(drop)
    }
}

const fn akm(security: Security) -> AkmSuite {
    match security {
        Security::Wpa2 => AkmSuite::PSK,
        Security::Wpa3 => AkmSuite::SAE,
        Security::Owe => AkmSuite::OWE,
    }
}

fn rates() -> Result<Vec<u8>, BuildError> {
    // In 500 kbit/s: OFDM's eight, three of them basic.
    let rates = [12, 18, 24, 36, 48, 72, 96, 108].map(|half_mbps| {
        Rate::default().with_value(half_mbps).with_basic([12, 24, 48].contains(&half_mbps))
    });
    let mut elements = Vec::new();
    SupportedRates { rates: (&rates).into() }.write_element(&mut elements)?;
    Ok(elements)
}

/// The PMK of what the other side said in its association frame.
fn owe_pmk(
    elements: &[u8],
    make: impl FnOnce(&OweDhParam<'_>) -> Result<Pmksa, BadPublic>,
) -> Result<Secret, Failure> {
    let theirs = OweDhParam::find(Elements::new(elements));
    let theirs = theirs.ok_or_else(|| Failure::broken("OWE", "the other side sent no key"))?;
    let theirs = theirs.map_err(|why| malformed(&why))?;
    make(&theirs).map(|pmksa| pmksa.pmk).map_err(|why| Failure::broken("OWE", why))
}

fn unbuilt(why: BuildError) -> Failure {
    Failure::broken("element", why)
}
