//! A station of ours, and hostapd.

use std::process::Command;

use softnet_examples::wifi::Side;
use softnet_mac80211::ecc::Pmksa;
use softnet_mac80211::element::{Body, Elements, FastTransition, OweDhParam, Pmkid, Ssid};
use softnet_mac80211::frame::management::{
    AssocReq, AssocResp, Auth, AuthAlgorithm, Beacon, Deauth, Management,
};
use softnet_mac80211::frame::{CapabilityInfo, Header, Kind, ReasonCode, StatusCode};
use softnet_mac80211::owe::Owe;
use softnet_mac80211::rsn::ft::{Domain, PmkR0};
use softnet_mac80211::rsn::handshake::{Association, Root, Supplicant};
use softnet_mac80211::rsn::{GroupKeyKind, Secret, psk};
use softnet_mac80211::sae::{Config, Event, Sae};

use crate::network::{MDID, Network, PASSPHRASE, SSID};
use crate::talk::{Machine, News, OWN, PATIENCE, Talk};

/// Everything that a station lives through.
pub(crate) fn live(network: &Network) {
    let mut station = Talk::new(network, Side::Station);
    let beacon = station.scan();
    let pmksa = station.authenticate();
    let r0 = station.associate(&beacon, pmksa);
    station.until("the port opens", |news| *news == News::Authorized);
    station.ping(1);
    let gtk = |news: &News| matches!(news, News::GroupInstalled(GroupKeyKind::Gtk, _));
    station.until("the group key changes", gtk);
    station.ping(2);
    if network.group_mgmt.is_some() {
        station.is_asked_whether_it_is_there();
        station.ping(3);
    }
    if let Some((r0, r0kh_id)) = r0 {
        station.roam(&r0, &r0kh_id, &beacon);
        station.ping(4);
    }
    station.is_sent_away();
}

impl Talk<'_> {
    /// Waits for a beacon: its elements.
    fn scan(&mut self) -> Vec<u8> {
        loop {
            let frame = self.air.hear(PATIENCE).expect("a beacon");
            let Ok((header, body)) = Header::parse(&frame) else { continue };
            if header.frame_control().kind() != Kind::BEACON {
                continue;
            }
            let elements = Beacon::parse(body).unwrap().elements;
            let ssid = Ssid::find(Elements::new(elements)).unwrap().unwrap().ssid;
            assert_eq!(ssid, SSID.as_bytes());
            self.end.peer = header.addr2();
            return elements.to_vec();
        }
    }

    fn authenticate(&mut self) -> Option<Pmksa> {
        if self.network.has_sae() {
            return Some(self.sae());
        }
        let (algorithm, status) = (AuthAlgorithm::OPEN, StatusCode::SUCCESS);
        let (peer, body) = (self.end.peer, &[][..]);
        self.say_management(
            peer,
            &Management::Auth(Auth { algorithm, transaction: 1, status, body }),
        );
        let body = self.management_of("authentication", Kind::AUTH);
        let auth = Auth::parse(&body).unwrap();
        assert_eq!((auth.algorithm, auth.transaction, auth.status), (algorithm, 2, status));
        None
    }

    fn sae(&mut self) -> Pmksa {
        let password = Self::password();
        let mut sae = Sae::new(Config::station(self.network.akm), OWN, self.end.peer);
        let mut outcome = sae.start(self.network.method, &self.cx(&password)).unwrap();
        loop {
            if let Some(Event::Accepted(pmksa)) = self.say_sae(outcome) {
                return pmksa;
            }
            let body = self.management_of("SAE", Kind::AUTH);
            outcome = sae.receive(&body, &self.cx(&password)).unwrap();
        }
    }

    fn associate(&mut self, ap_elements: &[u8], pmksa: Option<Pmksa>) -> Option<(PmkR0, Vec<u8>)> {
        let owe = self.owe();
        let request = self.say_assoc(pmksa.as_ref().map(|pmksa| pmksa.pmkid), owe.as_ref());
        let body = self.management_of("association", Kind::ASSOC_RESP);
        let response = AssocResp::parse(&body).unwrap();
        assert_eq!(response.status, StatusCode::SUCCESS);
        self.end.qos = self.network.qos;

        let pmk = match (pmksa, owe) {
            (Some(pmksa), _) => pmksa.pmk,
            (_, Some(owe)) => {
                let theirs = OweDhParam::find(Elements::new(response.elements)).unwrap().unwrap();
                owe.station(&theirs).unwrap().pmk
            }
            _ => psk(PASSPHRASE.as_bytes(), SSID.as_bytes()).unwrap(),
        };
        let r0 = self.r0(&pmk, response.elements);
        let root = match &r0 {
            None => Root::Pmk(pmk),
            Some((r0, _)) => {
                let fte = FastTransition::find(Elements::new(response.elements)).unwrap().unwrap();
                Root::Ft(r0.to_r1(fte.r1kh_id().unwrap(), OWN).unwrap())
            }
        };
        let ours = [&request, response.elements].concat();
        let association = Association::new(self.end.peer, OWN, root, &ours, ap_elements).unwrap();
        self.machine = Some(Machine::Station(Supplicant::new(association).unwrap()));
        r0
    }

    /// With fast transitions, the key of this mobility domain, and its holder: the response says who that is.
    fn r0(&self, pmk: &Secret, response: &[u8]) -> Option<(PmkR0, Vec<u8>)> {
        let fte = FastTransition::find(Elements::new(response))?.unwrap();
        let r0kh_id = fte.r0kh_id().unwrap();
        let mdid = MDID.to_le_bytes();
        let domain = Domain { ssid: SSID.as_bytes(), mdid, r0kh_id, s0kh_id: OWN };
        let r0 = PmkR0::derive(pmk, self.network.akm, &domain).unwrap();
        Some((r0, r0kh_id.to_vec()))
    }

    /// Gives its elements.
    fn say_assoc(&mut self, pmkid: Option<Pmkid>, owe: Option<&Owe>) -> Vec<u8> {
        let security = self.network.security(pmkid).unwrap();
        let mut elements = self.network.elements(Side::Station, &security);
        if let Some(owe) = owe {
            owe.element().write_element(&mut elements).unwrap();
        }
        let capability = CapabilityInfo::default().with_ess(true).with_privacy(true);
        let request = AssocReq { capability, listen_interval: 10, elements: &elements };
        let peer = self.end.peer;
        self.say_management(peer, &Management::AssocReq(request));
        elements
    }

    /// Somebody wants to associate in our name: hostapd asks us, and refuses for now.
    fn is_asked_whether_it_is_there(&mut self) {
        let owe = self.owe();
        self.say_assoc(None, owe.as_ref());
        self.until("SA Query", |news| *news == News::SaQuery);
        let body = self.management_of("the other is refused", Kind::ASSOC_RESP);
        let refused = AssocResp::parse(&body).unwrap().status;
        assert_eq!(refused, StatusCode::ASSOC_REJECTED_TEMPORARILY);
    }

    /// hostapd sends us away: protected, where management frames are.
    fn is_sent_away(&mut self) {
        let cli = ["-p", "/run/hostapd", "-s", "/run", "deauthenticate"];
        let told = Command::new("hostapd_cli").args(cli).arg(OWN.to_string()).output().unwrap();
        assert!(told.status.success());
        let body = self.management_of("deauthentication", Kind::DEAUTH);
        let reason = Deauth::parse(&body).unwrap().reason;
        assert_eq!(reason, ReasonCode::PREV_AUTH_NOT_VALID);
    }
}
