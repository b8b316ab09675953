//! An access point of ours, and `wpa_supplicant`.

use std::process::Command;

use softnet_examples::wifi::Side;
use softnet_mac80211::AkmSuite;
use softnet_mac80211::ecc::Pmksa;
use softnet_mac80211::element::{Body, Elements, OweDhParam};
use softnet_mac80211::frame::management::{
    AssocReq, AssocResp, Auth, AuthAlgorithm, Beacon, Deauth, Management,
};
use softnet_mac80211::frame::{CapabilityInfo, Kind, ReasonCode, StatusCode};
use softnet_mac80211::rsn::handshake::{Association, Authenticator, Root};
use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, Secret, psk, tk_len};
use softnet_mac80211::sae::{Config, Event, Sae};

use crate::network::{Network, PASSPHRASE, SSID};
use crate::talk::{Machine, News, OWN, Talk};

/// Everything that an access point lives through.
pub(crate) fn live(network: &Network) {
    let elements = network.elements(Side::Ap, &network.security(None).unwrap());
    let capability = CapabilityInfo::default().with_ess(true).with_privacy(true);
    let beacon = Beacon { timestamp: 0, beacon_interval: 100, capability, elements: &elements };
    let mut ap = Talk::new(network, Side::Ap);
    ap.beacon = Some(Management::Beacon(beacon));
    let pmksa = ap.be_authenticated_with();
    ap.be_associated_with(&elements, pmksa);
    ap.until("the port opens", |news| *news == News::Authorized);
    ap.ping(1);
    ap.ask_all();
    ap.change_group_keys();
    ap.ask_all();
    ap.change_pairwise_key();
    ap.ping(2);
    if network.group_mgmt.is_some() {
        ap.forge_deauthentication();
        ap.ping(3);
    }
    ap.be_left();
}

impl Talk<'_> {
    fn be_authenticated_with(&mut self) -> Option<Pmksa> {
        let body = self.management_of("authentication", Kind::AUTH);
        if self.network.has_sae() {
            return Some(self.answer_sae(body));
        }
        let auth = Auth::parse(&body).unwrap();
        assert_eq!((auth.algorithm, auth.transaction), (AuthAlgorithm::OPEN, 1));
        let answer = Management::Auth(Auth { transaction: 2, ..auth });
        let peer = self.end.peer;
        self.say_management(peer, &answer);
        None
    }

    fn answer_sae(&mut self, mut body: Vec<u8>) -> Pmksa {
        let password = Self::password();
        let config =
            Config { methods: vec![self.network.method], ..Config::access_point(AkmSuite::SAE) };
        let mut sae = Sae::new(config, OWN, self.end.peer);
        loop {
            let outcome = sae.receive(&body, &self.cx(&password)).unwrap();
            if let Some(Event::Accepted(pmksa)) = self.say_sae(outcome) {
                return pmksa;
            }
            body = self.management_of("SAE", Kind::AUTH);
        }
    }

    fn be_associated_with(&mut self, ap_elements: &[u8], pmksa: Option<Pmksa>) {
        let network = self.network;
        let body = self.management_of("association", Kind::ASSOC_REQ);
        let request = AssocReq::parse(&body).unwrap();
        let owe = self.owe();
        let mut elements = network.elements(Side::Ap, &[]);
        if let Some(owe) = &owe {
            owe.element().write_element(&mut elements).unwrap();
        }
        let capability = CapabilityInfo::default().with_ess(true).with_privacy(true);
        let status = StatusCode::SUCCESS;
        let response = AssocResp { capability, status, raw_aid: 0xc001, elements: &elements };
        let peer = self.end.peer;
        self.say_management(peer, &Management::AssocResp(response));
        self.end.qos = network.qos;

        let pmk = match (pmksa, owe) {
            (Some(pmksa), _) => pmksa.pmk,
            (_, Some(owe)) => {
                let theirs = OweDhParam::find(Elements::new(request.elements)).unwrap().unwrap();
                owe.access_point(&theirs).unwrap().pmk
            }
            _ => psk(PASSPHRASE.as_bytes(), SSID.as_bytes()).unwrap(),
        };
        let (root, theirs) = (Root::Pmk(pmk), request.elements);
        let association = Association::new(OWN, peer, root, theirs, ap_elements).unwrap();
        assert_eq!(association.selection, network.selection());
        let mut authenticator = Authenticator::new(association).unwrap();
        authenticator.set_group(self.new_group_keys(0));
        self.begin(authenticator);
    }

    /// Keys of this turn; what goes to all is sent with them from now on.
    fn new_group_keys(&mut self, turn: u8) -> Vec<GroupKey> {
        let igtk = self.network.group_mgmt.map(|suite| (GroupKeyKind::Igtk, 4 + turn, suite));
        let gtk = (GroupKeyKind::Gtk, 1 + turn, self.network.group);
        let keys = [Some(gtk), igtk].into_iter().flatten().map(|(kind, key_id, suite)| {
            let bytes: [u8; 32] = self.lots.bytes();
            let key = Secret::new(&bytes[..tk_len(suite).unwrap()]).unwrap();
            GroupKey { kind, key_id, pn: 0, key }
        });
        let keys: Vec<GroupKey> = keys.collect();
        keys.iter().filter(|key| key.kind == GroupKeyKind::Gtk).for_each(|key| {
            self.install_group(key);
        });
        keys
    }

    fn begin(&mut self, mut authenticator: Authenticator) {
        let actions = authenticator.start(self.lots.bytes(), self.now()).unwrap();
        self.machine = Some(Machine::Ap(authenticator));
        self.act(actions);
    }

    fn change_group_keys(&mut self) {
        let (keys, now) = (self.new_group_keys(1), self.now());
        let Some(Machine::Ap(authenticator)) = &mut self.machine else { panic!("no machine") };
        authenticator.set_group(keys);
        let actions = authenticator.rekey_group(now).unwrap();
        self.act(actions);
        self.until("the station has new group keys", |news| *news == News::GroupDone);
    }

    fn change_pairwise_key(&mut self) {
        let Some(Machine::Ap(authenticator)) = self.machine.take() else { panic!("no machine") };
        self.begin(authenticator);
        self.until("the pairwise key changes", |news| *news == News::PairwiseInstalled);
    }

    /// Somebody sends the station away in our name, in the clear: it asks us.
    fn forge_deauthentication(&mut self) {
        let reason = ReasonCode::CLASS3_FRAME_FROM_NONASSOC_STA;
        let peer = self.end.peer;
        let body = Management::Deauth(Deauth { reason, elements: &[] });
        self.say_management(peer, &body);
        self.until("SA Query", |news| *news == News::SaQuery);
    }

    /// The station leaves: protected, where management frames are.
    fn be_left(&mut self) {
        let cli = ["-p", "/run/wpas", "-s", "/run", "disconnect"];
        let told = Command::new("wpa_cli").args(cli).output().unwrap();
        assert!(told.status.success());
        let body = self.management_of("deauthentication", Kind::DEAUTH);
        assert_eq!(Deauth::parse(&body).unwrap().reason, ReasonCode::DEAUTH_LEAVING);
    }
}
